"""The verbs of content: as the pages do them, through the same actions. Changes ask for the element's ETag."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, cast

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Status

from oneplan.access.bearers import SIGNED_IN
from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.institutions.models import Institution, Post
from oneplan.plans import actions, queries
from oneplan.plans.api.routes import router
from oneplan.plans.api.shapes import (
    ElementRef,
    FindingShown,
    FindingTaken,
    OutcomeShown,
    OutcomeTaken,
    RemovedShown,
    RemoveTaken,
    ReviseFindingTaken,
    ReviseOutcomeTaken,
    ReviseStrategyTaken,
    StrategyShown,
    StrategyTaken,
    element,
)
from oneplan.plans.exports import told
from oneplan.plans.models import Edition, Element, Finding, Outcome, Strategy
from oneplan.platform.rest.codes import known
from oneplan.platform.rest.paging import Count, Listed, Paging, paged
from oneplan.platform.rest.schemas import Code, Shown, Taken, given
from oneplan.platform.rest.tags import expecting, tag_of

EDITION = "/plans/{code}/editions/{number}"
MOST_NUMBER = 32_767
REMOVED = EDITION + "/removed"
KINDS: dict[str, Literal["findings", "outcomes", "strategies"]] = {"F": "findings", "O": "outcomes", "S": "strategies"}


def edition_for(request: ActorHttpRequest, code: str, number: int) -> Edition:
    """The edition, where the caller may read it; else 404, as if there were none."""
    if number > MOST_NUMBER:
        raise Http404
    found: Edition = get_object_or_404(queries.visible_to(request.actor), plan=code, number=number)
    return found


def drafted(edition: Edition, ref: str) -> Shown:
    """An element as the tables hold it now. Raises Http404 where it is not, or was removed."""
    kind = KINDS.get(ref[:1], "")
    content = queries.content(edition, ref=ref)
    found = [each for each in told(content)[kind] if each["ref"] == ref] if kind else []
    if not found:
        raise Http404
    shown: Shown = element(kind, found[0], is_sample=edition.is_sample)
    return shown


def _fields(taken: Taken, *but: str) -> dict[str, Any]:
    """What was sent, with codes turned into rows where the actions take rows."""
    fields = given(taken, *but)
    for name, model, noun in (("owner_post", Post, _("post")), ("reported_by", Institution, _("institution"))):
        if fields.get(name):
            fields[name] = known(model, fields[name], noun)
    return fields


def _create(
    request: ActorHttpRequest, response: HttpResponse, code: str, number: int, make: Callable[[Edition], Any]
) -> Any:
    edition = edition_for(request, code, number)
    row = make(edition)
    shown = drafted(edition, row.ref)
    response["ETag"] = tag_of(shown)
    response["Location"] = f"/api/v1/plans/{code}/editions/{number}/{KINDS[row.ref[:1]]}/{row.ref}"
    return Status(201, shown)


def _change(
    request: ActorHttpRequest, response: HttpResponse, code: str, number: int, ref: str, act: Callable[[Any], Any]
) -> Shown:
    edition = edition_for(request, code, number)
    row = queries.element_of(edition, ref)
    if row is None:
        raise Http404
    with expecting(request, lambda: drafted(edition, ref)):
        act(row)
    shown = drafted(edition, ref)
    response["ETag"] = tag_of(shown)
    return shown


def _remove(request: ActorHttpRequest, code: str, number: int, ref: str, taken: RemoveTaken) -> Any:
    edition = edition_for(request, code, number)
    row = queries.element_of(edition, ref)
    if row is None:
        raise Http404
    with expecting(request, lambda: drafted(edition, ref)):
        actions.remove_element(row, revision=row.revision, by=request.actor, reason=taken.reason)
    return Status(204, None)


def _asks_tag(kind: str) -> dict[str, Any]:
    return {"x-etag-of": f"/api/v1{EDITION}/{kind}/{{ref}}"}


@router.post(
    EDITION + "/findings", auth=SIGNED_IN, response={201: FindingShown}, summary="Record a finding", tags=["Content"]
)
def record_finding(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, taken: FindingTaken
) -> Any:
    """Add a finding to an edition in progress."""
    return _create(
        request, response, code, number,
        lambda edition: actions.record_finding(edition, by=request.actor, **_fields(taken)),
    )  # fmt: skip


@router.patch(
    EDITION + "/findings/{ref}", auth=SIGNED_IN, response=FindingShown, openapi_extra=_asks_tag("findings"),
    summary="Revise a finding", tags=["Content"],
)  # fmt: skip
def revise_finding(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, ref: ElementRef,
    taken: ReviseFindingTaken,
) -> Any:  # fmt: skip
    """Change the fields that are sent."""
    return _change(
        request, response, code, number, _of("F", ref),
        lambda row: actions.revise_finding(row, revision=row.revision, by=request.actor, **_fields(taken)),
    )  # fmt: skip


@router.post(
    EDITION + "/findings/{ref}/remove", auth=SIGNED_IN, response={204: None}, openapi_extra=_asks_tag("findings"),
    summary="Remove a finding", tags=["Content"],
)  # fmt: skip
def remove_finding(request: ActorHttpRequest, code: Code, number: Count, ref: ElementRef, taken: RemoveTaken) -> Any:
    """Take a finding out of the plan. It can be restored."""
    return _remove(request, code, number, _of("F", ref), taken)


@router.post(
    EDITION + "/outcomes", auth=SIGNED_IN, response={201: OutcomeShown}, summary="Set an outcome", tags=["Content"]
)
def set_outcome(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, taken: OutcomeTaken
) -> Any:
    """Add an outcome to an edition in progress."""
    return _create(
        request, response, code, number,
        lambda edition: actions.set_outcome(edition, by=request.actor, **_fields(taken)),
    )  # fmt: skip


@router.patch(
    EDITION + "/outcomes/{ref}", auth=SIGNED_IN, response=OutcomeShown, openapi_extra=_asks_tag("outcomes"),
    summary="Revise an outcome", tags=["Content"],
)  # fmt: skip
def revise_outcome(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, ref: ElementRef,
    taken: ReviseOutcomeTaken,
) -> Any:  # fmt: skip
    """Change the fields that are sent."""
    return _change(
        request, response, code, number, _of("O", ref),
        lambda row: actions.revise_outcome(row, revision=row.revision, by=request.actor, **_fields(taken)),
    )  # fmt: skip


@router.post(
    EDITION + "/outcomes/{ref}/remove", auth=SIGNED_IN, response={204: None}, openapi_extra=_asks_tag("outcomes"),
    summary="Remove an outcome", tags=["Content"],
)  # fmt: skip
def remove_outcome(request: ActorHttpRequest, code: Code, number: Count, ref: ElementRef, taken: RemoveTaken) -> Any:
    """Take an outcome out of the plan. It can be restored."""
    return _remove(request, code, number, _of("O", ref), taken)


@router.post(
    EDITION + "/strategies", auth=SIGNED_IN, response={201: StrategyShown}, summary="Formulate a strategy",
    tags=["Content"],
)  # fmt: skip
def formulate_strategy(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, taken: StrategyTaken
) -> Any:
    """Add a strategy to an edition in progress."""
    return _create(
        request, response, code, number,
        lambda edition: actions.formulate_strategy(edition, by=request.actor, **_fields(taken)),
    )  # fmt: skip


@router.patch(
    EDITION + "/strategies/{ref}", auth=SIGNED_IN, response=StrategyShown, openapi_extra=_asks_tag("strategies"),
    summary="Revise a strategy", tags=["Content"],
)  # fmt: skip
def revise_strategy(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, ref: ElementRef,
    taken: ReviseStrategyTaken,
) -> Any:  # fmt: skip
    """Change the fields that are sent."""
    return _change(
        request, response, code, number, _of("S", ref),
        lambda row: actions.revise_strategy(row, revision=row.revision, by=request.actor, **_fields(taken)),
    )  # fmt: skip


@router.post(
    EDITION + "/strategies/{ref}/remove", auth=SIGNED_IN, response={204: None}, openapi_extra=_asks_tag("strategies"),
    summary="Remove a strategy", tags=["Content"],
)  # fmt: skip
def remove_strategy(request: ActorHttpRequest, code: Code, number: Count, ref: ElementRef, taken: RemoveTaken) -> Any:
    """Take a strategy out of the plan. It can be restored."""
    return _remove(request, code, number, _of("S", ref), taken)


# --- what was removed ------------------------------------------------------------------------------------------------


def _written(request: ActorHttpRequest, code: str, number: int) -> Edition:
    """The edition, for who writes its plan; to others nothing was removed. Raises Http404."""
    edition = edition_for(request, code, number)
    if not passes(check, request.actor, Permission.PLAN_WRITE, edition):
        raise Http404
    return edition


def _removed(request: ActorHttpRequest, code: str, number: int, ref: str) -> Element:
    """An element that was taken out, for who writes the plan. Raises Http404."""
    edition = _written(request, code, number)
    row: Element | None = queries.element_of(edition, ref)
    if row is None or row.removed_at is None:
        raise Http404
    return row


def _shown_removed(row: Element) -> RemovedShown:
    said = row.title if isinstance(row, Strategy) else cast(Finding | Outcome, row).statement
    return RemovedShown(
        ref=row.ref, is_sample=row.edition.is_sample, kind=KINDS[row.ref[:1]], text=said,
        removed_at=cast(datetime, row.removed_at),
        revision=row.revision,
    )  # fmt: skip


@router.get(
    REMOVED, auth=SIGNED_IN, response=Listed[RemovedShown], summary="What was removed from an edition",
    tags=["Content"],
)  # fmt: skip
def list_removed(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, asked: Query[Paging]
) -> dict[str, Any]:
    """Findings, outcomes and strategies that can be restored, the latest first; for those who may write the plan."""
    edition = _written(request, code, number)
    return paged(request, response, queries.removed_elements(edition, tuple(KINDS)), asked, _shown_removed)


@router.get(REMOVED + "/{ref}", auth=SIGNED_IN, response=RemovedShown, summary="One removed element", tags=["Content"])
def read_removed(request: ActorHttpRequest, code: Code, number: Count, ref: ElementRef) -> RemovedShown:
    """What was taken out. Its ETag is what restoring asks for."""
    return _shown_removed(_removed(request, code, number, ref))


@router.post(
    REMOVED + "/{ref}/restore", auth=SIGNED_IN, response={204: None}, openapi_extra=_asks_tag("removed"),
    summary="Restore an element", tags=["Content"],
)  # fmt: skip
def restore_element(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, ref: ElementRef
) -> Any:
    """Bring a removed finding, outcome or strategy back, with its links. The header Location says where it stands."""
    row = _removed(request, code, number, ref)
    with expecting(request, lambda: _shown_removed(_removed(request, code, number, ref))):
        actions.restore_element(row, revision=row.revision, by=request.actor)
    response["Location"] = f"/api/v1/plans/{code}/editions/{number}/{KINDS[ref[:1]]}/{ref}"
    return Status(204, None)


def _of(letter: str, ref: str) -> str:
    """A reference of that kind; another kind is nothing at this address."""
    if not ref.startswith(letter):
        raise Http404
    return ref
