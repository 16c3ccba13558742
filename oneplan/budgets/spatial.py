"""The Framework's spatial budgeting principles as measured indicators, over answers of the cube. Writes nothing.

Section 6.1 of the DDM Implementation Framework (2020) names four principles. What is measured of each:

- *Spatial budgeting*: the placed share: rand whose place is known by evidence, by institution, space and year.
- *Spatial logic* (spatial targeting): concentration: over how few spaces rand is spread, beside how people are.
- *Integration for geographic impact and spatial accountability*: every rand of a source lies in a space, in a province,
  in the country as a whole or nowhere: `lying` shows all four, and they add up to the source.
- *Long-term strategic framework* ("multi-year long-term and predictable … resource commitments"): predictability: what
  was told a year before, beside what was decided.

Rand is Decimal; shares are Decimals from 0 to 1, None where there is nothing to share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from statistics import median
from typing import Any

from oneplan.access.actors import Actor
from oneplan.budgets import cube
from oneplan.budgets.choices import MODELLED, PLACED, AmountType, How
from oneplan.budgets.cube import Question
from oneplan.budgets.cube.apportioning import Apportioned

NOTHING = Decimal(0)
_LARGEST = 5
_HOWS = tuple(How)


@dataclass
class Amounts:
    """Rand by how its place is known."""

    by_how: dict[How, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @property
    def total(self) -> Decimal:
        return sum(self.by_how.values(), NOTHING)

    @property
    def placed(self) -> Decimal:
        """By evidence: geometry, a ward or a municipality that is named. What the headline counts."""
        return self._of(PLACED)

    @property
    def modelled(self) -> Decimal:
        """In its place by a rule, by the ledger's region or by sharing out: never counted as placed."""
        return self._of(MODELLED)

    @property
    def indivisible(self) -> Decimal:
        return self._of((How.INDIVISIBLE,))

    @property
    def not_placed(self) -> Decimal:
        return self._of((How.NOT_PLACED,))

    @property
    def placed_share(self) -> Decimal | None:
        """The headline: the part that is placed by evidence."""
        return share(self.placed, self.total)

    def shares(self) -> dict[str, Decimal | None]:
        """The part of each class. They sum to 1, where there is anything."""
        return {
            name: share(getattr(self, name), self.total) for name in ("placed", "modelled", "indivisible", "not_placed")
        }

    def add(self, other: Amounts) -> None:
        for how, amount in other.by_how.items():
            self.by_how[how] += amount

    def _of(self, hows: Iterable[How]) -> Decimal:
        return sum((self.by_how.get(how, NOTHING) for how in hows), NOTHING)


@dataclass
class Lying:
    """Where rand lies: in a space, somewhere in a province, in the country as a whole, or nowhere that is known."""

    spaces: dict[str, Amounts] = field(default_factory=dict)
    provinces: Amounts = field(default_factory=Amounts)
    country: Amounts = field(default_factory=Amounts)
    nowhere: Amounts = field(default_factory=Amounts)
    notes: list[str] = field(default_factory=list)
    apportioned: Apportioned | None = None
    added: Decimal | None = None  # all of it added up before it is rounded, where years are apportioned

    @property
    def total(self) -> Decimal:
        """All of it in rand: beside apportioned years, whose lines are rounded each, the sum of what they are of."""
        return self.whole.total if self.added is None else self.added

    @property
    def whole(self) -> Amounts:
        """All of it: what its sources add up to."""
        every = Amounts()
        for each in (*self.spaces.values(), self.provinces, self.country, self.nowhere):
            every.add(each)
        return every


def lying(question: Question, *, by: Actor) -> Lying:
    """Where the rand under the cuts of a question lies. Raises as `cube.answer` does."""
    found = cube.answer(_grouped(question, "space.code", "place.level", "how.code"), by=by)
    told = Lying(notes=found.notes, apportioned=found.apportioned)
    if found.apportioned and found.total:
        told.added = found.total.amount
    others = {"province": told.provinces, "country": told.country}
    for cell in found.cells:
        space, level, how = cell.key
        amounts = told.spaces.setdefault(space, Amounts()) if space else others.get(level, told.nowhere)
        amounts.by_how[_HOWS[how]] += cell.amount
    return told


def amounts_by(question: Question, name: str, *, by: Actor) -> dict[Any, Amounts]:
    """Rand by how its place is known, for each value of an attribute (`institution.code`, `financial_year.start` …).

    The headline placed share of each is `.placed_share`. Raises as `cube.answer` does.
    """
    found = cube.answer(_grouped(question, name, "how.code"), by=by)
    labels = found.labels.get(name, {})
    told: dict[Any, Amounts] = defaultdict(Amounts)
    for cell in found.cells:
        key, how = cell.key
        told[labels[key]["code"] if key in labels else key].by_how[_HOWS[how]] += cell.amount
    return dict(told)


