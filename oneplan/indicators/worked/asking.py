"""Which view of a measure an address asks for, and of every measure whether it can be worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from oneplan.access.actors import Actor
from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.registry import chapters, registry
from oneplan.indicators.worked.catalogue import Measure, measures
from oneplan.indicators.worked.given import Offer
from oneplan.indicators.worked.registered import CHOSEN, level_of, offers_of, worked


@dataclass(frozen=True)
class Asked:
    """Which view of a measure an address asks for; what it leaves open or says wrongly is the newest."""

    offer: Offer | None
    indicator: str
    place: str

    @classmethod
    def of(cls, code: str, given: Mapping[str, str], offered: Sequence[Offer]) -> Asked:
        fits = [each for each in offered if each.key == given.get("of")] or list(offered)
        wanted = given.get("level") or level_of(code)
        fits = [each for each in fits if each.level == wanted] or fits
        return cls(next(iter(fits), None), chosen(code, given), given.get("place", ""))

    @property
    def query(self) -> str:
        told = [("indicator", self.indicator), ("place", self.place)]
        told += [("level", str(self.offer.level)), ("of", self.offer.key)] if self.offer else []
        return "?" + urlencode([(name, value) for name, value in told if value])


def chosen(code: str, given: Mapping[str, str]) -> str:
    """The indicator that a measure is asked of; "" where it has its own."""
    if code not in CHOSEN:
        return ""
    asked = given.get("indicator", "")
    return asked if asked in registry() else CHOSEN[code]


@dataclass(frozen=True)
class Listed:
    """A measure with whether it can be worked out: where and when, or why not."""

    measure: Measure
    chapter: str
    where: str
    why: str


def listed(*, by: Actor) -> list[Listed]:
    """Every measure. Raises NothingBuilt."""
    titles = {each.code: each.title for each in chapters()}
    found = []
    for code, measure in measures().items():
        where, why, indicator = "", "", CHOSEN.get(code, "")
        try:
            offered = offers_of(code, indicator, by=by)
            offer = Asked.of(code, {}, offered).offer
            done = worked(code, offer, indicator, by=by)
            where = done.offer.words
        except NotComputable as refused:
            why = refused.sentence
        found.append(Listed(measure, titles[measure.chapter], where, why))
    return found
