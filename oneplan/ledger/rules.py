"""Decisions of the ledger: funding, movement and execution of an entry, shares to the cent, and what may be done when.

Pure: amounts come in as rand, the answer is a word. Unknown (None) stays unknown: it is never taken for 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from oneplan.frameworks.loading import load
from oneplan.ledger.choices import Execution, Funding, Movement
from oneplan.ledger.models import Cycle
from oneplan.platform.errors import RuleBroken

SHARE_PARTS = 10**12  # shares of links have twelve places
LEAST_REASON = 10


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share of 1, why it is that, and where it is from."""

    share: Decimal
    reason: str
    reference: str


@dataclass(frozen=True)
class Thresholds:
    """What tells the words of the three axes apart."""

    valid_from: date
    standing: str
    reference: str
    tolerance: Threshold
    token: Threshold
    spent: Threshold
    rolled_over: Threshold


@cache
def thresholds() -> Thresholds:
    """Those of parameters/thresholds.yaml."""
    return load(Path(__file__).parent / "parameters" / "thresholds.yaml", Thresholds, {Decimal: Decimal})


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the axes are decided from, of one entry, in rand. None: nobody reports it.

    `total`, `total_before`: the commitment's budgets over all its entries, now and in the cycle before. `next_original`
    and `next_adjusted`: of the same lines in the year after.
    """

    pledged: Decimal = Decimal(0)
    says_unfunded: bool = False  # the party itself pledges nothing and says that the money is not there
    budget: Decimal | None = None
    before: Decimal | None = None
    total: Decimal | None = None
    total_before: Decimal | None = None
    same_lines: bool = True  # the lines that pay are those of the cycle before
    has_before: bool = True  # there is a cycle before, and it knew the commitment
    spent: Decimal | None = None
    has_ended: bool = False
    next_original: Decimal | None = None
    next_adjusted: Decimal | None = None


def funding(told: Amounts) -> Funding:
    """How much of what was pledged stands in linked lines. Without a return or a link it is not known."""
    at = thresholds()
    if told.budget is None:
        return Funding.UNFUNDED if told.says_unfunded and not told.pledged else Funding.UNKNOWN
    if told.pledged <= 0:
        return Funding.UNKNOWN  # nothing was pledged that it could be measured by
    if told.budget <= told.pledged * at.token.share:
        return Funding.UNFUNDED
    if told.budget >= told.pledged * (1 - at.tolerance.share):
        return Funding.FUNDED
    return Funding.PART_FUNDED


def movement(told: Amounts) -> Movement:
    """What became of a year's budget since the cycle before; moved where the commitment's total stayed."""
    if not told.has_before:
        return Movement.UNKNOWN
    stayed = told.total is not None and told.total_before is not None and is_same(told.total, told.total_before)
    if told.budget is None or told.before is None:
        was_there = (told.budget or told.before) is not None
        return Movement.MOVED if stayed and was_there else Movement.UNKNOWN
    if is_same(told.budget, told.before):
        return Movement.UNCHANGED if told.same_lines else Movement.MOVED
    if stayed:
        return Movement.MOVED
    return Movement.INCREASED if told.budget > told.before else Movement.REDUCED


def is_same(now: Decimal, before: Decimal) -> bool:
    """Whether two amounts differ by no more than the tolerance."""
    return abs(now - before) <= abs(before) * thresholds().tolerance.share


def execution(told: Amounts) -> Execution:
    """What was spent of a year that ended. Lapsed only where the next year's adjusted budget shows no roll-over."""
    at = thresholds()
    if not told.has_ended or told.spent is None or not told.budget or told.budget < 0:
        return Execution.UNKNOWN
    if told.spent >= told.budget * at.spent.share:
        return Execution.SPENT
    if told.next_original is None or told.next_adjusted is None:
        return Execution.UNDERSPENT  # it may still be rolled over
    seen = told.next_adjusted - told.next_original
    is_rolled = seen >= (told.budget - told.spent) * at.rolled_over.share
    return Execution.UNDERSPENT if is_rolled else Execution.LAPSED


def split(cents: int, shares: Sequence[tuple[int, int]]) -> dict[int, int]:
    """What of a line's cents falls to each link (link → part of SHARE_PARTS), by largest remainder.

    What is left of the whole falls to nobody, as if to one more link; so parts and rest sum to the line to the cent.
    Of equal remainders the link that was written first comes first, nobody's rest last. Negative lines split as their
    positives do. Raises ValueError where shares are more than the whole.
    """
    rest = SHARE_PARTS - sum(part for _link, part in shares)
    if rest < 0 or any(part < 0 for _link, part in shares):
        raise ValueError("Shares of a line are more than the line.")
    size = abs(cents)
    given: dict[int, int] = {}
    remainders: list[tuple[int, int, int]] = []
    nobody = size * rest // SHARE_PARTS
    left = size - nobody
    for position, (link, part) in enumerate(sorted(shares)):
        whole, over = divmod(size * part, SHARE_PARTS)
        given[link] = whole
        left -= whole
        remainders.append((-over, position, link))
    remainders.append((-(size * rest % SHARE_PARTS), len(shares), 0))
    for _over, _position, link in sorted(remainders)[:left]:
        if link:
            given[link] += 1
    return given if cents >= 0 else {link: -part for link, part in given.items()}


def counted_datasets(datasets: Iterable[str], main: Sequence[str], order: Sequence[str]) -> frozenset[str]:
    """Whose lines are added in one entry: the main datasets', which tell a rand once; else those of the first other."""
    found = set(datasets)
    if counting := found & set(main):
        return frozenset(counting)
    rank = {code: number for number, code in enumerate(order)}
    return frozenset(sorted(found, key=lambda code: (rank.get(code, len(order)), code))[:1])


def check_reason(reason: str) -> None:
    """A reason that says something. Raises RuleBroken."""
    if len(reason.strip()) < LEAST_REASON:
        raise RuleBroken(_("Give the reason in at least %(n)s signs: it is kept and shown.") % {"n": LEAST_REASON})


def check_can_open(known: Mapping[str, bool], label: str) -> None:
    """Whether a cycle may be opened. `known`: labels of cycles, and whether each is open. Raises RuleBroken."""
    if not label.strip():
        raise RuleBroken(_("Give the cycle a name, such as “Adopted budgets 2026/27”."))
    for other, is_open in known.items():
        if is_open:
            raise RuleBroken(
                _("The cycle “%(label)s” is open. Close it first: one is open at a time.") % {"label": other}
            )
    if label.strip() in known:
        raise RuleBroken(_("A cycle “%(label)s” was there before. Give this one a name of its own.") % {"label": label})


def check_is_open(cycle: Cycle) -> None:
    """Whether a cycle's entries may still change. Raises RuleBroken."""
    if not cycle.is_open:
        raise RuleBroken(
            _("The cycle “%(label)s” is closed: its entries are kept as they were. Open a new cycle.")
            % {"label": cycle.label}
        )


def check_can_close(cycle: Cycle) -> None:
    """Whether a cycle may be closed: it is open and was computed. Raises RuleBroken."""
    check_is_open(cycle)
    if cycle.computed_at is None:
        raise RuleBroken(_("This cycle was never computed: there is nothing to keep. Compute it first."))
