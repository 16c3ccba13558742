"""A year out of its quarters, by the indicator's calculation type and no other way.

The types are those of the technical indicator descriptions that departments and municipalities publish with their
annual performance plans (National Treasury, *Framework for Managing Programme Performance Information*, 2007; DPME,
*Revised Framework for Strategic Plans and Annual Performance Plans*, 2019), read as those descriptions use them:

- *cumulative* (year-end): each quarter reports what it added; the year is their sum. "Clinics built: 2, 0, 1, 3."
- *cumulative to date* (year-to-date): each quarter reports the year so far; the year is the last quarter's figure.
- *non-cumulative*: each quarter is measured anew and stands by itself, as "85 % of invoices paid within 30 days". The
  quarters are never added. A year is had only where each quarter brings its part and its whole; else from the year's
  own figure, which is reported and not made here.
- *maximum*: the highest quarter, as DPME's quarterly reports (eQPRS) mark by "Max".
- *latest*: the state at the end of the year, as of households connected; the last quarter's figure.

So they are used: of 418 indicators with four targets in figures in DPME's quarterly report of national institutions for
2023/24 (eQPRS), the quarters of 151 add up to the year, those of 183 each repeat it, and those of 83 end at it.

Shares are never summed: a year's share is the sum of the parts out of the sum of the wholes, or it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.indicators.comparing.values import Kind
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.numerals import grouped

_ALL = (1, 2, 3, 4)


class Calculation(StrEnum):
    """How quarters make a year, by the codes of the registry; the meanings are those of the module."""

    CUMULATIVE = "cumulative"
    CUMULATIVE_TO_DATE = "cumulative-to-date"
    NON_CUMULATIVE = "non-cumulative"
    MAXIMUM = "maximum"
    LATEST = "latest"


@dataclass(frozen=True)
class Quarter:
    """What one quarter (1 to 4 of a financial year) reports; a share may bring its part and its whole. None: not in."""

    number: int
    value: Decimal | None
    part: Decimal | None = None
    whole: Decimal | None = None

    def __post_init__(self) -> None:
        if self.number not in _ALL:
            raise ValueError(f"There is no quarter {self.number}.")

    @property
    def is_in(self) -> bool:
        return self.value is not None or self.is_counted

    @property
    def is_counted(self) -> bool:
        return self.part is not None and bool(self.whole)


@dataclass(frozen=True)
class YearOfQuarters:
    """The year's figure in the indicator's unit, and which quarters are in it."""

    value: Decimal
    calculation: Calculation
    quarters: tuple[int, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(number for number in _ALL if number not in self.quarters)

    @property
    def is_whole(self) -> bool:
        return not self.missing

    @property
    def sentence(self) -> str:
        """Which quarters are in it."""
        if self.is_whole:
            return _("All four quarters are in.")
        return _("So far, from %(quarters)s.") % {"quarters": _named(self.quarters)}


def year_of(
    quarters: Iterable[Quarter], calculation: Calculation, kind: Kind, *, base: Decimal = Decimal(100),
    so_far: bool = False,
) -> YearOfQuarters:  # fmt: skip
    """The year that four quarters make; with `so_far`, what those that are in make.

    Raises RuleBroken with a sentence: over a missing quarter (unless `so_far`), where none is in, where a share or a
    level would be added up, where a non-cumulative indicator has no parts and wholes, or where a running total of a
    count falls. Raises ValueError for a quarter given twice. `base` is what a share is out of.
    """
    known = {}
    for quarter in quarters:
        if quarter.number in known:
            raise ValueError(f"Quarter {quarter.number} is given twice.")
        known[quarter.number] = quarter
    inside = [known[number] for number in _ALL if number in known and known[number].is_in]
    _check_in(inside, so_far=so_far)
    value = _combined(inside, calculation, kind, base)
    return YearOfQuarters(value, calculation, tuple(quarter.number for quarter in inside))


def _check_in(inside: list[Quarter], *, so_far: bool) -> None:
    missing = tuple(number for number in _ALL if number not in {quarter.number for quarter in inside})
    if not inside:
        raise RuleBroken(_("No quarter is in, so there is no year. Report a quarter first."))
    if missing and not so_far:
        raise RuleBroken(
            ngettext(
                "The year is not computed: %(quarters)s is missing. Report it, or ask for the year so far.",
                "The year is not computed: %(quarters)s are missing. Report them, or ask for the year so far.",
                len(missing),
            )
            % {"quarters": _named(missing)}
        )


def _combined(inside: list[Quarter], calculation: Calculation, kind: Kind, base: Decimal) -> Decimal:
    match calculation:
        case Calculation.MAXIMUM:
            return max(_figure(quarter, base) for quarter in inside)
        case Calculation.LATEST:
            return _figure(inside[-1], base)
        case Calculation.CUMULATIVE_TO_DATE:
            _check_grows(inside, kind)
            return _figure(inside[-1], base)
        case Calculation.CUMULATIVE if kind == Kind.COUNT:
            return sum((_figure(quarter, base) for quarter in inside), Decimal(0))
    if all(quarter.is_counted for quarter in inside):
        return base * sum(quarter.part or 0 for quarter in inside) / sum(quarter.whole or 0 for quarter in inside)
    if calculation == Calculation.CUMULATIVE:
        raise RuleBroken(
            _(
                "Only counts are added up over quarters; percentages, rates and averages are not. Give the part and "
                "the whole of each quarter, or mark the indicator as latest, maximum or cumulative to date."
            )
        )
    raise RuleBroken(
        _(
            "A non-cumulative indicator is measured anew each quarter, so its quarters make no year. Report the year's "
            "own figure, give the part and the whole of each quarter, or mark the indicator as latest or maximum."
        )
    )


def _figure(quarter: Quarter, base: Decimal) -> Decimal:
    """What the quarter reports; a share whose value is not written is its part out of its whole."""
    if quarter.value is not None:
        return quarter.value
    return base * (quarter.part or 0) / (quarter.whole or 1)


def _check_grows(inside: list[Quarter], kind: Kind) -> None:
    """A running total of things counted does not fall: a fall tells that the quarters were reported one by one."""
    if kind != Kind.COUNT:
        return
    for before, after in pairwise(inside):
        first, second = before.value or Decimal(0), after.value or Decimal(0)
        if second < first:
            said = _(
                "Quarter %(after)s reports %(second)s after %(first)s in quarter %(before)s, but a total of the year "
                "so far cannot fall. Check whether each quarter was reported by itself."
            )
            words = {"after": after.number, "before": before.number, "first": grouped(first), "second": grouped(second)}
            raise RuleBroken(said % words)


def _named(numbers: tuple[int, ...]) -> str:
    """Quarters as words: quarter 2; quarters 1 and 3; quarters 1, 2 and 4."""
    if len(numbers) == 1:
        return _("quarter %(number)s") % {"number": numbers[0]}
    return _("quarters %(first)s and %(last)s") % {
        "first": ", ".join(str(number) for number in numbers[:-1]),
        "last": numbers[-1],
    }
