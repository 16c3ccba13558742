"""Which places lie beside each other, by the outlines in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from oneplan.geometry.locator import Positions
from oneplan.geometry.measures import from_wkb
from oneplan.geometry.touching import touching
from oneplan.spaces.choices import Level
from oneplan.spaces.models import Boundary, BoundaryRelease
from oneplan.spaces.queries.places import releases_in_force


@dataclass(frozen=True)
class Neighbours:
    """The places of one boundary release, and the pairs (position in `codes`) that touch, each both ways round."""

    release: BoundaryRelease
    codes: tuple[str, ...]
    left: Positions
    right: Positions


def neighbours(level: str, as_at: date | None = None) -> Neighbours | None:
    """Who touches whom at a level on a day, at least in a point; None where no outlines are known.

    Two queries the first time, one from then on: what is found is kept for each boundary release.
    """
    release = next((each for each in releases_in_force(as_at) if each.level == Level(level)), None)
    if release is None:
        return None
    return Neighbours(release, *_kept(release.pk, release.file_sha256, release.outline_count))


@lru_cache(maxsize=16)
def _kept(release_id: int, _sha256: str, _count: int) -> tuple[tuple[str, ...], Positions, Positions]:
    rows = Boundary.objects.filter(release_id=release_id).order_by("code").values_list("code", "wkb")
    codes, blobs = zip(*rows, strict=True)
    return codes, *touching(from_wkb(blobs))
