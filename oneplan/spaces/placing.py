"""Where something lies, by the best evidence at hand: one cascade for projects and, later, budgets. Writes nothing.

geometry → ward → municipality → area served → the space → apportioned by a named indicator → not placed.

What is stated and what is found are compared: where they disagree both are kept, confidence drops, and the doubt is
named. A point that is no place (0, swapped, outside the country) is never used, and what is stated beside it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from oneplan.geometry.frame import MAINLAND
from oneplan.geometry.measures import from_wkb, is_point
from oneplan.geometry.overlay import inner_points
from oneplan.periods import clock
from oneplan.spaces.choices import Confidence, Doubt, PlaceMethod, Quality
from oneplan.spaces.queries.known import Parts, Territory, WardOf, scaled, wards_in_force, wards_of
from oneplan.spaces.queries.places import locate, outlines_for_shares, release_index, releases_in_force

DOUBTS = list(Doubt)  # in the order in which they are told
WARD_DIGITS = 8
UNSAID = (None, "", ())
KEPT = (
    "longitude", "latitude", "ward", "ward_year", "municipal_areas", "functional_area", "spaces", "indicator",
    "weights", "doubts",
)  # fmt: skip
DIFFERS = frozenset({Doubt.SPACE_DIFFERS, Doubt.MUNICIPALITY_DIFFERS, Doubt.WARD_DIFFERS})
_Parts = Mapping[tuple[str, str, str], float]  # (space, municipal area, ward) → its part
HALF = 0.5  # less than this part in what is stated, or in the country, is disagreement


class PlaceEvidence(NamedTuple):
    """All that is said of one place. Codes are the register's; who reads a file resolves names before (`gazetteer`).

    A line or an area is WGS 84 WKB, valid. `ward_year` is the demarcation (2011, 2016, 2021 …) in which the ward's code
    has its meaning. `weights` are (municipal area, value) of the indicator named, for apportionment; where they cover
    the municipal areas that are named, these are shared out by them, else by km².
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

    @property
    def point(self) -> tuple[float, float] | None:
        """The point stated, if one is meant to be its place."""
        if self.longitude is None or self.latitude is None or not self.is_on_ground:
            return None
        return self.longitude, self.latitude

    def plain(self) -> dict[str, Any]:
        """What is said, as plain values that can be kept; a line or an area is kept beside it."""
        said = ((name, getattr(self, name)) for name in KEPT)
        return {name: list(value) if type(value) is tuple else value for name, value in said if value not in UNSAID}

    @classmethod
    def of(cls, kept: Mapping[str, Any], wkb: bytes = b"", *, is_on_ground: bool = True) -> PlaceEvidence:
        """What was kept, as evidence again. Words of a source that are no code (a ward's name) are not evidence."""
        ward = str(kept.get("ward") or "")
        is_code = ward.isdigit() and len(ward) == WARD_DIGITS
        return cls(
            kept.get("longitude"), kept.get("latitude"), wkb, ward if is_code else "",
            kept.get("ward_year") if is_code else None, tuple(kept.get("municipal_areas", ())),
            str(kept.get("functional_area") or ""), tuple(kept.get("spaces", ())), str(kept.get("indicator") or ""),
            tuple((str(code), float(value)) for code, value in kept.get("weights", ())),
            tuple(Doubt(code) for code in kept.get("doubts", ()) if code in Doubt.values), is_on_ground,
        )  # fmt: skip


class PlacedShare(NamedTuple):
    """The part that falls to one area: always a space, finer where the evidence is."""

    space: str
    municipal_area: str
    ward: str
    fraction: float


