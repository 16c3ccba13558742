"""What can be done to an element of any kind: remove and restore it, mark it, link it to priorities."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.periods import clock
from oneplan.plans import rules
from oneplan.plans.actions.writing import element_for_writing, save, snapshot
from oneplan.plans.choices import Event
from oneplan.plans.models import Element, ImmediateIssue, Marking, PriorityLink
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken

E = TypeVar("E", bound=Element)


@transaction.atomic
def remove_element(element: E, *, revision: int, by: Actor, reason: str = "") -> E:
    """Take an element out of the plan. Row, links and reference stay, so that it can be restored.

    Raises StaleRevision, RuleBroken (an immediate issue rests on it), NotAllowed.
    """
    row = element_for_writing(element, revision, by)
    if ImmediateIssue.objects.filter(edition_id=row.edition_id, ref=row.ref, resolved_on=None).exists():
        raise RuleBroken(
            _("%(ref)s is an unresolved immediate issue. Resolve it first; urgent needs do not vanish with a text.")
            % {"ref": row.ref}
        )
    row.removed_at = clock.now()
    save(row)
    record(Event.ELEMENT_REMOVED, row, by=by, reason=reason, before=snapshot(row))
    return row


@transaction.atomic
def restore_element(element: E, *, revision: int, by: Actor) -> E:
    """Bring a removed element back, with its links. Raises StaleRevision, RuleBroken, NotAllowed."""
    row = element_for_writing(element, revision, by, removed=True)
    row.removed_at = None
    save(row)
    record(Event.ELEMENT_RESTORED, row, by=by, after=snapshot(row))
    return row


@transaction.atomic
def mark_element(element: E, marker: str, *, justification: str, revision: int, by: Actor) -> E:
    """Say that an element serves a cross-cutting marker, and how. A second time replaces the justification.

    Raises StaleRevision, RuleBroken (unknown marker, no justification), NotAllowed.
    """
    row = element_for_writing(element, revision, by)
    rules.check_justification(marker, justification)
    told = {"justification": rules.tidy(justification)}
    known = Marking.objects.filter(edition_id=row.edition_id, ref=row.ref, marker=marker).first()
    Marking.objects.update_or_create(edition_id=row.edition_id, ref=row.ref, marker=marker, defaults=told)
    save(row)
    before = {"justification": known.justification} if known else None
    record(Event.ELEMENT_MARKED, row, by=by, before=before, after=told, marker=marker)
    return row


@transaction.atomic
def unmark_element(element: E, marker: str, *, revision: int, by: Actor) -> E:
    """Take a marker off an element. Raises StaleRevision, RuleBroken (it is not marked so), NotAllowed."""
    row = element_for_writing(element, revision, by)
    marking = Marking.objects.filter(edition_id=row.edition_id, ref=row.ref, marker=marker).first()
    if marking is None:
        raise RuleBroken(_("%(ref)s does not carry this marker.") % {"ref": row.ref})
    marking.delete()
    save(row)
    record(Event.ELEMENT_UNMARKED, row, by=by, before={"justification": marking.justification}, marker=marker)
    return row


@transaction.atomic
def link_priorities(
    element: E,
    priorities: Iterable[str],
    *,
    revision: int,
    by: Actor,
    in_words: Mapping[str, Iterable[str]] | None = None,
) -> E:
    """State which national and provincial priorities an element serves: these, and no others.

    `priorities` are codes such as "mtdp-1"; `in_words` names, by the code of an open list ("pgds"), priorities in that
    document's own words. Raises StaleRevision, RuleBroken (no such priority), NotAllowed.
    """
    row = element_for_writing(element, revision, by)
    wanted = {(code, "") for code in priorities}
    worded = {
        code: [rules.tidy(each) for each in words if rules.tidy(each)] for code, words in (in_words or {}).items()
    }
    rules.check_priorities([code for code, _words in wanted], worded)
    wanted |= {(code, words) for code, every in worded.items() for words in every}
    links = PriorityLink.objects.filter(edition_id=row.edition_id, ref=row.ref)
    stored = {(link.priority, link.words): link for link in links}
    if stored.keys() == wanted:
        return row
    links.filter(pk__in=[link.pk for key, link in stored.items() if key not in wanted]).delete()
    PriorityLink.objects.bulk_create(
        PriorityLink(edition_id=row.edition_id, ref=row.ref, priority=code, words=words)
        for code, words in sorted(wanted - stored.keys())
    )
    save(row)
    before, after = ([": ".join(filter(None, key)) for key in sorted(keys)] for keys in (stored, wanted))
    record(Event.PRIORITIES_LINKED, row, by=by, before={"priorities": before}, after={"priorities": after})
    return row
