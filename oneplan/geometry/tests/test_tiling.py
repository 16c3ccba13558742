"""Boundaries cut into tiles: neighbours keep their common edge."""

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from oneplan.geometry import tiling


@pytest.fixture
def archive(tmp_path):
    left = shapely.Polygon([(28, -26), (28, -25), (28.5, -25.2), (28.4, -25.7), (28.5, -26)])
    right = shapely.Polygon([(28.5, -26), (28.4, -25.7), (28.5, -25.2), (29, -25), (29, -26)])
    layers = [tiling.TiledLayer("areas", 0, np.array([left, right], dtype=object), {"code": ["L", "R"]})]
    path = tmp_path / "areas.mbtiles"
    assert tiling.write_tiles(path, layers, range(6, 9), name="Areas") > 3
    return path


def test_neighbours_share_their_edge_in_a_tile(archive):
    tile = mapbox_vector_tile.decode(tiling.read_tile(archive, 8, 148, 146), default_options={"y_coord_down": True})
    left, right = (shapely.geometry.shape(feature["geometry"]) for feature in tile["areas"]["features"])
    assert shapely.area(shapely.intersection(left, right)) == 0
    assert shapely.length(shapely.intersection(left, right)) > 100


def test_a_place_without_areas_is_an_empty_tile(archive):
    assert tiling.read_tile(archive, 8, 0, 0) == b""


def test_an_archive_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        tiling.read_tile(tmp_path / "none.mbtiles", 8, 0, 0)
