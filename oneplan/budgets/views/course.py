"""One kind of money over time: original to audited within a year, the years ahead, and the years at constant prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from oneplan.access.actors import Actor
from oneplan.budgets import cube
from oneplan.budgets.asking import Asked
from oneplan.budgets.choices import AmountType, Length
from oneplan.budgets.coverage import Coverage
from oneplan.budgets.deflators import Deflator
from oneplan.budgets.lines import ZERO, share
from oneplan.budgets.months import year_label
from oneplan.budgets.spending import LENGTH, SPENT, TYPE, YEAR, Account, Progress, accounts, progress_of

_AHEAD = (AmountType.ORIGINAL, AmountType.INDICATIVE_1, AmountType.INDICATIVE_2, AmountType.INDICATIVE_3)


@dataclass(frozen=True)
class Step:
    """One amount of the course."""

    label: str
    amount: Decimal
    facts: str
    state: str
    is_chosen: bool = False
    constant: Decimal | None = None
    months: tuple[int, int] | None = None  # the first and last month or quarter that is in, where it is no whole year
    told_by: tuple[str, ...] = ()  # titles of the datasets that it is of
    progress: Progress | None = None  # where somebody tells months or quarters

    @property
    def parts(self) -> list[tuple[str, Decimal, str]]:
        return [(self.state, self.amount, self.label)] if self.amount > 0 else []


@dataclass(frozen=True)
class Unspent:
    """Budgets less spending of those reporters of whom both are in for the whole year, each by its own figures."""

    amount: Decimal
    budget: Decimal
    reporters: int

    @property
    def share(self) -> Decimal | None:
        return share(self.amount, self.budget)


@dataclass(frozen=True)
class Course:
    """What became of a year's budget, and what is foreseen. Steps of different datasets are not to be compared."""

    steps: list[Step]
    ahead: list[Step]
    years: list[Step]
    unspent: Unspent | None
    reporters: list[Account] = field(default_factory=list)

    @property
    def so_far(self) -> str:
        """How far the chosen kind of amount is in, where it is no year yet."""
        chosen = next((step for step in self.steps if step.is_chosen), None)
        return chosen.progress.words if chosen and chosen.progress and not chosen.progress.is_year else ""

    def beside(self, asked: Asked) -> int:
        """How many who tell months or quarters are in no table of the page, which is of whole years."""
        kind = AmountType(asked.amount_type)
        by_parts = [each for each in self.reporters if kind in each.amounts and each.amounts[kind].of]
        return len(by_parts) if asked.length == Length.YEAR else 0

    @property
    def is_uneven(self) -> bool:
        """Whether steps that stand under one another are told by different datasets."""
        return any(len({step.told_by for step in steps}) > 1 for steps in (self.steps, self.ahead, self.years))

    @property
    def most(self) -> Decimal:
        return max((step.amount for step in (*self.steps, *self.ahead)), default=ZERO)

    @property
    def most_of_years(self) -> Decimal:
        return max((step.amount for step in self.years), default=ZERO)


def course_of(asked: Asked, known: Coverage, by: Actor, index: Deflator) -> Course:
    """From one question over all years and kinds of amounts, and one over who reported. Raises RuleBroken."""
    question = asked.question(TYPE, YEAR, LENGTH, "financial_year.first_month", without=(TYPE, YEAR, LENGTH))
    best: dict[tuple[AmountType, int], dict[int, dict[int, Decimal]]] = {}
    answer = cube.answer(question, by=by)
    for cell in answer.cells:
        kind, year, length, month = cell.key
        lengths = best.setdefault((list(AmountType)[kind], year), {})
        lengths.setdefault(length, {})[month] = cell.amount
    amounts = {key: (min(lengths), lengths[min(lengths)]) for key, lengths in best.items()}
    reporters = accounts(asked.question(without=(TYPE, LENGTH)), by=by, passed_flows=answer.passed_flows)

    def step(kind: AmountType, year: int, label: str, state: str) -> Step | None:
        if (kind, year) not in amounts:
            return None
        number, by_month = amounts[kind, year]
        length = list(Length)[number]
        parts = [index.constant(amount, year, month) for month, amount in by_month.items()]
        constant = None if None in parts else sum((part for part in parts if part is not None), ZERO)
        return Step(
            label, sum(by_month.values(), ZERO), asked.facts({TYPE: [str(kind)], YEAR: [str(year)],
            LENGTH: [str(length)]}), state, kind == asked.amount_type, constant,
            None if length == Length.YEAR else _periods(known, kind, year, length),
            _told_by(known, kind, year),
        )  # fmt: skip

    def of_year(kind: AmountType) -> Step | None:
        """The year asked for: whole years, and months or quarters of whom all are in; else what is in so far."""
        told = [each.amounts[kind] for each in reporters if kind in each.amounts]
        plain = step(kind, asked.year, str(kind.label), "done" if kind in SPENT else "tabled")
        if plain is None or not any(each.of for each in told):
            return plain
        whole = [each for each in told if each.is_whole]
        shown = whole or told
        facts = {TYPE: [str(kind)], YEAR: [str(asked.year)], LENGTH: sorted({str(each.length) for each in shown})}
        return replace(
            plain, amount=sum((each.once for each in shown), ZERO), facts=asked.facts(facts), months=None,
            progress=progress_of(reporters, kind),
        )  # fmt: skip

    shown = [of_year(kind) for kind in AmountType if kind not in _AHEAD[1:]]
    ahead = [
        step(kind, asked.year + at, f"{year_label(asked.year + at)}: {kind.label}", "indicative" if at else "tabled")
        for at, kind in enumerate(_AHEAD)
    ]
    chosen = AmountType(asked.amount_type)
    years = [
        of_year(chosen) if year == asked.year else step(chosen, year, year_label(year), "tabled")
        for year in sorted({year for kind, year in amounts if kind == chosen})
    ]
    return Course(
        [each for each in shown if each], [each for each in ahead if each],
        [replace(each, label=year_label(asked.year)) if each.label == str(chosen.label) else each
         for each in years if each],
        unspent_of(reporters), reporters,
    )  # fmt: skip


def unspent_of(reporters: Sequence[Account]) -> Unspent | None:
    """Like with like: from each reporter's newest budget and best-known spending. None where nobody has both."""
    both = [each for each in reporters if each.unspent is not None]
    if not both:
        return None
    return Unspent(
        sum((each.unspent or ZERO for each in both), ZERO), sum((each.budget or ZERO for each in both), ZERO), len(both)
    )


def _told_by(known: Coverage, kind: AmountType, year: int) -> tuple[str, ...]:
    return tuple(sorted({
        each.title for each in known.loaded if each.is_main and (each.amount_type, each.year) == (kind, year)
    }))  # fmt: skip


def _periods(known: Coverage, kind: AmountType, year: int, length: Length) -> tuple[int, int] | None:
    told = [
        each for each in known.loaded
        if each.is_main and (each.amount_type, each.year, each.length) == (kind, year, length)
    ]  # fmt: skip
    return (min(each.first_period for each in told), max(each.last_period for each in told)) if told else None
