"""Years that begin in different months, brought to one kind of year by months. Pure: whole cents, whole months.

A figure of a whole year is spread evenly: each of its twelve months has a twelfth. A figure of a month or a quarter
lies in its own months. What falls into a year is the sum up to the year's end less the sum up to its beginning, each
rounded to the cent, half a cent up: so the years of a figure, or of a sum of figures, are together what was there, to
the cent. Months are counted from January of the year 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.dates import MONTHS

from oneplan.budgets.choices import Length

TWELVE = 12
MONTHS_IN = {Length.YEAR: 12, Length.QUARTER: 3, Length.MONTH: 1}


@dataclass(frozen=True)
class Window:
    """The financial year that begins in a month (1–12) of a calendar year."""

    first_month: int
    year: int

    @property
    def start(self) -> int:
        return self.year * TWELVE + self.first_month - 1

    @property
    def label(self) -> str:
        return year_label(self.year, self.first_month)

    @property
    def words(self) -> str:
        """First and last month: "April 2024 to March 2025"."""
        return f"{month_and_year(self.start)} – {month_and_year(self.start + TWELVE - 1)}"


def year_label(year: int, first_month: int = 7) -> str:
    """2024/25; a year that begins in January is 2024 alone.

    >>> year_label(2024), year_label(1999), year_label(2024, 1)
    ('2024/25', '1999/00', '2024')
    """
    return str(year) if first_month == 1 else f"{year}/{(year + 1) % 100:02d}"


def month_name(month: int) -> str:
    """April for 4."""
    return str(MONTHS[month])


def month_and_year(number: int) -> str:
    """April 2024."""
    return f"{month_name(number % TWELVE + 1)} {number // TWELVE}"


def span(first_month: int, year: int, length: Length, period: int) -> tuple[int, int]:
    """The first month of a figure, and how many it is for.

    >>> span(7, 2024, Length.MONTH, 12) == (2025 * 12 + 5, 1)  # the twelfth month of a year from July is June
    True
    """
    months = MONTHS_IN[length]
    return year * TWELVE + first_month - 1 + months * max(0, period - 1), months


def within(window: Window, first_month: int, year: int, length: Length, period: int) -> tuple[int, int, int]:
    """Of a figure's months: how many lie before the end of the window, how many before its beginning, and all.

    >>> within(Window(4, 2024), 7, 2023, Length.YEAR, 0)  # July 2023 to June 2024: three months from April
    (12, 9, 12)
    """
    start, months = span(first_month, year, length, period)
    upto, before = (min(months, max(0, end - start)) for end in (window.start + TWELVE, window.start))
    return upto, before, months


def settled(upto: int, before: int, of: int = TWELVE) -> int:
    """Cents of a year from sums of cents × months `of` so many: each rounded, half a cent up, then their difference."""
    return (2 * upto + of) // (2 * of) - (2 * before + of) // (2 * of)


def part_of(amount: Decimal, window: Window, first_month: int, year: int, length: Length, period: int) -> Decimal:
    """The rand of one figure that falls into a window."""
    upto, before, of = within(window, first_month, year, length, period)
    cents = int(amount.scaleb(2))
    return Decimal(settled(cents * upto, cents * before, of)).scaleb(-2)
