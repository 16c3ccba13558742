"""What a projection starts from, and what stands in for what is not known.

The method is that of cohorts and components: Pascal Whelpton (1936), Journal of the American Statistical Association
31, 457-473; as told in Preston, Heuveline and Guillot (2001), Demography, chapter 6. Households by headship rates:
United Nations (1973), Manual VII, Methods of Projecting Households and Families. None of its inputs but the base
population is published for each space; what is missing is listed as a `Gap`, with the assumption that fills it.

Ages are 18 groups of five years, the last 85 and older; sexes are men, then women; a step is five years.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oneplan.frameworks.loading import load
from oneplan.indicators.computed.checking import Floats, NotComputable, numbers

from .schedules import AGES, SEXES, STEP, Schedule, schedules

_FILES = Path(__file__).parent / "parameters"


@dataclass(frozen=True)
class Known:
    """What is known of each space. Arrays are spaces × sexes × ages (2 × 18) but for fertility.

    `population`: persons in the base year. `fertility`: births a woman a year, spaces × 7 ages from 15-19 to 45-49.
    `survival`: ratios as of `survival_ratios`. `migration`: net migrants over five years as a share of the survivors of
    the group that they are then in. `headship`: households for each person (the first three groups have none or few).
    Where nothing is known of a space its row is NaN; where nothing is known at all the array is None.
    """

    spaces: tuple[str, ...]
    base_year: int
    population: Floats
    fertility: Floats | None = None
    survival: Floats | None = None
    migration: Floats | None = None
    headship: Floats | None = None


@dataclass(frozen=True)
class Gap:
    """An input that is missing for some spaces, and the stated assumption that fills it."""

    missing: str
    spaces: tuple[str, ...]
    filled_by: str
    reference: str


@dataclass(frozen=True)
class Uncertainty:
    """How far rates may turn out otherwise: standard deviations over one step, and how shocks hang together.

    `fertility`: of the logarithm of births. `mortality`: of the logarithm of the risk of dying. `migration`: of the
    logarithm of everybody's number. `persistence`: what part of a step's shock lasts into the next. `national_share`:
    what part of a shock's variance all spaces share.
    """

    code: str
    stated: date
    reference: str
    fertility: str
    mortality: str
    migration: str
    persistence: str
    national_share: str

    @property
    def spreads(self) -> tuple[float, float, float]:
        return float(self.fertility), float(self.mortality), float(self.migration)


@dataclass(frozen=True)
class _Uncertainties:
    uncertainties: tuple[Uncertainty, ...]


@cache
def uncertainties() -> tuple[Uncertainty, ...]:
    """Every stated uncertainty, oldest first."""
    return load(_FILES / "uncertainty.yaml", _Uncertainties).uncertainties


@dataclass(frozen=True)
class _Headship:
    """The country's households for each person, by age group."""

    title: str
    reference: str
    note: str
    rates: str

    @property
    def by_sex(self) -> Floats:
        """Alike for both sexes (2 × 18)."""
        return np.tile([float(rate) for rate in self.rates.split()], (len(SEXES), 1))


@cache
def _national_headship() -> _Headship:
    return load(_FILES / "headship.yaml", _Headship)


@dataclass(frozen=True)
class Inputs:
    """Everything that a projection needs, complete. Arrays are laid out as the arithmetic reads them.

    `population` and `headship` are ages × sexes × spaces; `fertility` steps × 7 × spaces; `survival` and `migration`
    steps × ages × sexes × spaces. `gaps` are what was missing, and by what it was filled.
    """

    spaces: tuple[str, ...]
    base_year: int
    population: Floats
    fertility: Floats
    survival: Floats
    migration: Floats
    headship: Floats
    men_at_birth: float
    gaps: tuple[Gap, ...]

    @property
    def steps(self) -> int:
        return len(self.fertility)

    @property
    def years(self) -> tuple[int, ...]:
        """The base year and the end of each step."""
        return tuple(self.base_year + STEP * step for step in range(self.steps + 1))


