"""The values that a view shows: one row for each place, the surest value of each, and what may stand beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from oneplan.access.actors import Actor
from oneplan.indicators import exploring, queries
from oneplan.indicators.choices import Level, Status
from oneplan.indicators.comparing.values import Break, Measured, breaks
from oneplan.indicators.exploring import Asked, When
from oneplan.indicators.measuring import measured, standing_of
from oneplan.indicators.queries import Place, Value
from oneplan.indicators.registry import Defined
from oneplan.indicators.tables import tables

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
    """A view with its values. `series` are those of each place over time, of the source and category shown."""

    asked: Asked
    defined: Defined
    measured: Measured
    rows: list[Row]
    categories: list[str]
    columns: list[str]  # the categories that stand beside each other in the table
    series: dict[str, list[Value]]
    around: Sequence[Value]  # the country, and the province that holds what is shown, over time
    sizes: dict[str, float]

    @cached_property
    def _shown(self) -> list[Value]:
        return [value for row in self.rows for value in [row.value, *row.cells] if value]

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

    @property
    def is_divided(self) -> bool:
        return any(each.below is not None for each in self._shown)

    @property
    def has_changes(self) -> bool:
        return any(row.earlier for row in self.rows)

    @property
    def whens(self) -> list[When]:
        """The times at which a value is known here."""
        return sorted({When.of(each) for series in self.series.values() for each in series if each.value is not None})

    @property
    def parted(self) -> list[tuple[When, When, tuple[Break, ...]]]:
        """Between which times no line is drawn, and why."""
        found: dict[tuple[When, When], tuple[Break, ...]] = {}
        for series in self.series.values():
            for before, after in pairwise(series):
                if why := breaks(standing_of(after), standing_of(before)):
                    found[When.of(before), When.of(after)] = why
        return [(before, after, why) for (before, after), why in found.items()]


def see(asked: Asked, defined: Defined, *, by: Actor) -> Seen:
    """The values of a view. Raises NothingBuilt."""
    within = asked.within if asked.level != Level.PROVINCE else ""
    asked = replace(asked, within=within)
    found = [
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
    for value in sorted(found, key=lambda each: (When.of(each), _SURENESS[each.status])):
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
    sizes = dict(exploring.populations(asked.level, asked.boundary, by=by))
    around = _around(asked, rows.values(), exploring.around(asked.code, by=by))
    return Seen(asked, defined, measured(defined), list(rows.values()), categories, columns, series, around, sizes)


def _places(asked: Asked, found: Iterable[Value], by: Actor) -> list[Place]:
    """Every place that existed on the borders, in the order of the register: what is unknown is shown as unknown."""
    there = exploring.places_on(asked.level, asked.boundary, by=by) | {each.place for each in found}
    return [
        place for place in queries.places_of(asked.level)
        if place.code in there and (not asked.within or asked.within in (place.province, place.space))
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
            return before if not breaks(standing_of(value), standing_of(before)) else None
    return None


def _around(asked: Asked, rows: Iterable[Row], known: Iterable[Value]) -> list[Value]:
    codes = {"ZA", *(row.place.province for row in rows)} if asked.within else {"ZA"}
    found: dict[tuple[str, When], Value] = {}
    for value in sorted(known, key=lambda each: _SURENESS[each.status]):
        if (
            value.place in codes and value.boundary == asked.boundary and value.is_sample == asked.is_sample
            and tables()[value.table].source == asked.source
        ):  # fmt: skip
            found.setdefault((value.place, When.of(value)), value)
    return sorted(found.values(), key=lambda each: (list(Level).index(each.level), When.of(each)))
