"""Flows and points drawn on the server: to scale, nothing lost, what cannot be drawn is told."""

from decimal import Decimal
from itertools import pairwise

from oneplan.platform.web.flows import LABEL, flows
from oneplan.platform.web.scatter import Point, scatter

ROWS = [
    (("s local", "f water", "e DC15"), Decimal(60)), (("s local", "f roads", "e DC15"), Decimal(20)),
    (("s national", "f water", "e ETH"), Decimal(20)),
]  # fmt: skip


def test_each_column_carries_all_rand():
    drawn = flows(ROWS, {"f water": "Water"}, {"s local": "seq-2"})
    for column in range(3):
        assert sum(node.value for node in drawn.nodes if node.column == column) == 100
    assert next(node for node in drawn.nodes if node.name == "f water").label == "Water"


def test_widths_are_to_scale_and_keep_the_shade_of_where_they_come_from():
    drawn = flows(ROWS, {}, {"s local": "seq-2", "s national": "seq-5"})
    tall = {node.name: node.height for node in drawn.nodes}
    assert round(tall["f water"] / tall["f roads"], 1) == 4.0
    assert {band.css_class for band in drawn.bands if band.words.endswith("e ETH")} == {"seq-5"}


def test_labels_do_not_stand_on_one_another():
    many = [((f"s {at}", "f one"), Decimal(1)) for at in range(40)]
    places = sorted(node.label_y for node in flows(many, {}, {}).nodes if node.column == 0)
    assert min(after - before for before, after in pairwise(places)) >= LABEL


def test_what_is_below_zero_is_told_and_not_drawn():
    drawn = flows([*ROWS, (("s local", "f water", "e DC15"), Decimal(-5))], {}, {})
    assert drawn.left_out == 1
    assert sum(node.value for node in drawn.nodes if node.column == 0) == 100
    assert flows([], {}, {}).nodes == []


def test_points_stand_on_a_field_from_zero_and_here_is_drawn_last():
    points = [
        Point("DC15", "OR Tambo", 19.0, 23_000, "seq-2", True, True),
        Point("ETH", "eThekwini", 2.0, 5_000, "seq-4", False, False),
    ]  # fmt: skip
    drawn = scatter(points)
    assert [point.code for point in drawn.points] == ["ETH", "DC15"]
    assert drawn.up[0] == (drawn.floor, 0)
    assert drawn.up[-1][1] >= 23_000
    assert drawn.points[1].y < drawn.points[0].y < drawn.floor
    assert scatter([]).points == []
