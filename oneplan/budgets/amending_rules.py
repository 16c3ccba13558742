"""What must hold before a day of the budget cycle is amended: each refusal is a sentence."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from oneplan.budgets.cycle import duty as known_duty
from oneplan.budgets.cycle import occurrences
from oneplan.budgets.models import CalendarAmendment
from oneplan.periods.clock import add_months
from oneplan.periods.years import FinancialYear
from oneplan.platform.errors import RuleBroken

LEAST_SIGNS = 10
_MONTHS_OFF = 6  # an amended day lies near the one that it replaces: farther off it is a slip of the pen


def check_can_amend_calendar(
    duty: str, year: int, number: int, opens_on: date, due_on: date, source: str, reason: str
) -> None:
    """Whether a duty of a year may have these days. Raises RuleBroken."""
    try:
        told = known_duty(duty)
    except KeyError:
        raise RuleBroken(
            _("The calendar has no duty “%(duty)s”. Choose one of its codes.") % {"duty": duty[:60]}
        ) from None
    if not 1994 <= year <= 2090:
        raise RuleBroken(_("%(year)s is no financial year of the calendar.") % {"year": year})
    found = [each for each in occurrences(told, FinancialYear(year, told.basis)) if each.number == number]
    if not found:
        raise RuleBroken(
            _("“%(duty)s” does not fall due in that year. Choose another year, or the number of its month or quarter.")
            % {"duty": told.title}
        )
    if due_on < opens_on:
        raise RuleBroken(_("It would close before it opens. Let the last day be the first one or a later one."))
    near = add_months(found[0].opens_on, -_MONTHS_OFF), add_months(found[0].due_on, _MONTHS_OFF)
    if not (near[0] <= opens_on and due_on <= near[1]):
        raise RuleBroken(
            _("“%(duty)s” of %(year)s falls around %(day)s; these days are more than six months off. "
              "Look at the year and at the days again.")
            % {"duty": told.title, "year": found[0].year.long, "day": found[0].due_on.isoformat()}
        )  # fmt: skip
    for words, what in ((source, _("the source that says these days")), (reason, _("the reason"))):
        if len(words.strip()) < LEAST_SIGNS:
            raise RuleBroken(_("Give %(what)s in at least %(n)s signs.") % {"what": what, "n": LEAST_SIGNS})


def check_can_withdraw_amendment(row: CalendarAmendment, reason: str) -> None:
    """Whether an amendment stands, and the reason says something. Raises RuleBroken."""
    if row.withdrawn_at:
        raise RuleBroken(_("This amendment was withdrawn already."))
    if len(reason.strip()) < LEAST_SIGNS:
        raise RuleBroken(_("Give the reason in at least %(n)s signs.") % {"n": LEAST_SIGNS})
