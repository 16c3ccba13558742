"""Counting days as laws do: calendar days, and days on which offices work. Pure."""

from collections.abc import Callable
from datetime import date, timedelta

IsHoliday = Callable[[date], bool]
_SATURDAY, _SUNDAY = 5, 6


def is_working_day(day: date, is_holiday: IsHoliday) -> bool:
    """Whether offices work on a day: not on Saturdays, Sundays and public holidays."""
    return day.weekday() < _SATURDAY and not is_holiday(day)


def working_days_after(day: date, count: int, is_holiday: IsHoliday) -> date:
    """The `count`th working day after a day, which itself does not count.

    >>> working_days_after(date(2026, 10, 31), 10, lambda day: False)
    datetime.date(2026, 11, 13)
    """
    if count < 1:
        raise ValueError(f"{count} is no number of working days to wait.")
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day, is_holiday)
    return day


def on_or_after_sunday(day: date) -> tuple[date, ...]:
    """The day, and where it is a Sunday the Monday after it as well (Public Holidays Act, section 2(1)).

    >>> [each.isoformat() for each in on_or_after_sunday(date(2026, 8, 9))]
    ['2026-08-09', '2026-08-10']
    """
    return (day, day + timedelta(days=1)) if day.weekday() == _SUNDAY else (day,)
