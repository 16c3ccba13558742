"""Constant prices: one base year, months of two calendar years, and nothing guessed."""

from datetime import date
from decimal import Decimal

import pytest

from oneplan.budgets.deflators import Deflator, Rate, deflator

TWO = Deflator("t", "Test", "A test", date(2024, 1, 1), True, 2023, (Rate(2022, 10.0), Rate(2023, 20.0)))


@pytest.mark.parametrize(("year", "month", "expected"), [(2022, 7, "109.09"), (2022, 4, "114.29"), (2022, 1, "120.00")])
def test_a_financial_year_takes_the_prices_of_its_months(year, month, expected):
    assert TWO.constant(Decimal(100), year, month) == Decimal(expected)


def test_a_year_that_the_index_does_not_reach_is_unknown():
    assert TWO.constant(Decimal(100), 2023, 7) is None
    assert TWO.constant(Decimal(100), 2010, 7) is None


def test_the_index_in_use_says_that_it_was_not_verified():
    assert deflator().base_year == 2024
    assert not deflator().is_verified
    assert "P0141" in deflator().reference
