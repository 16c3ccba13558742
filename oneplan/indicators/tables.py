"""The statistical tables, shipped or defined by users: what each counts, of which source, by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from oneplan.frameworks.loading import BrokenFileError, load
from oneplan.indicators.choices import Level, Unit, Universe, YearBasis
from oneplan.indicators.definitions.current import definitions, kept_while_defined

FOLDER = Path(__file__).parent / "parameters" / "tables"
BORDERS = (2011, 2016, 2021)  # years of demarcations on which tables can be told
BREAKDOWNS = ("sex", "age", "population group", "disability")
YEAR = "year"  # a dimension of this name is the period of the value
SEPARATOR = " | "  # between dimensions, and between the categories of one row


@dataclass(frozen=True)
class Source:
    """Who observed, when, and how far it can be trusted.

    `day` is the census night or the last day of the period (of the last period, where a table has several).
    `margin` is its undercount or sampling error with the document it is told in, "" where none is known. `is_official`
    is false where the publisher does not vouch for the figures in this form, or where their way here is not known.
    `break_note` says where the question, the method or the borders changed against what came before. `basis` is the
    year its figures are of; `is_named_by_end` where it writes 2019 for the year that ended in 2019.
    """

    code: str
    title: str
    publisher: str
    reference: str
    licence: str
    day: date
    is_official: bool
    margin: str = ""
    break_note: str = ""
    basis: YearBasis = YearBasis.CALENDAR
    is_named_by_end: bool = False


@dataclass(frozen=True)
class Table:
    """Observed values as a source publishes them: one universe, one unit, a value for each place and categories.

    `reads` is its name in a file, `boundary` the demarcation it is this table on: the same name may be another table on
    other borders. 0 stands for any. `lowest` is the narrowest place of which its publisher stands by a value.
    `categories` are those known, by dimension, in the order in which dimensions stand in a row; none are listed of
    years where more will come. `spelled` maps other spellings of a category to the one; rows of one place that are then
    alike are parts of one value and are added. `set_apart` are categories that are no part of the universe asked.
    `total` is the category of which the others are parts. Where `adds_up`, all the others, those set apart too, add up
    to the universe of the place (and year): to `total`, to the sum of the table `checked_against` on the same borders,
    to 100 where the unit is per cent, each within `tolerance`, for the source rounds every cell.
    `is_unbounded`: a percentage that may be below 0 or above 100, since it tells a change, or a part of a norm.
    `is_part_of_one`: a ratio that lies between 0 and 1. `is_one_of`: of each place and time one category is true, which
    is told as 1; that the others are not is told as 0.
    `left_out` says of which kinds of places the rows are not read, and why.
    """

    code: str
    title: str
    universe: Universe
    unit: Unit
    reads: str
    lowest: Level
    categories: Mapping[str, tuple[str, ...]]
    boundary: int = 0
    spelled: Mapping[str, str] = field(default_factory=dict)
    set_apart: tuple[str, ...] = ()
    total: str = ""
    is_unbounded: bool = False
    is_part_of_one: bool = False
    is_one_of: bool = False
    adds_up: bool = True
    checked_against: str = ""
    tolerance: int = 0
    left_out: Mapping[Level, str] = field(default_factory=dict)
    note: str = ""
    source: str = ""  # the code of its file's source, never written in the file
    is_retired: bool = False  # no file of it is taken any more; never written in the file

    @property
    def by(self) -> tuple[str, ...]:
        """Its dimensions, in the order in which they stand in a row."""
        return tuple(self.categories)

    @property
    def most(self) -> int | None:
        """The largest value that can be; none where there is no bound."""
        if self.is_part_of_one:
            return 1
        return 100 if self.unit == Unit.PERCENT and not self.is_unbounded else None

    @property
    def basis(self) -> YearBasis:
        """Of which year its figures are."""
        return sources()[self.source].basis

    def told(self, category: str) -> tuple[str, ...]:
        """The categories of a row, one for each dimension, in the one spelling. Raises KeyError for an unknown one."""
        parts = tuple(self.spelled.get(each.strip(), each.strip()) for each in category.split(SEPARATOR))
        if len(parts) != len(self.by) or not all(map(self._knows, self.by, parts)):
            raise KeyError(f"{self.title}: {category!r} is none of its categories")
        return parts

    def _knows(self, dimension: str, category: str) -> bool:
        return category in self.categories[dimension] or (dimension == YEAR and not self.categories[YEAR])


@dataclass(frozen=True)
class _File:
    source: Source
    tables: tuple[Table, ...]


@cache
def _files() -> tuple[_File, ...]:
    files = tuple(load(path, _File) for path in sorted(FOLDER.glob("*.yaml")))
    for said, codes in [
        ("source", [each.source.code for each in files]),
        ("table", [each.code for file in files for each in file.tables]),
        ("table read", [f"{each.reads} on {each.boundary}" for file in files for each in file.tables]),
    ]:
        if twice := {each for each in codes if codes.count(each) > 1}:
            raise BrokenFileError(f"{FOLDER.name}: the {said} {min(twice)} stands twice")
    return files


@cache
def shipped_sources() -> Mapping[str, Source]:
    """The shipped sources by their code."""
    return MappingProxyType({each.source.code: each.source for each in _files()})


@cache
def shipped_tables() -> Mapping[str, Table]:
    """The shipped tables by their code."""
    return MappingProxyType(
        {each.code: replace(each, source=file.source.code) for file in _files() for each in file.tables}
    )


def sources() -> Mapping[str, Source]:
    """Every source by its code, those of users behind the shipped ones."""
    return definitions().sources


def tables() -> Mapping[str, Table]:
    """Every table by its code, those of users behind the shipped ones, retired ones too."""
    return definitions().tables


@kept_while_defined
def _read() -> Mapping[tuple[str, int], Table]:
    return {(each.reads, each.boundary): each for each in tables().values() if not each.is_retired}


def table_named(reads: str, boundary: int) -> Table | None:
    """The table of that name on the borders of that year; none where it is not known on them."""
    return _read().get((reads, boundary)) or _read().get((reads, 0))
