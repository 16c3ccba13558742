"""Writing tables of shapes: GeoPackage and GeoParquet 1.1. Shapes come as WGS 84 WKB, None where a row has none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from .frame import WGS84, Geometries

_BITS_OF = {"integer": "int64", "number": "float64", "flag": "bool"}


def point_wkb(longitude: float, latitude: float) -> bytes:
    """A point as little-endian WKB."""
    return b"\x01\x01\x00\x00\x00" + np.array([longitude, latitude], dtype="<f8").tobytes()


def as_geojson(shapes: Sequence[bytes | None]) -> list[str]:
    """Each shape as the text of a GeoJSON geometry; null where there is none."""
    written = shapely.to_geojson(shapely.from_wkb(np.array(list(shapes), dtype=object)))
    return ["null" if text is None else str(text) for text in written]


def write_geopackage(
    path: Path, layer: str, shapes: Sequence[bytes | None], columns: Mapping[str, tuple[str, Sequence[Any]]],
    facts: Mapping[str, str],
) -> None:  # fmt: skip
    """One layer. `columns` are kind and values each: text, integer, number, flag or day. Unknown stays empty."""
    import pyogrio  # here: GDAL is slow to load

    values, masks = [], []
    for kind, column in columns.values():
        empty = np.array([value is None for value in column], dtype=bool)
        values.append(_filled(kind, column))
        masks.append(None if kind in ("text", "day") else empty)
    pyogrio.raw.write(
        path, np.array(list(shapes), dtype=object), values, list(columns), field_mask=masks, layer=layer,
        driver="GPKG", geometry_type="Unknown", crs=WGS84, dataset_metadata=dict(facts), layer_metadata=dict(facts),
    )  # fmt: skip


def _filled(kind: str, column: Sequence[Any]) -> Any:
    if kind == "day":
        return np.array(column, dtype="datetime64[D]")  # None is no day
    if kind == "text":
        return np.array(column, dtype=object)
    return np.array([0 if value is None else value for value in column], dtype=_BITS_OF[kind])


def write_geoparquet(
    path: Path, shapes: Sequence[bytes | None], columns: Mapping[str, tuple[str, Sequence[Any]]],
    facts: Mapping[str, str],
) -> None:  # fmt: skip
    """One table with a column `geometry`. Money (kind `rand`, decimals) keeps its cents exactly."""
    import pyarrow as arrow  # here: large, and only this needs it
    import pyarrow.parquet

    arrays = {name: _array(arrow, kind, column) for name, (kind, column) in columns.items()}
    arrays["geometry"] = arrow.array(list(shapes), type=arrow.binary())
    known = shapely.from_wkb(np.array([shape for shape in shapes if shape is not None], dtype=object))
    told: dict[str, Any] = {"encoding": "WKB", "geometry_types": _types(known)}
    if len(known):
        told["bbox"] = [float(edge) for edge in shapely.total_bounds(known)]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": told}}  # no crs: OGC:CRS84
    table = arrow.table(arrays).replace_schema_metadata({"geo": json.dumps(geo), **facts})
    pyarrow.parquet.write_table(table, path, compression="zstd")


def _array(arrow: Any, kind: str, column: Sequence[Any]) -> Any:
    types = {
        "text": arrow.string(), "integer": arrow.int64(), "number": arrow.float64(), "flag": arrow.bool_(),
        "day": arrow.date32(), "rand": arrow.decimal128(18, 2),
    }  # fmt: skip
    return arrow.array(column, type=types[kind])


def _types(shapes: Geometries) -> list[str]:
    names = ("Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
             "GeometryCollection")  # fmt: skip
    return [names[kind] for kind in np.unique(shapely.get_type_id(shapes)).tolist()]


def line_wkb(points: Sequence[tuple[float, float]]) -> bytes:
    """A line through some points as WKB; an area where it comes back to its first point."""
    is_ring = len(points) > 3 and points[0] == points[-1]
    return bytes(shapely.to_wkb(shapely.Polygon(points) if is_ring else shapely.LineString(points)))
