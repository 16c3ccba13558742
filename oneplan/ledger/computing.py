"""How entries come out of pledges, links and the amounts of lines. Pure: whole cents in, entries out, nothing asked.

Amounts of a line are split over all its links at once, so that what falls to commitments and what falls to nobody sum
to the line to the cent. In an entry each line counts with its newest decided amount, and no rand twice: where main
datasets tell it, no other is added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from oneplan.alignment.lines import DECIDED
from oneplan.budgets.choices import AmountType
from oneplan.ledger import rules
from oneplan.ledger.choices import Execution, Funding, Movement
from oneplan.periods.years import Basis, FinancialYear

SPENT = (AmountType.RESTATED, AmountType.AUDITED, AmountType.PRE_AUDIT, AmountType.ACTUAL)  # the surest first
_DECIDED_RANK = {kind: rank for rank, kind in enumerate(DECIDED)}
_SPENT_RANK = {kind: rank for rank, kind in enumerate(SPENT)}


class Key(NamedTuple):
    """What an entry is of: a party's part of a commitment in a year."""

    commitment: int
    institution: str
    year: int
    basis: str


class Paid(NamedTuple):
    """A link that counts: of `line` (a key), `share` parts of `rules.SHARE_PARTS` fall to `commitment`."""

    line: int
    link: int
    commitment: int
    share: int


class Line(NamedTuple):
    """What names a line here."""

    institution: str
    dataset: str
    is_government: bool


class Told(NamedTuple):
    """What the build says of a line in one year, in cents."""

    year: int
    basis: str
    amount_type: AmountType
    cents: int


class Part(NamedTuple):
    """What of a line's amount falls to a commitment, in cents."""

    link: int
    line: int
    amount_type: AmountType
    whole: int
    amount: int
    is_counted: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """An entry of the cycle before: its budget in cents and the lines that paid it."""

    budget: int | None
    lines: frozenset[int]


@dataclass(slots=True)
class Sum:
    """What an entry comes to, in cents; None: nobody reports it."""

    pledged: int = 0
    says_unfunded: bool = False
    parts: list[Part] = field(default_factory=list)
    is_government: bool = False
    budget: int | None = None
    budget_type: str = ""  # "": of several kinds, each line its newest
    original: int | None = None
    adjusted: int | None = None
    spent: int | None = None
    spent_type: str = ""
    before: int | None = None
    counted: frozenset[int] = frozenset()  # links whose decided amounts are the budget
    paying: frozenset[int] = frozenset()  # their lines
    is_comparable: bool = False  # budget and spending are told by the same lines
    funding: Funding = Funding.UNKNOWN
    movement: Movement = Movement.UNKNOWN
    execution: Execution = Execution.UNKNOWN


@dataclass(frozen=True)
class Ground:
    """All that entries are computed from. `amounts` by line; `before` None in the first cycle."""

    pledges: Iterable[tuple[int, str, int, str, bool, int]]  # commitment, party, year, basis, says unfunded, cents
    paid: Iterable[Paid]
    lines: Mapping[int, Line]
    amounts: Mapping[int, Iterable[Told]]
    before: Mapping[Key, Before] | None
    main: tuple[str, ...]
    order: tuple[str, ...]
    as_at: date


def compute(ground: Ground, wanted: Collection[int] | None) -> dict[Key, Sum]:
    """Entries by key. `wanted`: of these commitments alone, though lines are split over all their links."""
    sums: dict[Key, Sum] = defaultdict(Sum)
    for commitment, institution, year, basis, says_unfunded, cents in ground.pledges:
        one = sums[Key(commitment, institution, year, basis)]
        if says_unfunded:
            one.says_unfunded = True
        else:
            one.pledged += cents
    for key, part, is_government in _split(ground, wanted):
        one = sums[key]
        one.parts.append(part)
        one.is_government = one.is_government or is_government
    for key, held in (ground.before or {}).items():
        if held.budget is not None:
            sums[key].before = held.budget
    for one in sums.values():
        if one.parts:
            _add_up(one, ground)
    _decide(sums, ground)
    return dict(sums)


def _split(ground: Ground, wanted: Collection[int] | None) -> Iterator[tuple[Key, Part, bool]]:
    of_line: dict[int, list[Paid]] = defaultdict(list)
    for paid in ground.paid:
        of_line[paid.line].append(paid)
    for number, links in of_line.items():
        line, shares = ground.lines[number], [(each.link, each.share) for each in links]
        is_one = len(shares) == 1 and shares[0][1] == rules.SHARE_PARTS
        for told in ground.amounts.get(number, ()):
            given = {shares[0][0]: told.cents} if is_one else rules.split(told.cents, shares)
            for link in links:
                if wanted is None or link.commitment in wanted:
                    key = Key(link.commitment, line.institution, told.year, told.basis)
                    part = Part(link.link, number, told.amount_type, told.cents, given[link.link])
                    yield key, part, line.is_government


