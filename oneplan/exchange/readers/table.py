"""A table on disk as sheets of numbered rows, whichever format it came in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from oneplan.exchange.issues import IssueLog
from oneplan.exchange.readers.guard import LIMITS, Limits, guard
from oneplan.exchange.readers.packed import opening, unpacked
from oneplan.exchange.rows import Cell


@dataclass(frozen=True)
class Head:
    """The first rows of a sheet, enough to find its header and to show samples."""

    sheet: str
    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its number as Excel counts, its cells, and which cells hold a formula ("f") or an error value ("e")."""

    number: int
    cells: list[Cell]
    odd: dict[int, str] = field(default_factory=dict)


class Table(Protocol):
    """An opened file."""

    heads: list[Head]

    def rows(self, sheet: str) -> Iterator[RawRow]:
        """Every row of one sheet, the header and blank rows included. Once per opened table."""


@contextmanager
def open_table(path: Path, log: IssueLog, limits: Limits = LIMITS, *, heads_alone: bool = False) -> Iterator[Table]:
    """Open a CSV file or an Excel workbook. Raises FileRefused; oddities of the file as such go to the log.

    With `heads_alone` nobody will read its rows: a packed file is not unpacked to its end.
    """
    from oneplan.exchange.readers.csv_file import CsvTable
    from oneplan.exchange.readers.workbook import WorkbookTable

    with (opening if heads_alone else unpacked)(path, limits) as plain:
        if guard(plain, limits) == "csv":
            yield CsvTable(plain, log)
            return
        table = WorkbookTable(plain, log, limits)
        try:
            yield table
        finally:
            table.close()
