"""How wrong a converted value is: measured against a recount where there is one, else as known recounts came out.

A recount is the same count taken from the same returns on both borders (Census 2011 was published on those of 2011 and
of 2016). An estimate's error grows with the part of the value that is at stake, by its square root: of the rules tried
this one states the smallest errors that still hold for 95 of 100 recounts, also of tables it was not taken from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from math import sqrt
from pathlib import Path
from statistics import median

from django.utils.translation import gettext as _

from oneplan.frameworks.loading import load
from oneplan.platform.web.numerals import grouped

from .converting import Converted, ConvertedShare, Method
from .pieces import SAME_COUNT

_FILE = Path(__file__).parent / "parameters" / "known_errors.yaml"
LEAST = 100  # below it a relative error says nothing: one person is 1 %
LEAST_PART = 1e-4  # of a value: that little is always taken to be at stake where an area was split
LEAST_GAP = 50  # by which two totals may differ: returns are rounded cell by cell
SHARE_WITHIN = 0.95  # of known recounts that lie within the error stated


@dataclass(frozen=True)
class Deviation:
    """One converted value beside its recount. `part` is the part of the value that is at stake."""

    place: str
    table: str
    method: Method
    converted: float
    recounted: int
    part: float

    @property
    def gap(self) -> float:
        return abs(self.converted - self.recounted)

    @property
    def relative(self) -> float | None:
        """The gap as a part of the recount; None below `LEAST`."""
        return self.gap / self.recounted if self.recounted >= LEAST else None

    @property
    def scaled(self) -> float | None:
        """The gap as a part of the converted value, as it would be were all of it at stake; None below `LEAST`."""
        return self.gap / self.converted / growth(self.method, self.part) if self.converted >= LEAST else None


@dataclass(frozen=True)
class ShareDeviation:
    """One converted share beside that of the recount. `gap` runs from 0 to 1."""

    place: str
    table: str
    method: Method
    gap: float
    part: float

    @property
    def scaled(self) -> float:
        return self.gap / growth(self.method, self.part)


def growth(method: Method, part: float) -> float:
    """By how much an error grows with the part of a value that is at stake. Whole areas have nothing at stake."""
    return sqrt(max(part, LEAST_PART)) if method.is_estimate else 1.0


def is_recount(before: Iterable[int], after: Iterable[int]) -> bool:
    """Whether two columns count the same: their totals are equal but for rounding. Two empty columns count nothing."""
    one, other = sum(before), sum(after)
    return one > 0 and abs(one - other) <= max(Fraction(LEAST_GAP), SAME_COUNT * one)


def deviations(table: str, converted: Mapping[str, Converted], recount: Mapping[str, int]) -> list[Deviation]:
    """Of each place that has both."""
    return [
        Deviation(place, table, each.method, float(each.exact), recount[place], each.part_at_stake)
        for place, each in converted.items()
        if each.exact is not None and place in recount
    ]


@dataclass(frozen=True)
class Spread:
    """Errors of many values: the middle one, the one that 95 of 100 do not exceed, the largest and where it is."""

    count: int
    median: float
    p95: float
    worst: float
    worst_at: str
    misplaced: float  # the part of all that was counted which the conversion put into a wrong area


def spread(found: Sequence[Deviation]) -> Spread | None:
    """Relative errors of the values of at least `LEAST`; None where there are none."""
    errors = sorted((each.relative, f"{each.place} {each.table}") for each in found if each.relative is not None)
    if not errors:
        return None
    whole = sum(each.recounted for each in found)
    misplaced = sum(each.gap for each in found) / 2 / whole
    sizes = [error for error, _place in errors]
    return Spread(len(errors), median(sizes), quantile(sizes, SHARE_WITHIN), *errors[-1], misplaced)


def quantile(ordered: Sequence[float], part: float) -> float:
    """The smallest of the ordered values that at least this part of them do not exceed.

    >>> quantile([1.0, 2.0, 3.0, 4.0], 0.5), quantile([1.0, 2.0, 3.0, 4.0], 0.95)
    (2.0, 4.0)
    """
    needed = -(-Fraction(part).limit_denominator(1000) * len(ordered) // 1)
    return ordered[max(int(needed), 1) - 1]


class Direction(StrEnum):
    """Whether a value went to later borders or to earlier ones: the latter takes apart what was merged."""

    FORWARD = "forward"
    BACKWARD = "backward"


@dataclass(frozen=True)
class Known:
    """What known recounts teach of one method in one direction, in per cent, as text.

    `median`, `p95` and `worst` are errors of counts as they came out. `within` is what a count states: the error in per
    cent of the value, were all of it at stake, that 95 of 100 did not exceed; `points` the same of a share, in
    percentage points.
    """

    method: Method
    direction: Direction
    count: int
    median: str
    p95: str
    worst: str
    within: str
    points: str
    recounts: str

    @classmethod
    def of(
        cls,
        method: Method,
        direction: Direction,
        counts: Iterable[Deviation],
        shares: Iterable[ShareDeviation],
        recounts: str,
    ) -> Known | None:
        """Measured from deviations; None where the method has too few to speak of."""
        mine = [each for each in counts if each.method == method]
        told = spread(mine)
        errors = sorted(each.scaled for each in mine if each.scaled is not None)
        points = sorted(each.scaled for each in shares if each.method == method)
        if told is None or min(len(errors), len(points)) < LEAST:
            return None
        figures = (told.median, told.p95, told.worst, quantile(errors, SHARE_WITHIN), quantile(points, SHARE_WITHIN))
        median_, p95, worst, within, most = (f"{100 * each:.2f}" for each in figures)
        return cls(method, direction, told.count, median_, p95, worst, within, most, recounts)


@dataclass(frozen=True)
class KnownErrors:
    """The file of what was measured: `scripts/measure_demarcations.py` writes it."""

    known: tuple[Known, ...]

    def of(self, method: Method, direction: Direction) -> Known | None:
        return next((each for each in self.known if (each.method, each.direction) == (method, direction)), None)


@cache
def known_errors() -> KnownErrors:
    return load(_FILE, KnownErrors)


class Standing(StrEnum):
    """Where the error of a value comes from."""

    MEASURED = "measured"
    EXPECTED = "expected"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ErrorStated:
    """The error of one converted value, in its own unit (of a share: percentage points), and where it comes from."""

    standing: Standing
    amount: float | None
    relative: float | None
    sentence: str


def error_of(
    converted: Converted, recount: int | Decimal | None = None, known: KnownErrors | None = None
) -> ErrorStated:
    """Measured where there is a recount of the same count, else as known recounts of the same method came out."""
    if converted.exact is None:
        return ErrorStated(Standing.UNKNOWN, None, None, converted.refusal)
    value = abs(float(converted.exact))
    if recount is not None:
        gap = abs(float(converted.exact - Fraction(recount)))
        sentence = _(
            "Measured: the recount on the borders of %(year)s is %(recount)s, and the conversion is off by %(gap)s. "
            "Use the recount."
        ) % {"year": converted.route[-1], "recount": grouped(recount, 0), "gap": grouped(gap, 0)}  # fmt: skip
        return ErrorStated(Standing.MEASURED, gap, gap / float(recount) if recount else None, sentence)
    found = _known_of(converted, known)
    if found is None:
        return ErrorStated(Standing.UNKNOWN, None, None, _unknown())
    relative = float(found.within) / 100 * growth(converted.method, converted.part_at_stake)
    sentence = _(
        "Expected, not measured: within %(amount)s either way (%(percent)s %%), as 95 of 100 known recounts were "
        "(%(count)s values: %(recounts)s)."
    ) % {
        "amount": grouped(relative * value, 0), "percent": grouped(relative * 100, 1), "count": grouped(found.count),
        "recounts": found.recounts,
    }  # fmt: skip
    return ErrorStated(Standing.EXPECTED, relative * value, relative, sentence)


def error_of_share(
    converted: ConvertedShare, recount: Decimal | None = None, known: KnownErrors | None = None
) -> ErrorStated:
    """The same for a share, 0 to 1; its error is in percentage points."""
    whole = converted.denominator
    if converted.share is None:
        return ErrorStated(Standing.UNKNOWN, None, None, converted.numerator.refusal or whole.refusal)
    if recount is not None:
        points = 100 * abs(float(converted.share - recount))
        sentence = _(
            "Measured: the recount on the borders of %(year)s is %(recount)s %%, and the conversion is off by "
            "%(points)s percentage points. Use the recount."
        ) % {"year": whole.route[-1], "recount": grouped(recount * 100, 1), "points": grouped(points, 1)}  # fmt: skip
        return ErrorStated(Standing.MEASURED, points, None, sentence)
    found = _known_of(whole, known)
    if found is None:
        return ErrorStated(Standing.UNKNOWN, None, None, _unknown())
    points = float(found.points) * growth(whole.method, whole.part_at_stake)
    sentence = _(
        "Expected, not measured: within %(points)s percentage points either way, as 95 of 100 known recounts were "
        "(%(recounts)s)."
    ) % {"points": grouped(points, 2), "recounts": found.recounts}  # fmt: skip
    return ErrorStated(Standing.EXPECTED, points, None, sentence)


def _known_of(converted: Converted, known: KnownErrors | None) -> Known | None:
    direction = Direction.FORWARD if converted.route[0] < converted.route[-1] else Direction.BACKWARD
    return (known or known_errors()).of(converted.method, direction)


def _unknown() -> str:
    return _("The error is not known: no recount of this kind was found.")
