"""The lines and areas of works: which ones are drawn, and which of them a box cuts though its pin lies outside.

Only works whose place is their geometry are drawn. A shape that was refused as evidence of the place stays with its
placement and is never shown. The pin of a shape lies inside it, so that a pin in a box needs no further question.
"""

from django.db.models import OuterRef, QuerySet, Subquery

from oneplan.access.actors import Actor
from oneplan.geometry.frame import touching
from oneplan.projects.choices import Purpose
from oneplan.projects.models import Placement, Project
from oneplan.projects.queries.filters import ProjectFilters
from oneplan.projects.queries.readers import visible_to
from oneplan.spaces.choices import PlaceMethod

Edges = tuple[float, float, float, float]  # west, south, east, north, WGS 84

_TABLE = Placement._meta.db_table
_DRAWN = f"purpose = '{Purpose.WORKS.value}' AND superseded_at IS NULL AND method = '{PlaceMethod.GEOMETRY.value}'"
# The shape of a row of projects in a statement that is written by hand; null where it is a point.
SHAPE_SQL = f"(SELECT wkb FROM {_TABLE} WHERE project_id = {Project._meta.db_table}.id AND {_DRAWN})"  # noqa: S608 - names of tables
# How many shapes reach a box with their bounding box and have their pin outside, whoever may see them: mostly none.
NEAR_SQL = (
    f"SELECT COUNT(*) FROM {_TABLE} WHERE wkb IS NOT NULL AND {_DRAWN} AND minx <= %s AND maxx >= %s AND miny <= %s"  # noqa: S608
    " AND maxy >= %s AND NOT (longitude BETWEEN %s AND %s AND latitude BETWEEN %s AND %s)"
)


def near_values(box: Edges) -> tuple[float, ...]:
    """The values of NEAR_SQL."""
    west, south, east, north = box
    return east, west, north, south, west, east, south, north


def shapes() -> "QuerySet[Placement]":
    """The lines and areas that stand for works now."""
    return Placement.objects.filter(
        wkb__isnull=False, superseded_at=None, purpose=Purpose.WORKS, method=PlaceMethod.GEOMETRY
    )


def with_shape(rows: "QuerySet[Project]") -> "QuerySet[Project]":
    """The rows with `shape`: WKB, null where the works are a point or have no pin."""
    return rows.annotate(shape=Subquery(shapes().filter(project=OuterRef("pk")).values("wkb")[:1]))


def cutting(actor: Actor, filters: ProjectFilters, box: Edges) -> list[int]:
    """The keys of projects that fit and whose line or area shares a point with the box, the pin being outside it."""
    west, south, east, north = box
    near = shapes().filter(minx__lte=east, maxx__gte=west, miny__lte=north, maxy__gte=south)
    near = near.exclude(longitude__gte=west, longitude__lte=east, latitude__gte=south, latitude__lte=north)
    seen = filters.apply(visible_to(actor)).filter(cell__isnull=False)
    rows = near.filter(project__in=seen.values("pk")).order_by("project__ref").values_list("project_id", "wkb")
    found = {key: bytes(wkb) for key, wkb in rows if wkb}
    hits = touching(list(found.values()), box)
    return [key for key, is_hit in zip(found, hits, strict=True) if is_hit]
