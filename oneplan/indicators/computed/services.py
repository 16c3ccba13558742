"""How far services reach: a stated composite of shares of households, and what it would cost to reach the rest.

The composite is a weighted arithmetic mean of shares, the simplest of the aggregations in OECD and Joint Research
Centre (2008), Handbook on Constructing Composite Indicators, chapter 6 (linear aggregation): what one service lacks,
another can make up for, so it is never shown without its parts. Its composition is dated data.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oneplan.frameworks.loading import load

from .checking import Floats, NotComputable, numbers, same_shape

_FILE = Path(__file__).parent / "parameters" / "service_index.yaml"
MOST_CENTS = 2**63 - 1  # what a 64-bit count of cents can hold


@dataclass(frozen=True)
class Part:
    """A share of those who are counted, and its exact weight.

    `indicator` is the code of the one that tells it in per cent, "" where none does; `is_rest`: what that one leaves.
    """

    code: str
    label: str
    weight: str
    indicator: str = ""
    is_rest: bool = False


@dataclass(frozen=True)
class Composition:
    """What an index is put together from. `official` is whether a statistical authority publishes it."""

    code: str
    title: str
    valid_from: date
    universe: str
    official: bool
    reference: str
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        if (total := sum(Fraction(part.weight) for part in self.parts)) != 1:
            raise NotComputable(f"The weights of {self.title} add up to {total}. They must add up to 1.")


@dataclass(frozen=True)
class _Compositions:
    compositions: tuple[Composition, ...]


@cache
def _compositions() -> tuple[Composition, ...]:
    return load(_FILE, _Compositions).compositions


def composition(code: str, on: date) -> Composition:
    """The composition of that code in force on a day. Raises NotComputable where there was none."""
    found = [each for each in _compositions() if each.code == code and each.valid_from <= on]
    if not found:
        raise NotComputable(f"No composition {code!r} was in force on {on:%d %B %Y}. Choose another date or index.")
    return max(found, key=lambda each: each.valid_from)


@dataclass(frozen=True)
class Delivery:
    """The index by place, between 0 and 1, and how many points of it each part gives; these add up to it."""

    index: Floats
    points: Mapping[str, Floats]
    composition: Composition


def service_delivery(shares: Mapping[str, ArrayLike], parts: Composition) -> Delivery:
    """The index of each place from the shares (0 to 1) that each service reaches, arrays of one shape.

    Raises NotComputable where a part is missing or unknown for a place: an index of fewer parts is another index.
    """
    lacking = [part.code for part in parts.parts if part.code not in shares]
    if lacking:
        raise NotComputable(
            f"{parts.title} needs {', '.join(_named(parts, lacking))} as well. An index of fewer parts is another one."
        )
    found = {part.code: numbers(part.label, shares[part.code], least=0, most=1) for part in parts.parts}
    same_shape(**found)
    points = {part.code: float(Fraction(part.weight)) * found[part.code] for part in parts.parts}
    return Delivery(np.sum(list(points.values()), axis=0), MappingProxyType(points), parts)


def _named(parts: Composition, codes: Collection[str]) -> list[str]:
    return [part.label[0].lower() + part.label[1:] for part in parts.parts if part.code in codes]


def _cents(unit_cost: object) -> int:
    if not isinstance(unit_cost, Decimal | int):
        raise NotComputable("A unit cost is an exact amount of rand (Decimal), not a floating number.")
    cents = Decimal(unit_cost) * 100
    if not cents.is_finite() or cents < 0 or cents != cents.to_integral_value():
        raise NotComputable(f"R{unit_cost} is not an amount of rand in whole cents, zero or more.")
    return int(cents)


def backlog_cost(households_without: int, unit_cost: Decimal) -> Decimal:
    """What it would cost to reach the households without a service, in rand, exact to the cent.

    `households_without` is a whole number: round survey estimates first, and say so. `unit_cost` is rand a household,
    as stated by whoever plans the service; the product says nothing of bulk infrastructure or upkeep unless that does.
    Raises NotComputable for floating or negative amounts and counts.

    >>> backlog_cost(1_250, Decimal("21750.50"))
    Decimal('27188125.00')
    """
    if isinstance(households_without, bool) or not isinstance(households_without, int) or households_without < 0:
        raise NotComputable(f"{households_without!r} is not a whole number of households, zero or more.")
    return (Decimal(households_without * _cents(unit_cost)) / 100).quantize(Decimal("0.01"))


def backlog_cents(households_without: ArrayLike, unit_cost: Decimal) -> NDArray[np.int64]:
    """The same for many places at once, in whole cents.

    Raises NotComputable as `backlog_cost` does, and where an amount is more than 64 bits of cents hold.
    """
    found = np.asarray(households_without)
    if not np.issubdtype(found.dtype, np.integer) or (found < 0).any():
        raise NotComputable("Households without a service are whole numbers, zero or more. Round estimates first.")
    cents = _cents(unit_cost)
    if found.size and int(found.max()) * cents > MOST_CENTS:
        raise NotComputable("A backlog of that many rand cannot be counted. Check the unit of the unit cost.")
    return found.astype(np.int64) * np.int64(cents)
