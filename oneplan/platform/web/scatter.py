"""Points by two measures on a server-drawn field, the vertical one from zero, with a few of them named. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 760, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 90, 14, 44
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Point:
    """`css_class` says its kind; `is_named` writes its code beside it."""

    code: str
    words: str
    x: float
    y: float
    css_class: str
    is_named: bool
    is_here: bool
    href: str = ""


@dataclass(frozen=True)
class Scatter:
    """A drawn field: ticks are (place, value)."""

    points: list[Point]
    across: list[tuple[float, float]]
    up: list[tuple[float, float]]

    view_box = f"0 0 {WIDTH} {HEIGHT}"
    left, right, floor = _LEFT, WIDTH - _RIGHT, HEIGHT - _BOTTOM


def scatter(points: Sequence[Point]) -> Scatter:
    """Points in the units of their measures become points of the view box."""
    if not points:
        return Scatter([], [], [])
    across, up = _ticks(max(point.x for point in points)), _ticks(max(point.y for point in points))
    wide, tall = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def place_x(value: float) -> float:
        return round(_LEFT + wide * value / across[-1], 1)

    def place_y(value: float) -> float:
        return round(HEIGHT - _BOTTOM - tall * max(0.0, value) / up[-1], 1)

    drawn = [
        Point(each.code, each.words, place_x(each.x), place_y(each.y), each.css_class, each.is_named, each.is_here,
              each.href)
        for each in sorted(points, key=lambda each: each.is_here)
    ]  # fmt: skip
    return Scatter(drawn, [(place_x(value), value) for value in across], [(place_y(value), value) for value in up])


def _ticks(most: float) -> list[float]:
    """Four to six round values from zero to at least the most."""
    size = 1.0
    while most / size >= 10:
        size *= 10
    while 0 < most / size < 1:
        size /= 10
    step = next((each * size / 2 for each in _STEPS if most <= each * size * 2.5), 5 * size)
    count = max(1, -(-most // step))
    return [round(step * at, 6) for at in range(int(count) + 1)]
