"""What goes into a measure: values of indicators, and the cells of a table, of one level, borders, time and source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators import exploring, queries
from oneplan.indicators.choices import Length, Level, Standing
from oneplan.indicators.definitions.current import definitions
from oneplan.indicators.exploring import When, time_words
from oneplan.indicators.facts import number_of
from oneplan.indicators.queries import Place, Value
from oneplan.indicators.shelf import reading
from oneplan.indicators.tables import sources, tables

T = TypeVar("T")
_MOST_KEPT = 48
AROUND = (Level.COUNTRY, Level.PROVINCE)


@dataclass(frozen=True)
class Offer:
    """Where and when a measure can be worked out. Real values alone: invented ones make no measure."""

    level: Level
    boundary: int
    when: When
    source: str

    @property
    def key(self) -> str:
        """As it stands in addresses: everything but the level."""
        return f"{self.boundary}-{self.when}-{self.source}"

    @property
    def words(self) -> str:
        words = {
            "when": time_words(self.when, self.source), "year": exploring.borders_of(self.boundary),
            "source": sources()[self.source].title,
        }  # fmt: skip
        return _("%(when)s, borders of %(year)s: %(source)s") % words


def offers(codes: Sequence[str], levels: Sequence[Level], *, by: Actor) -> list[Offer]:
    """Where every one of some indicators has a value, the newest first. Raises NothingBuilt."""
    found: set[Offer] | None = None
    for code in codes:
        here = {
            Offer(each.level, each.boundary, each.when, each.source) for each in exploring.stock_of(code, by=by)
            if each.level in levels and each.stated and not each.dimension and not each.is_sample
        }  # fmt: skip
        found = here if found is None else found & here
    order = list(Level).index
    return sorted(found or (), key=lambda each: (str(each.when), each.boundary, -order(each.level)), reverse=True)


def values_at(code: str, offer: Offer, *, by: Actor, level: Level | None = None) -> dict[str, Value]:
    """The surest value of an indicator at each place of a level (else the offer's), by code. Raises NothingBuilt."""
    found: dict[str, Value] = {}
    for value in queries.values_of(
        code, by=by, level=level or offer.level, boundary=offer.boundary, years=[offer.when.year]
    ):
        if not value.is_sample and When.of(value) == offer.when and value.source == offer.source:
            found.setdefault(value.place, value)
    return found


def cells_at(
    table: str, offer: Offer, *, by: Actor, level: Level | None = None, kind: str = "category"
) -> dict[str, dict[str, float | None]]:
    """The cells of a table by category, of each place of a level; None is a cell that its source leaves empty.

    `kind` "age" adds up over all else that the table parts its cells by, without what is set apart.

    A metropolitan space of which the source tells nothing has the cells of its one municipal area. Raises NothingBuilt.
    """
    level = level or offer.level
    levels = [level, Level.MUNICIPAL_AREA] if level == Level.SPACE else [level]
    listed = ", ".join(str(number_of(each)) for each in levels)
    seen = queries.seen_standings(by)
    text = (  # numbers and names that stand in this module
        f"SELECT p.code, c.{kind}, o.value::DOUBLE FROM observations o JOIN categories c ON c.id = o.category "
        'JOIN series s ON s.id = c."table" JOIN places p ON p.id = o.place '
        f"WHERE s.code = $table AND o.level IN ({listed}) AND o.boundary = $boundary AND o.year = $year "
        f"AND o.length = $length AND o.period = $period AND o.standing IN ({seen}) "
        f"AND o.standing <> {number_of(Standing.SAMPLE)} {'AND NOT c.is_apart ' if kind == 'age' else ''}"
        "QUALIFY o.level = min(o.level) OVER (PARTITION BY p.code) "
        "AND row_number() OVER (PARTITION BY p.code, o.level, o.category ORDER BY o.status, o.standing) = 1"
    )
    told: dict[str, int | str] = {
        "table": table, "boundary": offer.boundary, "year": offer.when.year,
        "length": number_of(Length(offer.when.length)), "period": offer.when.period,
    }  # fmt: skip
    there = {place.code for place in queries.places_of(level)}
    found: dict[str, dict[str, float | None]] = {}
    with reading() as turn:
        for code, category, value in turn.look_up(text, told):
            if code in there:
                here = found.setdefault(code, {})
                before = here.get(category, 0.0)
                here[category] = None if value is None or before is None else before + value
    return found


def places_there(offer: Offer, *, by: Actor) -> list[Place]:
    """Every place of the level that existed on the borders, in the order of the register."""
    there = exploring.places_on(offer.level, offer.boundary, by=by)
    return [place for place in queries.places_of(offer.level) if place.code in there]


def places_around() -> list[Place]:
    """The country and the provinces."""
    return [place for level in AROUND for place in queries.places_of(level)]


def asked_of(table: str) -> tuple[str, ...]:
    """The categories of a table of one dimension that answer what it asks: none that is set apart, and no total."""
    told = tables()[table]
    [categories] = told.categories.values()
    return tuple(each for each in categories if each not in told.set_apart and each != told.total)


def complete(cells: Mapping[str, float | None], wanted: Sequence[str]) -> list[float] | None:
    """The cells of some categories in order; None where one is missing or left empty."""
    found = [cells.get(each) for each in wanted]
    return None if any(each is None for each in found) else [float(each or 0) for each in found]


def kept(key: object, find: Callable[[], T]) -> T:
    """What holds for a whole build while its definitions stand, worked out once. Raises NothingBuilt."""
    with reading() as turn:
        memory: dict[object, Any] = turn.memory.setdefault("worked", {})
    key = (definitions().version, get_language(), key)
    if key not in memory:
        found = find()
        if len(memory) >= _MOST_KEPT:
            memory.pop(next(iter(memory)), None)
        memory[key] = found
    worked: T = memory[key]
    return worked
