"""The pictures of what is to come: fans over the years, ages of two sexes now and later, backlogs by scenario."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from oneplan.indicators.outlook.delivering import FINISH, MINE, NONE, PACE, Delivering
from oneplan.indicators.outlook.projecting import Course, Outlook
from oneplan.indicators.projection.schedules import AGES
from oneplan.platform.web.lines import Band, Line, Lines, lines
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.pyramids import Age, Pyramid, pyramid

_MOST_TIMES = 8
_HALF = 520  # wide, where two pictures stand beside each other
_STROKES = {NONE: "dotted", PACE: "dashed", MINE: "", FINISH: "long"}


def fan(course: Course, years: Sequence[int], name: str) -> Lines | None:
    """The middle of the draws with the ranges of 80 and 50 per cent of them."""
    bands = [
        Band(words, [
            (float(year), float(low), float(high))
            for year, low, high in zip(years, found.low, found.high, strict=True)
        ], shade)
        for words, found, shade in (
            (_("80 of 100 draws"), course.wide, "seq-1"), (_("50 of 100 draws"), course.narrow, "seq-2"),
        )
    ]  # fmt: skip
    middle = list(zip(map(float, years), map(float, course.middle), strict=True))
    line = Line(name, [middle], is_strong=True, has_dots=False, is_named=False)
    return lines([line], _times(years), _whole, bands, _HALF)


def ages(told: Outlook) -> Pyramid:
    """Men and women by age in the first year and in the last."""
    rows = [
        Age(label, (float(told.now[0, at]), float(told.then[0, at])), (float(told.now[1, at]), float(told.then[1, at])))
        for at, label in enumerate(AGES)
    ]  # fmt: skip
    return pyramid(rows, (_("Men"), _("Women")), (str(told.years[0]), str(told.years[-1])), _whole)


def backlogs(told: Delivering) -> Lines | None:
    """Households without, in the middle of the draws, of each scenario."""
    drawn = [
        Line(track.label, [list(zip(map(float, told.years), map(float, track.without.middle), strict=True))],
             is_strong=True, has_dots=False, stroke=_STROKES[track.code])
        for track in told.tracks
    ]  # fmt: skip
    shown = next((track for track in told.tracks if track.code == MINE), told.tracks[-1])
    band = Band(_("80 of 100 draws: %(label)s") % {"label": shown.label}, [
        (float(year), float(low), float(high))
        for year, low, high in zip(told.years, shown.without.low, shown.without.high, strict=True)
    ], "seq-1")  # fmt: skip
    return lines(drawn, _times(told.years), _whole, [band])


def _times(years: Sequence[int]) -> list[tuple[float, str]]:
    step = next(each for each in (1, 2, 5, 10) if len(years) / each <= _MOST_TIMES)
    marked = [year for year in years if (year - years[0]) % step == 0]
    if years[-1] not in marked:
        marked = [year for year in marked if years[-1] - year >= step] + [years[-1]]
    return [(float(year), str(year)) for year in marked]


def _whole(value: float) -> str:
    return grouped(repr(round(value)))
