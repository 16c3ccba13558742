"""The budget cycle: what falls due when, in the years of the PFMA and of the MFMA. Pure: dated data in, days out.

Every occurrence belongs to the one financial year that it is about, so each year has each yearly duty exactly once.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from oneplan.frameworks.definitions import Standing
from oneplan.frameworks.holidays import working_days_after
from oneplan.frameworks.loading import BrokenFileError, load
from oneplan.institutions.choices import InstitutionKind, Sphere
from oneplan.periods.clock import add_months
from oneplan.periods.years import Basis, FinancialYear

_FILE = Path(__file__).parent / "parameters" / "calendar.yaml"
_REACH = 2  # years before and after a day of which something may fall near it; a test holds the file to it
_FIRST, _LAST = 1996, 2098  # financial years that something may be about
_WEAKEST_FIRST = (Standing.UNVERIFIED, Standing.READING, Standing.SOURCE)


class Every(StrEnum):
    """How often a duty comes."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


class Precision(StrEnum):
    """How exactly the source tells the day."""

    DAY = "day"
    ABOUT = "about"
    MONTH = "month"


class Act(StrEnum):
    """What may be bound to a time of the cycle."""

    COMMIT = "commit"  # agree to a commitment that is to be in the budget of a year
    REPRIORITISE = "reprioritise"  # move rand within the year that runs


@dataclass(frozen=True, slots=True)
class Rule:
    """How a day is found; `parameters/calendar.yaml` says how the keys go together."""

    month: int | None = None
    day: int | None = None
    in_year: int | None = None
    after: str | None = None
    days: int | None = None
    working_days: int | None = None

    @property
    def is_whole_month(self) -> bool:
        return self.month is not None and self.day is None


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of the calendar: what is due, owed by whom, by which Act, and how sure its date is."""

    code: str
    basis: Basis
    spheres: tuple[Sphere, ...]
    title: str
    what: str
    owed_by: str
    act: str
    due: Rule
    standing: Standing
    source: str
    valid_from: date
    valid_to: date | None = None
    section: str = ""
    note: str = ""
    kinds: tuple[InstitutionKind, ...] = ()
    every: Every = Every.YEAR
    opens: Rule | None = None
    precision: Precision = Precision.DAY
    is_milestone: bool = False
    window_of: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Influence:
    """By when a commitment must be agreed to be in the budget of a year."""

    code: str
    basis: Basis
    spheres: tuple[Sphere, ...]
    kinds: tuple[InstitutionKind, ...]
    title: str
    agree_by: Rule
    agree_step: str
    last_by: Rule
    last_step: str
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The file of both cycles."""

    as_at: date
    duties: tuple[Duty, ...]
    influences: tuple[Influence, ...]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A duty in one financial year, or in one month or quarter of it: from `opens_on` to `due_on`, both included."""

    duty: Duty
    year: FinancialYear  # that it is about
    opens_on: date
    due_on: date
    standing: Standing  # of the date: the weakest of the duty's and of what it is counted from
    number: int = 0  # of the month or quarter in the year, from 1; 0 for the year
    period_ends_on: date | None = None
    amendment: str = ""  # the reference of what amended its days
    amended_by: str = ""  # the source that says these days instead

    @property
    def source(self) -> str:
        """What says these days."""
        return self.amended_by or self.duty.source

    @property
    def key(self) -> str:
        """The same for the same duty and period for ever."""
        return f"{self.duty.code}-{self.year.start}" + (f"-{self.number:02d}" if self.number else "")

    @property
    def is_verified(self) -> bool:
        return self.standing is Standing.SOURCE

    @property
    def is_window(self) -> bool:
        return self.opens_on < self.due_on

    @property
    def precision(self) -> Precision:
        return Precision.MONTH if self.duty.due.is_whole_month else self.duty.precision

    def is_open(self, day: date) -> bool:
        return self.opens_on <= day <= self.due_on

    def days_left(self, day: date) -> int:
        """To the last day; negative once it is past."""
        return (self.due_on - day).days


@dataclass(frozen=True, slots=True, order=True)
class Amended:
    """Other days of one duty in one year, and the source that says so."""

    ref: str
    opens_on: date
    due_on: date
    source: str


Amendments = Mapping[tuple[str, int, int], Amended]  # by code of the duty, first year, number of month or quarter


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the calendar is asked for."""

    sphere: Sphere | None = None
    is_verified_only: bool = False
    is_milestones_only: bool = False
    is_without_months: bool = False

    def holds(self, each: Occurrence) -> bool:
        return (
            (self.sphere is None or self.sphere in each.duty.spheres)
            and (each.is_verified or not self.is_verified_only)
            and (each.duty.is_milestone or not self.is_milestones_only)
            and not (self.is_without_months and each.duty.every is Every.MONTH)
        )


