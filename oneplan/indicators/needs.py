"""How many are without a service in a place, as the build serves it: the need that deliveries are to meet.

`parameters/needs.yaml` names the indicators. A count of persons stays one of persons; whoever wants households says how
they were made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from oneplan.access.actors import Actor
from oneplan.frameworks.loading import BrokenFileError, load
from oneplan.indicators import queries
from oneplan.indicators.choices import Level, Unit, Universe
from oneplan.indicators.comparing.sentences import why_not
from oneplan.indicators.comparing.values import Break, breaks
from oneplan.indicators.measuring import period_of, preferred, standing_of
from oneplan.indicators.profile.figures import figure
from oneplan.indicators.profile.parts import Figure
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import Defined, registry

_FILE = Path(__file__).parent / "parameters" / "needs.yaml"
_OF_HOUSEHOLDS = (Universe.HOUSEHOLDS, Universe.HOUSEHOLDS_AND_QUARTERS)
_COUNTS = ("with", "without")


@dataclass(frozen=True)
class Need:
    """What counts those without a service. `counts` says of whom its indicator tells: "with" or "without".

    `is_delivered`: households can be given it, so that deliveries a year can be set beside it.
    """

    code: str
    title: str
    indicator: str
    counts: str
    is_delivered: bool = True

    @property
    def defined(self) -> Defined:
        return registry()[self.indicator]

    @property
    def is_of_households(self) -> bool:
        return self.defined.universe in _OF_HOUSEHOLDS


@dataclass(frozen=True)
class _Needs:
    needs: tuple[Need, ...]


@cache
def needs() -> Mapping[str, Need]:
    """Every need that is counted, by code. Raises BrokenFileError."""
    found = {each.code: each for each in load(_FILE, _Needs).needs}
    for each in found.values():
        if each.indicator not in registry() or each.defined.unit != Unit.PERCENT or each.counts not in _COUNTS:
            raise BrokenFileError(f"{_FILE.name}: {each.code} is not a share of those with or without")
    return found


@dataclass(frozen=True)
class Without:
    """How many are without at one time. `share` is between 0 and 1; `count` is whole, None where only a share is told.

    `of` is of how many, in the indicator's universe. `figure` is the value that it is made of, which opens its page.
    """

    need: Need
    share: float
    count: int | None
    of: float | None
    year: int
    value: Value
    figure: Figure


@dataclass(frozen=True)
class Pace:
    """How many households came to have a service each year between two moments, and why the two are no series."""

    a_year: float
    first: Without
    last: Without
    why_not: str


def without_of(code: str, *, by: Actor, sample: bool = False) -> dict[str, list[Without]]:
    """What is known of each need of a space, earliest first; a need of which nothing is known is left out.

    Invented figures alone, or none. Raises NothingBuilt.
    """
    by_indicator: dict[str, list[Value]] = {}
    for value in queries.values_at([code], by=by, codes=sorted({each.indicator for each in needs().values()})):
        if value.level == Level.SPACE and value.is_sample == sample and value.value is not None:
            by_indicator.setdefault(value.indicator, []).append(value)
    return {
        each.code: [_without(each, value) for value in preferred(by_indicator[each.indicator])]
        for each in needs().values() if each.indicator in by_indicator
    }  # fmt: skip


def _without(need: Need, value: Value) -> Without:
    share = (value.value or 0.0) / 100
    count, of = value.above, value.below
    if need.counts == "with":
        share, count = 1 - share, None if count is None or of is None else of - count
    if of is None:  # told as a share alone
        count = None
    return Without(need, share, None if count is None else round(count), of, value.year, value, figure(value))


def households_of(code: str, *, by: Actor, sample: bool = False) -> dict[int, Value]:
    """Households of a space by year, as counted. Raises NothingBuilt."""
    values = [
        value for value in queries.values_at([code], by=by, codes=("households",))
        if value.level == Level.SPACE and value.is_sample == sample and value.value is not None
    ]  # fmt: skip
    return {value.year: value for value in preferred(values)}


def pace_of(known: Sequence[Without], households: Mapping[int, Value]) -> Pace | None:
    """How fast households came to be served between the last two moments of which they are counted as well.

    None where there are no two, or persons are counted.
    """
    told = [each for each in known if each.need.is_of_households and each.year in households]
    for first, last in reversed(list(pairwise(told))):
        served = [(1 - each.share) * (households[each.year].value or 0.0) for each in (first, last)]
        one, other = standing_of(last.value), standing_of(first.value)
        reasons = "; ".join(
            why_not(why, one, other)
            for why in breaks(one, other)
            if why != Break.BOUNDARY or (one.boundary and other.boundary)  # a space told on any borders has its own
        )
        years = period_of(last.value).years_since(period_of(first.value))
        return Pace((served[1] - served[0]) / years, first, last, reasons)
    return None
