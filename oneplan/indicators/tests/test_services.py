"""The service-delivery index and the cost of backlogs: a worked example, exactness, and what is refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.computed.services import backlog_cents, backlog_cost, composition, service_delivery

BASIC = composition("basic-services", date(2026, 1, 1))
# The Census 2022 sample's two spaces, Buffalo City and Sarah Baartman: shares of households.
SHARES = {
    "piped_water": [0.9354, 0.9606],
    "sanitation": [0.8997, 0.9153],
    "electricity": [0.9461, 0.9560],
    "refuse": [0.6696, 0.9009],
    "dwelling": [0.8520, 0.9073],
}


def test_the_index_is_the_mean_of_its_stated_parts_and_says_that_it_is_our_own():
    found = service_delivery(SHARES, BASIC)
    assert found.index == pytest.approx([0.86056, 0.92802])
    assert found.points["refuse"] == pytest.approx([0.13392, 0.18018])
    assert not found.composition.official
    assert "own composite" in found.composition.reference


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_the_index_lies_among_its_parts_and_its_points_add_up(shares):
    found = service_delivery(dict(zip(SHARES, shares, strict=True)), BASIC)
    assert min(shares) - 1e-12 <= float(found.index) <= max(shares) + 1e-12
    assert float(sum(found.points.values())) == pytest.approx(float(found.index))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"refuse": None}, "needs refuse removed once a week as well"),
        ({"refuse": [0.5, np.nan]}, "Refuse removed once a week are unknown"),
        ({"refuse": [66.96, 90.09]}, "between 0 and 1"),
        ({"refuse": [0.5]}, "one shape"),
    ],
)
def test_an_index_of_fewer_or_wrong_parts_is_refused(change, sentence):
    shares = {code: values for code, values in {**SHARES, **change}.items() if values is not None}
    with pytest.raises(NotComputable, match=sentence):
        service_delivery(shares, BASIC)


def test_a_composition_must_weigh_one_and_be_in_force():
    with pytest.raises(NotComputable, match="add up to 4/5"):
        replace(BASIC, parts=BASIC.parts[1:])
    with pytest.raises(NotComputable, match="in force on 01 January 2020"):
        composition("basic-services", date(2020, 1, 1))


@settings(deadline=None)
@given(st.integers(0, 10**7), st.decimals("0", "999999", places=2))
def test_backlogs_are_exact_to_the_cent_one_by_one_and_together(households, unit_cost):
    amount = backlog_cost(households, unit_cost)
    assert amount == households * unit_cost
    assert int(backlog_cents(np.array([households]), unit_cost)[0]) == int(amount * 100)


@pytest.mark.parametrize(
    ("households", "unit_cost", "sentence"),
    [
        (1.5, Decimal(100), "whole number of households"),
        (-1, Decimal(100), "whole number of households"),
        (10, 99.99, "not a floating number"),
        (10, Decimal("0.005"), "whole cents"),
        (10, Decimal(-5), "zero or more"),
        (10, Decimal("NaN"), "whole cents"),
    ],
)
def test_amounts_and_counts_that_are_not_exact_are_refused(households, unit_cost, sentence):
    with pytest.raises(NotComputable, match=sentence):
        backlog_cost(households, unit_cost)


def test_places_together_are_refused_alike():
    with pytest.raises(NotComputable, match="Round estimates first"):
        backlog_cents([1.5, 2.0], Decimal(1))
    with pytest.raises(NotComputable, match="unit of the unit cost"):
        backlog_cents([10**12], Decimal(10**9))
