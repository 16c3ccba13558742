"""When an ask can be routed: the legal windows of an institution's budget cycle.

`amended`, the days that a later source says otherwise, is read anew where it is not given.
A window is open from its first to its last day, both included. A date that nobody verified binds as well: the page says
how sure it is, and a treasury amends it with its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from oneplan.budgets.amendments import amendments_now
from oneplan.budgets.cycle import Amendments, occurrences, with_amendments
from oneplan.budgets.cycle_words import written
from oneplan.frameworks.definitions import Standing
from oneplan.institutions.models import Institution
from oneplan.periods.years import FinancialYear
from oneplan.reprioritisation.choices import Instrument
from oneplan.reprioritisation.instruments import InstrumentTerms, instruments, instruments_for


@dataclass(frozen=True)
class LegalWindow:
    """One time in which an ask for a budget year can be routed, and by which rule."""

    key: str
    instrument: Instrument
    title: str
    opens_on: date
    closes_on: date
    year: FinancialYear  # in whose budget the money would stand
    rule: str
    reference: str
    standing: Standing  # of the dates
    source: str
    amendment: str = ""  # reference of what amended the dates

    def is_open(self, day: date) -> bool:
        """Whether it is open on a day, its first and last included."""
        return self.opens_on <= day <= self.closes_on

    def days_left(self, day: date) -> int:
        """Days to the last one; negative once it is past."""
        return (self.closes_on - day).days

    @property
    def is_verified(self) -> bool:
        return self.standing is Standing.SOURCE


def windows_of(
    instrument: Instrument, institution: Institution, year: FinancialYear, amended: Amendments | None = None
) -> list[LegalWindow]:  # fmt: skip
    """The windows in which an ask for that budget year can be routed, by day; none where the instrument is not theirs.

    Nor any for a year on the other basis, or for one that is over when the window opens.
    """
    terms = instruments()[instrument]
    if not terms.is_of(institution) or terms.duty.basis is not year.basis:
        return []
    told = amendments_now() if amended is None else amended
    found = [window for offset in terms.years for window in _windows(terms, year, offset, told)]
    return sorted((each for each in found if each.opens_on <= year.ends_on), key=lambda each: each.opens_on)


def _windows(
    terms: InstrumentTerms, year: FinancialYear, offset: int, amended: Amendments
) -> list[LegalWindow]:  # fmt: skip
    about = year.next(-offset)
    return [
        LegalWindow(
            f"{each.key}+{offset}", terms.code, str(terms.code.label), each.opens_on,
            min(each.due_on, year.ends_on), year, terms.rule, terms.reference, each.standing, each.source,
            each.amendment,
        )
        for each in with_amendments(occurrences(terms.duty, about), amended)
    ]  # fmt: skip


def open_window(
    instrument: Instrument, institution: Institution, year: FinancialYear, day: date,
    amended: Amendments | None = None,
) -> LegalWindow | None:  # fmt: skip
    """The window that is open on a day, the one that closes first; None where none is."""
    found = [each for each in windows_of(instrument, institution, year, amended) if each.is_open(day)]
    return min(found, key=lambda each: each.closes_on, default=None)


def next_window(
    instrument: Instrument, institution: Institution, year: FinancialYear, day: date,
    amended: Amendments | None = None,
) -> LegalWindow | None:  # fmt: skip
    """The first window for that year that opens after a day; None where there is none left."""
    return next((each for each in windows_of(instrument, institution, year, amended) if each.opens_on > day), None)


def windows_for(institution: Institution, day: date) -> list[LegalWindow]:
    """For each instrument of an institution and each budget year that can still be asked for: the window open on a day,
    else the next one. By last day.
    """
    found: list[LegalWindow] = []
    amended = amendments_now()
    for terms in instruments_for(institution):
        this = FinancialYear.containing(day, terms.duty.basis)
        for ahead in range(4):
            year = this.next(ahead)
            asked = (terms.code, institution, year, day, amended)
            window = open_window(*asked) or next_window(*asked)
            if window is not None:
                found.append(window)
    return sorted(found, key=lambda each: (not each.is_open(day), each.closes_on, each.year))


def why_closed(instrument: Instrument, institution: Institution, year: FinancialYear, day: date) -> str:
    """Why an ask cannot be routed on a day: rule, reference, when it was or will be open, and what can be done."""
    terms = instruments()[instrument]
    told = {
        "instrument": instrument.label, "institution": institution.name, "year": year.long,
        "reference": terms.reference,
    }  # fmt: skip
    if not terms.is_of(institution) or terms.duty.basis is not year.basis:
        return _("“%(instrument)s” is no way to the budget of %(institution)s for %(year)s (%(reference)s). "
                 "Choose another instrument.") % told  # fmt: skip
    every = windows_of(instrument, institution, year)
    later = next((each for each in every if each.opens_on > day), None)
    past = max((each for each in every if each.closes_on < day), key=lambda each: each.closes_on, default=None)
    sentences = [
        _("“%(instrument)s” of %(institution)s for %(year)s is not open today (%(reference)s).") % told,
        _("It closed on %(day)s.") % {"day": written(past.closes_on)} if past else "",
        _("It opens on %(first)s and closes on %(last)s.")
        % {"first": written(later.opens_on), "last": written(later.closes_on)}
        if later
        else _("No later window serves this year: ask for a later one, or by another instrument."),
    ]  # fmt: skip
    if any(not each.is_verified for each in (past, later) if each):
        sentences.append(
            _("Nobody has verified these days; the treasury can amend the calendar with its circular as the source.")
        )
    return " ".join(filter(None, sentences))
