"""How well projections did from bases of the past to what was counted or estimated since, beside naive forecasts.

Whatever the build serves is tried: each test is that of a method (base and assumptions) on every space of which both
ends are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.indicators import queries
from oneplan.indicators.computed.checking import Floats
from oneplan.indicators.outlook.assumptions import Assumed, inputs_of
from oneplan.indicators.outlook.bases import CENSUS, ESTIMATES, SURVEY, Base, Stock, stock_of
from oneplan.indicators.profile.country import reader
from oneplan.indicators.projection.backlog import yearly
from oneplan.indicators.projection.cohorts import DRAWS, project
from oneplan.indicators.projection.intervals import BackTest, back_test, growth_known_in, interval, naive_forecasts

PERSONS, BY_AGE, BY_SEX = "persons", "persons by age", "persons by sex"


@dataclass(frozen=True)
class Tested:
    """A back-test, and the assumptions whose method it tries."""

    assumed: Assumed
    base: str
    outcome: str
    test: BackTest


def tests_of(by: Actor, *, sample: bool = False) -> tuple[Tested, ...]:
    """Every back-test that what is served allows, kept until another build is served. Raises NothingBuilt."""
    return _tests(queries.edition(), by.is_national(Permission.OBSERVATION_READ), sample)


def test_behind(assumed: Assumed, found: tuple[Tested, ...]) -> BackTest | None:
    """The one that may stand behind intervals of persons by those assumptions: of most cases, then farthest ahead."""
    method = Assumed.MOVING if assumed == Assumed.MOVING else Assumed.CLOSED
    fit = [each.test for each in found if each.assumed == method and each.test.of == PERSONS]
    return max(fit, key=lambda each: (each.cases, each.horizon), default=None)


@lru_cache(maxsize=4)
def _tests(_edition: str, sees_government: bool, sample: bool) -> tuple[Tested, ...]:
    stock = stock_of(reader(sees_government), sample=sample)
    found: list[Tested] = []
    if CENSUS in stock.bases:
        found += _from(stock, stock.bases[CENSUS], Assumed.CLOSED)
    if {CENSUS, SURVEY} <= set(stock.bases):
        found += _from(stock, stock.bases[SURVEY], Assumed.MOVING)
    return tuple(found)


def _from(stock: Stock, base: Base, assumed: Assumed) -> list[Tested]:
    """The tests from one base, against every later base and count."""
    later = [each for each in stock.bases.values() if each.year > base.year]
    ends = {each.year: each.people for each in later}
    horizon = max([*ends, *stock.counted], default=base.year) - base.year
    spaces = sorted(base.people)
    if horizon <= 0 or not spaces:
        return []
    steps = -(-horizon // 5)
    inputs = inputs_of(stock, base, assumed, spaces, years=5 * steps, as_known_then=True)
    projected = project(inputs, draws=DRAWS, keep_cohorts=True)
    persons = yearly(projected.persons, projected.years)
    told = _Told(stock, base, assumed, spaces)
    found = []
    for each in later:
        at = [spaces.index(space) for space in spaces if space in each.people]
        was = np.array([each.people[spaces[place]] for place in at])
        ahead = each.year - base.year
        if not len(at):
            continue
        found.append(told.held(PERSONS, ahead, each.label, at, was.sum(axis=(1, 2)), persons[at, ahead]))
        if ahead % 5 or projected.cohorts is None:
            continue
        cohorts = projected.cohorts[at, ahead // 5]
        if each.code == SURVEY:  # which tells ages alone
            found.append(told.held(BY_AGE, ahead, each.label, at, was.sum(axis=1), cohorts.sum(axis=1)))
        if each.code == ESTIMATES:
            found.append(told.held(BY_SEX, ahead, each.label, at, was.sum(axis=2), cohorts.sum(axis=2)))
    for year, counted in stock.counted.items():
        at = [spaces.index(space) for space in spaces if space in counted]
        if at and year > base.year:
            was = np.array([counted[spaces[place]] for place in at])
            label = _("Census 2022, as far as it is imported")
            found.append(told.held(PERSONS, year - base.year, label, at, was, persons[at, year - base.year]))
    return found


@dataclass(frozen=True)
class _Told:
    """What the tests from one base have in common."""

    stock: Stock
    base: Base
    assumed: Assumed
    spaces: list[str]

    def held(self, of: str, ahead: int, outcome: str, at: list[int], was: Floats, draws: Any) -> Tested:
        people = np.array([self.base.people[self.spaces[place]] for place in at])
        axes = {PERSONS: (1, 2), BY_AGE: (1,), BY_SEX: (2,)}[of]
        base = people.sum(axis=axes)
        growth = growth_known_in(self.base.year)
        naive = naive_forecasts(
            base, years=ahead, national_growth=float(growth.a_year) if growth else None, **self._earlier(of, at)
        )
        title = _("From %(base)s to %(outcome)s") % {"base": self.base.label, "outcome": outcome}
        test = back_test(title, was, interval(np.asarray(draws, dtype=np.float64), of=of, horizon=ahead), naive)
        return Tested(self.assumed, self.base.label, outcome, test)

    def _earlier(self, of: str, at: list[int]) -> Mapping[str, Any]:
        """Persons of an earlier base, for the trend that anybody could have drawn."""
        before = self.stock.bases[CENSUS]
        if of != PERSONS or before.year >= self.base.year:
            return {}
        return {
            "earlier": np.array([before.people[self.spaces[place]].sum() for place in at]),
            "earlier_years": self.base.year - before.year,
        }
