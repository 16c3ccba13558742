"""The human development index by the method of the United Nations Development Programme since 2010.

Published in: United Nations Development Programme, Human Development Report 2010, technical note 1 (geometric mean of
three dimension indices; income by its logarithm), and in the technical notes of each report since, which changed the
goalposts and, in 2014, the way the two parts of education are joined.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from oneplan.frameworks.loading import load

from .checking import Floats, NotComputable, numbers, same_shape

_FILE = Path(__file__).parent / "parameters" / "human_development.yaml"


@dataclass(frozen=True)
class Goalpost:
    """The values that stand for 0 and for 1."""

    least: str
    most: str

    def place(self, values: Floats) -> Floats:
        """Where values stand between the goalposts; above the upper one counts as 1, as the report caps them."""
        least, most = float(self.least), float(self.most)
        return np.minimum((values - least) / (most - least), 1.0)

    def place_logarithms(self, values: Floats) -> Floats:
        """The same of natural logarithms."""
        least, most = float(self.least), float(self.most)
        found: Floats = np.minimum(np.log(values / least) / math.log(most / least), 1.0)
        return found


@dataclass(frozen=True)
class Goalposts:
    """The goalposts of some years' reports, and how education's two parts are joined in them."""

    code: str
    first_report: int
    last_report: int
    reference: str
    compared_with: str
    life_expectancy: Goalpost
    mean_schooling: Goalpost
    expected_schooling: Goalpost
    income: Goalpost
    income_unit: str
    education: str
    education_most: str | None = None


@dataclass(frozen=True)
class _All:
    goalposts: tuple[Goalposts, ...]


@cache
def _all() -> tuple[Goalposts, ...]:
    return load(_FILE, _All).goalposts


def goalposts(report: int) -> Goalposts:
    """The goalposts of the report of a year. Raises NotComputable where they are not kept."""
    for each in _all():
        if each.first_report <= report <= each.last_report:
            return each
    kept = ", ".join(f"{each.first_report} to {each.last_report}" for each in _all())
    raise NotComputable(f"The goalposts of the report of {report} are not kept here. Kept are those of {kept}.")


@dataclass(frozen=True)
class Development:
    """Three dimension indices and their geometric mean, each between 0 and 1, by place."""

    health: Floats
    education: Floats
    income: Floats
    index: Floats
    goalposts: Goalposts


def human_development(
    *, life_expectancy: ArrayLike, mean_schooling: ArrayLike, expected_schooling: ArrayLike, income: ArrayLike,
    report: int,
) -> Development:  # fmt: skip
    """The index of each place.

    Life expectancy at birth in years; mean years of schooling of adults of 25 or older; expected years of schooling
    of a child of school entry age; gross national income per person in the constant PPP dollars of the goalposts'
    report. Arrays of one shape. Raises NotComputable for unknown values, for values below a lower goalpost, and for a
    report whose goalposts are not kept.
    """
    posts = goalposts(report)
    life = numbers("life expectancy", life_expectancy, least=float(posts.life_expectancy.least))
    mean = numbers("mean years of schooling", mean_schooling, least=0)
    expected = numbers("expected years of schooling", expected_schooling, least=0)
    money = numbers("income per person", income, least=float(posts.income.least))
    same_shape(life_expectancy=life, mean_schooling=mean, expected_schooling=expected, income=money)
    health = posts.life_expectancy.place(life)
    parts = posts.mean_schooling.place(mean), posts.expected_schooling.place(expected)
    if posts.education_most is None:
        education = (parts[0] + parts[1]) / 2
    else:
        education = np.minimum(np.sqrt(parts[0] * parts[1]) / float(posts.education_most), 1.0)
    wealth = posts.income.place_logarithms(money)
    return Development(health, education, wealth, np.cbrt(health * education * wealth), posts)
