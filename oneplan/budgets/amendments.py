"""Which days of the budget cycle a later source says otherwise. Read anew each time: every process obeys at once."""

from __future__ import annotations

from oneplan.budgets.cycle import Amended, Amendments
from oneplan.budgets.models import CalendarAmendment


def amendments_now() -> Amendments:
    """The amendments that stand, by duty, year and month or quarter. One query."""
    rows = CalendarAmendment.objects.filter(withdrawn_at=None)
    return {
        (row.duty, row.year, row.number): Amended(row.ref, row.opens_on, row.due_on, f"{row.source} ({row.ref})")
        for row in rows
    }
