"""Every place a dot on one scale, group by group: what is usual in a group, and who is far from it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from statistics import median

from django.utils.safestring import SafeString, mark_safe

from oneplan.platform.web.axes import ticks

WIDTH = 520
_LEFT, _RIGHT, _TOP, _FLOOR = 14, 24, 4, 26
_RADIUS, _LABEL, _GAP = 4.5, 18, 22
_LEAST_STACKS, _MOST_STACKS = 3, 14


@dataclass(frozen=True)
class Dot:
    """One place. `shade` is a class of the design system."""

    code: str
    value: float
    words: str
    shade: str
    is_here: bool = False


@dataclass(frozen=True)
class Strip:
    """One group of places."""

    label: str
    dots: Sequence[Dot]


@dataclass(frozen=True)
class Strips:
    """What stands within the `<svg>`, and its size."""

    inner: SafeString
    view_box: str


def strips(groups: Sequence[Strip], tell: Callable[[float], str], middle: str) -> Strips | None:
    """The groups below each other; None where no value is known. `tell` writes a value, `middle` names the median."""
    known = [dot.value for group in groups for dot in group.dots]
    if not known:
        return None
    marks = ticks(min(known), max(known))
    scale = (WIDTH - _LEFT - _RIGHT) / (marks[-1] - marks[0])

    def across(value: float) -> float:
        return round(_LEFT + scale * (value - marks[0]), 1)

    parts, top = list[str](), float(_TOP)
    for group in groups:
        if not group.dots:
            continue
        stacked, most = _stacked(group.dots, across)
        rise = 2 * _RADIUS if most <= _MOST_STACKS else 2 * _RADIUS * _MOST_STACKS / most
        floor = top + _LABEL + 2 * _RADIUS * min(max(most, _LEAST_STACKS), _MOST_STACKS)
        typical = median(dot.value for dot in group.dots)
        at = across(typical)
        parts.append(
            f'<text class="strip-name" x="{_LEFT}" y="{top + 13:.1f}">{escape(group.label)}</text>'
            f'<line class="scatter-base" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{floor:.1f}" y2="{floor:.1f}"/>'
        )
        for dot, height in stacked:
            place = f'cx="{across(dot.value)}" cy="{floor - _RADIUS - rise * height:.1f}"'
            parts.append(_circle(dot, place))
        parts.append(
            f'<line class="strip-middle" x1="{at}" x2="{at}" y1="{top + _LABEL:.1f}" y2="{floor + 4:.1f}"/>'
            f'<text class="strip-words" x="{WIDTH - _RIGHT}" y="{top + 13:.1f}" text-anchor="end">'
            f"{escape(middle)} {escape(tell(typical))}</text>"
        )
        parts += _named(group.dots, across, floor)
        top = floor + _GAP
    bottom = top - _GAP + 4
    scales = [
        f'<line x1="{across(mark)}" x2="{across(mark)}" y1="{_TOP}" y2="{bottom:.1f}"/>'
        f'<text x="{across(mark)}" y="{bottom + 18:.1f}" text-anchor="middle">{escape(tell(mark))}</text>'
        for mark in marks
    ]
    inner = mark_safe("\n".join([*scales, *parts]))  # noqa: S308 - every word is escaped above
    return Strips(inner, f"0 0 {WIDTH} {bottom + _FLOOR:.0f}")


def _stacked(dots: Sequence[Dot], across: Callable[[float], float]) -> tuple[list[tuple[Dot, int]], int]:
    """Each dot with how many lie below it, those of one place on the scale upon each other."""
    columns: dict[int, int] = {}
    found = []
    for dot in sorted(dots, key=lambda each: (not each.is_here, each.value, each.code)):
        column = round(across(dot.value) / (2 * _RADIUS))
        found.append((dot, columns.get(column, 0)))
        columns[column] = columns.get(column, 0) + 1
    return found, max(columns.values())


def _circle(dot: Dot, place: str) -> str:
    here = " is-here" if dot.is_here else ""
    return (
        f'<circle class="point {dot.shade}{here}" {place} r="{_RADIUS + 2 * dot.is_here}">'
        f"<title>{escape(dot.words)}</title></circle>"
    )


def _named(dots: Sequence[Dot], across: Callable[[float], float], floor: float) -> list[str]:
    """The code of the place that is looked at, and of the lowest and the highest, under the base."""
    ordered = sorted(dots, key=lambda each: each.value)
    named = [each for each in ordered if each.is_here] or [ordered[0], ordered[-1]][: len(ordered)]
    return [
        f'<text class="point-name" x="{across(dot.value)}" y="{floor + 13:.1f}" '
        f'text-anchor="{_anchor(across(dot.value))}">{escape(dot.code)}</text>'
        for dot in named
    ]


def _anchor(x: float) -> str:
    return "start" if x < 3 * _LEFT else "end" if x > WIDTH - 3 * _RIGHT else "middle"
