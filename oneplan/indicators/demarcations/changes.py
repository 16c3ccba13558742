"""What changed between two demarcations, area by area, as told from the pieces; and in figures for the country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from django.utils.translation import gettext as _

from oneplan.platform.web.numerals import as_written

from .book import Book, Demarcation
from .pieces import Correspondence

Names = Mapping[str, str]
NO_NAMES: Names = MappingProxyType({})


class Kind(StrEnum):
    """What befell one area."""

    MERGED = "merged"  # it ended, and lies wholly in another
    DIVIDED = "divided"  # it ended, and several took a part
    FORMED = "formed"  # it began, from whole areas only
    FORMED_OF_PARTS = "formed_of_parts"  # it began, and at least one of those it came from gave a part only
    GREW = "grew"  # it stayed, and gained ground
    SHRANK = "shrank"  # it stayed, and lost ground
    GREW_AND_SHRANK = "grew_and_shrank"


@dataclass(frozen=True)
class Passed:
    """One area that gave ground or took it. `share` is the part of the giving area's ground, 0 to 1."""

    code: str
    share: Fraction
    km2: float


@dataclass(frozen=True)
class Change:
    """What befell one area on a day: what it gained from whom and gave to whom."""

    code: str
    kind: Kind
    on: date
    gained: tuple[Passed, ...]
    gave: tuple[Passed, ...]

    def sentence(self, names: Names = NO_NAMES) -> str:
        """In words, with names where these are given."""
        facts = {
            "area": _called(self.code, names), "day": as_written(self.on.isoformat()),
            "gained": _listed(self.gained, names), "gave": _listed(self.gave, names, to=True),
        }  # fmt: skip
        return {
            Kind.MERGED: _("%(area)s ended on %(day)s and lies in %(gave)s."),
            Kind.DIVIDED: _("%(area)s ended on %(day)s and was divided: %(gave)s."),
            Kind.FORMED: _("%(area)s was formed on %(day)s from %(gained)s."),
            Kind.FORMED_OF_PARTS: _("%(area)s was formed on %(day)s from %(gained)s."),
            Kind.GREW: _("%(area)s gained on %(day)s: %(gained)s."),
            Kind.SHRANK: _("%(area)s gave on %(day)s: %(gave)s."),
            Kind.GREW_AND_SHRANK: _("%(area)s gained on %(day)s %(gained)s and gave %(gave)s."),
        }[self.kind] % facts


def changes(correspondence: Correspondence, on: date) -> tuple[Change, ...]:
    """Of every area of either demarcation that did not simply stay, by code. What is a sliver is no change."""
    whole, is_old, is_new = defaultdict[str, int](int), set[str](), set[str]()
    for piece in correspondence.pieces:
        whole[piece.older] += piece.m2
        is_old.add(piece.older)
        is_new.add(piece.newer)
    gained, gave = defaultdict[str, list[Passed]](list), defaultdict[str, list[Passed]](list)
    for piece in correspondence.pieces:
        if piece.older != piece.newer:
            share, km2 = Fraction(piece.m2, whole[piece.older]), piece.m2 / 1e6
            gave[piece.older].append(Passed(piece.newer, share, km2))
            gained[piece.newer].append(Passed(piece.older, share, km2))
    return tuple(
        Change(code, _kind(code, is_old, is_new, gained[code], gave[code]), on, _most(gained[code]), _most(gave[code]))
        for code in sorted(gained.keys() | gave.keys())
    )


def _kind(code: str, is_old: set[str], is_new: set[str], gained: list[Passed], gave: list[Passed]) -> Kind:
    if code not in is_new:
        return Kind.MERGED if len(gave) == 1 else Kind.DIVIDED
    if code not in is_old:
        return Kind.FORMED if all(each.share == 1 for each in gained) else Kind.FORMED_OF_PARTS
    if gained and gave:
        return Kind.GREW_AND_SHRANK
    return Kind.GREW if gained else Kind.SHRANK


def _most(passed: Iterable[Passed]) -> tuple[Passed, ...]:
    return tuple(sorted(passed, key=lambda each: (-each.km2, each.code)))


def befell(code: str, book: Book, *, of_spaces: bool = False) -> tuple[Change, ...]:
    """Everything that is known to have befallen one municipal area, or one space, oldest first."""
    return tuple(
        change
        for (_older, newer), shipped in sorted(book.shipped.items())
        for change in changes(
            shipped.lifted(shipped.correspondence) if of_spaces else shipped.correspondence,
            book.demarcation(newer).since,
        )
        if change.code == code
    )


def history(code: str, book: Book, names: Names = NO_NAMES, *, of_spaces: bool = False) -> tuple[str, ...]:
    """The same as sentences."""
    return tuple(change.sentence(names) for change in befell(code, book, of_spaces=of_spaces))


def national(before: Demarcation, after: Demarcation) -> str:
    """How many municipal areas there were and are, as a sentence with its source."""
    facts = {
        "day": as_written(after.since.isoformat()), "before": before.municipal_areas, "after": after.municipal_areas,
        "source": after.source,
    }  # fmt: skip
    if before.municipal_areas == after.municipal_areas:
        return _("On %(day)s the %(after)d municipal areas stayed. Source: %(source)s.") % facts
    return _("On %(day)s %(before)d municipal areas became %(after)d. Source: %(source)s.") % facts


def _called(code: str, names: Names) -> str:
    return f"{names[code]} ({code})" if code in names else code


def _listed(passed: tuple[Passed, ...], names: Names, *, to: bool = False) -> str:
    """Shares are of the giving area: 8 % of the one that gave, or 8 % of it to the one that took."""
    part = _("%(percent).0f %% to %(area)s") if to else _("%(percent).0f %% of %(area)s")
    return ", ".join(
        _called(each.code, names) if each.share == 1
        else part % {"percent": float(each.share * 100), "area": _called(each.code, names)}
        for each in passed
    )  # fmt: skip
