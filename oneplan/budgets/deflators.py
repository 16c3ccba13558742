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
    """By how many per cent the annual average of a calendar year is above that of the year before."""

    year: int
    change: float


@dataclass(frozen=True)
class Deflator:
    """One index. `is_verified`: compared with its publication, figure by figure."""

    code: str
    title: str
    reference: str
    as_at: date
    is_verified: bool
    base_year: int
    rates: tuple[Rate, ...]

    @cached_property
    def levels(self) -> dict[int, Decimal]:
        """Price level by calendar year; the base year is 1."""
        level, found = Decimal(1), {min(rate.year for rate in self.rates) - 1: Decimal(1)}
        for rate in sorted(self.rates, key=lambda rate: rate.year):
            level *= 1 + Decimal(str(rate.change)) / 100
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


@dataclass(frozen=True)
class _Deflators:
    deflators: tuple[Deflator, ...]


@cache
def deflator() -> Deflator:
    """The index in use: the last of its file."""
    return load(_FILE, _Deflators).deflators[-1]
