"""The budget cycle in words: whose year, when, how many days; and the line that every page carries."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from oneplan.budgets.cycle import MILESTONES, Occurrence, Precision, coming, open_on
from oneplan.frameworks.definitions import Standing
from oneplan.periods.years import Basis

# Longer windows are no place in the cycle: a page says what happens now, not what may happen for half a year.
_LONGEST_ON_EVERY_PAGE = 62  # days


def written(day: date) -> str:
    """A day in words, kept together on its line."""
    return date_format(day, "j F Y").replace(" ", "\N{NO-BREAK SPACE}")


def basis_name(basis: Basis) -> str:
    """Whose year it is."""
    if basis is Basis.PFMA:
        return pgettext("budget cycle", "National and provincial")
    return pgettext("budget cycle", "Municipal")


def when(each: Occurrence) -> str:
    """When something happens, as exactly as its source says."""
    if each.precision is Precision.MONTH:
        return date_format(each.due_on, "F Y").replace(" ", "\N{NO-BREAK SPACE}")
    if each.precision is Precision.ABOUT:
        return _("about %(day)s") % {"day": written(each.due_on)}
    if each.is_window:
        return _("%(first)s to %(last)s") % {"first": written(each.opens_on), "last": written(each.due_on)}
    return written(each.due_on)


def countdown(each: Occurrence, day: date) -> str:
    """How long it is from a day."""
    left = each.days_left(day)
    if left < 0:
        return ngettext("%(n)s day ago", "%(n)s days ago", -left) % {"n": -left}
    if each.is_window and day < each.opens_on:
        left = (each.opens_on - day).days
        return ngettext("opens tomorrow", "opens in %(n)s days", left) % {"n": left}
    if each.is_window:
        return (
            ngettext("closes in %(n)s day", "closes in %(n)s days", left) % {"n": left} if left else _("closes today")
        )
    return ngettext("tomorrow", "in %(n)s days", left) % {"n": left} if left else _("today")


def standing_words(each: Occurrence) -> str:
    """How sure the date is, in a sentence."""
    if each.standing is Standing.SOURCE:
        return _("Date from a source that was read.")
    if each.standing is Standing.READING:
        return _("Date derived by OnePlan; no document says so.")
    return _("Date from general knowledge, not verified: ask your treasury.")


@dataclass(frozen=True)
class Place:
    """Where a cycle is on a day: what is open, or else what comes next."""

    whose: str
    title: str
    when: str
    countdown: str
    is_verified: bool
    others: int  # open as well, or due on the same day


def places(day: date) -> tuple[Place, ...]:
    """Where both cycles are on a day. Asked by every page, so it is worked out once a day and language."""
    return _places(day, get_language())


@lru_cache(maxsize=8)
def _places(day: date, _language: str | None) -> tuple[Place, ...]:
    return tuple(place for basis in Basis if (place := _place(basis, day)))


def _place(basis: Basis, day: date) -> Place | None:
    now = [each for each in open_on(day, MILESTONES) if _is_short(each, basis)]
    if not now:
        ahead = [each for each in coming(day, 12, MILESTONES) if _is_short(each, basis)]
        now = [each for each in ahead if each.due_on == ahead[0].due_on]
    if not now:
        return None
    first = now[0]
    return Place(
        basis_name(basis), first.duty.title, when(first), countdown(first, day), first.is_verified, len(now) - 1
    )


def _is_short(each: Occurrence, basis: Basis) -> bool:
    return each.duty.basis is basis and (each.due_on - each.opens_on).days < _LONGEST_ON_EVERY_PAGE
