"""Multidimensional poverty by the method of Alkire and Foster.

Published in: Sabina Alkire and James Foster (2011), "Counting and multidimensional poverty measurement", Journal of
Public Economics 95, 476-487: identification by two cut-offs in section 3, the adjusted headcount ratio M0 = H × A in
section 4, its decomposition by subgroup and by dimension in section 6. Nested weights, the censored headcounts and
the contribution of an indicator: Alkire, Foster, Seth, Santos, Roche and Ballon (2015), Multidimensional Poverty
Measurement and Analysis, Oxford University Press, chapter 5.

Who is deprived in what must be known for each household at once. A table that counts the deprived of one indicator, and
another that counts those of the next, do not say how many are deprived in both: see `headcounts_from_tables`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oneplan.frameworks.loading import load

from .checking import Floats, NotComputable, numbers, weights_for

_FILE = Path(__file__).parent / "parameters" / "poverty.yaml"
Columns = Mapping[str, Any]  # a column of values by indicator code: whatever NumPy reads as an array


@dataclass(frozen=True)
class Indicator:
    """One deprivation: `weight` is an exact fraction of one, `deprived_if` the deprivation cut-off in words."""

    code: str
    label: str
    weight: str
    deprived_if: str


@dataclass(frozen=True)
class Dimension:
    """Indicators that are told together."""

    code: str
    label: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Structure:
    """What an index counts, in whom, and from which weighted share of deprivations on somebody is poor."""

    code: str
    title: str
    valid_from: date
    universe: str
    cutoff: str
    reference: str
    method: str
    dimensions: tuple[Dimension, ...]
    compared_with: str | None = None
    not_compared: str | None = None

    @cached_property
    def weights(self) -> Mapping[str, Fraction]:
        """Weight by indicator code; they add up to one. Raises NotComputable where they do not."""
        found = {each.code: Fraction(each.weight) for group in self.dimensions for each in group.indicators}
        if sum(found.values()) != 1 or min(found.values()) <= 0 or len(found) > 30:
            raise NotComputable(
                f"The weights of {self.title} add up to {sum(found.values())}. They must add up to 1, over at most 30 "
                "indicators, each above 0."
            )
        return MappingProxyType(found)

    @cached_property
    def points(self) -> tuple[Mapping[str, int], int]:
        """Weights as whole points, and how many points make a household poor: so that a share meets a cut-off
        exactly."""
        whole = math.lcm(*(weight.denominator for weight in self.weights.values()))
        points = {code: int(weight * whole) for code, weight in self.weights.items()}
        return MappingProxyType(points), math.ceil(Fraction(self.cutoff) * whole)


@dataclass(frozen=True)
class _Structures:
    structures: tuple[Structure, ...]


@cache
def _structures() -> tuple[Structure, ...]:
    return load(_FILE, _Structures).structures


def structure(code: str, on: date) -> Structure:
    """The structure of that code in force on a day. Raises NotComputable where there was none."""
    found = [each for each in _structures() if each.code == code and each.valid_from <= on]
    if not found:
        raise NotComputable(f"No structure {code!r} was in force on {on:%d %B %Y}. Choose another date or index.")
    return max(found, key=lambda each: each.valid_from)


class Missing(StrEnum):
    """What is done where it is not known whether a household is deprived; told with the result."""

    REFUSE = "refuse"
    LEAVE_OUT = "leave_out"  # the household, whose weight is told
    NOT_DEPRIVED = "not_deprived"  # the lowest that the answer can be


@dataclass(frozen=True)
class Poverty:
    """The measures of one population, all shares between 0 and 1, and what they rest on.

    `headcount` H: share of the population that is poor. `intensity` A: average weighted share of deprivations among the
    poor; None where nobody is. `adjusted` M0 = H × A. `uncensored` and `censored`: share of the population deprived
    in an indicator, and poor and deprived in it. `population` and `poor` are sums of weights. Of `households` rows,
    `unknown` had an unknown value, which stood for `unknown_share` of the weight; `missing` says what was done with
    them.
    """

    structure: Structure
    headcount: float
    intensity: float | None
    adjusted: float
    uncensored: Mapping[str, float]
    censored: Mapping[str, float]
    population: float
    poor: float
    households: int
    missing: Missing
    unknown: int
    unknown_share: float

    @property
    def contributions(self) -> Mapping[str, float]:
        """By indicator, its share of M0: weight × censored headcount ÷ M0. Empty where nobody is poor."""
        if not self.adjusted:
            return {}
        weights = self.structure.weights
        return {code: float(weights[code]) * share / self.adjusted for code, share in self.censored.items()}

    @property
    def dimension_contributions(self) -> Mapping[str, float]:
        """By dimension, the sum of its indicators' contributions. Empty where nobody is poor."""
        by_indicator = self.contributions
        return {
            group.code: sum(by_indicator[each.code] for each in group.indicators)
            for group in self.structure.dimensions
            if by_indicator
        }


@dataclass(frozen=True)
class Published:
    """An official headcount and intensity, both shares, as somebody published them."""

    headcount: float
    intensity: float
    source: str


