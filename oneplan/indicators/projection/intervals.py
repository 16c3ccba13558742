"""What draws say: a middle and a range, with what may be said of the range; and how well such ranges did in the past.

An interval is called calibrated only where a back-test of the same method bears it out. Errors as in Stanley Smith,
Jeff Tayman and David Swanson (2013), A Practitioner's Guide to State and Local Population Projections, Springer,
chapter 13; the uncertainty of a coverage after Edwin Wilson (1927), Journal of the American Statistical Association
22, 209-212.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import sqrt
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from oneplan.frameworks.loading import load
from oneplan.indicators.computed.checking import Floats, NotComputable, numbers, same_shape

_FILE = Path(__file__).parent / "parameters" / "growth.yaml"
LEVEL = 0.8
LEAST_CASES = 20  # fewer say nothing of a coverage
_BLOCK = 1_000_000  # numbers sorted at a time, so that memory stays flat
NEAR = 0.05  # how far a coverage may be from the level of its interval


@dataclass(frozen=True)
class Errors:
    """How far a forecast was off, over its cases: shares of what came true.

    `bias`: the mean, above zero where it was too high. `size`: the mean of the absolute error. `middle`: its median.
    `total`: the error of the sum over all cases.
    """

    bias: float
    size: float
    middle: float
    total: float


@dataclass(frozen=True)
class BackTest:
    """How a method did where the outcome is known, beside naive forecasts, and how often its interval held the outcome.

    `of` is what was forecast ("persons", "persons by age"), `horizon` how many years ahead. `coverage` is a share of
    `cases`; `likely` is the range in which the coverage of very many cases lies, with 95 per cent confidence. Spaces
    of one country err together, so that the range is, if anything, too narrow. `needed` is how many times as wide the
    intervals would have had to be to hold the outcome as often as their level says.
    """

    title: str
    of: str
    horizon: int
    level: float
    cases: int
    errors: Errors
    naive: Mapping[str, Errors]
    coverage: float
    likely: tuple[float, float]
    needed: float

    @property
    def calibrates(self) -> bool:
        """Whether intervals of this method may be called calibrated: enough cases, a coverage near the level and
        likely."""
        near = abs(self.coverage - self.level) <= NEAR and self.likely[0] <= self.level <= self.likely[1]
        return self.cases >= LEAST_CASES and near

    @property
    def beats(self) -> tuple[str, ...]:
        """The naive forecasts whose errors were larger, by their mean size."""
        return tuple(name for name, errors in self.naive.items() if self.errors.size < errors.size)


@dataclass(frozen=True)
class Interval:
    """The range that holds a share `level` of the draws, and the middle of them.

    `of` is what is forecast, `horizon` how many years ahead at most, `test` the back-test that may stand behind it.
    """

    low: Floats
    middle: Floats
    high: Floats
    of: str
    horizon: int
    level: float
    test: BackTest | None = None

    @property
    def is_calibrated(self) -> bool:
        """Whether a back-test of the same thing and level, at least as far ahead, bears the range out."""
        test = self.test
        return (
            test is not None
            and test.calibrates
            and (test.of, test.level) == (self.of, self.level)
            and self.horizon <= test.horizon
        )

    def widened(self, times: float) -> Interval:
        """The same middle with a range so many times as wide, for what a back-test showed; not calibrated by it."""
        low, high = (self.middle + times * (end - self.middle) for end in (self.low, self.high))
        return replace(self, low=low, high=high, test=None)


def interval(draws: Floats, *, of: str, horizon: int, level: float = LEVEL, test: BackTest | None = None) -> Interval:
    """The middle and the range of draws along the last axis. Raises NotComputable for a level that is no share."""
    if not 0 < level < 1:
        raise NotComputable(f"A level of {level:g} is no share between 0 and 1. Write 0.8 for 80 per cent.")
    found = np.empty((3, *draws.shape[:-1]))
    each = max(1, _BLOCK // max(1, draws[:1].size))
    for first in range(0, len(draws), each):
        block = slice(first, first + each)
        found[:, block] = np.quantile(draws[block], [(1 - level) / 2, 0.5, (1 + level) / 2], axis=-1)
    low, middle, high = found
    return Interval(low, middle, high, of, horizon, level, test)


@dataclass(frozen=True)
class Growth:
    """By how much the country had grown in a year (a share of persons), as was known in the base year."""

    base_year: int
    a_year: str
    reference: str


@dataclass(frozen=True)
class _Grown:
    growth: tuple[Growth, ...]


@cache
def growth_known_in(base_year: int) -> Growth | None:
    """The country's growth that a forecaster of that year knew; None where none is kept."""
    return next((each for each in load(_FILE, _Grown).growth if each.base_year == base_year), None)


