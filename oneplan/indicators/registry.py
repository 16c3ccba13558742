"""The indicators, shipped or defined by users: what each measures, by which formula, and the chapter it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.utils.translation import gettext as _

from oneplan.frameworks.loading import BrokenFileError, load
from oneplan.indicators.choices import Calculation, Direction, Level, OwnerState, Unit, Universe
from oneplan.indicators.definitions.current import definitions
from oneplan.indicators.tables import YEAR, Source, Table, shipped_tables, sources, tables

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
class Break:
    """That a definition was changed on a day, after values had been published by what stood before."""

    day: date
    version: int
    reason: str


@dataclass(frozen=True)
class Defined:
    """An indicator with the descriptors that monitoring officers use.

    Of one source and one set of borders the first formula gives the value of a place; those after it give breakdowns
    only. `owner` is who answers for the figures at their publisher: as the author of the definition proposed, until a
    `post` is assigned. `rhythm_months` is how often a new value can be expected, none where no next one is known.
    What stands below `chapter` is never written in a file.
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
    chapter: str = ""
    post: str = ""  # the code of the owner's
    owner_state: OwnerState = OwnerState.PROPOSED
    is_own: bool = False  # defined by users of this OnePlan
    version: int = 0
    breaks: tuple[Break, ...] = ()  # earliest first

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

    `missing` says what of it no shipped file can fill, "" where nothing is missing; `owner` is who is asked for it, as
    for an indicator, and `due` the day agreed with it, none where none is agreed.
    """

    code: str
    number: int
    title: str
    wording: str
    owner: str
    missing: str = ""
    due: date | None = None
    post: str = ""  # never written in the file, as what follows
    owner_state: OwnerState = OwnerState.PROPOSED


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
    for fault in faults(indicator.unit, indicator.universe, formula, shipped_tables()):
        raise BrokenFileError(f"{indicator.code}: {fault}")


def faults(unit: Unit, universe: Universe, formula: Formula, known_tables: Mapping[str, Table]) -> Iterator[str]:
    """What is wrong with a formula of an indicator, a sentence each: it reads what there is not, or counts another kind
    of thing."""
    picked = [(each.table, each.of) for each in totals_of(formula)]
    if isinstance(formula, Share):
        picked += [(formula.table, formula.among), (formula.table, formula.without)]
    unknown = False
    for code, of in picked:
        if code not in known_tables:
            unknown = True
            yield _("There is no table “%(code)s”. Choose one of the list, or define it first.") % {"code": code}
            continue
        categories = known_tables[code].categories
        for dimension, words in of.items():
            for word in words:
                if word not in categories.get(dimension, ()) and not (dimension == YEAR and categories.get(YEAR) == ()):
                    yield _("“%(table)s” has no %(dimension)s “%(category)s”. Choose among its categories.") % {
                        "table": known_tables[code].title, "dimension": dimension, "category": word,
                    }  # fmt: skip
    if any(not words for _code, of in picked for words in of.values()):
        yield _("A formula names a dimension and none of its rows. Choose rows, or leave the dimension out.")
    if isinstance(formula, Share) and unit is not Unit.PERCENT:
        yield _("A share is told in per cent. Choose that unit, or another kind of formula.")
    if unknown or isinstance(formula, Ratio):
        return
    table = known_tables[picked[0][0]]
    if isinstance(formula, Share):
        yield from _faults_of_share(formula, table)
    elif getattr(formula, "times", 1) == 1 and table.unit != unit:
        yield _("“%(table)s” is told in %(told)s, and not in %(unit)s. Choose that unit, or another formula.") % {
            "table": table.title, "told": table.unit.label, "unit": unit.label,
        }  # fmt: skip
    if table.universe.counted != universe.counted:
        yield _("“%(table)s” counts %(counted)s and not %(universe)s. Choose the universe that is counted.") % {
            "table": table.title, "counted": table.universe.label, "universe": universe.label,
        }  # fmt: skip


def _faults_of_share(share: Share, table: Table) -> Iterator[str]:
    """A share of everything says nothing, and one that counts what it is not among passes 100."""
    if not share.of:
        yield _("A share of all rows is 100% everywhere. Choose the rows that are counted.")
    for dimension, among in share.among.items():
        counted = share.of.get(dimension) or [
            word for word in table.categories.get(dimension, ()) if word not in (*table.set_apart, table.total)
        ]
        if stray := [word for word in counted if word not in among and table.total not in among]:
            yield _("“%(word)s” is counted, and is not among the rows it is counted out of. Choose it there too.") % {
                "word": stray[0],
            }  # fmt: skip


@cache
def shipped_chapters() -> tuple[Chapter, ...]:
    """The chapters of the profile, in order, as shipped."""
    return tuple(each.chapter for each in _files())


@cache
def shipped_indicators() -> Mapping[str, Defined]:
    """Every shipped indicator by its code, chapter by chapter."""
    found = (replace(each, chapter=file.chapter.code) for file in _files() for each in file.indicators)
    return MappingProxyType({each.code: each for each in found})


def chapters() -> tuple[Chapter, ...]:
    """The chapters of the profile, in order, with who is asked for what they lack."""
    return definitions().chapters


def registry() -> Mapping[str, Defined]:
    """Every indicator that stands by its code: the shipped ones chapter by chapter, then those of users."""
    return definitions().indicators


def defined_once(code: str) -> Defined | None:
    """The indicator of that code, also one that is retired; None where there never was one."""
    return definitions().indicators.get(code) or definitions().retired.get(code)


def in_chapter(code: str) -> tuple[Defined, ...]:
    """The indicators of a chapter, in order."""
    return tuple(each for each in registry().values() if each.chapter == code)
