"""Areas, bounding boxes, tile codes and the bytes in which outlines are stored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from .frame import Floats, Geometries, to_equal_area

TILE_BITS = 24


def area_km2(geometries: Geometries) -> Floats:
    """Area of each WGS 84 geometry in square kilometres, measured in `frame.EQUAL_AREA`."""
    areas: Floats = shapely.area(to_equal_area(geometries)) / 1e6
    return areas


def bounding_boxes(geometries: Geometries) -> Floats:
    """An (n, 4) array of minx, miny, maxx, maxy in degrees; NaN where a geometry is empty."""
    boxes: Floats = shapely.bounds(geometries)
    return boxes


def tile_codes(geometries: Geometries) -> NDArray[np.int64]:
    """A sortable code per geometry: the Morton (Z-order) code of the middle of its box on a 2^24 × 2^24 world grid.

    Near places get near codes, so a range of codes is a square of the map on any database.
    """
    boxes = bounding_boxes(geometries)
    side = 1 << TILE_BITS
    column = np.clip(((boxes[:, 0] + boxes[:, 2]) / 2 + 180) / 360 * side, 0, side - 1).astype(np.uint64)
    row = np.clip((90 - (boxes[:, 1] + boxes[:, 3]) / 2) / 180 * side, 0, side - 1).astype(np.uint64)
    return (spread(column) | (spread(row) << np.uint64(1))).astype(np.int64)


def spread(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a zero bit between the bits of each number (Morton's trick)."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        numbers = (numbers | (numbers << np.uint64(shift))) & np.uint64(mask)
    return numbers


def to_wkb(geometries: Geometries) -> list[bytes]:
    """Little-endian WKB of each geometry: what the database stores."""
    return list(shapely.to_wkb(geometries, byte_order=1))


def from_wkb(blobs: Sequence[bytes | memoryview]) -> Geometries:
    """Geometries from stored WKB."""
    boxed = np.empty(len(blobs), dtype=object)
    boxed[:] = [bytes(blob) for blob in blobs]
    geometries: Geometries = shapely.from_wkb(boxed)
    return geometries


def vertex_counts(geometries: Geometries) -> NDArray[np.int64]:
    """How many vertices each geometry has; 0 where there is none."""
    return np.asarray(shapely.get_num_coordinates(geometries), dtype=np.int64)


def wkb_of_geojson(text: str) -> bytes:
    """The WKB of one GeoJSON geometry in degrees; b"" where it is none, is empty or is not valid."""
    shapes: Geometries = shapely.force_2d(shapely.from_geojson(np.array([text], dtype=object), on_invalid="ignore"))
    is_fit = shapes[0] is not None and not shapes[0].is_empty and shapes[0].is_valid
    return to_wkb(shapes)[0] if is_fit else b""


def is_point(blob: bytes) -> bool:
    """Whether WKB holds a point or a cluster of points."""
    kind = int.from_bytes(blob[1:5], "little" if blob[0] else "big")
    return (kind & 0xFFFF) % 1000 in (1, 4)


def point_of(blob: bytes) -> tuple[float, float]:
    """Longitude and latitude of a point in WKB; of a cluster, of one of its points."""
    [(x, y)] = shapely.get_coordinates(shapely.point_on_surface(shapely.from_wkb(bytes(blob))))
    return float(x), float(y)


def touching(left: Geometries, right: Geometries) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs (position in left, position in right) that touch or overlap, in the order of left."""
    one, other = shapely.STRtree(right).query(left, predicate="intersects")
    order = np.lexsort((other, one))
    return one[order], other[order]


def label_points(geometries: Geometries) -> Floats:
    """An (n, 2) array: where a label has most room in each geometry, the middle of its largest inner circle."""
    points = np.empty((len(geometries), 2))
    for index, geometry in enumerate(geometries):
        part = _largest_part(geometry)
        tolerance = max(float(shapely.area(part)) ** 0.5 / 40, 1e-9)
        points[index] = shapely.get_coordinates(shapely.maximum_inscribed_circle(part, tolerance))[0]
    return points


def _largest_part(geometry: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(geometry)
    return parts[int(np.argmax(shapely.area(parts)))] if len(parts) else geometry


def overlap_ratios(left: Geometries, right: Geometries) -> Floats:
    """Intersection over union of each pair, measured in `frame.EQUAL_AREA`: 1 is the same outline, 0 is apart."""
    a, b = to_equal_area(left), to_equal_area(right)
    ratios: Floats = shapely.area(shapely.intersection(a, b)) / shapely.area(shapely.union(a, b))
    return ratios
