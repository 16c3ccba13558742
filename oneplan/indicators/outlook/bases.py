"""What a projection can start from: persons by sex and age of every space, as the build serves them.

No source tells both by space on one day in one form, so each base says what was done to its tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.indicators import queries
from oneplan.indicators.choices import Level, Status
from oneplan.indicators.computed.checking import Floats
from oneplan.indicators.profile.country import reader
from oneplan.indicators.projection.inputs import headship_rates, split_by_sex, split_oldest
from oneplan.indicators.projection.schedules import AGES
from oneplan.indicators.queries import Counted
from oneplan.indicators.tables import SEPARATOR, Source, sources, tables

CENSUS, SURVEY, ESTIMATES = "census-2011", "survey-2016", "mid-year"
_AGE, _SEX, _HEADS = "census-2011-age-five-years", "census-2011-sex", "census-2011-heads"
_SURVEY, _ESTIMATES = "cs-2016-age", "mid-year-sex-age"
_SEXES = ("Male", "Female")
_HEAD_BANDS = {  # ages of heads as published, by the band that they are put in
    "10-14": 0, "15-17": 1, "18-19": 1, "20-29": 2, "30-39": 3, "40-49": 4, "50-59": 5, "60-69": 6, "70-79": 7,
    "80+": 8,
}  # fmt: skip
_BANDS = ((2, 2), (3, 3), (4, 5), (6, 7), (8, 9), (10, 11), (12, 13), (14, 15), (16, 17))  # groups of five years

ByCategory = Mapping[str, float]


@dataclass(frozen=True)
class Base:
    """Persons by sex and age (2 × 18) of each space in one year. `made` says what was done to what sources tell."""

    code: str
    year: int
    people: Mapping[str, Floats]
    status: Status
    tables: Sequence[str]
    releases: Sequence[str]

    @property
    def sources(self) -> list[Source]:
        return [sources()[code] for code in dict.fromkeys(tables()[each].source for each in self.tables)]

    @property
    def label(self) -> str:
        return _("%(source)s (%(year)s)") % {"source": sources()[tables()[self.tables[0]].source].title,
                                             "year": self.year}  # fmt: skip

    @property
    def made(self) -> str:
        return {
            CENSUS: _(
                "Ages are told on the borders of 2011 and are scaled to the persons on those of 2016. No table tells "
                "sex and age together: the two are fitted to both (Deming and Stephan 1940)."
            ),
            SURVEY: _(
                "The survey tells ages without sexes: each age has the sexes that fit the shares of men and women "
                "in Census 2011. Its sampling errors by age are not published in the file."
            ),
            ESTIMATES: _(
                "Estimates, not a count: a projection of the statistical office itself. Those of 80 and older are "
                "parted at 85 as in the life table."
            ),
        }[self.code]


@dataclass(frozen=True)
class Stock:
    """All that the build serves for projections, as one kind of reader may see it. Bases are the newest first."""

    bases: Mapping[str, Base]
    headship: Mapping[str, Floats]  # households a person by sex and age (2 × 18), in 2011
    counted: Mapping[int, Mapping[str, float]]  # persons counted in later years, by space: outcomes for back-tests


def stock_of(by: Actor, *, sample: bool = False) -> Stock:
    """What is served, kept until another build is. Raises NothingBuilt."""
    return _stock(queries.edition(), by.is_national(Permission.OBSERVATION_READ), sample)


@lru_cache(maxsize=4)
def _stock(_edition: str, sees_government: bool, sample: bool) -> Stock:
    by = reader(sees_government)
    read = _Reading(by, sample)
    found = [base for base in (read.estimates(), read.survey(), read.census()) if base and base.people]
    return Stock({base.code: base for base in found}, read.headship(), read.outcomes())


class _Reading:
    """The tables of one build, each read once."""

    def __init__(self, by: Actor, sample: bool) -> None:
        self._by, self._sample = by, sample
        self._known: dict[str, list[Counted]] = {}
        areas = [place for place in queries.places_of(Level.MUNICIPAL_AREA) if place.category]
        self._areas = {space: sum(1 for each in areas if each.space == space) for space in {e.space for e in areas}}

    def _rows(self, table: str) -> list[Counted]:
        if table not in self._known:
            self._known[table] = queries.counted_by(table, by=self._by, sample=self._sample)
        return self._known[table]

    def _spaces(self, table: str, *, boundary: int | None = None, year: int | None = None) -> dict[str, ByCategory]:
        """What is told of each space by category. One of which a cell or an area is missing is left out."""
        found: dict[str, dict[str, float]] = {}
        missing = set[str]()
        for row in self._rows(table):
            if boundary not in (None, row.boundary) or year not in (None, row.year):
                continue
            if row.value is None or (row.areas and row.areas < self._areas.get(row.space, 0)):
                missing.add(row.space)
            else:
                found.setdefault(row.space, {}).setdefault(row.category, row.value)
        return {space: told for space, told in found.items() if space not in missing}

    def _base(self, code: str, year: int, people: Mapping[str, Floats], *names: str) -> Base:
        rows = [row for name in names for row in self._rows(name)]
        worst = max((row.status for row in rows), key=list(Status).index, default=Status.OFFICIAL)
        return Base(code, year, people, worst, names, sorted({row.release for row in rows}))

    def _sexes(self) -> dict[str, ByCategory]:
        """Men and women in Census 2011, on the newest borders that are told."""
        return {**self._spaces(_SEX, boundary=2011), **self._spaces(_SEX, boundary=2016)}

    def _with_sexes(self, ages: Mapping[str, ByCategory]) -> dict[str, tuple[Floats, Floats]]:
        """(18 ages, two sexes) of the spaces of which both are known."""
        sexes, found = self._sexes(), {}
        for space, told in ages.items():
            both = sexes.get(space, {})
            if all(age in told for age in AGES) and all(sex in both for sex in _SEXES):
                found[space] = (
                    np.array([told[age] for age in AGES]), np.array([both[sex] for sex in _SEXES])
                )  # fmt: skip
        return {space: each for space, each in found.items() if each[0].sum() > 0 and each[1].sum() > 0}

    def census(self) -> Base:
        known = self._with_sexes(self._spaces(_AGE))
        scaled = {space: (ages * (sexes.sum() / ages.sum()), sexes) for space, (ages, sexes) in known.items()}
        return self._base(CENSUS, 2011, _fitted(scaled), _AGE, _SEX)

    def survey(self) -> Base:
        return self._base(SURVEY, 2016, _fitted(self._with_sexes(self._spaces(_SURVEY))), _SURVEY, _SEX)

    def estimates(self) -> Base | None:
        years = {row.year for row in self._rows(_ESTIMATES)}
        if not years:
            return None
        people, year = {}, max(years)
        for space, told in self._spaces(_ESTIMATES, year=year).items():
            rows = [[told.get(f"{sex}{SEPARATOR}{age}") for age in (*AGES[:16], "80+")] for sex in _SEXES]
            if all(value is not None for row in rows for value in row):
                people[space] = split_oldest(np.array(rows, dtype=np.float64))
        return self._base(ESTIMATES, year, people, _ESTIMATES)

    def headship(self) -> dict[str, Floats]:
        ages = self._spaces(_AGE)
        found = {}
        for space, told in self._spaces(_HEADS).items():
            persons = ages.get(space, {})
            if not all(age in persons for age in AGES):
                continue
            heads = np.zeros(len(_BANDS))
            for category, count in told.items():
                heads[_HEAD_BANDS[category.split(SEPARATOR)[1]]] += count
            rates = headship_rates(heads, np.array([persons[age] for age in AGES]), _BANDS)
            found[space] = np.tile(rates, (len(_SEXES), 1))
        return found

    def outcomes(self) -> dict[int, dict[str, float]]:
        """Persons by year from tables that count nothing else: what a projection can be held against."""
        found: dict[int, dict[str, float]] = {}
        for row in self._rows("census-2022-population"):
            if row.value:
                found.setdefault(row.year, {})[row.space] = row.value
        return found


def _fitted(known: Mapping[str, tuple[Floats, Floats]]) -> dict[str, Floats]:
    if not known:
        return {}
    ages, sexes = (np.array(each) for each in zip(*known.values(), strict=True))
    return dict(zip(known, split_by_sex(ages, sexes), strict=True))


def arrayed(of: Mapping[str, Floats], spaces: Sequence[str], otherwise: Callable[[], Floats]) -> Floats:
    """Arrays by space as one, in an order; `otherwise` for those that are not known."""
    return np.array([of[space] if space in of else otherwise() for space in spaces])
