"""The shipped indicators: what each measures, by which formula from which table, and the chapter it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from oneplan.frameworks.loading import BrokenFileError, load
from oneplan.indicators.choices import Calculation, Direction, Level, Unit, Universe
from oneplan.indicators.tables import YEAR, Source, Table, sources, tables

FOLDER = Path(__file__).parent / "parameters" / "registry"

Picked = Mapping[str, tuple[str, ...]]
"""Rows of a table: of each dimension named, those categories; of every other dimension, all that are not set apart.

A dimension that a formula leaves open is summed over. Where it is a standard breakdown (sex, age, population group,
disability), the formula gives the value of each of its categories too; where it is the year, it gives one by year.
"""


@dataclass(frozen=True)
class Share:
    """100 times the sum of `of` divided by the sum of `among`, less the rows of `without`.

    Where `among` is empty it is the table's total, or without one every row that is not set apart.
    """

    table: str
    of: Picked
    among: Picked = field(default_factory=dict)
    without: Picked = field(default_factory=dict)


@dataclass(frozen=True)
class Total:
    """The sum of `of`; where that is empty, the table's total, or every row that is not set apart."""

    table: str
    of: Picked = field(default_factory=dict)


@dataclass(frozen=True)
class Ratio:
    """The numerator for each `per` of the denominator, both on the same borders."""

    numerator: Total
    denominator: Total
    per: int


@dataclass(frozen=True)
class Observed:
    """A value as published, times a constant that changes its unit. It is never added up or averaged over places."""

    table: str
    of: Picked = field(default_factory=dict)
    times: int = 1


Formula = Share | Total | Ratio | Observed


@dataclass(frozen=True)
class Defined:
    """An indicator with the descriptors that monitoring officers use.

    Of one source and one set of borders the first formula gives the value of a place; those after it give breakdowns
    only. `owner` is the post that answers for the figures at their publisher. `rhythm_months` is how often a new value
    can be expected, none where no next one is known.
    """

    code: str
    title: str
    definition: str
    purpose: str
    unit: Unit
    universe: Universe
    direction: Direction
    calculation: Calculation
    area: str  # code of a transformation area
    rhythm_months: int | None
    owner: str
    verification: str
    assumptions: str
    decimals: int
    formulas: tuple[Formula, ...]
    chapter: str = ""  # the code of its file's chapter, never written in the file

    @property
    def sources(self) -> tuple[Source, ...]:
        """Who its values come from, each once, in the order of its formulas."""
        return tuple(dict.fromkeys(sources()[each.source] for formula in self.formulas for each in tables_of(formula)))

    @property
    def source(self) -> str:
        """Its sources in words."""
        return "; ".join(each.title for each in self.sources)

    @property
    def lowest(self) -> Level:
        """The narrowest place of which any of its sources stands by a value; each source says its own."""
        return max((lowest_of(formula) for formula in self.formulas), key=list(Level).index)

    @property
    def is_official(self) -> bool:
        """Whether an official source alone feeds one of its formulas; each value says so of itself."""
        return any(all(sources()[each.source].is_official for each in tables_of(one)) for one in self.formulas)


@dataclass(frozen=True)
class Chapter:
    """An item of the profile as the brochure lists it (`wording`), in the order of `number`.

    `missing` says what of it no shipped file can fill, "" where nothing is missing; `owner` is the post that is asked
    for it and `due` the day agreed with it, none where none is agreed.
    """

    code: str
    number: int
    title: str
    wording: str
    owner: str
    missing: str = ""
    due: date | None = None


@dataclass(frozen=True)
class _File:
    chapter: Chapter
    indicators: tuple[Defined, ...]


def totals_of(formula: Formula) -> tuple[Total, ...]:
    """What a formula adds up, table by table: of a share what it counts, of an observed value the value."""
    if isinstance(formula, Ratio):
        return (formula.numerator, formula.denominator)
    return (Total(formula.table, formula.of),)


def tables_of(formula: Formula) -> tuple[Table, ...]:
    """The tables a formula reads."""
    return tuple(tables()[each.table] for each in totals_of(formula))


def lowest_of(formula: Formula) -> Level:
    """The narrowest place of which all sources of a formula stand by a value."""
    return min((each.lowest for each in tables_of(formula)), key=list(Level).index)


@cache
def _files() -> tuple[_File, ...]:
    files = sorted((load(path, _File) for path in FOLDER.glob("*.yaml")), key=lambda each: each.chapter.number)
    codes = [each.code for file in files for each in file.indicators] + [each.chapter.code for each in files]
    if twice := {each for each in codes if codes.count(each) > 1}:
        raise BrokenFileError(f"{FOLDER.name}: the code {min(twice)} stands twice")
    for file in files:
        for indicator in file.indicators:
            for formula in indicator.formulas:
                _check(indicator, formula)
    return tuple(files)


def _check(indicator: Defined, formula: Formula) -> None:
    """Raises BrokenFileError for a formula that reads what there is not, or that counts another kind of thing."""
    picked = [(each.table, each.of) for each in totals_of(formula)]
    if isinstance(formula, Share):
        picked += [(formula.table, formula.among), (formula.table, formula.without)]
    for code, of in picked:
        if code not in tables():
            raise BrokenFileError(f"{indicator.code}: there is no table {code!r}")
        known = tables()[code].categories
        for dimension, categories in of.items():
            for category in categories:
                if category not in known.get(dimension, ()) and not (dimension == YEAR and known.get(YEAR) == ()):
                    raise BrokenFileError(f"{indicator.code}: {code} has no {dimension} {category!r}")
    if isinstance(formula, Share) and indicator.unit is not Unit.PERCENT:
        raise BrokenFileError(f"{indicator.code}: a share is told in per cent")
    if not isinstance(formula, Ratio) and tables_of(formula)[0].universe.counted != indicator.universe.counted:
        raise BrokenFileError(f"{indicator.code}: {picked[0][0]} counts no {indicator.universe.counted}")


@cache
def chapters() -> tuple[Chapter, ...]:
    """The chapters of the profile, in order."""
    return tuple(each.chapter for each in _files())


@cache
def registry() -> Mapping[str, Defined]:
    """Every shipped indicator by its code, chapter by chapter."""
    found = (replace(each, chapter=file.chapter.code) for file in _files() for each in file.indicators)
    return MappingProxyType({each.code: each for each in found})


def in_chapter(code: str) -> tuple[Defined, ...]:
    """The indicators of a chapter, in order."""
    return tuple(each for each in registry().values() if each.chapter == code)
