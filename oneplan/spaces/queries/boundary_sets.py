"""Versions of the boundaries as readers choose them: one day, all levels that were in force on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from oneplan.periods import clock
from oneplan.spaces.choices import Quality
from oneplan.spaces.models import BoundaryRelease
from oneplan.spaces.queries.places import releases_in_force

APPROXIMATE = "approximate"


@dataclass(frozen=True)
class BoundarySet:
    """The boundaries of one day. `key` names them in addresses: the day, or "approximate"."""

    key: str
    as_at: date
    quality: str
    releases: tuple[BoundaryRelease, ...]  # finest level first
    is_in_force: bool

    @property
    def is_approximate(self) -> bool:
        return self.quality == Quality.APPROXIMATE

    @property
    def digest(self) -> str:
        """Sixteen digits over what the releases hold: another file, or one outline more, gives others."""
        told = [(release.level, release.file_sha256, release.outline_count) for release in self.releases]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    @property
    def sources(self) -> list[str]:
        """Where the outlines come from, each once."""
        return list(dict.fromkeys(release.source for release in self.releases))

    @property
    def licence(self) -> str:
        return "; ".join(dict.fromkeys(release.licence for release in self.releases if release.licence))


def boundary_sets(today: date | None = None) -> list[BoundarySet]:
    """Every version there is, newest first, the approximate one last. A query for each."""
    today = today or clock.today()
    days = BoundaryRelease.objects.filter(quality=Quality.LEGAL).order_by("-as_at").values_list("as_at", flat=True)
    in_force = releases_in_force(today)
    sets = []
    for day in dict.fromkeys(days):
        releases = tuple(releases_in_force(day))
        sets.append(BoundarySet(day.isoformat(), day, Quality.LEGAL, releases, _same(releases, in_force)))
    rough = tuple(BoundaryRelease.objects.filter(quality=Quality.APPROXIMATE).order_by("-outline_count"))
    if rough:
        sets.append(BoundarySet(APPROXIMATE, rough[0].as_at, Quality.APPROXIMATE, rough, _same(rough, in_force)))
    return sets


def _same(left: tuple[BoundaryRelease, ...], right: list[BoundaryRelease]) -> bool:
    return {release.pk for release in left} == {release.pk for release in right}


def boundary_set(key: str = "") -> BoundarySet | None:
    """The version of that key, or the one in force today; None where there is none."""
    sets = boundary_sets()
    return next((each for each in sets if (each.key == key if key else each.is_in_force)), None)
