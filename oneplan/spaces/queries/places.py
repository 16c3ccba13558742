"""Where is this point? Answered for one point or millions, from the best boundaries in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db.models import QuerySet
from numpy.typing import ArrayLike, NDArray

from oneplan.geometry.locator import FORMAT, Locator
from oneplan.geometry.measures import from_wkb
from oneplan.geometry.overlay import Overlay
from oneplan.periods import clock
from oneplan.platform.prepared import prepared
from oneplan.spaces.choices import Level, Quality
from oneplan.spaces.models import Boundary, BoundaryRelease, MunicipalArea, Space, TerritoryVersion

Codes = NDArray[np.str_]
FINE_TO_COARSE = (Level.WARD, Level.MUNICIPAL_AREA, Level.SPACE, Level.PROVINCE)
CODE = "U8"


@prepared
def _releases() -> QuerySet[BoundaryRelease]:
    return BoundaryRelease.objects.order_by("as_at", "outline_count", "recorded_at")


def releases_in_force(on: date | None = None) -> list[BoundaryRelease]:
    """The release of each level that answers on a day, finest level first.

    The legal release with the latest `as_at` that is not after the day; of two for one day the fuller, then the newer.
    Where no level has one, the approximate map.
    Legal and approximate are never mixed: a coarse legal answer is worth more than a fine guess.
    """
    on = on or clock.today()
    best: dict[tuple[str, str], BoundaryRelease] = {}
    for release in _releases():
        if release.quality == Quality.APPROXIMATE or release.as_at <= on:
            best[release.quality, release.level] = release
    for quality in (Quality.LEGAL, Quality.APPROXIMATE):
        found = [best[quality, level] for level in FINE_TO_COARSE if (quality, level) in best]
        if found:
            return found
    return []


@dataclass(frozen=True)
class Place:
    """Where one point lies. All blank outside the country or where no boundaries are known."""

    ward: str = ""
    municipality: str = ""
    space: str = ""
    province: str = ""
    boundary_version: str = ""
    quality: str = ""

    @property
    def is_evidence(self) -> bool:
        """Whether this may count as placed: only a legal boundary can say so."""
        return bool(self.space) and self.quality == Quality.LEGAL


@dataclass(frozen=True)
class Located:
    """Where each of many points lies: arrays of codes in the order of the points, "" where there is no answer."""

    ward: Codes
    municipality: Codes
    space: Codes
    province: Codes
    boundary_version: Codes
    quality: Codes

    def __len__(self) -> int:
        return len(self.ward)

    def place(self, index: int) -> Place:
        """The answer for one point."""
        return Place(
            str(self.ward[index]),
            str(self.municipality[index]),
            str(self.space[index]),
            str(self.province[index]),
            str(self.boundary_version[index]),
            str(self.quality[index]),
        )


@dataclass(frozen=True)
class ReleaseIndex:
    """A release ready to be asked: the locator, and what each of its areas lies in (position −1 is nowhere)."""

    name: str
    quality: str
    locator: Locator
    ward: Codes
    municipality: Codes
    space: Codes
    province: Codes

    @cached_property
    def overlay(self) -> Overlay:
        """Its outlines, ready to share lines and areas out."""
        return Overlay.build(self.locator)


def locate(points: ArrayLike, as_at: date | None = None) -> Located:
    """Locate many points. `points` is (n, 2): longitude and latitude in WGS 84 degrees; NaN gives blanks.

    A border belongs to its areas; a point on a border of two goes to the one whose code sorts first. Where the finest
    release leaves a point out (a sliver between wards), the next coarser one of the same quality is asked.
    """
    table = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    releases = releases_in_force(as_at)
    names = np.array(["", *(release.name for release in releases)])
    count = len(table)
    ward, municipality, space, province = (np.zeros(count, dtype=CODE) for _ in range(4))
    by = np.zeros(count, dtype=np.int8)
    longitudes, latitudes = np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])
    missing: NDArray[np.int64] | None = None
    asked: set[str] = set()
    for number, release in enumerate(releases, start=1):
        if release.file_sha256 in asked:  # dissolved from one asked already: it leaves out the same points
            continue
        asked.add(release.file_sha256)
        index = release_index(release)
        if missing is None:
            found = index.locator.locate(longitudes, latitudes)
            ward, municipality = index.ward[found], index.municipality[found]
            space, province = index.space[found], index.province[found]
            by[found >= 0] = number
            missing = np.flatnonzero(found < 0)
        else:
            found = index.locator.locate(longitudes[missing], latitudes[missing])
            hit = found >= 0
            rows, position = missing[hit], found[hit]
            ward[rows], municipality[rows] = index.ward[position], index.municipality[position]
            space[rows], province[rows] = index.space[position], index.province[position]
            by[rows] = number
            missing = missing[~hit]
        if not len(missing):
            break
    quality = releases[0].quality if releases else ""
    return Located(ward, municipality, space, province, names[by], np.where(by > 0, quality, ""))


def locate_one(longitude: float, latitude: float, as_at: date | None = None) -> Place:
    """Locate one point."""
    return locate([(longitude, latitude)], as_at).place(0)


def release_index(release: BoundaryRelease) -> ReleaseIndex:
    """The index of a release: kept in memory, else on disk under the data folder, else built (about a second)."""
    made_of = f"{release.file_sha256[:24]}-{release.level}-{release.outline_count}"
    folder = Path(settings.HOME) / "locator" / f"{made_of}-{FORMAT}"
    return _release_index(release.pk, release.name, release.quality, release.level, folder)


@lru_cache(maxsize=12)
def _release_index(release_id: int, name: str, quality: str, level: str, folder: Path) -> ReleaseIndex:
    rows = list(
        Boundary.objects.filter(release_id=release_id).order_by("code").values_list("code", "parent_code", "space_code")
    )
    codes, parents, spaces = (np.array([*column, ""], dtype=CODE) for column in zip(*rows, strict=True))
    provinces = _provinces(level, codes, spaces)
    try:
        locator = Locator.load(folder)
        if len(locator.ends) != len(rows):
            raise ValueError(folder)
    except (OSError, ValueError, KeyError, TypeError):
        blobs = Boundary.objects.filter(release_id=release_id).order_by("code").values_list("wkb", flat=True)
        locator = Locator.build(from_wkb(list(blobs)))
        locator.save(folder)
    blank = np.zeros(len(codes), dtype=CODE)
    return ReleaseIndex(
        name=name,
        quality=quality,
        locator=locator,
        ward=codes if level == Level.WARD else blank,
        municipality={Level.WARD: parents, Level.MUNICIPAL_AREA: codes}.get(Level(level), blank),
        space=blank if level == Level.PROVINCE else spaces,
        province=provinces,
    )


def outlines_for_shares(on: date | None = None) -> BoundaryRelease | None:
    """The release by which lines and areas are shared out on a day: municipal areas, else what is in force."""
    levels = (Level.MUNICIPAL_AREA, Level.WARD, Level.SPACE)
    releases = {release.level: release for release in releases_in_force(on)}
    return next((releases[level] for level in levels if level in releases), None)


def _provinces(level: str, codes: Codes, spaces: Codes) -> Codes:
    if level == Level.PROVINCE:
        return codes
    of = dict(Space.objects.values_list("code", "province_id"))
    return np.array([of.get(str(code), "") for code in spaces], dtype=CODE)


def parents_on(level: str, on: date) -> dict[str, str]:
    """For each code of a level, the code it lies in on a day; from the present register where the day is too early."""
    if level == Level.PROVINCE:
        return {}
    now = dict(
        MunicipalArea.objects.values_list("code", "space_id")
        if level == Level.MUNICIPAL_AREA
        else Space.objects.values_list("code", "province_id")
        if level == Level.SPACE
        else TerritoryVersion.objects.filter(level=level, valid_to=None).values_list("code", "parent_code")
    )
    from_register = TerritoryVersion.objects.filter(level=level, valid_from__lte=on).order_by("valid_from")
    return {**now, **dict(from_register.values_list("code", "parent_code"))}
