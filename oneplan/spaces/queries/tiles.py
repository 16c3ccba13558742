"""The tile grid: one equal tile for each space, for national boards that need no boundaries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

PARAMETERS = Path(__file__).parent.parent / "parameters" / "tile_grid.yaml"


@dataclass(frozen=True)
class Tile:
    """Where the tile of one space stands; both counts start at 0, rows from the north, columns from the west."""

    code: str
    row: int
    column: int


@dataclass(frozen=True)
class TileGrid:
    """All tiles, row by row, and how many rows and columns they span."""

    tiles: tuple[Tile, ...]
    rows: int
    columns: int

    def tile(self, code: str) -> Tile:
        """The tile of a space. Raises KeyError for a code without one."""
        for tile in self.tiles:
            if tile.code == code:
                return tile
        raise KeyError(code)


@lru_cache(maxsize=1)
def tile_grid() -> TileGrid:
    """The grid of parameters/tile_grid.yaml."""
    written = yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))
    lines = [line.split() for line in written["rows"]]
    tiles = tuple(
        Tile(code, row, column) for row, line in enumerate(lines) for column, code in enumerate(line) if code != "."
    )
    return TileGrid(tiles, len(lines), max(len(line) for line in lines))
