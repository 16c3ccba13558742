"""The projection of one space: what an address may ask, and what comes out, kept while the build is served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.indicators import queries
from oneplan.indicators.computed.checking import Floats
from oneplan.indicators.outlook.assumptions import Assumed, inputs_of, offered
from oneplan.indicators.outlook.bases import Base, stock_of
from oneplan.indicators.outlook.testing import PERSONS, Tested, test_behind, tests_of
from oneplan.indicators.profile.country import reader
from oneplan.indicators.projection.backlog import yearly
from oneplan.indicators.projection.cohorts import DRAWS, SEED, project
from oneplan.indicators.projection.inputs import Gap, Uncertainty
from oneplan.indicators.projection.intervals import BackTest, Interval, interval
from oneplan.indicators.projection.schedules import STEP
from oneplan.periods import clock

HOUSEHOLDS = "households"
WIDE, NARROW = 0.8, 0.5
_MOST_STEPS = 6
_AHEAD = 10  # years after today that are shown unless asked otherwise
_KEPT = 48


@dataclass(frozen=True)
class Asked:
    """What of a projection is asked: from which base, by which assumptions, to which year, of real figures or not."""

    base: str
    assumed: Assumed
    until: int
    is_sample: bool = False

    @property
    def state(self) -> dict[str, str]:
        """As it stands in addresses."""
        sample = {"sample": "yes"} if self.is_sample else {}
        return {"base": self.base, "assume": str(self.assumed), "to": str(self.until), **sample}

    def query(self, **more: str) -> str:
        return f"?{urlencode({**self.state, **more})}"


@dataclass(frozen=True)
class Offered:
    """What can be chosen for a space, newest base first. The first set of assumptions did best in the back-tests."""

    bases: Sequence[Base]
    sets: Sequence[Assumed]
    untils: Mapping[str, Sequence[int]]  # by base


@dataclass(frozen=True)
class Course:
    """Persons or households by year: the middle of the draws, the ranges of 80 and 50 per cent of them, and the
    projection without shocks."""

    wide: Interval
    narrow: Interval
    central: Floats

    @property
    def middle(self) -> Floats:
        return self.wide.middle


@dataclass(frozen=True)
class Outlook:
    """A projection of one space. `now` and `then` are persons by sex and age (2 × 18) in the first and last year.

    `households_drawn` are years × draws. `gaps` are the inputs that nobody told, each with what fills it.
    """

    code: str
    asked: Asked
    base: Base
    years: Sequence[int]
    persons: Course
    households: Course
    households_drawn: Floats
    now: Floats
    then: Floats
    gaps: Sequence[Gap]
    has_own_headship: bool
    uncertainty: Uncertainty
    edition: str
    draws: int = DRAWS
    seed: int = SEED

    def at(self, year: int) -> int:
        """The place of a year. Raises ValueError for one that is not projected."""
        return list(self.years).index(year)


def offered_for(code: str, *, by: Actor, sample: bool = False) -> Offered:
    """What can be projected of a space; no bases where its people are not known. Raises NothingBuilt."""
    stock = stock_of(by, sample=sample)
    bases = [base for base in stock.bases.values() if code in base.people]
    untils = {base.code: [base.year + STEP * step for step in range(1, _MOST_STEPS + 1)] for base in bases}
    return Offered(bases, _best_first(offered(stock), tests_of(by, sample=sample)), untils)


def _best_first(sets: Sequence[Assumed], found: tuple[Tested, ...]) -> list[Assumed]:
    """Sets by how many naive forecasts their back-test beat; in their own order where that is alike."""

    def beaten(assumed: Assumed) -> int:
        test = test_behind(assumed, found)
        return len(test.beats) if test else 0

    return sorted(sets, key=lambda each: -beaten(each))


def read(query: Mapping[str, str], known: Offered, *, sample: bool = False) -> Asked:
    """What an address asks, as far as there is; otherwise the newest base, the set that did best, and ten years."""
    codes = [base.code for base in known.bases]
    base = query.get("base", "") if query.get("base") in codes else codes[0]
    sets = {str(each): each for each in known.sets}
    assumed = sets.get(query.get("assume", ""), known.sets[0])
    untils = known.untils[base]
    later = [year for year in untils if year >= clock.today().year + _AHEAD]
    asked = [year for year in untils if str(year) == query.get("to")]
    return Asked(base, assumed, (asked or later or untils[-1:])[0], sample)


def outlook_of(code: str, asked: Asked, *, by: Actor) -> Outlook:
    """The projection of a space. Raises NothingBuilt, KeyError where the base does not tell of it, NotComputable."""
    return _outlook(queries.edition(), by.is_national(Permission.OBSERVATION_READ), code, asked)


@lru_cache(maxsize=_KEPT)
def _outlook(edition: str, sees_government: bool, code: str, asked: Asked) -> Outlook:
    by = reader(sees_government)
    stock = stock_of(by, sample=asked.is_sample)
    base = stock.bases[asked.base]
    inputs = inputs_of(stock, base, asked.assumed, [code], years=asked.until - base.year)
    found = project(inputs)
    years = range(inputs.years[0], inputs.years[-1] + 1)
    households = yearly(found.households, inputs.years)
    test = test_behind(asked.assumed, tests_of(by, sample=asked.is_sample))
    return Outlook(
        code, asked, base, years,
        _course(yearly(found.persons, inputs.years), yearly(found.central_persons[..., None], inputs.years), PERSONS,
                test=test),
        _course(households, yearly(found.central_households[..., None], inputs.years), HOUSEHOLDS),
        households[0], found.central_cohorts[0, 0], found.central_cohorts[0, -1], inputs.gaps, code in stock.headship,
        found.uncertainty, edition,
    )  # fmt: skip


def _course(drawn: Floats, central: Floats, of: str, *, test: BackTest | None = None) -> Course:
    horizon = drawn.shape[1] - 1
    wide, narrow = (interval(drawn[0], of=of, horizon=horizon, level=level, test=test) for level in (WIDE, NARROW))
    return Course(wide, narrow, central[0, :, 0])
