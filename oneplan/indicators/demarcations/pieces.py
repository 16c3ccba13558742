"""How one demarcation lies over another: the pieces that two municipal areas have in common, and what each piece holds.

A correspondence is the same seen from either side. Each piece has a mass (square metres, wards or people, by its
basis); the weight of a piece is its mass over that of the whole area it is taken from, an exact fraction, so that
the weights of an area sum to exactly 1 in both directions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.numerals import grouped

SLIVER = Fraction(1, 100)  # of both areas: below it, a piece is how two drawings of one border differ
COARSE = Fraction(1, 200)  # of the country in slivers: above it, one of the drawings is too coarse to say what changed
FINE = 1000  # a mass is a whole number of thousandths of a ward or of a person
ROUNDS = 200  # of fitting, at most: more moves hardly anybody
People = Mapping[str, Mapping[str, int]]  # demarcation → area → people
NOBODY: People = MappingProxyType({})
SAME_COUNT = Fraction(1, 1000)  # by which two counts of the same people may differ


class Basis(StrEnum):
    """By what an area is shared out among those that took it over, best first."""

    CODES = "codes"
    POPULATION = "population"
    WARDS = "wards"
    AREA = "area"

    @property
    def rank(self) -> int:
        return list(Basis).index(self)

    @property
    def words(self) -> str:
        return str(_WORDS[self])

    @property
    def assumption(self) -> str:
        """What must be so for the converted value to be right; a sentence."""
        return str(_ASSUMPTIONS[self])


_WORDS = {
    Basis.CODES: gettext_lazy("codes that carry over"),
    Basis.POPULATION: gettext_lazy("population known on both borders"),
    Basis.WARDS: gettext_lazy("wards"),
    Basis.AREA: gettext_lazy("area"),
}
_ASSUMPTIONS = {
    Basis.CODES: gettext_lazy("Assumed: a code means the same ground in both demarcations."),
    Basis.POPULATION: gettext_lazy(
        "Assumed: what is counted is spread over the pieces of a municipality as its people are. "
        "The people of each piece are fitted to totals known on both borders."
    ),
    Basis.WARDS: gettext_lazy(
        "Assumed: what is counted is spread as people are, and the wards of a municipality hold about equally many, "
        "evenly over their ground."
    ),
    Basis.AREA: gettext_lazy(
        "Assumed: what is counted is spread evenly over the ground. People are not: expect large errors."
    ),
}


@dataclass(frozen=True)
class Piece:
    """What an area of the older and one of the newer demarcation have in common.

    `wards` are thousandths of wards of the newer demarcation, by the part of the ward's ground that lies in the piece.
    """

    older: str
    newer: str
    m2: int
    wards: int = 0
    mass: int = 0


@dataclass(frozen=True)
class Slivers:
    """What was left out as differences of drawing: how many pieces, which share of all ground, the largest of them."""

    count: int = 0
    share: Fraction = Fraction(0)
    largest_km2: float = 0.0
    largest: tuple[str, str] = ("", "")

    @property
    def sentence(self) -> str:
        if not self.count:
            return ""
        return _(
            "%(count)s pieces below %(percent)s %% of both areas were left out as differences of drawing: %(share)s "
            "%% of the ground, the largest %(km2)s km² between %(one)s and %(other)s."
        ) % {
            "count": grouped(self.count), "percent": grouped(float(SLIVER * 100)),
            "share": grouped(float(self.share * 100), 2), "km2": grouped(self.largest_km2, 0), "one": self.largest[0],
            "other": self.largest[1],
        }  # fmt: skip


def without_slivers(pieces: Iterable[Piece]) -> tuple[list[Piece], Slivers]:
    """The pieces that are at least `SLIVER` of one of their two areas, and what was left out.

    Refused where more than `COARSE` of the ground would be left out.
    """
    pieces = list(pieces)
    older_m2, newer_m2 = defaultdict[str, int](int), defaultdict[str, int](int)
    for piece in pieces:
        older_m2[piece.older] += piece.m2
        newer_m2[piece.newer] += piece.m2
    kept: list[Piece] = []
    left: list[Piece] = []
    for piece in pieces:
        least = SLIVER * min(older_m2[piece.older], newer_m2[piece.newer])
        (kept if piece.m2 >= least else left).append(piece)
    whole = sum(piece.m2 for piece in (*kept, *left))
    share = Fraction(sum(piece.m2 for piece in left), whole or 1)
    if share > COARSE:
        raise RuleBroken(
            _("One of the two drawings is too coarse: %(share).1f %% of the ground lies in slivers between areas, and "
              "at most %(most).1f %% may. Import outlines of more detail.")
            % {"share": float(share * 100), "most": float(COARSE * 100)}
        )  # fmt: skip
    largest = max(left, key=lambda piece: piece.m2, default=Piece("", "", 0))
    return kept, Slivers(len(left), share, largest.m2 / 1e6, (largest.older, largest.newer))


@dataclass(frozen=True)
class Link:
    """One way a value takes: to which area, with which weight, over how much ground."""

    to: str
    weight: Fraction
    km2: float


@dataclass(frozen=True)
class Weights:
    """From each area of one demarcation to those of another. The weights of an area sum to exactly 1.

    `route` names the demarcations passed through, from first to last.
    """

    route: tuple[str, ...]
    basis: Basis
    links: Mapping[str, tuple[Link, ...]]

    def __post_init__(self) -> None:
        for place, links in self.links.items():
            if sum(link.weight for link in links) != 1:
                raise ValueError(f"The weights of {place} do not sum to 1.")

    @property
    def source(self) -> str:
        return self.route[0]

    @property
    def target(self) -> str:
        return self.route[-1]

    def then(self, following: Weights) -> Weights:
        """Convert on to a third demarcation."""
        if following.source != self.target:
            raise ValueError(f"{self.route} does not lead to {following.route}.")
        links = {}
        for place, firsts in self.links.items():
            weight: dict[str, Fraction] = defaultdict(Fraction)
            km2: dict[str, float] = defaultdict(float)
            for first in firsts:
                for second in following.links[first.to]:
                    weight[second.to] += first.weight * second.weight
                    km2[second.to] += min(first.km2, second.km2)
            links[place] = tuple(Link(to, weight[to], km2[to]) for to in sorted(weight))
        basis = max(self.basis, following.basis, key=lambda each: each.rank)
        return Weights(self.route + following.route[1:], basis, links)


def by_codes(source: str, target: str, km2: Mapping[str, float]) -> Weights:
    """Weights between two demarcations of which all codes carry over. `km2` has each code."""
    return Weights((source, target), Basis.CODES, {code: (Link(code, Fraction(1), km2[code]),) for code in sorted(km2)})


_OLDER, _NEWER = attrgetter("older"), attrgetter("newer")


@dataclass(frozen=True)
class Correspondence:
    """The pieces of two demarcations at one level, with masses of one basis."""

    older: str
    newer: str
    basis: Basis
    pieces: tuple[Piece, ...]
    slivers: Slivers = Slivers()

    @classmethod
    def of(cls, older: str, newer: str, pieces: Iterable[Piece]) -> Correspondence:
        """By area, without slivers."""
        kept, slivers = without_slivers(pieces)
        ordered = sorted(kept, key=lambda piece: (piece.older, piece.newer))
        return cls(older, newer, Basis.AREA, tuple(replace(piece, mass=piece.m2) for piece in ordered), slivers)

    def best(self, people: People = NOBODY) -> Correspondence:
        """By the best basis that the known populations allow: totals of one count by demarcation and area.

        On both borders: fitted to both. On the newer alone: wards that hold their municipality's people in equal
        parts. On none: wards that hold equally many; and where the wards are not known, area.
        """
        if self.older in people and self.newer in people:
            return self.fitted(people[self.older], people[self.newer])
        return self.by_wards(people.get(self.newer)) if self._knows_wards else self

    def by_wards(self, people: Mapping[str, int] | None = None) -> Correspondence:
        """By the wards of the newer demarcation; each holds its municipality's `people` in equal parts, where given."""
        if not self._knows_wards:
            raise RuleBroken(_("The wards of some areas are not known; convert by area."))
        in_newer = defaultdict[str, int](int)
        for piece in self.pieces:
            in_newer[piece.newer] += piece.wards
        masses: Sequence[int] = [piece.wards for piece in self.pieces]
        if people is not None:
            _check_all_there(people, in_newer.keys(), self.newer)
            masses = [round(Fraction(p.wards * people[p.newer] * FINE, in_newer[p.newer])) for p in self.pieces]
        return self._with(Basis.WARDS, masses)

    def fitted(self, older_people: Mapping[str, int], newer_people: Mapping[str, int]) -> Correspondence:
        """By the people of each piece, fitted to totals of one count that is known on both borders.

        Iterative proportional fitting, from wards where these are known, else from area. An area of the older
        demarcation always keeps its own total: that is what the weights are taken from.
        """
        _check_all_there(older_people, {piece.older for piece in self.pieces}, self.older)
        _check_all_there(newer_people, {piece.newer for piece in self.pieces}, self.newer)
        codes = {piece.older for piece in self.pieces}, {piece.newer for piece in self.pieces}
        before = sum(older_people[code] for code in codes[0])
        after = sum(newer_people[code] for code in codes[1])
        if abs(before - after) > SAME_COUNT * before:
            raise RuleBroken(
                _("These are not the same people counted twice: %(before)d on the borders of %(older)s, %(after)d on "
                  "those of %(newer)s.") % {"before": before, "older": self.older, "after": after, "newer": self.newer}
            )  # fmt: skip
        people = [float(piece.wards or piece.m2 / 1e9) for piece in self.pieces]
        for _round in range(ROUNDS):
            old = people
            people = _scaled(people, [piece.newer for piece in self.pieces], newer_people)
            people = _scaled(people, [piece.older for piece in self.pieces], older_people)
            if max(abs(a - b) for a, b in zip(old, people, strict=True)) < 1 / FINE:
                break
        return self._with(Basis.POPULATION, [round(each * FINE) for each in people])

    def lifted(self, older_of: Mapping[str, str], newer_of: Mapping[str, str]) -> Correspondence:
        """The same between the areas around them (spaces, provinces), each demarcation by its own membership."""
        sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for piece in self.pieces:
            found = sums[older_of[piece.older], newer_of[piece.newer]]
            for i, amount in enumerate((piece.m2, piece.wards, piece.mass)):
                found[i] += amount
        pieces = tuple(Piece(*pair, *amounts) for pair, amounts in sorted(sums.items()))
        return replace(self, pieces=pieces)

    @property
    def _knows_wards(self) -> bool:
        """Whether every area has ground of some ward."""
        held = [piece for piece in self.pieces if piece.wards]
        return all(len({at(p) for p in held}) == len({at(p) for p in self.pieces}) for at in (_OLDER, _NEWER))

    def forward(self) -> Weights:
        """From the older demarcation to the newer."""
        return self._weights((self.older, self.newer), [(p.older, p.newer, p) for p in self.pieces])

    def backward(self) -> Weights:
        """From the newer demarcation to the older."""
        return self._weights((self.newer, self.older), [(p.newer, p.older, p) for p in self.pieces])

    def _weights(self, route: tuple[str, str], ways: list[tuple[str, str, Piece]]) -> Weights:
        by_place: dict[str, list[tuple[str, Piece]]] = defaultdict(list)
        for place, to, piece in ways:
            by_place[place].append((to, piece))
        links = {}
        for place, found in sorted(by_place.items()):
            whole = sum(piece.mass for _to, piece in found)
            if not whole:  # an area without people or wards: by the ground, so that a stray count is not lost
                found = [(to, replace(piece, mass=piece.m2)) for to, piece in found]
                whole = sum(piece.mass for _to, piece in found)
            links[place] = tuple(
                Link(to, Fraction(piece.mass, whole), piece.m2 / 1e6) for to, piece in found if piece.mass
            )
        return Weights(route, self.basis, links)

    def _with(self, basis: Basis, masses: Sequence[int]) -> Correspondence:
        """With other masses. A piece in which nobody is left keeps a thousandth: its area was split, and is told so.

        Only where a whole area has nobody do its pieces have no mass.
        """
        in_older = defaultdict[str, int](int)
        for piece, mass in zip(self.pieces, masses, strict=True):
            in_older[piece.older] += mass
        pieces = tuple(
            replace(piece, mass=max(1, mass) if in_older[piece.older] else 0)
            for piece, mass in zip(self.pieces, masses, strict=True)
        )
        return replace(self, basis=basis, pieces=pieces)


def _scaled(people: Sequence[float], of: Sequence[str], totals: Mapping[str, int]) -> list[float]:
    """The people of the pieces, in proportion, so that they sum to the total of the area each belongs to."""
    sums: dict[str, float] = defaultdict(float)
    for each, code in zip(people, of, strict=True):
        sums[code] += each
    return [each * totals[code] / sums[code] if sums[code] else 0.0 for each, code in zip(people, of, strict=True)]


def _check_all_there(people: Mapping[str, int], codes: Set[str], demarcation: str) -> None:
    missing = sorted(codes - people.keys())
    if missing:
        raise RuleBroken(
            _("The population on the borders of %(year)s is not known of %(codes)s.")
            % {"year": demarcation, "codes": ", ".join(missing)}
        )
