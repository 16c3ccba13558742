"""The lines and areas of works: which ones are drawn, and which of them may reach a box though the pin lies outside.

Only works whose place is their geometry are drawn. A shape that was refused as evidence of the place stays with its
placement and is never shown. The pin of a shape lies inside it, so that a pin in a box needs no further question.
"""

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from oneplan.projects.choices import Purpose
from oneplan.projects.models import Placement, Project
from oneplan.spaces.choices import PlaceMethod

Edges = tuple[float, float, float, float]  # west, south, east, north, WGS 84
WIDEST = 40.0  # degrees: no shape of this country is as wide

# The shape of a row of projects in a statement that is written by hand; null where it is a point.
SHAPE_SQL = (
    f"(SELECT wkb FROM {Placement._meta.db_table} WHERE project_id = {Project._meta.db_table}.id"  # noqa: S608 - names
    f" AND purpose = '{Purpose.WORKS.value}' AND superseded_at IS NULL AND method = '{PlaceMethod.GEOMETRY.value}')"
)


def shapes() -> "QuerySet[Placement]":
    """The lines and areas that stand for works now."""
    return Placement.objects.filter(
        wkb__isnull=False, superseded_at=None, purpose=Purpose.WORKS, method=PlaceMethod.GEOMETRY
    )


def with_shape(rows: "QuerySet[Project]") -> "QuerySet[Project]":
    """The rows with `shape`: WKB, null where the works are a point or have no pin."""
    return rows.annotate(shape=Subquery(shapes().filter(project=OuterRef("pk")).values("wkb")[:1]))


def reaching(seen: "QuerySet[Project]", box: Edges, wide: tuple[float, float]) -> "QuerySet[Placement]":
    """The shapes of these projects whose bounding box reaches into a box, the pin being outside.

    `wide` are its west and east, each WIDEST further out. That leaves no shape away; it tells PostgreSQL, which keeps
    one plan for every box, that few shapes lie between.
    """
    west, south, east, north = box
    near = shapes().filter(minx__range=(wide[0], east), maxx__range=(west, wide[1]))
    near = near.filter(miny__lte=north, maxy__gte=south)
    near = near.exclude(longitude__gte=west, longitude__lte=east, latitude__gte=south, latitude__lte=north)
    return of_pinned(near, seen).order_by()


def of_pinned(placed: "QuerySet[Placement]", seen: "QuerySet[Project]") -> "QuerySet[Placement]":
    """Those whose project is among these and has a pin; asked of each shape, since SQLite would list all projects."""
    return placed.filter(Exists(seen.order_by().filter(cell__isnull=False, pk=OuterRef("project_id"))))
