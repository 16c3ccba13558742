"""From the registry and the build to what `comparing` compares: indicators, places and qualified values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import get_language

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
from oneplan.indicators.definitions.current import kept_while_defined
from oneplan.indicators.queries import Place as Registered
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import Defined, Observed, registry, tables_of
from oneplan.indicators.tables import Source, sources, tables

_UNITS = {Unit.RAND: "R", Unit.NUMBER: "", Unit.RATIO: "", Unit.SCORE: ""}
_BASES = {Unit.PERCENT: 100.0, Unit.PER_TEN_THOUSAND: 10_000.0, Unit.PER_HUNDRED_THOUSAND: 100_000.0}
_LEAST = {Unit.PERCENT: 1.0}  # percentage points: less is not worth telling, whatever the test says
_MODELLED = frozenset({Status.MODELLED, Status.CONVERTED})
_SURENESS = {status: at for at, status in enumerate(Status)}


def measured(defined: Defined) -> Measured:
    """An indicator as far as comparing needs it.

    What is told per 100 of another thing (men per 100 women) is no part of a whole, and neither is a percentage that
    its source lets pass 100: they are levels.
    """
    return _measured(defined.code, get_language())


@kept_while_defined
def _measured(code: str, _language: str | None) -> Measured:
    defined = registry()[code]
    tables_read = [table for formula in defined.formulas for table in tables_of(formula)]
    is_share = defined.unit in _BASES and not any(table.is_unbounded for table in tables_read)
    kind = Kind.COUNT if defined.unit in (Unit.NUMBER, Unit.RAND) else Kind.SHARE if is_share else Kind.LEVEL
    is_rounded = any(isinstance(formula, Observed) for formula in defined.formulas)
    return Measured(
        defined.code, defined.title, _UNITS.get(defined.unit, str(defined.unit.label)), kind,
        Direction(str(defined.direction)), defined.decimals, _BASES.get(defined.unit, 100.0),
        resolution=10.0**-defined.decimals if is_rounded else 0.0, least=_LEAST.get(defined.unit, 0.0),
    )  # fmt: skip


def placed(place: Registered, population: float | None) -> Place:
    """A place with its size."""
    return Place(place.code, place.label, place.category, population)


def source_of(value: Value) -> Source:
    """Who observed what stands above the line of a value."""
    return sources()[tables()[value.table].source]


def standing_of(value: Value) -> Standing:
    """A value with its time, universe and what parts it from others. What its source says of its error stands once,
    beside the source."""
    source = source_of(value)
    return Standing(
        value.place, value.value, period_of(value), _universe(value.indicator, get_language()), source.title,
        denominator=_denominator(value), boundary=str(value.boundary or ""),
        question=_question(value.indicator, source.code), is_modelled=value.status in _MODELLED,
        is_sample=value.is_sample,
    )  # fmt: skip


@kept_while_defined
def _universe(code: str, _language: str | None) -> str:
    return str(registry()[code].universe.label)


def _denominator(value: Value) -> float | None:
    """Of how many a share is, where it counts them; a total that is too small for its share is not its own."""
    return value.below if registry()[value.indicator].unit in _BASES and value.below else None


@kept_while_defined
def _question(indicator: str, code: str) -> str:
    """The newest source up to this one that says it broke with what came before: values after it are one series."""
    asked = ""
    for source in sorted(registry()[indicator].sources, key=lambda source: source.day):
        if source.break_note:
            asked = source.code
        if source.code == code:
            break
    return asked


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
    """When a value holds: by the day of its source where that lies in the year, else by the last day."""
    return _period(value.table, value.year, value.length, value.period)


@kept_while_defined
def _period(table: str, year: int, length: Length, part: int) -> Period:
    told = year, length, part, tables()[table].basis
    day, last = sources()[tables()[table].source].day, times.ends_on(*told)
    return Period(day if length == Length.YEAR and times.begins_on(*told) <= day <= last else last, times.label(*told))


def preferred(values: Iterable[Value]) -> list[Value]:
    """One value of each period, earliest first: what is known before what is not, real before sample, then the surest,
    then the newest borders."""
    best: dict[tuple[int, Length, int], Value] = {}
    for value in values:
        at = value.year, value.length, value.period
        if at not in best or _rank(value) < _rank(best[at]):
            best[at] = value
    return sorted(best.values(), key=period_of)


def _rank(value: Value) -> tuple[bool, bool, int, int]:
    return value.value is None, value.is_sample, _SURENESS[value.status], -value.boundary


def column(defined: Defined, values: Iterable[Value]) -> Column:
    """What is known of an indicator, the surest value of each place and time."""
    found: dict[tuple[str, Period], Value] = {}
    for value in values:
        if value.value is not None:
            at = (value.place, period_of(value))
            if at not in found or _SURENESS[value.status] < _SURENESS[found[at].status]:
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
