"""What every page of an edition begins with: the edition the reader may see, the element, the way back, its history."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from oneplan.access.actors import Actor
from oneplan.access.checks import check, passes
from oneplan.access.permissions import Permission
from oneplan.plans import queries, rules
from oneplan.plans.choices import ElementKind
from oneplan.plans.models import Edition, Element
from oneplan.platform.audit import history, subject_key, told
from oneplan.platform.audit.telling import Told
from oneplan.spaces.views.frame import place_of

# The chapter of the workspace in which a kind of element stands.
CHAPTERS = {
    ElementKind.FINDING: "diagnostic",
    ElementKind.VISION: "vision",
    ElementKind.IMPACT: "vision",
    ElementKind.OUTCOME: "vision",
    ElementKind.STRATEGY: "strategies",
}


def edition_for(actor: Actor, code: str, number: int) -> Edition:
    """The edition, if the actor may read it; unseen and missing give the same 404."""
    return get_object_or_404(queries.visible_to(actor), plan_id=code, number=number)


def writable_edition_for(actor: Actor, code: str, number: int) -> Edition:
    """The edition, if the actor may write it now. Raises NotAllowed, RuleBroken."""
    edition = edition_for(actor, code, number)
    check(actor, Permission.PLAN_WRITE, edition)
    rules.check_can_write(edition)
    return edition


def element_for(edition: Edition, ref: str) -> Any:
    """The element of that reference, removed or not; else 404."""
    element = queries.element_of(edition, ref)
    if element is None:
        raise Http404
    return element


def may_write(actor: Actor, edition: Edition) -> bool:
    return passes(check, actor, Permission.PLAN_WRITE, edition) and passes(rules.check_can_write, edition)


def page_context(edition: Edition, **more: Any) -> dict[str, Any]:
    """What the frame and the breadcrumb of a page about an edition need."""
    space = edition.plan.space
    return {
        "edition": edition,
        "space": space,
        "place": place_of(space),
        "is_sample": edition.is_sample,
        "workspace": workspace_url(edition),
        **more,
    }


def workspace_url(edition: Edition, chapter: str = "", anchor: str = "") -> str:
    """The plan workspace, at a chapter and an element. It belongs to a room above; where that is absent, the space."""
    where = (edition.plan_id, edition.number)
    try:
        url = (
            reverse("joint_planning:chapter", args=(*where, chapter))
            if chapter
            else reverse("joint_planning:workspace", args=where)
        )
    except NoReverseMatch:
        url = f"/spaces/{edition.plan_id}/"
    return f"{url}#{anchor}" if anchor else url


def chapter_url(element: Element) -> str:
    """The place of an element in the workspace."""
    chapter = str(CHAPTERS.get(element.kind) or getattr(element, "chapter", ""))
    return workspace_url(element.edition, chapter, element.ref)


def told_history(actor: Actor, element: Element) -> Sequence[Told]:
    """What was done to an element, newest first; only for those who may read the drafts of its space.

    A draft was found by such a reader already (`edition_for`); what is published is found by everybody.
    """
    readable = queries.readable_spaces(actor).filter(pk=element.edition.plan_id)
    if element.edition.state in queries.PUBLISHED and not readable.exists():
        return []
    return told(history(element)[:100], subject_key(element))
