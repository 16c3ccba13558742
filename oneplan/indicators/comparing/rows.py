"""Indicators laid out for testing: each row has what may be compared with each other, a number per place.

A row of levels holds values of one period, universe, question, demarcation and method. A row of changes holds the
change per year between two such periods with no break between them. Each value has an interval: the published margin
(sampling error, undercount) or, where it is wider, what chance does to small numbers - Wilson's interval of a share,
Newcombe's of its change, Poisson's variance for the growth of a count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from oneplan.indicators.comparing.robust import Floats, by_arcsine, by_logarithm, wilson
from oneplan.indicators.comparing.values import Aspect, Column, Kind, Measured, Reason, Standing, Untested, breaks

GROWING = frozenset({Kind.COUNT, Kind.AMOUNT})  # their change is growth in per cent
_Z95 = 1.959963984540054
ROUNDING = 12**-0.5  # the standard deviation of what is rounded away, as a part of the step
_Pair = tuple[Standing | None, Standing]


@dataclass(frozen=True)
class Row:
    """Values that may be compared, with their intervals, by the place's number; NaN is unknown.

    `told` has the places of which this row is to tell (for the others it is only a measure), with the standings that
    it is made of. `resolution` is the step to which values are rounded and `least` the least difference worth telling,
    in the unit of the row.
    """

    measured: Measured
    aspect: Aspect
    value: Floats
    low: Floats
    high: Floats
    told: dict[int, _Pair]
    resolution: float
    least: float

    def scaled(self, values: Floats) -> Floats:
        """Values of this row on the scale on which they are compared."""
        if self.aspect == Aspect.LEVEL and self.measured.kind == Kind.SHARE:
            return by_arcsine(values / self.measured.base)
        if self.aspect == Aspect.LEVEL and self.measured.kind == Kind.AMOUNT:
            return by_logarithm(values)
        return values

    def rounding(self, typical: Floats) -> Floats:
        """The least spread on that scale, about a typical value: what rounding alone would leave."""
        if not self.resolution:
            return np.zeros_like(typical)
        middle = self.scaled(typical)
        above, below = self.scaled(typical + self.resolution), self.scaled(typical - self.resolution)
        return np.fmax(above - middle, middle - below) * ROUNDING


@dataclass(frozen=True)
class Steps:
    """One place's changes per year between successive comparable periods, earliest first; the last is the latest."""

    measured: Measured
    place: int
    pair: tuple[Standing, Standing]
    values: Floats
    low: float
    high: float
    resolution: float
    least: float


def rows_of(column: Column, numbers: dict[str, int]) -> tuple[list[Row], dict[int, list[Untested]]]:
    """The rows of levels and of changes of one indicator, and per place what of it cannot be tested."""
    known = {numbers[place]: series for place, series in column.by_place().items() if place in numbers}
    untested: dict[int, list[Untested]] = {number: [] for number in numbers.values()}
    code, is_count = column.measured.code, column.measured.kind == Kind.COUNT
    levels: dict[tuple[object, ...], dict[int, _Pair]] = {}
    changes: dict[tuple[object, ...], dict[int, _Pair]] = {}
    for number, missing in untested.items():
        series = known.get(number)
        if not series:
            missing += [Untested(code, aspect, Reason.NO_VALUE) for aspect in (Aspect.LEVEL, Aspect.CHANGE)]
            continue
        latest = series[-1]
        if is_count:
            missing.append(Untested(code, Aspect.LEVEL, Reason.COUNT))
        else:
            levels.setdefault(_key(latest), {})[number] = (None, latest)
        earlier = next((each for each in reversed(series[:-1]) if not breaks(each, latest)), None)
        if earlier is None:
            missing.append(Untested(code, Aspect.CHANGE, Reason.BROKEN if series[:-1] else Reason.NO_EARLIER))
        else:
            changes.setdefault((_key(earlier), _key(latest)), {})[number] = (earlier, latest)
    by_key: dict[tuple[int, object], Standing] = {
        (number, _key(each)): each for number, series in known.items() for each in series
    }
    measured, width = column.measured, len(numbers)
    rows = [_row(measured, Aspect.LEVEL, told, (None, key), by_key, width) for key, told in levels.items()]
    rows += [_row(measured, Aspect.CHANGE, told, pair, by_key, width) for pair, told in changes.items()]
    return rows, untested


