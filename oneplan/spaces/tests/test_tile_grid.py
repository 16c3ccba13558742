"""The tile grid: one tile a space, provinces in one piece."""

from oneplan.spaces import queries
from oneplan.spaces.models import Space


def test_every_space_has_one_tile_and_no_two_share_a_place(register):
    grid = queries.tile_grid()
    assert sorted(tile.code for tile in grid.tiles) == sorted(Space.objects.values_list("code", flat=True))
    assert len({(tile.row, tile.column) for tile in grid.tiles}) == 52
    assert (grid.rows, grid.columns) == (10, 9)


def test_every_province_is_in_one_piece(register):
    province = dict(Space.objects.values_list("code", "province_id"))
    places: dict[str, set[tuple[int, int]]] = {}
    for tile in queries.tile_grid().tiles:
        places.setdefault(province[tile.code], set()).add((tile.row, tile.column))
    for code, tiles in places.items():
        reached, edge = set(), [min(tiles)]
        while edge:
            row, column = edge.pop()
            reached.add((row, column))
            edge += [
                near
                for near in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1))
                if near in tiles and near not in reached
            ]
        assert reached == tiles, code
