"""Rand by space, year and sphere: what is pledged in each space, by the space's share, from the sums that are kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal

from oneplan.commitments.choices import Acceptance, FundingStatus
from oneplan.commitments.queries import Pledged, pledged_apart, pledged_in
from oneplan.periods.years import Basis, FinancialYear

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


def money_cubes(spaces: Iterable[str]) -> tuple[Cube, Cube]:
    """Pledges by space and financial year; a shared commitment counts in each space by its share of today.

    Real pledges, and invented ones, which are in no total together. The spaces sum to the whole to the cent, as in the
    ledger. Declined pledges and withdrawn commitments are left out; what a declined party left unfunded is not. The
    caller names only spaces that the reader may read. As many queries as `pledged_apart`.
    """
    told = list(pledged_apart(spaces))
    real, invented = (_cube(each for kind, each in told if kind == wanted) for wanted in (False, True))
    return real, invented


def _cube(pledged: Iterable[Pledged]) -> Cube:
    cube: dict[tuple[str, FinancialYear], MoneyYear] = {}
    for space, year, status, acceptance, sphere, rand in pledged:
        if acceptance != Acceptance.DECLINED or status == FundingStatus.UNFUNDED:
            cube.setdefault((space, year), MoneyYear(year=year)).put(status, sphere, rand)
    return cube


def money_by_year(
    code: str, kinds: Set[bool] = frozenset({False, True})
) -> tuple[dict[str, list[MoneyYear]], dict[str, list[MoneyYear]]]:
    """The money of one space, by basis and year: of real pledges, and of invented ones. Bases are never added.

    `kinds` are those that there can be, False the real ones; where it is one, nobody asks: one query or two.
    """
    if len(kinds) > 1:
        cubes = money_cubes([code])
    else:
        only = _cube(pledged_in([code]))
        cubes = ({}, only) if True in kinds else (only, {})
    return _by_year(cubes[0]), _by_year(cubes[1])


def _by_year(cube: Cube) -> dict[str, list[MoneyYear]]:
    years = [line for _key, line in sorted(cube.items(), key=lambda pair: pair[0][1].start)]
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
