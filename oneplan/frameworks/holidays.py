"""Public holidays, and the days on which offices work. From `public_holidays.yaml`, loaded once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from dateutil.easter import easter

from oneplan.frameworks.definitions import Standing
from oneplan.frameworks.loading import load
from oneplan.periods.working_days import on_or_after_sunday
from oneplan.periods.working_days import working_days_after as _working_days_after

_FILE = Path(__file__).parent / "public_holidays.yaml"


@dataclass(frozen=True, slots=True)
class EachYear:
    """A holiday on the same day of every year."""

    name: str
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class ByEaster:
    """A holiday so many days from Easter Sunday."""

    name: str
    days: int


@dataclass(frozen=True, slots=True)
class Proclaimed:
    """A day that was made a holiday once."""

    name: str
    day: date


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The file: what the Act lists, and what was proclaimed."""

    reference: str
    valid_from: date
    standing: Standing
    each_year: tuple[EachYear, ...]
    by_easter: tuple[ByEaster, ...]
    proclaimed: tuple[Proclaimed, ...]


@cache
def public_holidays() -> PublicHolidays:
    """The Act and what was proclaimed under it, with its reference."""
    return load(_FILE, PublicHolidays)


@cache
def holidays_of(calendar_year: int) -> frozenset[date]:
    """Every public holiday of a calendar year."""
    known, sunday = public_holidays(), easter(calendar_year)
    days = {sunday + timedelta(days=each.days) for each in known.by_easter}
    days |= {each.day for each in known.proclaimed if each.day.year == calendar_year}
    for each in known.each_year:
        days |= set(on_or_after_sunday(date(calendar_year, each.month, each.day)))
    return frozenset(days)


def is_public_holiday(day: date) -> bool:
    """Whether the day is a public holiday.

    >>> is_public_holiday(date(2026, 8, 10)), is_public_holiday(date(2026, 8, 11))
    (True, False)
    """
    return day in holidays_of(day.year)


def working_days_after(day: date, count: int) -> date:
    """The `count`th working day after a day; weekends and public holidays do not count.

    >>> working_days_after(date(2026, 10, 31), 10)  # local elections on 4 November 2026
    datetime.date(2026, 11, 16)
    """
    return _working_days_after(day, count, is_public_holiday)
