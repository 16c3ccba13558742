"""The features of a collection: found in a box and at a time, paged in a lasting order, told as GeoJSON text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.api.ogc.answers import BadCall, Json
from oneplan.api.ogc.collections import Collection
from oneplan.api.ogc.systems import Asked
from oneplan.geometry.frame import touching
from oneplan.projects.models import is_hard_to_believe
from oneplan.projects.queries import ProjectFilters, on_map, projects_list
from oneplan.projects.queries.drawn import with_shape
from oneplan.spaces.models import Boundary, LayerFeature, MunicipalArea, Province, Space

PROJECT_FILTERS = tuple(each.name for each in fields(ProjectFilters))
_BOUNDARY = ("code", "parent_code", "space_code", "area_km2")
_LAYER = ("key", "name", "category")

_PROJECT = (
    "ref", "title", "kind", "stage", "nature", "funding", "fund", "sector", "sphere", "province_id", "space_id",
    "municipal_area_id", "ward_id", "implementing_id", "start_on", "finish_on", "total_cost", "spent_to_date", "jobs",
    "standing", "method", "confidence", "is_doubtful", "is_sample", "longitude", "latitude", "shape",
)  # fmt: skip
_TOLD = (
    "ref", "title", "kind", "stage", "nature_of_investment", "funding_status", "funding_source", "sector", "sphere",
    "province", "space", "municipal_area", "ward", "implementing", "start", "finish", "total_cost", "spent_to_date",
    "jobs", "standing", "place_method", "place_confidence", "place_to_review", "sample",
)  # fmt: skip
_COST = _TOLD.index("total_cost")
_encode = json.JSONEncoder(ensure_ascii=False).encode  # made once: json.dumps would make one for each feature
_DAYS, _RANDS, _FLAGS = (14, 15), (16, 17), (22, 23)


@dataclass(frozen=True)
class Found:
    """A page of features, each the text of a GeoJSON feature, and how many fit in all, exactly."""

    matched: int
    texts: list[str]


@dataclass(frozen=True)
class During:
    """The parameter `datetime`: an instant or an interval, open where None."""

    first: date | None
    last: date | None

    @classmethod
    def read(cls, request: HttpRequest) -> During | None:
        """Raises BadCall."""
        text = request.GET.get("datetime", "")
        if not text:
            return None
        parts = text.split("/")
        try:
            days = [None if part in ("", "..") else datetime.fromisoformat(part).date() for part in parts]
            if len(days) > 2 or days == [None] or (len(days) == 2 and days[0] and days[1] and days[0] > days[1]):
                raise ValueError(text)
        except ValueError:
            raise BadCall(_("“datetime” is a day (2026-04-01), an instant, or two of them with a slash.")) from None
        return cls(days[0], days[-1])


def known_filters(each: Collection) -> tuple[str, ...]:
    """The properties by which features are filtered."""
    return PROJECT_FILTERS if each.is_projects else ("category", "name") if each.layer else ("code", "parent", "space")


def find(
    request: HttpRequest, actor: Actor, each: Collection, asked: Asked, during: During | None, offset: int, limit: int
) -> Found:
    """The features that fit. Raises BadCall."""
    if each.is_projects:
        return _projects(actor, ProjectFilters.read(request.GET), asked, during, offset, limit)
    return _shapes(_filtered(request, each), asked, offset, limit, each)


def find_one(actor: Actor, each: Collection, feature: str, asked: Asked) -> str:
    """One feature as text. Raises BadCall (404)."""
    if each.is_projects:
        row = on_map.named(actor, feature, _PROJECT)
        texts = _project_texts([row], asked) if row else []
    else:
        key = Q(key=feature) if each.layer else Q(code=feature)
        texts = _shapes(_rows(each).filter(key), asked, 0, 1, each).texts
    if not texts:
        raise BadCall(_("There is no feature “%(feature)s” that you may see here.") % {"feature": feature[:80]}, 404)
    return texts[0]


# --- projects --------------------------------------------------------------------------------------------------------


def _projects(
    actor: Actor, filters: ProjectFilters, asked: Asked, during: During | None, offset: int, limit: int
) -> Found:
    if asked.box and not during:
        matched, rows = on_map.box_page(actor, filters, asked.box, _PROJECT, offset=offset, limit=limit)
        return Found(matched, _project_texts(rows, asked))
    found = projects_list(actor, filters)
    if asked.box:
        west, south, east, north = asked.box
        pinned = Q(longitude__gte=west, longitude__lte=east, latitude__gte=south, latitude__lte=north)
        found = found.filter(pinned | Q(pk__in=on_map.cutting(actor, filters, asked.box)))
    if during and during.last:
        found = found.filter(Q(start_on=None) | Q(start_on__lte=during.last))
    if during and during.first:
        found = found.filter(Q(finish_on=None) | Q(finish_on__gte=during.first))
    page = [tuple(map(_as_stored, row)) for row in with_shape(found).values_list(*_PROJECT)[offset : offset + limit]]
    return Found(found.order_by().count(), _project_texts(page, asked))


def _as_stored(value: Any) -> Any:
    """Rand that the model has made a decimal, in cents again."""
    return int(value * 100) if type(value).__name__ == "Decimal" else value


def _project_texts(rows: Sequence[on_map.Row], asked: Asked) -> list[str]:
    texts = []
    for row, geometry in zip(rows, _geometries(rows, asked), strict=True):
        cells = list(row[:-3])
        for place in _DAYS:
            cells[place] = cells[place] and str(cells[place])
        for place in _RANDS:
            cells[place] = None if cells[place] is None else cells[place] / 100
        for place in _FLAGS:
            cells[place] = bool(cells[place])
        said = {name: None if cell == "" else cell for name, cell in zip(_TOLD, cells, strict=True)}
        said["cost_doubtful"] = is_hard_to_believe(None if row[_COST] is None else Decimal(row[_COST]) / 100)
        texts.append(
            f'{{"type": "Feature", "id": {_encode(row[0])}, "geometry": {geometry}, "properties": {_encode(said)}}}'
        )
    return texts


def _geometries(rows: Sequence[on_map.Row], asked: Asked) -> list[str]:
    """The line or area of each row, else its pin; null without either. As texts of GeoJSON."""
    drawn = [row[-1] for row in rows if row[-1] is not None]
    pinned = [row for row in rows if row[-1] is None and row[-3] is not None]
    shapes = iter(asked.shapes(drawn) if drawn else ())
    points = iter(asked.points([row[-3] for row in pinned], [row[-2] for row in pinned]))
    return [
        next(shapes) if shape is not None
        else "null" if longitude is None
        else f'{{"type": "Point", "coordinates": {_encode(next(points))}}}'
        for *_cells, longitude, _latitude, shape in rows
    ]  # fmt: skip


# --- territories and planning layers ---------------------------------------------------------------------------------


def _rows(each: Collection) -> QuerySet[Any]:
    if each.layer:
        return LayerFeature.objects.filter(layer=each.layer).order_by("key")
    return Boundary.objects.filter(release=each.release).order_by("code")


def _filtered(request: HttpRequest, each: Collection) -> QuerySet[Any]:
    rows = _rows(each)
    columns = {"code": "code", "parent": "parent_code", "space": "space_code", "category": "category", "name": "name"}
    for name in known_filters(each):
        if values := [value for value in request.GET.getlist(name) if value]:
            rows = rows.filter(**{f"{columns[name]}__in": values})
    return rows


def _shapes(rows: QuerySet[Any], asked: Asked, offset: int, limit: int, each: Collection) -> Found:
    columns = _LAYER if each.layer else _BOUNDARY
    keys = _touching(rows, asked)
    page = keys[offset : offset + limit]
    more = ("properties",) if each.layer else ()
    found = {row[0]: row[1:] for row in rows.filter(pk__in=page).values_list("pk", "wkb", *columns, *more)}
    ordered = [found[key] for key in page]
    geometries = asked.shapes([row[0] for row in ordered])
    names = {} if each.layer else _names(each)
    return Found(
        len(keys), [_shape_text(row, columns, geometry, names)
                    for row, geometry in zip(ordered, geometries, strict=True)]
    )  # fmt: skip


def _touching(rows: QuerySet[Any], asked: Asked) -> list[int]:
    """The keys of the rows that share a point with the box, in order: a box inside it settles most of them."""
    if asked.box is None:
        return list(rows.values_list("pk", flat=True))
    west, south, east, north = asked.box
    near = rows.filter(minx__lte=east, maxx__gte=west, miny__lte=north, maxy__gte=south)
    boxes = list(near.values_list("pk", "minx", "miny", "maxx", "maxy"))
    inside = {pk for pk, a, b, c, d in boxes if a >= west and b >= south and c <= east and d <= north}
    unsure = dict(rows.filter(pk__in=[pk for pk, *_box in boxes if pk not in inside]).values_list("pk", "wkb"))
    if unsure:
        inside |= {pk for pk, is_in in zip(unsure, touching(list(unsure.values()), asked.box), strict=True) if is_in}
    return [pk for pk, *_box in boxes if pk in inside]


def _names(each: Collection) -> dict[str, str]:
    level = each.release.level if each.release else ""
    model: Any = {"province": Province, "space": Space, "municipal_area": MunicipalArea}.get(level)
    return dict(model.objects.values_list("code", "name")) if model else {}


def _shape_text(row: tuple[Any, ...], columns: tuple[str, ...], geometry: str, names: dict[str, str]) -> str:
    said: Json = dict(zip(columns, row[1:], strict=False))
    if "key" in said:
        said |= {name: value for name, value in dict(row[-1]).items() if name not in said}
    else:
        said["name"] = names.get(said["code"])
    return (
        f'{{"type": "Feature", "id": {json.dumps(row[1])}, "geometry": {geometry}, '
        f'"properties": {json.dumps(said, ensure_ascii=False, default=str)}}}'
    )
