"""Clashes looked for. What a person dismissed stays dismissed when it is found again."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.alignment.choices import ClashState, Event
from oneplan.alignment.clashes import Alarm, find
from oneplan.alignment.models import Clash
from oneplan.alignment.queries.works import works_as_at
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.projects.choices import MatchState
from oneplan.projects.models import Match

BATCH = 500
_TOLD = ("weight", "starts_on", "ends_on", "metres", "evidence")


@dataclass
class ClashCounts:
    """What one search found."""

    works: int = 0
    found: int = 0
    new: int = 0
    opened_again: int = 0  # gone before, and found again
    dismissed: int = 0  # found, and dismissed by a person
    gone: int = 0


@transaction.atomic
def find_clashes(*, by: Actor, as_at: date | None = None) -> ClashCounts:
    """Look for clashes among the works that go on or are to come on a day (today), and keep what was found.

    One log entry where anything changed. Raises NotAllowed.
    """
    check(by, Permission.CLASH_DISMISS, "national")
    works = works_as_at(as_at or clock.today())
    decided = _decided_pairs()
    alarms = {alarm.key: alarm for alarm in find(works) if (alarm.left, alarm.right) not in decided}
    held = {(row.kind, row.rule, row.left_id, row.right_id): row for row in Clash.objects.select_for_update()}
    now = clock.now()
    counts = ClashCounts(works=len(works), found=len(alarms))
    new = [
        Clash(
            kind=alarm.kind, rule=alarm.rule, left_id=alarm.left, right_id=alarm.right, found_at=now, **_told(alarm)
        )
        for key, alarm in alarms.items()
        if key not in held
    ]  # fmt: skip
    changed: list[Clash] = []
    for key, row in held.items():
        found = alarms.get(key)
        state = _state(row, is_found=found is not None)
        counts.dismissed += state == ClashState.DISMISSED
        counts.gone += state == ClashState.GONE != row.state
        counts.opened_again += state == ClashState.OPEN != row.state
        told = {name: getattr(row, name) for name in _TOLD} if found is None else _told(found)
        if state != row.state or any(getattr(row, name) != value for name, value in told.items()):
            row.state, row.revision = state, row.revision + 1
            for name, value in told.items():
                setattr(row, name, value)
            changed.append(row)
    Clash.objects.bulk_create(new, batch_size=BATCH)
    Clash.objects.bulk_update(changed, ["state", "revision", *_TOLD], batch_size=BATCH)
    counts.new = len(new)
    if new or changed:
        record(
            Event.CLASHES_FOUND, "clashes", by=by, works=counts.works, found=counts.found, new=counts.new,
            opened_again=counts.opened_again, dismissed=counts.dismissed, gone=counts.gone,
        )  # fmt: skip
    return counts


def _told(alarm: Alarm) -> dict[str, Any]:
    return {name: getattr(alarm, name) for name in _TOLD}


def _state(row: Clash, *, is_found: bool) -> ClashState:
    """A person's word outlives that the alarm went and came back."""
    if not is_found:
        return ClashState.GONE
    return ClashState.DISMISSED if row.dismissed_at else ClashState.OPEN


def _decided_pairs() -> set[tuple[int, int | None]]:
    """Pairs about which the room of projects asks whether they are one, or was told: they are no news here."""
    known = Match.objects.filter(state__in=MatchState.values)
    return set(known.values_list("left_id", "right_id"))
