"""Quarterly performance reports of institutions: a row is one indicator with its four quarters side by side."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.access.actors import Actor
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused, IssueLog
from oneplan.exchange.kinds import ImportOrder, TableHead
from oneplan.exchange.models import ImportRun
from oneplan.exchange.rows import Row, in_batches
from oneplan.exchange.targets import Target, TargetType
from oneplan.indicators.actions.performance import Reported, ReportedQuarter, take_performance

_T = TargetType
_LONG = 20_000
TARGETS = (
    Target("institution", gettext_lazy("Institution"), required=True, most=200),
    Target("location", gettext_lazy("Where")),
    Target("programme", gettext_lazy("Programme"), most=300),
    Target("subprogramme", gettext_lazy("Subprogramme"), most=300),
    Target("indicator", gettext_lazy("Indicator"), required=True, most=_LONG),
    Target("frequency", gettext_lazy("Frequency"), most=40),
    Target("priority", gettext_lazy("Priority"), most=300),
    *(
        Target(name, label, many=True, most=_LONG)
        for name, label in (
            ("target", gettext_lazy("Target of a quarter")), ("reported", gettext_lazy("As the institution reports")),
            ("validated", gettext_lazy("Validated or audited")), ("deviation", gettext_lazy("Reason for deviation")),
            ("correction", gettext_lazy("Corrective action")), ("question", gettext_lazy("Asked by oversight")),
        )
    ),
)  # fmt: skip
_YEAR = re.compile(r"FY\s*((?:19|20)\d{2})\s*[-/–]\s*\d{2}")
_PLAIN = re.compile(r"(-?\d{1,3}(?:[ \u00a0]\d{3})+|-?\d+)([.,]\d+)?\s*%?")
_NOTHING = frozenset({"", "-", "n/a", "na", "not applicable", "none"})


def number_in(text: str) -> Decimal | None:
    """The number that a text plainly is, per cent or not; none where it says anything else.

    >>> number_in("99.7 %"), number_in("1 250"), number_in("3 provinces"), number_in("n/a")
    (Decimal('99.7'), Decimal('1250'), None, None)
    """
    found = _PLAIN.fullmatch(text.strip())
    if not found:
        return None
    whole = found[1].replace(" ", "").replace("\u00a0", "")
    return Decimal(whole + (found[2] or "").replace(",", "."))


class PerformanceRows:
    """A TableReader (exchange.kinds) of performance reports."""

    def __init__(self, order: ImportOrder) -> None:
        self._order, self._year = order, 0

    def meet(self, head: TableHead, log: IssueLog) -> Mapping[str, Any]:
        """Find the financial year in the lines above the table. Raises FileRefused."""
        lines = " ".join(str(cell) for line in head.lines for cell in line if cell)
        found = _YEAR.search(lines)
        if not found:
            raise FileRefused(
                IssueKind.BAD_PERIOD,
                _("No line above the table says which financial year it reports, as “FY 2023-24” does. Export it with"
                  " its heading, and import that."), sheet=head.sheet,
            )  # fmt: skip
        self._year = int(found[1])
        return {}

    def check(self, rows: Sequence[Row]) -> None:
        """Only a report whose columns stand where they are read says National, or a province, as its location."""
        for row in rows:
            if row["location"] and ":" in row["location"]:
                row.refuse(
                    "location", IssueKind.BAD_CHOICE,
                    _("“%(said)s” is no location. The columns of this row stand elsewhere than in the rest.")
                    % {"said": row["location"][:80]},
                )  # fmt: skip

    def leave(self, keys: Collection[str], log: IssueLog) -> None:
        """Nothing is said of what a newer report leaves out: parts of one report come in files of their own."""

    def accept(self, rows: Iterator[Row], *, run: ImportRun, by: Actor) -> None:
        """Store them, a batch at a time."""
        for batch in in_batches(rows):
            told = [self._reported(row) for row in batch]
            for row, key in zip(batch, take_performance(told, run=run, order=self._order, by=by), strict=True):
                row.subject = f"performance:{key[:16]}"

    def _reported(self, row: Row) -> Reported:
        parts = {name: row[name] or {} for name in ("target", "reported", "deviation", "correction", "question")}
        validated = row["validated"] or {}
        quarters = []
        for quarter in range(5):
            said = {name: _said(cells.get(str(quarter))) for name, cells in parts.items()}
            said["validated"] = (
                (_said(validated.get("0 validated")) or _said(validated.get("0"))) if not quarter else ""
            )
            if any(said.values()):
                numbers = {name: number_in(said[name]) for name in ("target", "reported", "validated")}
                quarters.append(ReportedQuarter(quarter, said, numbers))
        return Reported(
            self._year, row["institution"], row["programme"] or "", row["subprogramme"] or "", row["indicator"],
            row["frequency"] or "", row["priority"] or "", tuple(quarters),
        )  # fmt: skip


def _said(cell: object) -> str:
    text = str(cell or "").strip()
    return "" if text.casefold() in _NOTHING else text
