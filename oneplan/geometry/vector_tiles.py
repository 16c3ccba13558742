"""Mapbox Vector Tiles (version 2.1), written: thousands of points at a time, lines and areas one by one.

A tile counts `EXTENT` steps a side, x to the east and y to the south. Places outside it are allowed (a margin, so that
a line does not end at the seam). What a property does not know is left out of its feature, never written as zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from .frame import Floats, Geometries
from .mercator import EXTENT_BITS, unit_square

EXTENT = 1 << EXTENT_BITS
MARGIN = EXTENT // 32  # of a tile's neighbourhood is drawn with lines and areas

_Numbers = NDArray[np.uint64]
Column = Sequence[Any]
Properties = Mapping[str, Column]

# Field numbers and wire types of the specification, as the bytes that stand before each value.
_LAYER, _NAME, _FEATURE, _KEY, _VALUE, _EXTENT, _VERSION = 0x1A, 0x0A, 0x12, 0x1A, 0x22, 0x28, 0x78
_TAGS, _KIND, _SHAPE, _COUNT = 0x12, 0x18, 0x22, 0x28
_POINT, _LINE, _AREA = 1, 2, 3
_MOVE, _CLOSE = 9, 15


def points_layer(name: str, x: ArrayLike, y: ArrayLike, properties: Properties) -> bytes:
    """A layer of one point a feature, at whole steps of the tile. `properties` are columns; None is left out."""
    across, down = np.asarray(x, dtype=np.int64), np.asarray(y, dtype=np.int64)
    keys, values, tags, there = _tagged(properties, len(across))
    tag_bytes = (_lengths(tags) * there).sum(axis=1)
    shape = np.column_stack([_zigzag(across), _zigzag(down)])
    drawn_bytes = 1 + _lengths(shape).sum(axis=1)
    tail = np.column_stack([
        _constant(_KIND, across), _constant(_POINT, across), _pairs(_SHAPE, drawn_bytes), _constant(_MOVE, across),
    ])  # fmt: skip
    head = _pairs(_TAGS, tag_bytes)
    size = _lengths(head).sum(axis=1) + tag_bytes + tail.shape[1] - 1 + drawn_bytes
    rows = np.hstack([_pairs(_FEATURE, size), head, tags, tail, shape])
    kept = np.ones(rows.shape, dtype=bool)
    kept[:, 4 : 4 + tags.shape[1]] = there
    return _layer(name, _varints(rows[kept]), keys, values)


def shapes_layer(name: str, shapes: Geometries, properties: Properties) -> bytes:
    """A layer of points, lines and areas in steps of the tile (see `on_tile`); what is empty there is left out."""
    keys, values, tags, there = _tagged(properties, len(shapes))
    body = bytearray()
    for index, shape in enumerate(shapes):
        kind, drawn = _commands(shape)
        if len(drawn):
            told = _varints(tags[index][there[index]])
            path = _varints(drawn)
            feature = bytes((_TAGS,)) + _varint(len(told)) + told + bytes((_KIND, kind, _SHAPE))
            feature += _varint(len(path)) + path
            body += bytes((_FEATURE,)) + _varint(len(feature)) + feature
    return _layer(name, bytes(body), keys, values)


def on_tile(shapes: Geometries, z: int, x: int, y: int) -> Geometries:
    """Shapes in Web Mercator's unit square, cut to a tile with its margin and moved to its steps."""
    side = 1.0 / (1 << z)
    reach = side * MARGIN / EXTENT
    left, top = x * side, y * side
    cut = shapely.clip_by_rect(shapes, left - reach, top - reach, left + side + reach, top + side + reach)
    return _to_steps(cut, left, top, EXTENT / side)


def _to_steps(shapes: Geometries, left: float, top: float, scale: float) -> Geometries:
    moved: Geometries = shapely.transform(shapes, lambda xy: np.rint((xy - (left, top)) * scale))
    return moved


def simplified(shapes: Geometries) -> Geometries:
    """Shapes in steps of a tile without what nobody sees there: less than two steps."""
    thinner: Geometries = shapely.simplify(shapes, 2.0, preserve_topology=True)
    return thinner


def to_unit_square(shapes: Geometries) -> Geometries:
    """WGS 84 shapes in Web Mercator's unit square."""
    moved: Geometries = shapely.transform(shapes, lambda xy: np.column_stack(unit_square(xy[:, 0], xy[:, 1])))
    return moved


def _tagged(properties: Properties, count: int) -> tuple[list[bytes], bytes, _Numbers, NDArray[np.bool_]]:
    """Keys and values as the layer lists them, and of each feature the numbers of both, with whether it has them."""
    values, numbered = b"", 0
    tags = np.zeros((count, 2 * len(properties)), dtype=np.uint64)
    there = np.zeros((count, 2 * len(properties)), dtype=bool)
    for number, column in enumerate(properties.values()):
        known = dict.fromkeys(column)
        known.pop(None, None)
        place_of: dict[Any, int] = dict(zip(known, range(numbered, numbered + len(known)), strict=True))
        numbered += len(known)
        place_of[None] = -1
        if len(known) == count:  # every value but once, as references are
            places = np.arange(numbered - count, numbered)
        else:
            places = np.fromiter(map(place_of.__getitem__, column), dtype=np.int64, count=count)
        has = places >= 0
        tags[:, 2 * number] = number
        tags[:, 2 * number + 1] = np.where(has, places, 0)
        there[:, 2 * number] = there[:, 2 * number + 1] = has
        values += _values(list(known))
    return [key.encode() for key in properties], values, tags, there


