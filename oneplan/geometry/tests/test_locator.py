"""The locator answers as an exact test of every area would."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.geometry import cells
from oneplan.geometry.locator import Locator

SQUARES = np.array([shapely.box(20, -30, 21, -29), shapely.box(21, -30, 22, -29), shapely.box(20, -29, 22, -28)])


def brute_force(areas, x, y):
    """The first area that covers each point, tested one by one."""
    hits = [[shapely.intersects(area, shapely.Point(*point)) for area in areas] for point in zip(x, y, strict=True)]
    return np.array([row.index(True) if any(row) else -1 for row in hits], dtype=np.int32)


@st.composite
def tessellations(draw):
    """Up to thirty cells, some cut by a hole, and points inside, outside, on corners and on edges."""
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    count = draw(st.integers(4, 30))
    outline = shapely.Point(25, -28).buffer(2)
    if draw(st.booleans()):
        outline = outline.difference(shapely.box(24.5, -28.5, 25.5, -27.5))
    areas = cells.voronoi_cells(rng.uniform(23, 27, count), rng.uniform(-30, -26, count), outline)
    areas = areas[~shapely.is_empty(areas)]
    corners = shapely.get_coordinates(areas)[:40]
    middles = (corners[1:] + corners[:-1]) / 2
    points = np.vstack([rng.uniform((22, -31), (28, -25), (200, 2)), corners, middles])
    return areas, points


@settings(max_examples=40, deadline=None)
@given(tessellations())
def test_it_answers_as_brute_force_does(made):
    areas, points = made
    found = Locator.build(areas, most_cells=20_000).locate(points[:, 0], points[:, 1])
    assert (found == brute_force(areas, points[:, 0], points[:, 1])).all()


def test_a_point_on_a_shared_border_goes_to_the_first_area_whatever_the_grid():
    for most_cells in (100, 5_000, 50_000):
        locator = Locator.build(SQUARES, most_cells=most_cells)
        assert locator.locate([21, 21, 20.5, 21.5], [-29.5, -29, -29, -29]).tolist() == [0, 0, 0, 1]


def test_outside_and_not_a_number_are_nowhere():
    locator = Locator.build(SQUARES)
    assert locator.locate([19, 28, np.nan, np.inf, -1e300], [-29, 40, -29, -29, 1]).tolist() == [-1] * 5


def test_overlapping_areas_answer_with_the_first():
    locator = Locator.build(np.array([shapely.box(20, -30, 22, -28), shapely.box(21, -29, 23, -27)]))
    assert locator.locate([21.5, 22.5], [-28.5, -27.5]).tolist() == [0, 1]


def test_a_hole_is_nowhere():
    ring = shapely.box(20, -30, 23, -27).difference(shapely.box(21, -29, 22, -28))
    assert Locator.build(np.array([ring])).locate([21.5, 20.5], [-28.5, -28.5]).tolist() == [-1, 0]


def test_it_is_the_same_after_saving_and_loading():
    locator = Locator.build(SQUARES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "index"
        locator.save(folder)
        locator.save(folder)  # a second writer changes nothing
        loaded = Locator.load(folder)
        points = np.random.default_rng(1).uniform((19, -31), (23, -27), (2000, 2))
        same = loaded.locate(points[:, 0], points[:, 1]) == locator.locate(points[:, 0], points[:, 1])
        assert same.all()


def test_it_refuses_no_areas_and_uneven_columns():
    with pytest.raises(ValueError, match="can be indexed"):
        Locator.build(np.array([], dtype=object))
    with pytest.raises(ValueError, match="As many"):
        Locator.build(SQUARES).locate([1, 2], [3])
