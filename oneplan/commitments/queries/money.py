"""Roll-ups: what pledges sum to, in which a shared rand counts once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet, Sum

from oneplan.commitments.choices import SECURED, Acceptance, CommitmentState, FundingStatus
from oneplan.commitments.measures import apportion
from oneplan.commitments.models import Commitment, Pledge
from oneplan.commitments.queries.shares import holds
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear

ZERO = Decimal(0)


class Level(StrEnum):
    """At which level rand is summed. At every level a shared commitment's rand counts once."""

    SPACE = "space"
    PROVINCE = "province"
    COUNTRY = "country"


@dataclass(frozen=True)
class YearLine:
    """The money of one financial year, by how firm it is. Years of different bases are different lines."""

    year: FinancialYear
    committed: Decimal = ZERO
    tabled: Decimal = ZERO
    indicative: Decimal = ZERO
    unfunded: Decimal = ZERO
    accepted: Decimal = ZERO

    @property
    def secured(self) -> Decimal:
        return self.committed + self.tabled

    @property
    def pledged(self) -> Decimal:
        return self.secured + self.indicative

    @property
    def parts(self) -> list[tuple[str, Decimal]]:
        """For a stacked bar."""
        return [(status.value, getattr(self, status.value)) for status in FundingStatus]


@dataclass
class Money:
    """What pledges sum to in one place: by year and basis, never across bases silently.

    Declined pledges are left out.
    """

    by_year: dict[FinancialYear, dict[str, Decimal]] = field(default_factory=dict)

    def add(self, year: FinancialYear, status: str, acceptance: str, amount: Decimal) -> None:
        if acceptance == Acceptance.DECLINED and status != FundingStatus.UNFUNDED:
            return
        line = self.by_year.setdefault(year, defaultdict(lambda: ZERO))
        line[status] += amount
        if acceptance == Acceptance.ACCEPTED and status != FundingStatus.UNFUNDED:
            line["accepted"] += amount

    @property
    def lines(self) -> list[YearLine]:
        """One line per year and basis, in order."""
        return [YearLine(year, **self.by_year[year]) for year in sorted(self.by_year)]

    def of_basis(self, basis: Basis) -> list[YearLine]:
        return [line for line in self.lines if line.year.basis == basis]

    def total(self, *statuses: str, basis: Basis | None = None) -> Decimal:
        """The sum over years of some statuses (all but unfunded unless told), of one basis or of both."""
        wanted = statuses or (*SECURED, FundingStatus.INDICATIVE)
        return sum(
            (
                amounts[status]
                for year, amounts in self.by_year.items()
                if basis is None or year.basis == basis
                for status in wanted
                if status in amounts
            ),
            ZERO,
        )

    @property
    def pledged(self) -> Decimal:
        return self.total()

    @property
    def secured(self) -> Decimal:
        return self.total(*SECURED)

    @property
    def unfunded(self) -> Decimal:
        return self.total(FundingStatus.UNFUNDED)

    @property
    def accepted(self) -> Decimal:
        return self.total("accepted")


def pledges_of(rows: "QuerySet[Commitment]", party: str = "") -> "QuerySet[Pledge]":
    """The pledges of these commitments, of one party or of all; without a detour where nothing narrows the rows."""
    pledges = Pledge.objects.filter(party__institution=party) if party else Pledge.objects.all()
    return pledges.filter(party__commitment__in=rows.order_by().values("pk")) if rows.query.has_filters() else pledges


_GROUP = ("year", "basis", "status", "acceptance")


def rollup(
    rows: "QuerySet[Commitment]", level: Level, *, on: date | None = None, party: str = "", withdrawn: bool = False
) -> dict[str, Money]:
    """Money by place, of all pledges or of one party's. What is shared counts in each space by its part, once in all.

    What was withdrawn promises nothing any more and is left out unless it is asked for. Two queries, whatever the
    number of rows: what lies in one space is summed in the database; what is shared is apportioned here to the cent
    (measures.apportion), so that the spaces sum to the whole exactly. Country: key "ZA".
    """
    places: dict[str, Money] = defaultdict(Money)
    pledges = pledges_of(rows, party)
    if not withdrawn:
        pledges = pledges.exclude(party__commitment__state=CommitmentState.WITHDRAWN)
    if level == Level.COUNTRY:
        for row in pledges.order_by().values_list(*_GROUP).annotate(total=Sum("amount")):
            _add(places["ZA"], row)
        return dict(places)
    place = "space_id" if level == Level.SPACE else "space__province_id"
    on = on or clock.today()
    prefix = "party__commitment__shares__"
    whole = (
        pledges.filter(holds(on, prefix), **{f"{prefix}fraction": 1})
        .order_by()
        .values_list(*_GROUP, f"{prefix}{place}")
        .annotate(total=Sum("amount"))
    )
    for row in whole:
        _add(places[row[4]], (*row[:4], row[5]))
    _add_shared(places, pledges, on, level)
    return dict(places)


def _add(money: Money, row: tuple[Any, ...]) -> None:
    year, basis, status, acceptance, total = row
    money.add(FinancialYear(year, Basis(basis)), status, acceptance, total)


def _add_shared(places: Mapping[str, Money], pledges: "QuerySet[Pledge]", on: date, level: Level) -> None:
    """Pledges of shared commitments, each with its spaces, in one query; apportioned pledge by pledge."""
    prefix = "party__commitment__shares__"
    lines = (
        pledges.filter(holds(on, prefix), **{f"{prefix}fraction__lt": 1})
        .order_by()
        .values_list("pk", *_GROUP, "amount", f"{prefix}space_id", f"{prefix}space__province_id", f"{prefix}fraction")
    )
    keys: dict[int, tuple[Any, ...]] = {}
    fractions: dict[int, dict[str, Decimal]] = defaultdict(dict)
    provinces: dict[str, str] = {}
    for pledge, *key, amount, space, province, fraction in lines:
        keys[pledge] = (*key, amount)
        fractions[pledge][space] = fraction
        provinces[space] = province
    for pledge, (*key, amount) in keys.items():
        for space, part in apportion(amount, fractions[pledge]).items():
            _add(places[space if level == Level.SPACE else provinces[space]], (*key, part))
