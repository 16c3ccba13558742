"""Which of several thousand areas a point lies in, for millions of points.

The country is laid out in square cells, and each cell crossed by an outline in 8 × 8 smaller ones. A cell that no
outline crosses lies wholly in one area (or in none), so one look into an array answers for every point in it. Only
points in small cells that an outline does cross, about one in a hundred, are tested exactly.

An area takes in its border. A point on a shared border, or where areas overlap, belongs to the first of them in the
order given: callers give them sorted by code, so the answer never depends on the file's order.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from .frame import Floats, Geometries

Numbers = NDArray[np.int32]
Positions = NDArray[np.int64]

SPLIT_BITS = 3
SPLIT = 1 << SPLIT_BITS  # small cells along one side of a cell
SMALL = SPLIT * SPLIT
TEST = np.uint16(0xFFFF)  # "an outline crosses this small cell: test exactly"
FORMAT = 1
NEAR = 1e-8  # in cells: outlines this close to a cell's edge count as crossing both sides
CHUNK = 1 << 17


@dataclass(frozen=True)
class Locator:
    """An index over areas. Build it once, save it, and load it (memory-mapped) wherever points are located."""

    west: float
    south: float
    small_per_degree: float
    columns: int
    rows: int
    cells: Numbers  # per cell: 0 outside, k+1 wholly in area k, -(b+1) crossed by an outline: see block b
    blocks: NDArray[np.uint16]  # per crossed cell 64 small cells: 0 outside, k+1 in area k, TEST
    outlines: NDArray[np.uint8]  # WKB of all areas, end to end
    ends: NDArray[np.int64]
    tested: list[int] = field(default_factory=list, compare=False, repr=False)

    # ---- asking

    def locate(self, longitudes: ArrayLike, latitudes: ArrayLike) -> Numbers:
        """The position of the area that holds each point, or -1. WGS 84 degrees; NaN answers -1."""
        x = np.ascontiguousarray(longitudes, dtype=np.float64).reshape(-1)
        y = np.ascontiguousarray(latitudes, dtype=np.float64).reshape(-1)
        if x.shape != y.shape:
            raise ValueError("As many longitudes as latitudes are needed.")
        answers = np.empty(len(x), dtype=np.int32)
        open_points: list[Positions] = []
        for start in range(0, len(x), CHUNK):
            part = slice(start, start + CHUNK)
            answers[part], unsure = self._look_up(x[part], y[part])
            open_points.append(unsure + start)
        unsure = np.concatenate(open_points) if open_points else np.zeros(0, dtype=np.int64)
        self.tested[:] = [len(unsure)]
        if len(unsure):
            answers[unsure] = first_covering(self.areas, self._tree, x[unsure], y[unsure])
        return answers

    def _look_up(self, x: Floats, y: Floats) -> tuple[Numbers, Positions]:
        """Answers from the arrays, and the positions of the points that need an exact test."""
        with np.errstate(invalid="ignore"):
            small_x = (x - self.west) * self.small_per_degree
            small_y = (y - self.south) * self.small_per_degree
            outside = ~(
                (small_x >= 0) & (small_y >= 0) & (small_x < self.columns * SPLIT) & (small_y < self.rows * SPLIT)
            )
        if outside.any():
            small_x[outside] = 0
            small_y[outside] = 0
        column = small_x.astype(np.int32)
        row = small_y.astype(np.int32)
        answers = self.cells[(row >> SPLIT_BITS) * np.int32(self.columns) + (column >> SPLIT_BITS)]
        crossed = np.flatnonzero(answers < 0)
        block = -(answers[crossed].astype(np.int64) + 1)
        inside = ((row[crossed] & (SPLIT - 1)) << SPLIT_BITS) | (column[crossed] & (SPLIT - 1))
        fine = self.blocks[block * SMALL + inside]
        answers[crossed] = fine
        if outside.any():
            answers[outside] = 0
        unsure = crossed[(fine == TEST) & ~outside[crossed]]
        answers -= 1
        return answers, unsure

    @cached_property
    def areas(self) -> Geometries:
        raw = self.outlines.tobytes()
        starts = np.r_[0, self.ends[:-1]]
        boxed = np.empty(len(self.ends), dtype=object)
        boxed[:] = [raw[start:end] for start, end in zip(starts, self.ends, strict=True)]
        areas: Geometries = shapely.from_wkb(boxed)
        return areas

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.areas)

    @property
    def nbytes(self) -> int:
        """Bytes of the index in memory or on disk."""
        return self.cells.nbytes + self.blocks.nbytes + self.outlines.nbytes + self.ends.nbytes

    # ---- building

    @classmethod
    def build(cls, areas: Geometries, *, most_cells: int = 6_000_000) -> Locator:
        """Index valid WGS 84 areas, given in order of precedence. At most 65 534 of them."""
        if not 0 < len(areas) < TEST:
            raise ValueError(f"Between 1 and {TEST - 1} areas can be indexed, not {len(areas)}.")
        west, south, east, north = (float(edge) for edge in shapely.total_bounds(areas))
        # The grid starts a little off the corner, so that round coordinates do not fall on its lines.
        width, height = east - west, north - south
        wanted = int(min(most_cells, max(4096, 1500 * len(areas))))
        side = max(np.sqrt(max(width, 1e-6) * max(height, 1e-6) / wanted), 1e-6)
        west, south = west - side * 0.3819660113, south - side * 0.3819660113
        columns, rows = int((east - west) / side) + 2, int((north - south) / side) + 2
        segments = (_segments(areas) - (west, south, west, south)) * (SPLIT / side)

        crossed = np.zeros(rows * columns, dtype=bool)
        for x, y in _touched(segments / SPLIT):
            crossed[y * columns + x] = True
        block_of = np.full(rows * columns, -1, dtype=np.int32)
        block_cells = np.flatnonzero(crossed)
        block_of[block_cells] = np.arange(len(block_cells), dtype=np.int32)
        small_crossed = np.zeros(len(block_cells) * SMALL, dtype=bool)
        for x, y in _touched(segments):
            block = block_of[(y >> SPLIT_BITS) * columns + (x >> SPLIT_BITS)].astype(np.int64)
            known = block >= 0
            inside = ((y & (SPLIT - 1)) << SPLIT_BITS) | (x & (SPLIT - 1))
            small_crossed[block[known] * SMALL + inside[known]] = True

        from scipy import ndimage  # here: slow to load, and only building a locator needs it

        tree = shapely.STRtree(areas)
        cells = np.zeros(rows * columns, dtype=np.int32)
        free, count = ndimage.label(~crossed.reshape(rows, columns))
        owner, chosen = _representatives(free.reshape(-1), count)
        owner[1:] = 1 + first_covering(
            areas, tree, west + (chosen % columns + 0.5) * side, south + (chosen // columns + 0.5) * side
        )
        cells[:] = owner[free.reshape(-1)]
        cells[block_cells] = -1 - np.arange(len(block_cells), dtype=np.int32)
        blocks = _label_blocks(areas, small_crossed, block_cells, cells, columns, rows, west, south, side)

        blobs = shapely.to_wkb(areas, byte_order=1)
        return cls(
            west=west,
            south=south,
            small_per_degree=SPLIT / side,
            columns=columns,
            rows=rows,
            cells=cells,
            blocks=blocks,
            outlines=np.frombuffer(b"".join(blobs), dtype=np.uint8),
            ends=np.cumsum([len(blob) for blob in blobs], dtype=np.int64),
        )

    # ---- keeping

    def save(self, folder: Path) -> None:
        """Write the index as plain NumPy files; the folder appears whole or not at all."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=folder.name, dir=folder.parent))
        for name in ("cells", "blocks", "outlines", "ends"):
            np.save(beside / f"{name}.npy", getattr(self, name), allow_pickle=False)
        plain = {name: getattr(self, name) for name in ("west", "south", "small_per_degree", "columns", "rows")}
        (beside / "grid.json").write_text(json.dumps({"format": FORMAT, **plain}), encoding="ascii")
        try:
            beside.rename(folder)
        except OSError:  # somebody else was first, with the same content
            shutil.rmtree(beside)

    @classmethod
    def load(cls, folder: Path) -> Locator:
        """Open a saved index, memory-mapped. Raises FileNotFoundError or ValueError when it is absent or damaged."""
        grid = json.loads((folder / "grid.json").read_text(encoding="ascii"))
        if grid.pop("format", None) != FORMAT:
            raise ValueError(f"{folder} holds an index of another format.")
        arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ("cells", "blocks", "outlines", "ends")
        }
        return cls(**grid, **arrays)