@dataclass(frozen=True)
class Predictability:
    """How near what was told a year before came to what was decided.

    `deviation`: Σ |told − decided| ÷ Σ told over everything that was told. `coverage`: the part of what was decided for
    which anything had been told. Both None where nothing was told, or nothing decided.
    """

    told: Decimal
    decided: Decimal
    deviation: Decimal | None
    coverage: Decimal | None


def predictability(
    question: Question, year: int, *, by: Actor, decided: AmountType = AmountType.ORIGINAL,
    cells: tuple[str, ...] = ("institution.code", "function.code", "space.code"),
) -> Predictability:  # fmt: skip
    """The indicative budget of a year, told a year before, against its original (or adjusted) budget, cell by cell.

    `question` has neither the year nor the kind of amount cut. Raises as `cube.answer` does.
    """
    within = _grouped(question, *cells).cut("financial_year.start", str(year))
    sums = [
        {cell.key: cell.amount for cell in cube.answer(within.cut("amount_type.code", str(kind)), by=by).cells}
        for kind in (AmountType.INDICATIVE_1, decided)
    ]
    return compared(*sums)


def compared(told: Mapping[Any, Decimal], decided: Mapping[Any, Decimal]) -> Predictability:
    """What was told against what was decided, by cell.

    >>> found = compared({"water": Decimal(100), "roads": Decimal(50)}, {"water": Decimal(90), "parks": Decimal(60)})
    >>> found.deviation, found.coverage  # (10 + 50) ÷ 150; 90 ÷ 150
    (Decimal('0.4'), Decimal('0.6'))
    """
    whole_told, whole_decided = sum(told.values(), NOTHING), sum(decided.values(), NOTHING)
    apart = sum((abs(amount - decided.get(key, NOTHING)) for key, amount in told.items()), NOTHING)
    covered = sum((amount for key, amount in decided.items() if told.get(key)), NOTHING)
    is_known = bool(whole_told and whole_decided)
    return Predictability(
        whole_told, whole_decided, share(apart, whole_told) if is_known else None,
        share(covered, whole_decided) if is_known else None,
    )  # fmt: skip


@dataclass(frozen=True)
class Concentration:
    """Over how few spaces rand is spread, beside the people who live there.

    `herfindahl`: Σ of squared parts: 1 is all in one space, 1 ÷ n the same in each of n; `of_people`: of people.
    `largest`: the five spaces with most rand, their part of the rand, and their part of the people.
    """

    herfindahl: Decimal | None
    of_people: Decimal | None
    largest: tuple[str, ...]
    largest_share: Decimal | None
    largest_people: Decimal | None


def concentration(rand: Mapping[str, Decimal], people: Mapping[str, int]) -> Concentration:
    """How concentrated rand by space is. Spaces without rand, or with less than none, count as none.

    >>> found = concentration({"A": Decimal(75), "B": Decimal(25)}, {"A": 50, "B": 50})
    >>> found.herfindahl, found.of_people, found.largest
    (Decimal('0.6250'), Decimal('0.50'), ('A', 'B'))
    """
    known = {code: amount for code, amount in rand.items() if amount > 0}
    largest = tuple(sorted(known, key=lambda code: (-known[code], code))[:_LARGEST])
    counted = {code: Decimal(count) for code, count in people.items()}
    return Concentration(
        _herfindahl(known), _herfindahl(counted), largest,
        share(sum((known[code] for code in largest), NOTHING), sum(known.values(), NOTHING)),
        share(sum((counted.get(code, NOTHING) for code in largest), NOTHING), sum(counted.values(), NOTHING)),
    )  # fmt: skip


def told_by_evidence_or_rule(lying_in: Lying) -> dict[str, Decimal]:
    """Rand by space without what was shared out by an indicator, which says nothing of where rand goes."""
    return {
        code: amounts.total - amounts.by_how.get(How.APPORTIONED, NOTHING) for code, amounts in lying_in.spaces.items()
    }


def peers_median(values: Mapping[str, Decimal], category_of: Mapping[str, str]) -> dict[str, Decimal]:
    """The median of the values by category (metropolitan, district), of those spaces that have one."""
    by_category: dict[str, list[Decimal]] = defaultdict(list)
    for code, value in values.items():
        by_category[category_of[code]].append(value)
    return {category: median(known) for category, known in by_category.items()}


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """A part of a whole; None where there is none, or where it is less than none (corrections of another year)."""
    return part / whole if whole > 0 else None


def _herfindahl(values: Mapping[str, Decimal]) -> Decimal | None:
    whole = sum(values.values(), NOTHING)
    if whole <= 0:
        return None
    return sum(((value / whole) ** 2 for value in values.values()), NOTHING)


def _grouped(question: Question, *names: str) -> Question:
    return replace(question, by=tuple(cube.attribute(name) for name in names), order=(), page=1)
