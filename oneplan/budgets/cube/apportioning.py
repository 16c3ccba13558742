"""Years of different calendars in one question: who can be brought to the year that is asked for, and by what.

A body whose years begin in the month asked for is taken by its year. Another is taken by its own months where all
twelve are in, then by quarters, then by twelfths of the two years that share the year asked for. A body of whom one of
those is not in is left out and named: part of a year is never told as a year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.budgets import facts
from oneplan.budgets.choices import AmountType, Length, Statement
from oneplan.budgets.cube.attributes import Misread
from oneplan.budgets.cube.members import NOTHING, Range, members
from oneplan.budgets.cube.planning import Plan, smallest_with, values_of
from oneplan.budgets.cube.questions import Question
from oneplan.budgets.measures import Grouped, Totals
from oneplan.budgets.months import TWELVE, Window, month_name, settled, span, within, year_label
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.connection import Reading
from oneplan.warehouse.engines import ask

_MOST_BODIES = 32_000  # more than a number of the warehouse has room for
_NAMED = 12  # of those left out; the rest are counted
_BY = (Length.MONTH, Length.QUARTER, Length.YEAR)
_APART = frozenset({"year", "basis", "period", "length"})
_RETURNS = (
    "SELECT institution, dataset, statement, basis, year, length, list(DISTINCT period) FROM returns "
    "WHERE is_in_force AND amount_type = $1 AND year BETWEEN $2 AND $3 AND standing BETWEEN $4 AND $5 GROUP BY ALL"
)
_POSITION = facts.number_of(Statement.POSITION)


@dataclass(frozen=True)
class Share:
    """How much of a financial year falls into the year asked for: so many of its twelve months."""

    first_month: int
    year: int
    months: int
    institutions: int

    @property
    def label(self) -> str:
        return year_label(self.year, self.first_month)

    @property
    def begins(self) -> str:
        return month_name(self.first_month)


@dataclass(frozen=True)
class LeftOut:
    """A body of which something is in, but not the whole of the year asked for."""

    label: str
    missing: str


@dataclass
class Apportioned:
    """How the years of a question were brought together, and who could not be."""

    window: Window
    shares: list[Share] = field(default_factory=list)
    own: dict[Length, int] = field(default_factory=dict)  # institutions by the months or quarters that they reported
    left_out: list[LeftOut] = field(default_factory=list)
    remainder: Decimal = Decimal(0)  # of the total, beyond its lines, each rounded to the cent

    def notes(self) -> list[str]:
        """The method in sentences."""
        said = [_("Years are apportioned by months to %(year)s (%(words)s).")
                % {"year": self.window.label, "words": self.window.words}]  # fmt: skip
        said += [
            ngettext("%(months)d/12 of %(year)s of years from %(month)s: %(n)d institution.",
                     "%(months)d/12 of %(year)s of years from %(month)s: %(n)d institutions.", each.institutions)
            % {"months": each.months, "year": each.label, "month": each.begins, "n": each.institutions}
            for each in self.shares
        ]  # fmt: skip
        said += [
            ngettext("By its own figures, %(length)s: %(n)d institution.",
                     "By their own figures, %(length)s: %(n)d institutions.", count)
            % {"length": str(length.label).lower(), "n": count}
            for length, count in self.own.items()
        ]  # fmt: skip
        if self.left_out:
            named = "; ".join(f"{each.label} ({each.missing})" for each in self.left_out[:_NAMED])
            more = len(self.left_out) - _NAMED
            said.append(
                ngettext("Left out, since not all of its year is in: %(named)s",
                         "Left out, since not all of their years are in: %(named)s", len(self.left_out))
                % {"named": named}
                + (" " + _("and %(n)d more.") % {"n": more} if more > 0 else ".")
            )  # fmt: skip
        if self.remainder:
            said.append(_("Each line is rounded to the cent: the total differs from their sum by R%(rand)s.")
                        % {"rand": self.remainder})  # fmt: skip
        return said

    def told(self) -> dict[str, Any]:
        """As the interface says it."""
        return {
            "financial_year": self.window.label, "first_month": self.window.first_month, "months": self.window.words,
            "shares": [
                {"financial_year": each.label, "first_month": each.first_month, "months": each.months, "of": TWELVE,
                 "institutions": each.institutions}
                for each in self.shares
            ],
            "by_own_periods": {str(length): count for length, count in self.own.items()},
            "left_out": [{"label": each.label, "missing": each.missing} for each in self.left_out],
            "remainder": str(self.remainder),
        }  # fmt: skip


@dataclass
class _Source:
    """What one body reports of one dataset and statement: the months that each length of period covers."""

    covered: dict[Length, set[int]] = field(default_factory=dict)
    years: set[tuple[int, int]] = field(default_factory=set)  # (first month, year) of whole years

    def has(self, length: Length, wanted: range) -> bool:
        return self.covered.get(length, set()).issuperset(wanted)


def apportion(turn: Reading, question: Question, plan: Plan) -> Apportioned | None:
    """Widen a plan to the years that share the one asked for, and narrow it to whom it can be answered of.

    None where the question has no such year. Raises Misread, RuleBroken where it cannot be apportioned.
    """
    if not question.first_month:
        return None
    window, amount_type = _asked(question, plan)
    years = plan.cuts["year"] = Range(window.year - 1, window.year + 1)
    standing = plan.cuts["standing"]
    rows = turn.rows(_RETURNS, (amount_type, years.first, years.last, standing.first, standing.last))
    told = Apportioned(window)
    chosen: dict[Length, list[int]] = {}
    shares: dict[tuple[int, int], int] = {}
    here = _bodies_within(turn, plan)
    for number, sources in sorted(_sources(rows, plan, window).items()):
        if number not in here:
            continue
        length = _choose(sources.values(), window, plan)
        if length is None:
            label = members(turn, "institutions").get(number, {}).get("label", "")
            told.left_out.append(LeftOut(label, _missing(sources, window)))
            continue
        chosen.setdefault(length, []).append(number)
        if length == Length.YEAR:
            for key in {key for source in sources.values() for key in source.years}:
                shares[key] = shares.get(key, 0) + 1
    told.shares = [
        Share(first_month, year, _months(window, first_month, year), count)
        for (first_month, year), count in sorted(shares.items())
        if _months(window, first_month, year)
    ]
    told.own = {length: len(numbers) for length, numbers in chosen.items() if length != Length.YEAR}
    _narrow(plan, chosen, told, window)
    return told


def _bodies_within(turn: Reading, plan: Plan) -> set[int]:
    """The numbers of the bodies that have any figure under the cuts."""
    if plan.is_empty:
        return set()
    shapes, values = values_of(plan)
    wanted = {*plan.cuts, "institution"}
    shape = Totals(smallest_with(turn, wanted), (Grouped("institution"),), shapes, 0, (), limit=_MOST_BODIES)
    return set(ask(turn, shape, shape.write, values)["institution"])


def _asked(question: Question, plan: Plan) -> tuple[Window, int]:
    """The year that is asked for and the one kind of amount. Raises Misread, RuleBroken."""
    if not 1 <= question.first_month <= TWELVE:
        raise Misread(_("A financial year begins in a month from 1 to 12."))
    if any(each.column in _APART for each in question.by):
        raise RuleBroken(
            _("A year that is apportioned by months has no years, months or lengths of its own to group by. "
              "Ask once for each year, with its cut; the answers are together to the cent what was reported. Or ask "
              "for years as labelled, grouped by year.")
        )  # fmt: skip
    year, kind = plan.cuts.get("year"), plan.cuts.get("amount_type")
    if year is None or year.first != year.last:
        raise RuleBroken(
            _("Years are apportioned to one financial year. Cut to one and ask once for each: %(cuts)s. The answers of "
              "several years are together to the cent what was reported.")
            % {"cuts": _cuts_of("financial_year.start", year, str, "2024")}
        )  # fmt: skip
    if kind is None or kind.first != kind.last:
        raise RuleBroken(
            _("Years are apportioned for one kind of amount, since what was budgeted and what was spent are not added. "
              "Cut to one and ask once for each: %(cuts)s.")
            % {"cuts": _cuts_of("amount_type.code", kind, _kind_named, "original")}
        )  # fmt: skip
    statement = plan.cuts.get("statement")
    if statement is not None and statement.first == statement.last == _POSITION:
        raise RuleBroken(_("A financial position is of a day: it has no months by which it could be apportioned."))
    return Window(question.first_month, year.first), kind.first


def _kind_named(number: int) -> str:
    return str(list(AmountType)[number])


def _cuts_of(name: str, allowed: Range | None, word: Callable[[int], str], example: str) -> str:
    """The cuts by which a question of several values is asked once for each; an example where none was named."""
    numbers = (allowed.numbers or tuple(range(allowed.first, allowed.last + 1))) if allowed else ()
    if not numbers:
        return f"{name}:{example}"
    told = [f"{name}:{word(number)}" for number in numbers[:_NAMED]]
    return _(", then ").join(told) + (" …" if len(numbers) > _NAMED else "")


def _sources(rows: Iterable[tuple[Any, ...]], plan: Plan, window: Window) -> dict[int, dict[tuple[int, int], _Source]]:
    """Of each body within the cuts, what it reports of the months of the window and of the years that share it."""
    found: dict[int, dict[tuple[int, int], _Source]] = {}
    for number, dataset, statement, first_month, year, length, periods in rows:
        named = (("institution", number), ("dataset", dataset), ("statement", statement), ("basis", first_month))
        if not all(plan.allows(column, value) for column, value in named) or statement == _POSITION:
            continue
        kind = list(Length)[length]
        for period in periods:
            upto, before, _all = within(window, first_month, year, kind, period)
            if upto == before:
                continue
            source = found.setdefault(number, {}).setdefault((dataset, statement), _Source())
            start, months = span(first_month, year, kind, period)
            source.covered.setdefault(kind, set()).update(range(start, start + months))
            if kind == Length.YEAR:
                source.years.add((first_month, year))
    return found


def _choose(sources: Iterable[_Source], window: Window, plan: Plan) -> Length | None:
    """By which periods a body is taken; None where none of them covers the year in all that it reports."""
    every, wanted = list(sources), range(window.start, window.start + TWELVE)
    is_own_year = all(source.years <= {(window.first_month, window.year)} for source in every)
    for length in (Length.YEAR, *_BY) if is_own_year else _BY:
        if plan.allows("length", facts.number_of(length)) and all(source.has(length, wanted) for source in every):
            return length
    return None


def _missing(sources: Mapping[tuple[int, int], _Source], window: Window) -> str:
    """What is not in of a body's year, in words: a year that shares it, or months."""
    wanted = range(window.start, window.start + TWELVE)
    years = {key for source in sources.values() for key in source.years}
    if years:
        first_month = min(first for first, _year in years)
        needed = {y for y in range(window.year - 1, window.year + 2) if _months(window, first_month, y)}
        lacking = sorted({
            year for year in needed for source in sources.values() if (first_month, year) not in source.years
        })  # fmt: skip
        return _("%(years)s is not in") % {"years": ", ".join(year_label(year, first_month) for year in lacking)}
    here = min(
        max((len(months.intersection(wanted)) for months in source.covered.values()), default=0)
        for source in sources.values()
    )
    return _("%(n)d of 12 months in") % {"n": here}


def _narrow(plan: Plan, chosen: Mapping[Length, list[int]], told: Apportioned, window: Window) -> None:
    """Only whom it can be answered of; without lists where everybody is taken alike, which small tables can answer."""
    plan.window = window.start
    plan.cuts.pop("length", None)
    if not chosen:
        plan.narrow("institution", NOTHING)
    numbers = {facts.number_of(length): tuple(each) for length, each in chosen.items()}
    plan.lengths = dict.fromkeys(numbers, ()) if len(numbers) == 1 and not told.left_out else numbers


def _months(window: Window, first_month: int, year: int) -> int:
    upto, before, _all = within(window, first_month, year, Length.YEAR, 0)
    return upto - before


def settled_text(upto: str, before: str) -> str:
    """Rand of a year, as text to the cent, from sums of rand in twelfths as text."""
    return str(Decimal(settled(cents(upto), cents(before))).scaleb(-2))


def cents(text: str) -> int:
    """Rand as text, with two digits of cents or none, in whole cents."""
    return int(text.replace(".", "")) if "." in text else 100 * int(text)
