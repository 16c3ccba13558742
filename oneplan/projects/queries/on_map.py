"""Projects on a map: what a tile or a box shows, answered by ranges of one index (geometry.mercator).

Who may see what, and every filter, is part of the statement, so that nothing is ever drawn for one reader from what
another may see. The statement of a reader's grants and a filter is written once; a call binds the range to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from oneplan.access.actors import Actor
from oneplan.geometry.frame import touching
from oneplan.geometry.mercator import DEPTH, box_ranges, tile_box, tile_range
from oneplan.platform.audit import newest_entry
from oneplan.platform.prepared import run_kept
from oneplan.projects.models import Project
from oneplan.projects.queries.drawn import SHAPE_SQL, WIDEST, of_pinned, reaching, shapes, with_shape
from oneplan.projects.queries.filters import ProjectFilters
from oneplan.projects.queries.readers import visible_to

GATHERED_TO = 8  # up to this zoom a tile holds groups, above it each project
GRAIN = 4  # a gathered tile has 2^4 × 2^4 squares, each some 32 pixels wide on a screen
FINE_GRAIN = 6
MOST_POINTS = 4000  # a tile with more is gathered at any zoom
DRAWN = ("cell", "total_cost", "ref", "stage", "confidence")
MAPPED = ("cell", "longitude", "latitude", "total_cost", "ref", "stage", "confidence")

Row = tuple[Any, ...]
Range = tuple[int, int]


class Box(NamedTuple):
    """A box in WGS 84 degrees, both edges included; it never crosses the date line."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def read(cls, text: str) -> Box:
        """From "west,south,east,north". Raises ValueError where it is none."""
        west, south, east, north = (float(part) for part in text.split(","))
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError(text)
        return cls(west, south, east, north)

    def __str__(self) -> str:
        return f"{self.west:.6f},{self.south:.6f},{self.east:.6f},{self.north:.6f}"


@dataclass(frozen=True, slots=True)
class Summary:
    """How many pins, the rand of those whose cost is known, and how many have none stated.

    Of real projects; `invented` are those besides. Where there are invented ones alone, it is of them, and `is_sample`.
    """

    projects: int
    rand: Decimal
    without_cost: int
    invented: int = 0
    is_sample: bool = False

    @property
    def pins(self) -> int:
        return self.projects + self.invented


def points_of(actor: Actor, filters: ProjectFilters, z: int, x: int, y: int) -> list[Row] | None:
    """(cell, whole rand, ref, stage, confidence) of each pin of a tile; None where they are too many."""
    told = f"SELECT cell, total_cost / 100, ref, stage, confidence FROM ({{rows}}) AS found LIMIT {MOST_POINTS + 1}"
    found = _ask(actor, filters, DRAWN, told, [tile_range(z, x, y)])
    return found if len(found) <= MOST_POINTS else None


def squares_of(actor: Actor, filters: ProjectFilters, z: int, x: int, y: int, grain: int = GRAIN) -> list[Row]:
    """The pins of a tile by square, with exact counts.

    (count, mean longitude, mean latitude, cents of the costs that are known, how many are, and a ref, stage and
    confidence: those of the project where it is alone).
    """
    shift = max(0, 2 * (DEPTH - z - grain))
    told = (
        "SELECT COUNT(*), AVG(longitude), AVG(latitude), SUM(total_cost), COUNT(total_cost), MIN(ref), MIN(stage),"
        f" MIN(confidence) FROM ({{rows}}) AS found GROUP BY cell >> {shift}"
    )
    return _ask(actor, filters, MAPPED, told, [tile_range(z, x, y)])


def shapes_of(actor: Actor, filters: ProjectFilters, z: int, x: int, y: int) -> list[Row]:
    """(ref, stage, WKB) of the lines and areas of works that reach a tile."""
    west, south, east, north = tile_box(z, x, y)
    placed = shapes().filter(minx__lte=east, maxx__gte=west, miny__lte=north, maxy__gte=south)
    drawn = of_pinned(placed, filters.apply(visible_to(actor)))
    return list(drawn.order_by("pk").values_list("project__ref", "project__stage", "wkb")[:MOST_POINTS])


def box_summary(actor: Actor, filters: ProjectFilters, box: Box) -> Summary:
    """The pins in a box, exactly."""
    told = "SELECT is_sample, COUNT(*), SUM(total_cost), COUNT(total_cost) FROM ({rows}) AS found GROUP BY is_sample"
    found = _ask(actor, filters, (*MAPPED, "is_sample"), told, box_ranges(*box), box)
    real, invented = ([row[1:] for row in found if bool(row[0]) is is_sample] for is_sample in (False, True))
    shown = real or invented
    count, priced = sum(row[0] for row in shown), sum(row[2] for row in shown)
    rand = Decimal(sum(int(row[1] or 0) for row in shown)) / 100
    besides = sum(row[0] for row in invented) if real else 0
    return Summary(count, rand, count - priced, besides, not real and bool(invented))


