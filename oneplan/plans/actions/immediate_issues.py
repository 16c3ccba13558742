"""Raising, revising and resolving what cannot wait."""

from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.institutions.models import Post
from oneplan.periods import clock
from oneplan.plans import rules
from oneplan.plans.actions.editions import involve
from oneplan.plans.actions.writing import open_for_writing, touch
from oneplan.plans.choices import EditionState, Event
from oneplan.plans.models import Edition, ImmediateIssue
from oneplan.plans.queries import element_of
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken

FIELDS = ("kind", "service", "households", "households_source", "owner_post", "due_on")


class ImmediateFields(TypedDict, total=False):
    """What an immediate issue says: `kind` is a code of ImmediateKind, `owner_post` the post that must resolve it."""

    kind: str
    service: str
    households: int | None
    households_source: str
    owner_post: Post | None
    due_on: date | None


@transaction.atomic
def raise_immediate_issue(
    edition: Edition, ref: str, *, by: Actor, **fields: Unpack[ImmediateFields]
) -> ImmediateIssue:
    """Mark an element of the plan, or a commitment by its reference, as something that cannot wait.

    The institution of the owner post is involved in the plan, so that it can read what it owes.
    Raises RuleBroken (no such element, raised before, something missing), NotAllowed.
    """
    edition = open_for_writing(edition, by)
    _check_subject(edition, ref)
    clean = rules.clean_immediate_issue(edition, fields)
    issue = ImmediateIssue.objects.create(edition=edition, ref=ref, raised_at=clock.now(), **clean)
    involve(edition.plan, issue.owner_post.institution, by=by)
    touch(edition)
    record(Event.IMMEDIATE_RAISED, issue, by=by, after=_told(issue))
    return issue


@transaction.atomic
def revise_immediate_issue(
    issue: ImmediateIssue, *, revision: int, by: Actor, reason: str, **changes: Unpack[ImmediateFields]
) -> ImmediateIssue:
    """Change what an unresolved issue says, such as its owner or its day; the reason is shown on the board's history.

    Raises StaleRevision, RuleBroken, NotAllowed.
    """
    edition = open_for_writing(issue.edition, by)
    row = ImmediateIssue.objects.select_for_update(of=("self",)).select_related("owner_post").get(pk=issue.pk)
    row.edition = edition
    rules.check_revision(row, revision)
    rules.check_reason(reason)
    if row.resolved_on:
        raise RuleBroken(_("%(ref)s is resolved. Raise a new issue if the need came back.") % {"ref": row.ref})
    before = _told(row)
    given = {**{name: getattr(row, name) for name in FIELDS}, **changes}
    for name, value in rules.clean_immediate_issue(edition, given).items():
        setattr(row, name, value)
    row.revision += 1
    row.save()
    involve(edition.plan, row.owner_post.institution, by=by)
    touch(edition)
    record(Event.IMMEDIATE_REVISED, row, by=by, reason=reason, before=before, after=_told(row))
    return row


@transaction.atomic
def resolve_immediate_issue(
    issue: ImmediateIssue, *, how: str, revision: int, by: Actor, resolved_on: date | None = None
) -> ImmediateIssue:
    """Record that an issue is resolved, since when and how. Nobody waits for the next edition to say so.

    That is a fact of delivery, not content: it may be recorded while an edition is frozen or in force, in every edition
    of the plan that carries the issue, and leaves their canonical content as it is.
    Raises StaleRevision, RuleBroken (resolved already, no account of how, a day to come), NotAllowed.
    """
    rules.check_may_resolve(by, issue)
    row = ImmediateIssue.objects.select_for_update(of=("self",)).select_related("edition__plan").get(pk=issue.pk)
    rules.check_revision(row, revision)
    day = resolved_on or clock.today()
    rules.check_can_resolve(row, how, day)
    everywhere = ImmediateIssue.objects.filter(
        edition__plan=row.edition.plan,
        edition__state__in=[EditionState.OPEN, EditionState.FROZEN, EditionState.ADOPTED],
        ref=row.ref,
        resolved_on=None,
    )
    told: dict[str, Any] = {"resolved_on": day, "resolution": rules.tidy(how)}
    everywhere.update(revision=F("revision") + 1, **told)
    record(Event.IMMEDIATE_RESOLVED, row, by=by, after=told)
    row.refresh_from_db(fields=["revision", "resolved_on", "resolution"])
    return row


def _check_subject(edition: Edition, ref: str) -> None:
    """A live element of this edition, or the reference of a commitment; urgent only once."""
    if rules.is_element_ref(ref):
        element = element_of(edition, ref)
        if element is None or element.removed_at is not None:
            raise RuleBroken(_("This edition has no element %(ref)s, or it was removed.") % {"ref": ref})
    elif not rules.is_ref(ref):
        raise RuleBroken(_("“%(ref)s” is no reference of an element or of a commitment.") % {"ref": ref})
    if ImmediateIssue.objects.filter(edition=edition, ref=ref, resolved_on=None).exists():
        raise RuleBroken(_("%(ref)s is on the board of immediate issues already.") % {"ref": ref})


def _told(issue: ImmediateIssue) -> dict[str, Any]:
    told = {name: getattr(issue, name) for name in FIELDS}
    return {**told, "owner_post": issue.owner_post.code}
