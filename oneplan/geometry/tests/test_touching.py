"""Who lies beside whom: at least in a point, across a hairline gap, never an island."""

import numpy as np
import shapely

from oneplan.geometry.touching import touching


def pairs(areas, **asked):
    left, right = touching(np.array(areas, dtype=object), **asked)
    return set(zip(left.tolist(), right.tolist(), strict=True))


def test_areas_that_share_a_line_or_a_corner_touch_both_ways_round_and_an_island_touches_none():
    areas = [shapely.box(x, y, x + 1, y + 1) for x, y in ((24, -30), (25, -30), (25, -29), (30, -25))]
    assert pairs(areas) == {(0, 1), (1, 0), (1, 2), (2, 1), (0, 2), (2, 0)}


def test_a_gap_between_two_drawings_of_one_border_parts_nobody_and_a_wider_one_does():
    west = shapely.box(24, -30, 25, -29)
    assert pairs([west, shapely.box(25.0005, -30, 26, -29)]) == {(0, 1), (1, 0)}  # about 50 m
    assert pairs([west, shapely.box(25.01, -30, 26, -29)]) == set()  # about a kilometre
