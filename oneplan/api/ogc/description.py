"""The OpenAPI 3.0 description of the faces, as the standards ask for it."""

import re
from typing import Any

from oneplan.api.ogc.features import PROJECT_FILTERS

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_PATH = {
    name: {"name": name, "in": "path", "required": True, "schema": {"type": kind}}
    for name, kind in (("collectionId", "string"), ("featureId", "string"), ("recordId", "string"),
                       ("tileMatrix", "integer"), ("tileRow", "integer"), ("tileCol", "integer"))
}  # fmt: skip
_QUERY: dict[str, Json] = {
    "f": {"name": "f", "in": "query", "schema": {"type": "string", "enum": ["json", "html"]}},
    "bbox": {
        "name": "bbox", "in": "query", "style": "form", "explode": False,
        "schema": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
    },
    "limit": {
        "name": "limit", "in": "query", "style": "form", "explode": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 10},
    },
    "offset": {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}},
    "datetime": {"name": "datetime", "in": "query", "style": "form", "explode": False, "schema": _TEXT},
    "crs": {"name": "crs", "in": "query", "schema": {"type": "string", "format": "uri"}},
    "bbox-crs": {"name": "bbox-crs", "in": "query", "schema": {"type": "string", "format": "uri"}},
    "q": {"name": "q", "in": "query", "schema": _TEXT}, "type": {"name": "type", "in": "query", "schema": _TEXT},
}  # fmt: skip
_ITEMS = ("f", "bbox", "limit", "offset", "datetime", "crs", "bbox-crs")
_PATHS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "/": ("Landing page", ("f",), ("application/json", "text/html")),
    "/api": ("This description", ("f",), ("application/vnd.oai.openapi+json;version=3.0",)),
    "/conformance": ("Conformance classes", ("f",), ("application/json", "text/html")),
    "/collections": ("Collections", ("f",), ("application/json", "text/html")),
    "/collections/{collectionId}": ("A collection", ("f",), ("application/json", "text/html")),
    "/collections/{collectionId}/metadata": ("Metadata after ISO 19115", ("f",), ("application/json", "text/html")),
    "/collections/{collectionId}/items": ("Features", _ITEMS, ("application/geo+json", "text/html")),
    "/collections/projects/items": (
        "Projects; every filter of the lists may be used", (*_ITEMS, *PROJECT_FILTERS),
        ("application/geo+json", "text/html"),
    ),
    "/collections/{collectionId}/items/{featureId}": ("A feature", ("f", "crs"), ("application/geo+json", "text/html")),
    "/collections/{collectionId}/tiles": ("Tilesets", ("f",), ("application/json", "text/html")),
    "/collections/{collectionId}/tiles/WebMercatorQuad": ("A tileset", ("f",), ("application/json", "text/html")),
    "/collections/{collectionId}/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}": (
        "A vector tile", (), ("application/vnd.mapbox-vector-tile",),
    ),
    "/collections/catalogue": ("The catalogue", ("f",), ("application/json", "text/html")),
    "/collections/catalogue/items": (
        "Records", ("f", "bbox", "limit", "offset", "datetime", "q", "type"), ("application/geo+json", "text/html"),
    ),
    "/collections/catalogue/items/{recordId}": ("A record", ("f",), ("application/geo+json", "text/html")),
    "/tileMatrixSets": ("Tile matrix sets", ("f",), ("application/json", "text/html")),
    "/tileMatrixSets/WebMercatorQuad": ("The tile matrix set", ("f",), ("application/json", "text/html")),
}  # fmt: skip


def described_interface(root: str, version: str) -> Json:
    """The description, for the server whose faces begin at `root`."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "OnePlan: open spatial data", "version": version, "license": {"name": "See each collection"}},
        "servers": [{"url": root}],
        "paths": {address: {"get": _operation(address, *told)} for address, told in _PATHS.items()},
        "components": {
            "securitySchemes": {"Token": {"type": "http", "scheme": "bearer"}},
        },
    }  # fmt: skip


def _operation(address: str, summary: str, parameters: tuple[str, ...], kinds: tuple[str, ...]) -> Json:
    in_path = [told for name, told in _PATH.items() if f"{{{name}}}" in address]
    in_query = [_QUERY.get(name) or {"name": name, "in": "query", "schema": _TEXT} for name in parameters]
    problem = {"description": "What was wrong", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
    return {
        "summary": summary, "operationId": re.sub(r"[{}]", "", address.strip("/").replace("/", ".")) or "root",
        "parameters": [*in_path, *in_query], "security": [{}, {"Token": []}],
        "responses": {
            "200": {"description": summary, "content": {kind: {} for kind in kinds}}, "400": problem,
            **({"404": problem} if in_path else {}),
        },
    }  # fmt: skip