def _values(column: list[Any]) -> bytes:
    """Values of one kind as the layer lists them, each with its mark and length: most are short texts and counts."""
    first = column[0] if column else None
    if isinstance(first, str):
        return b"".join([
            b"%c%c\x0a%c%b" % (_VALUE, len(text) + 2, len(text), text) if len(text) < 126 else _marked(_value(text))
            for text in map(str.encode, column)
        ])  # fmt: skip
    if isinstance(first, int) and not isinstance(first, bool) and min(column) >= 0:
        numbers = np.array(column, dtype=np.uint64)
        marks = _constant(_VALUE, numbers), (1 + _lengths(numbers)).astype(np.uint64), _constant(_COUNT, numbers)
        return _varints(np.column_stack([*marks, numbers]).reshape(-1))
    return b"".join([_marked(_value(value)) for value in column])


def _marked(value: bytes) -> bytes:
    return bytes((_VALUE,)) + _varint(len(value)) + value


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return bytes((0x38, value))
    if isinstance(value, int):
        return bytes((_COUNT,)) + _varint(value) if value >= 0 else b"\x30" + _varint(-2 * value - 1)
    if isinstance(value, float):
        return b"\x19" + np.float64(value).tobytes()
    text = value if isinstance(value, bytes) else str(value).encode()
    return b"\x0a" + _varint(len(text)) + text


def _layer(name: str, features: bytes, keys: Sequence[bytes], values: bytes) -> bytes:
    if not features:
        return b""
    body = bytes((_VERSION, 2, _NAME)) + _varint(len(name.encode())) + name.encode() + features
    body += b"".join(bytes((_KEY,)) + _varint(len(key)) + key for key in keys)
    body += values
    body += bytes((_EXTENT,)) + _varint(EXTENT)
    return bytes((_LAYER,)) + _varint(len(body)) + body


def _commands(shape: shapely.Geometry) -> tuple[int, _Numbers]:
    """The kind of a shape and its drawing: moves and steps, zigzagged. Areas lose what has no extent on the tile."""
    dimension = int(shapely.get_dimensions(shape)) if not shapely.is_empty(shape) else -1
    parts = shapely.get_parts(shape)
    parts = parts[shapely.get_dimensions(parts) == dimension]
    pieces: list[_Numbers] = []
    at = np.zeros((1, 2), dtype=np.int64)
    if dimension == 0:
        steps = np.diff(np.vstack([at, shapely.get_coordinates(parts).astype(np.int64)]), axis=0)
        return _POINT, np.r_[np.uint64(len(steps) << 3 | 1), _zigzag(steps.reshape(-1))]
    for ring, is_hole in _paths(parts, dimension):
        path = shapely.get_coordinates(ring).astype(np.int64)
        path = path[np.r_[True, np.any(np.diff(path, axis=0) != 0, axis=1)]]
        if dimension == 2:
            path = _turned(path[:-1], is_hole)
        if len(path) < dimension + 1:
            continue
        steps = np.diff(np.vstack([at, path]), axis=0)
        at = path[-1:]
        turns = _zigzag(steps.reshape(-1))
        pieces.append(np.r_[np.uint64(_MOVE), turns[:2], np.uint64((len(path) - 1) << 3 | 2), turns[2:]])
        if dimension == 2:
            pieces.append(np.array([_CLOSE], dtype=np.uint64))
    return (_AREA if dimension == 2 else _LINE), np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.uint64)


def _paths(parts: Geometries, dimension: int) -> list[tuple[Any, bool]]:
    if dimension == 1:
        return [(part, False) for part in parts]
    return [(ring, place > 0) for part in parts for place, ring in enumerate(shapely.get_rings(part))]


def _turned(path: NDArray[np.int64], is_hole: bool) -> NDArray[np.int64]:
    """A ring as the specification turns it: outer ones clockwise on the screen, holes against it; none without area."""
    x, y = path[:, 0], path[:, 1]
    area = int(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    if area == 0:
        return path[:0]
    return path if (area > 0) != is_hole else path[::-1]


# --- numbers as bytes ------------------------------------------------------------------------------------------------


def _constant(number: int, like: NDArray[Any]) -> _Numbers:
    return np.full(len(like), number, dtype=np.uint64)


def _pairs(mark: int, sizes: NDArray[Any]) -> _Numbers:
    return np.column_stack([_constant(mark, sizes), sizes.astype(np.uint64)])


def _zigzag(numbers: NDArray[np.int64]) -> _Numbers:
    return ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)


def _lengths(numbers: _Numbers) -> NDArray[np.int64]:
    """How many bytes each number takes as a varint."""
    needed = np.ones(numbers.shape, dtype=np.int64)
    rest = numbers >> np.uint64(7)
    while rest.any():
        needed += rest > 0
        rest >>= np.uint64(7)
    return needed


def _varints(numbers: _Numbers) -> bytes:
    """All numbers, one after the other, as varints."""
    needed = _lengths(numbers)
    ends = np.cumsum(needed)
    starts = ends - needed
    written = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for place in range(int(needed.max(initial=0))):
        chosen = needed > place
        more = np.where(needed[chosen] > place + 1, 0x80, 0)
        seven = (numbers[chosen] >> np.uint64(7 * place)) & np.uint64(0x7F)
        written[starts[chosen] + place] = seven.astype(np.int64) | more
    return written.tobytes()


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def place_on_tile(longitudes: Floats, latitudes: Floats, z: int, x: int, y: int) -> tuple[Floats, Floats]:
    """WGS 84 points in steps of a tile, rounded."""
    across, down = unit_square(longitudes, latitudes)
    scale = float(EXTENT << z)
    return np.rint(across * scale - x * EXTENT), np.rint(down * scale - y * EXTENT)
