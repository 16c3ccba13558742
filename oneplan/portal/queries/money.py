"""Rand by space, year and sphere: what is pledged in each space, by the space's share, in two queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When

from oneplan.commitments.choices import Acceptance, CommitmentState, FundingStatus
from oneplan.commitments.measures import apportion
from oneplan.commitments.models import Pledge
from oneplan.commitments.queries import shares_on
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.prepared import prepared

SPHERES = ("national", "provincial", "local", "")
Cube = Mapping[tuple[str, FinancialYear], "MoneyYear"]


@dataclass
class Spread:
    """Rand of one basis: secured (committed or tabled) by the sphere that pledges it, and what is less firm."""

    spheres: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(SPHERES, Decimal(0)))
    indicative: Decimal = Decimal(0)
    unfunded: Decimal = Decimal(0)

    def put(self, status: str, sphere: str, rand: Decimal) -> None:
        """Add the rand of one kind of pledge."""
        if status == FundingStatus.UNFUNDED:
            self.unfunded += rand
        elif status == FundingStatus.INDICATIVE:
            self.indicative += rand
        else:
            self.spheres[sphere] += rand

    def take(self, other: "Spread") -> None:
        """Add all of another one of the same basis."""
        for sphere, rand in other.spheres.items():
            self.spheres[sphere] += rand
        self.indicative += other.indicative
        self.unfunded += other.unfunded

    @property
    def national(self) -> Decimal:
        return self.spheres["national"]

    @property
    def provincial(self) -> Decimal:
        return self.spheres["provincial"]

    @property
    def local(self) -> Decimal:
        return self.spheres["local"]

    @property
    def partners(self) -> Decimal:
        return self.spheres[""]

    @property
    def secured(self) -> Decimal:
        return sum(self.spheres.values(), Decimal(0))

    @property
    def parts(self) -> list[tuple[str, Decimal]]:
        return [("committed", self.secured), ("indicative", self.indicative), ("unfunded", self.unfunded)]


@dataclass
class MoneyYear(Spread):
    """The rand of one financial year, which has one basis."""

    year: FinancialYear = field(kw_only=True)


_SHARE = "party__commitment__shares__"
_TERMS = (f"{_SHARE}space", "year", "basis", "status", "acceptance", "party__institution__sphere")


@prepared
def _pledged(*, spaces: tuple[str, ...], today: date) -> QuerySet[Any, tuple[Any, ...]]:
    """Pledges of commitments that stand, beside the shares that hold on a day: summed where a space has the whole, each
    by itself and beside all its spaces where it is shared, because only then its cents can be shared out.
    """
    here = shares_on(today).filter(space__in=spaces, fraction__lt=1).values("commitment_id")
    holds = Q(**{f"{_SHARE}valid_to": None}) | Q(**{f"{_SHARE}valid_to__gt": today})
    whole = Q(**{f"{_SHARE}fraction": 1, f"{_SHARE}space__in": spaces})
    shared = Q(**{f"{_SHARE}fraction__lt": 1, "party__commitment__in": here})
    rows = Pledge.objects.filter(holds, whole | shared, **{f"{_SHARE}valid_from__lte": today})
    apart = Case(When(**{f"{_SHARE}fraction__lt": 1}, then=F("pk")), default=Value(0))
    return (
        rows.exclude(party__commitment__state=CommitmentState.WITHDRAWN)
        .order_by()
        .annotate(apart=apart)
        .values_list(*_TERMS, "apart", f"{_SHARE}fraction")
        .annotate(rand=Sum("amount"))
    )


def money_cube(spaces: Iterable[str]) -> Cube:
    """Pledges by space and financial year; a shared commitment counts in each space by its share of today.

    The spaces sum to the whole to the cent, as in the ledger (commitments.measures.apportion). Declined pledges and
    withdrawn commitments are left out; what a declined party left unfunded is not. The caller names only spaces that
    the reader may read. One query.
    """
    codes, today = tuple(spaces), clock.today()
    cube: dict[tuple[str, FinancialYear], MoneyYear] = {}

    def put(space: str, terms: list[Any], rand: Decimal) -> None:
        start, basis, status, answer, sphere = terms
        if answer != Acceptance.DECLINED or status == FundingStatus.UNFUNDED:
            year = FinancialYear(start, Basis(basis))
            cube.setdefault((space, year), MoneyYear(year=year)).put(status, sphere, rand)

    if not codes:
        return cube
    amounts: dict[int, tuple[list[Any], Decimal]] = {}
    fractions: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for space, *terms, pledge, fraction, rand in _pledged(spaces=codes, today=today):
        if pledge:
            amounts[pledge], fractions[pledge][space] = (terms, rand), fraction
        else:
            put(space, terms, rand)
    for pledge, (terms, amount) in amounts.items():
        for space, part in apportion(amount, fractions[pledge]).items():
            if space in codes:
                put(space, terms, part)
    return cube


def money_by_year(code: str) -> dict[str, list[MoneyYear]]:
    """The money of one space, by basis and year. Bases are never added. One query."""
    years = [line for _key, line in sorted(money_cube([code]).items(), key=lambda pair: pair[0][1].start)]
    return {basis.value: [line for line in years if line.year.basis == basis] for basis in Basis}


def by_space(cube: Cube, basis: Basis, start: int | None = None) -> dict[str, Spread]:
    """The rand of each space on one basis: of one year, or of all of them together."""
    spaces: dict[str, Spread] = defaultdict(Spread)
    for (space, year), line in cube.items():
        if year.basis == basis and start in (None, year.start):
            spaces[space].take(line)
    return dict(spaces)


def total(spreads: Iterable[Spread]) -> Spread:
    """All of them together: each space's share, so that what is shared counts once."""
    whole = Spread()
    for each in spreads:
        whole.take(each)
    return whole
