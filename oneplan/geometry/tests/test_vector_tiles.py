"""Vector tiles are read back by a decoder that we did not write."""

from itertools import pairwise

import mapbox_vector_tile
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from oneplan.geometry import vector_tiles
from oneplan.geometry.mercator import NOWHERE, box_ranges, cells, tile_box, tile_range

DOWN = {"y_coord_down": True}


def decoded(tile):
    return mapbox_vector_tile.decode(tile, default_options=DOWN)


@given(
    st.lists(
        st.tuples(
            st.integers(-200, 4300), st.integers(-200, 4300), st.none() | st.integers(-(10**15), 10**15),
            st.none() | st.text("aé€𝄞 ", max_size=8), st.booleans(), st.none() | st.floats(allow_nan=False, width=32),
        ),
        max_size=40,
    )
)  # fmt: skip
def test_points_come_back_as_they_were_written(rows):
    x, y, numbers, texts, flags, floats = zip(*rows, strict=True) if rows else ((),) * 6
    columns = {"number": numbers, "text": texts, "flag": flags, "float": floats}
    tile = vector_tiles.points_layer("pins", list(x), list(y), columns)
    if not rows:
        assert tile == b""
        return
    features = decoded(tile)["pins"]["features"]
    assert [feature["geometry"]["coordinates"] for feature in features] == [[a, b] for a, b in zip(x, y, strict=True)]
    expected = [
        {name: value for name, value in zip(columns, values, strict=True) if value is not None}
        for values in zip(numbers, texts, flags, floats, strict=True)
    ]
    assert [feature["properties"] for feature in features] == expected


def test_a_line_an_area_with_a_hole_and_several_areas_are_drawn():
    hole = [(10, 10), (20, 10), (20, 20), (10, 20)]
    shapes = np.array(
        [
            shapely.LineString([(0, 0), (5, 5), (7, 9)]),
            shapely.Polygon([(0, 0), (0, 100), (100, 100), (100, 0)], [hole]),
            shapely.MultiPolygon([shapely.box(0, 0, 5, 5), shapely.box(10, 10, 15, 15)]),
        ],
        dtype=object,
    )
    features = decoded(vector_tiles.shapes_layer("works", shapes, {"ref": ["A", "B", "C"]}))["works"]["features"]
    assert [feature["properties"]["ref"] for feature in features] == ["A", "B", "C"]
    for feature, shape in zip(features, shapes, strict=True):
        assert shapely.equals(shapely.geometry.shape(feature["geometry"]), shape)


def test_what_lies_outside_a_tile_is_not_drawn_on_it():
    unit = vector_tiles.to_unit_square(np.array([shapely.box(28, -26, 28.1, -25.9)], dtype=object))
    inside, outside = (9, 295, 294), (9, 280, 300)
    west, south, east, north = tile_box(*inside)
    assert west < 28 < east
    assert south < -25.95 < north
    assert vector_tiles.shapes_layer("areas", vector_tiles.on_tile(unit, *inside), {}) != b""
    assert vector_tiles.shapes_layer("areas", vector_tiles.on_tile(unit, *outside), {}) == b""


@given(
    st.floats(16, 33), st.floats(-35, -22), st.floats(0, 3), st.floats(0, 3),
    st.lists(st.tuples(st.floats(15, 36), st.floats(-36, -20)), max_size=30),
)  # fmt: skip
def test_the_ranges_of_a_box_hold_every_point_in_it(west, south, width, height, points):
    ranges = box_ranges(west, south, west + width, south + height)
    assert 1 <= len(ranges) <= 6
    assert all(first < after for first, after in ranges)
    assert all(left[1] < right[0] for left, right in pairwise(ranges))
    for longitude, latitude in points:
        if west <= longitude <= west + width and south <= latitude <= south + height:
            cell = int(cells([longitude], [latitude])[0])
            assert cell != NOWHERE
            assert any(first <= cell < after for first, after in ranges)


def test_a_tile_is_the_range_of_its_four_parts():
    first, after = tile_range(6, 37, 37)
    parts = [tile_range(7, 74 + across, 74 + down) for down in (0, 1) for across in (0, 1)]
    assert (parts[0][0], parts[-1][1]) == (first, after)
