"""The projects of a filter as a file: CSV, GeoJSON, GeoPackage, GeoParquet.

Each carries where it comes from, as at when, under which licence, who keeps it, how many rows it holds and how many of
them have no place: CSV in columns that are alike in every row, the others in their metadata.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan import __version__
from oneplan.access.actors import Actor
from oneplan.geometry.writing import as_geojson, point_wkb, write_geopackage, write_geoparquet
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.responses import harmless
from oneplan.projects.choices import ProjectKind
from oneplan.projects.models import Project, is_hard_to_believe
from oneplan.projects.queries import PlacedTotals, ProjectFilters, projects_list
from oneplan.projects.queries.drawn import shapes
from oneplan.spaces.choices import PlaceMethod
from oneplan.spaces.queries import space_named

FORMS = (
    ("csv", gettext_lazy("CSV")), ("geojson", gettext_lazy("GeoJSON")), ("gpkg", gettext_lazy("GeoPackage")),
    ("parquet", gettext_lazy("GeoParquet")),
)  # fmt: skip
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8", "geojson": "application/geo+json", "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
}  # fmt: skip

# Column of the file: its kind, and where the database holds it. Rand comes as cents.
_COLUMNS: dict[str, tuple[str, str]] = {
    "ref": ("text", "ref"), "title": ("text", "title"), "kind": ("text", "kind"), "stage": ("text", "stage"),
    "nature_of_investment": ("text", "nature"), "funding_status": ("text", "funding"),
    "funding_source": ("text", "fund"), "sector": ("text", "sector"), "sphere": ("text", "sphere"),
    "implementing_code": ("text", "implementing_id"), "implementing": ("text", "implementing__name"),
    "implementing_as_read": ("text", "implementing_text"), "funder_code": ("text", "funder_id"),
    "programme": ("text", "programme__ref"), "start": ("day", "start_on"), "finish": ("day", "finish_on"),
    "total_cost": ("rand", "total_cost"), "spent_to_date": ("rand", "spent_to_date"), "jobs": ("integer", "jobs"),
    "standing": ("text", "standing"), "audience": ("text", "audience"), "place_method": ("text", "method"),
    "place_confidence": ("text", "confidence"), "place_to_review": ("flag", "is_doubtful"),
    "province": ("text", "province_id"), "space": ("text", "space_id"), "municipal_area": ("text", "municipal_area_id"),
    "ward": ("text", "ward_id"), "longitude": ("number", "longitude"), "latitude": ("number", "latitude"),
    "source": ("text", "latest__submission__source"), "source_as_at": ("day", "latest__submission__as_at"),
    "sample": ("flag", "is_sample"),
}  # fmt: skip
# Of a CSV, which has no other place for them; source and as-at day are columns of their own.
_IN_EVERY_ROW = (
    "custodian", "licence", "made_at", "rows", "rows_on_the_map", "works", "works_without_place", "rows_counted_apart",
)  # fmt: skip
_CHUNK = 5000


@dataclass(frozen=True)
class Held:
    """What a file holds: rows, how many of them are drawn on a map, and the works and what is none of them.

    Works without a place are works of which not even the space is known; those known by a ward or a municipality have
    a place but are not drawn. What is no works (a transfer, salaries, a package) is counted apart.
    """

    rows: int
    on_the_map: int
    works: int
    works_without_place: int

    @classmethod
    def of(cls, totals: PlacedTotals) -> "Held":
        """What a file of the set of projects will hold."""
        counts: Counter[str] = Counter()
        rows = works = 0
        for each in (totals, totals.invented):  # a file holds both, each row marked
            if each:
                counts.update({method: tally.projects for method, tally in each.by_method.items()})
                rows, works = rows + each.every.projects, works + each.works.projects
        return cls(rows, counts[PlaceMethod.GEOMETRY], works, counts[PlaceMethod.NOT_PLACED])

    @property
    def apart(self) -> int:
        return self.rows - self.works

    @property
    def words(self) -> str:
        """The same as a sentence without its full stop."""
        return _("rows: %(rows)s; on the map: %(pins)s; works: %(works)s, of them without a place: %(without)s;"
                 " no works and counted apart: %(apart)s") % {
            "rows": grouped(self.rows), "pins": grouped(self.on_the_map), "works": grouped(self.works),
            "without": grouped(self.works_without_place), "apart": grouped(self.apart),
        }  # fmt: skip

    def plain(self) -> dict[str, str]:
        """As a file states it."""
        counted = {
            "rows": self.rows, "rows_on_the_map": self.on_the_map, "works": self.works,
            "works_without_place": self.works_without_place, "rows_counted_apart": self.apart,
        }  # fmt: skip
        return {name: str(count) for name, count in counted.items()}


Table = dict[str, tuple[str, list[Any]]]


def write_file(rows: "QuerySet[Project]", form: str, path: Path) -> Held:
    """Write the projects in a form of FORMS, by reference."""
    table, shapes = _read(rows.order_by("ref"))
    held = _held(table, shapes)
    _WRITERS[form](path, table, shapes, _facts(table, held))
    return held


def export_projects(form: str, *, out: Path, by: Actor, space: str = "") -> str:
    """Write what somebody may see of the projects (of a space). Gives a sentence of what was written.

    The file appears whole or not at all. Raises RuleBroken for a space that does not exist, OSError.
    """
    if space and space_named(space) is None:
        raise RuleBroken(_("There is no space %(code)s. Use a code such as DC15.") % {"code": space})
    filters = ProjectFilters(space=(space,) if space else ())
    beside = out.with_name(f".{out.name}.part{out.suffix}")
    try:
        held = write_file(projects_list(by, filters), form, beside)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    return _("Written to %(out)s: %(held)s.") % {"out": out, "held": held.words}


def _read(rows: "QuerySet[Project]") -> tuple[Table, list[bytes | None]]:
    found = list(rows.values_list("pk", *(column for _kind, column in _COLUMNS.values())))
    columns = [list(column) for column in zip(*found, strict=True)] or [[] for _ in range(len(_COLUMNS) + 1)]
    table = {
        name: (kind, [value or None for value in column] if kind == "text" else column)
        for (name, (kind, _source)), column in zip(_COLUMNS.items(), columns[1:], strict=True)
    }
    table = _with_doubts(table)
    drawn = _shapes(rows)
    points = zip(columns[0], table["longitude"][1], table["latitude"][1], strict=True)
    return table, [None if x is None else drawn.get(pk) or point_wkb(x, y) for pk, x, y in points]


def _with_doubts(table: Table) -> Table:
    """With the mark of costs that are hard to believe, beside them."""
    marked: Table = {}
    for name, (kind, column) in table.items():
        marked[name] = (kind, column)
        if name == "total_cost":
            marked["cost_doubtful"] = ("flag", [is_hard_to_believe(cost) for cost in column])
    return marked


def _shapes(rows: "QuerySet[Project]") -> dict[int, bytes]:
    """The lines and areas of works, by the key of their project."""
    placed = shapes().filter(project__in=rows.order_by().values("pk"))
    return {pk: bytes(wkb) for pk, wkb in placed.values_list("project_id", "wkb") if wkb}


def _held(table: Table, shapes: list[bytes | None]) -> Held:
    works = [
        method for kind, method in zip(table["kind"][1], table["place_method"][1], strict=True)
        if kind == ProjectKind.WORKS
    ]  # fmt: skip
    drawn = sum(shape is not None for shape in shapes)
    return Held(len(shapes), drawn, len(works), works.count(PlaceMethod.NOT_PLACED))


def _facts(table: Table, held: Held) -> dict[str, str]:
    days = [day for day in table["source_as_at"][1] if day]
    sources = sorted({
        f"{source} ({day:%Y-%m-%d})"
        for source, day in zip(table["source"][1], table["source_as_at"][1], strict=True) if source
    })  # fmt: skip
    return {
        "title": _("Projects"),
        "as_at": max(days).isoformat() if days else _("No row names the day as at which it holds."),
        "made_at": clock.now().isoformat(timespec="seconds"),
        "made_by": f"OnePlan {__version__}",
        "source": "; ".join(sources) or _("Registered by hand, or not stated"),
        "custodian": settings.CUSTODIAN,
        "licence": settings.DATA_LICENCE,
        **held.plain(),
        "sample": _("Some rows are invented for demonstration: see the column sample.") if any(table["sample"][1])
        else _("No row is a sample."),
        "unknown": _("An empty cell is not stated by the source; it is never zero."),
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """As JSON holds it."""
    return float(value) if isinstance(value, Decimal) else value.isoformat() if hasattr(value, "isoformat") else value


def _csv(path: Path, table: Table, shapes: list[bytes | None], facts: Mapping[str, str]) -> None:
    kept = {name: facts[name] for name in _IN_EVERY_ROW}
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*table, "on_the_map", *kept])
        for *cells, shape in zip(*(column for _kind, column in table.values()), shapes, strict=True):
            writer.writerow([*map(harmless, cells), "no" if shape is None else "yes", *kept.values()])


def _geojson(path: Path, table: Table, shapes: list[bytes | None], facts: Mapping[str, str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        head = json.dumps({"type": "FeatureCollection", "name": "projects", "metadata": facts}, ensure_ascii=False)
        file.write(f'{head[:-1]}, "features": [')
        for place, line in enumerate(_features(table, shapes)):
            file.write(f"{',' if place else ''}\n{line}")
        file.write("\n]}\n")


def _features(table: Table, shapes: list[bytes | None]) -> Iterator[str]:
    names = list(table)
    for start in range(0, len(shapes), _CHUNK):
        part = slice(start, start + _CHUNK)
        geometries = as_geojson(shapes[part])
        cells = zip(*(column[part] for _kind, column in table.values()), strict=True)
        for row, geometry in zip(cells, geometries, strict=True):
            said = json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False)
            yield f'{{"type": "Feature", "id": {json.dumps(row[0])}, "geometry": {geometry}, "properties": {said}}}'


def _gpkg(path: Path, table: Table, shapes: list[bytes | None], facts: Mapping[str, str]) -> None:
    columns = {
        name: ("number", [None if each is None else float(each) for each in column])
        if kind == "rand"
        else (kind, column)
        for name, (kind, column) in table.items()
    }
    write_geopackage(path, "projects", shapes, columns, facts)


def _parquet(path: Path, table: Table, shapes: list[bytes | None], facts: Mapping[str, str]) -> None:
    write_geoparquet(path, shapes, table, facts)


_WRITERS: dict[str, Callable[[Path, Table, list[bytes | None], Mapping[str, str]], None]] = {
    "csv": _csv, "geojson": _geojson, "gpkg": _gpkg, "parquet": _parquet,
}  # fmt: skip
