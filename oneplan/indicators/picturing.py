"""The pictures of a view: its map in stated classes, its places as dots by peer group, its places over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.indicators.choices import Direction, Level
from oneplan.indicators.comparing.sentences import why_not
from oneplan.indicators.exploring import When
from oneplan.indicators.measuring import period_of, standing_of
from oneplan.indicators.queries import Value
from oneplan.indicators.seeing import Row, Seen
from oneplan.indicators.timelines import apart
from oneplan.indicators.words import shown, value_address
from oneplan.platform.web.choropleth import UNKNOWN, Area, Classes, areas, by_natural_breaks, by_quantiles
from oneplan.platform.web.lines import Line, Lines, lines
from oneplan.platform.web.strips import Dot, Strip, Strips, strips
from oneplan.spaces.choices import Category
from oneplan.spaces.queries import national_map, tile_grid

_MOST_IN_A_GROUP = 60  # of a category; more are parted by size
_QUARTERS = 4
_MOST_LINES = 60


@dataclass(frozen=True)
class Legend:
    """One class of a map: its shade, from where to where, and how many places are in it."""

    shade: str
    words: str
    places: int


@dataclass(frozen=True)
class Picture:
    """A map. `left_out` counts places of these borders that have no outline here.

    Where no outlines are known there are `tiles` of the spaces instead, and of other places the classes alone.
    """

    inner: SafeString
    view_box: str
    legend: list[Legend]
    method: str
    meaning: str
    is_approximate: bool
    release: str
    left_out: int
    tiles: Sequence[Mapping[str, object]] = ()


def classes_of(seen: Seen) -> Classes | None:
    """The classes of the values shown; the darkest where need is greatest, or the most where neither is better."""
    known = [row.number for row in seen.rows if row.number is not None]
    make = by_natural_breaks if seen.asked.is_natural else by_quantiles
    return make(known, is_darker_low=seen.defined.direction == Direction.HIGHER)


def pictured(seen: Seen) -> Picture:
    """The map of a view; tiles, or its classes alone, where no outlines are known."""
    asked = seen.asked
    rows = {row.place.code: row for row in seen.rows}
    on = date(asked.shown_on, 12, 31) if asked.shown_on else None
    space = next((row.place.space for row in seen.rows), "") if asked.level == Level.WARD else ""
    drawn = national_map(on, str(asked.level), only=rows if asked.within else None, space=space)
    classes = classes_of(seen)
    if not drawn.shapes:
        tiles = _tiles(seen, rows, classes) if asked.level == Level.SPACE else []
        return Picture(
            mark_safe(""), "", _legend(seen, classes), _method(seen), _meaning(seen.defined.direction), False, "", 0,
            tiles,
        )  # fmt: skip
    inner = areas(
        Area(
            shape.code, shape.path, shade_of(row, classes), value_address(row.value) if row.value else "",
            f"{row.place.label} ({shape.code}): {shown(seen.measured, row.number)}", shape.code == asked.place,
        )
        for shape in drawn.shapes if (row := rows.get(shape.code))
    )  # fmt: skip
    there = {shape.code for shape in drawn.shapes}
    return Picture(
        inner, drawn.view_box, _legend(seen, classes), _method(seen), _meaning(seen.defined.direction),
        drawn.is_approximate, drawn.release, sum(1 for code in rows if code not in there),
    )  # fmt: skip


def _tiles(seen: Seen, rows: Mapping[str, Row], classes: Classes | None) -> list[dict[str, object]]:
    return [
        {
            "code": tile.code, "name": row.place.label, "col": tile.column, "row": tile.row,
            "class": shade_of(row, classes), "href": value_address(row.value) if row.value else "",
            "title": f"{row.place.label}: {shown(seen.measured, row.number)}",
        }
        for tile in tile_grid().tiles if (row := rows.get(tile.code))
    ]  # fmt: skip


def shade_of(row: Row, classes: Classes | None) -> str:
    """The shade of a place on the map and in the chart."""
    if row.number is None or classes is None:
        return UNKNOWN
    return classes.shade(classes.place(row.number))


def _legend(seen: Seen, classes: Classes | None) -> list[Legend]:
    known = [row.number for row in seen.rows if row.number is not None]
    found = []
    if classes:
        counted = [classes.place(value) for value in known]
        found = [
            Legend(classes.shade(at), _range(seen, low, high), counted.count(at))
            for at, (low, high) in enumerate(classes.ranges())
        ]
    if unknown := len(seen.rows) - len(known):
        found.append(Legend(UNKNOWN, _("unknown"), unknown))
    return found


def _range(seen: Seen, low: float, high: float) -> str:
    if low == high:
        return shown(seen.measured, low)
    return _("%(low)s to %(high)s") % {"low": shown(seen.measured, low), "high": shown(seen.measured, high)}


def _method(seen: Seen) -> str:
    if seen.asked.is_natural:
        return _("Classes by natural breaks: values within one differ least (Fisher, Jenks).")
    return _("Classes are fifths of the places, as nearly as equal values allow.")


def _meaning(direction: Direction) -> str:
    return {
        Direction.HIGHER: _("Higher is better: dark is low."), Direction.LOWER: _("Lower is better: dark is high."),
        Direction.NONE: _("Neither is better: dark is high."),
    }[direction]  # fmt: skip


def drawn_strips(seen: Seen) -> Strips | None:
    """The places as dots, by peer group: category, and where there are many of one, quarters by population."""
    classes = classes_of(seen)
    groups = [
        Strip(label, [
            Dot(
                row.place.code, row.number, f"{row.place.label} ({row.place.code}): {shown(seen.measured, row.number)}",
                shade_of(row, classes), row.place.code == seen.asked.place,
            )
            for row in rows if row.number is not None and row.value
        ])
        for label, rows in _groups(seen)
    ]  # fmt: skip
    return strips(groups, lambda value: shown(seen.measured, value), _("in the middle:"))


def _groups(seen: Seen) -> list[tuple[str, list[Row]]]:
    if seen.asked.level == Level.PROVINCE:
        return [(_("Provinces"), seen.rows)]
    if seen.asked.level == Level.WARD:
        return [(_("Wards"), seen.rows)]
    found: list[tuple[str, list[Row]]] = []
    for category in (*Category.values, ""):
        alike = [row for row in seen.rows if row.place.category == category]
        label = str(Category(category).label) if category else _("Ended since")
        if len(alike) <= _MOST_IN_A_GROUP:
            found.append((label, alike))
            continue
        sized = [row for row in alike if row.place.code in seen.sizes]
        sized.sort(key=lambda row: -seen.sizes[row.place.code])
        for at in range(_QUARTERS):
            part = sized[len(sized) * at // _QUARTERS : len(sized) * (at + 1) // _QUARTERS]
            words = {"category": label, "at": at + 1, "of": _QUARTERS}
            found.append((_size_words(at) % words, part))
        unsized = [row for row in alike if row.place.code not in seen.sizes]
        found.append((_("%(label)s, population unknown") % {"label": label}, unsized))
    return [(label, rows) for label, rows in found if rows]


def _size_words(at: int) -> str:
    return [
        _("%(category)s, the largest quarter by population"), _("%(category)s, the second quarter"),
        _("%(category)s, the third quarter"), _("%(category)s, the smallest quarter by population"),
    ][at]  # fmt: skip


def drawn_lines(seen: Seen) -> Lines | None:
    """Places over time where several times are known; a line ends where the next value may not be set beside it."""
    whens = seen.whens
    if len(whens) < 2:
        return None
    marked = {"ZA", seen.asked.place, seen.asked.within}
    known = {**dict(list(seen.timeline.items())[:_MOST_LINES]), **seen.timeline_around}
    if seen.asked.place in seen.timeline:
        known[seen.asked.place] = seen.timeline[seen.asked.place]
    drawn = [
        Line(
            series[0].label, _runs(series), code in marked or code in seen.timeline_around,
            estimates=frozenset(_place(When.of(each)) for each in series if each.converted_from),
        )
        for code, series in known.items() if any(each.value is not None for each in series)
    ]  # fmt: skip
    return lines(
        drawn,
        [(_place(when), seen.words_of(when)) for when in whens],
        lambda value: shown(seen.measured, value),
        breaks=[
            ((_place(before) + _place(after)) / 2, _("borders of %(year)s") % {"year": year})
            for before, after, year in seen.new_borders
        ],
    )  # fmt: skip


def _runs(series: Sequence[Value]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    before: Value | None = None
    for value in series:
        if value.value is None:
            continue
        if before and apart(value, before):
            runs.append([])
        runs[-1].append((_place(When.of(value)), value.value))
        before = value
    return [run for run in runs if run]


def _place(when: When) -> float:
    return when.year + {"year": 0.0, "quarter": (when.period - 1) / 4, "month": (when.period - 1) / 12}[when.length]


def break_words(seen: Seen) -> list[str]:
    """Between which times no line is drawn and why; how many places are not drawn."""
    said = []
    for before, after, why in seen.parted:
        pair = next(
            (one, other) for line in seen.timeline.values() for one, other in pairwise(line)
            if (When.of(one), When.of(other)) == (before, after)
        )  # fmt: skip
        reasons = "; ".join(why_not(each, standing_of(pair[1]), standing_of(pair[0])) for each in why)
        said.append(_("No line from %(before)s to %(after)s: %(why)s.") % {
            "before": period_of(pair[0]).label, "after": period_of(pair[1]).label, "why": reasons,
        })  # fmt: skip
    if (more := len(seen.timeline) - _MOST_LINES) > 0:
        said.append(ngettext(
            "%(n)s place more stands in the table alone.", "%(n)s places more stand in the table alone.", more
        ) % {"n": more})  # fmt: skip
    return said
