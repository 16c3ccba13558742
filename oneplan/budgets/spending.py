"""From budget to spending, reporter by reporter: original → adjusted → actual, and what was not spent.

Whoever tells months or quarters has told a year when all of them are in, and not before: until then it is known how
many are in, and what they add up to so far, which is never compared with a year's budget. That all are in is read from
returns, not from figures: a month in which nothing was spent on something was reported all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.budgets import cube, facts
from oneplan.budgets.asking import main_datasets, write_cut
from oneplan.budgets.choices import SPENDING, AmountType, Length
from oneplan.budgets.cube.planning import standings
from oneplan.budgets.lines import ZERO, share
from oneplan.budgets.months import MONTHS_IN, TWELVE
from oneplan.budgets.shelf import reading

BUDGETS = (AmountType.ADJUSTED, AmountType.REVISED, AmountType.ORIGINAL)
SPENT = (AmountType.RESTATED, AmountType.AUDITED, AmountType.PRE_AUDIT, AmountType.ACTUAL)
YEAR, TYPE, LENGTH = "financial_year.start", "amount_type.code", "period.length"
_BY = ("dataset", "institution", TYPE, "statement.code", LENGTH, "flow.code")
_MOST = 100_000
_PERIODS = (
    "SELECT dataset, institution, amount_type, statement, length, count(DISTINCT period) FROM returns "
    "WHERE is_in_force AND year = $1 AND length <> $2 AND standing BETWEEN $3 AND $4 GROUP BY ALL"
)
_Key = tuple[int, int, int, int]  # dataset, institution, kind of amount, statement


@dataclass
class Amount:
    """Rand of one kind, of the whole year or of so many months or quarters. `once` leaves out what is passed on."""

    gross: Decimal = ZERO
    once: Decimal = ZERO
    length: Length = Length.YEAR
    periods: int = 0  # months or quarters that are in; 0 where a whole year is told
    of: int = 0

    @property
    def is_whole(self) -> bool:
        return self.periods == self.of

    @property
    def periods_name(self) -> str:
        return _("months") if self.of == TWELVE else _("quarters")


@dataclass
class Account:
    """What one body reports in one dataset of one year, by kind of amount."""

    title: str  # of the dataset
    institution: str
    label: str
    amounts: dict[AmountType, Amount] = field(default_factory=dict)

    def of(self, kinds: Sequence[AmountType]) -> tuple[AmountType, Amount] | None:
        """The first of those kinds that is in for the whole year."""
        return next(
            ((kind, self.amounts[kind]) for kind in kinds if kind in self.amounts and self.amounts[kind].is_whole), None
        )

    @property
    def original(self) -> Amount | None:
        return self.amounts.get(AmountType.ORIGINAL)

    @property
    def adjusted(self) -> Amount | None:
        return self.amounts.get(AmountType.ADJUSTED)

    @property
    def budget(self) -> Decimal | None:
        """The newest that was decided."""
        found = self.of(BUDGETS)
        return found[1].gross if found else None

    @property
    def spent(self) -> tuple[AmountType, Amount] | None:
        """The best-known spending of the whole year."""
        return self.of(SPENT)

    @property
    def so_far(self) -> Amount | None:
        """Spending of some of the months or quarters, where no year is told."""
        if self.spent:
            return None
        return next((self.amounts[kind] for kind in reversed(SPENT) if kind in self.amounts), None)

    @property
    def unspent(self) -> Decimal | None:
        return self.budget - self.spent[1].gross if self.budget is not None and self.spent else None

    @property
    def unspent_share(self) -> Decimal | None:
        return share(self.unspent, self.budget) if self.unspent is not None and self.budget else None


@dataclass(frozen=True)
class Progress:
    """Of those who tell one kind of amount: who has told the whole year, and how far the others are."""

    returns: int
    whole: int
    least: int
    most: int
    parts: int  # of a year: 12 months or 4 quarters

    @classmethod
    def of(cls, told: Sequence[Amount]) -> Progress:
        open_ones = [each for each in told if not each.is_whole]
        known = open_ones or [each for each in told if each.of]
        return cls(
            len(told), len(told) - len(open_ones), min((each.periods for each in known), default=0),
            max((each.periods for each in known), default=0), max((each.of for each in known), default=0),
        )  # fmt: skip

    @property
    def is_year(self) -> bool:
        """Whether everybody has told a whole year."""
        return self.whole == self.returns

    @property
    def words(self) -> str:
        """How far the year is in, in words."""
        of = {"least": self.least, "most": self.most, "parts": self.parts}
        what = _("months") if self.parts == TWELVE else _("quarters")
        if self.is_year:
            return _("all %(parts)d %(what)s in") % {**of, "what": what}
        if self.whole:
            return _("so far: %(whole)d of %(all)d returns have all %(parts)d %(what)s in") % {
                **of, "what": what, "whole": self.whole, "all": self.returns,
            }  # fmt: skip
        if self.least == self.most:
            return _("so far: %(most)d of %(parts)d %(what)s in") % {**of, "what": what}
        return _("so far: %(least)d to %(most)d of %(parts)d %(what)s in") % {**of, "what": what}


def progress_of(reporters: Sequence[Account], kind: AmountType) -> Progress | None:
    """How far those who tell one kind of amount are; None where all of them tell whole years as such."""
    told = [each.amounts[kind] for each in reporters if kind in each.amounts]
    return Progress.of(told) if any(each.of for each in told) else None


def accounts(
    question: cube.Question, *, by: Actor, passed_flows: Sequence[int] = (), told_by: str = ""
) -> list[Account]:
    """Every reporter of main datasets, or of one dataset, under the cuts of a question that cuts to one year.

    Cuts to kinds of amounts, periods and lengths do not count; years are those of each reporter, as labelled. Raises as
    `cube.answer` does.
    """
    year = next(cube.whole_number(cut.values[0]) for cut in question.cuts if cut.attribute.name == YEAR)
    if year is None:
        return []
    kept = tuple(
        cut for cut in question.cuts
        if cut.attribute.column not in ("amount_type", "length", "period", "statement", "dataset")
    )  # fmt: skip
    cuts = cube.read_cuts(write_cut({
        "statement.code": [str(each) for each in SPENDING], "dataset.code": [told_by] if told_by else main_datasets(),
    }))  # fmt: skip
    asked = replace(
        question, by=tuple(map(cube.attribute, _BY)), cuts=(*kept, *cuts), order=(), page=1, page_size=_MOST,
        years_as_labelled=True, first_month=0,
    )  # fmt: skip
    answer = cube.answer(asked, by=by)
    told: dict[_Key, dict[Length, Amount]] = {}
    for cell in answer.cells:
        length = list(Length)[cell.key[4]]
        amount = told.setdefault(cell.key[:4], {}).setdefault(length, Amount(length=length))
        amount.gross += cell.gross
        amount.once += ZERO if cell.key[5] in passed_flows else cell.gross
    periods = _periods_in(asked, year, by)
    found: dict[tuple[int, int], Account] = {}
    for key, lengths in told.items():
        dataset, institution, kind, _statement = key
        account = found.get((dataset, institution))
        if account is None:
            body = answer.labels["institution.code"].get(institution, {})
            title = answer.labels["dataset.code"].get(dataset, {}).get("label", "")
            account = found[dataset, institution] = Account(title, body.get("code", ""), body.get("label", ""))
        _take(account, list(AmountType)[kind], _best(key, lengths, periods))
    return sorted(found.values(), key=lambda each: (-(each.unspent or ZERO), each.label, each.title))


def _periods_in(asked: cube.Question, year: int, by: Actor) -> dict[tuple[_Key, int], int]:
    """How many months or quarters of each return are in, by its length."""
    seen = standings(asked, by)
    with reading() as turn:
        rows = turn.rows(_PERIODS, (year, facts.number_of(Length.YEAR), seen.first, seen.last))
    return {((row[0], row[1], row[2], row[3]), row[4]): row[5] for row in rows}


def _best(key: _Key, lengths: dict[Length, Amount], periods: dict[tuple[_Key, int], int]) -> Amount:
    """The whole year; else months or quarters of which all are in; else those of which most are."""
    for length, amount in lengths.items():
        if length != Length.YEAR:
            amount.periods = periods.get((key, facts.number_of(length)), 0)
            amount.of = TWELVE // MONTHS_IN[length]
    return max(lengths.values(), key=lambda amount: (amount.is_whole, not amount.periods, amount.periods))


def _take(account: Account, kind: AmountType, amount: Amount) -> None:
    """Statements of one kind add up; together they are a whole year only where each of them is."""
    known = account.amounts.get(kind)
    if known is None:
        account.amounts[kind] = amount
        return
    known.gross += amount.gross
    known.once += amount.once
    if not amount.is_whole and (known.is_whole or amount.periods < known.periods):
        known.length, known.periods, known.of = amount.length, amount.periods, amount.of
