"""The only place that asks what time it is. Everyone else calls `now()` or `today()`."""

import calendar
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

JOHANNESBURG = ZoneInfo("Africa/Johannesburg")
_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _pretended.get() or datetime.now(UTC)


def today() -> date:
    """Today's date in Johannesburg, whatever the server's own zone."""
    return now().astimezone(JOHANNESBURG).date()


@contextmanager
def pretending(instant: datetime) -> Iterator[None]:
    """Let invented acts happen at an invented time. Only the demonstration may (a test holds it to that)."""
    token = _pretended.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _pretended.reset(token)


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier, if negative), at most the last day of that month.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    >>> add_months(date(2026, 3, 15), -12)
    datetime.date(2025, 3, 15)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
