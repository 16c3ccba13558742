"""What budgets hold of an ask's money, in the build that is served. Figures inside government never enter here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from django.utils.translation import gettext as _

from oneplan.access.actors import PUBLIC
from oneplan.alignment.choices import LinkKind, LinkState
from oneplan.alignment.lines import LineAmount, amounts_of, codes_of
from oneplan.alignment.models import BudgetLine, Link
from oneplan.budgets.choices import AmountType
from oneplan.budgets.cube.paying import DECIDED, returned
from oneplan.budgets.models import BudgetRelease
from oneplan.money import format_rand
from oneplan.periods.years import Basis
from oneplan.reprioritisation.choices import AskState
from oneplan.reprioritisation.models import Ask
from oneplan.warehouse.connection import NothingBuilt

_CENT = Decimal("0.01")
_MONTHS = {Basis.PFMA: 4, Basis.MFMA: 7}
# Which state a kind of amount is proof of. Money of a grant is gazetted; else an original budget was adopted.
_STATES = {
    AmountType.INDICATIVE_1: AskState.ALLOCATED, AmountType.INDICATIVE_2: AskState.ALLOCATED,
    AmountType.INDICATIVE_3: AskState.ALLOCATED, AmountType.ALLOCATED: AskState.GAZETTED,
    AmountType.TABLED: AskState.TABLED, AmountType.ORIGINAL: AskState.ADOPTED, AmountType.ADJUSTED: AskState.ADJUSTED,
    AmountType.REVISED: AskState.ADJUSTED, AmountType.FINAL: AskState.ADJUSTED,
}  # fmt: skip
_TABLED = (
    AmountType.TABLED, AmountType.ORIGINAL, AmountType.ALLOCATED, AmountType.ADJUSTED, AmountType.REVISED,
    AmountType.FINAL,
)  # fmt: skip
_ORDER = [AskState.ALLOCATED, AskState.TABLED, AskState.ADOPTED, AskState.GAZETTED, AskState.ADJUSTED]


@dataclass(frozen=True)
class FoundStep:
    """That a release holds more for an ask's lines than was there before."""

    state: AskState
    release: BudgetRelease
    before: Decimal
    found: Decimal
    sentence: str


def lines_of(ask: Ask) -> list[tuple[BudgetLine, Decimal]]:
    """The lines in which an ask's money would stand, with their shares: its own line, else the confirmed links of its
    commitment with lines of the institution.
    """
    links = Link.objects.filter(
        kind=LinkKind.COMMITMENT_LINE, state=LinkState.CONFIRMED, commitment=ask.commitment_id,
        line__institution=ask.institution_id,
    ).select_related("line")  # fmt: skip
    found = [(link.line, link.share or Decimal(1)) for link in links if link.line is not None]
    if ask.line is None:
        return found
    return [(line, share) for line, share in found if line.pk == ask.line.pk] or [(ask.line, Decimal(1))]


def _amounts(ask: Ask) -> list[tuple[LineAmount, Decimal]]:
    lines = lines_of(ask)
    shares = {line.key: share for line, share in lines}
    try:
        told = amounts_of(codes_of(line for line, _share in lines), by=PUBLIC)
    except NothingBuilt:
        return []
    return [
        (each, (each.amount * shares[each.key]).quantize(_CENT, ROUND_HALF_EVEN))
        for rows in told.values()
        for each in rows
        if each.year == ask.financial_year and each.amount_type in _STATES
    ]


def rand_known(ask: Ask) -> Decimal | None:
    """What the newest decided figures hold of an ask's lines in its year today; None where none is known."""
    by_line: dict[str, list[tuple[LineAmount, Decimal]]] = defaultdict(list)
    for each, part in _amounts(ask):
        by_line[each.key].append((each, part))
    if not by_line:
        return None
    return sum(
        (min(rows, key=lambda row: DECIDED.index(row[0].amount_type))[1] for rows in by_line.values()), Decimal(0)
    )


def found_in_budgets(ask: Ask) -> list[FoundStep]:
    """The steps that releases received since the routing are proof of, in the order in which budgets are made."""
    if ask.routed_at is None:
        return []
    first = ask.steps.filter(state=AskState.ROUTED).order_by("pk").first()
    before = (first.before if first else None) or Decimal(0)
    sums: dict[AskState, Decimal] = defaultdict(Decimal)
    refs: dict[AskState, set[str]] = defaultdict(set)
    for each, part in _amounts(ask):
        state = _STATES[each.amount_type]
        sums[state] += part
        refs[state].add(each.release)
    releases = _received_since(ask, {ref for found in refs.values() for ref in found})
    steps = []
    for state in _ORDER:
        newest = max((releases[ref] for ref in refs[state] if ref in releases), key=lambda row: row.pk, default=None)
        if newest is not None and sums[state] > before:
            steps.append(FoundStep(state, newest, before, sums[state], _sentence(ask, newest, before, sums[state])))
    return steps


def _received_since(ask: Ask, refs: Iterable[str]) -> dict[str, BudgetRelease]:
    return {row.ref: row for row in BudgetRelease.objects.filter(ref__in=set(refs), received_at__gt=ask.routed_at)}


def _sentence(ask: Ask, release: BudgetRelease, before: Decimal, found: Decimal) -> str:
    more = found - before
    part = _("all that was asked") if more >= ask.amount else _("part of what was asked")
    return _("%(release)s (%(ref)s): %(found)s in %(year)s, %(before)s before; %(more)s more is %(part)s.") % {
        "release": release.title, "ref": release.ref, "found": format_rand(found), "before": format_rand(before),
        "more": format_rand(more), "part": part, "year": ask.financial_year.label,
    }  # fmt: skip


def tabled_since(ask: Ask) -> bool:
    """Whether a budget of the ask's year was received from its institution since it was routed, tabled or later."""
    if ask.routed_at is None:
        return False
    try:
        told = returned(ask.institution_id, _MONTHS[Basis(ask.basis)], ask.year, is_sample=ask.is_sample)
    except NothingBuilt:
        return False
    return bool(_received_since(ask, {ref for kind, ref in told.items() if kind in _TABLED}))
