"""Reconciliation: of every dataset, institution, year and kind the source's total, and what of it was traced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max, QuerySet, Sum
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.alignment.lines import now_serving
from oneplan.budgets.choices import AmountType, Standing
from oneplan.budgets.cube.reconciling import source_totals
from oneplan.ledger.models import Cycle, EntryLine
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.connection import NothingBuilt

ZERO = Decimal(0)
_BASES = {4: Basis.PFMA, 7: Basis.MFMA}


@dataclass(frozen=True, slots=True)
class Reconciled:
    """source = traced + untraced, in rand. `linked`: of lines that somebody linked; `by_lines`: of all lines."""

    dataset: str
    standing: Standing
    institution: str
    year: FinancialYear
    amount_type: AmountType
    releases: tuple[str, ...]
    source: Decimal
    by_lines: Decimal
    linked: Decimal
    traced: Decimal

    @property
    def untraced_of_linked(self) -> Decimal:
        return self.linked - self.traced

    @property
    def unlinked(self) -> Decimal:
        return self.by_lines - self.linked

    @property
    def difference(self) -> Decimal:
        """What the source has that traced and untraced together have not: 0,00 where all is right."""
        return self.source - (self.traced + self.untraced_of_linked + self.unlinked)

    @property
    def share(self) -> Decimal | None:
        return self.traced / self.source if self.source else None


_Key = tuple[str, str, str, int, str, str]


def reconciliation(
    actor: Actor, cycle: Cycle, *, dataset: str = "", institution: str = "", year: FinancialYear | None = None
) -> list[Reconciled]:
    """Every total that the build holds, against the ledger of a cycle. Raises RuleBroken where builds differ."""
    _check_same_build(cycle)
    linked, traced = _of_ledger(cycle)
    found = []
    for total in source_totals(by=actor):
        if total.basis not in _BASES:
            continue
        when = FinancialYear(total.year, _BASES[total.basis])
        if (dataset and total.dataset != dataset) or (institution and total.institution != institution):
            continue
        if year is not None and when != year:
            continue
        key = (
            total.dataset,
            str(total.standing),
            total.institution,
            total.year,
            str(when.basis),
            str(total.amount_type),
        )
        found.append(Reconciled(
            total.dataset, total.standing, total.institution, when, total.amount_type, total.releases, total.reported,
            total.by_lines, linked.get(key, ZERO), traced.get(key, ZERO),
        ))  # fmt: skip
    return found


def _check_same_build(cycle: Cycle) -> None:
    try:
        serving = now_serving()
    except NothingBuilt:
        serving = ""
    if not serving:
        raise RuleBroken(_("No budget has been loaded, so there is nothing to reconcile with."))
    if cycle.build != serving:
        raise RuleBroken(
            _("This cycle was computed from other budgets than are served now. Compute it anew, or see the open one.")
        )


def _of_ledger(cycle: Cycle) -> tuple[dict[_Key, Decimal], dict[_Key, Decimal]]:
    """Rand of the lines behind the ledger, each line once, and what of it falls to commitments."""
    names = (
        "link__line__dataset", "link__line__standing", "entry__institution_id", "entry__year", "entry__basis",
        "amount_type",
    )  # fmt: skip
    linked: dict[_Key, Decimal] = defaultdict(Decimal)
    traced: dict[_Key, Decimal] = defaultdict(Decimal)
    rows = EntryLine.objects.filter(entry__cycle=cycle).order_by()
    for *key, _line, whole, amount in rows.values_list(*names, "link__line_id").annotate(
        w=Max("whole"), a=Sum("amount")
    ):  # fmt: skip
        linked[tuple(key)] += whole
        traced[tuple(key)] += amount
    return linked, traced


def lines_behind(actor: Actor, cycle: Cycle, row: Reconciled) -> QuerySet[EntryLine]:
    """The linked lines of one total: what each came to, and to whom it fell."""
    rows = EntryLine.objects.filter(
        entry__cycle=cycle, entry__institution=row.institution, entry__year=row.year.start, entry__basis=row.year.basis,
        amount_type=row.amount_type, link__line__dataset=row.dataset, link__line__standing=row.standing,
    )  # fmt: skip
    return rows.select_related("entry__commitment", "link__line").order_by("link__line__label", "pk")


@dataclass(frozen=True, slots=True)
class Summed:
    """Reconciled totals of a dataset, year and kind over its institutions."""

    dataset: str
    standing: Standing
    year: FinancialYear
    amount_type: AmountType
    releases: tuple[str, ...]
    source: Decimal
    traced: Decimal
    untraced_of_linked: Decimal
    unlinked: Decimal
    difference: Decimal
    institutions: int

    @property
    def share(self) -> Decimal | None:
        return self.traced / self.source if self.source else None


def by_dataset(rows: Iterable[Reconciled]) -> list[Summed]:
    """The same by dataset, standing, year and kind: samples and real figures stay apart, so do kinds."""
    found: dict[tuple[str, Standing, FinancialYear, AmountType], list[Reconciled]] = defaultdict(list)
    for row in rows:
        found[row.dataset, row.standing, row.year, row.amount_type].append(row)
    return [_summed(key, held) for key, held in found.items()]


def _summed(key: tuple[str, Standing, FinancialYear, AmountType], held: list[Reconciled]) -> Summed:
    return Summed(
        *key, tuple(sorted({ref for row in held for ref in row.releases})), sum((row.source for row in held), ZERO),
        sum((row.traced for row in held), ZERO), sum((row.untraced_of_linked for row in held), ZERO),
        sum((row.unlinked for row in held), ZERO), sum((row.difference for row in held), ZERO), len(held),
    )  # fmt: skip
