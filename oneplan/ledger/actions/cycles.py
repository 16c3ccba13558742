"""Cycles: opened with a day as at which the ledger holds, closed for good."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.ledger import rules
from oneplan.ledger.choices import Event
from oneplan.ledger.models import Cycle
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import StaleRevision


@transaction.atomic
def open_cycle(label: str, *, by: Actor, reason: str, as_at: date | None = None) -> Cycle:
    """A new cycle, whose entries are compared with those of the one closed last. `as_at`: which years have ended.

    Raises NotAllowed, RuleBroken.
    """
    check(by, Permission.LEDGER_KEEP, "national")
    rules.check_reason(reason)
    known = list(Cycle.objects.select_for_update().order_by("opened_at", "pk"))
    rules.check_can_open({each.label: each.is_open for each in known}, label)
    cycle = Cycle.objects.create(
        ref=f"LC-{len(known) + 1:04d}", label=label.strip(), as_at=as_at or clock.today(), opened_at=clock.now(),
        before=known[-1] if known else None,
    )  # fmt: skip
    record(Event.CYCLE_OPENED, cycle, by=by, reason=reason, after={"label": cycle.label, "as_at": cycle.as_at})
    return cycle


@transaction.atomic
def close_cycle(cycle: Cycle, *, by: Actor, revision: int, reason: str) -> Cycle:
    """Keep a cycle as it stands, for good. Raises NotAllowed, RuleBroken, StaleRevision."""
    check(by, Permission.LEDGER_KEEP, "national")
    row = Cycle.objects.select_for_update().get(pk=cycle.pk)
    rules.check_can_close(row)
    rules.check_reason(reason)
    if row.revision != revision:
        raise StaleRevision(current=row)
    row.is_open, row.closed_at, row.revision = False, clock.now(), row.revision + 1
    row.save(update_fields=["is_open", "closed_at", "revision"])
    record(Event.CYCLE_CLOSED, row, by=by, reason=reason, entries=row.entries.count(), build=row.build)
    return row