NO_AMENDMENTS: Amendments = {}
EVERYTHING = Scope()
MILESTONES = Scope(is_milestones_only=True)


@cache
def calendar() -> Calendar:
    """Both cycles, read once. Raises BrokenFileError with the line that is wrong."""
    return checked(load(_FILE, Calendar), _FILE.name)


def duty(code: str) -> Duty:
    """The newest line of that code. Raises KeyError."""
    return {each.code: each for each in calendar().duties}[code]


# --- from a rule to days ----------------------------------------------------------------------------------------------


def day_of(rule: Rule, year: FinancialYear, *, is_first: bool = False) -> date:
    """The day of a rule with a month, for the financial year that it is about; a whole month is its first or last."""
    if rule.month is None:
        raise ValueError(f"{rule} names no month, so it is no day of a year.")
    within = year.next(rule.in_year or 0).starts_on
    calendar_year = within.year + (rule.month < within.month)
    last = months.monthrange(calendar_year, rule.month)[1]
    if rule.day is None:
        return date(calendar_year, rule.month, 1 if is_first else last)
    return date(calendar_year, rule.month, min(rule.day, last))


@lru_cache(maxsize=4096)
def occurrences(duty: Duty, year: FinancialYear) -> tuple[Occurrence, ...]:
    """A duty in the year that it is about: once, four times or twelve; less where it was not in force."""
    return tuple(
        each
        for each in (_yearly(duty, year) if duty.every is Every.YEAR else _by_period(duty, year))
        if duty.valid_from <= each.due_on and (duty.valid_to is None or each.due_on < duty.valid_to)
    )


def with_amendments(found: Iterable[Occurrence], amended: Amendments) -> Iterator[Occurrence]:
    """Occurrences on the days that a later source says; its source is named, so they count as verified."""
    for each in found:
        other = amended.get((each.duty.code, each.year.start, each.number))
        if other is None:
            yield each
        else:
            yield replace(
                each, opens_on=other.opens_on, due_on=other.due_on, standing=Standing.SOURCE, amendment=other.ref,
                amended_by=other.source,
            )  # fmt: skip


def _yearly(duty: Duty, year: FinancialYear) -> Iterator[Occurrence]:
    if duty.due.after is None:
        due_on = day_of(duty.due, year)
        opens_on = day_of(duty.opens or duty.due, year, is_first=True)
        yield Occurrence(duty, year, opens_on, due_on, duty.standing)
        return
    for anchor in _anchors(duty.due.after, year):
        due_on = anchor.due_on + timedelta(days=duty.due.days or 0)
        standing = min(duty.standing, anchor.standing, key=_WEAKEST_FIRST.index)
        yield Occurrence(duty, year, due_on, due_on, standing)


def _anchors(code: str, year: FinancialYear) -> Iterator[Occurrence]:
    for each in calendar().duties:
        if each.code == code:
            yield from occurrences(each, year)


