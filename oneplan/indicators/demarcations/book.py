"""The demarcations that the product knows, and how values get from one to another."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from django.utils.translation import gettext as _

from oneplan.frameworks.loading import BrokenFileError, load
from oneplan.platform.errors import RuleBroken

from .pieces import NOBODY, Correspondence, People, Piece, Weights, by_codes

FOLDER = Path(__file__).parent / "parameters"
COLUMNS = ("older", "newer", "older_space", "newer_space", "m2", "wards")

Chosen = Mapping[tuple[str, str], Correspondence]  # (older, newer) → how to get from one to the other


@dataclass(frozen=True)
class Demarcation:
    """One division of the country into municipal areas, in force from the elections of a day until the next one's."""

    code: str
    since: date
    municipal_areas: int
    spaces: int
    wards: int
    source: str
    note: str = ""
    same_as: str | None = None


@dataclass(frozen=True)
class _File:
    demarcations: tuple[Demarcation, ...]


@dataclass(frozen=True)
class Book:
    """The demarcations in order, and the pieces that are shipped with the product."""

    demarcations: tuple[Demarcation, ...]
    shipped: Mapping[tuple[str, str], Shipped]

    def demarcation(self, code: str) -> Demarcation:
        """By its code, the year of its elections."""
        found = next((each for each in self.demarcations if each.code == code), None)
        if found is None:
            known = ", ".join(each.code for each in self.demarcations)
            raise RuleBroken(
                _("No demarcation %(code)s is known; known are %(known)s.") % {"code": code, "known": known}
            )
        return found

    def on(self, day: date) -> Demarcation | None:
        """The demarcation in force on a day; None before the first that is known."""
        return next((each for each in reversed(self.demarcations) if each.since <= day), None)

    def after(self, demarcation: Demarcation) -> Demarcation | None:
        place = self.demarcations.index(demarcation) + 1
        return self.demarcations[place] if place < len(self.demarcations) else None

    def drawn_as(self, code: str) -> str:
        """The first demarcation with the same areas: itself, where it drew them anew."""
        before = self.demarcation(code).same_as
        return self.drawn_as(before) if before else code

    def drawn_alike(self, code: str) -> tuple[str, ...]:
        """The demarcations with the same areas, itself among them."""
        return tuple(each.code for each in self.demarcations if self.drawn_as(each.code) == self.drawn_as(code))

    def areas(self, code: str) -> frozenset[str]:
        """The municipal areas of a demarcation; empty where nothing is shipped of it."""
        root = self.drawn_as(code)
        for (older, newer), shipped in self.shipped.items():
            if root in (older, newer):
                return frozenset(shipped.older_space if root == older else shipped.newer_space)
        return frozenset()

    def places(self, code: str, *, of_spaces: bool = False) -> frozenset[str]:
        """The municipal areas, or the spaces, of a demarcation; empty where nothing is shipped of it."""
        if not of_spaces:
            return self.areas(code)
        root = self.drawn_as(code)
        for (older, newer), shipped in self.shipped.items():
            if root in (older, newer):
                return frozenset((shipped.older_space if root == older else shipped.newer_space).values())
        return frozenset()

    def correspondence(self, older: str, newer: str) -> Correspondence:
        """The pieces shipped for two neighbouring demarcations, by area. Others come from imported outlines."""
        self.demarcation(older), self.demarcation(newer)
        found = self.shipped.get((older, newer))
        if found is None:
            raise RuleBroken(
                _("Nothing is shipped of how %(newer)s lies over %(older)s: import the boundaries of both.")
                % {"older": older, "newer": newer}
            )
        return found.correspondence

    def best(self, older: str, newer: str, people: People = NOBODY) -> Correspondence:
        """The shipped pieces by the best basis that the known populations allow."""
        return self.correspondence(older, newer).best(people)

    def weights(
        self,
        source: str,
        target: str,
        people: People = NOBODY,
        chosen: Chosen = MappingProxyType({}),
        *,
        of_spaces: bool = False,
    ) -> Weights:
        """From one demarcation to another, through those between, each leg by its best basis.

        Between municipal areas, or between the 52 spaces by the pieces of their municipal areas; populations are always
        those of municipal areas. `chosen` are correspondences to use as they are, by pair: of imported outlines, say.
        """
        codes = [each.code for each in self.demarcations]
        first, last = codes.index(self.demarcation(source).code), codes.index(self.demarcation(target).code)
        if first == last:
            raise RuleBroken(_("The value is on the borders of %(year)s already.") % {"year": source})
        route = codes[first : last + 1] if first < last else codes[last : first + 1][::-1]
        legs = [self._leg(one, other, people, chosen, of_spaces) for one, other in pairwise(route)]
        weights = legs[0]
        for leg in legs[1:]:
            weights = weights.then(leg)
        return weights

    def _leg(self, source: str, target: str, people: People, chosen: Chosen, of_spaces: bool) -> Weights:
        older, newer = sorted((source, target))
        known = chosen.get((older, newer))
        if known is None and self.demarcation(newer).same_as == older:
            return by_codes(source, target, self._km2(older, of_spaces))
        if known is None:
            known = self.best(older, newer, people)
            known = self.shipped[older, newer].lifted(known) if of_spaces else known
        return known.forward() if older == source else known.backward()

    def _km2(self, code: str, of_spaces: bool) -> Mapping[str, float]:
        """Of each area, or space, of a demarcation to which pieces lead."""
        shipped = next(each for (_older, newer), each in self.shipped.items() if newer == code)
        km2: dict[str, float] = defaultdict(float)
        for piece in (shipped.lifted(shipped.correspondence) if of_spaces else shipped.correspondence).pieces:
            km2[piece.newer] += piece.m2 / 1e6
        return km2


@dataclass(frozen=True)
class Shipped:
    """Pieces of two demarcations and the space in which each area lay, by its own demarcation."""

    correspondence: Correspondence
    older_space: Mapping[str, str]
    newer_space: Mapping[str, str]

    def lifted(self, correspondence: Correspondence) -> Correspondence:
        """A correspondence of these areas as one between the 52 spaces around them."""
        return correspondence.lifted(self.older_space, self.newer_space)


@cache
def book() -> Book:
    """The book of the product. Raises BrokenFileError where a file of it is wrong."""
    demarcations = load(FOLDER / "demarcations.yaml", _File).demarcations
    shipped = {}
    for path in sorted(FOLDER.glob("pieces_*_*.csv")):
        _word, older, newer = path.stem.split("_")
        shipped[older, newer] = read_pieces(path, older, newer)
    return Book(tuple(sorted(demarcations, key=lambda each: each.since)), MappingProxyType(shipped))


def read_pieces(path: Path, older: str, newer: str) -> Shipped:
    """One file of pieces, slivers and all; these are left out here, and told, as they are with imported outlines."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise BrokenFileError(f"{path.name}: its columns are not {', '.join(COLUMNS)}")
        rows = list(reader)
    pieces = [Piece(row["older"], row["newer"], int(row["m2"]), int(row["wards"])) for row in rows]
    return Shipped(
        Correspondence.of(older, newer, pieces),
        MappingProxyType({row["older"]: row["older_space"] for row in rows}),
        MappingProxyType({row["newer"]: row["newer_space"] for row in rows}),
    )
