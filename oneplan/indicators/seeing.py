"""The values that a view shows: one row for each place, the surest value of each, and what may stand beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from oneplan.access.actors import Actor
from oneplan.indicators import exploring, queries
from oneplan.indicators.choices import Level, Status
from oneplan.indicators.comparing.values import Break, Measured
from oneplan.indicators.crossing import Crossing, carried, crossing_of
from oneplan.indicators.demarcations.book import book
from oneplan.indicators.exploring import Asked, When
from oneplan.indicators.measuring import measured, parted
from oneplan.indicators.queries import Place, Value
from oneplan.indicators.registry import Defined
from oneplan.indicators.tables import Source, sources, tables
from oneplan.indicators.timelines import Lines, apart, timelines

SURE = (Status.AUDITED, Status.OFFICIAL)  # goes without saying
MOST_COLUMNS = 6  # of a breakdown; of more categories one is shown at a time
_SURENESS = {status: at for at, status in enumerate(Status)}


@dataclass
class Row:
    """One place. `value` None: its source says nothing of it. `earlier` is the nearest that it may be set beside."""

    place: Place
    value: Value | None = None
    others: list[Value] = field(default_factory=list)  # less sure ones of the same time
    earlier: Value | None = None
    cells: list[Value | None] = field(default_factory=list)  # by category, where several are shown

    @property
    def number(self) -> float | None:
        return self.value.value if self.value else None

    @property
    def change(self) -> float | None:
        if self.number is None or self.earlier is None or self.earlier.value is None:
            return None
        return self.number - self.earlier.value


@dataclass
class Seen:
    """A view with its values. `series` are those of each place over time, of the source, borders and category shown;
    `timeline` those of any source and borders. `crossing` says of converted values how they came about.
    """

    asked: Asked
    defined: Defined
    measured: Measured
    rows: list[Row]
    categories: list[str]
    columns: list[str]  # the categories that stand beside each other in the table
    series: dict[str, list[Value]]
    around: Sequence[Value]  # the country, and the province that holds what is shown, over time
    sizes: dict[str, float]
    timeline: Lines
    timeline_around: Lines
    crossing: Crossing | None = None

    @cached_property
    def _shown(self) -> list[Value]:
        return [value for row in self.rows for value in [row.value, *row.cells] if value]

    @property
    def time(self) -> str:
        """The time shown, in words."""
        return exploring.time_words(self.asked.when, self.asked.source)

    def words_of(self, when: When) -> str:
        """A time of the chart in words: of the year that the source means that tells of it."""
        for line in self.timeline.values():
            for value in line:
                if When.of(value) == when:
                    return exploring.time_words(when, value.source)
        return exploring.time_words(when, self.asked.source)

    @property
    def sources_over_time(self) -> list[Source]:
        """Of all times that are drawn."""
        return [sources()[each] for each in sorted({v.source for line in self.timeline.values() for v in line})]

    @property
    def country(self) -> Value | None:
        return next((each for each in self.beside if each.level == Level.COUNTRY), None)

    @property
    def beside(self) -> list[Value]:
        """The country and the province at the time shown; nothing beside a breakdown."""
        if self.asked.dimension:
            return []
        return [each for each in self.around if When.of(each) == self.asked.when]

    @property
    def releases(self) -> list[str]:
        return sorted({each.release for each in self._shown})

    @property
    def tables(self) -> list[str]:
        return list(dict.fromkeys(each.table for each in self._shown))

    @property
    def has_unofficial(self) -> bool:
        """Whether some value is less sure than official: only then is that said of each."""
        return any(each.status not in SURE for each in self._shown)

    @cached_property
    def is_divided(self) -> bool:
        return any(each.below is not None for each in self._shown)

    @cached_property
    def has_changes(self) -> bool:
        return any(row.earlier for row in self.rows)

    @property
    def whens(self) -> list[When]:
        """The times at which a value is known here."""
        return sorted({When.of(each) for line in self.timeline.values() for each in line if each.value is not None})

    @property
    def parted(self) -> list[tuple[When, When, tuple[Break, ...]]]:
        """Between which times no line is drawn, and why."""
        found: dict[tuple[When, When], tuple[Break, ...]] = {}
        for line in self.timeline.values():
            for before, after in pairwise(line):
                if why := apart(after, before):
                    found[When.of(before), When.of(after)] = why
        return [(before, after, why) for (before, after), why in found.items()]

    @property
    def new_borders(self) -> list[tuple[When, When, int]]:
        """Between which times the places were drawn anew, and as of which year."""
        found = {
            (When.of(before), When.of(after), after.boundary)
            for line in self.timeline.values() for before, after in pairwise(line) if before.boundary != after.boundary
        }  # fmt: skip
        return sorted(found)


def see(asked: Asked, defined: Defined, *, by: Actor) -> Seen:
    """The values of a view. Raises NothingBuilt, and RuleBroken where they cannot be converted as it asks."""
    within = asked.within if asked.level != Level.PROVINCE else ""
    asked = replace(asked, within=within)
    converted = carried(asked, by=by) if asked.borders else []
    found: list[Value] = [*converted] if asked.borders else [
        value
        for value in queries.values_of(
            asked.code, by=by, level=asked.level, boundary=asked.boundary, within=within, dimension=asked.dimension
        )
        if value.is_sample == asked.is_sample
    ]  # fmt: skip
    categories = list(dict.fromkeys(each.category for each in found)) if asked.dimension else []
    if asked.dimension:
        categories = _in_order(asked.dimension, categories, found)
        asked = replace(asked, category=asked.category if asked.category in categories else next(iter(categories), ""))
    columns = categories if 1 < len(categories) <= MOST_COLUMNS else []
    rows = {place.code: Row(place) for place in _places(asked, found, by)}
    series: dict[str, list[Value]] = {}
    cells: dict[tuple[str, str], Value] = {}
    for value in found:  # of each place by time, the surest first
        if tables()[value.table].source != asked.source or value.place not in rows:
            continue
        is_now, is_here = When.of(value) == asked.when, value.category == asked.category
        row, line = rows[value.place], series.setdefault(value.place, [])
        if is_now:
            cells.setdefault((value.place, value.category), value)
        if not is_here:
            continue
        if not line or When.of(line[-1]) != When.of(value):
            line.append(value)
        if is_now and row.value is None:
            row.value = value
        elif is_now:
            row.others.append(value)
    for row in rows.values():
        row.earlier = _earlier(row.value, series.get(row.place.code, []))
        row.cells = [cells.get((row.place.code, each)) for each in columns]
    codes = _codes_around(asked, rows.values())
    around = _around(asked, codes, exploring.around(asked.code, by=by))
    timeline, timeline_around = timelines(asked, exploring.stock_of(asked.code, by=by), found, series, codes, by=by)
    return Seen(
        asked, defined, measured(defined), list(rows.values()), categories, columns, series, around, _sizes(asked, by),
        timeline, timeline_around, crossing_of(asked, converted, by=by) if asked.borders else None,
    )  # fmt: skip


def _sizes(asked: Asked, by: Actor) -> dict[str, float]:
    """The populations of the places shown, on their borders or on those of another year that are the same; of wards,
    which have no peer groups, none."""
    if asked.level == Level.WARD:
        return {}
    for year in _alike(asked):
        if known := exploring.populations(asked.level, year, by=by):
            return dict(known)
    return {}


def _alike(asked: Asked) -> list[int]:
    """The borders shown, and where they are converted to, the years whose borders are the same."""
    alike = map(int, book().drawn_alike(str(asked.borders))) if asked.borders else ()
    return list(dict.fromkeys([asked.shown_on, *alike]))


def _places(asked: Asked, found: Iterable[Value], by: Actor) -> list[Place]:
    """Every place that existed on the borders, in the order of the register: what is unknown is shown as unknown."""
    known = (exploring.places_on(asked.level, year, by=by) for year in _alike(asked))
    there = {each.place for each in found}.union(*known)
    return [
        place for place in queries.places_of(asked.level)
        if place.code in there and asked.within in ("", place.province, place.space, place.municipal_area)
    ]  # fmt: skip


def _in_order(dimension: str, categories: list[str], found: Sequence[Value]) -> list[str]:
    """Categories in the order of their table."""
    for value in found:
        if known := tables()[value.table].categories.get(dimension):
            return sorted(categories, key=lambda each: known.index(each) if each in known else len(known))
    return categories


def _earlier(value: Value | None, series: Sequence[Value]) -> Value | None:
    """The newest value before one, of the same place, that it may be compared with."""
    if value is None or value.value is None:
        return None
    for before in reversed(series):
        if When.of(before) < When.of(value) and before.value is not None:
            return None if parted(value, before) else before
    return None


def _codes_around(asked: Asked, rows: Iterable[Row]) -> set[str]:
    """The country, and the province that holds what is shown; beside converted values the country alone, whose borders
    stayed."""
    return {"ZA", *(row.place.province for row in rows)} if asked.within and not asked.borders else {"ZA"}


def _around(asked: Asked, codes: set[str], known: Iterable[Value]) -> list[Value]:
    """What is known of the wider places, as published."""
    found: dict[tuple[str, When], Value] = {}
    for value in sorted(known, key=lambda each: _SURENESS[each.status]):
        if (
            value.place in codes and value.boundary == asked.boundary and value.is_sample == asked.is_sample
            and tables()[value.table].source == asked.source
        ):  # fmt: skip
            found.setdefault((value.place, When.of(value)), value)
    return sorted(found.values(), key=lambda each: (list(Level).index(each.level), When.of(each)))
