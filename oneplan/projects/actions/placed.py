"""The places of many projects, written set by set: what is current is superseded, never edited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from oneplan.geometry import measures, mercator
from oneplan.platform.bulk import insert_rows, reserve_ids
from oneplan.projects.actions.received import ReceivedProject
from oneplan.projects.choices import ProjectKind, Purpose
from oneplan.projects.models import Placement, PlacementShare, Submission
from oneplan.spaces.choices import PlaceMethod
from oneplan.spaces.models import MunicipalArea, Space, Ward
from oneplan.spaces.placing import PlaceAnswer

# What Project keeps of the current place of its works, in the order of `kept_places`.
KEPT = (
    "method", "confidence", "space_id", "municipal_area_id", "ward_id", "longitude", "latitude", "cell", "is_doubtful"
)  # fmt: skip
_PLACEMENT = (
    "id", "project_id", "purpose", "method", "confidence", "evidence", "doubts", "longitude", "latitude", "wkb",
    "minx", "miny", "maxx", "maxy", "boundary_version", "as_at", "submission_id", "made_at", "reason", "superseded_at",
)  # fmt: skip
_SHARE = ("placement_id", "space_id", "municipal_area_id", "ward_id", "fraction")


class Codes:
    """Which codes the register holds, for one run: boundaries of another day may name areas that it does not."""

    @cached_property
    def spaces(self) -> frozenset[str]:
        return frozenset(Space.objects.values_list("code", flat=True))

    @cached_property
    def municipal_areas(self) -> frozenset[str]:
        return frozenset(MunicipalArea.objects.values_list("code", flat=True))

    @cached_property
    def wards(self) -> frozenset[str]:
        return frozenset(Ward.objects.values_list("code", flat=True))

    def known(self, space: str, municipal_area: str, ward: str) -> tuple[str | None, str | None, str | None]:
        """The three as foreign keys: what the register does not hold is left out."""
        return (
            space if space in self.spaces else None,
            municipal_area if municipal_area in self.municipal_areas else None,
            ward if ward and ward in self.wards else None,
        )


class Placed(Protocol):
    """Anything of a kind that the cascade has answered for."""

    @property
    def kind(self) -> str: ...

    @property
    def place(self) -> PlaceAnswer: ...


@dataclass(slots=True)
class NewPlace:
    """One place to be written. `submission_id` None: a person said so, with a reason."""

    project_id: int
    kind: str
    place: PlaceAnswer
    evidence: dict[str, Any]
    wkb: bytes = b""
    purpose: str = Purpose.WORKS.value
    submission_id: int | None = None
    reason: str = ""
    superseded_at: datetime | None = None


def kept_places(items: Sequence[Placed], codes: Codes) -> list[tuple[Any, ...]]:
    """For each item the values of KEPT: the greatest share, and a pin where works are placed by geometry."""
    pins = [_pin(item.kind, item.place) for item in items]
    cells = mercator.cells([pin[0] for pin in pins], [pin[1] for pin in pins]).tolist()
    kept = []
    for item, (longitude, latitude), cell in zip(items, pins, cells, strict=True):
        answer = item.place
        has_pin = cell != mercator.NOWHERE
        share = max(answer.shares, key=lambda share: share.fraction) if answer.shares else None
        place = codes.known(share.space, share.municipal_area, share.ward) if share else (None, None, None)
        kept.append(
            (
                answer.method.value, answer.confidence.value, *place,
                longitude if has_pin else None, latitude if has_pin else None, cell if has_pin else None,
                answer.is_doubtful and item.kind == ProjectKind.WORKS,
            )
        )  # fmt: skip
    return kept


def _pin(kind: str, answer: PlaceAnswer) -> tuple[float, float]:
    if kind != ProjectKind.WORKS or answer.method != PlaceMethod.GEOMETRY or answer.longitude is None:
        return np.nan, np.nan
    return answer.longitude, answer.latitude if answer.latitude is not None else np.nan


def write_places(items: Sequence[NewPlace], *, as_at: date, now: datetime, codes: Codes) -> None:
    """Write places with their shares. What is current before them has been superseded."""
    shapes = [row for row, item in enumerate(items) if item.wkb]
    boxes = dict(zip(shapes, measures.bounding_boxes(measures.from_wkb([items[row].wkb for row in shapes])).tolist(),
                     strict=True))  # fmt: skip
    placements, shares = [], []
    for row, (key, item) in enumerate(zip(reserve_ids(Placement, len(items)), items, strict=True)):
        answer = item.place
        placements.append(
            (
                key, item.project_id, item.purpose, answer.method.value, answer.confidence.value, item.evidence,
                [doubt.value for doubt in answer.doubts], answer.longitude, answer.latitude, item.wkb or None,
                *boxes.get(row, (None, None, None, None)), answer.boundary_version, as_at, item.submission_id, now,
                item.reason, item.superseded_at,
            )
        )  # fmt: skip
        for share in answer.shares:
            place = codes.known(share.space, share.municipal_area, share.ward)
            if place[0]:
                shares.append((key, *place, share.fraction))
    insert_rows(Placement, _PLACEMENT, placements)
    insert_rows(PlacementShare, _SHARE, shares)


@dataclass
class Places:
    """Places of one submission on their way into the tables."""

    submission: Submission
    as_at: date  # the day as at which boundaries were asked
    now: datetime
    codes: Codes
    _waiting: list[NewPlace] = field(default_factory=list)

    def put(self, project_id: int, item: ReceivedProject, *, is_current: bool = True) -> None:
        """A place of the works. One that is not current is kept beside a person's, as what the source says."""
        self._waiting.append(
            NewPlace(
                project_id, item.kind, item.place, item.evidence, wkb=item.wkb, submission_id=self.submission.pk,
                superseded_at=None if is_current else self.now,
            )
        )  # fmt: skip

    def write(self, superseded: Iterable[int] = ()) -> None:
        """Supersede placements by key, then write what was put."""
        if gone := list(superseded):
            Placement.objects.filter(pk__in=gone).update(superseded_at=self.now)
        write_places(self._waiting, as_at=self.as_at, now=self.now, codes=self.codes)
        self._waiting.clear()
