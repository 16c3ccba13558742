"""What is compared: the nature of an indicator, a place, and a place's value with all that qualifies it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import hypot, isfinite

_DAYS_OF_A_YEAR = 365.25


class Kind(StrEnum):
    """What a value is, and so what may be done with it.

    A count, of things or of rand, adds over places and quarters and grows with the place. A share (or rate) is `base`
    times a part of a whole: it is never added. An amount is above nothing and compared by factors: rand a person, a
    price. A level is an index, a score or an average: neither.
    """

    COUNT = "count"
    SHARE = "share"
    AMOUNT = "amount"
    LEVEL = "level"


class Direction(StrEnum):
    """Which way is better, by the codes of the registry. Where neither is, nothing is called better or worse."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "none"


class Verdict(StrEnum):
    """How a difference reads by the direction of its indicator."""

    BETTER = "better"
    WORSE = "worse"
    NEITHER = "neither"


class Uncertainty(StrEnum):
    """What the margin beside a value stands for."""

    SAMPLING = "sampling"
    UNDERCOUNT = "undercount"


@dataclass(frozen=True, order=True)
class Period:
    """When a value holds, by the last day that it covers; `label` is how it is written: 2011, 2023/24, 2024 Q1."""

    ends_on: date
    label: str

    def years_since(self, earlier: Period) -> float:
        return (self.ends_on - earlier.ends_on).days / _DAYS_OF_A_YEAR


@dataclass(frozen=True)
class Measured:
    """An indicator as far as comparing it needs.

    `unit` follows the number ("%", "persons", "per 100 000"); `places` are the decimals shown. `base` is what a share
    is out of: 100 for per cent. `resolution` is the step to which the source rounds its values (0: it does not), and
    `least` the smallest difference worth telling, both in the unit.
    """

    code: str
    title: str
    unit: str
    kind: Kind
    direction: Direction = Direction.NEITHER
    places: int = 1
    base: float = 100.0
    resolution: float = 0.0
    least: float = 0.0

    def verdict(self, difference: float) -> Verdict:
        """How it reads that a value lies `difference` above another."""
        if self.direction == Direction.NEITHER or not difference:
            return Verdict.NEITHER
        return Verdict.BETTER if (difference > 0) == (self.direction == Direction.HIGHER) else Verdict.WORSE


@dataclass(frozen=True)
class Place:
    """A space or a municipality. `municipal_class` is the class of a local one (B1 to B4) where it is known."""

    code: str
    name: str
    category: str
    population: float | None = None
    municipal_class: str = ""


@dataclass(frozen=True)
class Standing:
    """The value of one indicator for one place and period, with what decides whether it may be compared.

    `value` is in the indicator's unit; None is unknown, never zero. `denominator` is of how many of the universe the
    share is. `margin` is the half-width of the 95 % interval of what `margin_is`, in the unit. `boundary` is the
    demarcation of the place (2011, 2016, 2021), `question` the wording or definition in force: a break where it
    changes. A modelled value names its `method`. `stated_error` is what the source says of its error where that is
    no number.
    """

    place: str
    value: float | None
    period: Period
    universe: str
    source: str
    denominator: float | None = None
    margin: float | None = None
    margin_is: Uncertainty = Uncertainty.SAMPLING
    boundary: str = ""
    question: str = ""
    is_modelled: bool = False
    method: str = ""
    is_sample: bool = False
    stated_error: str = ""

    def __post_init__(self) -> None:
        if self.value is not None and not isfinite(self.value):
            raise ValueError(f"{self.place}, {self.period.label}: {self.value} is no value; unknown is None.")


class Break(StrEnum):
    """Why two values are not one series."""

    UNIVERSE = "universe"
    QUESTION = "question"
    BOUNDARY = "boundary"
    METHOD = "method"
    SAMPLE = "sample"


def breaks(one: Standing, other: Standing, *, of_one_place: bool = True) -> tuple[Break, ...]:
    """What parts two values; nothing where they may be compared.

    Between places of different levels (a space and its province) the demarcation does not matter: `of_one_place` says
    that it does.
    """
    parted = {
        Break.UNIVERSE: one.universe != other.universe,
        Break.QUESTION: one.question != other.question,
        Break.BOUNDARY: of_one_place and one.boundary != other.boundary,
        Break.METHOD: (one.is_modelled, one.method) != (other.is_modelled, other.method),
        Break.SAMPLE: one.is_sample != other.is_sample,
    }
    return tuple(why for why, holds in parted.items() if holds)


def margin_between(one: Standing, other: Standing) -> float:
    """The half-width of the 95 % interval of their difference, the two errors being independent; 0 where none is known.

    >>> day = Period(date(2016, 3, 7), "2016")
    >>> margin_between(Standing("A", 1, day, "", "", margin=3), Standing("B", 2, day, "", "", margin=4))
    5.0
    """
    return hypot(one.margin or 0.0, other.margin or 0.0)


@dataclass(frozen=True)
class Column:
    """One indicator with what is known of it over all places and periods; one standing of a place and period."""

    measured: Measured
    standings: tuple[Standing, ...]

    def by_place(self) -> Mapping[str, tuple[Standing, ...]]:
        """What is known of each place, earliest first; values that are unknown are left out."""
        found: dict[str, list[Standing]] = {}
        for standing in self.standings:
            if standing.value is not None:
                found.setdefault(standing.place, []).append(standing)
        return {place: tuple(sorted(known, key=lambda each: each.period)) for place, known in found.items()}


class Aspect(StrEnum):
    """What of an indicator is looked at.

    Its level beside the peers'; its change per year beside the peers' over the same periods; its latest step beside its
    own earlier steps.
    """

    LEVEL = "level"
    CHANGE = "change"
    TREND = "trend"


class Reason(StrEnum):
    """Why nothing was tested, so nothing is said."""

    NO_VALUE = "no_value"
    COUNT = "count"
    NO_EARLIER = "no_earlier"
    BROKEN = "broken"
    FEW_PEERS = "few_peers"
    FEW_OTHERS = "few_others"
    ALIKE = "alike"


@dataclass(frozen=True)
class Finding:
    """One thing that stands out.

    `value` and `typical` (the median of the peers, or of the place's own earlier steps) are in the unit for a level and
    in the unit per year for a change; for the change of a count both are growth in per cent a year. `score` is the
    modified z-score, `cautious` the same at the end of the value's interval that lies nearest to typical, `rate` the
    false discovery rate at which it is found, `others` among how many.
    """

    place: str
    measured: Measured
    aspect: Aspect
    standing: Standing
    earlier: Standing | None
    value: float
    typical: float
    score: float
    cautious: float
    rate: float
    others: int
    verdict: Verdict


@dataclass(frozen=True)
class Untested:
    """An aspect of an indicator of which nothing can be said for a place."""

    indicator: str
    aspect: Aspect
    reason: Reason


@dataclass(frozen=True)
class Notable:
    """What stands out of one place, most first; how many `more`, how many were tested, and what was not and why."""

    place: str
    findings: tuple[Finding, ...]
    more: int
    tested: int
    untested: tuple[Untested, ...]
