"""Level beside improvement for a scorecard of places by indicators. No league table.

There is no total over indicators and no rank over places: a place is set beside its own fair peers only, and rows are
laid out in blocks of like category and size, by name within a block. A poor place that improves and a rich one that
does not can both be seen (the UNDP's appraisal of India's Aspirational Districts warns what ranking does to figures).

*Level*: the fifth in which the place lies among itself and those of its peers that may be compared, by its mid-rank
(half of those that read alike count as below; Hazen's plotting position). 5 is the best fifth where the indicator has a
direction, else the highest. *Improvement*: the change per year since the last comparable period, said only where it is
more than the error of the two figures. A count has no level, only growth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from math import ceil, log

from oneplan.indicators.comparing.differences import Difference, difference, shown
from oneplan.indicators.comparing.peers import PeerGroup
from oneplan.indicators.comparing.rows import GROWING
from oneplan.indicators.comparing.values import Column, Direction, Kind, Measured, Place, Standing, Verdict, breaks

BANDS = 5
_LEAST_PEERS = 5
_BLOCK = 11


class Course(StrEnum):
    """How a place has moved since the last comparable period."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    ROSE = "rose"
    FELL = "fell"
    NOT_CLEAR = "not_clear"
    NOT_COMPARABLE = "not_comparable"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Cell:
    """One indicator of one place. `band` is None where too few peers can be compared; `peers` says how many could.

    `change` is per year in the unit, growth in per cent for counts and amounts; None where there is nothing to compare.
    """

    place: str
    measured: Measured
    standing: Standing | None
    band: int | None
    peers: int
    earlier: Standing | None
    change: float | None
    course: Course


@dataclass(frozen=True)
class Block:
    """Places of like category, class and size, by name."""

    category: str
    municipal_class: str
    smallest: float | None
    largest: float | None
    places: tuple[Place, ...]


def blocks_of(places: Sequence[Place]) -> tuple[Block, ...]:
    """The rows of a scorecard: by category and class, the larger first, in even blocks of eleven or fewer places.

    Places whose population is not known are a block of their own, the last of their category.
    """
    found = []
    ordered = sorted(places, key=lambda place: (*_like(place), -(place.population or 0), place.code))
    for (category, municipal_class, _is_unknown), alike in groupby(ordered, key=_like):
        members = list(alike)
        size = ceil(len(members) / ceil(len(members) / _BLOCK))
        for start in range(0, len(members), size):
            some = members[start : start + size]
            sizes = [place.population for place in some if place.population]
            rows = tuple(sorted(some, key=lambda place: (place.name, place.code)))
            found.append(Block(category, municipal_class, min(sizes, default=None), max(sizes, default=None), rows))
    return tuple(found)


def _like(place: Place) -> tuple[str, str, bool]:
    return place.category, place.municipal_class, not place.population


def scorecard(columns: Sequence[Column], peers: Mapping[str, PeerGroup]) -> dict[tuple[str, str], Cell]:
    """The cells of a scorecard by place and indicator: every place of `peers`, unknown ones too."""
    return {
        (place, column.measured.code): cell
        for column in columns
        for place, cell in _cells(column, peers).items()
    }  # fmt: skip


def _cells(column: Column, peers: Mapping[str, PeerGroup]) -> dict[str, Cell]:
    known = column.by_place()
    at = {(each.place, each.period): each for series in known.values() for each in series}
    found = {}
    for place, group in peers.items():
        series = known.get(place, ())
        standing = series[-1] if series else None
        others = [at.get((code, standing.period)) for code in group.codes] if standing else []
        beside = [each for each in others if each and standing and not breaks(standing, each)]
        earlier = next((each for each in reversed(series[:-1]) if standing and not breaks(standing, each)), None)
        change, course = _moved(column.measured, standing, earlier, has_past=len(series) > 1)
        band = band_of(column.measured, standing, beside) if standing else None
        found[place] = Cell(place, column.measured, standing, band, len(beside), earlier, change, course)
    return found


def band_of(measured: Measured, standing: Standing, peers: Sequence[Standing]) -> int | None:
    """The fifth, 1 to 5, of a value among itself and its peers; None for a count or with too few peers.

    `peers` are those that may be compared.
    """
    values = [shown(measured, each.value) for each in peers if each.value is not None]
    if measured.kind == Kind.COUNT or standing.value is None or len(values) < _LEAST_PEERS:
        return None
    mine = shown(measured, standing.value)
    below = sum(value > mine if measured.direction == Direction.LOWER else value < mine for value in values)
    twice = 2 * below + values.count(mine) + 1
    return min(BANDS, BANDS * twice // (2 * (len(values) + 1)) + 1)


def _moved(
    measured: Measured, standing: Standing | None, earlier: Standing | None, *, has_past: bool
) -> tuple[float | None, Course]:
    if standing is None or standing.value is None or not has_past:
        return None, Course.UNKNOWN
    if earlier is None or earlier.value is None:
        return None, Course.NOT_COMPARABLE
    change = _per_year(measured, earlier.value, standing.value, standing.period.years_since(earlier.period))
    how = difference(measured, standing, earlier)
    if how in (Difference.SAME, Difference.CLOSE):
        return change, Course.NOT_CLEAR
    is_up = how == Difference.HIGHER
    match measured.verdict(1.0 if is_up else -1.0):
        case Verdict.BETTER:
            return change, Course.IMPROVED
        case Verdict.WORSE:
            return change, Course.WORSENED
    return change, Course.ROSE if is_up else Course.FELL


def _per_year(measured: Measured, before: float, after: float, years: float) -> float | None:
    if measured.kind not in GROWING:
        return (after - before) / years
    return 100 * log(after / before) / years if before > 0 and after > 0 else None
