"""The interface to territories: public, and the same for everybody."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router
from pydantic import BeforeValidator

from oneplan.access.bearers import OPEN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.platform.rest.paging import Listed, Paging, paged
from oneplan.platform.rest.schemas import Code, Day, Labelled, Named, Shown, Taken, degrees
from oneplan.spaces import queries
from oneplan.spaces.models import MunicipalArea, PlanningLayer, Province, Space
from oneplan.spaces.queries import locate, releases_in_force
from oneplan.spaces.queries.layers import layers_visible_to

router = Router(tags=["Territories"], auth=OPEN)
MOST_POINTS = 5000


class SpaceShown(Shown):
    """One of the 52 district and metropolitan spaces: a territory, not a municipality."""

    code: str = Field(examples=["DC36"])
    name: str
    category: Labelled
    province: Named
    seat: str


class SpaceWhole(SpaceShown):
    """A space with the municipal areas that tile it."""

    municipal_areas: list[Named]


class AreaShown(Shown):
    """A municipal area, and the space that it lies in."""

    code: str
    name: str
    category: Labelled
    space: Named
    province: Named


class SpaceFilter(Paging):
    province: Code | None = Field(None, description="The code of a province, such as LIM.")


class AreaFilter(SpaceFilter):
    space: Code | None = Field(None, description="The code of a space, such as DC36.")


def _category(row: Space | MunicipalArea) -> Labelled:
    return Labelled(code=row.category, label=str(row.get_category_display()))


def named_space(space: Space) -> Named:
    """A space by code and name."""
    return Named(code=space.code, name=space.name)


def _province(row: Space) -> Named:
    return Named(code=row.province_id, name=row.province.name)


def _space(row: Space) -> SpaceShown:
    return SpaceShown(code=row.code, name=row.name, category=_category(row), province=_province(row), seat=row.seat)


def _area(row: MunicipalArea) -> AreaShown:
    return AreaShown(
        code=row.code, name=row.name, category=_category(row), space=named_space(row.space),
        province=_province(row.space),
    )  # fmt: skip


@router.get("/spaces", response=Listed[SpaceShown], summary="The 52 spaces")
def list_spaces(request: ActorHttpRequest, response: HttpResponse, asked: Query[SpaceFilter]) -> dict[str, Any]:
    """Districts and metropolitan spaces by code."""
    rows = queries.visible_to(request.actor).order_by("code")
    rows = rows.filter(province_id=asked.province) if asked.province else rows
    return paged(request, response, rows, asked, _space)


@router.get("/spaces/{code}", response=SpaceWhole, summary="One space")
def read_space(request: ActorHttpRequest, code: Code) -> SpaceWhole:
    """A space with its municipal areas."""
    row: Space = get_object_or_404(queries.visible_to(request.actor), pk=code)
    areas = [Named(code=each.code, name=each.name) for each in queries.municipal_areas_of(row).order_by("code")]
    return SpaceWhole(**_space(row).model_dump(), municipal_areas=areas)


@router.get("/provinces", response=Listed[Named], summary="The nine provinces")
def list_provinces(request: ActorHttpRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Provinces by code."""
    rows = Province.objects.order_by("code")
    return paged(request, response, rows, asked, lambda row: Named(code=row.code, name=row.name))


@router.get("/municipal-areas", response=Listed[AreaShown], summary="The municipal areas")
def list_municipal_areas(request: ActorHttpRequest, response: HttpResponse, asked: Query[AreaFilter]) -> dict[str, Any]:
    """Local and metropolitan areas by code."""
    rows = MunicipalArea.objects.select_related("space__province").order_by("code")
    rows = rows.filter(space_id=asked.space) if asked.space else rows
    rows = rows.filter(space__province_id=asked.province) if asked.province else rows
    return paged(request, response, rows, asked, _area)


class Point(Taken):
    """A point in WGS 84 degrees."""

    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), BeforeValidator(degrees)]
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False), BeforeValidator(degrees)]


class Points(Taken):
    """Points to locate, and the day whose boundaries are meant: today unless told."""

    points: list[Point] = Field(min_length=1, max_length=MOST_POINTS)
    as_at: Day | None = None


class PointAsked(Taken):
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees east, WGS 84.")
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees north, WGS 84; negative here.")
    as_at: Day | None = Field(None, description="The day whose boundaries are meant; today unless told.")


class LocatedShown(Shown):
    """Where a point lies; empty where it lies outside or no boundaries are known."""

    ward: str
    municipality: str
    space: str
    province: str
    boundary_version: str
    quality: str = Field(description="legal, approximate, or empty.")
    is_evidence: bool = Field(description="Whether this may count as placed: only a legal boundary can say so.")


class PlacesShown(Shown):
    """A place for each point, in the order of the points."""

    as_at: date | None
    boundaries: list[str] = Field(description="The releases of boundaries that answered.")
    places: list[LocatedShown]


def _places(points: list[tuple[float, float]], as_at: date | None) -> PlacesShown:
    found = locate(points, as_at)
    places = [found.place(index) for index in range(len(found))]
    return PlacesShown(
        as_at=as_at,
        boundaries=[release.name for release in releases_in_force(as_at)],
        places=[LocatedShown(**asdict(place), is_evidence=place.is_evidence) for place in places],
    )


@router.get("/locate", response=PlacesShown, summary="Where a point lies")
def locate_point(request: ActorHttpRequest, asked: Query[PointAsked]) -> PlacesShown:
    """The ward, municipality, space and province of one point."""
    return _places([(asked.longitude, asked.latitude)], asked.as_at)


@router.post("/locate", response=PlacesShown, summary="Where many points lie")
def locate_points(request: ActorHttpRequest, taken: Points) -> PlacesShown:
    """The same for up to 5,000 points in one call."""
    return _places([(point.longitude, point.latitude) for point in taken.points], taken.as_at)


class LayerShown(Shown):
    """A planning layer of a spatial development framework, as its custodian adopted it."""

    code: str
    version: int
    name: str
    kind: Labelled
    custodian: str
    adopted_on: date | None
    sensitivity: Labelled
    abstract: str
    lineage: str
    source: str
    licence: str
    space: str | None
    features: int
    bounds: list[float] | None = Field(description="West, south, east, north, WGS 84 degrees.")
    recorded_at: datetime
    is_sample: bool


def _layer(row: PlanningLayer) -> LayerShown:
    edges = [edge for edge in (row.minx, row.miny, row.maxx, row.maxy) if edge is not None]
    return LayerShown(
        code=row.code, version=row.version, name=row.name,
        kind=Labelled(code=row.kind, label=str(row.get_kind_display())), custodian=row.custodian,
        adopted_on=row.adopted_on,
        sensitivity=Labelled(code=row.sensitivity, label=str(row.get_sensitivity_display())), abstract=row.abstract,
        lineage=row.lineage, source=row.source, licence=row.licence, space=row.space_id, features=row.feature_count,
        bounds=edges if len(edges) == 4 else None, recorded_at=row.recorded_at, is_sample=row.is_sample,
    )  # fmt: skip


@router.get("/layers", response=Listed[LayerShown], summary="Planning layers")
def list_layers(request: ActorHttpRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Layers in force that I may see; their features stand under /ogc/."""
    return paged(request, response, layers_visible_to(request.actor).order_by("code"), asked, _layer)


@router.get("/layers/{code}", response=LayerShown, summary="One planning layer")
def read_layer(request: ActorHttpRequest, code: Code) -> LayerShown:
    """A layer in force, where I may see it."""
    return _layer(get_object_or_404(layers_visible_to(request.actor), code=code))
