"""Validity of single outlines and of a whole set that should tile the country. Repairs are returned, never silent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from .frame import Geometries, to_equal_area
from .measures import area_km2

COLLECTION = 7  # shapely type id of GeometryCollection
POLYGONAL = (3, 6)  # shapely type ids of Polygon and MultiPolygon


@dataclass(frozen=True)
class Repair:
    """One outline that was not valid, why, and by how much mending it changed its area."""

    row: int
    reason: str
    area_before_km2: float
    area_after_km2: float


def are_areas(geometries: Geometries) -> NDArray[np.bool_]:
    """Which geometries are polygons or multipolygons."""
    return np.isin(shapely.get_type_id(geometries), POLYGONAL)


def repair(geometries: Geometries) -> tuple[Geometries, list[Repair]]:
    """Every outline valid (OGC simple features), with the list of those that had to be mended.

    Crossings are resolved by structure: what lies inside the outer ring stays inside; leftover lines and points go.
    """
    wrong = np.flatnonzero(~shapely.is_valid(geometries))
    if not len(wrong):
        return geometries, []
    mended = geometries.copy()
    mended[wrong] = [
        only_areas(geometry)
        for geometry in shapely.make_valid(geometries[wrong], method="structure", keep_collapsed=False)
    ]
    before = area_km2(geometries[wrong])
    after = area_km2(mended[wrong])
    reasons = shapely.is_valid_reason(geometries[wrong])
    return mended, [
        Repair(int(row), str(reason), float(old), float(new))
        for row, reason, old, new in zip(wrong, reasons, before, after, strict=True)
    ]


def only_areas(geometry: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a geometry, as one polygon or multipolygon; empty when it has none."""
    if shapely.get_type_id(geometry) in POLYGONAL:
        return geometry
    parts = shapely.get_parts(geometry)
    return shapely.union_all(parts[are_areas(parts)]) if len(parts) else shapely.Polygon()


@dataclass(frozen=True)
class Coverage:
    """How well outlines tile their own union. Areas in km²; a gap is a hole of the union below `gap_limit_km2`."""

    sum_km2: float
    union_km2: float
    overlap_km2: float
    gap_count: int
    gap_km2: float
    largest_gap_km2: float


def coverage(geometries: Geometries, *, gap_limit_km2: float = 5000) -> Coverage:
    """Measure overlaps and gaps. Holes larger than `gap_limit_km2` (Lesotho) are another country, not a gap."""
    flat = to_equal_area(geometries)
    total = float(shapely.area(flat).sum())
    union = shapely.union_all(flat)
    rings = shapely.get_rings(shapely.get_parts(union), return_index=True)
    inner = rings[0][np.r_[False, rings[1][1:] == rings[1][:-1]]] if len(rings[0]) else rings[0]
    holes = shapely.area(shapely.polygons(inner)) / 1e6 if len(inner) else np.zeros(0)
    gaps = holes[(holes < gap_limit_km2) & (holes > 1e-6)]
    united = float(shapely.area(union))
    return Coverage(
        sum_km2=total / 1e6,
        union_km2=united / 1e6,
        overlap_km2=max(0.0, total - united) / 1e6,
        gap_count=len(gaps),
        gap_km2=float(gaps.sum()),
        largest_gap_km2=float(gaps.max()) if len(gaps) else 0.0,
    )


def fault_of(geometry: shapely.Geometry | None, *, most_vertices: int) -> str:
    """Why a geometry cannot be used as it is, in the words of the library; "" where it can."""
    if geometry is None or shapely.is_empty(geometry):
        return "empty"
    if shapely.get_num_coordinates(geometry) > most_vertices:
        return f"more than {most_vertices} vertices"
    return "" if shapely.is_valid(geometry) else str(shapely.is_valid_reason(geometry))


def are_sound(geometries: Geometries) -> NDArray[np.bool_]:
    """Which geometries are present, valid, and of points, lines or areas alone."""
    sound = shapely.is_valid(geometries) & ~shapely.is_missing(geometries) & ~shapely.is_empty(geometries)
    return np.asarray(sound & (shapely.get_type_id(geometries) != COLLECTION))
