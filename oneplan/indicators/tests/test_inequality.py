"""Gini and Theil: textbook examples, invariances, parts that make the whole, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.indicators.computed.bands import bands, gini_of_bands
from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.computed.inequality import gini, gini_grouped, theil, theil_parts

AMOUNTS = st.lists(st.floats(0, 1e6).map(lambda value: round(value, 2)), min_size=1, max_size=30).filter(any)


def test_the_gini_of_textbooks_comes_out():
    assert gini([1, 2, 3, 4]) == pytest.approx(0.25)
    assert gini([0, 0, 0, 1]) == pytest.approx(0.75)
    # The example vector of the R package ineq (Zeileis), whose help states Gini(x) = 0.4620911.
    assert gini([541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]) == pytest.approx(0.4620911, abs=1e-7)
    # A textbook exercise in quintile shares: 8.1, 11.5, 20.0, 22.8 and 37.6 per cent give 0.281.
    assert gini_grouped([1] * 5, [8.1, 11.5, 20.0, 22.8, 37.6]).least == pytest.approx(0.2812)


def test_theil_has_its_known_values():
    assert theil([1, 3]) == pytest.approx(0.75 * math.log(3) - math.log(2))
    assert theil([0, 0, 0, 7]) == pytest.approx(math.log(4))
    assert theil([5, 5, 5]) == 0


def test_theil_parts_of_a_hand_worked_example():
    # Two groups of two: (1, 3) and (6, 6). Shares of the total 1/4 and 3/4; means 2 and 6 around 4.
    found = theil_parts([1, 3, 6, 6], ["a", "a", "b", "b"])
    assert found.between == pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5))
    assert found.within == pytest.approx(0.25 * theil([1, 3]))
    assert found.groups["b"] == (0, 0.75)


def test_weights_are_copies():
    assert gini([1, 5, 9], [2, 1, 3]) == pytest.approx(gini([1, 1, 5, 9, 9, 9]))
    assert theil([1, 5, 9], [2, 1, 3]) == pytest.approx(theil([1, 1, 5, 9, 9, 9]))


@settings(deadline=None)
@given(AMOUNTS, st.floats(0.01, 1000), st.integers(2, 4))
def test_both_are_bounded_and_blind_to_unit_and_size(values, unit, times):
    assert 0 <= gini(values) <= 1 - 1 / len(values) + 1e-9
    assert 0 <= theil(values) <= math.log(len(values)) + 1e-9
    assert gini([value * unit for value in values]) == pytest.approx(gini(values), abs=1e-9)
    assert theil([value * unit for value in values]) == pytest.approx(theil(values), abs=1e-9)
    assert gini(values * times) == pytest.approx(gini(values), abs=1e-9)
    assert theil(values * times) == pytest.approx(theil(values), abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0.1, 20), st.integers(0, 3)), min_size=1, max_size=30))
def test_theil_parts_add_up_to_the_whole(rows):
    values, weights, groups = (list(column) for column in zip(*rows, strict=True))
    if not any(value > 1e-3 for value in values):
        values[0] = 1.0
    found = theil_parts(values, groups, weights)
    assert found.between + found.within == found.total
    assert found.total == pytest.approx(theil(values, weights), abs=1e-9)
    assert sum(share for _own, share in found.groups.values()) == pytest.approx(1)


@settings(deadline=None)
@given(st.lists(st.floats(0, 99.99), min_size=2, max_size=60).filter(lambda each: sum(each) > 1))
def test_grouped_data_bound_what_the_values_give(values):
    edges = np.array([0, 10, 25, 50, 100])
    classes = np.digitize(values, edges[1:-1])
    counts = np.bincount(classes, minlength=4)
    means = np.bincount(classes, weights=values, minlength=4) / np.maximum(counts, 1)
    means = np.clip(means, edges[:-1], edges[1:])  # a mean of equal values may miss its class by a rounding
    found = gini_grouped(counts, means, edges)
    assert found.most is not None
    assert found.least - 1e-9 <= gini(values) <= found.most + 1e-9


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: gini([1, -1]), "cannot be right"),
        (lambda: gini([1, float("nan")]), "1 of 2 values of the values are unknown"),
        (lambda: gini([0, 0]), "nothing is spread"),
        (lambda: gini([]), "at least one value"),
        (lambda: theil([1, 2], [1]), "one weight each"),
        (lambda: theil_parts([1, 2], ["a"]), "group names"),
        (lambda: gini_grouped([1, 1], [5, 15], [0, 10]), "2 classes have 3 limits"),
        (lambda: gini_grouped([1, 1], [15, 5], [0, 10, 20]), "outside its limits"),
    ],
)
def test_what_cannot_be_told_is_refused(ask, sentence):
    with pytest.raises(NotComputable, match=sentence):
        ask()


def test_an_open_last_class_is_bounded_by_what_its_mean_allows():
    found = gini_grouped([50, 50], [5, 40], [0, 10, np.inf])
    assert found.most is not None
    assert found.least < found.most < 1


def test_bands_of_income_stand_for_what_the_census_let_them_stand_for():
    told = bands(["R 9601 or more", "No income", "R 1 - R 4800", "R 4801 - R 9600"])
    assert told.labels == ("No income", "R 1 - R 4800", "R 4801 - R 9600", "R 9601 or more")
    assert told.means.tolist() == [0, 3200, pytest.approx(6788.93, abs=0.01), 19202]


def test_a_coefficient_from_bands_lies_two_thirds_up_between_its_bounds():
    told = bands(["No income", "R 1 - R 4800", "R 4801 or more"])
    found = gini_of_bands([10, 50, 40], told)
    least, most = found.bounds.least, found.bounds.most
    assert most is not None and least < found.value < most
    assert found.value == pytest.approx(least / 3 + 2 * most / 3)
    assert least == pytest.approx(gini([0, 3200, 9602], [10, 50, 40]))


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        (["No income", "R 1 - R 400", "R 501 or more"], "leave a gap or overlap"),
        (["No income", "R 1 - R 400", "R 401 - R 800"], "to one without an upper limit"),
        (["No income", "Some", "R 401 or more"], "is no band of income"),
    ],
)
def test_bands_that_leave_a_gap_or_have_no_end_are_refused(labels, why):
    with pytest.raises(NotComputable, match=why):
        bands(labels)
