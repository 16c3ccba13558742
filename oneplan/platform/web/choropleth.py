"""Areas shaded by a measure: classes with stated bounds, and the areas of a map written out. Pure.

A map of the country has some two hundred areas: they are one string, not a template each.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import numpy as np
from django.utils.safestring import SafeString, mark_safe

SHADES = ("seq-1", "seq-2", "seq-3", "seq-4", "seq-5")
UNKNOWN = "tone-unplaced"  # hatched
_TEXTURE = "texture-unplaced"


@dataclass(frozen=True)
class Classes:
    """Up to five classes of known values. `bounds` part them: a value at a bound belongs to the class above it.

    `is_darker_low` puts the darkest shade at the lowest values, for what there is too little of.
    """

    bounds: tuple[float, ...]
    low: float
    high: float
    is_darker_low: bool = False

    def place(self, value: float) -> int:
        """The class of a value, from 0."""
        return bisect_right(self.bounds, value)

    def shade(self, number: int) -> str:
        """The shade of a class: with fewer classes than shades, spread over them."""
        last = len(self.bounds)
        at = 2 if not last else round(number * (len(SHADES) - 1) / last)
        return SHADES[len(SHADES) - 1 - at if self.is_darker_low else at]

    def ranges(self) -> list[tuple[float, float]]:
        """From where to where each class goes."""
        edges = (self.low, *self.bounds, self.high)
        return list(pairwise(edges))


def by_quantiles(values: Sequence[float], count: int = 5, *, is_darker_low: bool = False) -> Classes | None:
    """Classes of as nearly the same number of places each as equal values allow; None where nothing is known.

    >>> by_quantiles([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).bounds
    (3.0, 5.0, 7.0, 9.0)
    """
    known = sorted(values)
    if not known:
        return None
    return _classes([known[at * len(known) // count] for at in range(1, count)], known, is_darker_low)


def by_natural_breaks(values: Sequence[float], count: int = 5, *, is_darker_low: bool = False) -> Classes | None:
    """The classes within which values differ least (W. D. Fisher, JASA 53, 1958; Jenks' natural breaks); None without
    values.

    >>> by_natural_breaks([1, 2, 1, 50, 51, 99, 100], count=3).bounds
    (50.0, 99.0)
    """
    known = np.sort(np.asarray(values, dtype=np.float64))
    if not len(known):
        return None
    return _classes(
        [float(known[at]) for at in _breaks(known, min(count, len(np.unique(known))))], known, is_darker_low
    )


def _breaks(known: np.ndarray, count: int) -> list[int]:
    """Where each class but the first begins, in sorted values: the least sum of squares within classes."""
    size = len(known)
    sums = np.concatenate(([0.0], np.cumsum(known)))
    squares = np.concatenate(([0.0], np.cumsum(known**2)))
    best = squares[1:] - sums[1:] ** 2 / np.arange(1, size + 1)  # of the values up to each, in one class
    begins = []
    for _turn in range(1, count):
        start = np.zeros(size, dtype=np.int64)
        fresh = np.empty(size)
        for last in range(size):
            first = np.arange(1, last + 1)
            if not len(first):
                fresh[last] = 0.0
                continue
            within = squares[last + 1] - squares[first] - (sums[last + 1] - sums[first]) ** 2 / (last + 1 - first)
            whole = best[first - 1] + within
            start[last] = first[np.argmin(whole)]
            fresh[last] = whole.min()
        best = fresh
        begins.append(start)
    found, last = list[int](), size - 1
    for start in reversed(begins):
        if not start[last]:
            break
        found.append(int(start[last]))
        last = int(start[last]) - 1
    return found[::-1]


def _classes(cuts: Sequence[float], known: Sequence[float] | np.ndarray, is_darker_low: bool) -> Classes:
    low, high = float(known[0]), float(known[-1])
    bounds = tuple(sorted({float(cut) for cut in cuts if low < cut <= high}))
    return Classes(bounds, low, high, is_darker_low)


@dataclass(frozen=True)
class Area:
    """One area of a map. `shade` is a class of SHADES, or UNKNOWN; `href` "" where there is nothing to open."""

    code: str
    path: str
    shade: str
    href: str
    title: str
    is_here: bool = False


def areas(drawn: Iterable[Area]) -> SafeString:
    """The areas for an `<svg class="map-svg">`, the one that is looked at on top.

    They are not reached with the Tab key: every map stands beside its table, which has the same links.
    """
    parts = []
    for area in sorted(drawn, key=lambda each: each.is_here):
        title = escape(area.title)
        fill = f' fill="url(#{_TEXTURE})"' if area.shade == UNKNOWN else ""
        here = " is-here" if area.is_here else ""
        path = f'<path class="{area.shade}{here}"{fill} d="{escape(area.path)}"><title>{title}</title></path>'
        parts.append(
            f'<a href="{escape(area.href)}" tabindex="-1" aria-label="{title}">{path}</a>\n' if area.href
            else f"<g>{path}</g>\n"
        )  # fmt: skip
    return mark_safe("".join(parts))  # noqa: S308 - every value is escaped above