def first_covering(areas: Geometries, tree: shapely.STRtree, x: Floats, y: Floats) -> Numbers:
    """The first area (lowest position) that covers each point, border included, or -1. Exact."""
    answers = np.full(len(x), len(areas), dtype=np.int32)
    points = shapely.points(x, y)
    if len(points) > len(areas):
        # Many points: one prepared area against all points in its box is several times faster.
        area, point = shapely.STRtree(points).query(areas, predicate="covers")
    else:
        point, area = tree.query(points, predicate="intersects")
    np.minimum.at(answers, point, area.astype(np.int32))
    answers[answers == len(areas)] = -1
    return answers


def _segments(areas: Geometries) -> Floats:
    """All edges of all rings as an (n, 4) array of x0, y0, x1, y1."""
    rings = shapely.get_rings(shapely.get_parts(areas))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    return np.hstack([points[:-1][joined], points[1:][joined]])


def _touched(segments: Floats, batch: int = 200_000) -> Iterator[tuple[Positions, Positions]]:
    """Yield arrays (column, row) of all unit cells that segments touch, each possibly several times.

    A segment that meets a cell either ends in it or crosses one of its sides, so ends and crossings with the grid lines
    are enough; each is stretched by NEAR, so that rounding can only mark a cell too many.
    """
    for start in range(0, len(segments), batch):
        x0, y0, x1, y1 = segments[start : start + batch].T
        for x, y in ((x0, y0), (x1, y1)):
            yield from _around(x, y, NEAR, NEAR)
        for a0, b0, a1, b1, upright in ((x0, y0, x1, y1, True), (y0, x0, y1, x1, False)):
            first = np.floor(np.minimum(a0, a1)).astype(np.int64) + 1
            count = np.maximum(np.floor(np.maximum(a0, a1)).astype(np.int64) - first + 1, 0)
            of = np.repeat(np.arange(len(count)), count)
            line = first[of] + np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
            at = b0[of] + (line - a0[of]) / (a1[of] - a0[of]) * (b1[of] - b0[of])
            lines = line.astype(np.float64)
            if upright:
                yield from _around(lines, at, 0.5, NEAR)
            else:
                yield from _around(at, lines, NEAR, 0.5)


