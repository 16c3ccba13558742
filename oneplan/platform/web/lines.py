"""Values over time as lines, broken where two values may not be compared. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from oneplan.platform.web.axes import ticks

WIDTH, HEIGHT = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 150, 14, 34
_APART = 14.0  # pixels between the labels of two lines


@dataclass(frozen=True)
class Line:
    """One place over time: runs of (time in years, value). A new run begins where the one before may not go on.

    `is_strong` lines stand out and are named at their end.
    """

    name: str
    runs: Sequence[Sequence[tuple[float, float]]]
    is_strong: bool = False


@dataclass(frozen=True)
class Lines:
    """What stands within the `<svg>`."""

    inner: SafeString

    view_box = f"0 0 {WIDTH} {HEIGHT}"


def lines(drawn: Sequence[Line], times: Sequence[tuple[float, str]], tell: Callable[[float], str]) -> Lines | None:
    """Lines over `times` (place, label); None where fewer than two are given or nothing is known."""
    known = [value for line in drawn for run in line.runs for _time, value in run]
    if len(times) < 2 or not known:
        return None
    marks = ticks(min(known), max(known))
    first, last = times[0][0], times[-1][0]
    wide, tall = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def across(time: float) -> float:
        return round(_LEFT + wide * (time - first) / (last - first), 1)

    def up(value: float) -> float:
        return round(_TOP + tall * (marks[-1] - value) / (marks[-1] - marks[0]), 1)

    parts = [
        f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{up(mark)}" y2="{up(mark)}"/>'
        f'<text x="{_LEFT}" dx="-6" y="{up(mark)}" dy="4" text-anchor="end">{escape(tell(mark))}</text>'
        for mark in marks
    ]
    parts += [
        f'<text x="{across(time)}" y="{HEIGHT - _BOTTOM}" dy="18" text-anchor="middle">{escape(label)}</text>'
        for time, label in times
    ]
    for line in sorted(drawn, key=lambda each: each.is_strong):
        kind = "line-strong" if line.is_strong else "line-faint"
        for run in line.runs:
            points = " ".join(f"{across(time)},{up(value)}" for time, value in run)
            parts.append(f'<polyline class="{kind}" points="{points}"><title>{escape(line.name)}</title></polyline>')
            if line.is_strong or len(run) == 1:
                parts += [f'<circle class="{kind}" cx="{across(t)}" cy="{up(v)}" r="3"/>' for t, v in run]
    parts += _labels([line for line in drawn if line.is_strong and line.runs], across, up)
    return Lines(mark_safe("\n".join(parts)))  # noqa: S308 - every word is escaped above


def _labels(strong: Sequence[Line], across: Callable[[float], float], up: Callable[[float], float]) -> list[str]:
    """The name of each strong line at its end, none over another."""
    ends = sorted((up(line.runs[-1][-1][1]), across(line.runs[-1][-1][0]), line.name) for line in strong)
    said, lowest = [], -_APART
    for y, x, name in ends:
        lowest = max(y, lowest + _APART)
        said.append(f'<text class="point-name" x="{x}" dx="8" y="{lowest:.1f}" dy="4">{escape(name)}</text>')
    return said
