"""What every act of this room shares: the lock, the step that is remembered, and the news."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import StaleRevision
from oneplan.reprioritisation.choices import AskState, Event
from oneplan.reprioritisation.models import Ask, Step
from oneplan.reprioritisation.signals import asks_changed


def locked(ask: Ask) -> Ask:
    """The ask for update, with what rules look at."""
    rows = Ask.objects.select_for_update(of=("self",))
    return rows.select_related("space", "commitment", "institution", "treasury", "line").get(pk=ask.pk)


def check_revision(row: Ask, revision: int) -> None:
    """Raise StaleRevision where somebody changed it since."""
    if row.revision != revision:
        raise StaleRevision(current=row)


def move(row: Ask, to: AskState, event: Event, *, by: Actor, source: str, reason: str = "", **step: Any) -> None:
    """Bring a locked ask into a state, with what says so."""
    before, row.state = row.state, to
    row.revision += 1
    row.save()
    said = {"on": clock.today(), **step}
    Step.objects.create(ask=row, state=to, source=source, recorded_at=clock.now(), **said)
    record(event, row, by=by, reason=reason or source, before={"state": before}, after={"state": to})
    tell(row)


def tell(row: Ask) -> None:
    """Say on commit that an ask changed."""
    transaction.on_commit(lambda: asks_changed.send(sender=Ask, asks=[row.pk]))
