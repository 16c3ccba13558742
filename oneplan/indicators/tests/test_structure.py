"""Dependency, location quotients, shift-share and concentration: worked examples, exact sums, what is refused."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.computed.structure import ShiftShare, concentration, dependency, location_quotients, shift_share


def test_dependency_counts_dependants_for_each_hundred_of_working_age():
    # Waterberg (DC36), Census 2011 in five-year groups: 0 to 14, 15 to 64, 65 and older.
    found = dependency(children=202_941, working_age=436_863, old=39_535)
    assert float(found.young) == pytest.approx(46.45, abs=0.01)
    assert float(found.old) == pytest.approx(9.05, abs=0.01)
    assert float(found.total) == pytest.approx(55.50, abs=0.01)
    with pytest.raises(NotComputable, match="nobody of working age"):
        dependency(children=[1], working_age=[0], old=[1])


def test_location_quotients_compare_shares():
    found = location_quotients([[20, 80], [50, 50]], [100, 300])
    assert found == pytest.approx(np.array([[0.8, 80 / 75], [2.0, 2 / 3]]))
    assert location_quotients([10, 20, 30], [100, 200, 300]) == pytest.approx(np.ones((1, 3)))
    assert np.isnan(location_quotients([1, 0], [5, 0])[0, 1])


@pytest.mark.parametrize(
    ("local", "reference", "sentence"),
    [([1, 2], [1, 0], "the reference lacks"), ([0, 0], [1, 1], "nothing in any sector"), ([1, 2], [1], "one list")],
)
def test_location_quotients_that_mean_nothing_are_refused(local, reference, sentence):
    with pytest.raises(NotComputable, match=sentence):
        location_quotients(local, reference)


def test_a_published_shift_share_example_comes_out():
    # Clarksville (Tennessee) Economic Partnership, "Shift-share explanation": local construction grew by 6 per cent,
    # the industry by 3 and the economy by 2 per cent nationally; the shares are 2, 1 and 3 per cent.
    found = shift_share(start=[100, 0], end=[106, 0], reference_start=[1000, 9000], reference_end=[1030, 9170])
    assert found[0] == ShiftShare(Fraction(6), Fraction(2), Fraction(1), Fraction(3))


AMOUNT = st.integers(1, 10**6) | st.decimals("0.01", "99999", places=2)


@settings(deadline=None)
@given(st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT), min_size=1, max_size=10))
def test_the_three_parts_are_exactly_the_change(sectors):
    start, end, reference_start, reference_end = (list(column) for column in zip(*sectors, strict=True))
    found = shift_share(start=start, end=end, reference_start=reference_start, reference_end=reference_end)
    whole = sum(found[1:], found[0])
    assert all(each.reference + each.mix + each.local == each.change for each in (*found, whole))
    assert whole.change == sum(map(Fraction, end)) - sum(map(Fraction, start))
    itself = shift_share(start=start, end=end, reference_start=start, reference_end=end)
    assert all(each.local == 0 for each in itself)
    assert sum(each.mix for each in itself) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"end": [1]}, "same sectors"),
        ({"end": [1.5, 2]}, "no floating"),
        ({"end": [-1, 2]}, "not below zero"),
        ({"reference_start": [0, 5]}, "Join sectors"),
    ],
)
def test_a_shift_share_that_cannot_be_exact_is_refused(change, sentence):
    lists = {"start": [1, 2], "end": [2, 2], "reference_start": [Decimal(5), 5], "reference_end": [6, 6]}
    with pytest.raises(NotComputable, match=sentence):
        shift_share(**{**lists, **change})


def test_concentration_has_its_known_values():
    found = concentration([[25, 25, 25, 25], [100, 0, 0, 0], [40, 30, 20, 10]])
    assert found.herfindahl == pytest.approx([0.25, 1, 0.30])
    assert found.normalised == pytest.approx([0, 1, 0.2 / 3])
    with pytest.raises(NotComputable, match="at least two amounts"):
        concentration([5])
    with pytest.raises(NotComputable, match="some above zero"):
        concentration([0, 0])


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=20).filter(lambda each: sum(each) > 1), st.floats(0.01, 100))
def test_concentration_is_bounded_and_blind_to_the_unit(amounts, unit):
    found = concentration(amounts)
    assert 1 / len(amounts) - 1e-12 <= found.herfindahl <= 1 + 1e-12
    assert concentration([each * unit for each in amounts]).herfindahl == pytest.approx(float(found.herfindahl))
