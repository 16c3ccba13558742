"""What an import found, for people and for programs."""

import json
from array import array
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from oneplan.exchange.choices import Severity
from oneplan.exchange.issues import IssueFound

ACCEPTED, UPDATED, UNCHANGED, REFUSED, FIRST_REASON = 0, 1, 2, 3, 4


@dataclass
class Total:
    """A money column: all that was read, and what lies in accepted rows; in cents."""

    read: int = 0
    accepted: int = 0

    def as_dict(self) -> dict[str, str]:
        return {"read": _rand(self.read), "accepted": _rand(self.accepted)}


def _rand(cents: int) -> str:
    return str((Decimal(cents) / 100).quantize(Decimal("0.01")))


@dataclass
class Report:
    """The outcome of one run or dry run.

    rows_read = rows_accepted + rows_refused + rows_unchanged + the sum of rows_left_out.
    `rows_updated` counts those of the accepted rows that change what an earlier run stored.
    `outcomes` holds one code per row read, in order (ACCEPTED … FIRST_REASON + index of the reason).
    """

    kind: str
    source: str = ""
    as_at: date | None = None
    level: str = ""
    space: str = ""
    province: str = ""
    mapping: str = ""
    file_name: str = ""
    file_sha256: str = ""
    dry_run: bool = False
    strict: bool = False
    run_id: int | None = None
    sheet: str = ""
    header_row: int = 0
    rows_read: int = 0
    rows_accepted: int = 0
    rows_updated: int = 0
    rows_refused: int = 0
    rows_unchanged: int = 0
    rows_left_out: dict[str, int] = field(default_factory=dict)
    totals: dict[str, Total] = field(default_factory=dict)
    issues: list[IssueFound] = field(default_factory=list)
    samples: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"accepted": [], "refused": []})
    outcomes: "array[int]" = field(default_factory=lambda: array("H"))

    @property
    def is_file_error(self) -> bool:
        """Whether the file was refused as a whole."""
        return any(issue.severity == Severity.FILE_ERROR for issue in self.issues)

    def exit_code(self, strict: bool | None = None) -> int:
        """1 for a file error, or with `strict` for any refused row; else 0."""
        strict = self.strict if strict is None else strict
        return int(self.is_file_error or (strict and self.rows_refused > 0))

    def summary(self) -> dict[str, Any]:
        """Everything but the issues: plain JSON values."""
        return {
            "kind": self.kind,
            "source": self.source,
            "as_at": self.as_at.isoformat() if self.as_at else None,
            "level": self.level,
            "space": self.space,
            "province": self.province,
            "mapping": self.mapping,
            "file_name": self.file_name,
            "file_sha256": self.file_sha256,
            "sheet": self.sheet,
            "header_row": self.header_row,
            "dry_run": self.dry_run,
            "run": self.run_id,
            "rows_read": self.rows_read,
            "rows_accepted": self.rows_accepted,
            "rows_updated": self.rows_updated,
            "rows_refused": self.rows_refused,
            "rows_unchanged": self.rows_unchanged,
            "rows_left_out": self.rows_left_out,
            "totals": {name: total.as_dict() for name, total in self.totals.items()},
            "samples": self.samples,
        }

    def as_dict(self) -> dict[str, Any]:
        """The JSON report: `oneplan import --report`."""
        return self.summary() | {"issues": [issue.as_dict() for issue in self.issues]}

    def write_json(self, path: Path | str) -> None:
        """Write the JSON report."""
        Path(path).write_text(json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
