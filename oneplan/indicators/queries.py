"""Reads of observations: releases, what is there of an indicator, its values, and the cells behind one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.indicators.choices import Length, Level, ReleaseState, Standing, Status, YearBasis
from oneplan.indicators.facts import number_of
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.naming import Names, listed, names_in
from oneplan.indicators.registry import registry
from oneplan.indicators.shelf import reading, shelf
from oneplan.indicators.tables import tables
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

    @property
    def converted_from(self) -> int:
        """The year of the borders that it was converted from (`demarcations.series`); 0: it is as published."""
        return 0


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
    method: str  # of a modelled one; "" of others


_SELECT = (
    "SELECT v.indicator, v.place, v.level, v.boundary, v.year, v.length, v.period, v.breakdown, v.value, v.above, "
    'v.below, v.below_year, v.status, v."table", v.release, v.standing FROM "values" v'
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

    `within` is a province, a space or a municipal area; `dimension` None: every breakdown too. Raises NothingBuilt,
    KeyError.
    """
    wanted = sorted(set(years))
    conditions = [f"v.level = {number_of(level)}", "v.boundary = $boundary", _standings(by)]
    if wanted:
        conditions.append(f"v.year IN ({', '.join(str(int(year)) for year in wanted)})")
    if within:
        inside = "SELECT id FROM places WHERE $within IN (province, space, municipal_area)"
        conditions.append(f"v.place IN ({inside})")
    told: dict[str, int | str] = {"boundary": boundary}
    told |= {"within": within} if within else {}
    order = "ORDER BY v.place, v.year, v.length, v.period, v.status, v.breakdown"
    with reading() as turn:
        conditions.append(f"v.indicator = {number_in_build(code, turn)}")
        if dimension is not None:
            conditions.append(f"v.breakdown IN {listed(names_in(turn).breakdowns_by(dimension))}")
        return _values(turn, f"{_SELECT} WHERE {' AND '.join(conditions)} {order}", told)


def values_at(places: Sequence[str], *, by: Actor, codes: Sequence[str] = ()) -> list[Value]:
    """Every value of places, of the indicators named or of all, the whole only: what a profile is made of."""
    order = "ORDER BY v.indicator, v.place, v.boundary, v.year, v.length, v.period, v.status"
    with reading() as turn:
        only = f"AND v.indicator IN {listed([number_in_build(code, turn) for code in codes])}" if codes else ""
        there, told = names_in(turn).told_places(places)
        where = f"WHERE v.breakdown = 0 AND v.place IN {there} {only} AND {_standings(by)}"
        return _values(turn, f"{_SELECT} {where} {order}", told)


def breakdowns_at(place: str, *, by: Actor, level: Level) -> list[Value]:
    """Every value of one place by the categories of a breakdown, of all indicators."""
    order = "ORDER BY v.indicator, v.boundary, v.year, v.length, v.period, v.status, v.breakdown"
    with reading() as turn:
        there, told = names_in(turn).told_places([place])
        where = f"WHERE v.breakdown <> 0 AND v.place IN {there} AND v.level = {number_of(level)} AND {_standings(by)}"
        return _values(turn, f"{_SELECT} {where} {order}", told)


