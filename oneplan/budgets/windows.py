"""Whether an act falls into its time of the budget cycle. Nothing here refuses: what comes back is for people to read.

A date that no source verifies warns and never blocks. Whoever wants to block asks `Warned.may_block` first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from oneplan.budgets.cycle import (
    NO_AMENDMENTS,
    Act,
    Amendments,
    Influence,
    Occurrence,
    calendar,
    day_of,
    occurrences,
    with_amendments,
)  # fmt: skip
from oneplan.budgets.cycle_words import written
from oneplan.frameworks.definitions import Standing
from oneplan.institutions.choices import InstitutionKind, Sphere
from oneplan.institutions.models import Institution
from oneplan.periods.years import FinancialYear


@dataclass(frozen=True)
class Warned:
    """A sentence for who is about to act, and how sure the date behind it is."""

    sentence: str
    standing: Standing
    source: str

    @property
    def is_verified(self) -> bool:
        return self.standing is Standing.SOURCE

    @property
    def may_block(self) -> bool:
        """Only a verified date may ever stand in the way of an act."""
        return self.is_verified


@dataclass(frozen=True)
class Reach:
    """By when a commitment must be agreed to be in the budget of one year."""

    influence: Influence
    year: FinancialYear
    agree_by: date
    last_by: date

    def is_closed(self, day: date) -> bool:
        return day > self.last_by

    def is_late(self, day: date) -> bool:
        return self.agree_by < day <= self.last_by


def reach_of(influence: Influence, year: FinancialYear) -> Reach:
    """The influence window of the budget of a year."""
    return Reach(influence, year, day_of(influence.agree_by, year), day_of(influence.last_by, year))


def next_reach(influence: Influence, day: date) -> Reach:
    """The window of the first budget that a commitment agreed on a day can still shape."""
    year = FinancialYear.containing(day, influence.basis)
    while (reach := reach_of(influence, year)).is_closed(day):
        year = year.next()
    return reach


def reaches(day: date, sphere: Sphere | None = None) -> list[Reach]:
    """For each budget, or those of a sphere, the first year that can still be shaped on a day."""
    found = (each for each in calendar().influences if sphere is None or sphere in each.spheres)
    return [next_reach(each, day) for each in found]


def warnings_for(
    act: Act, institution: Institution, day: date, year: FinancialYear | None = None,
    amended: Amendments = NO_AMENDMENTS,
) -> list[Warned]:  # fmt: skip
    """What to tell who does `act` for an institution on a day; nothing where its calendar is not known.

    `year` is the financial year whose budget is meant: for `COMMIT` the one to be shaped, else the one that follows;
    for `REPRIORITISE` the one that runs. A year on the other basis than the institution's is answered with nothing.
    """
    if act is Act.COMMIT:
        return _of_commitment(institution, day, year)
    return _of_windows(act, institution, day, year, amended)


def _of_commitment(institution: Institution, day: date, year: FinancialYear | None) -> list[Warned]:
    kind = InstitutionKind(institution.kind)
    for influence in calendar().influences:
        if kind not in influence.kinds or (year and year.basis is not influence.basis):
            continue
        reach = reach_of(influence, year or FinancialYear.containing(day, influence.basis).next())
        if sentence := _influence_sentence(reach, day):
            return [Warned(sentence, influence.standing, influence.source)]
    return []


def _influence_sentence(reach: Reach, day: date) -> str:
    words = {
        "year": reach.year.label, "budget": reach.influence.title, "day": written(reach.last_by),
        "first": written(reach.agree_by), "step": reach.influence.agree_step, "last_step": reach.influence.last_step,
        "next": next_reach(reach.influence, day).year.label, "since": written(reach.year.starts_on),
    }  # fmt: skip
    if day >= reach.year.starts_on:
        return _("The year of the %(budget)s of %(year)s began on %(since)s. "
                 "What is agreed now can shape the one of %(next)s.") % words  # fmt: skip
    if reach.is_closed(day):
        return _("After %(day)s this can no longer shape the %(budget)s of %(year)s; "
                 "it can shape the one of %(next)s.") % words  # fmt: skip
    if reach.is_late(day):
        return _("This comes late for the %(budget)s of %(year)s: it was to be agreed by %(first)s, %(step)s. "
                 "Until %(day)s it may still be taken up, %(last_step)s.") % words  # fmt: skip
    return ""


def _of_windows(
    act: Act, institution: Institution, day: date, year: FinancialYear | None, amended: Amendments
) -> list[Warned]:  # fmt: skip
    kind, told = InstitutionKind(institution.kind), []
    for duty in calendar().duties:
        if act not in duty.window_of or kind not in duty.kinds or (year and year.basis is not duty.basis):
            continue
        plain = occurrences(duty, year or FinancialYear.containing(day, duty.basis))
        windows = list(with_amendments(plain, amended))
        closed = [each for each in windows if not each.is_open(day)]
        told += [Warned(_window_sentence(each, day), each.standing, each.source) for each in closed]
    return told


def _window_sentence(window: Occurrence, day: date) -> str:
    words = {
        "title": window.duty.title, "year": window.year.label, "opens": written(window.opens_on),
        "closes": written(window.due_on),
    }  # fmt: skip
    if day < window.opens_on:
        return _("%(title)s of %(year)s: the window opens on %(opens)s and closes on %(closes)s.") % words
    return _("%(title)s of %(year)s: the window closed on %(closes)s.") % words
