"""Financial years and the clock."""

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear

pytestmark = pytest.mark.engine_free


@given(st.dates(date(1995, 1, 1), date(2099, 1, 1)), st.sampled_from(Basis))
def test_every_day_lies_in_exactly_one_year_of_a_basis(day, basis):
    year = FinancialYear.containing(day, basis)
    assert year.starts_on <= day <= year.ends_on
    assert year.ends_on + timedelta(days=1) == year.next().starts_on


@given(st.integers(1994, 2099), st.sampled_from(Basis))
def test_a_label_reads_back(start, basis):
    year = FinancialYear(start, basis)
    assert FinancialYear.parse(year.label, basis) == year


@pytest.mark.parametrize("text", ["2026", "2026/28", "26/27", "2026/2028", "21019/20", "next year"])
def test_it_refuses_what_is_not_one_year(text):
    with pytest.raises(ValueError, match="financial year"):
        FinancialYear.parse(text, Basis.PFMA)


def test_it_refuses_a_year_without_basis():
    with pytest.raises(ValueError, match="no basis"):
        FinancialYear.parse("2026/27", None)


def test_today_is_johannesburgs():
    with time_machine.travel("2026-03-31T22:30:00Z", tick=False):
        assert clock.today() == date(2026, 4, 1)


@given(st.dates(date(1995, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_months_go_forth_and_back_within_a_month_end(day, months):
    there = clock.add_months(day, months)
    back = clock.add_months(there, -months)
    assert timedelta(0) <= day - back <= timedelta(days=3)
