"""One kind of money over time: original to audited within a year, the years ahead, and the years at constant prices."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from oneplan.access.actors import Actor
from oneplan.budgets import cube
from oneplan.budgets.asking import Asked, main_datasets
from oneplan.budgets.choices import AmountType, Length
from oneplan.budgets.coverage import Coverage
from oneplan.budgets.deflators import deflator
from oneplan.budgets.lines import ZERO, share

_BUDGETS = (AmountType.ADJUSTED, AmountType.REVISED, AmountType.ORIGINAL)
_SPENT = (AmountType.RESTATED, AmountType.AUDITED, AmountType.PRE_AUDIT, AmountType.ACTUAL)
_AHEAD = (AmountType.ORIGINAL, AmountType.INDICATIVE_1, AmountType.INDICATIVE_2, AmountType.INDICATIVE_3)
_YEAR, _TYPE, _LENGTH = "financial_year.start", "amount_type.code", "period.length"


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
            _told_by(known, kind, year),
        )  # fmt: skip

    def steps(kinds: tuple[AmountType, ...]) -> dict[AmountType, Step]:
        state = dict.fromkeys(_SPENT, "done")
        told = ((kind, step(kind, asked.year, str(kind.label), state.get(kind, "tabled"))) for kind in kinds)
        return {kind: each for kind, each in told if each is not None}

    shown = steps(tuple(kind for kind in AmountType if kind not in _AHEAD[1:]))
    ahead = [
        step(kind, asked.year + at, f"{_label(asked.year + at)}: {kind.label}", "indicative" if at else "tabled")
        for at, kind in enumerate(_AHEAD)
    ]
    chosen = AmountType(asked.amount_type)
    years = [
        step(chosen, year, _label(year), "tabled")
        for year in sorted({year for kind, year in amounts if kind == chosen})
    ]
    return Course(
        list(shown.values()), [each for each in ahead if each], [each for each in years if each], _unspent(asked, by)
    )


def _unspent(asked: Asked, by: Actor) -> Unspent | None:
    """Like with like: from each reporter's newest budget and best-known spending. None where nobody has both."""
    cuts = {_TYPE: [str(kind) for kind in (*_BUDGETS, *_SPENT)], _LENGTH: [str(Length.YEAR)],
            "dataset.code": main_datasets()}  # fmt: skip
    answer = cube.answer(asked.question("dataset", "institution", _TYPE, also=cuts), by=by)
    if answer.cell_count > len(answer.rows):
        return None
    told: dict[tuple[int, int], dict[AmountType, Decimal]] = {}
    for cell in answer.cells:
        told.setdefault(cell.key[:2], {})[list(AmountType)[cell.key[2]]] = cell.gross
    pairs = []
    for kinds in told.values():
        budget, spent = (next((kinds[kind] for kind in order if kind in kinds), None) for order in (_BUDGETS, _SPENT))
        if budget is not None and spent is not None:
            pairs.append((budget, spent))
    if not pairs:
        return None
    budgets = sum((budget for budget, _spent in pairs), ZERO)
    return Unspent(budgets - sum((spent for _budget, spent in pairs), ZERO), budgets, len(pairs))


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


def _label(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02d}"
