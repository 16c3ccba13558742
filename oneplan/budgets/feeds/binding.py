"""A layout laid on the header of one file: where each target stands, and what the rand of each column is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from oneplan.budgets.choices import AmountType, Length
from oneplan.budgets.feeds.layouts import Layout
from oneplan.budgets.feeds.targets import LABELS
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused
from oneplan.exchange.kinds import TextTable
from oneplan.exchange.mapping import columns_of
from oneplan.exchange.values import fold
from oneplan.warehouse.texts import quoted

_YEAR = re.compile(r"\b((?:19|20)\d{2})(?:\s*[/–-]\s*(\d{2}|\d{4}))?\b")
_SHORT = re.compile(r"\b(m|q)(\d{1,2})\b")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One column of rand: where it stands and what its rand is; what the rows say themselves is blank or 0."""

    index: int
    header: str
    amount_type: str = ""
    length: str = ""
    period: int = 0
    year: int = 0
    years_on: int = 0
    parts: tuple[int, ...] = ()  # columns by index
    apart: str = ""


@dataclass(frozen=True)
class Bound:
    """Where everything stands in one file. `columns`: target → indexes of its columns; the first filled one counts.

    `tidy`: columns of which every row has a cell, none with a blank at its ends: what stands there is the tidied text.
    """

    layout: Layout
    columns: Mapping[str, tuple[int, ...]]
    constants: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    cells: tuple[Cell, ...]
    headers: Sequence[str]
    tidy: frozenset[int] = frozenset()

    def has(self, *targets: str) -> bool:
        """Whether the file, or the layout, says any of these."""
        return any(target in self.columns or target in self.constants for target in targets)

    def text(self, target: str, of: str = "source") -> str:
        """What a row says of a target, as SQL: tidied text, "" where it says nothing."""
        indexes = self.columns.get(target, ())
        constant = quoted(self.constants.get(target, ""))
        if not indexes:
            return constant
        if (index := self.alone(target)) is not None:
            return self.cell(index, of)
        filled = ", ".join(f"nullif(trim({of}.c{index}), '')" for index in indexes)
        return f"coalesce({filled}, {constant})"

    def alone(self, target: str) -> int | None:
        """The column that alone says a target; None where there is none, or others or a constant stand in for it."""
        indexes = self.columns.get(target, ())
        return indexes[0] if len(indexes) == 1 and target not in self.constants else None

    def cell(self, index: int, of: str = "source") -> str:
        """The tidied text of one column, as SQL."""
        return f"{of}.c{index}" if index in self.tidy else f"coalesce(trim({of}.c{index}), '')"

    def header_of(self, target: str) -> str:
        indexes = self.columns.get(target, ())
        return self.headers[indexes[0]] if indexes else ""


def bind(layout: Layout, table: TextTable, first_month: int) -> Bound:
    """Lay a layout, as the mapping changes it, on a header. Raises FileRefused where a needed column is missing."""
    spec, places = table.spec, {fold(header): index for index, header in reversed(list(enumerate(table.headers)))}
    columns = {}
    for target, source in spec.columns.items():
        indexes = tuple(dict.fromkeys(places[fold(name)] for name in columns_of(source) if fold(name) in places))
        if indexes and target != "amounts":
            columns[target] = indexes
    constants = {name: str(value) for name, value in spec.constants.items() if str(value).strip()}
    _check_there(layout, table, columns, constants)
    values = {
        target: {fold(said): str(meant) for said, meant in meanings.items()} for target, meanings in spec.values.items()
    }
    return Bound(layout, columns, constants, values, tuple(_cells(layout, table, places, first_month)), table.headers)


def _check_there(
    layout: Layout, table: TextTable, columns: Mapping[str, object], constants: Mapping[str, object]
) -> None:
    for target in layout.required:
        if target in columns or target in constants or (target == "institution" and layout.heading):
            continue
        if len(table.headers) == 1:
            raise FileRefused(
                IssueKind.DELIMITER,
                _("The whole header stands in one cell: “%(header)s”. Neither comma, semicolon, tab nor bar parts its"
                  " columns. Export the table as “CSV UTF-8 (comma delimited)” and import that.")
                % {"header": table.headers[0][:200]},
                sheet=table.sheet, row=table.header_row,
            )  # fmt: skip
        names = layout.columns.get(target, (LABELS[target],))
        raise FileRefused(
            IssueKind.MISSING_COLUMN,
            _("There is no column “%(column)s” to read “%(target)s” from. The file has: %(there)s. If it is in another"
              " layout, name that; if its header stands lower down or was changed, mend it and import again.")
            % {"column": names[0], "target": LABELS[target], "there": ", ".join(table.headers)[:600]},
            sheet=table.sheet, row=table.header_row, column=names[0],
        )  # fmt: skip


