"""One chapter of a profile: its indicators beside province, country and peers, over time, by category and by area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oneplan.frameworks.loading import BrokenFileError, load
from oneplan.indicators.choices import Level, OwnerState
from oneplan.indicators.comparing.peers import PeerGroup
from oneplan.indicators.comparing.sentences import Beside, amount, no_value, sentence, why_not
from oneplan.indicators.comparing.values import Kind, Measured, Standing, breaks
from oneplan.indicators.measuring import measured, standing_of
from oneplan.indicators.profile.country import COUNTRY_AT, Country, Known
from oneplan.indicators.profile.figures import figure, unit_of
from oneplan.indicators.profile.parts import Around, Breakdown, ChapterOf, Figure, Line, Part, PeerFigures
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import Chapter, Defined, in_chapter, shipped_chapters, shipped_indicators
from oneplan.indicators.tables import tables

_FILE = Path(__file__).parent.parent / "parameters" / "profile.yaml"
_MOST_KEYS = 4
_SHADES = 5


@dataclass(frozen=True)
class Here:
    """One space with all that was read for its profile."""

    code: str
    name: str
    province: tuple[str, str]  # code, name
    country: Country
    group: PeerGroup | None
    own: Known
    broken_down: Mapping[str, Sequence[Value]]  # of the space, by indicator
    areas: Mapping[str, Known]  # its municipal areas, in the order of the register
    area_names: Mapping[str, str]
    areas_on: Mapping[int, frozenset[str]] = field(default_factory=dict)  # which of them are told of on which borders


@dataclass(frozen=True)
class _Keys:
    keys: Mapping[str, tuple[str, ...]]


@cache
def keys() -> Mapping[str, tuple[str, ...]]:
    """The indicators that speak for each chapter, by its code. Raises BrokenFileError."""
    found = load(_FILE, _Keys).keys
    known: dict[str, set[str]] = {chapter.code: set() for chapter in shipped_chapters()}
    for each in shipped_indicators().values():
        known[each.chapter].add(each.code)
    for chapter, codes in found.items():
        if strange := set(codes) - known.get(chapter, set()):
            raise BrokenFileError(f"{_FILE.name}: {chapter} has no indicator {min(strange)!r}")
    if lacking := set(known) - set(found):
        raise BrokenFileError(f"{_FILE.name}: nothing speaks for {min(lacking)}")
    return found


def chapter_of(told: Chapter, here: Here) -> ChapterOf:
    """A chapter with the lines that have a value, and those that have none."""
    lines = [_line(defined, told, here) for defined in in_chapter(told.code)]
    known = [line for line in lines if line.figure]
    by_code = {line.defined.code: line for line in known}
    speaking = [by_code[code] for code in keys()[told.code] if code in by_code]
    return ChapterOf(
        told, known, (speaking or known)[:_MOST_KEYS], [line for line in lines if not line.figure], _who(told, known)
    )


def _who(told: Chapter, known: Sequence[Line]) -> str:
    """Who is asked for what is missing, and by when."""
    if known and not told.missing:
        return ""
    how_far = {
        OwnerState.AGREED: _("agreed"), OwnerState.ASSIGNED: _("assigned"),
    }.get(told.owner_state, _("proposed, not agreed"))  # fmt: skip
    words = {"owner": told.owner, "how_far": how_far}
    if told.due is None:
        return _("%(owner)s (%(how_far)s). No date is agreed.") % words
    return _("%(owner)s (%(how_far)s), by %(day)s.") % {**words, "day": date_format(told.due, "j M Y")}


def _line(defined: Defined, told: Chapter, here: Here) -> Line:
    what, series = measured(defined), here.own.get(defined.code, ())
    newest = next((value for value in reversed(series) if value.value is not None), None)
    unit = unit_of(defined)
    if newest is None:
        day = date_format(told.due, "j M Y") if told.due else ""
        said = no_value(what, here.name, defined.owner if defined.post else told.owner, day)
        return Line(defined, unit, None, (), None, (), (), (), said, is_notable=False)
    now = standing_of(newest)
    earlier = [value for value in series[: series.index(newest)] if value.value is not None]
    like = [value for value in earlier if not breaks(standing_of(value), now)]
    before = like[-1:] or earlier[-1:]
    around = [(name, _same(here.country.known.get(at, {}).get(defined.code, ()), newest)) for name, at in _around(here)]
    peers = _peers(defined, newest, here)
    beside = Beside(
        [(name, standing_of(value)) for name, value in around if value], here.group, peers,
        standing_of(before[0]) if before else None,
    )  # fmt: skip
    notable = here.country.notable.get(here.code)
    return Line(
        defined, unit, figure(newest, what),
        [_beside(name, value, what, now) for name, value in around],
        _peer_figures(what, now, peers), [figure(value, what) for value in (*like, newest)],
        _breakdowns(here.broken_down.get(defined.code, ()), newest, what), _parts(what, newest, here),
        sentence(what, here.name, now, beside),
        is_notable=bool(notable and any(each.measured.code == defined.code for each in notable.findings)),
    )  # fmt: skip


def _around(here: Here) -> Sequence[tuple[str, tuple[Level, str]]]:
    code, name = here.province
    return (name, (Level.PROVINCE, code)), (here.country.names.get(COUNTRY_AT[1], ""), COUNTRY_AT)


def _same(series: Sequence[Value], newest: Value) -> Value | None:
    """The value of another place of the same time, else its newest."""
    at = _same_at(series, newest)
    return None if at is None else series[at]


def _same_at(series: Sequence[Value], newest: Value) -> int | None:
    """Where in a series that value is."""
    last = None
    for at in reversed(range(len(series))):
        value = series[at]
        if value.value is not None:
            if (value.year, value.length, value.period) == (newest.year, newest.length, newest.period):
                return at
            last = at if last is None else last
    return last


def _beside(name: str, value: Value | None, what: Measured, now: Standing) -> Around:
    if value is None:
        return Around(name, None, _("unknown"))
    standing = standing_of(value)
    if standing.period != now.period:
        return Around(name, None, _("its figure is of %(period)s") % {"period": standing.period.label})
    why = breaks(now, standing, of_one_place=False)
    return Around(name, None, why_not(why[0], now, standing)) if why else Around(name, figure(value, what))


def _peers(defined: Defined, newest: Value, here: Here) -> list[Standing]:
    if here.group is None:
        return []
    found, standings = [], here.country.standings[defined.code]
    for code in here.group.codes:
        at = _same_at(here.country.known.get((Level.SPACE, code), {}).get(defined.code, ()), newest)
        if at is not None:
            found.append(standings[code][at])
    return found


def _peer_figures(what: Measured, now: Standing, peers: Sequence[Standing]) -> PeerFigures | None:
    """Of the peers that may be compared; a count goes with the size of a place and is not."""
    values = sorted(
        each.value for each in peers
        if each.value is not None and each.period == now.period and not breaks(now, each)
    )  # fmt: skip
    if what.kind == Kind.COUNT or not values:
        return None
    lowest, middle, highest = (amount(what, value) for value in (values[0], median(values), values[-1]))
    return PeerFigures(lowest, middle, highest, len(values))


def _breakdowns(values: Sequence[Value], newest: Value, what: Measured) -> list[Breakdown]:
    """By each dimension, of the borders and time of the whole."""
    found: dict[str, dict[str, Value]] = {}
    at = newest.boundary, newest.year, newest.length, newest.period, newest.is_sample
    for value in values:
        if (value.boundary, value.year, value.length, value.period, value.is_sample) == at:
            found.setdefault(value.dimension, {}).setdefault(value.category, value)
    return [
        Breakdown(
            dimension_label(dimension), [(_(each), figure(rows[each], what)) for each in _in_order(dimension, rows)]
        )
        for dimension, rows in found.items()
    ]


def dimension_label(dimension: str) -> str:
    """The name of a breakdown."""
    return {
        "sex": _("By sex"), "age": _("By age"), "population group": _("By population group"),
        "disability": _("By disability"),
    }[dimension]  # fmt: skip


def _in_order(dimension: str, rows: Mapping[str, Value]) -> list[str]:
    known = tables()[next(iter(rows.values())).table].categories.get(dimension, ())
    return sorted(rows, key=lambda each: known.index(each) if each in known else len(known))


def _parts(what: Measured, newest: Value, here: Here) -> list[Part]:
    """The municipal areas that there are on the borders of the value, those without a value too."""
    there = here.areas_on.get(newest.boundary, frozenset())
    found = [(code, _like(known.get(what.code, ()), newest)) for code, known in here.areas.items() if code in there]
    numbers = [value.value for _code, value in found if value and value.value is not None]
    if not numbers:
        return []
    low, high = min(numbers), max(numbers)
    return [
        Part(code, here.area_names[code], figure(value, what) if value else _unknown(newest), _shade(value, low, high))
        for code, value in found
    ]


def _like(series: Sequence[Value], newest: Value) -> Value | None:
    at = newest.boundary, newest.year, newest.length, newest.period, newest.is_sample
    return next(
        (
            value for value in series
            if (value.boundary, value.year, value.length, value.period, value.is_sample) == at
        ), None,
    )  # fmt: skip


def _unknown(newest: Value) -> Figure:
    like = figure(newest)
    return Figure(
        None, _("unknown"), like.period, like.borders, like.source, like.as_at, like.status, like.is_sample, ""
    )


def _shade(value: Value | None, low: float, high: float) -> int:
    """The class from 1 to 5 in equal steps from the lowest to the highest; 0 where nothing is known."""
    if value is None or value.value is None:
        return 0
    return min(_SHADES, 1 + int(_SHADES * (value.value - low) / (high - low))) if high > low else (_SHADES + 1) // 2
