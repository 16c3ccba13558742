"""Records: the catalogue of what is offered, and the metadata of each collection after ISO 19115."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from oneplan.access.middleware import ActorHttpRequest
from oneplan.api.ogc.answers import GEOJSON, Json, answer, face, link, own_links, root_of, whole_number
from oneplan.api.ogc.collections import (
    CATALOGUE,
    MVT,
    Collection,
    collection_named,
    collections_for,
    described_catalogue,
    metadata_of,
)
from oneplan.api.ogc.features import During
from oneplan.api.ogc.systems import asked
from oneplan.periods import clock
from oneplan.projects.queries.on_map import Box

_CORE = "http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core"


@face()
def catalogue(request: ActorHttpRequest) -> HttpResponse:
    """The catalogue as a collection of records."""
    told = described_catalogue(request)
    told["links"] += own_links(request)
    return answer(request, told, "landing", {"collections": list(collections_for(request.actor))})


@face("bbox", "bbox-crs", "datetime", "limit", "offset", "q", "type", "ids")
def records(request: ActorHttpRequest) -> HttpResponse:
    """The records that fit."""
    found = [each for each in collections_for(request.actor) if _fits(request, each)]
    limit, offset = whole_number(request, "limit", 10, 1, 1000), whole_number(request, "offset", 0, 0, 10**6)
    page = found[offset : offset + limit]
    told = {
        "type": "FeatureCollection", "numberMatched": len(found), "numberReturned": len(page),
        "timeStamp": clock.now().isoformat(timespec="seconds"), "links": own_links(request, GEOJSON),
        "features": [_record(request, each) for each in page],
    }  # fmt: skip
    if offset + limit < len(found):
        query = request.GET.copy()
        query["offset"], query["limit"] = str(offset + limit), str(limit)
        href = f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"
        told["links"] = [*own_links(request, GEOJSON), link(href, "next", _("The next page"), GEOJSON)]
    return answer(request, told, "landing", {"collections": page}, GEOJSON)


@face()
def record(request: ActorHttpRequest, record: str) -> HttpResponse:
    """One record."""
    each = collection_named(request.actor, record)
    told = _record(request, each)
    told["links"] += own_links(request, GEOJSON)
    return answer(request, told, "metadata", {"collection": each, "metadata": metadata_of(request, each)}, GEOJSON)


@face()
def metadata(request: ActorHttpRequest, collection: str) -> HttpResponse:
    """Who keeps a collection, from what it was made, under which licence, for whom it is."""
    each = collection_named(request.actor, collection)
    told = metadata_of(request, each)
    return answer(request, told, "metadata", {"collection": each, "metadata": told})


def _fits(request: HttpRequest, each: Collection) -> bool:
    words = request.GET.get("q", "").lower().replace(",", " ").split()
    text = " ".join((each.id, each.title, each.description, *each.keywords)).lower()
    kinds = [kind for kind in request.GET.get("type", "").split(",") if kind]
    ids = [one for one in request.GET.get("ids", "").split(",") if one]
    return (
        (not words or any(word in text for word in words))
        and (not kinds or "dataset" in kinds)
        and (not ids or each.id in ids)
        and _meets(asked(request).box, each.box)
        and _is_during(During.read(request), each.as_at)
    )


def _meets(box: Box | None, other: tuple[float, float, float, float]) -> bool:
    return box is None or not (
        box.east < other[0] or box.west > other[2] or box.north < other[1] or box.south > other[3]
    )


def _is_during(during: During | None, day: date | None) -> bool:
    """A record holds from its day on; one without a day fits any time."""
    return not during or not day or during.last is None or day <= during.last


def _record(request: HttpRequest, each: Collection) -> Json:
    here = f"{root_of(request)}/collections/{each.id}"
    west, south, east, north = each.box
    unknown = _("Not stated")
    properties: dict[str, Any] = {
        "type": "dataset", "title": each.title, "description": each.description, "keywords": list(each.keywords),
        "language": {"code": "en"}, "license": each.licence or unknown, "rights": each.sensitivity,
        "contacts": [{"name": each.custodian or unknown, "roles": ["custodian"]}], "lineage": each.lineage or unknown,
        "formats": [{"name": "GeoJSON"}, {"name": "Mapbox Vector Tiles"}],
    }  # fmt: skip
    ring: Iterable[tuple[float, float]] = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return {
        "id": each.id, "type": "Feature", "conformsTo": [_CORE],
        "geometry": {"type": "Polygon", "coordinates": [[list(corner) for corner in ring]]},
        "time": {"interval": [each.as_at.isoformat(), ".."]} if each.as_at else None, "properties": properties,
        "links": [
            link(f"{here}/items", "item", _("Its features"), GEOJSON),
            link(f"{here}/tiles", "item", _("Its tiles"), MVT),
            link(f"{here}/metadata", "describedby", _("Metadata after ISO 19115")),
            link(f"{root_of(request)}/collections/{CATALOGUE}", "collection", _("Catalogue")),
        ],
    }  # fmt: skip
