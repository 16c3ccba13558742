"""Round values along an axis of numbers. Pure."""

from __future__ import annotations

from math import ceil, floor, log10

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0, 20.0)  # the last where ends lie askew to the one before


def ticks(low: float, high: float, *, most: int = 6) -> list[float]:
    """Round values from at or below `low` to at or above `high`, at most so many steps; from nought where that is near.

    >>> ticks(3, 47), ticks(91.2, 98.7)
    ([0.0, 10.0, 20.0, 30.0, 40.0, 50.0], [90.0, 92.0, 94.0, 96.0, 98.0, 100.0])
    >>> ticks(5, 5), ticks(0.6805, 0.7404)
    ([0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [0.68, 0.7, 0.72, 0.74, 0.76])
    """
    if 0 < low <= high / 2 or low == high > 0:
        low = 0.0
    if high <= low:
        high = low + 1
    size = 10.0 ** floor(log10((high - low) / most))
    step = next(each * size for each in _STEPS if ceil(high / (each * size)) - floor(low / (each * size)) <= most)
    return [round(step * at, 9) for at in range(floor(low / step), ceil(high / step) + 1)]