def _around(x: Floats, y: Floats, by_x: float, by_y: float) -> Iterator[tuple[Positions, Positions]]:
    """The cells at the four corners of a small box around each point."""
    for sign_x in (-1, 1):
        for sign_y in (-1, 1):
            yield np.floor(x + sign_x * by_x).astype(np.int64), np.floor(y + sign_y * by_y).astype(np.int64)


def _representatives(labels: NDArray[np.signedinteger[Any]], count: int) -> tuple[Numbers, Positions]:
    """An empty owner per label (label 0 owns nothing), and the position of one member of each label from 1 on."""
    members = np.zeros(count + 1, dtype=np.int64)
    members[labels] = np.arange(len(labels))
    return np.zeros(count + 1, dtype=np.int32), members[1:]


def _label_blocks(
    areas: Geometries,
    small_crossed: NDArray[np.bool_],
    block_cells: NDArray[np.int64],
    cells: Numbers,
    columns: int,
    rows: int,
    west: float,
    south: float,
    side: float,
) -> NDArray[np.uint16]:
    """The owner of each small cell of each crossed cell.

    Small cells are joined inside their block into pieces that no outline crosses. A piece that touches an uncrossed
    neighbour cell has that cell's owner; the others are tested exactly at one point each.
    """
    from scipy import ndimage

    shape = (len(block_cells), SPLIT, SPLIT)
    within = np.zeros((3, 3, 3), dtype=bool)
    within[1] = ndimage.generate_binary_structure(2, 1)
    pieces, count = ndimage.label(~small_crossed.reshape(shape), structure=within)
    owner, chosen = _representatives(pieces.reshape(-1), count)
    owner[:] = -1
    column, row = block_cells % columns, block_cells // columns
    for step_x, step_y, edge in (
        (-1, 0, pieces[:, :, 0]),
        (1, 0, pieces[:, :, -1]),
        (0, -1, pieces[:, 0, :]),
        (0, 1, pieces[:, -1, :]),
    ):
        beside_x, beside_y = column + step_x, row + step_y
        there = (beside_x >= 0) & (beside_x < columns) & (beside_y >= 0) & (beside_y < rows)
        beside = np.full(len(block_cells), -1, dtype=np.int32)
        beside[there] = cells[beside_y[there] * columns + beside_x[there]]
        known = np.flatnonzero(beside >= 0)
        owner[edge[known]] = beside[known][:, None]
    owner[0] = -1
    unknown = np.flatnonzero(owner[1:] < 0)
    place = chosen[unknown]
    block, inside = place // SMALL, place % SMALL
    x = west + (column[block] + (inside % SPLIT + 0.5) / SPLIT) * side
    y = south + (row[block] + (inside // SPLIT + 0.5) / SPLIT) * side
    owner[1 + unknown] = 1 + first_covering(areas, shapely.STRtree(areas), x, y)
    blocks = owner[pieces.reshape(-1)].astype(np.uint16)
    blocks[small_crossed] = TEST
    return blocks
