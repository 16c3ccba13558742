"""A table of days that a treasury circulates: each row amends one duty of one year in the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.budgets.actions.amending import amend_calendar
from oneplan.budgets.amending_rules import check_can_amend_calendar
from oneplan.budgets.cycle import calendar
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.kinds import ImportOrder, Kind
from oneplan.exchange.rows import Row
from oneplan.exchange.targets import Target, TargetType
from oneplan.platform.errors import RuleBroken

if TYPE_CHECKING:
    from oneplan.exchange.models import ImportRun


class AmendmentReader:
    """Rows are judged by the same rule as on the page, and stored by the same action."""

    def __init__(self, order: ImportOrder) -> None:
        self._source = order.source

    def check(self, rows: Sequence[Row]) -> None:
        """Refuse what the calendar cannot have."""
        for row in rows:
            try:
                check_can_amend_calendar(**self._terms(row))
            except RuleBroken as refusal:
                row.refuse("duty", IssueKind.BAD_DATE, refusal.sentence, row.values["duty"])

    def accept(self, rows: Iterator[Row], *, run: ImportRun, by: Actor) -> None:
        """Amend the calendar, row by row; the same days of the same source again change nothing."""
        for row in rows:
            row.subject = amend_calendar(by=by, **self._terms(row)).audit_key

    def _terms(self, row: Row) -> dict[str, Any]:
        said = row.values
        due_on: date = said["due_on"]
        return {
            "duty": said["duty"], "year": said["year"], "number": said.get("number") or 0,
            "opens_on": said.get("opens_on") or due_on, "due_on": due_on, "source": said.get("source") or self._source,
            "reason": said.get("reason") or _("Days as circulated by their source"),
        }  # fmt: skip


KIND = Kind(
    name="calendar",
    title=lazy("Days of the budget cycle"),
    permission=Permission.CALENDAR_AMEND,
    targets=(
        Target("duty", lazy("Code of the duty"), TargetType.CODE, required=True, aliases=("code",),
               help=lazy("As in the table of the budget cycle.")),
        Target("year", lazy("Financial year begins in"), TargetType.INTEGER, required=True),
        Target("number", lazy("Month or quarter of the year"), TargetType.INTEGER),
        Target("opens_on", lazy("Opens on"), TargetType.DATE, aliases=("from",)),
        Target("due_on", lazy("Closes on"), TargetType.DATE, required=True, aliases=("due", "until", "last day")),
        Target("source", lazy("Source"), most=300, once=True),
        Target("reason", lazy("Reason")),
    ),
    reader=AmendmentReader,
    scopes=lambda order: ["national"],
    row_key=("duty", "year", "number"),
    needs=frozenset({"source"}),
    takes=frozenset(),
)  # fmt: skip


def codes() -> list[tuple[str, str]]:
    """Code and title of every duty, each once, by title."""
    return sorted({each.code: each.title for each in calendar().duties}.items(), key=lambda pair: pair[1])