def _add_up(one: Sum, ground: Ground) -> None:
    """Budget, original, adjusted and spent of an entry from its parts; which of them count."""
    budget = _best(one.parts, _DECIDED_RANK)
    spent = _best(one.parts, _SPENT_RANK)
    by_budget, by_spent = _counted(budget.values(), ground), _counted(spent.values(), ground)
    budget = {link: part for link, part in budget.items() if ground.lines[part.line].dataset in by_budget}
    spent = {link: part for link, part in spent.items() if ground.lines[part.line].dataset in by_spent}
    if budget:
        one.counted = frozenset(budget)
        one.paying = frozenset(part.line for part in budget.values())
        one.budget, one.budget_type = _sum(budget)
        one.original = _whole_of(one.parts, one.counted, AmountType.ORIGINAL)
        one.adjusted = _whole_of(one.parts, one.counted, AmountType.ADJUSTED)
    if spent and not (one.counted and by_budget == by_spent and set(spent) < one.counted):
        one.spent, one.spent_type = _sum(spent)  # not where some of the lines have not told theirs
        one.is_comparable = set(spent) == one.counted
    chosen = {*budget.values(), *(spent.values() if one.spent is not None else ())}
    one.parts = [part._replace(is_counted=True) if part in chosen else part for part in one.parts]


def _best(parts: Iterable[Part], rank: Mapping[AmountType, int]) -> dict[int, Part]:
    """Of each link the part whose kind comes first in the ranks."""
    found: dict[int, Part] = {}
    for part in parts:
        place = rank.get(part.amount_type)
        if place is not None and (part.link not in found or place < rank[found[part.link].amount_type]):
            found[part.link] = part
    return found


def _counted(parts: Iterable[Part], ground: Ground) -> frozenset[str]:
    return rules.counted_datasets((ground.lines[part.line].dataset for part in parts), ground.main, ground.order)


def _sum(parts: Mapping[int, Part]) -> tuple[int, str]:
    kinds = {part.amount_type for part in parts.values()}
    return sum(part.amount for part in parts.values()), str(next(iter(kinds))) if len(kinds) == 1 else ""


def _whole_of(parts: Iterable[Part], links: Collection[int], kind: AmountType) -> int | None:
    """The sum of one kind over these links; None where one of them does not tell it."""
    found = [part.amount for part in parts if part.amount_type == kind and part.link in links]
    return sum(found) if found and len(found) == len(links) else None


def _decide(sums: Mapping[Key, Sum], ground: Ground) -> None:
    """The three axes of every entry."""
    now: dict[tuple[int, str], int] = defaultdict(int)
    was: dict[tuple[int, str], int] = defaultdict(int)
    known_now, known_before = set(), set()
    for key, one in sums.items():
        whole = (key.commitment, key.basis)
        if one.budget is not None:
            now[whole] += one.budget
            known_now.add(whole)
        if one.before is not None:
            was[whole] += one.before
            known_before.add(whole)
    seen = {key.commitment for key in ground.before or ()}
    ended: dict[tuple[int, str], bool] = {}
    for key, one in sums.items():
        whole, when = (key.commitment, key.basis), (key.year, key.basis)
        if when not in ended:
            ended[when] = FinancialYear(key.year, Basis(key.basis)).ends_on < ground.as_at
        after = sums.get(key._replace(year=key.year + 1))
        held = (ground.before or {}).get(key)
        told = rules.Amounts(
            pledged=_rand(one.pledged), says_unfunded=one.says_unfunded, budget=_known(one.budget),
            before=_known(one.before), total=_known(now[whole] if whole in known_now else None),
            total_before=_known(was[whole] if whole in known_before else None),
            same_lines=held is None or held.lines == one.paying,
            has_before=ground.before is not None and key.commitment in seen,
            spent=_known(one.spent) if one.is_comparable else None, has_ended=ended[when],
            next_original=_known(_whole_of(after.parts, one.counted, AmountType.ORIGINAL) if after else None),
            next_adjusted=_known(_whole_of(after.parts, one.counted, AmountType.ADJUSTED) if after else None),
        )  # fmt: skip
        one.funding, one.movement = rules.funding(told), rules.movement(told)
        one.execution = rules.execution(told)


def _rand(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _known(cents: int | None) -> Decimal | None:
    return None if cents is None else _rand(cents)
