"""Constant prices: one base year, months of two calendar years, nothing guessed, and each rate with its document."""

from datetime import date
from decimal import Decimal

import pytest

from oneplan.budgets.deflators import Deflator, Rate, deflator, deflators


def rate(year, change, compared_with="its release"):
    return Rate(year, change, "A release", "A table", compared_with)


def at(base, *rates):
    return Deflator("t", "Test", "A test", date(2024, 1, 1), base, rates)


TWO = at(2023, rate(2022, "10"), rate(2023, "20"))


@pytest.mark.parametrize(("year", "month", "expected"), [(2022, 7, "109.09"), (2022, 4, "114.29"), (2022, 1, "120.00")])
def test_a_financial_year_takes_the_prices_of_its_months(year, month, expected):
    assert TWO.constant(Decimal(100), year, month) == Decimal(expected)


def test_a_year_that_the_index_does_not_reach_is_unknown():
    assert TWO.constant(Decimal(100), 2023, 7) is None
    assert TWO.constant(Decimal(100), 2010, 7) is None


def test_prices_before_a_rate_that_was_compared_with_nothing_are_doubtful():
    assert at(2023, rate(2021, "1", None), rate(2022, "10"), rate(2023, "20")).verified_from == 2021
    assert TWO.verified_from == 2021  # the year before its first rate


@pytest.mark.parametrize("each", deflators(), ids=lambda each: each.code)
def test_every_index_names_its_day_document_and_table(each):
    assert "P0141" in each.reference
    assert [rate.year for rate in each.rates] == list(range(2012, each.base_year + 1))
    assert all(rate.document.startswith("P0141, December") and rate.table for rate in each.rates)
    assert each.unverified == []


def test_the_newest_index_is_meant_unless_another_is_chosen():
    assert (deflator().code, deflator().base_year) == ("cpi-2025", 2025)
    assert (deflator("cpi-2024").base_year, deflator("nothing").base_year) == (2024, 2025)
    assert deflator().constant(Decimal(100), 2024, 1) == Decimal("103.20")
