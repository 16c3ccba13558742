"""How wrong a converted value is: measured against a recount where there is one, else as known recounts came out.

A recount is the same count taken from the same returns on both borders (Census 2011 was published on those of 2011
and of 2016). Of an estimate the gap is set against what was at stake, so that a value of which little rests on an
estimate has a small error, and one that is all estimate a large one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from pathlib import Path
from statistics import median

from django.utils.translation import gettext as _

from oneplan.frameworks.loading import load

from .converting import Converted, Method
from .pieces import SAME_COUNT

_FILE = Path(__file__).parent / "parameters" / "known_errors.yaml"
LEAST = 100  # below it a relative error says nothing: one person is 1 %
LEAST_GAP = 50  # by which two totals may differ: returns are rounded cell by cell
SHARE_WITHIN = 0.95  # of known recounts that lie within the error stated


@dataclass(frozen=True)
class Deviation:
    """One converted value beside its recount."""

    place: str
    table: str
    method: Method
    converted: Fraction
    recounted: int
    at_stake: Fraction

    @property
    def gap(self) -> Fraction:
        return abs(self.converted - self.recounted)

    @property
    def relative(self) -> float | None:
        """The gap as a part of the recount; None below `LEAST`."""
        return float(self.gap / self.recounted) if self.recounted >= LEAST else None

    @property
    def of_stake(self) -> float | None:
        """The gap as a part of what rests on an estimate; None where nothing to speak of does."""
        return float(self.gap / self.at_stake) if self.at_stake >= LEAST else None


def is_recount(before: Iterable[int], after: Iterable[int]) -> bool:
    """Whether two columns count the same: their totals are equal but for rounding. Two empty columns count nothing."""
    one, other = sum(before), sum(after)
    return one > 0 and abs(one - other) <= max(Fraction(LEAST_GAP), SAME_COUNT * one)


def deviations(table: str, converted: Mapping[str, Converted], recount: Mapping[str, int]) -> list[Deviation]:
    """Of each place that has both."""
    return [
        Deviation(place, table, each.method, each.exact, recount[place], each.at_stake)
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
    misplaced = float(sum(each.gap for each in found) / 2 / whole)
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
    """What known recounts teach of one method. Per cent, as text.

    `within` is the error in per cent, of what is at stake for an estimate, of the value where areas are whole, that
    95 of 100 known recounts did not exceed.
    """

    method: Method
    direction: Direction
    count: int
    median: str
    p95: str
    worst: str
    within: str
    recounts: str

    @classmethod
    def of(cls, method: Method, direction: Direction, found: Iterable[Deviation], recounts: str) -> Known | None:
        """Measured from deviations; None where the method has too few to speak of."""
        mine = [each for each in found if each.method == method]
        told = spread(mine)
        errors = sorted(
            error for each in mine
            if (error := each.of_stake if method.is_estimate else each.relative) is not None
        )  # fmt: skip
        if told is None or len(errors) < LEAST:
            return None
        within = quantile(errors, SHARE_WITHIN)
        middle, most, worst, stated = (f"{100 * each:.2f}" for each in (told.median, told.p95, told.worst, within))
        return cls(method, direction, told.count, middle, most, worst, stated, recounts)


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
    """The error of one converted value, in its own unit, and the sentence that says where it comes from."""

    standing: Standing
    amount: float | None
    relative: float | None
    sentence: str


def error_of(converted: Converted, recount: int | None = None, known: KnownErrors | None = None) -> ErrorStated:
    """Measured where there is a recount of the same count, else as known recounts of the same method came out."""
    if converted.exact is None:
        return ErrorStated(Standing.UNKNOWN, None, None, converted.refusal)
    value = converted.exact
    if recount is not None:
        gap = abs(value - recount)
        sentence = _(
            "Measured: the recount on the borders of %(year)s is %(recount)d, and the conversion is off by %(gap).0f. "
            "Use the recount."
        ) % {"year": converted.route[-1], "recount": recount, "gap": float(gap)}  # fmt: skip
        return ErrorStated(Standing.MEASURED, float(gap), float(gap / recount) if recount else None, sentence)
    direction = Direction.FORWARD if converted.route[0] < converted.route[-1] else Direction.BACKWARD
    found = (known or known_errors()).of(converted.method, direction)
    if found is None:
        return ErrorStated(
            Standing.UNKNOWN, None, None, _("The error is not known: no recount of this kind was found.")
        )
    base = converted.at_stake if converted.method.is_estimate else abs(value)
    amount = float(base * Fraction(found.within) / 100)
    sentence = _(
        "Expected, not measured: within %(amount).0f either way, as 95 of 100 known recounts were (%(count)d values: "
        "%(recounts)s)."
    ) % {"amount": amount, "count": found.count, "recounts": found.recounts}  # fmt: skip
    return ErrorStated(Standing.EXPECTED, amount, amount / float(abs(value)) if value else None, sentence)
