"""Web Mercator squares as ranges of one sortable number: a tile of any zoom is a range, on any database.

A point's cell is the Morton (Z-order) code of its square in a world grid of 2^28 × 2^28 (15 cm at the equator): the
bits of its column and row taken in turn, the row's first. A tile z/x/y holds exactly the cells that begin with its
bits. Web Mercator shows latitudes up to 85.05°; points beyond it have no square.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .frame import Floats
from .measures import spread

DEPTH = 28
EXTENT_BITS = 12  # a vector tile counts 4096 steps a side
NOWHERE = -1

Cells = NDArray[np.int64]


def cells(longitudes: ArrayLike, latitudes: ArrayLike) -> Cells:
    """The cell of each point in WGS 84 degrees; NOWHERE where a coordinate is missing or beyond the map."""
    x, y = unit_square(np.asarray(longitudes, dtype=np.float64), np.asarray(latitudes, dtype=np.float64))
    there = (x >= 0) & (x < 1) & (y >= 0) & (y < 1)  # false for NaN
    side = float(1 << DEPTH)
    column = np.where(there, x * side, 0).astype(np.uint64)
    row = np.where(there, y * side, 0).astype(np.uint64)
    codes = (spread(column) | (spread(row) << np.uint64(1))).astype(np.int64)
    return np.where(there, codes, NOWHERE)


def unit_square(longitudes: Floats, latitudes: Floats) -> tuple[Floats, Floats]:
    """Web Mercator with the world as the unit square, x to the east and y to the south."""
    with np.errstate(divide="ignore", invalid="ignore"):
        sine = np.sin(np.radians(latitudes))
        return longitudes / 360 + 0.5, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)


def degrees(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of points of the unit square."""
    return (x - 0.5) * 360, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))


def tile_range(z: int, x: int, y: int) -> tuple[int, int]:
    """The first cell of a tile and the first after it. Raises ValueError where there is no such tile."""
    if not (0 <= z <= DEPTH and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise ValueError(f"There is no tile {z}/{x}/{y}.")
    prefix = _spread(x) | _spread(y) << 1
    shift = 2 * (DEPTH - z)
    return prefix << shift, (prefix + 1) << shift


def tile_box(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east and north of a tile in WGS 84 degrees. Raises ValueError where there is no such tile."""
    tile_range(z, x, y)
    (west, east), (north, south) = degrees(np.array([x, x + 1]) / (1 << z), np.array([y, y + 1]) / (1 << z))
    return float(west), float(south), float(east), float(north)


def box_ranges(west: float, south: float, east: float, north: float, most: int = 6) -> list[tuple[int, int]]:
    """Ranges of cells, in order, that together cover a box of WGS 84 degrees, and little besides: at most `most`.

    A cell of the ranges may lie outside the box: who asks compares coordinates too.
    """
    x, y = unit_square(np.array([west, east]), np.clip(np.array([north, south]), -85.05, 85.05))
    side = 1 << DEPTH
    left, right = (min(max(int(value * side), 0), side - 1) for value in x.tolist())
    top, bottom = (min(max(int(value * side), 0), side - 1) for value in y.tolist())
    level = DEPTH - ((left ^ right) | (top ^ bottom)).bit_length()
    squares = [(left >> (DEPTH - level), top >> (DEPTH - level))]
    ranges = [tile_range(level, *squares[0])]
    while level < DEPTH:
        level += 1
        shift = DEPTH - level
        squares = [
            (2 * column + across, 2 * row + down)
            for column, row in squares for across in (0, 1) for down in (0, 1)
            if left >> shift <= 2 * column + across <= right >> shift
            and top >> shift <= 2 * row + down <= bottom >> shift
        ]  # fmt: skip
        finer = _joined(sorted(tile_range(level, column, row) for column, row in squares))
        if len(finer) > most or len(squares) > 64:
            break
        ranges = finer
    return ranges


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges that touch made one."""
    joined = [ranges[0]]
    for first, after in ranges[1:]:
        if first == joined[-1][1]:
            joined[-1] = (joined[-1][0], after)
        else:
            joined.append((first, after))
    return joined


def columns_and_rows(codes: Cells) -> tuple[Cells, Cells]:
    """Column and row, in the grid of 2^28, of each cell."""
    bits = codes.astype(np.uint64)
    return _gather(bits).astype(np.int64), _gather(bits >> np.uint64(1)).astype(np.int64)


def _spread(number: int) -> int:
    """`spread` for one number, which costs an array too much."""
    for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F),
                        (2, 0x3333333333333333), (1, 0x5555555555555555)):  # fmt: skip
        number = (number | (number << shift)) & mask
    return number


def _gather(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Keep every second bit of each number, pushed together: `spread` undone."""
    numbers = numbers & np.uint64(0x5555555555555555)
    for shift, mask in (
        (1, 0x3333333333333333),
        (2, 0x0F0F0F0F0F0F0F0F),
        (4, 0x00FF00FF00FF00FF),
        (8, 0x0000FFFF0000FFFF),
        (16, 0x00000000FFFFFFFF),
    ):
        numbers = (numbers | (numbers >> np.uint64(shift))) & np.uint64(mask)
    return numbers
