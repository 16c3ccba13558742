"""Public holidays and working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.frameworks.holidays import holidays_of, is_public_holiday, working_days_after

pytestmark = pytest.mark.engine_free

# As published for these years.
PUBLISHED = {
    2024: "01-01 03-21 03-29 04-01 04-27 05-01 05-29 06-16 06-17 08-09 09-24 12-16 12-25 12-26",
    2027: "01-01 03-21 03-22 03-26 03-29 04-27 05-01 06-16 08-09 09-24 12-16 12-25 12-26 12-27",
}
days = st.dates(date(2004, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize("calendar_year", PUBLISHED)
def test_a_year_has_the_holidays_that_were_published(calendar_year):
    assert sorted(holidays_of(calendar_year)) == [
        date.fromisoformat(f"{calendar_year}-{day}") for day in PUBLISHED[calendar_year].split()
    ]


def test_a_proclaimed_day_is_a_holiday_that_year_only():
    assert is_public_holiday(date(2026, 11, 4))
    assert not is_public_holiday(date(2027, 11, 4))


@given(days, st.integers(1, 40))
def test_between_a_day_and_the_nth_working_day_after_it_lie_n_days_of_work(day, count):
    found = working_days_after(day, count)
    between = [day + timedelta(days=number) for number in range(1, (found - day).days + 1)]
    worked = [each for each in between if each.weekday() < 5 and not is_public_holiday(each)]
    assert len(worked) == count
    assert worked[-1] == found


def test_no_days_to_wait_is_refused():
    with pytest.raises(ValueError, match="0 is no number of working days"):
        working_days_after(date(2026, 11, 22), 0)
