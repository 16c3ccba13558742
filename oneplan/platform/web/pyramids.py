"""Two sides of a population, age by age, from the middle outwards: bars for now, outlines for later. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from oneplan.platform.web.axes import ticks

_ROW, _WIDE, _GAP, _TOP, _FOOT = 17, 260, 56, 22, 24


@dataclass(frozen=True)
class Age:
    """One age: persons of the two sides, first now, then later."""

    label: str
    left: tuple[float, float]
    right: tuple[float, float]


@dataclass(frozen=True)
class Pyramid:
    """What stands within the `<svg>`."""

    inner: SafeString
    view_box: str


def pyramid(
    ages: Sequence[Age], sides: tuple[str, str], times: tuple[str, str], tell: Callable[[float], str]
) -> Pyramid:
    """The youngest at the foot. `tell` writes a number of persons."""
    marks = ticks(0, max(value for age in ages for value in (*age.left, *age.right)), most=3)
    middle, height = _WIDE + _GAP / 2, _TOP + _ROW * len(ages)
    parts = [
        f'<text class="point-name" x="{middle - _GAP / 2}" y="14" text-anchor="end">{escape(sides[0])}</text>',
        f'<text class="point-name" x="{middle + _GAP / 2}" y="14">{escape(sides[1])}</text>',
    ]
    for mark in marks:
        for way in (-1, 1):
            x = round(middle + way * (_GAP / 2 + _WIDE * mark / marks[-1]), 1)
            parts.append(f'<line x1="{x}" x2="{x}" y1="{_TOP}" y2="{height}"/>')
            if mark:
                anchor = {-1: "start", 1: "end"}[way] if mark == marks[-1] else "middle"
                parts.append(f'<text x="{x}" y="{height}" dy="16" text-anchor="{anchor}">{escape(tell(mark))}</text>')
    for at, age in enumerate(ages):
        y = height - _ROW * (at + 1)
        parts.append(f'<text x="{middle}" y="{y}" dy="12" text-anchor="middle">{escape(age.label)}</text>')
        for way, name, told in ((-1, sides[0], age.left), (1, sides[1], age.right)):
            words = "; ".join(f"{time}: {tell(value)}" for time, value in zip(times, told, strict=True))
            shapes = []
            for kind, value in zip(("pyramid-now", "pyramid-then"), told, strict=True):
                wide = round(_WIDE * value / marks[-1], 1)
                x = middle + _GAP / 2 if way > 0 else round(middle - _GAP / 2 - wide, 1)
                shapes.append(f'<rect class="{kind}" x="{x}" y="{y + 2}" width="{wide}" height="{_ROW - 4}"/>')
            parts.append(f"<g><title>{escape(f'{name}, {age.label}. {words}')}</title>{''.join(shapes)}</g>")
    inner = mark_safe("\n".join(parts))  # noqa: S308 - every word is escaped above
    return Pyramid(inner, f"0 0 {2 * _WIDE + _GAP} {height + _FOOT}")
