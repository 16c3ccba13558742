"""Tiles: the tilesets of collections, in the one tile matrix set WebMercatorQuad."""

from __future__ import annotations

import math

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from oneplan.access.middleware import ActorHttpRequest
from oneplan.api.ogc.answers import BadCall, Json, answer, check_known, face, link, own_links, root_of
from oneplan.api.ogc.collections import MVT, Collection, collection_named
from oneplan.api.ogc.features import PROJECT_FILTERS
from oneplan.api.ogc.systems import CRS84, EPSG_3857
from oneplan.platform.web.tiles import guarded_tile, public_tile
from oneplan.projects.queries import ProjectFilters, on_map
from oneplan.projects.tiles import DEEPEST, project_tile
from oneplan.spaces.boundary_tiles import ZOOMS, tile_of
from oneplan.spaces.layer_tiles import layer_tile
from oneplan.spaces.queries.boundary_sets import boundary_set

SET = "WebMercatorQuad"
SET_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
_EDGE = math.pi * 6_378_137.0
_DEEPEST = 22


@face()
def tilesets(request: ActorHttpRequest, collection: str) -> HttpResponse:
    """The tilesets of a collection: one."""
    each = collection_named(request.actor, collection)
    told = {"tilesets": [_tileset(request, each)], "links": own_links(request)}
    return answer(request, told, "told", {"title": _("Tiles of %(title)s") % {"title": each.title}})


@face()
def tileset(request: ActorHttpRequest, collection: str) -> HttpResponse:
    """How to ask for tiles."""
    each = collection_named(request.actor, collection)
    return answer(request, _tileset(request, each), "told", {"title": _("Tiles of %(title)s") % {"title": each.title}})


def _zooms(each: Collection) -> tuple[int, int]:
    return (0, DEEPEST) if each.is_projects else (ZOOMS[0], ZOOMS[-1]) if each.release else (0, 14)


def _tileset(request: ActorHttpRequest, each: Collection) -> Json:
    root = root_of(request)
    here = f"{root}/collections/{each.id}/tiles/{SET}"
    least, most = _zooms(each)
    return {
        "title": each.title, "dataType": "vector", "crs": EPSG_3857, "tileMatrixSetURI": SET_URI,
        "boundingBox": {"lowerLeft": list(each.box[:2]), "upperRight": list(each.box[2:]), "crs": CRS84},
        "tileMatrixSetLimits": [_limits(each, zoom) for zoom in range(least, most + 1)],
        "links": [
            link(here, "self", _("This tileset")), link(f"{root}/tileMatrixSets/{SET}", _TILING, SET),
            {**link(f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", "item", _("A tile"), MVT), "templated": True},
        ],
    }  # fmt: skip


_TILING = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"


def _limits(each: Collection, zoom: int) -> Json:
    west, south, east, north = each.box

    def column(longitude: float) -> int:
        return int((longitude / 360 + 0.5) * (1 << zoom))

    def row(latitude: float) -> int:
        return int((0.5 - math.asinh(math.tan(math.radians(latitude))) / (2 * math.pi)) * (1 << zoom))

    return {
        "tileMatrix": str(zoom), "minTileRow": row(north), "maxTileRow": row(south), "minTileCol": column(west),
        "maxTileCol": column(east),
    }  # fmt: skip


@face("*")
def tile(request: ActorHttpRequest, collection: str, z: int, y: int, x: int) -> HttpResponse:
    """One tile. Projects take every filter of their items."""
    actor = request.actor
    each = collection_named(actor, collection, is_told=False)
    check_known(request, {"f", *(PROJECT_FILTERS if each.is_projects else ())})
    try:
        if each.is_projects:
            filters = ProjectFilters.read(request.GET)
            if actor.is_signed_in or not filters.is_empty:
                return guarded_tile(lambda: project_tile(actor, filters, z, x, y))
            return public_tile(request, f"p{on_map.map_version()}", lambda: project_tile(actor, filters, z, x, y))
        if each.layer:
            layer = each.layer
            return guarded_tile(lambda: layer_tile(layer, z, x, y))
        version = boundary_set()
        if version is None or z not in ZOOMS:
            raise Http404
        return public_tile(request, version.digest, lambda: tile_of(version, z, x, y))
    except Http404:
        raise BadCall(_("There is no such tile."), 404) from None


@face()
def matrix_sets(request: ActorHttpRequest) -> HttpResponse:
    """The tile matrix sets: one."""
    here = f"{root_of(request)}/tileMatrixSets/{SET}"
    told = {
        "tileMatrixSets": [{
            "id": SET, "title": "Google Maps Compatible for the World", "uri": SET_URI, "crs": EPSG_3857,
            "links": [link(here, "self", SET)],
        }],
        "links": own_links(request),
    }  # fmt: skip
    return answer(request, told, "told", {"title": _("Tile matrix sets")})


@face()
def matrix_set(request: ActorHttpRequest) -> HttpResponse:
    """WebMercatorQuad, written out."""
    side = 2 * _EDGE / 256
    told = {
        "id": SET, "title": "Google Maps Compatible for the World", "uri": SET_URI, "crs": EPSG_3857,
        "orderedAxes": ["X", "Y"], "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [
            {
                "id": str(zoom), "scaleDenominator": side / (1 << zoom) / 0.00028, "cellSize": side / (1 << zoom),
                "cornerOfOrigin": "topLeft", "pointOfOrigin": [-_EDGE, _EDGE], "tileWidth": 256, "tileHeight": 256,
                "matrixWidth": 1 << zoom, "matrixHeight": 1 << zoom,
            }
            for zoom in range(_DEEPEST + 1)
        ],
    }  # fmt: skip
    return answer(request, told, "told", {"title": SET})
