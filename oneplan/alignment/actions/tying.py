"""Ties of commitments to projects: proposed by what registers call both, or by likeness; a person decides."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.alignment.choices import Event
from oneplan.alignment.models import Tie
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.projects.choices import ProjectKind, ProjectStanding, Scheme
from oneplan.projects.likeness import Likely, likely_pairs
from oneplan.projects.models import Identifier, Project

BATCH = 500
# Under which names of a commitment's `external_ids` registers call projects. A number alone may stand on several rows.
_NAMED = {"project_id": (Scheme.IRM, Scheme.SA36, Scheme.NATIONAL, Scheme.OC4IDS, Scheme.SOURCE),
          "project_no": (Scheme.IRM_NO, Scheme.MSCOA)}  # fmt: skip
_SURE, _BY_NUMBER = 1.0, 0.9
Found = dict[tuple[int, int], tuple[float, dict[str, Any]]]


@transaction.atomic
def propose_ties(*, by: Actor) -> int:
    """Propose which projects deliver which commitments; how many are new.

    The same identifier in the same register is the same row; else title, cost, days and place are compared within one
    space. Pairs that were proposed or decided before are left alone. Raises NotAllowed.
    """
    check(by, Permission.PROJECT_MERGE, "national")
    known = set(Tie.objects.values_list("commitment_id", "project_id"))
    found: Found = {}
    for commitment, project, likeness, evidence in (*_by_name(), *_by_likeness({pair[0] for pair in known})):
        held = found.get((commitment, project))
        if held is None or held[0] < likeness:
            found[commitment, project] = (likeness, evidence)
    now = clock.now()
    made = [
        Tie(commitment_id=pair[0], project_id=pair[1], likeness=likeness, evidence=evidence, proposed_at=now)
        for pair, (likeness, evidence) in sorted(found.items())
        if pair not in known
    ]
    Tie.objects.bulk_create(made, batch_size=BATCH)
    if made:
        record(Event.TIES_PROPOSED, "ties", by=by, proposed=len(made))
    return len(made)


def _standing() -> Any:
    return Commitment.objects.exclude(state=CommitmentState.WITHDRAWN)


def _by_name() -> Iterator[tuple[int, int, float, dict[str, Any]]]:
    """Pairs that registers call by one name."""
    wanted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pk, ids in _standing().values_list("pk", "external_ids").iterator(chunk_size=5_000):
        for name, value in ids.items():
            if name in _NAMED and value:
                wanted[name, str(value).casefold()].append(pk)
    for name, schemes in _NAMED.items():
        rows = Identifier.objects.filter(scheme__in=schemes).exclude(project__standing=ProjectStanding.MERGED)
        if not any(key[0] == name for key in wanted):
            continue
        for project, scheme, value in rows.values_list("project_id", "scheme", "value").iterator(chunk_size=5_000):
            for commitment in wanted.get((name, value.casefold()), ()):
                likeness = _SURE if name == "project_id" else _BY_NUMBER
                yield commitment, project, likeness, {"identifier": value, "scheme": scheme}


def _by_likeness(tied: set[int]) -> Iterator[tuple[int, int, float, dict[str, Any]]]:
    """Pairs of one space that read alike, for commitments for which nothing has been proposed yet."""
    commitments = [
        Likely(pk, title, space, cost, finish, longitude, latitude)
        for pk, title, space, cost, finish, longitude, latitude in _standing()
        .exclude(pk__in=tied)
        .values_list("pk", "title", "home_space_id", "total_cost", "finish_on", "longitude", "latitude")
    ]
    if not commitments:
        return
    works = Project.objects.filter(standing__in=(ProjectStanding.LIVE, ProjectStanding.VANISHED), space__isnull=False)
    works = works.filter(space__in={each.area for each in commitments}).exclude(kind=ProjectKind.COMPENSATION)
    # A commitment and a project may have the same key: the projects' are told apart by a sign.
    projects = [
        Likely(-pk, title, space or "", cost, finish, longitude, latitude)
        for pk, title, space, cost, finish, longitude, latitude in works.values_list(
            "pk", "title", "space_id", "total_cost", "finish_on", "longitude", "latitude"
        )
    ]
    for commitment, project, like in likely_pairs(commitments, projects):
        yield commitment.pk, -project.pk, like.score, dict(like.parts)