def moments_of(code: str, *, by: Actor) -> list[Moment]:
    """On which borders, at which levels and times an indicator has values. Raises NothingBuilt, KeyError."""
    with reading() as turn:
        rows = turn.look_up(
            "SELECT v.level, boundary, year, length, period, count(*), count(value) FROM \"values\" v "
            f"WHERE indicator = {number_in_build(code, turn)} AND breakdown = 0 AND {_standings(by)} "
            "GROUP BY ALL ORDER BY ALL", {},
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
            f"WHERE indicator = {number_in_build(code, turn)} AND v.breakdown <> 0 AND {_standings(by)} ORDER BY 1", {},
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
    told: dict[str, int | str] = {
        "boundary": boundary, "year": year, "length": number_of(length), "period": period,
    }  # fmt: skip
    with reading() as turn:
        told["indicator"] = number_in_build(code, turn)
        there, places = names_in(turn).told_places([place])
        breakdowns = listed(names_in(turn).breakdowns_by(dimension, category))
        return _values(
            turn, f"{_SELECT} WHERE v.indicator = $indicator AND v.place IN {there} AND v.boundary = $boundary "
            f"AND v.year = $year AND v.length = $length AND v.period = $period AND v.breakdown IN {breakdowns} "
            f'AND {_standings(by)} ORDER BY v.level, v.standing, v.status, v."table"', told | places,
        )  # fmt: skip


def cells_of(value: Value) -> list[CellValue]:
    """The observations that make a value, with the row and column of their source: the way from a page to its file.

    Of a metropolitan space of which the source tells nothing they are those of its municipal area.
    """
    with reading() as turn:
        names = names_in(turn)
        there, places = names.told_places([value.place])
        told: dict[str, int | str] = {
            **places, "indicator": number_in_build(value.indicator, turn), "boundary": value.boundary,
            "year": value.year, "level": number_of(value.level), "standing": number_of(value.standing),
            "period": value.period,
            "status": number_of(value.status), "length": number_of(value.length),
            "below_year": value.below_year or value.year,
        }  # fmt: skip
        return [
            CellValue(
                names.tables[table], category, names.places[place][0], number, is_above, is_below,
                names.releases[release], row, names.cells[cell], boundary, year, names.methods[method],
            )
            for table, category, place, number, is_above, is_below, release, row, cell, boundary, year, method
            in turn.look_up(_cells_text(names, value, there), told)
        ]  # fmt: skip


def _cells_text(names: Names, value: Value, there: str) -> str:
    table = listed([each for each, code in names.tables.items() if code == value.table])
    return f"""WITH formula AS (
            SELECT formula, breakdown FROM "values"
            WHERE indicator = $indicator AND place IN {there} AND level = $level AND boundary = $boundary
                AND year = $year AND length = $length AND period = $period AND "table" IN {table}
                AND breakdown IN {listed(names.breakdowns_by(value.dimension, value.category))}
                AND standing = $standing AND status = $status)
        SELECT c."table", c.category, o.place, o.value::DOUBLE, n.is_above, n.is_below, o.release, o."row", o.cell,
            o.boundary, o.year, o.method
        FROM observations o JOIN parts n ON n.category = o.category AND n.indicator = $indicator
        JOIN formula USING (formula, breakdown) JOIN categories c ON c.id = o.category
        WHERE o.place IN {there} AND o.boundary = $boundary AND o.standing = $standing AND o.level >= $level
            AND o.status <= $status AND (
            (n.is_above AND o.year = $year AND o.length = $length AND o.period = $period)
            OR (n.is_below AND o.year = $below_year))
        QUALIFY o.level = min(o.level) OVER () AND o.status = max(o.status) OVER (PARTITION BY n.is_above)
        ORDER BY n.is_below, c."table", c.category"""


@dataclass(frozen=True)
class Counted:
    """What a source counts in a category at a space: as it tells it, or the sum of the space's municipal areas.

    `value` None: a cell is missing. `areas` is how many municipal areas were added, 0 where the space itself is told.
    """

    space: str
    boundary: int
    year: int
    category: str
    value: float | None
    status: Status
    release: str
    areas: int


def counted_by(table: str, *, by: Actor, sample: bool = False) -> list[Counted]:
    """What a table tells of every space by category and year, the surest first; invented figures alone, or none."""
    space, area, seen = number_of(Level.SPACE), number_of(Level.MUNICIPAL_AREA), number_of(Standing.SAMPLE)
    text = f"""SELECT p.space, o.boundary, o.year, c.category,
            CASE WHEN count(o.value) = count(*) THEN sum(o.value)::DOUBLE END, o.status, max(r.ref),
            CASE WHEN o.level = {area} THEN count(*) ELSE 0 END
        FROM observations o JOIN categories c ON c.id = o.category JOIN series s ON s.id = c."table"
        JOIN places p ON p.id = o.place JOIN releases r ON r.id = o.release
        WHERE s.code = $table AND o.level IN ({space}, {area}) AND o.length = {number_of(Length.YEAR)}
            AND o.standing IN ({seen_standings(by)}) AND (o.standing = {seen}) = {sample}
        GROUP BY p.space, o.level, o.boundary, o.year, c.category, o.status, o.standing
        ORDER BY p.space, o.boundary, o.year, o.level, o.status, c.category"""
    with reading() as turn:
        rows = turn.look_up(text, {"table": table})
    return [
        Counted(place, boundary, year, category, value, _STATUSES[status], release, areas)
        for place, boundary, year, category, value, status, release, areas in rows
    ]


def has_values(code: str) -> bool:
    """Whether values of an indicator are served; False where nothing is."""
    try:
        with reading() as turn:
            return bool(turn.rows(
                f'SELECT 1 FROM "values" WHERE indicator = {number_in_build(code, turn)} AND value IS NOT NULL LIMIT 1'
            ))  # fmt: skip
    except NothingBuilt:
        return False


def persons_served() -> list[tuple[Level, str, float]]:
    """(level, place, persons) by the newest count that is served and public; empty where nothing is built."""
    public = number_of(Standing.PUBLIC)
    try:
        with reading() as turn:
            rows = turn.rows(
                f"""SELECT v.level, p.code, arg_max(value, (v.year, v.boundary)) FROM "values" v
                JOIN places p ON p.id = v.place
                WHERE v.indicator = {number_in_build("population", turn)} AND breakdown = 0
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
    if level == Level.WARD:
        return list(_wards(edition()))
    return [place for place in _places(edition()) if place.level == level]


def number_in_build(code: str, turn: Reading) -> int:
    """The number of an indicator in the build that is asked, another in each; 0, which none has, where it was defined
    since.

    Raises KeyError where there is no such indicator.
    """
    numbers: dict[str, int] | None = turn.memory.get("numbers")
    if numbers is None:
        numbers = turn.memory["numbers"] = dict(turn.rows("SELECT code, id FROM indicators"))
    return numbers.get(registry()[code].code, 0)


@lru_cache(maxsize=2)
def _places(build: str) -> tuple[Place, ...]:
    return _read_places(build, f"level <> {number_of(Level.WARD)}")


@lru_cache(maxsize=2)
def _wards(build: str) -> tuple[Place, ...]:
    """Twenty times as many as all others, and seldom asked for."""
    return _read_places(build, f"level = {number_of(Level.WARD)}")


def _read_places(build: str, which: str) -> tuple[Place, ...]:
    if not build:
        return ()
    with reading() as turn:
        rows = turn.rows(
            "SELECT id, code, label, level, province, space, municipal_area, category FROM places "
            f"WHERE {which} ORDER BY id"
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
    """Values of indicators that stand: one that was retired since the build has none."""
    names, known = names_in(turn), registry()
    stands = {number: code for number, code in names.indicators.items() if code in known}
    return [
        Value(
            stands[indicator], *names.places[place][:2], _LEVELS[level], boundary, year, _LENGTHS[length], period,
            *names.breakdowns[breakdown], value, above, below, below_year, _STATUSES[status], names.tables[table],
            names.releases[release], _STANDINGS[standing],
        )
        for indicator, place, level, boundary, year, length, period, breakdown, value, above, below, below_year,
        status, table, release, standing in turn.look_up(text, told) if indicator in stands
    ]  # fmt: skip
