"""Where something lies, by the best evidence at hand: one cascade for projects and, later, budgets. Writes nothing.

geometry → ward → municipality → area served → the space → apportioned by a named indicator → not placed.

What is stated and what is found are compared: where they disagree both are kept, confidence drops, and the doubt is
named. A point that is no place (0, swapped, outside the country) is never used, and what is stated beside it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from oneplan.spaces.choices import Confidence, Doubt, PlaceMethod


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
    raise NotImplementedError