@dataclass(frozen=True)
class SingleHeadcounts:
    """By indicator, the share that is deprived in it. That is all that tables of one indicator each can say."""

    shares: Mapping[str, float]
    structure: Structure


def deprived(achievements: Columns, cutoffs: Mapping[str, float]) -> dict[str, NDArray[np.float64]]:
    """Who falls below the deprivation cut-off of each indicator: 1, 0, or NaN where the achievement is unknown.

    One is deprived strictly below the cut-off (Alkire and Foster 2011, section 3). Raises NotComputable where an
    indicator has no cut-off.
    """
    without = sorted(set(achievements) - set(cutoffs))
    if without:
        raise NotComputable(f"There is no deprivation cut-off for {', '.join(without)}. State one.")
    columns = {code: np.asarray(values, dtype=np.float64) for code, values in achievements.items()}
    return {
        code: np.where(np.isnan(values), np.nan, (values < cutoffs[code]).astype(np.float64))
        for code, values in columns.items()
    }


def alkire_foster(
    deprivations: Columns, index: Structure, *, weights: ArrayLike | None = None, missing: Missing = Missing.REFUSE
) -> Poverty:
    """The measures of a whole population.

    `deprivations` has a column for each indicator of the structure: true or 1 where the household is deprived, false
    or 0 where it is not, NaN where that is unknown. `weights` is how many of the universe each row stands for (a
    sampling weight, times the number of members where persons are counted). Raises NotComputable where a column is
    missing, has other values, or has unknown values that are not treated in a stated way.
    """
    return _measure(*_read(deprivations, index, weights, missing), None)[0]


def by_group(
    deprivations: Columns, index: Structure, groups: ArrayLike, *, weights: ArrayLike | None = None,
    missing: Missing = Missing.REFUSE,
) -> dict[Any, Poverty]:  # fmt: skip
    """The measures of each group, in the order of their names; weighted by population, M0 adds up to that of the whole.

    `groups` has one name for each row. Otherwise as `alkire_foster`.
    """
    names, codes = np.unique(np.asarray(groups), return_inverse=True)
    prepared = _read(deprivations, index, weights, missing)
    if codes.shape != prepared[1].shape:
        raise NotComputable(f"There are {prepared[1].size:,} households but {codes.size:,} group names. Give one each.")
    return dict(zip(names.tolist(), _measure(*prepared, codes.astype(np.intp)), strict=True))


def group_contributions(groups: Mapping[Any, Poverty]) -> dict[Any, float]:
    """Each group's share of the M0 of all of them: its share of the population × its M0 ÷ that of the whole.

    Empty where nobody is poor.
    """
    parts = {name: each.population * each.adjusted for name, each in groups.items()}
    whole = sum(parts.values())
    return {name: part / whole for name, part in parts.items() if whole}


@dataclass(frozen=True)
class _Treated:
    """How unknown values are treated: which rows have one, and the weights before anything was left out."""

    index: Structure
    missing: Missing
    unknown: NDArray[np.bool_] | None
    weights: Floats

    def told(self, groups: NDArray[np.intp] | None, count: int) -> tuple[Floats, Floats]:
        """How many households have an unknown value, and their share of the weight, by group."""
        if self.unknown is None:
            return np.zeros(count), np.zeros(count)
        of = np.zeros(len(self.weights), dtype=np.intp) if groups is None else groups
        rows, weight = (
            np.bincount(of, weights=each, minlength=count) for each in (self.unknown, self.weights * self.unknown)
        )
        share: Floats = weight / np.bincount(of, weights=self.weights, minlength=count)
        return rows.astype(np.float64), share


def _read(
    deprivations: Columns, index: Structure, weights: ArrayLike | None, missing: Missing
) -> tuple[dict[str, NDArray[np.bool_]], Floats, _Treated]:
    """Columns in the structure's order as true or false, the weights (zero where left out), and what was treated."""
    lacking = [code for code in index.weights if code not in deprivations]
    if lacking:
        raise NotComputable(
            f"{index.title} needs {', '.join(lacking)} as well. An index of fewer indicators is another index."
        )
    columns = {code: np.asarray(deprivations[code]) for code in index.weights}
    count = next(iter(columns.values())).size
    if not count or any(column.shape != (count,) for column in columns.values()):
        raise NotComputable(f"Every indicator needs one value a household, for at least one. The first has {count:,}.")
    found: dict[str, NDArray[np.bool_]] = {}
    unknown: NDArray[np.bool_] | None = None
    for code, column in columns.items():
        if column.dtype == np.bool_:
            found[code] = column
            continue
        values = column.astype(np.float64)
        found[code] = values == 1
        blank = np.isnan(values)
        if not (found[code] | (values == 0) | blank).all():
            raise NotComputable(f"{code} has values other than deprived (1), not deprived (0) and unknown (empty).")
        if blank.any():
            unknown = blank if unknown is None else unknown | blank
    if unknown is not None and missing is Missing.REFUSE:
        raise NotComputable(
            f"It is unknown of {int(unknown.sum()):,} of {count:,} households whether they are deprived in "
            "everything that is counted. Leave them out or count them as not deprived; the result will say which."
        )
    stands_for = weights_for(np.ones(count), weights)
    treated = _Treated(index, missing, unknown, stands_for)
    if unknown is not None and missing is Missing.LEAVE_OUT:
        stands_for = np.where(unknown, 0.0, stands_for)
    return found, stands_for, treated


