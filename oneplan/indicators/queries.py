"""Reads of observations: releases, what is there of an indicator, its values, and the cells behind one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db.models import Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.indicators.choices import Length, Level, ReleaseState, Standing, Status, YearBasis
from oneplan.indicators.facts import number_of
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.registry import Defined, registry
from oneplan.indicators.shelf import reading, shelf
from oneplan.indicators.tables import tables
from oneplan.periods import clock
from oneplan.warehouse.connection import NothingBuilt, Reading


def visible_to(actor: Actor) -> QuerySet[ObservationRelease]:
    """The releases an actor may see. Those inside government, and those held back, with observation:read."""
    releases = ObservationRelease.objects.select_related("run", "published_by")
    if actor.is_national(Permission.OBSERVATION_READ):
        return releases
    return releases.exclude(standing=Standing.GOVERNMENT).exclude(state=ReleaseState.HELD)


def found_by(
    releases: QuerySet[ObservationRelease], *, text: str = "", state: str = ""
) -> QuerySet[ObservationRelease]:
    """Those of some releases whose source, title or reference has a text, and that are in a state."""
    if state:
        releases = releases.filter(state=state)
    if text:
        releases = releases.filter(Q(source__icontains=text) | Q(title__icontains=text) | Q(ref__icontains=text))
    return releases


def edition() -> str:
    """The name of what is served, which stands in addresses of data; "" where nothing is built."""
    return shelf.current_name()


@dataclass(frozen=True)
class Place:
    """A place of the register as it stands in the build."""

    number: int
    code: str
    label: str
    level: Level
    province: str
    space: str
    municipal_area: str
    category: str


@dataclass(frozen=True)
class Moment:
    """On which borders and at which time there are values, and of how many places of a level."""

    level: Level
    boundary: int  # year of the borders, 0: those of any
    year: int
    length: Length
    period: int
    places: int
    stated: int  # places with a value


@dataclass(frozen=True)
class Value:
    """What an indicator is at a place and time. `value` None: a cell that its formula needs is missing.

    `above` and `below` are the sums that were divided; `below` is None where nothing is divided, and `below_year`
    tells of which year it is.
    """

    indicator: str
    place: str
    label: str
    level: Level
    boundary: int
    year: int
    length: Length
    period: int
    dimension: str  # of its breakdown; "" for the whole
    category: str
    value: float | None
    above: float | None
    below: float | None
    below_year: int | None
    status: Status
    table: str
    release: str
    standing: Standing

    @property
    def is_sample(self) -> bool:
        return self.standing == Standing.SAMPLE

    @property
    def source(self) -> str:
        return tables()[self.table].source

    @property
    def basis(self) -> YearBasis:
        """Which year is meant: of calendar, of national government, of municipalities (named by its beginning)."""
        return tables()[self.table].basis


@dataclass(frozen=True)
class CellValue:
    """One observation behind a value: where it stands in its source."""

    table: str
    category: str
    place: str
    value: float | None
    is_above: bool
    is_below: bool
    release: str
    row: int
    column: str
    boundary: int
    year: int


_COLUMNS = (
    "i.code, p.code, p.label, v.level, v.boundary, v.year, v.length, v.period, b.dimension, b.category, v.value, "
    "v.above, v.below, v.below_year, v.status, s.code, r.ref, v.standing"
)
_FROM = (
    'FROM "values" v JOIN indicators i ON i.id = v.indicator JOIN places p ON p.id = v.place '
    'JOIN breakdowns b ON b.id = v.breakdown JOIN series s ON s.id = v."table" JOIN releases r ON r.id = v.release'
)
_LEVELS, _LENGTHS, _STATUSES, _STANDINGS = list(Level), list(Length), list(Status), list(Standing)


def values_of(
    code: str,
    *,
    by: Actor,
    level: Level,
    boundary: int,
    years: Iterable[int] = (),
    within: str = "",
    dimension: str | None = "",
) -> list[Value]:
    """The values of an indicator at every place of a level, by place and time: three years of 213 areas in one read.

    `within` is a province or a space; `dimension` None: every breakdown too. Raises NothingBuilt, KeyError.
    """
    number = numbers()[code]
    wanted = sorted(set(years))
    conditions = [
        f"v.indicator = {number}", f"v.level = {number_of(level)}", "v.boundary = $boundary", _standings(by),
    ]  # fmt: skip
    if wanted:
        conditions.append(f"v.year IN ({', '.join(str(int(year)) for year in wanted)})")
    if dimension is not None:
        conditions.append("b.dimension = $dimension" if dimension else "v.breakdown = 0")
    if within:
        conditions.append("(p.province = $within OR p.space = $within)")
    told: dict[str, int | str] = {"boundary": boundary}
    told |= {"dimension": dimension} if dimension else {}
    told |= {"within": within} if within else {}
    with reading() as turn:
        return _values(
            turn, f"SELECT {_COLUMNS} {_FROM} WHERE {' AND '.join(conditions)} "
            "ORDER BY v.place, v.year, v.length, v.period, v.status, v.breakdown", told,
        )  # fmt: skip


def values_at(places: Sequence[str], *, by: Actor, codes: Sequence[str] = ()) -> list[Value]:
    """Every value of places, of the indicators named or of all, the whole only: what a profile is made of."""
    listed = ", ".join(f"$p{index}" for index in range(len(places)))
    told: dict[str, int | str] = {f"p{index}": code for index, code in enumerate(places)}
    only = f"AND v.indicator IN ({', '.join(str(numbers()[code]) for code in codes)})" if codes else ""
    where = f"WHERE v.breakdown = 0 AND p.code IN ({listed}) {only} AND {_standings(by)}"
    order = "ORDER BY v.indicator, v.place, v.boundary, v.year, v.length, v.period, v.status"
    with reading() as turn:
        return _values(turn, f"SELECT {_COLUMNS} {_FROM} {where} {order}", told)


def breakdowns_at(place: str, *, by: Actor, level: Level) -> list[Value]:
    """Every value of one place by the categories of a breakdown, of all indicators."""
    where = f"WHERE v.breakdown <> 0 AND p.code = $place AND v.level = {number_of(level)} AND {_standings(by)}"
    order = "ORDER BY v.indicator, v.boundary, v.year, v.length, v.period, v.status, v.breakdown"
    with reading() as turn:
        return _values(turn, f"SELECT {_COLUMNS} {_FROM} {where} {order}", {"place": place})


def moments_of(code: str, *, by: Actor) -> list[Moment]:
    """On which borders, at which levels and times an indicator has values. Raises NothingBuilt, KeyError."""
    number = numbers()[code]
    with reading() as turn:
        rows = turn.look_up(
            "SELECT v.level, boundary, year, length, period, count(*), count(value) FROM \"values\" v "
            f"WHERE indicator = {number} AND breakdown = 0 AND {_standings(by)} GROUP BY ALL ORDER BY ALL", {},
        )  # fmt: skip
    return [
        Moment(_LEVELS[level], boundary, year, _LENGTHS[length], period, places, stated)
        for level, boundary, year, length, period, places, stated in rows
    ]


def breakdowns_of(code: str, *, by: Actor) -> list[str]:
    """By which dimensions an indicator is told: sex, age, population group, disability."""
    with reading() as turn:
        rows = turn.look_up(
            "SELECT DISTINCT dimension FROM \"values\" v JOIN breakdowns b ON b.id = v.breakdown "
            f"WHERE indicator = {numbers()[code]} AND v.breakdown <> 0 AND {_standings(by)} ORDER BY 1", {},
        )  # fmt: skip
    return [row[0] for row in rows]


def told_of(
    code: str,
    place: str,
    *,
    by: Actor,
    boundary: int,
    year: int,
    length: Length,
    period: int = 0,
    dimension: str = "",
    category: str = "",
) -> list[Value]:
    """Every value of an indicator that is told of one place and time: by table, certainty and standing, and of a
    metropolitan space and its municipal area, which share a code. Raises NothingBuilt, KeyError."""
    text = (
        f"SELECT {_COLUMNS} {_FROM} WHERE v.indicator = {numbers()[code]} AND p.code = $place "
        "AND v.boundary = $boundary AND v.year = $year AND v.length = $length AND v.period = $period "
        f"AND b.dimension = $dimension AND b.category = $category AND {_standings(by)} "
        'ORDER BY v.level, v.standing, v.status, v."table"'
    )
    told: dict[str, int | str] = {
        "place": place, "boundary": boundary, "year": year, "length": number_of(length), "period": period,
        "dimension": dimension, "category": category,
    }  # fmt: skip
    with reading() as turn:
        return _values(turn, text, told)


def cells_of(value: Value) -> list[CellValue]:
    """The observations that make a value, with the row and column of their source: the way from a page to its file.

    Of a metropolitan space of which the source tells nothing they are those of its municipal area.
    """
    number = numbers()[value.indicator]
    text = f"""WITH formula AS (
            SELECT formula, breakdown FROM "values" v JOIN places p ON p.id = v.place
            JOIN breakdowns b ON b.id = v.breakdown JOIN series s ON s.id = v."table"
            WHERE v.indicator = {number} AND p.code = $place AND v.level = $level AND v.boundary = $boundary
                AND v.year = $year AND v.length = $length AND v.period = $period AND b.dimension = $dimension
                AND b.category = $category AND s.code = $table AND v.standing = $standing AND v.status = $status)
        SELECT s.code, c.category, p.code, o.value::DOUBLE, n.is_above, n.is_below, r.ref, o."row", l.label,
            o.boundary, o.year
        FROM observations o JOIN parts n ON n.category = o.category AND n.indicator = {number}
        JOIN formula USING (formula, breakdown) JOIN places p ON p.id = o.place
        JOIN categories c ON c.id = o.category JOIN series s ON s.id = c."table"
        JOIN releases r ON r.id = o.release JOIN cells l ON l.id = o.cell
        WHERE p.code = $place AND o.boundary = $boundary AND o.standing = $standing AND o.level >= $level
            AND o.status <= $status AND (
            (n.is_above AND o.year = $year AND o.length = $length AND o.period = $period)
            OR (n.is_below AND o.year = $below_year))
        QUALIFY o.level = min(o.level) OVER () AND o.status = max(o.status) OVER (PARTITION BY n.is_above)
        ORDER BY n.is_below, s.code, c.category"""
    told: dict[str, int | str] = {
        "place": value.place, "level": number_of(value.level), "boundary": value.boundary, "year": value.year,
        "length": number_of(value.length), "period": value.period, "dimension": value.dimension,
        "category": value.category, "table": value.table, "standing": number_of(value.standing),
        "status": number_of(value.status), "below_year": value.below_year or value.year,
    }  # fmt: skip
    with reading() as turn:
        return [CellValue(*row) for row in turn.look_up(text, told)]


def persons_served() -> list[tuple[Level, str, float]]:
    """(level, place, persons) by the newest count that is served and public; empty where nothing is built."""
    number, public = numbers()["population"], number_of(Standing.PUBLIC)
    try:
        with reading() as turn:
            rows = turn.rows(
                f"""SELECT v.level, p.code, arg_max(value, (v.year, v.boundary)) FROM "values" v
                JOIN places p ON p.id = v.place WHERE v.indicator = {number} AND breakdown = 0
                AND v.standing = {public} AND value IS NOT NULL GROUP BY ALL"""
            )
    except NothingBuilt:
        return []
    return [(_LEVELS[level], place, persons) for level, place, persons in rows]


def margins() -> dict[str, str]:
    """What releases say of the error of their figures, by release; those that say nothing are left out."""
    with reading() as turn:
        return dict(turn.rows("SELECT ref, margin FROM releases WHERE margin <> ''"))


def places_named(codes: Iterable[str]) -> Mapping[str, Place]:
    """Places by code, the widest of a code: a metropolitan space before its municipal area."""
    found: dict[str, Place] = {}
    wanted = set(codes)
    for place in _places(edition()):
        if place.code in wanted:
            found.setdefault(place.code, place)
    return found


def places_of(level: Level) -> list[Place]:
    """Every place of a level in the build, in the order of the register."""
    return [place for place in _places(edition()) if place.level == level]


@cache
def numbers() -> Mapping[str, int]:
    """The number of each indicator in builds by this registry."""
    return {code: number for number, code in enumerate(registry(), start=1)}


@dataclass(frozen=True)
class Freshness:
    """How old the newest value of an indicator is, and when the next can be expected."""

    indicator: Defined
    year: int | None
    source: str
    as_at: date | None

    @property
    def due(self) -> date | None:
        """When the next value can be expected: as long after the newest as its rhythm says; None: none is known."""
        months = self.indicator.rhythm_months
        return clock.add_months(self.as_at, months) if self.as_at and months else None

    def state(self, today: date) -> str:
        """ "overdue", "expected", "once" (no next one is known) or "empty" (no value yet)."""
        if self.as_at is None:
            return "empty"
        if self.due is None:
            return "once"
        return "overdue" if self.due < today else "expected"


def freshness(*, by: Actor) -> list[Freshness]:
    """Of every indicator the newest year that has values, and the release that told it. Raises NothingBuilt."""
    with reading() as turn:
        rows = turn.look_up(
            "SELECT i.code, max(year), arg_max(r.source, year), arg_max(r.as_at, year) FROM \"values\" v "
            "JOIN indicators i ON i.id = v.indicator JOIN releases r ON r.id = v.release "
            f"WHERE value IS NOT NULL AND {_standings(by)} GROUP BY i.code", {},
        )  # fmt: skip
    known = {code: (year, source, as_at) for code, year, source, as_at in rows}
    return [Freshness(each, *known.get(code, (None, "", None))) for code, each in registry().items()]


def nothing_fresh() -> list[Freshness]:
    """Every indicator, of none of which there is a value."""
    return [Freshness(each, None, "", None) for each in registry().values()]


@cache
def _places(build: str) -> tuple[Place, ...]:
    if not build:
        return ()
    ward = number_of(Level.WARD)
    with reading() as turn:
        rows = turn.rows(
            "SELECT id, code, label, level, province, space, municipal_area, category FROM places "
            f"WHERE level <> {ward} ORDER BY id"
        )
    return tuple(
        Place(number, code, label, _LEVELS[level], province, space, area, category)
        for number, code, label, level, province, space, area, category in rows
    )


def seen_standings(by: Actor) -> str:
    """The numbers of the standings that a reader may see; the sample is told apart by whoever shows it."""
    seen = [Standing.PUBLIC, Standing.SAMPLE]
    if by.is_national(Permission.OBSERVATION_READ):
        seen.append(Standing.GOVERNMENT)
    return ", ".join(str(number_of(each)) for each in seen)


def _standings(by: Actor) -> str:
    return f"v.standing IN ({seen_standings(by)})"


def _values(turn: Reading, text: str, told: Mapping[str, int | str]) -> list[Value]:
    return [
        Value(
            indicator, place, label, _LEVELS[level], boundary, year, _LENGTHS[length], period, dimension, category,
            value, above, below, below_year, _STATUSES[status], table, release, _STANDINGS[standing],
        )
        for indicator, place, label, level, boundary, year, length, period, dimension, category, value, above, below,
        below_year, status, table, release, standing in turn.look_up(text, told)
    ]  # fmt: skip
