"""Values over time as lines, broken where two values may not be compared, and as bands between two values. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from django.utils.safestring import SafeString, mark_safe

from oneplan.platform.web.axes import ticks

WIDTH, HEIGHT = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 150, 14, 34
_EDGE = 24  # to the right, where no line is named
_APART = 14.0  # pixels between the labels of two lines


@dataclass(frozen=True)
class Line:
    """One place over time: runs of (time in years, value). A new run begins where the one before may not go on.

    `is_strong` lines stand out and are named at their end; `has_dots` marks each value. `stroke` tells strong lines of
    one picture apart: "", "dashed", "dotted", "long". `is_named` False: the picture's title says what the line is.
    To and from the times of `estimates` a line is dashed.
    """

    name: str
    runs: Sequence[Sequence[tuple[float, float]]]
    is_strong: bool = False
    has_dots: bool = True
    stroke: str = ""
    is_named: bool = True
    estimates: frozenset[float] = frozenset()

    @property
    def pieces(self) -> Iterator[tuple[bool, Sequence[tuple[float, float]]]]:
        """(whether dashed, points) of each part of its runs that is drawn alike."""
        for run in self.runs:
            if self.estimates.isdisjoint(time for time, _value in run):
                yield False, run
                continue
            for before, after in pairwise(run):
                yield before[0] in self.estimates or after[0] in self.estimates, (before, after)


@dataclass(frozen=True)
class Band:
    """What lies between two values over time: (time in years, lower, upper). `shade` is its class, as of maps."""

    name: str
    points: Sequence[tuple[float, float, float]]
    shade: str


@dataclass(frozen=True)
class Lines:
    """What stands within the `<svg>`."""

    inner: SafeString
    view_box: str = f"0 0 {WIDTH} {HEIGHT}"


def lines(
    drawn: Sequence[Line], times: Sequence[tuple[float, str]], tell: Callable[[float], str],
    bands: Sequence[Band] = (), width: int = WIDTH, breaks: Sequence[tuple[float, str]] = (),
) -> Lines | None:  # fmt: skip
    """Lines over `times` (place, label), bands beneath them; None for fewer than two, and where nothing is known.

    `breaks` are times at which what is drawn became another thing, with a word for each.
    """
    known = [value for line in drawn for run in line.runs for _time, value in run]
    known += [value for band in bands for _time, *ends in band.points for value in ends]
    if len(times) < 2 or not known:
        return None
    marks = ticks(min(known), max(known))
    first, last = times[0][0], times[-1][0]
    right = _RIGHT if any(line.is_strong and line.is_named for line in drawn) else _EDGE
    wide, tall = width - _LEFT - right, HEIGHT - _TOP - _BOTTOM

    def across(time: float) -> float:
        return round(_LEFT + wide * (time - first) / (last - first), 1)

    def up(value: float) -> float:
        return round(_TOP + tall * (marks[-1] - value) / (marks[-1] - marks[0]), 1)

    parts = []
    for band in bands:
        edge = [(time, high) for time, _low, high in band.points]
        edge += [(time, low) for time, low, _high in reversed(band.points)]
        points = " ".join(f"{across(time)},{up(value)}" for time, value in edge)
        shape = f'<polygon class="band {band.shade}" points="{points}">'
        parts.append(f"{shape}<title>{escape(band.name)}</title></polygon>")
    parts += [
        f'<line x1="{_LEFT}" x2="{width - right}" y1="{up(mark)}" y2="{up(mark)}"/>'
        f'<text x="{_LEFT}" dx="-6" y="{up(mark)}" dy="4" text-anchor="end">{escape(tell(mark))}</text>'
        for mark in marks
    ]
    parts += [
        f'<text x="{across(time)}" y="{HEIGHT - _BOTTOM}" dy="18" text-anchor="middle">{escape(label)}</text>'
        for time, label in times
    ]
    parts += [
        f'<polyline class="line-faint" stroke-dasharray="2 3" points="{across(time)},{_TOP} {across(time)},'
        f'{HEIGHT - _BOTTOM}"/>'
        f'<text x="{across(time)}" y="{_TOP}" dx="4" dy="8">{escape(word)}</text>'
        for time, word in breaks
    ]
    for line in sorted(drawn, key=lambda each: each.is_strong):
        kind = "line-strong" if line.is_strong else "line-faint"
        stroke = f"{kind} stroke-{line.stroke}" if line.stroke else kind
        for is_dashed, piece in line.pieces:
            points = " ".join(f"{across(time)},{up(value)}" for time, value in piece)
            dashes = ' stroke-dasharray="5 4"' if is_dashed else ""
            parts.append(
                f'<polyline class="{stroke}"{dashes} points="{points}"><title>{escape(line.name)}</title></polyline>'
            )
        for run in line.runs:
            if (line.is_strong and line.has_dots) or len(run) == 1:
                parts += [f'<circle class="{kind}" cx="{across(t)}" cy="{up(v)}" r="3"/>' for t, v in run]
    parts += _labels([line for line in drawn if line.is_strong and line.is_named and line.runs], across, up)
    return Lines(mark_safe("\n".join(parts)), f"0 0 {width} {HEIGHT}")  # noqa: S308 - every word is escaped above


def _labels(strong: Sequence[Line], across: Callable[[float], float], up: Callable[[float], float]) -> list[str]:
    """The name of each strong line at its end, none over another, and none under the axis, where the times stand."""
    ends = sorted((up(line.runs[-1][-1][1]), across(line.runs[-1][-1][0]), line.name) for line in strong)
    heights, lowest, floor = list[float](), -_APART, HEIGHT - _BOTTOM + _APART
    for y, _x, _name in ends:
        lowest = max(y, lowest + _APART)
        heights.append(lowest)
    for at in reversed(range(len(heights))):
        heights[at] = floor = min(heights[at], floor - _APART)
    return [
        f'<text class="point-name" x="{x}" dx="8" y="{y:.1f}" dy="4">{escape(name)}</text>'
        for y, (_y, x, name) in zip(heights, ends, strict=True)
    ]
