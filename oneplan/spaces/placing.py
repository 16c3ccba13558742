"""Where something lies, by the best evidence at hand: one cascade for projects and, later, budgets. Writes nothing.

geometry → ward → municipality → area served → the space → apportioned by a named indicator → not placed.

What is stated and what is found are compared: where they disagree both are kept, confidence drops, and the doubt is
named. A point that is no place (0, swapped, outside the country) is never used, and what is stated beside it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from oneplan.spaces.choices import Confidence, Doubt, PlaceMethod
from oneplan.spaces.models import MunicipalArea
from oneplan.spaces.queries import locate
from oneplan.spaces.queries.places import Place


@dataclass(frozen=True, slots=True)
class PlaceEvidence:
    """All that is said of one place. Codes are the register's; who reads a file resolves names before (`gazetteer`).

    A line or an area is WGS 84 WKB, valid. `ward_year` is the demarcation (2011, 2016, 2021 …) in which the ward's code
    has its meaning. `weights` are (municipal area, value) of the indicator named, for apportionment.
    """

    longitude: float | None = None
    latitude: float | None = None
    wkb: bytes = b""
    ward: str = ""
    ward_year: int | None = None
    municipal_areas: tuple[str, ...] = ()
    functional_area: str = ""
    spaces: tuple[str, ...] = ()
    indicator: str = ""
    weights: tuple[tuple[str, float], ...] = ()
    doubts: tuple[Doubt, ...] = ()  # found by who read the evidence: a name unknown, or of several places
    is_on_ground: bool = True  # false: never placed by a point (a transfer, salaries, a package of small works)


@dataclass(frozen=True, slots=True)
class PlacedShare:
    """The part that falls to one area: always a space, finer where the evidence is."""

    space: str
    municipal_area: str
    ward: str
    fraction: float


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """Where it lies. `shares` sum to 1, or are none where it is not placed. The point is inside the geometry."""

    method: PlaceMethod
    confidence: Confidence
    shares: tuple[PlacedShare, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    longitude: float | None = None
    latitude: float | None = None
    boundary_version: str = ""


def place(evidence: Sequence[PlaceEvidence], as_at: date | None = None) -> list[PlaceAnswer]:
    """The place of each, in order, by the boundaries in force on a day (today where none is named)."""
    points = np.array(
        [
            (said.longitude, said.latitude) if said.is_on_ground and _flaw(said) is None else (np.nan, np.nan)
            for said in evidence
        ],
        dtype=np.float64,
    ).reshape(-1, 2)
    found = locate(points, as_at)
    space_of = dict(MunicipalArea.objects.values_list("code", "space_id"))
    return [_answer(said, found.place(index), space_of) for index, said in enumerate(evidence)]


def _flaw(said: PlaceEvidence) -> Doubt | None:
    if said.longitude is None or said.latitude is None:
        return Doubt.BLANK
    longitude, latitude = said.longitude, said.latitude
    if longitude == 0 or latitude == 0:
        return Doubt.ZERO
    if 16 <= longitude <= 38.5 and -47.5 <= latitude <= -22:
        return None
    if (16 <= abs(latitude) <= 38.5 and 22 <= abs(longitude) <= 47.5) or (
        16 <= longitude <= 38.5 and 22 <= latitude <= 47.5
    ):
        return Doubt.SWAPPED
    return Doubt.OUTSIDE


def _answer(said: PlaceEvidence, spot: Place, space_of: dict[str, str]) -> PlaceAnswer:
    doubts = list(said.doubts)
    flaw = _flaw(said) if said.is_on_ground else Doubt.BLANK
    if flaw not in (None, Doubt.BLANK):
        doubts.append(flaw)
    if flaw is None and not spot.space:
        doubts.append(Doubt.OUTSIDE)
    elif flaw is None:
        confidence = Confidence.HIGH if said.municipal_areas or said.spaces else Confidence.MEDIUM
        if said.spaces and spot.space not in said.spaces:
            doubts.append(Doubt.SPACE_DIFFERS)
            confidence = Confidence.LOW
        elif said.municipal_areas and spot.municipality not in said.municipal_areas:
            doubts.append(Doubt.MUNICIPALITY_DIFFERS)
            confidence = Confidence.LOW
        if not spot.is_evidence:
            doubts.append(Doubt.APPROXIMATE)
            confidence = Confidence.LOW
        share = PlacedShare(spot.space, spot.municipality, spot.ward, 1.0)
        return PlaceAnswer(
            PlaceMethod.GEOMETRY, confidence, (share,), tuple(doubts), said.longitude, said.latitude,
            spot.boundary_version,
        )  # fmt: skip
    if said.municipal_areas:
        part = 1 / len(said.municipal_areas)
        shares = tuple(PlacedShare(space_of[code], code, "", part) for code in said.municipal_areas)
        return PlaceAnswer(PlaceMethod.MUNICIPALITY, Confidence.MEDIUM, shares, tuple(doubts))
    if said.spaces:
        shares = tuple(PlacedShare(code, "", "", 1 / len(said.spaces)) for code in said.spaces)
        return PlaceAnswer(PlaceMethod.SPACE, Confidence.LOW, shares, tuple(doubts))
    if not doubts:
        doubts.append(Doubt.BLANK)
    return PlaceAnswer(PlaceMethod.NOT_PLACED, Confidence.NONE, (), tuple(doubts))