def _measure(
    columns: dict[str, NDArray[np.bool_]], weights: Floats, treated: _Treated, groups: NDArray[np.intp] | None
) -> list[Poverty]:
    """The measures of each group; of everybody where there are none."""
    index = treated.index
    points, poor_from = index.points
    count = 1 if groups is None else int(groups.max()) + 1
    of, pattern, counted, rows = _patterns(list(columns.values()), weights, groups)
    poor = pattern @ np.array([points[code] for code in columns]) >= poor_from

    def total(amounts: Floats) -> Floats:
        return np.bincount(of, weights=amounts, minlength=count).astype(np.float64, copy=False)

    population, poor_population = total(counted), total(counted * poor)
    if not (population > 0).all():
        raise NotComputable(
            "There is nobody to compute from: every household, or every one of a group, has a weight of zero or an "
            "unknown value. Leave the group out, or treat unknown values otherwise."
        )
    uncensored = {code: total(counted * pattern[:, at]) / population for at, code in enumerate(columns)}
    censored = {code: total(counted * pattern[:, at] * poor) / population for at, code in enumerate(columns)}
    adjusted = np.array([float(index.weights[code]) for code in censored]) @ np.array(list(censored.values()))
    households, (unknown, unknown_share) = total(rows), treated.told(groups, count)

    def result(at: int) -> Poverty:
        headcount, m0 = float(poor_population[at] / population[at]), float(adjusted[at])
        return Poverty(
            index, headcount, m0 / headcount if headcount else None, m0,
            MappingProxyType({code: float(shares[at]) for code, shares in uncensored.items()}),
            MappingProxyType({code: float(shares[at]) for code, shares in censored.items()}),
            float(population[at]), float(poor_population[at]), int(households[at]), treated.missing,
            int(unknown[at]), float(unknown_share[at]),
        )  # fmt: skip

    return [result(at) for at in range(count)]


def _patterns(
    columns: list[NDArray[np.bool_]], weights: Floats, groups: NDArray[np.intp] | None
) -> tuple[NDArray[np.intp], NDArray[np.bool_], Floats, Floats]:
    """Households of one group that are deprived in the same are one row: group, deprivations, weight and number.

    A million households of eleven indicators have at most some thousands of patterns, so that what follows costs
    nothing.
    """
    bits = len(columns)
    place = np.zeros(len(weights), dtype=np.int32)
    for at, column in enumerate(columns):
        place += column * np.int32(1 << at)
    key = place.astype(np.int64)
    if groups is not None:
        key += groups << bits
    rows: NDArray[np.intp]
    if int(key.max()) < max(4 * len(key), 1 << 16):  # few enough to count in place
        rows = np.bincount(key)
        cells = np.flatnonzero(rows)
        counted, rows = np.bincount(key, weights=weights)[cells], rows[cells]
    else:
        cells, at_cell, rows = np.unique(key, return_inverse=True, return_counts=True)
        counted = np.bincount(at_cell, weights=weights)
    pattern = np.bitwise_and(cells[:, None] >> np.arange(bits), 1).astype(np.bool_)
    return cells >> bits, pattern, counted.astype(np.float64), rows.astype(np.float64)


def headcounts_from_tables(counted: Mapping[str, tuple[float, float]], index: Structure) -> SingleHeadcounts:
    """What tables of one indicator each can say: by indicator, deprived ÷ all, from (deprived, all).

    Raises NotComputable where the deprived exceed all.
    """
    unknown = sorted(set(counted) - set(index.weights))
    if unknown:
        raise NotComputable(f"{index.title} does not count {', '.join(unknown)}.")
    wrong = [code for code, (part, whole) in counted.items() if not 0 <= part <= whole or not whole > 0]
    if wrong:
        raise NotComputable(f"More deprived than there are, or none counted, in {', '.join(wrong)}.")
    return SingleHeadcounts(MappingProxyType({code: part / whole for code, (part, whole) in counted.items()}), index)


def index_value(found: Poverty | Published | SingleHeadcounts) -> float:
    """The adjusted headcount ratio M0, between 0 and 1: from microdata, or H × A as published.

    Raises NotComputable for headcounts of single indicators, and for published shares that are not shares.
    """
    if isinstance(found, SingleHeadcounts):
        raise NotComputable(
            "Tables of one indicator each give the share deprived in each indicator. They do not say who is deprived "
            "in several at once, so this is no multidimensional poverty index. Use microdata, or a published headcount "
            "and intensity."
        )
    if isinstance(found, Poverty):
        return found.adjusted
    headcount, intensity = numbers("headcount and intensity", [found.headcount, found.intensity], least=0, most=1)
    return float(headcount * intensity)
