"""The landing page, what is conformed to, the description of the interface, and the collections."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.utils.translation import gettext as _

from oneplan import __version__
from oneplan.access.middleware import ActorHttpRequest
from oneplan.api.ogc.answers import HTML, OPENAPI, Json, answer, face, link, own_links, root_of
from oneplan.api.ogc.collections import collection_named, collections_for, described, described_catalogue
from oneplan.api.ogc.description import described_interface
from oneplan.platform.rest.problems import problem

# What is spoken, no more: each is tried in tests/contracts/test_ogc.py.
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-collection",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core-query-parameters",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/html",
)

_RELATION = "http://www.opengis.net/def/rel/ogc/1.0/"


@face()
def landing(request: ActorHttpRequest) -> HttpResponse:
    """Where everything is."""
    root = root_of(request)
    told: Json = {
        "title": "OnePlan",
        "description": _("Projects, boundaries and planning layers of the District Development Model, for maps."),
        "links": [
            *own_links(request),
            link(f"{root}/api", "service-desc", _("The description of the interface"), OPENAPI),
            link(f"{root}/api?f=html", "service-doc", _("The same as a page"), HTML),
            link(f"{root}/conformance", "conformance", _("What is conformed to")),
            link(f"{root}/conformance", f"{_RELATION}conformance", _("What is conformed to")),
            link(f"{root}/collections", "data", _("The collections")),
            link(f"{root}/collections/catalogue", f"{_RELATION}ogc-catalog", _("The catalogue")),
            link(f"{root}/tileMatrixSets", f"{_RELATION}tiling-schemes", _("Tile matrix sets")),
        ],
    }  # fmt: skip
    return answer(request, told, "landing", {"collections": list(collections_for(request.actor))})


@face()
def conformance(request: ActorHttpRequest) -> HttpResponse:
    """The classes of the standards that are spoken."""
    told = {"conformsTo": list(CONFORMANCE), "links": own_links(request)}
    return answer(request, told, "told", {"title": _("What is conformed to")})


@face()
def collections(request: ActorHttpRequest) -> HttpResponse:
    """All collections that the reader may see."""
    found = list(collections_for(request.actor))
    told = {
        "collections": [*(described(request, each) for each in found), described_catalogue(request)],
        "links": own_links(request),
    }  # fmt: skip
    return answer(request, told, "landing", {"collections": found})


@face()
def collection(request: ActorHttpRequest, collection: str) -> HttpResponse:
    """One collection."""
    each = collection_named(request.actor, collection)
    told = described(request, each)
    told["links"] += own_links(request)
    return answer(request, told, "collection", {"collection": each})


@face()
def definition(request: ActorHttpRequest) -> HttpResponse:
    """The OpenAPI description."""
    told = described_interface(root_of(request), __version__)
    if request.GET.get("f") == "html":
        return answer(request, told, "told", {"title": _("The description of the interface")})
    return HttpResponse(json.dumps(told, ensure_ascii=False), content_type=OPENAPI)


def unknown_address(request: ActorHttpRequest, rest: str) -> HttpResponse:
    """Nothing stands here."""
    return problem(404, _("There is no address %(path)s among the open spatial data. Begin at /ogc/.") % {
        "path": request.path[:200],
    })  # fmt: skip
