"""A person says where a project is, or that its doubtful place is right. Each answer is kept."""

from typing import Any

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.bulk import update_rows
from oneplan.projects import rules
from oneplan.projects.actions.keeping import lock
from oneplan.projects.actions.placed import KEPT, Codes, NewPlace, kept_places, write_places
from oneplan.projects.choices import Event, Purpose
from oneplan.projects.models import Placement, Project
from oneplan.spaces.choices import Doubt
from oneplan.spaces.placing import PlaceAnswer, PlaceEvidence, place


@transaction.atomic
def locate_project(
    project: Project,
    evidence: PlaceEvidence,
    *,
    purpose: str = Purpose.WORKS,
    revision: int,
    by: Actor,
    reason: str,
) -> Project:
    """Place or refine: "somewhere in DC15", then its municipality, then the point or the line.

    What the place of before states (its source's municipality, its space) is compared with a new point or shape, and
    where it agrees the place is trusted more. A place that a person gave waits for nobody. Raises NotAllowed,
    StaleRevision, RuleBroken.
    """
    check(by, Permission.PROJECT_LOCATE, project)
    row = lock(project, revision)
    rules.check_can_locate(row, evidence, purpose=purpose, reason=reason)
    now = clock.now()
    held = row.placements.filter(purpose=purpose, superseded_at=None).first()
    evidence = evidence._replace(is_on_ground=row.is_on_ground or purpose == Purpose.SERVICE)
    answer = _answer(evidence, held)
    rules.check_is_placed(answer)
    before = said_of(held)
    if held is not None:
        held.superseded_at = now
        held.save(update_fields=["superseded_at"])
    kept = NewPlace(
        row.pk, row.kind, answer, evidence.plain(), wkb=evidence.wkb, purpose=Purpose(purpose).value, reason=reason
    )
    codes = Codes()
    write_places([kept], as_at=clock.today(), now=now, codes=codes)
    if purpose == Purpose.WORKS:
        [values] = kept_places([kept], codes)
        update_rows(Project, KEPT, [(*values[:-1], False, row.pk)])
    _count_change(row)
    after = said_of(row.placements.get(purpose=purpose, superseded_at=None))
    record(
        Event.PROJECT_LOCATED, row, by=by, reason=reason, before=before, after=after,
        purpose=Purpose(purpose).value, evidence=evidence.plain(),
    )  # fmt: skip
    return row


def _answer(evidence: PlaceEvidence, held: Placement | None) -> PlaceAnswer:
    """The place of what a person says; trusted more where what was stated before agrees with it."""
    answers = [place([evidence])[0]]
    if held is not None:
        stated = PlaceEvidence.of(held.evidence)
        areas = stated.municipal_areas
        spaces = stated.spaces or tuple(held.shares.values_list("space_id", flat=True))
        beside = evidence._replace(municipal_areas=evidence.municipal_areas or areas, spaces=evidence.spaces or spaces)
        together = place([beside])[0]
        if (together.method, together.doubts) == (answers[0].method, answers[0].doubts):
            answers.append(together)
    return answers[-1]


@transaction.atomic
def review_placement(project: Project, *, revision: int, by: Actor, reason: str) -> Project:
    """Say that a doubtful place was looked at and is right as it is: it leaves the queue, its doubts stay.

    Raises NotAllowed, StaleRevision, RuleBroken.
    """
    check(by, Permission.PROJECT_LOCATE, project)
    row = lock(project, revision)
    rules.check_can_review_placement(row, reason=reason)
    held = row.placements.filter(purpose=Purpose.WORKS, superseded_at=None).first()
    row.is_doubtful = False
    row.save(update_fields=["is_doubtful"])
    _count_change(row)
    record(
        Event.PLACEMENT_REVIEWED, row, by=by, reason=reason, before={"is_doubtful": True}, after={"is_doubtful": False},
        doubts=held.doubts if held else [Doubt.BLANK],
    )  # fmt: skip
    return row


def _count_change(row: Project) -> None:
    """The project's revision and the moment of its change; and its place as it was just written."""
    row.refresh_from_db()
    row.revision += 1
    row.changed_at = clock.now()
    row.save(update_fields=["revision", "changed_at"])


def said_of(placement: Placement | None) -> dict[str, Any]:
    """A place for the log: by what it is known, and its shares."""
    if placement is None:
        return {}
    shares = [
        f"{share.ward_id or share.municipal_area_id or share.space_id} {share.fraction:.4f}"
        for share in placement.shares.all()
    ]
    return {
        "method": placement.method, "confidence": placement.confidence, "doubts": placement.doubts, "shares": shares,
        "longitude": placement.longitude, "latitude": placement.latitude,
    }  # fmt: skip
