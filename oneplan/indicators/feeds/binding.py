"""A mapping laid on the header of one file: where each target stands, and what each column of values holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused
from oneplan.exchange.kinds import TextTable
from oneplan.exchange.mapping import columns_of
from oneplan.exchange.values import fold
from oneplan.indicators.feeds import labels
from oneplan.indicators.feeds.targets import LABELS
from oneplan.warehouse.texts import quoted

_NEEDED = ("table", "place", "values")
_TABLE = "table:"  # before the table's name in the label of a column
SDMX = "sdmx-csv"  # the layout whose headers and cells are codes, perhaps with their names behind them
BY_ITS_HEADER = "*"  # the label of a column that was not named, and is read where its header says something


@dataclass(frozen=True)
class ValueColumn:
    """One column of values: where it stands, its header, and what its label says: a category, a period or nothing.

    `table` is the table it is of, where columns of one file are of several ("table: persons_2022" in the mapping).
    A column that is labelled by nothing has its header for a label, where that says a period, a category or a table.
    """

    index: int  # -1: in no column; every row tells the same, which is `constant`
    header: str
    label: str
    table: str = ""
    constant: str = ""


@dataclass(frozen=True)
class Bound:
    """Where everything stands in one file. `columns`: target → indexes of its columns; the first filled one counts.

    `tidy`: columns in which every row has a cell, none with a blank at its ends. `is_sdmx`: a cell is a code, perhaps
    with its name behind it ("F: Female").
    """

    columns: Mapping[str, tuple[int, ...]]
    constants: Mapping[str, str]
    meant: Mapping[str, Mapping[str, str]]  # target → folded text → what it means
    values: tuple[ValueColumn, ...]
    headers: Sequence[str]
    tidy: frozenset[int] = frozenset()
    is_sdmx: bool = False

    def text(self, target: str) -> str:
        """What a row says of a target, as SQL: tidied text, "" where it says nothing."""
        indexes, constant = self.columns.get(target, ()), quoted(self.constants.get(target, ""))
        if not indexes:
            return constant
        if len(indexes) == 1 and target not in self.constants:
            return self.cell(indexes[0])
        filled = ", ".join(f"nullif({self.cell(index)}, '')" for index in indexes)
        return f"coalesce({filled}, {constant})"

    def cell(self, index: int) -> str:
        """The tidied text of one column, as SQL."""
        text = f"c{index}" if index in self.tidy else f"coalesce(trim(c{index}), '')"
        return f"CASE WHEN {text} = '_Z' THEN '' ELSE split_part({text}, ': ', 1) END" if self.is_sdmx else text

    def value(self, column: ValueColumn) -> str:
        """The text of a column of values, as SQL."""
        return quoted(column.constant) if column.index < 0 else self.cell(column.index)

    def header_of(self, target: str) -> str:
        indexes = self.columns.get(target, ())
        return self.headers[indexes[0]] if indexes else ""


def bind(table: TextTable, constants: Mapping[str, str]) -> Bound:
    """Lay the mapping of a file on its header; `constants` were said beside the file. Raises FileRefused where a needed
    column is missing."""
    spec, is_sdmx = table.spec, table.spec.layout == SDMX
    places = {fold(header): index for index, header in reversed(list(enumerate(table.headers)))}
    if is_sdmx:
        places = {fold(header.split(": ")[0]): index for header, index in places.items()} | places
    columns = {}
    for target, source in spec.columns.items():
        indexes = tuple(dict.fromkeys(places[fold(name)] for name in columns_of(source) if fold(name) in places))
        if indexes:
            columns[target] = indexes
    fixed = {name: str(value) for name, value in spec.constants.items() if str(value).strip()} | dict(constants)
    if is_sdmx and constants.get("table"):
        columns.pop("table", None)  # the file names an indicator or a dataflow of its sender; the table is ours
    values = tuple(_values(table, places, fixed))
    told = {"values"} if values else set()
    told |= {"table"} if values and all(column.table for column in values) else set()
    for target in _NEEDED:
        if target not in columns and target not in fixed and target not in told:
            _refuse(table, target)
    meant = {
        target: {fold(said): "" if meaning is None else str(meaning) for said, meaning in meanings.items()}
        for target, meanings in spec.values.items()
    }
    columns.pop("values", None)
    fixed.pop("values", None)
    return Bound(columns, fixed, meant, values, table.headers, _tidy(table), is_sdmx)


def _values(table: TextTable, places: Mapping[str, int], fixed: Mapping[str, str]) -> Iterator[ValueColumn]:
    """The columns of values; where every row is worth the same, the one that is nowhere in the file."""
    source = table.spec.columns.get("values", {})
    labelled = source if isinstance(source, dict) else dict.fromkeys(columns_of(source), "")
    for name, said in labelled.items():
        if (index := places.get(fold(name))) is None:
            continue
        label = str(said)
        if label in ("", name, BY_ITS_HEADER):
            label = labels.of_header(name, fixed.get("table", ""))
            if said == BY_ITS_HEADER and not label:
                continue
        is_table = label.startswith(_TABLE)
        named = label.removeprefix(_TABLE).strip() if is_table else ""
        yield ValueColumn(index, table.headers[index], "" if is_table else label, named)
    if not labelled and "values" in fixed:
        yield ValueColumn(-1, "", "", constant=fixed["values"])


def _tidy(table: TextTable) -> frozenset[int]:
    """The columns whose every cell is there and has no blank at its ends. One pass over the file."""
    conditions = ", ".join(
        f"bool_and(c{index} IS NOT NULL AND c{index} = trim(c{index}))" for index in range(len(table.headers))
    )
    [found] = table.cursor.execute(f"SELECT {conditions} FROM source").fetchall()
    return frozenset(index for index, is_tidy in enumerate(found) if is_tidy)


def _refuse(table: TextTable, target: str) -> None:
    if len(table.headers) == 1:
        raise FileRefused(
            IssueKind.DELIMITER,
            _("The whole header stands in one cell: “%(header)s”. Neither comma, semicolon, tab nor bar parts its"
              " columns. Export the table as “CSV UTF-8 (comma delimited)” and import that.")
            % {"header": table.headers[0][:200]},
            sheet=table.sheet, row=table.header_row,
        )  # fmt: skip
    remedy = (
        _("Say which table of the registry it is (--set table=…), or match the column that says it.")
        if target == "table" else _("Match the column that holds it, or mend the header and import again.")
    )  # fmt: skip
    raise FileRefused(
        IssueKind.MISSING_COLUMN,
        _("There is no column to read “%(target)s” from. The file has: %(there)s. %(remedy)s")
        % {"target": LABELS[target], "there": ", ".join(table.headers)[:600], "remedy": remedy},
        sheet=table.sheet, row=table.header_row, column=LABELS[target],
    )  # fmt: skip
