"""Areas cut into the vector tiles of a range of zooms, once, into one file: SQLite, laid out like MBTiles.

Outlines are thinned for each zoom with shared edges kept (`cells.thin`), so neighbours never part.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from .cells import thin
from .frame import Geometries
from .mercator import EXTENT_BITS
from .vector_tiles import EXTENT, MARGIN, on_tile, shapes_layer, to_unit_square

_STEPS_KEPT = 6  # of a tile's 4096: what is smaller than this is not drawn


@dataclass(frozen=True)
class TiledLayer:
    """WGS 84 areas that share edges, drawn from one zoom on. `properties` are columns in the order of the areas."""

    name: str
    least_zoom: int
    areas: Geometries
    properties: Mapping[str, Sequence[Any]]


def write_tiles(path: Path, layers: Sequence[TiledLayer], zooms: range, **facts: str) -> int:
    """Write the archive; it appears whole or not at all. Gives the number of tiles. `facts` go into its metadata."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    os.close(handle)
    try:
        with closing(sqlite3.connect(beside)) as archive:
            archive.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
            archive.execute(
                "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB,"
                " PRIMARY KEY (zoom_level, tile_column, tile_row)) WITHOUT ROWID"
            )
            told = {"format": "pbf", "minzoom": str(zooms[0]), "maxzoom": str(zooms[-1]), **facts}
            archive.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
            archive.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", _rows(layers, zooms))
            count = int(archive.execute("SELECT COUNT(*) FROM tiles").fetchone()[0])
            archive.commit()
        Path(beside).replace(path)
    finally:
        Path(beside).unlink(missing_ok=True)
    return count


def read_tile(path: Path, z: int, x: int, y: int) -> bytes:
    """One tile of an archive, empty where nothing is drawn. Raises FileNotFoundError, or sqlite3.Error where broken."""
    if not path.is_file():
        raise FileNotFoundError(path)
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as archive:
        asked = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        row = archive.execute(asked, (z, x, (1 << z) - 1 - y)).fetchone()
    return bytes(row[0]) if row else b""


def _rows(layers: Sequence[TiledLayer], zooms: range) -> Iterator[tuple[int, int, int, bytes]]:
    unit = {layer.name: to_unit_square(layer.areas) for layer in layers}
    for z in zooms:
        tiles: dict[tuple[int, int], bytes] = {}
        for layer in layers:
            if z >= layer.least_zoom:
                thinned = thin(unit[layer.name], _STEPS_KEPT / float(1 << (z + EXTENT_BITS)))
                for place, drawn in _cut(layer, thinned, z):
                    tiles[place] = tiles.get(place, b"") + drawn
        for (x, y), drawn in tiles.items():
            yield z, x, (1 << z) - 1 - y, drawn


def _cut(layer: TiledLayer, areas: Geometries, z: int) -> Iterator[tuple[tuple[int, int], bytes]]:
    side, reach = 1.0 / (1 << z), MARGIN / EXTENT
    tree = shapely.STRtree(areas)
    for x, y in _squares(areas, z):
        near = shapely.box((x - reach) * side, (y - reach) * side, (x + 1 + reach) * side, (y + 1 + reach) * side)
        found = np.sort(tree.query(near))
        if len(found):
            columns = {name: [column[place] for place in found] for name, column in layer.properties.items()}
            drawn = shapes_layer(layer.name, on_tile(areas[found], z, x, y), columns)
            if drawn:
                yield (x, y), drawn


def _squares(areas: Geometries, z: int) -> list[tuple[int, int]]:
    """The tiles that the boxes of the areas touch."""
    boxes = shapely.bounds(areas)
    boxes = boxes[~np.isnan(boxes[:, 0])]
    low, high = np.floor(boxes[:, :2] * (1 << z)).astype(int), np.floor(boxes[:, 2:] * (1 << z)).astype(int)
    return sorted({
        (x, y)
        for (left, top), (right, bottom) in zip(low.tolist(), high.tolist(), strict=True)
        for x in range(left, right + 1) for y in range(top, bottom + 1)
    })  # fmt: skip
