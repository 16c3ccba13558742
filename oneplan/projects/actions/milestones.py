"""Dated steps of a project."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken, StaleRevision
from oneplan.projects import rules
from oneplan.projects.actions.keeping import lock
from oneplan.projects.choices import Event
from oneplan.projects.models import Milestone, Project

_SAID = ("title", "due_on", "reached_on", "source")


@transaction.atomic
def set_milestone(
    project: Project, *, title: str, due_on: date | None = None, reached_on: date | None = None, source: str = "",
    held: Milestone | None = None, revision: int | None = None, by: Actor,
) -> Milestone:  # fmt: skip
    """Set a milestone, or change the one `held`, of which `revision` was read.

    Raises NotAllowed, StaleRevision, RuleBroken.
    """
    project = lock(project)
    check(by, Permission.PROJECT_REGISTER, project)
    rules.check_can_correct(project)
    title = title.strip()
    rules.check_milestone(title, due_on, reached_on, clock.today())
    row = _locked(held, revision) if held else Milestone(project=project, revision=0)
    if project.milestones.filter(title=title).exclude(pk=row.pk).exists():
        raise RuleBroken(_("There is a milestone “%(title)s” already. Change that one.") % {"title": title})
    before = {name: getattr(row, name) for name in _SAID} if held else {}
    row.title, row.due_on, row.reached_on, row.source = title, due_on, reached_on, source.strip()
    row.revision += 1
    row.save()
    record(Event.MILESTONE_SET, project, by=by, before=before, after={name: getattr(row, name) for name in _SAID})
    return row


@transaction.atomic
def remove_milestone(milestone: Milestone, *, revision: int, reason: str, by: Actor) -> None:
    """Take a milestone away; the history keeps it. Raises NotAllowed, StaleRevision, RuleBroken."""
    project = lock(milestone.project)
    check(by, Permission.PROJECT_REGISTER, project)
    rules.check_can_correct(project)
    rules.check_reason(reason)
    row = _locked(milestone, revision)
    record(Event.MILESTONE_REMOVED, project, by=by, reason=reason, before={name: getattr(row, name) for name in _SAID})
    row.delete()


def _locked(milestone: Milestone, revision: int | None) -> Milestone:
    row = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if revision is not None and row.revision != revision:
        raise StaleRevision(current=row)
    return row
