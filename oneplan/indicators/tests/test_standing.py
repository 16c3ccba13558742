"""Level beside improvement, among peers and not in a league."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.indicators.comparing.standing import Course, band_of, blocks_of, scorecard
from oneplan.indicators.comparing.values import Column, Direction, Kind, Place
from oneplan.indicators.tests.figures import CENSUS_2011, CODES, PEERS, SPACES, column, measured, standing

HERE = "DC20"


def others(*values: float):
    return [standing(value, f"DC{at}") for at, value in enumerate(values)]


@pytest.mark.parametrize(
    ("value", "lower_is_better", "higher_is_better"), [(0, 5, 1), (2.5, 4, 2), (4.5, 3, 3), (6.5, 2, 4), (9.5, 1, 5)]
)
def test_the_level_is_the_fifth_among_itself_and_its_peers(value, lower_is_better, higher_is_better):
    peers = others(1, 2, 3, 4, 5, 6, 7, 8, 9)
    assert band_of(measured(), standing(value), peers) == lower_is_better
    assert band_of(measured(direction=Direction.HIGHER), standing(value), peers) == higher_is_better
    assert band_of(measured(direction=Direction.NEITHER), standing(value), peers) == higher_is_better


def test_a_place_like_all_its_peers_is_in_the_middle():
    assert band_of(measured(), standing(5.04), others(*[5.01] * 9)) == 3


def test_with_too_few_peers_or_of_a_count_there_is_no_level():
    assert band_of(measured(), standing(5), others(1, 2, 3, 4)) is None
    assert band_of(measured(kind=Kind.COUNT), standing(5), others(1, 2, 3, 4, 5)) is None
    assert band_of(measured(), standing(None), others(1, 2, 3, 4, 5)) is None


@given(st.lists(st.integers(0, 50), min_size=6, max_size=30))
def test_turning_the_direction_turns_the_fifths(values):
    first, *rest = (standing(value) for value in values)
    up, down = measured(direction=Direction.HIGHER), measured(direction=Direction.LOWER)
    one, other = band_of(up, first, rest), band_of(down, first, rest)
    assert one is not None and other is not None and abs(one + other - 6) <= 1


@pytest.mark.parametrize(
    ("direction", "after", "course"),
    [
        (Direction.LOWER, 10.0, Course.IMPROVED),
        (Direction.LOWER, 30.0, Course.WORSENED),
        (Direction.HIGHER, 30.0, Course.IMPROVED),
        (Direction.NEITHER, 30.0, Course.ROSE),
        (Direction.NEITHER, 10.0, Course.FELL),
        (Direction.LOWER, 20.04, Course.NOT_CLEAR),
    ],
)
def test_improvement_goes_by_the_direction(direction, after, course):
    what = column(measured(direction=direction), {HERE: after}, {HERE: 20.0})
    cell = scorecard([what], PEERS)[HERE, "no-toilet"]
    assert cell.course == course
    assert cell.change == pytest.approx((after - 20) / 10.32, abs=0.01)


def test_a_change_within_the_error_is_not_clear():
    what = column(measured(), {HERE: 22.0}, {HERE: 20.0}, margin=2.0)
    assert scorecard([what], PEERS)[HERE, "no-toilet"].course == Course.NOT_CLEAR


def test_across_a_break_there_is_a_level_but_no_improvement():
    now = [standing(float(at), code) for at, code in enumerate(CODES)]
    broken = Column(measured(), (standing(20.0, HERE, period=CENSUS_2011, question="old"), *now))
    cell = scorecard([broken], PEERS)[HERE, "no-toilet"]
    assert (cell.course, cell.change, cell.earlier, cell.peers) == (Course.NOT_COMPARABLE, None, None, 10)
    assert cell.band == 3


def test_what_is_unknown_is_a_cell_that_says_so():
    cards = scorecard([column(measured(), {HERE: 5.0})], PEERS)
    empty = cards["DC1", "no-toilet"]
    assert (empty.standing, empty.band, empty.course) == (None, None, Course.UNKNOWN)
    assert cards[HERE, "no-toilet"].course == Course.UNKNOWN
    assert len(cards) == len(SPACES)


def test_counts_show_growth_in_per_cent_and_no_level():
    people = measured("people", Kind.COUNT, direction=Direction.NEITHER)
    cell = scorecard([column(people, dict.fromkeys(CODES, 110.0), dict.fromkeys(CODES, 100.0))], PEERS)[HERE, "people"]
    assert (cell.band, cell.course) == (None, Course.ROSE)
    assert cell.change == pytest.approx(0.924, abs=0.001)


def test_rows_are_blocks_of_like_size_by_name_and_not_by_figure():
    blocks = blocks_of(SPACES)
    assert [(block.category, len(block.places)) for block in blocks] == [("A", 8), *[("C", 11)] * 4]
    for block in blocks:
        assert [place.name for place in block.places] == sorted(place.name for place in block.places)
    for larger, smaller in pairwise(blocks[1:]):
        assert (larger.smallest or 0) > (smaller.largest or 0)


def test_classes_and_unknown_populations_are_blocks_of_their_own():
    places = [Place("L1", "One", "B", 5, "B1"), Place("L2", "Two", "B", 9, "B4"), Place("L3", "Three", "B", None, "B4")]
    blocks = blocks_of(places)
    assert [[place.code for place in block.places] for block in blocks] == [["L1"], ["L2"], ["L3"]]
    assert (blocks[2].smallest, blocks[2].largest) == (None, None)


@given(st.permutations(SPACES))
def test_the_order_in_which_places_come_does_not_matter(places):
    assert blocks_of(places) == blocks_of(SPACES)


def test_peers_on_other_boundaries_are_not_a_measure():
    mixed = Column(measured(), tuple(
        replace(standing(float(at), code), boundary="2016" if code in PEERS[HERE].codes[:4] else "2011")
        for at, code in enumerate(CODES)
    ))  # fmt: skip
    cell = scorecard([mixed], PEERS)[HERE, "no-toilet"]
    assert (cell.peers, cell.band is None) == (6, False)
