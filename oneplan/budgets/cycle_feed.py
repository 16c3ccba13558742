"""The budget cycle as a calendar file (iCalendar, RFC 5545), for the calendar that an office already uses.

The same thing keeps its UID for ever; a file differs from the one before only where the calendar of the house changed
or a month has passed. Nothing in it takes up time: every entry is transparent.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from oneplan.budgets.cycle import NO_AMENDMENTS, Amended, Amendments, Occurrence, Scope, between, calendar
from oneplan.budgets.cycle_words import standing_words, when
from oneplan.periods.clock import add_months

MONTHS_BACK, MONTHS_AHEAD = 3, 24
_DOMAIN = "budget-cycle.oneplan"


def feed(today: date, scope: Scope, page: str, amended: Amendments = NO_AMENDMENTS) -> bytes:
    """Every occurrence of the scope from three months back to two years ahead. `page` is the address of the cycle."""
    begin = add_months(today.replace(day=1), -MONTHS_BACK)
    return _feed(begin, scope, page, tuple(sorted(amended.items())), get_language())


@lru_cache(maxsize=32)  # a calendar program asks every few hours, and a hundred of them ask for the same
def _feed(
    begin: date, scope: Scope, page: str, amended: tuple[tuple[tuple[str, int, int], Amended], ...],
    _language: str | None,
) -> bytes:  # fmt: skip
    last = add_months(begin, MONTHS_BACK + MONTHS_AHEAD)
    return written(between(begin, last, scope, dict(amended)), page, calendar().as_at)


def written(shown: Iterable[Occurrence], page: str, as_at: date) -> bytes:
    """These occurrences as a calendar file."""
    file, stamp = Calendar(), datetime.combine(as_at, time(), UTC)
    name = _("Budget cycle of South Africa")
    file.add("prodid", "-//OnePlan//Budget cycle//EN")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("name", name)
    file.add("x-wr-calname", name)
    file.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", "P1D")
    for each in shown:
        file.add_component(_event(each, page, stamp))
    return bytes(file.to_ical())


def _event(each: Occurrence, page: str, stamp: datetime) -> Event:
    """One occurrence: whole days, from the first to the day after the last."""
    event = Event()
    event.add("uid", f"{each.key}@{_DOMAIN}")
    event.add("dtstamp", stamp)
    event.add("dtstart", each.opens_on)
    event.add("dtend", each.due_on + timedelta(days=1))
    event.add("summary", summary(each))
    event.add("description", _description(each))
    event.add("categories", _categories(each))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PUBLIC")
    event.add("url", page)
    return event


def summary(each: Occurrence) -> str:
    """What is due, for which year; what is not verified says so first."""
    words = {"title": each.duty.title, "year": each.year.long}
    if each.is_verified:
        return _("%(title)s, %(year)s") % words
    return _("[date not verified] %(title)s, %(year)s") % words


def _description(each: Occurrence) -> str:
    duty = each.duty
    law = ", ".join(part for part in (duty.act, duty.section) if part)
    lines = [
        duty.what, _("Owed by: %(who)s") % {"who": duty.owed_by}, law, when(each), standing_words(each), duty.note,
        _("Source: %(source)s") % {"source": each.source},
    ]  # fmt: skip
    return "\n".join(line for line in lines if line)


def _categories(each: Occurrence) -> list[str]:
    spheres = [str(sphere.label) for sphere in each.duty.spheres]
    return [*spheres, each.duty.basis.value, _("Verified") if each.is_verified else _("Not verified")]
