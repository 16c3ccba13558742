"""Baselines and targets: setting one, and setting it anew, with what stood before kept beside it."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar

from django.db import IntegrityError, transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.indicators import rules, times
from oneplan.indicators.choices import Event, Length, Level, YearBasis
from oneplan.indicators.decided import scopes_of
from oneplan.indicators.models import Baseline, Stated, Target
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import StaleRevision

Kind = TypeVar("Kind", bound=Stated)


@transaction.atomic
def set_target(
    indicator: str, *, level: Level, place: str, year: int, value: Decimal, reason: str, revision: int, by: Actor,
    length: Length = Length.YEAR, period: int = 0, basis: YearBasis = YearBasis.CALENDAR,
) -> Target:  # fmt: skip
    """Set what an indicator shall reach at a place by a time, or set it anew. `revision` is the version that its author
    saw in force, 0 for none.

    What stood before stays; a target set on the first day of its period or later is marked as late, and a change then
    stands in the log as such. Raises NotAllowed, RuleBroken, StaleRevision.
    """
    made = _state(Target, indicator, level, place, (year, length, period, basis), value, reason, revision, by)
    event = Event.TARGET_CHANGED_LATE if made.is_changed_late else Event.TARGET_SET
    _remember(event, made, reason, by)
    return made


@transaction.atomic
def set_baseline(
    indicator: str, *, level: Level, place: str, year: int, value: Decimal, reason: str, revision: int, by: Actor,
    length: Length = Length.YEAR, period: int = 0, basis: YearBasis = YearBasis.CALENDAR,
) -> Baseline:  # fmt: skip
    """Set from where an indicator starts, or set it anew. Raises NotAllowed, RuleBroken, StaleRevision."""
    made = _state(Baseline, indicator, level, place, (year, length, period, basis), value, reason, revision, by)
    _remember(Event.BASELINE_SET, made, reason, by)
    return made


def _state(
    kind: type[Kind], indicator: str, level: Level, place: str, when: tuple[int, Length, int, YearBasis],
    value: Decimal, reason: str, revision: int, by: Actor,
) -> Kind:  # fmt: skip
    check(by, Permission.TARGET_SET, scopes_of(level, place))
    year, length, period, basis = when
    rules.check_can_be_stated(indicator, value, reason, level=level, year=year, length=length, period=period)
    told = {
        "indicator": indicator, "level": level, "place": place, "year": year, "length": length, "period": period,
        "basis": basis,
    }  # fmt: skip
    versions = kind._default_manager.filter(**told)
    try:
        with transaction.atomic():
            before = versions.select_for_update().filter(is_in_force=True).first()
            if (before.version if before else 0) != revision:
                raise StaleRevision(before)
            versions.filter(is_in_force=True).update(is_in_force=False)
            is_late = kind is Target and clock.today() >= times.begins_on(year, length, period, basis)
            made: Kind = kind._default_manager.create(
                **told, value=value, reason=reason.strip(), version=revision + 1, set_by_id=by.user_id,
                set_at=clock.now(), is_late=is_late,
            )  # fmt: skip
            return made
    except IntegrityError:
        raise StaleRevision(versions.filter(is_in_force=True).first()) from None


def _remember(event: Event, made: Stated, reason: str, by: Actor) -> None:
    record(
        event, f"indicator:{made.indicator}:{made.place}", by=by, reason=reason.strip(), year=made.year,
        value=str(made.value), version=made.version,
    )  # fmt: skip