def steps_of(column: Column, numbers: dict[str, int], *, least: int, most: int) -> Iterator[Steps]:
    """The steps of each place that has more than `least` of them, the latest `most` before the last kept."""
    for place, series in column.by_place().items():
        if place not in numbers or len(series) < least + 2:
            continue
        comparable = [each for each in series if not breaks(each, series[-1])]
        pairs = list(pairwise(comparable))[-most - 1 :]
        if len(pairs) <= least:
            continue
        value, low, high = _changes(column.measured, pairs)
        yield Steps(
            column.measured, numbers[place], pairs[-1], value, float(low[-1]), float(high[-1]),
            *_grain(column.measured, pairs[-1]),
        )  # fmt: skip


def _key(standing: Standing) -> tuple[object, ...]:
    return (
        standing.period, standing.universe, standing.question, standing.boundary, standing.is_modelled, standing.method,
        standing.is_sample,
    )  # fmt: skip


def _row(
    measured: Measured, aspect: Aspect, told: dict[int, _Pair], keys: tuple[object, ...],
    by_key: Mapping[tuple[int, object], Standing], width: int,
) -> Row:  # fmt: skip
    """One row over all places: those that have the same, whether or not it is what is told of them."""
    value, low, high = (np.full(width, np.nan) for _each in range(3))
    first, last = keys
    pairs: dict[int, _Pair] = {}
    for number in range(width):
        later = by_key.get((number, last))
        earlier = by_key.get((number, first)) if first is not None else None
        if later is not None and (first is None or earlier is not None):
            pairs[number] = (earlier, later)
    places, both = list(pairs), list(pairs.values())
    if aspect == Aspect.LEVEL:
        found = _levels(measured, [later for _earlier, later in both])
    else:
        found = _changes(measured, [(earlier, later) for earlier, later in both if earlier is not None])
    value[places], low[places], high[places] = found
    return Row(measured, aspect, value, low, high, told, *_grain(measured, both[0]))


def _grain(measured: Measured, pair: _Pair) -> tuple[float, float]:
    """The step of rounding and the least difference, in the unit of the row: for a change, per year."""
    earlier, later = pair
    if earlier is None:
        return measured.resolution, measured.least
    if measured.kind in GROWING:
        return 0.0, 0.0
    years = later.period.years_since(earlier.period)
    return measured.resolution * 2**0.5 / years, measured.least / years


def _levels(measured: Measured, standings: Sequence[Standing]) -> tuple[Floats, Floats, Floats]:
    value, margin = _numbers([each.value for each in standings]), _numbers([each.margin for each in standings])
    low, high = value, value
    if measured.kind == Kind.SHARE:
        part = wilson(value / measured.base, _numbers([each.denominator for each in standings]))
        low, high = part[0] * measured.base, part[1] * measured.base
    return value, np.fmin(low, value - margin), np.fmax(high, value + margin)


def _changes(measured: Measured, pairs: Sequence[tuple[Standing, Standing]]) -> tuple[Floats, Floats, Floats]:
    years = np.array([later.period.years_since(earlier.period) for earlier, later in pairs])
    first = _levels(measured, [earlier for earlier, _later in pairs])
    last = _levels(measured, [later for _earlier, later in pairs])
    if measured.kind in GROWING:
        return _growth(measured, first, last, years)
    change = last[0] - first[0]
    low = change - np.hypot(last[0] - last[1], first[2] - first[0])
    high = change + np.hypot(last[2] - last[0], first[0] - first[1])
    return change / years, low / years, high / years


def _growth(
    measured: Measured, first: tuple[Floats, Floats, Floats], last: tuple[Floats, Floats, Floats], years: Floats
) -> tuple[Floats, Floats, Floats]:
    """Continuous growth in per cent a year; unknown where there was or is nothing."""
    before, after = (np.where(each[0] > 0, each[0], np.nan) for each in (first, last))
    margins = np.hypot((last[2] - last[0]) / after, (first[2] - first[0]) / before)
    by_chance = _Z95 * np.sqrt(1 / before + 1 / after) if measured.kind == Kind.COUNT else 0.0
    half = np.maximum(margins, by_chance)
    growth = np.log(after / before)
    return 100 * growth / years, 100 * (growth - half) / years, 100 * (growth + half) / years


def _numbers(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
