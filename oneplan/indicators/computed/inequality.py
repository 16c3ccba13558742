"""How unequally something is spread: the Gini coefficient and Theil's T.

Published in: Corrado Gini (1914), "Sulla misura della concentrazione e della variabilità dei caratteri", as twice the
area between the Lorenz curve and the diagonal. Bounds from grouped data: Joseph Gastwirth (1972), "The estimation of
the Lorenz curve and Gini index", Review of Economics and Statistics 54, 306-316. Theil's T and its parts: Henri Theil
(1967), Economics and Information Theory, North-Holland, chapter 4; the decomposition as in Anthony Shorrocks (1980),
"The class of additively decomposable inequality measures", Econometrica 48, 613-625.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from .checking import Floats, NotComputable, numbers, same_shape, weights_for


def gini(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """The Gini coefficient of values not below zero: 0 where all are equal, near 1 where one has everything.

    `weights` is how many each value stands for. Of a whole population: no correction for small samples is made (a
    sample of n gives at most 1 - 1/n). Raises NotComputable for unknown or negative values, and where all are zero.
    """
    amounts, counts, _total = _spread(values, weights)
    order = np.argsort(amounts, kind="stable")
    people = np.cumsum(counts[order])
    money = np.cumsum(amounts[order] * counts[order])
    before = np.concatenate([[0.0], money[:-1]])
    under = float((counts[order] * (money + before)).sum() / (people[-1] * money[-1]))
    return min(max(1 - under, 0.0), 1.0)


@dataclass(frozen=True)
class Bounds:
    """Between which values the Gini coefficient lies; `most` is None where the classes have no stated limits."""

    least: float
    most: float | None


def gini_grouped(counts: ArrayLike, means: ArrayLike, limits: ArrayLike | None = None) -> Bounds:
    """What the Gini coefficient can be, from counts and mean values of classes.

    `least` takes everybody to have the mean of the class; `most` spreads each class to its limits (Gastwirth 1972),
    which are one more than the classes, rising, the last possibly infinite. Classes without anybody are allowed.
    Raises NotComputable where a mean is outside its class.
    """
    people = numbers("counts", counts, least=0)
    middle = numbers("means", means, least=0)
    same_shape(counts=people, means=middle)
    least = gini(middle, people)
    if limits is None:
        return Bounds(least, None)
    edges: Floats = np.asarray(limits, dtype=np.float64)
    if len(edges) != len(people) + 1 or not (np.diff(edges) > 0).all():
        raise NotComputable(f"{len(people)} classes have {len(people) + 1} limits, each above the one before.")
    low, high = edges[:-1], edges[1:]
    filled = people > 0
    if not ((low <= middle) & (middle <= high))[filled].all():
        raise NotComputable("A class has a mean outside its limits. Check that means and limits are in one unit.")
    share = people / people.sum()
    with np.errstate(invalid="ignore"):
        within = np.where(np.isinf(high), middle - low, (middle - low) * (high - middle) / (high - low))
    return Bounds(least, least + float((share[filled] ** 2 * within[filled]).sum() / (share @ middle)))


def theil(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Theil's T of values not below zero: the mean of y/μ × ln(y/μ); 0 where all are equal, ln n where one has
    everything.

    Raises NotComputable as `gini` does.
    """
    amounts, counts, total = _spread(values, weights)
    ratio = amounts * counts.sum() / total
    return max(float((counts * xlogy(ratio, ratio)).sum() / counts.sum()), 0.0)


@dataclass(frozen=True)
class Parts:
    """Theil's T of a whole: `between` its groups' means, and `within` the groups; they add up to `total`.

    `groups` has each group's own T, and its share of everything that is spread, by which it is weighted.
    """

    total: float
    between: float
    within: float
    groups: Mapping[Any, tuple[float, float]]


def theil_parts(values: ArrayLike, groups: ArrayLike, weights: ArrayLike | None = None) -> Parts:
    """Theil's T, taken apart by group: T = Σ s_g ln(ȳ_g/ȳ) + Σ s_g T_g, where s_g is the group's share of the total.

    `groups` has one name for each value. Raises NotComputable as `theil` does, and where names and values differ in
    number.
    """
    amounts, counts, total = _spread(values, weights)
    names, codes = np.unique(np.asarray(groups), return_inverse=True)
    if codes.shape != amounts.shape:
        raise NotComputable(f"There are {amounts.size:,} values but {codes.size:,} group names. Give one each.")
    people, money = np.bincount(codes, weights=counts), np.bincount(codes, weights=amounts * counts)
    some = people > 0
    share = money / total
    mean = np.divide(money, people, out=np.zeros(len(names)), where=some)
    ratio = np.divide(amounts, mean[codes], out=np.zeros(len(amounts)), where=mean[codes] > 0)
    inner = np.bincount(codes, weights=counts * xlogy(ratio, ratio))
    own = np.maximum(np.divide(inner, people, out=np.zeros(len(names)), where=some), 0.0)
    between = max(float(xlogy(share, mean * counts.sum() / total).sum()), 0.0)
    within = float(share @ own)
    found = {name: (float(own[at]), float(share[at])) for at, name in enumerate(names.tolist())}
    return Parts(between + within, between, within, MappingProxyType(found))


def _spread(values: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats, float]:
    """Values, weights, and what is spread in all, above zero."""
    amounts = numbers("the values", values, least=0)
    if amounts.ndim != 1 or not amounts.size:
        raise NotComputable("Inequality is told of a list of at least one value.")
    counts = weights_for(amounts, weights)
    total = float(amounts @ counts)
    if not total > 0:
        raise NotComputable("All values are zero: nothing is spread, equally or not.")
    return amounts, counts, total
