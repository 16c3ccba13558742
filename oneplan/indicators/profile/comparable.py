"""From values of the build to what `comparing` compares, and to figures for reading."""

from __future__ import annotations

from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oneplan.indicators import times
from oneplan.indicators.choices import Length, Status, Unit
from oneplan.indicators.comparing.sentences import amount
from oneplan.indicators.comparing.values import Direction, Kind, Measured, Period, Standing
from oneplan.indicators.profile.parts import Figure
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import Defined, Observed, registry, tables_of
from oneplan.indicators.tables import Source, sources, tables
from oneplan.indicators.words import value_address

_UNITS = {Unit.RAND: "R", Unit.NUMBER: "", Unit.RATIO: "", Unit.SCORE: ""}
_BASES = {Unit.PERCENT: 100.0, Unit.PER_TEN_THOUSAND: 10_000.0, Unit.PER_HUNDRED_THOUSAND: 100_000.0}
_LEAST = {Unit.PERCENT: 1.0}  # percentage points: less is not worth telling, whatever the test says
_MODELLED = (Status.MODELLED, Status.CONVERTED)


def measured(defined: Defined) -> Measured:
    """An indicator as far as comparing needs it.

    What is told per 100 of another thing (men per 100 women) is no part of a whole, and neither is a percentage that
    its source lets pass 100: they are levels.
    """
    return _measured(defined.code, get_language())


@cache
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


def unit_of(defined: Defined) -> str:
    """Unit and universe in words: number of persons; % of households."""
    if defined.unit in (Unit.NUMBER, Unit.PERCENT):
        unit = _("number") if defined.unit == Unit.NUMBER else "%"
        return _("%(unit)s of %(universe)s") % {"unit": unit, "universe": defined.universe.label}
    return str(defined.unit.label)


def source_of(value: Value) -> Source:
    """Who observed what stands above the line of a value."""
    return sources()[tables()[value.table].source]


def standing_of(value: Value) -> Standing:
    """A value with its time, universe and what parts it from others. What its source says of its error stands once,
    beside the source."""
    defined, source = registry()[value.indicator], source_of(value)
    return Standing(
        value.place, value.value, period_of(value), str(defined.universe.label), source.title,
        denominator=_denominator(value, defined), boundary=str(value.boundary or ""),
        question=_question(defined.code, source.code), is_modelled=value.status in _MODELLED, is_sample=value.is_sample,
    )  # fmt: skip


def _denominator(value: Value, defined: Defined) -> float | None:
    """Of how many a share is, where it counts them; a total that is too small for its share is not its own."""
    return value.below if defined.unit in _BASES and value.below else None


@cache
def _question(indicator: str, code: str) -> str:
    """The newest source up to this one that says it broke with what came before: values after it are one series."""
    asked = ""
    for source in sorted(registry()[indicator].sources, key=lambda source: source.day):
        if source.break_note:
            asked = source.code
        if source.code == code:
            break
    return asked


def period_of(value: Value) -> Period:
    """When a value holds: by the day of its source where that lies in the year, else by the last day."""
    told = value.year, value.length, value.period, value.basis
    day, last = source_of(value).day, times.ends_on(*told)
    return Period(
        day if value.length == Length.YEAR and times.begins_on(*told) <= day <= last else last, times.label(*told)
    )


def figure(value: Value) -> Figure:
    """A value for reading."""
    known, source = measured(registry()[value.indicator]), source_of(value)
    return Figure(
        value.value, _("unknown") if value.value is None else amount(known, value.value), period_of(value).label,
        str(value.boundary or ""), source.title, source.day, value.status, value.is_sample, value_address(value),
    )  # fmt: skip


def preferred(values: list[Value]) -> list[Value]:
    """One value of each period, earliest first: what is known before what is not, real before sample, then the surest,
    then the newest borders."""
    best: dict[tuple[int, Length, int], Value] = {}
    for value in values:
        at = value.year, value.length, value.period
        if at not in best or _rank(value) < _rank(best[at]):
            best[at] = value
    return sorted(best.values(), key=period_of)


def _rank(value: Value) -> tuple[bool, bool, int, int]:
    return value.value is None, value.is_sample, list(Status).index(value.status), -value.boundary
