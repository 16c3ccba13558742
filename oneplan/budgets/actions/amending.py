"""Days of the budget cycle are amended by their source: a circular, a gazette, a time schedule. Nothing is deleted."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.budgets import amending_rules as rules
from oneplan.budgets.choices import Event
from oneplan.budgets.models import CalendarAmendment
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import StaleRevision


@transaction.atomic
def amend_calendar(
    *, by: Actor, duty: str, year: int, opens_on: date, due_on: date, source: str, reason: str, number: int = 0
) -> CalendarAmendment:
    """Say other days of a duty in the financial year that begins in `year`; an earlier amendment of it is withdrawn.

    What was routed in a window meanwhile stays as it was. Raises NotAllowed, RuleBroken.
    """
    check(by, Permission.CALENDAR_AMEND, "national")
    rules.check_can_amend_calendar(duty, year, number, opens_on, due_on, source, reason)
    standing = CalendarAmendment.objects.select_for_update().filter(duty=duty, year=year, number=number)
    before = standing.filter(withdrawn_at=None).first()
    if before is not None:
        if (before.opens_on, before.due_on, before.source) == (opens_on, due_on, source.strip()):
            return before  # the same circular again
        before.withdrawn_at, before.revision = clock.now(), before.revision + 1
        before.save(update_fields=["withdrawn_at", "revision"])
    last = CalendarAmendment.objects.order_by("-pk").first()
    row = CalendarAmendment.objects.create(
        ref=f"CA{last.pk + 1 if last else 1}", duty=duty, year=year, number=number, opens_on=opens_on, due_on=due_on,
        source=source.strip(), reason=reason.strip(), amended_at=clock.now(), amended_by=by.user,
    )  # fmt: skip
    told = {"opens_on": opens_on.isoformat(), "due_on": due_on.isoformat()}
    was = {"opens_on": before.opens_on.isoformat(), "due_on": before.due_on.isoformat()} if before else {}
    record(Event.CALENDAR_AMENDED, row, by=by, reason=reason, before=was, after={**told, "source": row.source})
    return row


@transaction.atomic
def withdraw_amendment(row: CalendarAmendment, *, by: Actor, revision: int, reason: str) -> CalendarAmendment:
    """Let the calendar's own days count again. Raises NotAllowed, StaleRevision, RuleBroken."""
    locked = CalendarAmendment.objects.select_for_update(of=("self",)).get(pk=row.pk)
    check(by, Permission.CALENDAR_AMEND, locked)
    if locked.revision != revision:
        raise StaleRevision(current=locked)
    rules.check_can_withdraw_amendment(locked, reason)
    locked.withdrawn_at, locked.revision = clock.now(), locked.revision + 1
    locked.save(update_fields=["withdrawn_at", "revision"])
    record(Event.AMENDMENT_WITHDRAWN, locked, by=by, reason=reason)
    return locked
