"""National schedules of fertility and mortality, as dated data, and what a life table makes of them.

The life table follows Samuel Preston, Patrick Heuveline and Michel Guillot (2001), Demography: Measuring and Modeling
Population Processes, Blackwell, chapter 3: box 3.1, the separation factors below five of Coale and Demeny in table
3.3, and the middle of the interval above; survival ratios as in its box 6.1.

Ages are 18 groups of five years, the last 85 and older. Sexes are men, then women.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from oneplan.frameworks.loading import load
from oneplan.indicators.computed.checking import Floats, NotComputable, numbers

_FILE = Path(__file__).parent / "parameters" / "schedules.yaml"
STEP = 5  # years
AGES = (*(f"{age}-{age + 4}" for age in range(0, 85, STEP)), "85+")
SEXES = ("men", "women")
WOMEN = 1
FERTILE = slice(3, 10)  # the groups 15-19 to 45-49
_STARTS = np.array([0, 1, *range(5, 105, STEP)])  # of the intervals of mortality rates; the last is open


@dataclass(frozen=True)
class Row:
    """One age's figures, one for each period."""

    age: int
    figures: str


@dataclass(frozen=True)
class Schedule:
    """Rates by period, age and sex, with their document. `periods` are first years; each has five."""

    code: str
    title: str
    published: date
    reference: str
    licence: str
    read_from: str
    checked: str
    periods: str
    sex_ratio_at_birth: str
    total_fertility: str
    fertility_percent: tuple[Row, ...]
    mortality_men: tuple[Row, ...]
    mortality_women: tuple[Row, ...]

    @cached_property
    def first_years(self) -> tuple[int, ...]:
        return tuple(int(year) for year in self.periods.split())

    def period(self, year: float) -> int:
        """Which period a moment lies in; the first or last one where it lies before or after them all."""
        return int(np.clip(np.searchsorted(self.first_years, year, side="right") - 1, 0, len(self.first_years) - 1))

    @cached_property
    def fertility(self) -> Floats:
        """Births a woman a year, by period and age from 15-19 to 45-49 (periods × 7)."""
        shares = _figures(self.fertility_percent, len(self.first_years)) / 100
        return shares * _floats(self.total_fertility)[:, None] / STEP

    @cached_property
    def mortality(self) -> Floats:
        """Deaths a person a year, by period, sex and age 0, 1-4, 5-9 to 95-99, 100 and older (periods × 2 × 22)."""
        count = len(self.first_years)
        return np.stack([_figures(rows, count) for rows in (self.mortality_men, self.mortality_women)], axis=1)

    @cached_property
    def survival(self) -> Floats:
        """Survival ratios over five years, by period, sex and age (periods × 2 × 18); see `survival_ratios`."""
        return np.stack([survival_ratios(self.mortality[:, sex], woman=sex == WOMEN) for sex in range(2)], axis=1)


def _floats(figures: str) -> Floats:
    return np.array([float(figure) for figure in figures.split()])


def _figures(rows: tuple[Row, ...], periods: int) -> Floats:
    """Periods × ages, from rows by age."""
    found = np.array([_floats(row.figures) for row in rows]).T
    if found.shape[0] != periods:
        raise NotComputable("A row of a schedule has not one figure for each period.")
    return found


@dataclass(frozen=True)
class _Schedules:
    schedules: tuple[Schedule, ...]


@cache
def schedules() -> tuple[Schedule, ...]:
    """Every schedule that is kept, oldest first."""
    return load(_FILE, _Schedules).schedules


def _lived(mortality: Floats, *, woman: bool) -> Floats:
    """Person-years lived in each interval by one born, last axis the 22 intervals of the rates; the last one open."""
    rates = numbers("mortality rates", mortality, least=0, most=2)
    if rates.shape[-1] != len(_STARTS) or not (rates[..., -1] > 0).all():
        raise NotComputable(
            f"A life table needs {len(_STARTS)} rates: ages 0, 1-4, 5-9 to 100 and older, the last above 0."
        )
    width = np.diff(_STARTS).astype(np.float64)
    infant, high = rates[..., 0], rates[..., 0] >= 0.107
    if woman:
        below_one = np.where(high, 0.350, 0.053 + 2.800 * infant)
        below_five = np.where(high, 1.361, 1.522 - 1.518 * infant)
    else:
        below_one = np.where(high, 0.330, 0.045 + 2.684 * infant)
        below_five = np.where(high, 1.352, 1.651 - 2.816 * infant)
    lost = np.broadcast_to(
        width / 2, rates[..., :-1].shape
    ).copy()  # years that those who die in an interval live in it
    lost[..., 0], lost[..., 1] = below_one, below_five
    dying = np.minimum(width * rates[..., :-1] / (1 + (width - lost) * rates[..., :-1]), 1.0)
    alive = np.concatenate([np.ones((*rates.shape[:-1], 1)), np.cumprod(1 - dying, axis=-1)], axis=-1)
    within = width * alive[..., 1:] + lost * (alive[..., :-1] - alive[..., 1:])
    return np.concatenate([within, alive[..., -1:] / rates[..., -1:]], axis=-1)


def life_expectancy(mortality: Floats, *, woman: bool) -> Floats:
    """Years that one born can expect to live by these rates (last axis: the 22 intervals)."""
    found: Floats = _lived(mortality, woman=woman).sum(axis=-1)
    return found


def survival_ratios(mortality: Floats, *, woman: bool) -> Floats:
    """What part of a group is alive five years on, in the group that it then is in (last axis: 18 groups).

    The first is the part of five years' births that is in 0-4 at their end; the last is that of everybody of 80 or
    older who is then 85 or older. Raises NotComputable for rates that are not 22, or cannot be.
    """
    lived = _lived(mortality, woman=woman)
    groups = np.concatenate([lived[..., :2].sum(axis=-1, keepdims=True), lived[..., 2:18]], axis=-1)
    oldest = lived[..., 18:].sum(axis=-1, keepdims=True)
    last = oldest / (groups[..., -1:] + oldest)
    return np.concatenate([groups[..., :1] / STEP, groups[..., 1:] / groups[..., :-1], last], axis=-1)