def dearest_in_box(actor: Actor, filters: ProjectFilters, box: Box, *, offset: int, limit: int) -> list[str]:
    """References of the pins in a box, the greatest cost first, those without one last."""
    told = "SELECT ref, total_cost FROM ({rows}) AS found"
    whole = "SELECT ref FROM ({all}) AS every ORDER BY total_cost IS NULL, total_cost DESC, ref LIMIT %s OFFSET %s"
    rows = _ask(actor, filters, MAPPED, told, box_ranges(*box), box, whole=whole, more=(limit, offset))
    return [ref for (ref,) in rows]


def box_page(
    actor: Actor, filters: ProjectFilters, box: Box, columns: tuple[str, ...], *, offset: int, limit: int
) -> tuple[int, list[Row]]:
    """How many works have a point in common with a box, exactly, and a page of them.

    Those whose pin lies in it come first, in the order of the map, then by key the lines and areas that only reach
    into it. Columns are those of a project, as the database holds them: rand in cents; "shape" is WKB.
    """
    ranges = box_ranges(*box)
    told = f"SELECT {{place}}, COUNT(*), CAST(NULL AS {_BYTES[connection.vendor]}) FROM ({{rows}}) AS found"
    near, values = _reaching(actor, filters, box)
    whole = f"{{all}} UNION ALL SELECT -1, project_id, wkb FROM ({near}) AS near"
    found = _ask(actor, filters, ("cell",), told, ranges, box, whole=whole, more=values)
    counts = {place: count for place, count, _wkb in found if place >= 0}
    cut = _touching([(key, wkb) for place, key, wkb in found if place < 0], box)
    pins = sum(counts.values())
    parts = _parts([counts[place] for place in range(len(ranges))], offset, limit)
    page: list[Row] = []
    wanted = f"SELECT {_stored(columns)} FROM {Project._meta.db_table} WHERE"
    if parts:
        page = _ask(
            actor, filters, ("ref",), "SELECT * FROM ({rows} LIMIT %s OFFSET %s) AS part{place}",
            [ranges[place] for place, _limit, _offset in parts], box, each=[part[1:] for part in parts],
            is_ordered=True,
            whole=f"{wanted} ref IN ({{all}}) ORDER BY cell, ref",
        )  # fmt: skip
    if keys := cut[max(0, offset - pins) : max(0, offset - pins) + limit - len(page)]:
        page += run_kept(f"{wanted} id IN ({', '.join(['%s'] * len(keys))}) ORDER BY id", keys)
    return pins + len(cut), page


def cutting(actor: Actor, filters: ProjectFilters, box: Box) -> list[int]:
    """The keys of projects whose line or area has a point in common with a box, the pin being outside."""
    return _touching(run_kept(*_reaching(actor, filters, box)), box)


def _reaching(actor: Actor, filters: ProjectFilters, box: Box) -> tuple[str, Row]:
    """The statement of (key of a project, WKB) whose bounding box reaches into a box, with its values."""
    sql, params, marks = _kept(
        ("reaching", *_reader(actor), filters),
        lambda: reaching(filters.apply(visible_to(actor)), _EDGES, _WIDE).values_list("project_id", "wkb"),
        (*_EDGES, *_WIDE),
    )
    values = (*box, box.west - WIDEST, box.east + WIDEST)
    return sql, tuple(values[marks[place]] if place in marks else param for place, param in enumerate(params))


def _touching(found: Sequence[Row], box: Box) -> list[int]:
    """The keys of the shapes that have a point in common with the box, in order."""
    hits = touching([wkb for _key, wkb in found], box) if found else ()
    return sorted(key for (key, _wkb), is_hit in zip(found, hits, strict=True) if is_hit)


def _stored(columns: tuple[str, ...]) -> str:
    """The columns as a statement names them."""
    stored = {name: field.column for field in Project._meta.concrete_fields for name in (field.name, field.attname)}
    return ", ".join(SHAPE_SQL if name == "shape" else str(stored[name]) for name in columns)