def _cells(layout: Layout, table: TextTable, places: Mapping[str, int], first_month: int) -> list[Cell]:
    """The columns of rand. Raises FileRefused where there is none, or a label says nothing."""
    if layout.amounts:
        found = _stated(layout, places, table.headers)
    else:
        source = table.spec.columns.get("amounts", {})
        labelled = source if isinstance(source, dict) else dict.fromkeys(columns_of(source), "")
        found = [
            _labelled(places[fold(name)], name, label if len(labelled) > 1 or label != name else "", first_month)
            for name, label in labelled.items() if fold(name) in places
        ]  # fmt: skip
    if not found:
        wanted = ", ".join(name for each in layout.amounts for name in each.column) or _(
            "any that is matched to Amounts"
        )
        raise FileRefused(
            IssueKind.MISSING_COLUMN,
            _("There is no column of amounts. Wanted: %(wanted)s. The file has: %(there)s.")
            % {"wanted": wanted[:300], "there": ", ".join(table.headers)[:600]},
            sheet=table.sheet, row=table.header_row,
        )  # fmt: skip
    return found


def _stated(layout: Layout, places: Mapping[str, int], headers: Sequence[str]) -> list[Cell]:
    found: list[Cell] = []
    for amounts in layout.amounts:
        there = sorted(
            (year_in(rest), index) for name in amounts.column for rest, index in _called(name, places)
        )  # fmt: skip
        for order, (year, index) in enumerate(there):
            kinds = amounts.types[min(order, len(amounts.types) - 1)] if amounts.types else amounts.amount_type
            parts = tuple(places[fold(part)] for part in amounts.parts if fold(part) in places)
            found.append(
                Cell(
                    index, headers[index], kinds, amounts.length, amounts.period, year, amounts.years_on, parts,
                    amounts.apart,
                )
            )  # fmt: skip
    return _with_year(found)


def _with_year(cells: list[Cell]) -> list[Cell]:
    """Months and quarters beside budgets whose year stands in the header are of that year."""
    stated = {
        cell.year for cell in cells if cell.year and cell.amount_type in (AmountType.ORIGINAL, AmountType.ADJUSTED)
    }
    if len(stated) != 1:
        return cells
    [year] = stated
    within = (Length.MONTH, Length.QUARTER)
    return [replace(cell, year=year) if not cell.year and cell.length in within else cell for cell in cells]


def _called(name: str, places: Mapping[str, int]) -> list[tuple[str, int]]:
    """(what follows in the name, index) of each column so called."""
    if not name.endswith("*"):
        return [("", places[fold(name)])] if fold(name) in places else []
    start = fold(name.removesuffix("*"))
    return [(header.removeprefix(start), index) for header, index in places.items() if header.startswith(start)]


def year_in(text: str) -> int:
    """The calendar year in which a financial year named in a header begins; 0 where none is named."""
    found = _YEAR.search(text)
    return int(found[1]) if found else 0


def _labelled(index: int, header: str, label: str, first_month: int) -> Cell:
    """What the label of a column says: an amount type, a financial year, a month or a quarter, in any order."""
    said = fold(label or "")
    amount_type = next(
        (each.value for each in AmountType if each.value in said.replace(" ", "_") or fold(each.label) in said), ""
    )
    length, period = "", 0
    if short := _SHORT.search(said):
        length, period = (Length.MONTH if short[1] == "m" else Length.QUARTER).value, int(short[2])
    for month, name in enumerate(_MONTHS, start=1):
        if re.search(rf"\b{name[:3]}({name[3:]})?\b", said):
            length, period = Length.MONTH.value, (month - first_month) % 12 + 1
    return Cell(index, header, amount_type, length, period, year_in(said))


def month_after(year_end: str) -> int:
    """The month in which a financial year begins that ends so: "March", "31 March", "2026-03-31" give 4; 0: unreadable.

    >>> month_after("31 March"), month_after("2026-06-30"), month_after("Dec"), month_after("?")
    (4, 7, 1, 0)
    """
    said = fold(year_end)
    for month, name in enumerate(_MONTHS, start=1):
        if re.search(rf"\b{name[:3]}({name[3:]})?\b", said):
            return month % 12 + 1
    try:
        return date.fromisoformat(said[:10]).month % 12 + 1
    except ValueError:
        return int(said) % 12 + 1 if said.isdigit() and 1 <= int(said) <= 12 else 0
