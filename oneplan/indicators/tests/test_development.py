"""The human development index: the technical notes' worked examples, bounds, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.computed.development import goalposts, human_development


def test_china_in_the_report_of_2010_comes_out():
    # Human Development Report 2010, technical note 1: 73.5 years, 7.5 and 11.4 years of schooling, 7,263 dollars.
    found = human_development(
        life_expectancy=[73.5], mean_schooling=[7.5], expected_schooling=[11.4], income=[7263], report=2010
    )
    assert found.health[0] == pytest.approx(0.847, abs=5e-4)
    assert found.education[0] == pytest.approx(0.589, abs=1e-3)
    assert found.income[0] == pytest.approx(0.584, abs=5e-4)
    assert found.index[0] == pytest.approx(0.663, abs=5e-4)


def test_costa_rica_in_the_report_of_2014_comes_out():
    # Human Development Report 2014, technical note 1: 79.9 years, 8.4 and 13.5 years of schooling, 13,012 dollars.
    found = human_development(
        life_expectancy=[79.9], mean_schooling=[8.4], expected_schooling=[13.5], income=[13012], report=2014
    )
    assert found.health[0] == pytest.approx(0.922, abs=1e-3)
    assert found.education[0] == pytest.approx(0.655, abs=1e-3)
    assert found.income[0] == pytest.approx(0.735, abs=1e-3)
    assert found.index[0] == pytest.approx(0.763, abs=1e-3)


def test_south_africa_in_the_report_of_2023_24_comes_out():
    # Human Development Report 2023/24, table 1: 61.5 years, 11.6 and 14.3 years of schooling, 13,186 dollars: 0.717.
    found = human_development(
        life_expectancy=[61.5], mean_schooling=[11.6], expected_schooling=[14.3], income=[13186], report=2023
    )
    assert found.index[0] == pytest.approx(0.717, abs=1e-3)


def test_goalposts_not_kept_are_refused():
    assert goalposts(2014).reference.startswith("United Nations Development Programme")
    with pytest.raises(NotComputable, match="report of 2012 are not kept"):
        goalposts(2012)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"income": [99.0]}, "income per person cannot be right"),
        ({"life_expectancy": [float("nan")]}, "1 of 1 values of life expectancy are unknown"),
        ({"mean_schooling": [8.0, 9.0]}, "one shape"),
        ({"expected_schooling": [-1]}, "cannot be right"),
    ],
)
def test_values_that_cannot_be_are_refused(change, sentence):
    given_values = {"life_expectancy": [60], "mean_schooling": [8], "expected_schooling": [12], "income": [9000]}
    with pytest.raises(NotComputable, match=sentence):
        human_development(**{**given_values, **change}, report=2014)


PLACES = st.tuples(st.floats(20, 100), st.floats(0, 20), st.floats(0, 25), st.floats(100, 200_000))


@settings(deadline=None)
@given(PLACES, st.integers(0, 3), st.floats(0, 10))
def test_the_index_is_bounded_and_never_falls_when_an_achievement_grows(place, which, more):
    names = ("life_expectancy", "mean_schooling", "expected_schooling", "income")

    def index(values):
        return human_development(**dict(zip(names, values, strict=True)), report=2014).index

    better = [value + more * (which == position) for position, value in enumerate(place)]
    assert 0 <= index(place) <= index(better) + 1e-12 <= 1 + 2e-12
    assert index((85, 15, 18, 75_000)) == pytest.approx(1)
