"""Times in words: a year is named by the one in which it begins, and means nothing without its basis."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from oneplan.indicators.choices import Length, YearBasis
from oneplan.periods.clock import add_months

_FIRST_MONTH = {YearBasis.CALENDAR: 1, YearBasis.PFMA: 4, YearBasis.MFMA: 7}


def label(year: int, length: Length, part: int, basis: YearBasis) -> str:
    """A time as a reader knows it.

    >>> label(2011, Length.YEAR, 0, YearBasis.CALENDAR), label(2018, Length.YEAR, 0, YearBasis.MFMA)
    ('2011', '2018/19')
    >>> label(2017, Length.QUARTER, 4, YearBasis.MFMA), label(2024, Length.MONTH, 3, YearBasis.CALENDAR)
    ('2017/18 Q4', '2024-03')
    """
    name = str(year) if basis == YearBasis.CALENDAR else f"{year}/{(year + 1) % 100:02}"
    if length == Length.YEAR:
        return name
    return f"{name} Q{part}" if length == Length.QUARTER else f"{name}-{part:02}"


def long_label(year: int, length: Length, part: int, basis: YearBasis) -> str:
    """A time with the months of its year, where that is not the calendar's."""
    short = label(year, length, part, basis)
    if basis == YearBasis.CALENDAR:
        return short
    months = _("April to March") if basis == YearBasis.PFMA else _("July to June")
    return f"{short} ({months})"


def ends_on(year: int, length: Length, part: int, basis: YearBasis) -> date:
    """The last day of a time: by it times of different bases can be put in order.

    >>> ends_on(2018, Length.YEAR, 0, YearBasis.MFMA), ends_on(2017, Length.QUARTER, 4, YearBasis.MFMA)
    (datetime.date(2019, 6, 30), datetime.date(2018, 6, 30))
    """
    months = {Length.YEAR: 12, Length.QUARTER: 3 * part, Length.MONTH: part}[length]
    return add_months(date(year, _FIRST_MONTH[basis], 1), months) - timedelta(days=1)
