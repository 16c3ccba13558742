"""Dissolving, thinning and Voronoi cells: how the approximate map is made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from .checks import only_areas
from .frame import Floats, Geometries, from_equal_area, to_equal_area


def dissolve(geometries: Geometries, groups: Sequence[str] | NDArray[np.str_]) -> tuple[list[str], Geometries]:
    """Unite the geometries of each group. Returns the group names, sorted, and one geometry each."""
    names, of = np.unique(np.asarray(groups), return_inverse=True)
    merged = np.empty(len(names), dtype=object)
    for index in range(len(names)):
        merged[index] = only_areas(shapely.union_all(geometries[of == index]))
    return [str(name) for name in names], merged


def thin(geometries: Geometries, tolerance: float) -> Geometries:
    """Simplify outlines that share edges so that they still share them; `tolerance` in the units of the geometries.

    Uses the area-based Visvalingam-Whyatt simplification of coverages (GEOS). Holes and islands too small to be seen at
    this tolerance are left out first: slivers between real outlines can defeat GEOS, which is then asked outline by
    outline.
    """
    cleaned = np.array([_without_specks(geometry, tolerance**2 / 4) for geometry in geometries], dtype=object)
    try:
        thinned: Geometries = shapely.coverage_simplify(cleaned, tolerance, simplify_boundary=True)
    except shapely.errors.GEOSException:
        thinned = shapely.simplify(cleaned, tolerance / 2, preserve_topology=True)
    # A part that is thinner than the tolerance may vanish; a territory may not.
    lost = shapely.is_empty(thinned)
    thinned[lost] = geometries[lost]
    return thinned


def _without_specks(geometry: shapely.Geometry, least_area: float) -> shapely.Geometry:
    """An area without the holes and parts smaller than `least_area`; its largest part always stays."""
    parts = shapely.get_parts(geometry)
    sizes = shapely.area(parts)
    kept = []
    for part in parts[(sizes >= least_area) | (sizes == sizes.max(initial=0))]:
        rings = shapely.get_rings(part)
        holes = rings[1:][shapely.area(shapely.polygons(rings[1:])) >= least_area] if len(rings) > 1 else None
        kept.append(shapely.Polygon(rings[0], holes))
    return kept[0] if len(kept) == 1 else shapely.multipolygons(kept)


def hull_of(longitudes: Floats, latitudes: Floats, *, margin_km: float = 15) -> shapely.Geometry:
    """A concave hull around points, `margin_km` wider: a stand-in where no national outline is at hand. WGS 84."""
    flat = to_equal_area(shapely.points(longitudes, latitudes))
    hull = shapely.concave_hull(shapely.multipoints(flat), ratio=0.12)
    wide = shapely.buffer(hull, margin_km * 1000)
    return from_equal_area(np.array([wide], dtype=object))[0]


def voronoi_cells(longitudes: Floats, latitudes: Floats, outline: shapely.Geometry) -> Geometries:
    """One cell per point, in the points' order, clipped to a WGS 84 outline; distances are measured in equal area.

    Points that coincide share a cell in equal parts: they are moved apart by at most 60 m in a fixed pattern. The cells
    tile the outline: neighbours have the very same corners on their common edge.
    """
    from scipy.spatial import Voronoi  # here: slow to load, and only publishing a map needs it

    flat = shapely.get_coordinates(to_equal_area(shapely.points(longitudes, latitudes)))
    flat = _apart(flat)
    shell = to_equal_area(np.array([outline], dtype=object))[0]
    west, south, east, north = shapely.bounds(shell)
    reach = 4 * max(east - west, north - south)
    middle = np.array([(west + east) / 2, (south + north) / 2])
    far = middle + reach * np.array([[-1, -1], [-1, 1], [1, -1], [1, 1], [0, -1], [0, 1], [-1, 0], [1, 0]])
    diagram = Voronoi(np.vstack([flat, far]))
    cells = np.empty(len(flat), dtype=object)
    cells[:] = [
        shapely.Polygon(diagram.vertices[diagram.regions[diagram.point_region[index]]]) for index in range(len(flat))
    ]
    # Only cells that touch the border need cutting; the others are wholly inside (prepared, so this is quick).
    shapely.prepare(shell)
    inside = shapely.contains(shell, cells)
    cut = cells[~inside]
    cells[~inside] = [only_areas(part) for part in shapely.intersection(cut, shell)]
    return from_equal_area(cells)


def _apart(points: Floats) -> Floats:
    """Move points that coincide onto a small circle around their place, in the order given: always the same way."""
    places, of, count = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    of = of.reshape(-1)
    moved = points.copy()
    for place in np.flatnonzero(count > 1):
        members = np.flatnonzero(of == place)
        angle = 2 * np.pi * np.arange(len(members)) / len(members)
        moved[members] = places[place] + 60 * np.column_stack([np.cos(angle), np.sin(angle)])
    return moved