class PlaceAnswer(NamedTuple):
    """Where it lies. `shares` sum to 1, or are none where it is not placed. The point is inside the geometry."""

    method: PlaceMethod
    confidence: Confidence
    shares: tuple[PlacedShare, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    longitude: float | None = None
    latitude: float | None = None
    boundary_version: str = ""

    @property
    def is_doubtful(self) -> bool:
        """Whether somebody should look. An approximate map is mended by importing the real one, not one by one."""
        return self.method == PlaceMethod.NOT_PLACED or bool(set(self.doubts) - {Doubt.APPROXIMATE})


@dataclass(slots=True)
class _Found:
    """What its geometry says of one place. `parts` are by (space, municipal area, ward); none: it is no place."""

    parts: dict[tuple[str, str, str], float] = field(default_factory=dict)
    doubts: set[Doubt] = field(default_factory=set)
    longitude: float | None = None
    latitude: float | None = None
    version: str = ""
    ward_year: int = 0  # the demarcation of its ward, where one answered


def place(
    evidence: Sequence[PlaceEvidence], as_at: date | None = None, *, territory: Territory | None = None
) -> list[PlaceAnswer]:
    """The place of each, in order, by the boundaries in force on a day (today where none is named).

    Who asks batch by batch hands in the territory of that day, read once.
    """
    if not evidence:
        return []
    day = as_at or clock.today()
    territory = territory or Territory.on(day)
    wards = wards_of((each.ward, each.ward_year) for each in evidence if each.ward and each.ward_year)
    found = _by_points(evidence, day, territory)
    for row, shape in _by_shapes(evidence, day, territory).items():
        if shape.parts or row not in found:
            found[row] = shape
        else:
            found[row].doubts |= shape.doubts
    releases = releases_in_force(day)
    is_legal = bool(releases) and releases[0].quality == Quality.LEGAL
    nothing = _Found()
    return [
        _Case(each, found.get(row, nothing), territory, wards, is_legal).answer() for row, each in enumerate(evidence)
    ]


def _by_points(evidence: Sequence[PlaceEvidence], day: date, territory: Territory) -> dict[int, _Found]:
    """Points are looked up all at once; one that is no place gets a doubt instead of parts."""
    rows = [row for row, each in enumerate(evidence) if each.point]
    if not rows:
        return {}
    points = np.array([evidence[row].point for row in rows], dtype=np.float64)
    answers = locate(points, day)
    made_on = {release.name: release.as_at for release in releases_in_force(day)}
    first_day = min(made_on.values(), default=day)
    current = wards_in_force((ward for ward in answers.ward.tolist() if ward), first_day)
    columns = zip(
        rows, points.tolist(), answers.ward.tolist(), answers.municipality.tolist(), answers.space.tolist(),
        answers.boundary_version.tolist(), strict=True,
    )  # fmt: skip
    found: dict[int, _Found] = {}
    for row, (x, y), ward, municipality, space, version in columns:
        if not space:
            found[row] = _Found(doubts=point_doubts(x, y) if made_on or not _is_inland(x, y) else set())
            continue
        area = _of_today(municipality, space, territory)
        ward = ward if ward in current and area else ""
        found[row] = _Found(
            {(space, area, ward): 1.0}, longitude=x, latitude=y, version=version,
            ward_year=made_on[version].year if ward else 0,
        )  # fmt: skip
    return found


def _by_shapes(evidence: Sequence[PlaceEvidence], day: date, territory: Territory) -> dict[int, _Found]:
    """Lines and areas, cut with the municipal areas all at once."""
    rows = [row for row, each in enumerate(evidence) if each.wkb and (each.is_on_ground or not is_point(each.wkb))]
    release = outlines_for_shares(day)
    if not rows or release is None:
        return {}
    shapes = from_wkb([evidence[row].wkb for row in rows])
    index = release_index(release)
    shares = index.overlay.shares(shapes)
    found: dict[int, _Found] = {}
    for number, (row, (x, y)) in enumerate(zip(rows, inner_points(shapes).tolist(), strict=True)):
        mostly_inside = shares.inside[number] >= HALF
        found[row] = _Found(
            doubts=set() if mostly_inside else {Doubt.OUTSIDE}, longitude=x, latitude=y, version=release.name
        )
    for number, area, fraction in zip(
        shares.feature.tolist(), shares.area.tolist(), shares.fraction.tolist(), strict=True
    ):
        space = str(index.space[area])
        parts = found[rows[number]].parts
        key = (space, _of_today(str(index.municipality[area]), space, territory), "")
        parts[key] = parts.get(key, 0.0) + fraction
    return found


def _of_today(municipality: str, space: str, territory: Territory) -> str:
    """A municipal area of the boundaries as today's register knows it; "" where it went to several, or elsewhere."""
    heirs = [code for code in territory.current(municipality) if territory.space_of.get(code) == space]
    return heirs[0] if len(heirs) == 1 else ""


def point_doubts(longitude: float, latitude: float) -> set[Doubt]:
    """Why a point that lies in no area is no place: a coordinate is 0, they are swapped, or it is elsewhere.

    >>> point_doubts(0, -31.6) == {Doubt.ZERO}, point_doubts(-31.6, 28.8) == {Doubt.SWAPPED}
    (True, True)
    >>> point_doubts(28.8, 31.6) == {Doubt.SWAPPED}, point_doubts(2.35, 48.85) == {Doubt.OUTSIDE}
    (True, True)
    """
    if not longitude or not latitude:
        return {Doubt.ZERO}
    turned = ((x, y) for x, y in ((abs(longitude), -abs(latitude)), (abs(latitude), -abs(longitude))))
    if not _is_inland(longitude, latitude) and any(_is_inland(x, y) for x, y in turned):
        return {Doubt.SWAPPED}
    return {Doubt.OUTSIDE}


def _is_inland(longitude: float, latitude: float) -> bool:
    west, south, east, north = MAINLAND
    return west <= longitude <= east and south <= latitude <= north


class _Case:
    """One place: what was found by its geometry, what is stated, and whether these agree."""

    def __init__(
        self, evidence: PlaceEvidence, found: _Found, territory: Territory, wards: WardOf, is_legal: bool
    ) -> None:
        self.evidence, self.found, self.territory, self.is_legal = evidence, found, territory, is_legal
        self.doubts = {*evidence.doubts, *found.doubts}
        self.areas = self._stated_areas()
        self.spaces = frozenset(code for code in evidence.spaces if code in territory.spaces)
        if len(self.spaces) < len(set(evidence.spaces)):
            self.doubts.add(Doubt.UNKNOWN_NAME)
        self.ward_is_of_today = False
        self.ward_in = self._stated_ward(wards)
        if not self.areas and self.spaces <= territory.only_area.keys():  # a metropolitan space is one municipal area
            self.areas = territory.by_area(territory.only_area[code] for code in self.spaces)

    def _stated_areas(self) -> Parts:
        """The municipal areas named, as today's register has them, by the weights given or by km²."""
        heirs = {code: self.territory.current(code) for code in self.evidence.municipal_areas}
        if not all(heirs.values()):
            self.doubts.add(Doubt.UNKNOWN_NAME)
        weights = {code: value for code, value in self.evidence.weights if value > 0}
        sizes = weights if heirs.keys() <= weights.keys() else self.territory.km2
        # One that has ended has no outline today: it counts as large as its heirs' parts of it together.
        known = {
            code: sizes[code] if code in sizes else sum(part * sizes.get(heir, 0.0) for heir, part in parts.items())
            for code, parts in heirs.items()
            if parts
        }
        areas: dict[str, float] = defaultdict(float)
        for code, size in scaled(known).items():
            for heir, part in heirs[code].items():
                areas[heir] += size * part
        return scaled(areas)

    def _stated_ward(self, wards: WardOf) -> Parts:
        """The municipal area of the ward named, as today's register has it; empty where that is not known."""
        ward, year = self.evidence.ward, self.evidence.ward_year
        if not ward:
            return {}
        if not year:
            self.doubts.add(Doubt.WARD_WITHOUT_YEAR)
            return {}
        municipality, self.ward_is_of_today = wards.get((ward, year), ("", False))
        heirs = self.territory.current(municipality)
        if not heirs:
            self.doubts.add(Doubt.UNKNOWN_NAME)
        return heirs

    def answer(self) -> PlaceAnswer:
        """The first step of the cascade that has evidence answers."""
        for step in (self._geometry, self._ward, self._municipality, self._service_area, self._space, self._indicator):
            if answer := step():
                return answer
        if self._says_nothing():
            self.doubts.add(Doubt.BLANK)
        return PlaceAnswer(PlaceMethod.NOT_PLACED, Confidence.NONE, doubts=self._told())

    def _says_nothing(self) -> bool:
        said = self.evidence
        named = (said.wkb, said.ward, said.municipal_areas, said.functional_area, said.spaces, said.weights)
        return not any(named) and not self.doubts and said.point is None

    # ---- the steps

    def _geometry(self) -> PlaceAnswer | None:
        found = self.found
        if not found.parts:
            return None
        areas, spaces = _sums(found.parts, 1), _sums(found.parts, 0)
        agrees = self._compare(areas, spaces)
        if self.ward_in and any(areas):
            same_ward = self._same_ward()
            if same_ward is False or (same_ward is None and _part_in(areas, self.ward_in) < HALF):
                self.doubts.add(Doubt.WARD_DIFFERS)
            agrees = True
        if not self.is_legal:
            self.doubts.add(Doubt.APPROXIMATE)
        is_low = self.doubts & {*DIFFERS, Doubt.APPROXIMATE, Doubt.CROWDED, Doubt.OUTSIDE}
        confidence = Confidence.LOW if is_low else Confidence.HIGH if agrees else Confidence.MEDIUM
        return self._answer(PlaceMethod.GEOMETRY, confidence, found.parts, version=found.version)

    def _same_ward(self) -> bool | None:
        """Whether the point lies in the ward named; None where it cannot be told."""
        [(_space, _area, ward), *more] = self.found.parts
        if more or not ward or self.found.ward_year != self.evidence.ward_year:
            return None
        return ward == self.evidence.ward

    def _ward(self) -> PlaceAnswer | None:
        if not self.ward_in:
            return None
        agrees = self._compare(self.ward_in, self._spaces_of(self.ward_in))
        low = self._is_low_by_name()
        confidence = Confidence.LOW if low else Confidence.HIGH if agrees and self.is_legal else Confidence.MEDIUM
        ward = self.evidence.ward if self.ward_is_of_today else ""
        parts = {(self.territory.space_of[area], area, ward): part for area, part in self.ward_in.items()}
        return self._answer(PlaceMethod.WARD, confidence, parts)

    def _municipality(self) -> PlaceAnswer | None:
        if not self.areas:
            return None
        self._compare({}, self._spaces_of(self.areas))
        confidence = Confidence.LOW if self._is_low_by_name() else Confidence.MEDIUM
        return self._answer(PlaceMethod.MUNICIPALITY, confidence, self._parts(self.areas))

    def _service_area(self) -> PlaceAnswer | None:
        if not self.evidence.functional_area:
            return None
        codes, is_verified = self.territory.served.get(self.evidence.functional_area, ((), False))
        if not codes:
            self.doubts.add(Doubt.UNKNOWN_NAME)
            return None
        areas = self.territory.by_area(codes)
        self._compare({}, self._spaces_of(areas))
        is_low = self._is_low_by_name() or not is_verified
        return self._answer(
            PlaceMethod.SERVICE_AREA, Confidence.LOW if is_low else Confidence.MEDIUM, self._parts(areas)
        )

    def _space(self) -> PlaceAnswer | None:
        parts = {(space, "", ""): part for space, part in self.territory.spaces_by_area(self.spaces).items()}
        return self._answer(PlaceMethod.SPACE, Confidence.LOW, parts) if parts else None

    def _indicator(self) -> PlaceAnswer | None:
        said = self.evidence
        weights = {code: value for code, value in said.weights if value > 0 and code in self.territory.now}
        if not said.indicator or not weights:
            return None
        return self._answer(PlaceMethod.APPORTIONED, Confidence.LOW, self._parts(scaled(weights)))

    # ---- what they share

    def _compare(self, areas: Parts, spaces: Parts) -> bool:
        """Name the doubts where less than half lies in what is stated; whether anything is stated to compare with."""
        wanted = self.spaces or frozenset(self._spaces_of(self.areas))
        is_stated = False
        if wanted:
            is_stated = True
            if _part_in(spaces, wanted) < HALF:
                self.doubts.add(Doubt.SPACE_DIFFERS)
        if self.evidence.municipal_areas and self.areas and any(areas):
            is_stated = True
            if _part_in(areas, self.areas) < HALF:
                self.doubts.add(Doubt.MUNICIPALITY_DIFFERS)
        return is_stated

    def _is_low_by_name(self) -> bool:
        return bool(self.doubts & {*DIFFERS, Doubt.AMBIGUOUS_NAME})

    def _spaces_of(self, areas: Parts) -> Parts:
        return _sums(self._parts(areas), 0)

    def _parts(self, areas: Parts) -> dict[tuple[str, str, str], float]:
        return {(self.territory.space_of[area], area, ""): part for area, part in areas.items()}

    def _answer(self, method: PlaceMethod, confidence: Confidence, parts: _Parts, version: str = "") -> PlaceAnswer:
        by_geometry = method == PlaceMethod.GEOMETRY and self.evidence.is_on_ground
        shares = tuple(PlacedShare(*key, min(parts[key], 1.0)) for key in sorted(parts))
        return PlaceAnswer(
            method, confidence, shares, self._told(),
            self.found.longitude if by_geometry else None, self.found.latitude if by_geometry else None, version,
        )  # fmt: skip

    def _told(self) -> tuple[Doubt, ...]:
        return tuple(doubt for doubt in DOUBTS if doubt in self.doubts)


def _sums(parts: _Parts, level: int) -> Parts:
    sums: dict[str, float] = defaultdict(float)
    for key, part in parts.items():
        sums[key[level]] += part
    return sums


def _part_in(parts: Parts, codes: Iterable[str]) -> float:
    return sum(parts.get(code, 0.0) for code in codes)


__all__ = ["PlaceAnswer", "PlaceEvidence", "PlacedShare", "place", "point_doubts"]
