"""What there is of an indicator to look at, and which part of it an address asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators import queries, times
from oneplan.indicators.choices import Length, Level, Standing, YearBasis
from oneplan.indicators.demarcations.book import book
from oneplan.indicators.facts import number_of
from oneplan.indicators.measuring import sizes
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import Defined, registry
from oneplan.indicators.shelf import reading
from oneplan.indicators.tables import sources, tables

CONVERTED = (Level.SPACE, Level.MUNICIPAL_AREA)  # those whose values are converted to other borders
LEVELS = (Level.PROVINCE, Level.SPACE, Level.MUNICIPAL_AREA, Level.WARD)  # those that pages show place by place
_WHEN = re.compile(r"(\d{4})(?:-([QM])(\d{1,2}))?")
_LETTERS = {Length.YEAR: "", Length.QUARTER: "Q", Length.MONTH: "M"}


@dataclass(frozen=True)
class When:
    """A year, or a quarter or month of one."""

    year: int
    length: Length = Length.YEAR
    period: int = 0

    def __str__(self) -> str:
        """As it stands in addresses: 2011, 2024-Q1, 2024-M03. For readers it is said by `time_words`."""
        if self.length == Length.YEAR:
            return str(self.year)
        width = 2 if self.length == Length.MONTH else 1
        return f"{self.year}-{_LETTERS[self.length]}{self.period:0{width}}"

    def __lt__(self, other: When) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[int, int, int]:
        return self.year, number_of(self.length), self.period

    @classmethod
    def of(cls, value: Value) -> When:
        return cls(value.year, value.length, value.period)


def read_when(text: str) -> When | None:
    """The time that an address names; None where it names none.

    >>> str(read_when("2024-Q1")), str(read_when("2024-M3")), read_when("soon")
    ('2024-Q1', '2024-M03', None)
    """
    found = _WHEN.fullmatch(text)
    if not found:
        return None
    year, letter, period = found.groups()
    length = next(length for length, each in _LETTERS.items() if each == (letter or ""))
    return When(int(year), length, int(period or 0))


@dataclass(frozen=True)
class Stock:
    """Values of one level, borders, time, breakdown and source: of how many places, and of how many one is stated."""

    level: Level
    boundary: int
    when: When
    dimension: str
    source: str
    is_sample: bool
    places: int
    stated: int


def stock_of(code: str, *, by: Actor) -> tuple[Stock, ...]:
    """What there is of an indicator. Kept for each build. Raises NothingBuilt, KeyError."""
    seen = queries.seen_standings(by)
    with reading() as turn:
        kept: dict[object, tuple[Stock, ...]] = turn.memory.setdefault("stock", {})
        if (code, seen) not in kept:
            rows = turn.look_up(
                "SELECT v.level, boundary, year, length, period, b.dimension, s.code, v.standing, "
                'count(DISTINCT place), count(value) FROM "values" v JOIN breakdowns b ON b.id = v.breakdown '
                'JOIN series s ON s.id = v."table" '
                f"WHERE indicator = {queries.number_in_build(code, turn)} AND v.standing IN ({seen}) "
                "GROUP BY ALL ORDER BY ALL", {},
            )  # fmt: skip
            kept[code, seen] = tuple(
                Stock(
                    list(Level)[level], boundary, When(year, list(Length)[length], period), dimension,
                    tables()[table].source, standing == number_of(Standing.SAMPLE), places, stated,
                )
                for level, boundary, year, length, period, dimension, table, standing, places, stated in rows
            )  # fmt: skip
        return kept[code, seen]


def borders(*, by: Actor) -> list[int]:
    """The years of the borders on which anything is known, newest first. Raises NothingBuilt."""
    seen = queries.seen_standings(by)
    with reading() as turn:
        kept: dict[str, list[int]] = turn.memory.setdefault("borders", {})
        if seen not in kept:
            rows = turn.rows(
                f'SELECT DISTINCT boundary FROM "values" WHERE standing IN ({seen}) ORDER BY boundary DESC'
            )
            kept[seen] = [boundary for (boundary,) in rows]
        return kept[seen]


@dataclass(frozen=True)
class Asked:
    """One view of an indicator. `when` is None where nothing is known there; `within` a province, a space or a
    municipal area. Wards are always those within a space or a municipal area: of the country they would be thousands.

    `boundary` is the year of the borders on which its source tells it; `borders` of those to which it is converted, 0
    where it is shown as published.
    """

    code: str
    level: Level
    boundary: int
    when: When | None
    source: str = ""
    within: str = ""
    dimension: str = ""
    category: str = ""
    is_sample: bool = False
    place: str = ""  # the one that is looked at
    is_natural: bool = False  # classes by natural breaks, else by quantiles
    borders: int = 0

    @property
    def shown_on(self) -> int:
        """The year of the borders of the places that are shown."""
        return self.borders or self.boundary

    def query(self, **changes: object) -> str:
        """The address of this view, with some of it changed."""
        view = replace(self, **changes)  # type: ignore[arg-type]
        told = {
            "level": str(view.level), "boundary": view.boundary, "borders": view.borders or "",
            "year": view.when or "", "source": view.source,
            "within": view.within, "by": view.dimension, "category": view.category if view.dimension else "",
            "sample": "yes" if view.is_sample else "", "place": view.place,
            "classes": "natural" if view.is_natural else "",
        }  # fmt: skip
        return "?" + urlencode({name: value for name, value in told.items() if value != ""})

    def holds(self, stock: Stock) -> bool:
        """Whether a stock is of this view, at any time."""
        return (
            stock.level == self.level and stock.boundary == self.boundary and stock.dimension == self.dimension
            and stock.is_sample == self.is_sample
        )  # fmt: skip


@dataclass(frozen=True)
class Choices:
    """What an address may ask of an indicator, for the form of its page."""

    levels: Sequence[Level]
    borders: Sequence[int]
    whens: Sequence[When]
    sources: Sequence[str]
    dimensions: Sequence[str]
    categories: Sequence[str]
    has_sample: bool
    others: Sequence[int] = ()  # years of borders to which values could be converted


def read(given: Mapping[str, str], defined: Defined, stock: Sequence[Stock], known_borders: Sequence[int]) -> Asked:
    """The view that an address asks for. What it leaves open, or says wrongly, is the newest that has most values."""
    real = [each for each in stock if not each.is_sample]
    is_sample = given.get("sample") == "yes" or bool(stock and not real)
    there = [each for each in stock if each.is_sample == is_sample]
    level = next((each for each in LEVELS if each == given.get("level")), None)
    boundary = _number(given.get("boundary", ""), [*known_borders, *_demarcations()])
    dimension = given.get("by", "") if any(each.dimension == given.get("by") for each in there) else ""
    fits = [
        each for each in there
        if each.level in LEVELS and each.dimension == dimension
        and (level == each.level or (level is None and each.level != Level.WARD))
        and boundary in (None, each.boundary)
    ]  # fmt: skip
    when, source = read_when(given.get("year", "")), given.get("source", "")
    fits = [each for each in fits if each.when == when] or fits
    fits = [each for each in fits if each.source == source] or fits
    fits = [each for each in fits if each.stated] or fits
    best = max(
        fits, key=lambda each: (each.when._order, each.boundary, each.level == Level.SPACE, each.stated), default=None
    )  # fmt: skip
    return Asked(
        defined.code, level or (best.level if best else Level.SPACE),
        boundary if boundary is not None else best.boundary if best else next(iter(known_borders), 0),
        best.when if best else None, best.source if best else "", _within(given.get("within", ""), level), dimension,
        given.get("category", "") if dimension else "", is_sample, given.get("place", ""),
        given.get("classes") == "natural", _other_borders(given.get("borders", ""), boundary, best),
    )  # fmt: skip


def _demarcations() -> list[int]:
    """The years of all borders that are known, whether anything is told on them or not; oldest first."""
    return [int(each.code) for each in book().demarcations]


def _within(text: str, level: Level | None) -> str:
    """What holds the places shown. Wards are held by a space or a municipal area; unasked, by the first space."""
    if level != Level.WARD:
        return text
    spaces = [each.code for each in queries.places_of(Level.SPACE)]
    if text in spaces or any(each.code == text for each in queries.places_of(Level.MUNICIPAL_AREA)):
        return text
    return next(iter(spaces), text)


def _other_borders(text: str, boundary: int | None, best: Stock | None) -> int:
    """The borders to convert to; 0 where none are asked for, or the values stand on them as they are."""
    there = boundary if boundary is not None else best.boundary if best else 0
    asked = _number(text, _demarcations())
    return asked if asked and there and asked != there else 0


def choices(asked: Asked, stock: Sequence[Stock], known_borders: Sequence[int], categories: Sequence[str]) -> Choices:
    """What else could be asked."""
    here = [each for each in stock if asked.holds(each)]
    there = [each for each in stock if each.is_sample == asked.is_sample]
    return Choices(
        [each for each in LEVELS if each != Level.WARD or any(one.level == each for one in stock)],
        sorted({*known_borders, asked.boundary}, reverse=True),
        sorted({each.when for each in here if each.stated}, reverse=True),
        sorted({each.source for each in here if each.when == asked.when}),
        sorted({each.dimension for each in there if each.dimension}), categories,
        any(each.is_sample for each in stock),
        [
            year for year in reversed(_demarcations())
            if asked.boundary and asked.level in CONVERTED and year != asked.boundary
        ],
    )  # fmt: skip


def missing_words(asked: Asked, stock: Sequence[Stock]) -> str:
    """Why nothing can be shown on these borders at this level, and where there is something; "" where there is."""
    there = [each for each in stock if each.is_sample == asked.is_sample and each.stated and each.level in LEVELS]
    if not there:
        return _("No value of this indicator has been imported yet.")
    if any(each.level == asked.level and each.boundary == asked.boundary for each in there):
        return ""
    borders_there = sorted({each.boundary for each in there if each.level == asked.level})
    words = {
        "level": asked.level.label, "boundary": borders_of(asked.boundary),
        "there": _(" and ").join(borders_of(each) for each in borders_there),
    }  # fmt: skip
    if borders_there:
        return _(
            "This indicator does not exist on the borders of %(boundary)s: its source tells it on those of %(there)s "
            "alone. Values of one set of borders are not values of another."
        ) % words  # fmt: skip
    levels = list(Level)
    if levels.index(asked.level) <= levels.index(registry()[asked.code].lowest):
        return _("No value of this kind of place has been imported yet: %(level)s.") % words
    return _("Its source does not stand by values of this kind of place: %(level)s.") % words


def time_words(when: When | None, source: str) -> str:
    """A time as a reader knows it: a source may begin its years in April or July."""
    if when is None:
        return ""
    basis = sources()[source].basis if source else YearBasis.CALENDAR
    return times.label(when.year, when.length, when.period, basis)


def borders_of(boundary: int) -> str:
    """The borders of a year in a sentence."""
    return str(boundary) if boundary else _("any year")


def _number(text: str, known: Sequence[int]) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and int(text) in known else None


def around(code: str, *, by: Actor) -> tuple[Value, ...]:
    """The whole of an indicator in the country and each province, on all borders. Kept for each build."""
    return _kept(("around", code, queries.seen_standings(by)), lambda: queries.values_at(
        ["ZA", *(each.code for each in queries.places_of(Level.PROVINCE))], by=by, codes=[code]
    ))  # fmt: skip


def figures_known(*, by: Actor) -> tuple[bool, bool]:
    """Whether any real, and whether any invented figure is known. Raises NothingBuilt."""
    seen, sample = queries.seen_standings(by), number_of(Standing.SAMPLE)
    with reading() as turn:
        kept: dict[str, set[int]] = turn.memory.setdefault("standings", {})
        if seen not in kept:
            rows = turn.rows(f'SELECT DISTINCT standing FROM "values" WHERE standing IN ({seen})')
            kept[seen] = {standing for (standing,) in rows}
        return bool(kept[seen] - {sample}), sample in kept[seen]


def populations(level: Level, boundary: int, *, by: Actor, is_sample: bool = False) -> Mapping[str, float]:
    """The newest population of each place of a level on some borders: how large its peers are. Kept for each build.

    Real ones alone, or invented ones alone.
    """

    def found() -> list[Value]:
        return queries.values_of("population", by=by, level=level, boundary=boundary)

    known = _kept(("population", level, boundary, queries.seen_standings(by)), found)
    meant = [each for each in known if each.is_sample == is_sample]
    return {place: size for (_level, place), size in sizes(meant).items()}


def places_on(level: Level, boundary: int, *, by: Actor) -> frozenset[str]:
    """The places of a level of which anything is known on some borders: those that existed on them. Kept."""
    seen = queries.seen_standings(by)
    with reading() as turn:
        kept: dict[object, frozenset[str]] = turn.memory.setdefault("places on", {})
        if (level, boundary, seen) not in kept:
            rows = turn.rows(
                'SELECT DISTINCT p.code FROM "values" v JOIN places p ON p.id = v.place '
                f"WHERE v.level = {number_of(level)} AND boundary = {boundary:d} AND standing IN ({seen})"
            )
            kept[level, boundary, seen] = frozenset(code for (code,) in rows)
        return kept[level, boundary, seen]


def _kept(key: object, find: Callable[[], list[Value]]) -> tuple[Value, ...]:
    """What holds for a whole build, asked once."""
    with reading() as turn:
        kept: dict[object, tuple[Value, ...]] = turn.memory.setdefault("values kept", {})
        if key not in kept:
            kept[key] = tuple(find())
        return kept[key]
