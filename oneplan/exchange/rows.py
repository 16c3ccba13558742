"""One row on its way through an import, as the room that owns its meaning sees it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import IssueFound

Cell = str | float | int | bool | date | datetime | time | timedelta | None


def shown(cell: object) -> str:
    """A cell as it is written in reports: a whole number without ".0", dates as 2026-11-22, empty as ""."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    text = str(cell)
    return text if len(text) <= 200 else text[:199] + "…"


class Standing(StrEnum):
    """How a row stands to what is stored already (same kind, source and row key)."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Row:
    """A row with parsed values.

    values     target name → parsed value (see targets.TargetType); missing and empty are both None
    key        what identifies the row in its source
    standing   NEW, or CHANGED where an earlier run stored this row with other values; UNCHANGED rows never get here
    subject    what the earlier run said it stored (the room sets it in `accept`; for a CHANGED row it is set here)
    found      for the room's own use between `check` and `accept`: plain values only (ids, not model instances)
    """

    __slots__ = ("_columns", "cells", "found", "issues", "key", "left_out", "number", "sheet", "standing", "subject", "values")  # fmt: skip # noqa: E501

    def __init__(
        self, sheet: str, number: int, values: dict[str, Any], *, key: str = "",
        cells: Sequence[Cell] = (), columns: Mapping[str, tuple[str, int]] | None = None,
    ) -> None:  # fmt: skip
        self.sheet = sheet
        self.number = number
        self.values = values
        self.key = key
        self.cells = cells
        self.standing = Standing.NEW
        self.subject = ""
        self.found: dict[str, Any] = {}
        self.issues: list[IssueFound] = []
        self.left_out = ""
        self._columns = columns or {}

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def refuse(self, target: str, kind: IssueKind, message: str, value: object = None) -> None:
        """Refuse this row because of one target column (or "" for the row as a whole). Others go on."""
        self.issues.append(self._issue(target, kind, Severity.ERROR, message, value))

    def warn(self, target: str, kind: IssueKind, message: str, value: object = None) -> None:
        """Say something about a row that is taken all the same."""
        self.issues.append(self._issue(target, kind, Severity.WARNING, message, value))

    def leave_out(self, reason: str) -> None:
        """Count this row under a reason and do not store it: it is no fault, it is not wanted here."""
        self.left_out = str(reason)

    @property
    def is_refused(self) -> bool:
        return any(issue.severity == Severity.ERROR for issue in self.issues)

    def _issue(self, target: str, kind: IssueKind, severity: Severity, message: str, value: object) -> IssueFound:
        column, index = self._columns.get(target, (target, -1))
        if value is None:
            value = self.cells[index] if 0 <= index < len(self.cells) else self.values.get(target)
        return IssueFound(self.sheet, self.number, column, shown(value), kind, severity, str(message))


def in_batches(rows: Iterable[Row], size: int = 500) -> Iterator[list[Row]]:
    """The rows in lists of `size`; for a room's `accept`, which takes a stream."""
    stream = iter(rows)
    while batch := list(islice(stream, size)):
        yield batch
