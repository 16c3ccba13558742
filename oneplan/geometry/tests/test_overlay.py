"""Parts of lines and areas: they agree with plain intersections, sum to 1, and large shapes are no other than small."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.geometry import overlay
from oneplan.geometry.frame import to_equal_area
from oneplan.geometry.locator import Locator
from oneplan.geometry.overlay import Overlay

pytestmark = pytest.mark.engine_free


@pytest.fixture(scope="module")
def four() -> Overlay:
    """Four areas with wavy borders around 28° E, 30° S, and sea around them."""
    wave = [(28 + 0.02 * np.sin(step / 3), -31 + step / 50) for step in range(101)]
    west = shapely.Polygon([(27, -31), *wave, (27, -29)])
    east = shapely.Polygon([(29, -31), *wave, (29, -29)])
    halves = (shapely.box(26, -32, 30, -30), shapely.box(26, -30, 30, -28))
    return Overlay.build(Locator.build(np.array([one & half for one in (west, east) for half in halves])))


def plainly(four: Overlay, shape: shapely.Geometry) -> dict[int, float]:
    """The fractions by one intersection with each whole outline."""
    flat, *areas = to_equal_area(shapely.segmentize(np.array([shape, *four.locator.areas]), overlay.DENSE))
    size = shapely.area if shapely.get_dimensions(flat) == 2 else shapely.length
    parts = size(shapely.intersection(flat, areas))
    return {area: part / parts.sum() for area, part in enumerate(parts) if part > 0}


def shared(four: Overlay, shape: shapely.Geometry) -> dict[int, float]:
    found = four.shares(np.array([shape]))
    return dict(zip(found.area.tolist(), found.fraction.tolist(), strict=True))


def wiggle(vertices: int) -> shapely.Geometry:
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    radius = 0.5 + 0.05 * np.sin(40 * angle)
    return shapely.Polygon(np.column_stack([28 + radius * np.cos(angle), -30 + radius * np.sin(angle)]))


points = st.tuples(st.floats(27.05, 28.95), st.floats(-30.95, -29.05))


@settings(max_examples=80, deadline=None)
@given(st.lists(points, min_size=2, max_size=6, unique=True))
def test_the_parts_of_a_line_are_those_of_plain_intersections(four, line):
    shape = shapely.LineString(line)
    wanted = {area: part for area, part in plainly(four, shape).items() if part >= overlay.SLIVER_FRACTION}
    found = shared(four, shape)
    assert sum(found.values()) == pytest.approx(1, abs=1e-9)
    assert all(found[area] == pytest.approx(part, abs=0.04) for area, part in wanted.items())
    if len(found) == len(plainly(four, shape)):  # no sliver was left out: equal to the last digits
        assert found == pytest.approx(plainly(four, shape), abs=1e-6)


@pytest.mark.parametrize("vertices", [12, 400, 3_000, 60_000])
def test_a_shape_of_many_vertices_is_cut_up_and_has_the_same_parts(four, vertices):
    shape = wiggle(vertices)
    assert shared(four, shape) == pytest.approx(plainly(four, shape), abs=1e-6)


def test_what_lies_wholly_in_one_area_has_one_part_and_what_lies_in_none_has_none(four):
    shapes = np.array([
        shapely.box(27.2, -30.8, 27.3, -30.7), shapely.box(10, 10, 11, 11), None, shapely.Polygon(),
        shapely.box(27.98, -30.8, 27.999, -30.79), shapely.MultiPoint([(27.5, -30.5), (28.5, -30.5), (28.6, -30.5)]),
    ])  # fmt: skip
    found = four.shares(shapes)
    assert set(found.feature.tolist()) == {0, 4, 5}
    assert found.inside.tolist() == pytest.approx([1, 0, 0, 0, 1, 1])
    assert found.fraction[found.feature == 5].tolist() == pytest.approx([1 / 3, 2 / 3])


def test_it_says_how_much_lies_in_no_area(four):
    line = shapely.LineString([(26, -30.5), (28, -30.5)])
    found = four.shares(np.array([shapely.box(26.5, -30.5, 27.5, -30.4), line]))
    assert found.inside.tolist() == pytest.approx([0.5, 0.5], abs=0.01)


def test_slivers_are_left_out_and_small_shapes_are_not_slivers(four):
    grazing = shapely.LineString([(27.2, -30.5), (27.2, -29.99995)])  # 6 metres beyond the border
    assert len(shared(four, grazing)) == 1
    small = shapely.box(27.2, -30.0002, 27.2004, -29.9998)  # 40 metres, half on either side
    assert shared(four, small) == pytest.approx({0: 0.5, 1: 0.5}, abs=0.01)


def test_a_point_of_each_shape_lies_in_it():
    shapes = np.array([wiggle(50), shapely.LineString([(1, 1), (2, 3)]), None, shapely.Point(4, 5)])
    found = overlay.inner_points(shapes)
    assert shapely.covers(shapes[[0, 1, 3]], shapely.points(found[[0, 1, 3]])).all() and np.isnan(found[2]).all()
