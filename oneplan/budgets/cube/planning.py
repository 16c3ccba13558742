"""The cuts of a question as ranges of fact columns, and no figure that its asker may not see."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field, replace

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.budgets import facts
from oneplan.budgets.choices import Standing
from oneplan.budgets.cube.members import NOTHING, Range, numbers_of
from oneplan.budgets.cube.questions import Question
from oneplan.budgets.measures import CutShape
from oneplan.warehouse.connection import Reading

_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)  # of listed numbers: few shapes of SQL
Values = dict[str, int | str]


@dataclass
class Plan:
    """Cuts as ranges of fact columns, and what follows from them.

    `lengths` is of an apportioned question alone: the institutions that are taken by each length of period (its
    number); none listed: all.
    """

    cuts: dict[str, Range] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    lengths: dict[int, tuple[int, ...]] = field(default_factory=dict)
    window: int = 0  # the first month of the year that is asked for

    def narrow(self, column: str, allowed: Range) -> None:
        known = self.cuts.get(column)
        self.cuts[column] = allowed if known is None else _both(known, allowed)

    def allows(self, column: str, number: int) -> bool:
        return column not in self.cuts or allows(self.cuts[column], number)

    @property
    def is_empty(self) -> bool:
        return any(each.first > each.last for each in self.cuts.values())


def planned(turn: Reading, question: Question, by: Actor) -> Plan:
    """The cuts of a question as ranges of numbers, and no figure that its asker may not see."""
    plan = Plan()
    for cut in question.cuts:
        allowed, unknown = numbers_of(turn, cut.attribute, cut.values, by)
        plan.narrow(cut.attribute.column, allowed)
        plan.unknown += unknown
    plan.narrow("standing", standings(question, by))
    return plan


def standings(question: Question, by: Actor) -> Range:
    """Invented figures alone, or real ones alone: public ones, and those inside government to whom may read them."""
    if question.is_sample:
        sample = facts.number_of(Standing.SAMPLE)
        return Range(sample, sample)
    last = Standing.GOVERNMENT if by.is_national(Permission.BUDGET_READ) else Standing.PUBLIC
    return Range(facts.number_of(Standing.PUBLIC), facts.number_of(last))


def values_of(plan: Plan) -> tuple[tuple[CutShape, ...], Values]:
    """The cuts of a plan without their values, and the values by name: lists are filled up to a few lengths."""
    values: Values = {}
    cuts = []
    for column, allowed in sorted(plan.cuts.items()):
        size = _listed(f"{column}_", allowed.numbers, values)
        cuts.append(CutShape(column, size))
        values[f"{column}_from"], values[f"{column}_to"] = allowed.first, allowed.last
    return tuple(cuts), values


def lengths_of(plan: Plan) -> tuple[tuple[tuple[int, int], ...], Values]:
    """The lengths of an apportioned question, each with how many institutions are listed; and the values by name."""
    values: Values = {"window": plan.window} if plan.lengths else {}
    return tuple(
        (length, _listed(f"of_{length}_", numbers, values)) for length, numbers in sorted(plan.lengths.items())
    ), values  # fmt: skip


def smallest_with(turn: Reading, columns: Set[str]) -> str:
    """The smallest table of the build that has all these columns of the facts."""
    there = turn.build.facts["tables"]
    fit = (each.name for each in facts.ROLL_UPS if each.name in there and columns <= set(each.all_columns))
    return next(fit, "facts")


def _listed(name: str, numbers: tuple[int, ...], values: Values) -> int:
    size = next((size for size in _SIZES if size >= len(numbers)), len(numbers)) if numbers else 0
    for index in range(size):
        values[f"{name}{index}"] = numbers[min(index, len(numbers) - 1)]
    return size


def allows(allowed: Range, number: int) -> bool:
    return allowed.first <= number <= allowed.last and (not allowed.numbers or number in allowed.numbers)


def _both(left: Range, right: Range) -> Range:
    if left.first > left.last or right.first > right.last:
        return NOTHING
    first, last = max(left.first, right.first), min(left.last, right.last)
    if first > last:
        return NOTHING
    listed = left.numbers or right.numbers
    if not listed:
        return Range(first, last)
    numbers = tuple(n for n in listed if allows(left, n) and allows(right, n))
    return replace(Range(numbers[0], numbers[-1], numbers)) if numbers else NOTHING
