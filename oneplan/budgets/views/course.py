"""One kind of money over time: original to audited within a year, the years ahead, and the years at constant prices."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from oneplan.access.actors import Actor
from oneplan.budgets import cube
from oneplan.budgets.choices import AmountType, Length
from oneplan.budgets.coverage import Coverage
from oneplan.budgets.deflators import deflator
from oneplan.budgets.asking import Asked
from oneplan.budgets.lines import ZERO, share

_BUDGETS = (AmountType.ADJUSTED, AmountType.REVISED, AmountType.ORIGINAL)
_SPENT = (AmountType.RESTATED, AmountType.AUDITED, AmountType.PRE_AUDIT, AmountType.ACTUAL)
_AHEAD = (AmountType.ORIGINAL, AmountType.INDICATIVE_1, AmountType.INDICATIVE_2, AmountType.INDICATIVE_3)
_YEAR, _TYPE, _LENGTH = "financial_year.start", "amount_type.code", "period.length"


@dataclass(frozen=True)
class Step:
    """One amount of the course. `note` says what a reader must know of it (months to date)."""

    label: str
    amount: Decimal
    facts: str
    state: str
    is_chosen: bool = False
    constant: Decimal | None = None
    months: tuple[int, int] | None = None  # the first and last month or quarter that is in, where it is no whole year

    @property
    def parts(self) -> list[tuple[str, Decimal, str]]:
        return [(self.state, self.amount, self.label)] if self.amount > 0 else []


@dataclass(frozen=True)
class Course:
    """What became of a year's budget, and what is foreseen. `unspent` is of the last budget, where a whole year is in."""

    steps: list[Step]
    ahead: list[Step]
    years: list[Step]
    unspent: Decimal | None
    unspent_share: Decimal | None
    budget: str
    spent: str

    @property
    def most(self) -> Decimal:
        return max((step.amount for step in (*self.steps, *self.ahead)), default=ZERO)

    @property
    def most_of_years(self) -> Decimal:
        return max((step.amount for step in self.years), default=ZERO)


def course_of(asked: Asked, known: Coverage, by: Actor) -> Course:
    """From one question over all years and kinds of amounts. Raises RuleBroken."""
    question = asked.question(_TYPE, _YEAR, _LENGTH, "financial_year.first_month", without=(_TYPE, _YEAR, _LENGTH))
    best: dict[tuple[AmountType, int], dict[int, dict[int, Decimal]]] = {}
    for cell in cube.answer(question, by=by).cells:
        kind, year, length, month = cell.key
        lengths = best.setdefault((list(AmountType)[kind], year), {})
        lengths.setdefault(length, {})[month] = cell.amount
    amounts = {key: (min(lengths), lengths[min(lengths)]) for key, lengths in best.items()}

    def step(kind: AmountType, year: int, label: str, state: str) -> Step | None:
        if (kind, year) not in amounts:
            return None
        number, by_month = amounts[kind, year]
        length = list(Length)[number]
        cuts = {_TYPE: [str(kind)], _YEAR: [str(year)], _LENGTH: [str(length)]}
        parts = [deflator().constant(amount, year, month) for month, amount in by_month.items()]
        constant = None if None in parts else sum((part for part in parts if part is not None), ZERO)
        return Step(
            label, sum(by_month.values(), ZERO), asked.facts(cuts), state, kind == asked.amount_type, constant,
            None if length == Length.YEAR else _periods(known, kind, year, length),
        )  # fmt: skip

    def steps(kinds: tuple[AmountType, ...]) -> dict[AmountType, Step]:
        state = {each: "done" for each in _SPENT}
        told = ((kind, step(kind, asked.year, str(kind.label), state.get(kind, "tabled"))) for kind in kinds)
        return {kind: each for kind, each in told if each is not None}

    shown = steps(tuple(kind for kind in AmountType if kind not in _AHEAD[1:]))
    budget = next((shown[kind] for kind in _BUDGETS if kind in shown), None)
    spent = next((shown[kind] for kind in _SPENT if kind in shown), None)
    ahead = [
        step(kind, asked.year + at, f"{_label(asked.year + at)}: {kind.label}", "indicative" if at else "tabled")
        for at, kind in enumerate(_AHEAD)
    ]
    chosen = AmountType(asked.amount_type)
    years = [
        step(chosen, year, _label(year), "tabled") for year in sorted({year for kind, year in amounts if kind == chosen})
    ]
    is_whole = spent is not None and (spent.months is None or spent.months[1] in (4, 12))
    unspent = budget.amount - spent.amount if budget and spent and is_whole else None
    return Course(
        list(shown.values()), [each for each in ahead if each], [each for each in years if each], unspent,
        share(unspent, budget.amount) if unspent is not None and budget else None,
        budget.label if budget else "", spent.label if spent else "",
    )  # fmt: skip


def _periods(known: Coverage, kind: AmountType, year: int, length: Length) -> tuple[int, int] | None:
    told = [
        each for each in known.loaded
        if each.is_main and (each.amount_type, each.year, each.length) == (kind, year, length)
    ]  # fmt: skip
    return (min(each.first_period for each in told), max(each.last_period for each in told)) if told else None


def _label(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02d}"