@dataclass(frozen=True)
class _Assumed:
    """What stands in for an input that is not known, what it is, and between which bounds the input must lie."""

    name: str
    rates: Floats
    filled_by: str
    reference: str
    least: float = 0.0
    most: float = 1.0

    def fill(self, known: Known, given: Floats | None, gaps: list[Gap]) -> tuple[Floats, NDArray[np.bool_]]:
        """The rates of each space, and which spaces' are assumed; these are listed among the gaps."""
        shape = (len(known.spaces), *self.rates.shape)
        rates = np.full(shape, np.nan) if given is None else np.array(given, dtype=np.float64)
        if rates.shape != shape:
            raise NotComputable(f"{self.name} is {rates.shape}; it must be {shape}.")
        lacking = np.asarray(np.isnan(rates).reshape(len(rates), -1).any(axis=1), dtype=np.bool_)
        rates[lacking] = self.rates
        if lacking.any():
            spaces = tuple(code for code, lacks in zip(known.spaces, lacking, strict=True) if lacks)
            gaps.append(Gap(self.name, spaces, self.filled_by, self.reference))
        return numbers(self.name, rates, least=self.least, most=self.most), lacking


def assemble(
    known: Known, *, years: int = 30, schedule: Schedule | None = None, held_from: int | None = None
) -> Inputs:
    """Complete what is known with the national schedules, and list what was missing.

    `years` is how far to project, in whole steps of five. `schedule` is the last one kept unless one is given;
    `held_from` keeps its rates, from that year on, as they were in the period before: what a forecaster of that year
    could have assumed. Where a space's own rates are known they keep their distance from the country's: births and
    the risk of dying change in proportion. Raises NotComputable for unknown population, for rates that cannot be, and
    for horizons that are not whole steps.
    """
    schedule = schedule or schedules()[-1]
    if years <= 0 or years % STEP:
        raise NotComputable(f"Projections go in steps of {STEP} years; {years} years are not whole steps.")
    population = numbers("the base population", known.population, least=0)
    by_age = (len(SEXES), len(AGES))
    if not known.spaces or population.shape != (len(known.spaces), *by_age):
        raise NotComputable(
            f"The base population is {population.shape}: {len(known.spaces)} spaces × 2 × 18 is needed."
        )
    moments = [known.base_year + STEP * (step + 0.5) for step in range(years // STEP)]
    if held_from is not None:
        moments = [min(moment, held_from - STEP / 2) for moment in moments]
    at = [schedule.period(moment) for moment in moments]
    national = f"The national rates: {schedule.title}"
    kept = min(held_from or moments[-1] + STEP, schedule.first_years[-1] + STEP)
    if moments[-1] > kept or held_from is not None:
        national += f", from {kept} on as in the five years before"
    heads, gaps = _national_headship(), list[Gap]()
    fertility, assumed = _Assumed(
        "fertility by age", schedule.fertility[at[0]], national, schedule.reference
    ).fill(known, known.fertility, gaps)  # fmt: skip
    survival, _ = _Assumed(
        "survival by age and sex", schedule.survival[at[0]], national, schedule.reference
    ).fill(known, known.survival, gaps)  # fmt: skip
    migration, _ = _Assumed(
        "migration by age and sex", np.zeros(by_age), "Nobody moves in or out, on balance", "OnePlan's own assumption",
        -0.95, 5.0,
    ).fill(known, known.migration, gaps)  # fmt: skip
    headship, _ = _Assumed(
        "headship by age and sex", heads.by_sex, heads.title, heads.reference
    ).fill(known, known.headship, gaps)  # fmt: skip
    births = schedule.fertility[at].sum(axis=1) / schedule.fertility[at[0]].sum()
    paths = births[:, None, None] * fertility.T
    paths[:, :, assumed] = schedule.fertility[at][:, :, None]  # the national pattern by age changes as well
    risk = np.log(schedule.survival[at]) / np.log(schedule.survival[at[0]])
    surviving = np.exp(risk.transpose(0, 2, 1)[..., None] * np.log(np.maximum(_laid_out(survival), 1e-9)))
    moving = np.broadcast_to(_laid_out(migration), (len(at), *reversed(by_age), len(known.spaces)))
    ratio = float(schedule.sex_ratio_at_birth)
    return Inputs(
        known.spaces, known.base_year, _laid_out(population), paths, surviving, moving, _laid_out(headship),
        ratio / (1 + ratio), tuple(gaps),
    )  # fmt: skip


def _laid_out(by_space: Floats) -> Floats:
    """Spaces × sexes × ages as ages × sexes × spaces."""
    return np.ascontiguousarray(by_space.transpose(2, 1, 0))


def split_by_sex(ages: Floats, sexes: Floats, *, schedule: Schedule | None = None, rounds: int = 200) -> Floats:
    """Persons by sex and age (spaces × 2 × 18) where only each of the two is known (spaces × 18, spaces × 2).

    Starts from the sexes of a stationary population of the schedule and is fitted to both margins in turn (William
    Deming and Frederick Stephan 1940, Annals of Mathematical Statistics 11, 427-444). Totals by age are kept exactly;
    where the two margins have different totals, those by sex are taken as shares. Raises NotComputable for unknown or
    empty margins.
    """
    schedule = schedule or schedules()[-1]
    of_age = numbers("persons by age", ages, least=0)
    of_sex = numbers("persons by sex", sexes, least=0)
    if of_age.shape[1:] != (len(AGES),) or of_sex.shape != (len(of_age), len(SEXES)) or not of_sex.any(axis=1).all():
        raise NotComputable("Persons by age are spaces × 18, by sex spaces × 2, nowhere all zero.")
    wanted = of_sex / of_sex.sum(axis=1, keepdims=True) * of_age.sum(axis=1, keepdims=True)
    lived = np.cumprod(schedule.survival[0], axis=-1)
    lived[0] *= float(schedule.sex_ratio_at_birth)
    found: Floats = lived / lived.sum(axis=0) * of_age[:, None, :]
    for _ in range(rounds):
        by_sex = found.sum(axis=2)
        found *= np.divide(wanted, by_sex, out=np.ones_like(wanted), where=by_sex > 0)[:, :, None]
        by_age = found.sum(axis=1)
        found *= np.divide(of_age, by_age, out=np.ones_like(of_age), where=by_age > 0)[:, None, :]
    return found


def split_oldest(people: Floats, *, schedule: Schedule | None = None) -> Floats:
    """Eighteen groups out of seventeen (… × 2 × 17), the last of which is everybody of 80 and older.

    They are parted as in the stationary population of the schedule's first period. Raises NotComputable for unknown
    counts.
    """
    schedule = schedule or schedules()[-1]
    known = numbers("persons by sex and age", people, least=0)
    oldest = known[..., -1] * schedule.survival[0][:, -1]
    return np.concatenate([known[..., :-1], (known[..., -1] - oldest)[..., None], oldest[..., None]], axis=-1)


def residual_migration(before: Floats, after: Floats, survival: Floats) -> Floats:
    """Net migration over a step from two counts five years apart (spaces × 2 × 18): what survival does not explain.

    A share of the survivors, for `Known.migration`. The youngest, whose births are not counted, are taken to move as
    those of 5 to 9. It holds everything else in which the two counts differ, such as an undercount of one of them:
    say so. Raises NotComputable for unknown counts, and where nobody could have survived into a group that is not
    empty.
    """
    first, second = numbers("the first count", before, least=0), numbers("the second count", after, least=0)
    expected = first[..., :-1] * survival[..., 1:]
    expected[..., -1] += first[..., -1] * survival[..., -1]
    if ((expected == 0) & (second[..., 1:] > 0)).any():
        raise NotComputable("A group is not empty though nobody could have survived into it. Join small spaces.")
    share = np.divide(second[..., 1:], expected, out=np.ones_like(expected), where=expected > 0) - 1
    return np.concatenate([share[..., :1], share], axis=-1)


def headship_rates(heads: ArrayLike, persons: ArrayLike, bands: Sequence[tuple[int, int]]) -> Floats:
    """Households for each person by age (… × 18), from heads counted in bands of age groups (… × bands).

    A band is (first group, last group) of the 18, both included, and its groups share one rate; groups in no band
    head no household. Raises NotComputable where a band heads more households than it has persons.
    """
    counted = numbers("heads of households", heads, least=0)
    people = numbers("persons by age", persons, least=0)
    found = np.zeros_like(people)
    for at, (first, last) in enumerate(bands):
        band = people[..., first : last + 1].sum(axis=-1)
        if (counted[..., at] > band).any():
            raise NotComputable("A band of ages heads more households than it has persons. Check bands and universe.")
        rate = np.divide(counted[..., at], band, out=np.zeros_like(band), where=band > 0)
        found[..., first : last + 1] = rate[..., None]
    return found
