"""From the registry and the build to what `comparing` compares: indicators, places and qualified values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from oneplan.indicators import times
from oneplan.indicators.choices import Length, Level, Status, Unit
from oneplan.indicators.comparing.values import (
    Break,
    Column,
    Direction,
    Kind,
    Measured,
    Period,
    Place,
    Standing,
    breaks,
)
from oneplan.indicators.queries import Place as Registered
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import Defined
from oneplan.indicators.tables import sources, tables

_UNITS = {Unit.RAND: "R", Unit.NUMBER: "", Unit.RATIO: "", Unit.SCORE: ""}
_KINDS = {Unit.NUMBER: Kind.COUNT, Unit.RAND: Kind.COUNT, Unit.PERCENT: Kind.SHARE}
_MODELLED = (Status.MODELLED, Status.CONVERTED)


def measured(defined: Defined) -> Measured:
    """An indicator as far as comparing needs it. What is neither a count nor a share is a level."""
    return Measured(
        defined.code, defined.title, _UNITS.get(defined.unit, str(defined.unit.label)),
        _KINDS.get(defined.unit, Kind.LEVEL), Direction(str(defined.direction)), defined.decimals,
    )  # fmt: skip


def placed(place: Registered, population: float | None) -> Place:
    """A place with its size."""
    return Place(place.code, place.label, place.category, population)


def standing_of(value: Value) -> Standing:
    """A value with its time, universe, source and what parts it from others.

    Two sources are two questions where the later says of itself that something changed.
    """
    table = tables()[value.table]
    source = sources()[table.source]
    return Standing(
        value.place, value.value, period_of(value), str(table.universe.label), source.title, value.below,
        boundary=str(value.boundary) if value.boundary else "", question=source.code if source.break_note else "",
        is_modelled=value.status in _MODELLED, is_sample=value.is_sample,
    )  # fmt: skip


def parted(one: Value, other: Value) -> tuple[Break, ...]:
    """Why two values of one place are no series; nothing where they are, as of one table on the same borders."""
    if (one.table, one.boundary, one.status, one.standing) == (
        other.table,
        other.boundary,
        other.status,
        other.standing,
    ):
        return ()
    return breaks(standing_of(one), standing_of(other))


def period_of(value: Value) -> Period:
    """When a value holds: the day of its source where that lies in it, else its last day."""
    told = value.year, value.length, value.period, value.basis
    day, last = sources()[tables()[value.table].source].day, times.ends_on(*told)
    return Period(
        day if value.length == Length.YEAR and times.begins_on(*told) <= day <= last else last, times.label(*told)
    )


def column(defined: Defined, values: Iterable[Value]) -> Column:
    """What is known of an indicator, the surest value of each place and time."""
    found: dict[tuple[str, Period], Value] = {}
    for value in values:
        if value.value is not None:
            at = (value.place, period_of(value))
            if at not in found or list(Status).index(value.status) < list(Status).index(found[at].status):
                found[at] = value
    return Column(measured(defined), tuple(standing_of(value) for value in found.values()))


def sizes(values: Sequence[Value]) -> dict[tuple[Level, str], float]:
    """The newest population of each place, out of the values of the indicator `population`."""
    newest: dict[tuple[Level, str], Value] = {}
    for value in values:
        at = (value.level, value.place)
        if value.value and (at not in newest or value.year > newest[at].year):
            newest[at] = value
    return {at: float(value.value or 0) for at, value in newest.items()}
