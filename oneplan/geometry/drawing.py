"""Server-side maps: geometries in, SVG path strings out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from .cells import thin
from .frame import MAINLAND, Geometries, to_frame
from .measures import label_points


@dataclass(frozen=True)
class Drawn:
    """One territory drawn in the map frame (kilometres, y down; see `frame`)."""

    path: str
    box: tuple[float, float, float, float]  # left, top, width, height
    label: tuple[float, float]


def draw(geometries: Geometries, *, tolerance_km: float, decimals: int = 1) -> list[Drawn]:
    """Project WGS 84 areas to the map frame, thin them with shared edges kept, and write them as SVG path strings.

    `tolerance_km` is roughly the smallest detail kept; `decimals` are those of a kilometre in the path. Parts outside
    the mainland are left out; a territory that has no part on the mainland is drawn whole.
    """
    near = shapely.box(*MAINLAND)
    shown = np.empty(len(geometries), dtype=object)
    for index, geometry in enumerate(geometries):
        parts = shapely.get_parts(geometry)
        kept = parts[shapely.intersects(parts, near)]
        shown[index] = shapely.multipolygons(kept) if len(kept) else geometry
    framed = thin(to_frame(shown), tolerance_km)
    labels = label_points(framed)
    boxes = shapely.bounds(framed)
    return [
        Drawn(
            svg_path(geometry, decimals),
            (round(left, 2), round(top, 2), round(right - left, 2), round(bottom - top, 2)),
            (round(float(x), 2), round(float(y), 2)),
        )
        for geometry, (left, top, right, bottom), (x, y) in zip(framed, boxes.tolist(), labels, strict=True)
    ]


def svg_path(geometry: shapely.Geometry, decimals: int = 1) -> str:
    """An area as an SVG path with relative steps (`fill-rule: evenodd` shows its holes). Rounded without drift."""
    scale = 10**decimals
    pieces: list[str] = []
    for ring in shapely.get_rings(shapely.get_parts(geometry)):
        grid = np.rint(shapely.get_coordinates(ring) * scale).astype(np.int64)
        moved = np.r_[True, np.any(np.diff(grid, axis=0) != 0, axis=1)]
        grid = grid[moved][:-1]
        if len(grid) < 3:
            continue
        steps = np.diff(grid, axis=0)
        start = ",".join(_number(value, scale) for value in grid[0].tolist())
        rest = " ".join(f"{_number(x, scale)},{_number(y, scale)}" for x, y in steps.tolist())
        pieces.append(f"M{start}l{rest}z")
    return "".join(pieces)


def _number(value: int, scale: int) -> str:
    """An integer on the grid as a short decimal: 5 at scale 10 is ".5"."""
    text = f"{value / scale:g}" if abs(value) < 10**6 else str(value / scale)
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def sketch(wkb: bytes, decimals: int = 2) -> str:
    """A line or an area in WGS 84 as an SVG path in the map frame; areas are closed and shown by `evenodd`."""
    framed = to_frame(np.array([shapely.from_wkb(wkb)], dtype=object))[0]
    if framed.geom_type.endswith("Polygon"):
        return svg_path(framed, decimals)
    pieces = []
    for line in shapely.get_parts(framed):
        points = np.round(shapely.get_coordinates(line), decimals).tolist()
        pieces.append("M" + "L".join(f"{x:g},{y:g}" for x, y in points))
    return "".join(pieces)
