"""The places of all projects, computed again when boundaries changed; what moved is told, in works and in rand."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.bulk import update_rows
from oneplan.projects.actions.placed import KEPT, Codes, NewPlace, kept_places, write_places
from oneplan.projects.choices import Event, ProjectKind, Purpose
from oneplan.projects.models import Placement, PlacementShare, Project
from oneplan.spaces.choices import Confidence, Doubt
from oneplan.spaces.placing import PlaceAnswer, PlacedShare, PlaceEvidence, place

AT_ONCE = 5_000
SAME = 1e-6  # shares that differ by less are the same
CENT = Decimal("0.01")
Parts = dict[tuple[str, str, str], float]  # (space, municipal area, ward) → fraction


@dataclass
class Moved:
    """Works and rand of one space, before and after. Works count by their shares, so the two sum to the whole."""

    works_before: float = 0.0
    works_after: float = 0.0
    rand_before: Decimal = Decimal(0)
    rand_after: Decimal = Decimal(0)


@dataclass
class Renewal:
    """What computing places again has done. `by_space` names the spaces that gained or lost."""

    as_at: date
    looked_at: int = 0
    moved: int = 0  # their shares changed
    restated: int = 0  # same shares; method, confidence or doubts changed
    by_hand: int = 0  # given by a person, and kept
    contradicted: int = 0  # of these, those that would lie elsewhere now: they wait for a look
    by_space: dict[str, Moved] = field(default_factory=dict)


class _Held(NamedTuple):
    """A current placement and what is needed to compute it again."""

    pk: int
    project_id: int
    purpose: str
    method: str
    confidence: str
    doubts: list[str]
    evidence: dict[str, object]
    wkb: bytes | None
    longitude: float | None
    latitude: float | None
    submission_id: int | None
    reason: str
    kind: str
    cost: Decimal | None


@transaction.atomic
def renew_placements(*, as_at: date | None = None, by: Actor, is_dry_run: bool = False) -> Renewal:
    """Compute every place again by the boundaries in force on a day (today), and write only what changed.

    What a person gave is kept; where it would lie elsewhere now, the project waits for a look. `is_dry_run` says what
    would move and writes nothing. One log entry. Raises NotAllowed.
    """
    check(by, Permission.PROJECT_LOCATE, "national")
    day, codes = as_at or clock.today(), Codes()
    renewal = Renewal(day)
    for batch in _batches(Placement.objects.filter(superseded_at=None)):
        held_parts = _parts_of([held.pk for held in batch])
        answers = place([_evidence(held) for held in batch], day)
        changed: list[tuple[_Held, PlaceAnswer]] = []
        contradicted: list[int] = []
        for held, found in zip(batch, answers, strict=True):
            answer = _with_crowd(found, held)
            renewal.looked_at += 1
            before, after = held_parts.get(held.pk, {}), _parts(answer.shares)
            has_moved = not _same(before, after)
            if held.submission_id is None:
                renewal.by_hand += 1
                if has_moved:
                    contradicted.append(held.project_id)
            elif has_moved or _said(held) != _answered(answer):
                changed.append((held, answer))
                renewal.moved += has_moved
                renewal.restated += not has_moved
                if has_moved and held.purpose == Purpose.WORKS and held.kind == ProjectKind.WORKS:
                    _count(renewal.by_space, before, after, held.cost)
        renewal.contradicted += len(contradicted)
        if not is_dry_run:
            _write(changed, day=day, codes=codes)
            Project.objects.filter(pk__in=contradicted).update(is_doubtful=True)
    if not is_dry_run:
        record(
            Event.PLACEMENTS_RENEWED, "placements", by=by, as_at=day, looked_at=renewal.looked_at, moved=renewal.moved,
            restated=renewal.restated, by_hand=renewal.by_hand, contradicted=renewal.contradicted,
            spaces={code: str(each.rand_after - each.rand_before) for code, each in sorted(renewal.by_space.items())},
        )  # fmt: skip
    return renewal


def _with_crowd(answer: PlaceAnswer, held: _Held) -> PlaceAnswer:
    """Whether a point is crowded is not in the evidence of one project: the doubt stays with the point."""
    if Doubt.CROWDED not in held.doubts or (answer.longitude, answer.latitude) != (held.longitude, held.latitude):
        return answer
    doubts = tuple(doubt for doubt in Doubt if doubt in answer.doubts or doubt == Doubt.CROWDED)
    return answer._replace(doubts=doubts, confidence=Confidence.LOW)


def _batches(rows: "QuerySet[Placement]") -> Iterator[list[_Held]]:
    """Current placements, some thousand at a time, locked with their projects in the order of their keys."""
    columns = (
        "pk", "project_id", "purpose", "method", "confidence", "doubts", "evidence", "wkb", "longitude", "latitude",
        "submission_id", "reason", "project__kind", "project__total_cost",
    )  # fmt: skip
    last, end = 0, rows.order_by("-pk").values_list("pk", flat=True).first() or 0  # what is written meanwhile is new
    while True:
        found = rows.filter(pk__gt=last, pk__lte=end).order_by("pk").values_list(*columns)[:AT_ONCE]
        batch = [_Held(*row) for row in found]
        if not batch:
            return
        last = batch[-1].pk
        keys = sorted({held.project_id for held in batch})
        list(Project.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))
        yield batch


def _evidence(held: _Held) -> PlaceEvidence:
    is_on_ground = held.kind == ProjectKind.WORKS or held.purpose == Purpose.SERVICE
    return PlaceEvidence.of(held.evidence, bytes(held.wkb or b""), is_on_ground=is_on_ground)


def _parts_of(placements: Sequence[int]) -> dict[int, Parts]:
    found: dict[int, Parts] = defaultdict(dict)
    rows = PlacementShare.objects.filter(placement__in=placements).order_by()
    for key, space, area, ward, fraction in rows.values_list(
        "placement_id", "space_id", "municipal_area_id", "ward_id", "fraction"
    ):
        found[key][space, area or "", ward or ""] = fraction
    return found


def _parts(shares: Sequence[PlacedShare]) -> Parts:
    return {(share.space, share.municipal_area, share.ward): share.fraction for share in shares}


def _same(before: Parts, after: Parts) -> bool:
    return before.keys() == after.keys() and all(abs(before[key] - after[key]) < SAME for key in before)


def _said(held: _Held) -> tuple[str, str, list[str]]:
    return held.method, held.confidence, held.doubts


def _answered(answer: PlaceAnswer) -> tuple[str, str, list[str]]:
    return answer.method.value, answer.confidence.value, [doubt.value for doubt in answer.doubts]


def _count(by_space: dict[str, Moved], before: Parts, after: Parts, cost: Decimal | None) -> None:
    for (space, _area, _ward), fraction in before.items():
        line = by_space.setdefault(space, Moved())
        line.works_before += fraction
        line.rand_before += _part(cost, fraction)
    for (space, _area, _ward), fraction in after.items():
        line = by_space.setdefault(space, Moved())
        line.works_after += fraction
        line.rand_after += _part(cost, fraction)


def _part(cost: Decimal | None, fraction: float) -> Decimal:
    return (cost * Decimal(str(fraction))).quantize(CENT) if cost else Decimal(0)


def _write(changed: Sequence[tuple[_Held, PlaceAnswer]], *, day: date, codes: Codes) -> None:
    """Supersede what was held, write what is new, and bring the projects to it."""
    if not changed:
        return
    now = clock.now()
    Placement.objects.filter(pk__in=[held.pk for held, _answer in changed]).update(superseded_at=now)
    new = [
        NewPlace(
            held.project_id, held.kind, answer, dict(held.evidence), wkb=bytes(held.wkb or b""), purpose=held.purpose,
            submission_id=held.submission_id, reason=held.reason,
        )
        for held, answer in changed
    ]  # fmt: skip
    write_places(new, as_at=day, now=now, codes=codes)
    works = [item for item in new if item.purpose == Purpose.WORKS]
    kept = kept_places(works, codes)
    update_rows(Project, KEPT, [(*values, item.project_id) for item, values in zip(works, kept, strict=True)])
    keys = [item.project_id for item in works]
    Project.objects.filter(pk__in=keys).update(revision=F("revision") + 1, changed_at=now)


__all__ = ["Moved", "Renewal", "renew_placements"]