def _parts(counts: Sequence[int], offset: int, limit: int) -> list[tuple[int, int, int]]:
    """Which part of each range a page takes: (place of the range, how many, after how many).

    >>> _parts([5, 0, 7, 9], 3, 6)
    [(0, 2, 3), (2, 4, 0)]
    """
    parts = []
    for place, count in enumerate(counts):
        taken = min(limit, max(0, count - offset))
        if taken:
            parts.append((place, taken, offset))
            limit -= taken
        offset = max(0, offset - count)
    return parts


def named(actor: Actor, ref: str, columns: tuple[str, ...]) -> Row | None:
    """Columns of one project, as the database holds them; None where the actor sees none of that reference."""
    sql, params, marks = _statement(actor, ProjectFilters(), columns, is_named=True)
    found = run_kept(sql, [ref if place in marks else param for place, param in enumerate(params)])
    return found[0] if found else None


def map_version() -> int:
    """A number that changes with whatever is written in the house: what was drawn under it may be kept as long."""
    return newest_entry()


# --- statements ------------------------------------------------------------------------------------------------------

# What stands for the values of a call in the one statement that is written for all of them.
_CELLS = (-(2**61) - 11, 2**61 + 13)
_EDGES = (1.1e307, 1.2e307, 1.3e307, 1.4e307)
_WIDE = (1.5e307, 1.6e307)
_REF = "\ue000ref"
_BYTES = {"postgresql": "bytea", "sqlite": "blob"}
_Statement = tuple[str, tuple[Any, ...], dict[int, int]]  # SQL, parameters, and which of them are marks
_KEPT: dict[Row, _Statement] = {}
_MOST_KEPT = 1000
_LOCK = Lock()


def _ask(
    actor: Actor,
    filters: ProjectFilters,
    columns: tuple[str, ...],
    template: str,
    ranges: Sequence[Range],
    box: Box | None = None,
    *,
    whole: str = "{all}",
    more: Row = (),
    each: Sequence[Row] = (),
    is_ordered: bool = False,
) -> list[Row]:
    """What the template tells of the rows in each of the ranges. `{place}` in it is the place of the range.

    `whole` is what is told of all of them together; `more` are its parameters, `each` those of the template by range.
    """
    sql, params, marks = _statement(actor, filters, columns, is_in_box=box is not None, is_ordered=is_ordered)
    bound: list[Any] = []
    for number, (first, after) in enumerate(ranges):
        values = (first, after, *(box or ()))
        bound += [values[marks[place]] if place in marks else param for place, param in enumerate(params)]
        bound += each[number] if each else ()
    asked = " UNION ALL ".join(template.format(rows=sql, place=place) for place in range(len(ranges)))
    return run_kept(whole.format(all=asked), (*bound, *more))


def _statement(
    actor: Actor, filters: ProjectFilters, columns: tuple[str, ...], *, is_in_box: bool = False,
    is_ordered: bool = False, is_named: bool = False,
) -> _Statement:  # fmt: skip
    """The statement for one set of grants and one filter: what the actor may see does not hang on anything else."""

    def write() -> QuerySet[Any, Any]:
        rows = filters.apply(visible_to(actor))
        rows = with_shape(rows) if "shape" in columns else rows
        rows = rows.filter(ref=_REF) if is_named else rows.filter(cell__gte=_CELLS[0], cell__lt=_CELLS[1])
        if is_in_box:
            west, south, east, north = _EDGES
            rows = rows.filter(
                longitude__gte=west, latitude__gte=south, longitude__lte=east, latitude__lte=north
            )  # fmt: skip
        rows = rows.order_by("cell", "ref") if is_ordered else rows.order_by()
        return rows.values_list(*columns)

    key = ("projects", *_reader(actor), filters, columns, is_in_box, is_ordered, is_named)
    return _kept(key, write, (_REF,) if is_named else (*_CELLS, *_EDGES))


def _reader(actor: Actor) -> Row:
    """All of an actor that what it may see hangs on."""
    return connection.vendor, actor.kind if actor.is_system else "", actor.grants


def _kept(key: Row, write: Callable[[], QuerySet[Any, Any]], told: Row) -> _Statement:
    """The statement that is kept under a key, written when it is first asked for; `told` are the marks in it."""
    found = _KEPT.get(key)
    if found is None:
        sql, params = write().query.get_compiler(connection=connection).as_sql()
        numbers = {mark: number for number, mark in enumerate(told)}
        marks = {
            place: numbers[param]
            for place, param in enumerate(params) if isinstance(param, int | float | str) and param in numbers
        }  # fmt: skip
        found = (sql, tuple(params), marks)
        with _LOCK:
            if len(_KEPT) >= _MOST_KEPT:
                _KEPT.clear()
            _KEPT[key] = found
    return found