def _by_period(duty: Duty, year: FinancialYear) -> Iterator[Occurrence]:
    """The duty after each month or quarter of the year."""
    length = 1 if duty.every is Every.MONTH else 3
    for number in range(1, 12 // length + 1):
        ends_on = add_months(year.starts_on, number * length) - timedelta(days=1)
        if duty.due.working_days is not None:
            due_on = working_days_after(ends_on, duty.due.working_days)
        else:
            due_on = ends_on + timedelta(days=duty.due.days or 0)
        yield Occurrence(duty, year, due_on, due_on, duty.standing, number, ends_on)


# --- what is asked of the calendar ------------------------------------------------------------------------------------


def between(
    first: date, last: date, scope: Scope = EVERYTHING, amended: Amendments = NO_AMENDMENTS
) -> list[Occurrence]:  # fmt: skip
    """What is open or due on a day from `first` to `last`, both included; by last day, then in the file's order."""
    near = with_amendments(_near(first, last), amended) if amended else _near(first, last)
    found = [each for each in near if each.opens_on <= last and each.due_on >= first]
    return sorted((each for each in found if scope.holds(each)), key=lambda each: each.due_on)


def due_between(
    first: date, last: date, scope: Scope = EVERYTHING, amended: Amendments = NO_AMENDMENTS
) -> list[Occurrence]:  # fmt: skip
    """What has its last day from `first` to `last`, both included."""
    return [each for each in between(first, last, scope, amended) if each.due_on <= last]


def open_on(day: date, scope: Scope = EVERYTHING, amended: Amendments = NO_AMENDMENTS) -> list[Occurrence]:
    """The windows open on a day, the one that closes first at the front; a single day is no window."""
    return [each for each in between(day, day, scope, amended) if each.is_window]


def coming(
    day: date, count: int, scope: Scope = EVERYTHING, amended: Amendments = NO_AMENDMENTS
) -> list[Occurrence]:  # fmt: skip
    """The next `count` last days from a day on, that day included."""
    found: list[Occurrence] = []
    reach = day
    while len(found) < count and reach.year < _LAST:
        reach = add_months(reach, 6)
        found = due_between(day, reach, scope, amended)
    return found[:count]


def _near(first: date, last: date) -> Iterable[Occurrence]:
    """Everything of the years around two days."""
    for each in calendar().duties:
        begin = max(_FIRST, FinancialYear.containing(first, each.basis).start - _REACH)
        end = min(_LAST, FinancialYear.containing(last, each.basis).start + _REACH)
        for start in range(begin, end + 1):
            yield from occurrences(each, FinancialYear(start, each.basis))


# --- the file as it must be -------------------------------------------------------------------------------------------


def checked(known: Calendar, name: str) -> Calendar:
    """The calendar, where every line can be reckoned. Raises BrokenFileError, naming the line."""
    for each in known.duties:
        if wrong := _what_is_wrong(each, known):
            raise BrokenFileError(f"{name}: duties: {each.code}: {wrong}")
    for influence in known.influences:
        if influence.agree_by.month is None or influence.last_by.month is None:
            raise BrokenFileError(f"{name}: influences: {influence.code}: agree_by and last_by name a month")
    return known


def _what_is_wrong(each: Duty, known: Calendar) -> str:
    """A sentence, or nothing."""
    rule = each.due
    if each.every is not Every.YEAR:
        if (rule.days is None) == (rule.working_days is None) or rule.month or rule.after:
            return f"what comes every {each.every} is due `days` or `working_days` after its end, and nothing else"
        return ""
    if (rule.month is None) == (rule.after is None):
        return "a yearly duty is due in a `month` or `after` another one"
    if rule.after is not None:
        above = known.duties[: known.duties.index(each)]
        if not any(
            other.code == rule.after and (other.basis, other.every) == (each.basis, each.every) for other in above
        ):
            return f"it is due after {rule.after!r}, which is no yearly duty of the same basis above it"
        if rule.days is None or each.opens:
            return "what is due after another duty says after how many `days`, and does not open"
        return ""
    for part in (rule, each.opens):
        if part is not None and (not 1 <= (part.month or 0) <= 12 or not 1 <= (part.day or 1) <= 31 or part.days):
            return "a day is a month from 1 to 12 and a day from 1 to 31"
    return ""
