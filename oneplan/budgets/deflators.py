"""Rand of other years at the prices of one, by a named, dated index. A year that it does not reach is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

from oneplan.frameworks.loading import load

_FILE = Path(__file__).parent / "parameters" / "deflators.yaml"
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Rate:
    """By how many per cent the annual average of a calendar year is above that of the year before; where it was told.

    `compared_with` says with what the rate was compared before it was kept; None where it was with nothing.
    """

    year: int
    change: str
    document: str
    table: str
    compared_with: str | None = None

    @property
    def is_verified(self) -> bool:
        return bool(self.compared_with)

    @property
    def percent(self) -> Decimal:
        return Decimal(self.change)

    @property
    def factor(self) -> Decimal:
        return 1 + self.percent / 100


@dataclass(frozen=True)
class Deflator:
    """One index on a day, at the prices of one calendar year."""

    code: str
    title: str
    reference: str
    as_at: date
    base_year: int
    rates: tuple[Rate, ...]

    @cached_property
    def levels(self) -> dict[int, Decimal]:
        """Price level by calendar year; the base year is 1."""
        level, found = Decimal(1), {min(rate.year for rate in self.rates) - 1: Decimal(1)}
        for rate in sorted(self.rates, key=lambda rate: rate.year):
            level *= rate.factor
            found[rate.year] = level
        return {year: each / found[self.base_year] for year, each in found.items()}

    def constant(self, amount: Decimal, year: int, first_month: int) -> Decimal | None:
        """Rand of a financial year at the prices of the base year; None where the index does not reach.

        A financial year's prices are those of its two calendar years, weighed by its months in each.
        """
        months = 13 - first_month
        first, second = self.levels.get(year), self.levels.get(year + 1)
        if first is None or (second is None and months < 12):
            return None
        level = (first * months + (second or first) * (12 - months)) / 12
        return (amount / level).quantize(_CENT)

    @property
    def unverified(self) -> list[int]:
        """The years whose rate was compared with nothing."""
        return [rate.year for rate in self.rates if not rate.is_verified]

    @property
    def verified_from(self) -> int:
        """The first calendar year whose prices reach the base year by compared rates alone."""
        return max([year for year in self.unverified if year <= self.base_year], default=min(self.levels))


@dataclass(frozen=True)
class _Series:
    code: str
    title: str
    reference: str
    rates: tuple[Rate, ...]


@dataclass(frozen=True)
class _Dated:
    code: str
    series: str
    base_year: int
    last_year: int
    as_at: date


@dataclass(frozen=True)
class _Deflators:
    series: tuple[_Series, ...]
    deflators: tuple[_Dated, ...]


@cache
def deflators() -> tuple[Deflator, ...]:
    """Every index that can be chosen, oldest first."""
    told = load(_FILE, _Deflators)
    series = {each.code: each for each in told.series}
    return tuple(
        Deflator(
            each.code, series[each.series].title, series[each.series].reference, each.as_at, each.base_year,
            tuple(rate for rate in series[each.series].rates if rate.year <= each.last_year),
        )
        for each in told.deflators
    )  # fmt: skip


def deflator(code: str = "") -> Deflator:
    """The index of that code; the newest where there is none."""
    return next((each for each in deflators() if each.code == code), deflators()[-1])
