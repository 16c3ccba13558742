"""What a population or an economy is made of: dependency, location quotients, shift-share, concentration.

Published in: dependency ratio, Henry Shryock and Jacob Siegel (1976), The Methods and Materials of Demography,
chapter 8, with the limits of 15 and 65 years that Statistics South Africa uses in release P0302; location quotient,
P. Sargant Florence (1939), Report on the Location of Industry; shift-share, Edgar Dunn (1960), "A statistical and
analytical technique for regional analysis", Papers in Regional Science 6, 97-112; concentration, Albert Hirschman
(1945) and Orris Herfindahl (1950), as the sum of squared shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from .checking import Floats, NotComputable, numbers, same_shape

Exact = int | Decimal | Fraction


@dataclass(frozen=True)
class Dependency:
    """Dependants for each 100 people of working age, by place: children, the old, and both."""

    young: Floats
    old: Floats
    total: Floats


def dependency(*, children: ArrayLike, working_age: ArrayLike, old: ArrayLike) -> Dependency:
    """From persons aged 0 to 14, 15 to 64, and 65 or older. Raises NotComputable where nobody is of working age."""
    young, working, aged = (
        numbers(name, values, least=0)
        for name, values in (("children", children), ("people of working age", working_age), ("the old", old))
    )
    same_shape(children=young, working_age=working, old=aged)
    if not (working > 0).all():
        raise NotComputable("A place has nobody of working age. Check that its ages were read, not left empty.")
    return Dependency(100 * young / working, 100 * aged / working, 100 * (young + aged) / working)


def location_quotients(local: ArrayLike, reference: ArrayLike) -> Floats:
    """How many times a place's share of a sector is the reference's: above 1 where the place is specialised in it.

    `local` is places × sectors, `reference` the sectors of the whole (jobs or value added, one unit). A sector that the
    reference does not have is unknown (NaN). Raises NotComputable where a place has what the reference lacks, or
    nothing.
    """
    here = np.atleast_2d(numbers("the places", local, least=0))
    there = numbers("the reference", reference, least=0)
    if there.ndim != 1 or here.shape[1] != len(there):
        raise NotComputable(f"Places have {here.shape[1]} sectors and the reference has {there.size}. Use one list.")
    if (here[:, there == 0] > 0).any():
        raise NotComputable("A place has a sector that the reference lacks. The reference must include every place.")
    totals = here.sum(axis=1, keepdims=True)
    if not (totals > 0).all():
        raise NotComputable("A place has nothing in any sector. Leave it out, and say so.")
    whole = np.where(there > 0, there / there.sum(), np.nan)
    found: Floats = here / totals / whole
    return found


@dataclass(frozen=True)
class ShiftShare:
    """A sector's change in a place, in its own unit, and the three parts of which it is exactly the sum.

    `reference`: as if the sector had grown as everything did in the reference. `mix`: because the sector grew otherwise
    there. `local`: because it grew otherwise here. Exact fractions, so that parts and whole agree to the last unit.
    """

    change: Fraction
    reference: Fraction
    mix: Fraction
    local: Fraction

    def __add__(self, other: ShiftShare) -> ShiftShare:
        return ShiftShare(
            self.change + other.change,
            self.reference + other.reference,
            self.mix + other.mix,
            self.local + other.local,
        )


def shift_share(
    *, start: Sequence[Exact], end: Sequence[Exact], reference_start: Sequence[Exact], reference_end: Sequence[Exact]
) -> tuple[ShiftShare, ...]:
    """Each sector's change between two dates in a place, taken apart; `sum(found[1:], found[0])` is the place's.

    The four lists have the sectors in one order and one unit (jobs, or rand at constant prices), exact: whole numbers,
    Decimal or Fraction. Raises NotComputable for other lists, and for a sector that the reference did not have.
    """
    lists = (start, end, reference_start, reference_end)
    if len({len(each) for each in lists}) != 1 or not start:
        raise NotComputable("The four lists must have the same sectors, at least one.")
    if any(isinstance(value, float) or value < 0 for each in lists for value in each):
        raise NotComputable(
            "Sectors are counted exactly and not below zero: whole numbers or Decimal, no floating ones."
        )
    before, after, of, to = (tuple(Fraction(value) for value in each) for each in lists)
    if any(not whole for whole in of):
        raise NotComputable(
            "The reference had nothing of a sector at the start, so its growth is unknown. Join sectors."
        )
    overall = sum(to, Fraction()) / sum(of, Fraction()) - 1
    found = []
    for here, now, whole, grown in zip(before, after, of, to, strict=True):
        growth = grown / whole - 1
        found.append(ShiftShare(now - here, here * overall, here * (growth - overall), now - here - here * growth))
    return tuple(found)


@dataclass(frozen=True)
class Concentration:
    """The sum of squared shares, from 1/n to 1; and the same on a scale from 0 (evenly spread) to 1 (in one place)."""

    herfindahl: Floats
    normalised: Floats


def concentration(amounts: ArrayLike) -> Concentration:
    """Of the amounts along the last axis, at least two. Raises NotComputable where they are all zero or below."""
    found = np.atleast_1d(numbers("the amounts", amounts, least=0))
    count = found.shape[-1]
    totals = found.sum(axis=-1, keepdims=True)
    if count < 2 or not (totals > 0).all():
        raise NotComputable("Concentration is told of at least two amounts, some above zero.")
    index: Floats = ((found / totals) ** 2).sum(axis=-1)
    return Concentration(index, (index - 1 / count) / (1 - 1 / count))
