"""Whether two values can be told apart: by what is shown of them, and by the errors that they carry."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from oneplan.indicators.comparing.values import Measured, Standing, margin_between


class Difference(StrEnum):
    """How one value lies to another. Close: they differ by no more than the error of their difference."""

    HIGHER = "higher"
    LOWER = "lower"
    SAME = "same"
    CLOSE = "close"


def difference(measured: Measured, one: Standing, other: Standing) -> Difference:
    """How `one` lies to `other`, as they are shown: figures that read alike are alike. Raises ValueError on unknown."""
    if one.value is None or other.value is None:
        raise ValueError("What is unknown lies nowhere.")
    if shown(measured, one.value) == shown(measured, other.value):
        return Difference.SAME
    if abs(one.value - other.value) <= margin_between(one, other):
        return Difference.CLOSE
    return Difference.HIGHER if one.value > other.value else Difference.LOWER


def shown(measured: Measured, value: float) -> Decimal:
    """A value rounded to the decimals that are shown of it."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-measured.places), ROUND_HALF_UP)
