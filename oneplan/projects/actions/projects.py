"""One project registered, corrected, closed, opened again, shown to the public or withheld, each by a person."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.geometry import mercator
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken
from oneplan.projects import rules
from oneplan.projects.actions.keeping import found_by, lock
from oneplan.projects.actions.numbering import PROJECT, next_number, reference
from oneplan.projects.choices import Audience, Event, Feed, ProjectKind, ProjectStanding, Purpose
from oneplan.projects.models import Placement, PlacementShare, Project
from oneplan.spaces.choices import Confidence, PlaceMethod
from oneplan.spaces.models import Space

# What a person may say of a project.
SAID = (
    "title", "description", "kind", "stage", "nature", "funding", "fund", "budget_programme", "sector", "sphere",
    "implementing", "funder", "programme", "total_cost", "spent_to_date", "start_on", "finish_on",
    "construction_start_on", "construction_finish_on", "contract_finish_on", "actual_start_on", "actual_finish_on",
    "jobs",
)  # fmt: skip


@transaction.atomic
def register_project(
    *, by: Actor, title: str, implementing: Institution, space: Space | None = None, is_sample: bool = False,
    **said: Any,
) -> Project:  # fmt: skip
    """Write down a project that no feed reports. `said` are further fields of SAID.

    Where `space` is left out and its author plans for one space alone, it lies somewhere there until it is placed. It
    is inside government until somebody publishes it. Raises NotAllowed, RuleBroken.
    """
    _check_names(said)
    space = space or _own_space(by)
    said |= {"title": title, "implementing": implementing}
    check(by, Permission.PROJECT_REGISTER, _scopes(implementing, said.get("funder"), space))
    rules.check_said(said)
    now = clock.now()
    row = Project(
        ref=reference(PROJECT, next_number(PROJECT)), feed=Feed.HAND, audience=Audience.GOVERNMENT,
        is_sample=is_sample, registered_at=now, changed_at=now,
        province_id=space.province_id if space else implementing.province_id, **_clean(said),
    )  # fmt: skip
    row.sphere = row.sphere or implementing.sphere
    row.search_text = found_by(row)
    row.save(force_insert=True)
    if space:
        _put_somewhere_in(space, row)
    record(Event.PROJECT_REGISTERED, row, by=by, after={name: getattr(row, name) for name in SAID})
    return row


@transaction.atomic
def correct_project(project: Project, *, revision: int, reason: str, by: Actor, **said: Any) -> Project:
    """Change what is known of a project; its submissions stay as they were read, and the next may say otherwise.

    Raises NotAllowed, StaleRevision, RuleBroken.
    """
    _check_names(said)
    row = lock(project, revision)
    check(by, Permission.PROJECT_REGISTER, row)
    rules.check_can_correct(row)
    rules.check_reason(reason)
    before = {name: getattr(row, name) for name in said}
    rules.check_said({name: said.get(name, getattr(row, name)) for name in SAID})
    for name, value in _clean(said).items():
        setattr(row, name, value)
    if said.get("implementing") and before["implementing"] != row.implementing:
        row.implementing_text = ""
    _keep_pin(row)
    row.search_text = found_by(row)
    _change(row)
    record(Event.PROJECT_CORRECTED, row, by=by, reason=reason, before=before, after={name: said[name] for name in said})
    return row


@transaction.atomic
def close_project(project: Project, *, revision: int, reason: str, by: Actor) -> Project:
    """Say that a project is over: it stays in lists and totals. Raises NotAllowed, StaleRevision, RuleBroken."""
    return _move(project, ProjectStanding.CLOSED, Event.PROJECT_CLOSED, revision=revision, reason=reason, by=by)


@transaction.atomic
def reopen_project(project: Project, *, revision: int, reason: str, by: Actor) -> Project:
    """Open a closed project again. Raises NotAllowed, StaleRevision, RuleBroken."""
    check(by, Permission.PROJECT_REGISTER, project)
    if project.standing != ProjectStanding.CLOSED:
        raise RuleBroken(_("%(ref)s is not closed.") % {"ref": project.ref})
    return _move(project, ProjectStanding.LIVE, Event.PROJECT_REOPENED, revision=revision, reason=reason, by=by)


def _move(project: Project, to: ProjectStanding, event: Event, *, revision: int, reason: str, by: Actor) -> Project:
    row = lock(project, revision)
    check(by, Permission.PROJECT_REGISTER, row)
    rules.check_can_move(row, to)
    rules.check_reason(reason)
    before, row.standing = row.standing, to
    _change(row)
    record(event, row, by=by, reason=reason, before={"standing": before}, after={"standing": to})
    return row


@transaction.atomic
def publish_project(project: Project, *, revision: int, reason: str, by: Actor) -> Project:
    """Show a project to everybody. Raises NotAllowed, StaleRevision, RuleBroken."""
    return _show(project, Audience.PUBLIC, Event.PROJECT_PUBLISHED, revision=revision, reason=reason, by=by)


@transaction.atomic
def withhold_project(project: Project, *, revision: int, reason: str, by: Actor) -> Project:
    """Keep a project inside government. Raises NotAllowed, StaleRevision, RuleBroken."""
    return _show(project, Audience.GOVERNMENT, Event.PROJECT_WITHHELD, revision=revision, reason=reason, by=by)


def _show(project: Project, to: Audience, event: Event, *, revision: int, reason: str, by: Actor) -> Project:
    row = lock(project, revision)
    check(by, Permission.PROJECT_PUBLISH, row)
    rules.check_can_show(row, to)
    rules.check_reason(reason)
    before, row.audience = row.audience, to
    _change(row)
    record(event, row, by=by, reason=reason, before={"audience": before}, after={"audience": to})
    return row


def _change(row: Project) -> None:
    row.revision += 1
    row.changed_at = clock.now()
    row.save()


def _check_names(said: dict[str, Any]) -> None:
    if strange := sorted(set(said) - set(SAID)):
        raise TypeError(f"A project has no {strange[0]} that a person may say.")


def _clean(said: dict[str, Any]) -> dict[str, Any]:
    """Texts tidied; a text that is not given is empty."""
    return {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}


def _scopes(implementing: Institution, funder: Institution | None, space: Space | None) -> list[str]:
    own = [f"institution:{each.pk}" for each in (implementing, funder) if each]
    province = [f"province:{implementing.province_id}"] if implementing.province_id else []
    return [*own, *(space.scopes() if space else [*province, "national"])]


def _own_space(by: Actor) -> Space | None:
    """The one space for which the actor registers projects."""
    codes = by.codes_with(Permission.PROJECT_REGISTER, "space")
    return Space.objects.get(pk=next(iter(codes))) if len(codes) == 1 else None


def _put_somewhere_in(space: Space, row: Project) -> None:
    """A first place, to be refined: somewhere in the space."""
    now = clock.now()
    held = Placement.objects.create(
        project=row, purpose=Purpose.WORKS, method=PlaceMethod.SPACE, confidence=Confidence.LOW,
        evidence={"spaces": [space.pk]}, as_at=clock.today(), made_at=now,
        reason=_("Registered for %(space)s.") % {"space": space.name},
    )  # fmt: skip
    PlacementShare.objects.create(placement=held, space=space, fraction=1.0)
    row.method, row.confidence, row.space = PlaceMethod.SPACE, Confidence.LOW, space
    row.save(update_fields=["method", "confidence", "space"])


def _keep_pin(row: Project) -> None:
    """Only works have a pin: it goes with the kind, and comes back with it where the place is a geometry's."""
    if row.kind != ProjectKind.WORKS:
        row.longitude = row.latitude = row.cell = None
        row.is_doubtful = False
        return
    held = row.placements.filter(purpose=Purpose.WORKS, superseded_at=None).first()
    if row.cell is None and held is not None and held.method == PlaceMethod.GEOMETRY:
        [cell] = mercator.cells([held.longitude or 0], [held.latitude or 0]).tolist()
        if cell != mercator.NOWHERE:
            row.longitude, row.latitude, row.cell = held.longitude, held.latitude, cell
