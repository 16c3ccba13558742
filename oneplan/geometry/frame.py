"""The two coordinate systems of the house, and the frame in which maps are drawn.

Measured in Albers' equal-area projection on the WGS 84 ellipsoid with standard parallels 24° and 32° south and central
meridian 24° east: the usual choice for South Africa. The map frame is the same projection in kilometres with y pointing
down and its origin north-west of the country, so that one unit of an SVG is one kilometre.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyproj

WGS84 = "EPSG:4326"
EQUAL_AREA = "+proj=aea +lat_1=-24 +lat_2=-32 +lat_0=0 +lon_0=24 +datum=WGS84 +units=m +no_defs"

# Continental South Africa with a margin, WGS 84 degrees: west, south, east, north. The Prince Edward Islands (46° S,
# part of Cape Town's ward 115) lie outside: they are located, but not drawn.
MAINLAND = (16.0, -35.5, 33.5, -22.0)
FRAME_LEFT_KM = -755.0  # east of the central meridian
FRAME_TOP_KM = 2345.0  # south of the equator
FRAME_WIDTH_KM = 1656.0
FRAME_HEIGHT_KM = 1440.0
VIEW_BOX = f"0 0 {FRAME_WIDTH_KM:g} {FRAME_HEIGHT_KM:g}"

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]


@lru_cache(maxsize=8)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    import pyproj  # here: slow to load, and most processes never transform

    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def transform(geometries: Geometries, source: str, target: str) -> Geometries:
    """The geometries, moved from one coordinate system to another; axis order is always x, y."""
    move = _transformer(source, target).transform
    moved: Geometries = shapely.transform(geometries, lambda x, y: move(x, y), interleaved=False)
    return moved


def to_equal_area(geometries: Geometries) -> Geometries:
    """WGS 84 to `EQUAL_AREA`, metres."""
    return transform(geometries, WGS84, EQUAL_AREA)


def from_equal_area(geometries: Geometries) -> Geometries:
    """`EQUAL_AREA`, metres, to WGS 84."""
    return transform(geometries, EQUAL_AREA, WGS84)


def to_frame(geometries: Geometries) -> Geometries:
    """WGS 84 to the map frame: kilometres, y down."""
    move = _transformer(WGS84, EQUAL_AREA).transform

    def place(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        east, north = move(x, y)
        return np.asarray(east) / 1000 - FRAME_LEFT_KM, -np.asarray(north) / 1000 - FRAME_TOP_KM

    framed: Geometries = shapely.transform(geometries, place, interleaved=False)
    return framed


def frame_point(longitude: float, latitude: float) -> tuple[float, float]:
    """One point in WGS 84 degrees in the map frame: kilometres, y down."""
    east, north = _transformer(WGS84, EQUAL_AREA).transform(longitude, latitude)
    return east / 1000 - FRAME_LEFT_KM, -north / 1000 - FRAME_TOP_KM


def degrees_of(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude in WGS 84 degrees of a point of the map frame."""
    longitude, latitude = _transformer(EQUAL_AREA, WGS84).transform(
        (x + FRAME_LEFT_KM) * 1000, -(y + FRAME_TOP_KM) * 1000
    )
    return float(longitude), float(latitude)


def _leaves(system: str) -> tuple[str, bool]:
    """A system for x before y, and whether it writes its axes the other way round. "CRS84" is WGS 84 with x first."""
    return (WGS84, system == WGS84) if system in ("CRS84", WGS84) else (system, False)


def moved_points(longitudes: Sequence[float], latitudes: Sequence[float], system: str) -> list[list[float]]:
    """WGS 84 points in another system, in its own order of axes."""
    target, is_turned = _leaves(system)
    x, y = longitudes, latitudes
    if target != WGS84 and len(x):
        x, y = _transformer(WGS84, target).transform(list(x), list(y))
    return [[b, a] if is_turned else [a, b] for a, b in zip(x, y, strict=True)]


def moved_geojson(blobs: Sequence[bytes], system: str) -> list[str]:
    """WGS 84 shapes (WKB) as texts of GeoJSON geometries in another system, in its own order of axes."""
    target, is_turned = _leaves(system)
    shapes = shapely.from_wkb(np.array([bytes(blob) for blob in blobs], dtype=object))
    if target != WGS84:
        shapes = transform(shapes, WGS84, target)
    if is_turned:
        shapes = shapely.transform(shapes, lambda xy: xy[:, ::-1])
    return [str(text) for text in shapely.to_geojson(shapes)]


def boxes_from(edges: Sequence[float], system: str) -> tuple[float, float, float, float]:
    """West, south, east and north in WGS 84 of a box whose corners are written in a system's order of axes.

    Raises ValueError where it is none.
    """
    a, b, c, d = edges
    source, is_turned = _leaves(system)
    left, low, right, high = (b, a, d, c) if is_turned else (a, b, c, d)
    if source != WGS84:
        (left, right), (low, high) = _transformer(source, WGS84).transform([left, right], [low, high])
    if not all(math.isfinite(edge) for edge in (left, low, right, high)):
        raise ValueError("A box has finite edges.")
    return left, low, right, high


def touching(blobs: Sequence[bytes], box: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Which of the shapes (WKB, WGS 84) share a point with a box."""
    shapes = shapely.from_wkb(np.array([bytes(blob) for blob in blobs], dtype=object))
    found: NDArray[np.bool_] = shapely.intersects(shapes, shapely.box(*box))
    return found
