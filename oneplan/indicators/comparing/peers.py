"""Fair peers: places of the same category and similar size, by a rule that is stated with its numbers.

Same category, because the Constitution (section 155) gives the three categories different powers; similar size,
because cost and reach go with it. Size is counted in factors, not in persons: 50 000 beside 100 000 is as far as a
million beside two. The eight metropolitan municipalities have a wider factor, for there are no more of them.
The classes of local municipalities (B1 secondary cities to B4 mostly rural) are those of the Municipal Infrastructure
Investment Framework, used where both are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.indicators.comparing.values import Place
from oneplan.platform.web.numerals import grouped


@dataclass(frozen=True)
class PeerRule:
    """Who is a fair peer: within `factors` of the population, by category; the `most` nearest; at `least` so many."""

    version: str = "1"
    factors: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"A": 7.0, "B": 2.5, "C": 2.5}))
    least: int = 5
    most: int = 10

    def sentence(self, category: str, municipal_class: str = "") -> str:
        """The rule in words, with its numbers."""
        said = (
            _(
                "Peers are the %(most)s places of the same category and class (%(class)s) nearest in population, none "
                "more than %(factor)s times larger or smaller; with fewer than %(least)s none are named "
                "(rule %(version)s)."
            )
            if municipal_class
            else _(
                "Peers are the %(most)s places of the same category nearest in population, none more than %(factor)s "
                "times larger or smaller; with fewer than %(least)s none are named (rule %(version)s)."
            )
        )
        return said % {
            "most": self.most, "factor": grouped(self.factors[category]), "least": self.least,
            "version": self.version, "class": municipal_class,
        }  # fmt: skip


RULE = PeerRule()


@dataclass(frozen=True)
class PeerGroup:
    """The fair peers of one place, nearest first. `codes` is empty where there are too few: `found` says how many."""

    place: Place
    codes: tuple[str, ...]
    found: int
    rule: PeerRule = RULE

    @property
    def is_enough(self) -> bool:
        return bool(self.codes)

    @property
    def sentence(self) -> str:
        """How many peers there are and by which rule, or why there are none."""
        if not self.place.population:
            return _("%(place)s has no peers here: its population is not known.") % {"place": self.place.name}
        if not self.is_enough:
            return ngettext(
                "%(place)s has no fair peers: only %(n)s place of its category is of similar size.",
                "%(place)s has no fair peers: only %(n)s places of its category are of similar size.",
                self.found,
            ) % {"place": self.place.name, "n": self.found}
        return self.rule.sentence(self.place.category, self.place.municipal_class)


def peers_of(code: str, places: Iterable[Place], rule: PeerRule = RULE) -> PeerGroup:
    """The fair peers of one place among `places`. Raises KeyError for a code that is not among them."""
    known = {place.code: place for place in places}
    return _peers(known[code], known.values(), rule)


def peers_of_all(places: Iterable[Place], rule: PeerRule = RULE) -> dict[str, PeerGroup]:
    """The fair peers of every place, by its code."""
    by_category: dict[str, list[Place]] = {}
    for place in places:
        by_category.setdefault(place.category, []).append(place)
    return {place.code: _peers(place, alike, rule) for alike in by_category.values() for place in alike}


def _peers(place: Place, others: Iterable[Place], rule: PeerRule) -> PeerGroup:
    if not place.population:
        return PeerGroup(place, (), 0, rule)
    near = sorted(
        (_times(place.population, other.population), other.code)
        for other in others
        if other.population and other.code != place.code and other.category == place.category
        if not place.municipal_class or other.municipal_class == place.municipal_class
    )
    within = [code for times, code in near if times <= rule.factors[place.category]]
    return PeerGroup(place, tuple(within[: rule.most]) if len(within) >= rule.least else (), len(within), rule)


def _times(one: float, other: float) -> float:
    """How many times the larger is the smaller."""
    return max(one, other) / min(one, other)
