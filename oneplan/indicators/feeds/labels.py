"""What the header of a column of values says by itself: a period, a category, or the table that the column is of."""

from __future__ import annotations

from oneplan.exchange.values import fold
from oneplan.indicators.feeds.periods import read_time
from oneplan.indicators.tables import SEPARATOR, Table, tables


def table_called(name: str) -> Table | None:
    """The table of that code; of that name in its source where no other is called so."""
    if name in tables():
        return tables()[name]
    called = [each for each in tables().values() if each.reads == name]
    return called[0] if len(called) == 1 else None


def of_header(header: str, table: str = "") -> str:
    """The label of a column that has none: its header where it says a period or a category (of the table of the file,
    where one is told), "table: …" where it names a table; "" where it says nothing.

    >>> of_header("2016"), of_header("Remarks")
    ('2016', '')
    """
    if read_time(header):
        return header
    known, folded = table_called(table), fold(header)
    if not known and table_called(header):
        return f"table: {header}"
    for each in [known] if known else tables().values():
        for category in (*(word for words in each.categories.values() for word in words), *each.spelled):
            if fold(category) == folded:
                return category
        if SEPARATOR.strip() in header and _says(each, header):
            return header
    return ""


def _says(table: Table, header: str) -> bool:
    try:
        table.told(header)
    except KeyError:
        return False
    return True