def naive_forecasts(
    base: ArrayLike, *, years: int, earlier: ArrayLike | None = None, earlier_years: int = 0,
    national_growth: float | None = None,
) -> dict[str, Floats]:  # fmt: skip
    """What anybody could have said, by name, from the numbers of the base year and, where there are any, earlier ones.

    `unchanged`: as in the base year. `national`: everywhere by `national_growth` a year (a share). `trend`: each case
    by the yearly growth since `earlier`, `earlier_years` before the base.
    """
    now = numbers("the base numbers", base, least=0)
    found = {"unchanged": now.copy()}
    if national_growth is not None:
        found["national"] = now * (1 + national_growth) ** years
    if earlier is not None:
        before = numbers("the earlier numbers", earlier, least=0)
        same_shape(base=now, earlier=before)
        if earlier_years <= 0 or not (before > 0).all():
            raise NotComputable("A trend needs earlier numbers above zero, and how many years earlier they are.")
        found["trend"] = now * (now / before) ** (years / earlier_years)
    return found


def errors(forecast: ArrayLike, actual: ArrayLike) -> Errors:
    """How far a forecast was off. Raises NotComputable where an outcome is zero or unknown, or the shapes differ."""
    said, was = numbers("the forecast", forecast), numbers("the outcome", actual, least=0)
    same_shape(forecast=said, outcome=was)
    if not was.size or not (was > 0).all():
        raise NotComputable("An outcome is zero, so that errors have no size beside it. Join small cases.")
    off = said / was - 1
    return Errors(
        float(off.mean()), float(abs(off).mean()), float(np.median(abs(off))), float(said.sum() / was.sum() - 1)
    )


def back_test(title: str, actual: ArrayLike, said: Interval, naive: Mapping[str, Floats]) -> BackTest:
    """Hold an interval, made without knowing the outcome, against the outcome, and its middle beside naive forecasts.

    `title` says which method, between which years, and what it knew that could not have been known then. Raises
    NotComputable as `errors` does.
    """
    was = numbers("the outcome", actual, least=0)
    same_shape(outcome=was, forecast=said.middle)
    inside = (said.low <= was) & (was <= said.high)
    reach = np.where(was > said.middle, said.high, said.low) - said.middle
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond = np.where(was == said.middle, 0.0, (was - said.middle) / reach)
    return BackTest(
        title, said.of, said.horizon, said.level, was.size, errors(said.middle, was),
        MappingProxyType({name: errors(each, was) for name, each in naive.items()}),
        float(inside.mean()), _wilson(int(inside.sum()), was.size),
        float(np.quantile(beyond, said.level, method="inverted_cdf")),
    )  # fmt: skip


def _wilson(hits: int, cases: int, z: float = 1.959964) -> tuple[float, float]:
    """The range of a share, from so many hits in so many cases."""
    share, square = hits / cases, z * z / cases
    middle = (share + square / 2) / (1 + square)
    reach = z * sqrt(share * (1 - share) / cases + square / (4 * cases)) / (1 + square)
    return middle - reach, middle + reach
