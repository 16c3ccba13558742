"""Projects that are perhaps one: proposed by what they have in common, decided by a person, and parted again."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken, StaleRevision
from oneplan.projects import rules
from oneplan.projects.actions.keeping import found_by
from oneplan.projects.actions.receiving import STATED
from oneplan.projects.choices import Event, MatchState, ProjectStanding
from oneplan.projects.likeness import likely_pairs
from oneplan.projects.models import Identifier, Match, Project, Snapshot, Submission
from oneplan.projects.queries.likely import likely

_LEAST_LETTERS = 5  # a shorter name ("12") says nothing when it stands in two registers
_FROM_SNAPSHOT = tuple(name for name in STATED if name in {field.attname for field in Snapshot._meta.fields})


@transaction.atomic
def propose_matches(submission: Submission, *, by: Actor) -> int:
    """Propose pairs of which one is new in a submission: with another feed's project, or with one that vanished.

    A pair is alike by a name that both registers use, or by title, cost, days and place. Pairs that were proposed or
    decided before are left alone. Two rows of one file are two projects. Returns how many are proposed.
    """
    new = Project.objects.filter(latest__submission=submission, identifiers__since=submission).distinct()
    others = Project.objects.exclude(standing=ProjectStanding.MERGED).exclude(latest__submission=submission)
    others = others.filter(~Q(feed=submission.feed) | Q(standing=ProjectStanding.VANISHED))
    if not others.exists():
        return 0
    found: dict[tuple[int, int], tuple[float, dict[str, Any]]] = {}
    for one, other, like in likely_pairs(likely(new), likely(others)):
        found[_ordered(one.pk, other.pk)] = (like.score, dict(like.parts))
    for one_key, other_key, value in _same_names(new, others):
        score, parts = found.get(_ordered(one_key, other_key), (0.0, {}))
        found[_ordered(one_key, other_key)] = (max(score, 0.99), {**parts, "identifier": value})
    if not found:
        return 0
    known = set(Match.objects.filter(left__in={pair[0] for pair in found}).values_list("left_id", "right_id"))
    now = clock.now()
    made = [
        Match(left_id=left, right_id=right, likeness=score, evidence=parts, proposed_at=now)
        for (left, right), (score, parts) in sorted(found.items())
        if (left, right) not in known
    ]
    Match.objects.bulk_create(made, batch_size=500)
    if made:
        record(Event.PROJECTS_MATCHED, f"submission:{submission.pk}", by=by, proposed=len(made))
    return len(made)


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _same_names(new: Any, others: Any) -> Iterable[tuple[int, int, str]]:
    """Pairs that two registers call by the same name, however each of them calls that name."""
    mine: dict[str, list[int]] = {}
    for key, value in Identifier.objects.filter(project__in=new.values("pk")).values_list("project_id", "value"):
        if len(value) >= _LEAST_LETTERS and any(sign.isdigit() for sign in value):
            mine.setdefault(value.casefold(), []).append(key)
    theirs = Identifier.objects.filter(project__in=others.values("pk")).values_list("project_id", "value")
    for key, value in theirs.iterator(chunk_size=5000):
        for own in mine.get(value.casefold(), ()):
            yield own, key, value


@transaction.atomic
def merge_projects(match: Match, *, keep: Project, revision: int, reason: str, by: Actor) -> Project:
    """Declare two projects one: the other keeps its snapshots and names, and `keep` says from now on what is newest.

    Raises NotAllowed, StaleRevision, RuleBroken.
    """
    row, kept, gone = _locked(match, revision, keep=keep)
    check(by, Permission.PROJECT_MERGE, _scopes(kept, gone))
    rules.check_reason(reason)
    rules.check_can_merge(row, kept, gone)
    gone_stood = gone.standing
    row.before = {"ref": kept.ref, "gone": gone_stood, **_told(kept)}
    gone.standing, gone.merged_into = ProjectStanding.MERGED, kept
    _save(gone)
    if _is_newer(gone, kept):
        for name in STATED:
            setattr(kept, name, getattr(gone, name))
        kept.latest_id = gone.latest_id
    if kept.standing == ProjectStanding.VANISHED and gone_stood == ProjectStanding.LIVE:
        kept.standing = ProjectStanding.LIVE
    _save(kept)
    _decide(row, MatchState.MERGED)
    record(Event.PROJECTS_MERGED, kept, by=by, reason=reason, before=row.before, after=_told(kept), merged=gone.ref)
    record(Event.PROJECTS_MERGED, gone, by=by, reason=reason, before={"standing": gone_stood}, after={"into": kept.ref})
    return kept


@transaction.atomic
def unmerge_projects(match: Match, *, revision: int, reason: str, by: Actor) -> None:
    """Part projects that were declared one: each is again what its own sources say of it.

    Raises NotAllowed, StaleRevision, RuleBroken.
    """
    row, left, right = _locked(match, revision)
    kept, gone = (left, right) if right.merged_into_id == left.pk else (right, left)
    check(by, Permission.PROJECT_MERGE, _scopes(kept, gone))
    rules.check_reason(reason)
    rules.check_can_part(row, kept, gone)
    was = _told(kept)
    gone.merged_into, gone.standing = None, _standing(gone, row.before.get("gone", ProjectStanding.LIVE))
    _save(gone)
    if kept.latest is not None and kept.latest.project_id == gone.pk:
        _take_back(kept, row.before)
    _save(kept)
    _decide(row, MatchState.APART)
    record(Event.PROJECTS_UNMERGED, kept, by=by, reason=reason, before=was, after=_told(kept), parted=gone.ref)
    record(Event.PROJECTS_UNMERGED, gone, by=by, reason=reason, after={"standing": gone.standing})


@transaction.atomic
def keep_projects_apart(match: Match, *, revision: int, reason: str, by: Actor) -> None:
    """Declare two like projects two: the pair is not proposed again. Raises NotAllowed, StaleRevision, RuleBroken."""
    row, left, right = _locked(match, revision)
    check(by, Permission.PROJECT_MERGE, _scopes(left, right))
    rules.check_reason(reason)
    if row.state != MatchState.PROPOSED:
        raise RuleBroken(_("This pair was decided already: %(state)s.") % {"state": row.get_state_display().lower()})
    _decide(row, MatchState.APART)
    record(Event.PROJECTS_KEPT_APART, row, by=by, reason=reason, left=left.ref, right=right.ref)


def _locked(match: Match, revision: int, *, keep: Project | None = None) -> tuple[Match, Project, Project]:
    """The match and its projects, locked in the order of their keys; the one to keep first where it is named."""
    row = Match.objects.select_for_update(no_key=True).get(pk=match.pk)
    if row.revision != revision:
        raise StaleRevision(current=row)
    pair = list(
        Project.objects.select_for_update(of=("self",), no_key=True)
        .select_related("latest__submission").filter(pk__in=(row.left_id, row.right_id)).order_by("pk")
    )  # fmt: skip
    if keep is not None and keep.pk not in (row.left_id, row.right_id):
        raise RuleBroken(_("%(ref)s is none of the two.") % {"ref": keep.ref})
    if keep is not None and pair[0].pk != keep.pk:
        pair.reverse()
    return row, pair[0], pair[1]


def _scopes(*projects: Project) -> list[str]:
    """Whoever may merge where either of the two lies may merge them."""
    return list(dict.fromkeys(scope for project in projects for scope in project.scopes()))


def _is_newer(one: Project, other: Project) -> bool:
    """Whether the newest word on one is of a later day than that on the other."""
    if one.latest is None:
        return False
    return other.latest is None or one.latest.submission.as_at > other.latest.submission.as_at


def _told(project: Project) -> dict[str, Any]:
    """What of a project a merge may change, as plain values that `_take_back` reads."""
    said = {name: getattr(project, name) for name in STATED}
    plain = {name: value if isinstance(value, int | None) else str(value) for name, value in said.items()}
    return {**plain, "standing": str(project.standing), "latest": project.latest_id}


def _take_back(kept: Project, before: dict[str, Any]) -> None:
    """What was known before the merge; where its own sources have spoken since, what they said last."""
    for name in STATED:
        if name in before:
            field: Any = Project._meta.get_field(name.removesuffix("_id"))
            setattr(kept, name, field.to_python(before[name]) if before[name] != "" else "")
    own = kept.snapshots.select_related("submission").order_by("-submission__as_at", "-submission_id").first()
    if own is not None and own.pk != before.get("latest"):
        for name in _FROM_SNAPSHOT:
            setattr(kept, name, getattr(own, name))
    kept.latest = own
    kept.standing = _standing(kept, before.get("standing", ProjectStanding.LIVE))


def _standing(project: Project, stood: str) -> str:
    """Live or vanished, by whether its own source has handed in a whole file since in which it was not."""
    own = project.snapshots.select_related("submission").order_by("-submission__as_at", "-submission_id").first()
    if own is None:
        return stood
    said = own.submission
    later = Submission.objects.filter(feed=said.feed, source=said.source, as_at__gt=said.as_at, run__space_code="")
    later = later.filter(run__province_code__in=("", project.province_id or ""))
    return ProjectStanding.VANISHED.value if later.exists() else ProjectStanding.LIVE.value


def _save(project: Project) -> None:
    project.revision += 1
    project.changed_at = clock.now()
    project.search_text = found_by(project)
    project.save()


def _decide(row: Match, state: MatchState) -> None:
    row.state, row.decided_at = state, clock.now()
    row.revision += 1
    row.save()
