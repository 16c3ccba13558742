"""What stands for incomes that are told in bands: limits and a typical income of each band.

Nobody publishes what people in a band earn on average. The rule that stands in for it is dated data, with its source;
whatever rests on it is modelled, and says so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from oneplan.frameworks.loading import load

from .checking import Floats, NotComputable
from .inequality import Bounds, gini_grouped

_FILE = Path(__file__).parent / "parameters" / "income_bands.yaml"
_AMOUNT = re.compile(r"R\s*(\d[\d ]*)")
NOTHING = "No income"


@dataclass(frozen=True)
class Rule:
    """`first` is the part of its upper limit that stands for the first band, `last` how many times its lower limit
    stands for the last, open one. `point` is the reference for one value between two bounds."""

    code: str
    title: str
    valid_from: date
    first: str
    last: str
    reference: str
    point: str
    compared_with: str
    not_compared: str


@dataclass(frozen=True)
class _Rules:
    rules: tuple[Rule, ...]


@cache
def rule() -> Rule:
    """The rule in force: the newest that is kept."""
    return max(load(_FILE, _Rules).rules, key=lambda each: each.valid_from)


@dataclass(frozen=True)
class Bands:
    """Bands from the lowest up. `limits` are one more than the bands, the last infinite; `means` stand for each."""

    labels: tuple[str, ...]
    limits: Floats
    means: Floats
    rule: Rule


def bands(labels: Sequence[str]) -> Bands:
    """The bands that labels name: "No income", "R 4801 - R 9600", "R 204 801 or more", in any order.

    Raises NotComputable where they do not follow one another without a gap, from nothing to an open one.

    >>> bands(["R 1 - R 400", "R 401 or more", "No income"]).means.round(1).tolist()
    [0.0, 266.7, 802.0]
    """
    read = sorted(((*_read(label), label) for label in labels), key=lambda each: each[0])
    lows, highs, ordered = zip(*read, strict=True)
    for high, low in zip(highs[:-1], lows[1:], strict=True):
        if high + 1 != low:
            raise NotComputable(f"The bands of income leave a gap or overlap between R{high:g} and R{low:g}.")
    if lows[0] != 0 or not math.isinf(highs[-1]) or len(read) < 3:
        raise NotComputable("Bands of income go from no income, by one band or more, to one without an upper limit.")
    chosen = rule()
    means = [0.0, float(Fraction(chosen.first) * Fraction(highs[1]))]
    means += [math.sqrt(low * high) for low, high in zip(lows[2:-1], highs[2:-1], strict=True)]
    means.append(float(Fraction(chosen.last) * Fraction(lows[-1])))
    return Bands(ordered, np.array([*lows, math.inf]), np.array(means), chosen)


def _read(label: str) -> tuple[float, float]:
    if label == NOTHING:
        return 0.0, 0.0
    found = [float(each.replace(" ", "")) for each in _AMOUNT.findall(label)]
    if len(found) == 1 and label.rstrip().endswith("or more"):
        return found[0], math.inf
    if len(found) != 2 or found[0] >= found[1]:
        raise NotComputable(f"{label!r} is no band of income from one amount to another.")
    return found[0], found[1]


@dataclass(frozen=True)
class Modelled:
    """A Gini coefficient from bands: one value, and between which it lies if the typical incomes are right."""

    value: float
    bounds: Bounds


def gini_of_bands(counts: ArrayLike, told: Bands) -> Modelled:
    """From how many people are in each band. Raises NotComputable as `gini_grouped` does."""
    found = gini_grouped(counts, told.means, told.limits)
    most = found.most if found.most is not None else found.least
    return Modelled(found.least / 3 + 2 * most / 3, found)
