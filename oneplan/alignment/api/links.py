"""The interface to links: what belongs together, who said so, and which part of a budget line it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Status
from pydantic import StringConstraints

from oneplan.access.bearers import SIGNED_IN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.alignment.actions import linking
from oneplan.alignment.choices import LinkAnswerKind, LinkKind, LinkOrigin, LinkState
from oneplan.alignment.link_words import end_named, evidence_sentences
from oneplan.alignment.models import Link, LinkAnswer
from oneplan.alignment.picking import chosen, find_choices
from oneplan.alignment.queries.links import LinkFilters, links_visible_to
from oneplan.alignment.sharing import share_as
from oneplan.budgets.choices import AmountType
from oneplan.commitments import queries as commitments
from oneplan.institutions.models import Institution
from oneplan.periods.years import Basis
from oneplan.platform.errors import RuleBroken
from oneplan.platform.rest.codes import LAST_ID
from oneplan.platform.rest.paging import Count, Listed, Paging, paged
from oneplan.platform.rest.schemas import TEXT, Code, Fraction, RandText, Reason, Shown, decimal_text
from oneplan.platform.rest.tags import expecting, tag_of
from oneplan.projects import queries as projects

router = Router(tags=["Links"], auth=SIGNED_IN)
OF_LINK: dict[str, Any] = {"x-etag-of": "/api/v1/links/{link}"}
_Year = Annotated[int, Field(ge=1994, le=2100)]
_Words = Annotated[str, StringConstraints(max_length=200, pattern=TEXT)]


class EndShown(Shown):
    """One end of a link."""

    what: str
    ref: str
    title: str
    href: str


class AnswerShown(Shown):
    """What an institution that the link binds said of it."""

    institution: str
    answer: LinkAnswerKind
    reason: str
    answered_by: str
    answered_at: datetime
    is_standing: bool


class LinkShown(Shown):
    """Two things that belong together, or perhaps do. Only confirmed links count."""

    id: int
    kind: LinkKind
    state: LinkState
    left: EndShown
    right: EndShown
    share: str | None = Field(description="Which part of a budget line it is, 0 to 1.")
    confidence: float | None = Field(description="0 to 1; none where a person wrote it.")
    origin: LinkOrigin
    why: list[str]
    reason: str
    answers: list[AnswerShown]
    proposed_at: datetime
    decided_at: datetime | None
    revision: int


class LinkFilter(Paging):
    """Several values of one filter are alternatives; without a state the proposed ones are meant."""

    kind: list[LinkKind] = []
    state: list[LinkState] = []
    space: list[Code] = []
    institution: list[Code] = []
    q: _Words = ""


class ChoiceShown(Shown):
    """What can be linked: send its `value`."""

    value: str
    title: str
    words: str


class LinkTaken(Reason):
    """A link from a commitment or a project. `other` is the `value` of a choice, found by the same words."""

    kind: LinkKind
    commitment: Code | None = None
    project: Code | None = None
    other: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=TEXT)]
    q: _Words = ""


class ShareTaken(Reason):
    """Which part of the line: as a fraction, or as rand of one of its years."""

    share: Fraction | None = None
    rand: RandText | None = None
    year: _Year | None = Field(None, description="The calendar year in which the financial year begins.")
    basis: Basis | None = None
    amount_type: AmountType | None = None


class AnswerTaken(Reason):
    institution: Code
    answer: LinkAnswerKind


def _shown(row: Link) -> LinkShown:
    ends = [end_named(getattr(row, name)) for name in row.ends]
    left, right = (EndShown(what=each.what, ref=each.ref, title=each.title, href=each.href) for each in ends)
    return LinkShown(
        id=row.pk, kind=LinkKind(row.kind), state=LinkState(row.state), left=left, right=right,
        share=decimal_text(row.share), confidence=row.confidence, origin=LinkOrigin(row.origin),
        why=evidence_sentences(row), reason=row.reason, answers=[_answer(each) for each in row.answers.all()],
        proposed_at=row.proposed_at, decided_at=row.decided_at, revision=row.revision,
    )  # fmt: skip


def _answer(row: LinkAnswer) -> AnswerShown:
    return AnswerShown(
        institution=row.institution_id, answer=LinkAnswerKind(row.answer), reason=row.reason,
        answered_by=row.answered_by, answered_at=row.answered_at, is_standing=row.is_standing,
    )  # fmt: skip


def _find(request: ActorHttpRequest, number: int) -> Link:
    rows = links_visible_to(request.actor).prefetch_related("answers")
    return get_object_or_404(rows, pk=number if number <= LAST_ID else None)


@router.get("/links", response=Listed[LinkShown], summary="Links")
def list_links(request: ActorHttpRequest, response: HttpResponse, asked: Query[LinkFilter]) -> dict[str, Any]:
    """Links of which I may see both ends, the surest first."""
    filters = LinkFilters(
        kind=tuple(asked.kind), state=tuple(asked.state), space=tuple(asked.space),
        institution=tuple(asked.institution), q=(asked.q,) if asked.q else (),
    )  # fmt: skip
    rows = filters.apply(links_visible_to(request.actor)).prefetch_related("answers").order_by("-confidence", "pk")
    return paged(request, response, rows, asked, _shown)


class ChoiceFilter(Paging):
    kind: LinkKind
    commitment: Code | None = None
    project: Code | None = None
    q: _Words = ""


def _own(request: ActorHttpRequest, kind: LinkKind, commitment: str | None, project: str | None) -> Any:
    """The end from which it is linked. RuleBroken where the kind begins with something else; else 404."""
    if kind in (LinkKind.COMMITMENT_LINE, LinkKind.COMMITMENT_ITEM) and commitment:
        return get_object_or_404(commitments.visible_to(request.actor), ref=commitment)
    if kind in (LinkKind.PROJECT_LINE, LinkKind.PROJECT_ITEM) and project:
        return get_object_or_404(projects.visible_to(request.actor), ref=project)
    raise RuleBroken("Name the commitment or the project from which you link, as the kind of link says.")


@router.get("/link-choices", response=Listed[ChoiceShown], summary="What a commitment or project can be linked with")
def list_link_choices(request: ActorHttpRequest, response: HttpResponse, asked: Query[ChoiceFilter]) -> dict[str, Any]:
    """Lines and items that fit the words, the largest first; without words those of the institutions that take part."""
    own = _own(request, asked.kind, asked.commitment, asked.project)
    found = find_choices(asked.kind, own, asked.q, by=request.actor)
    return paged(
        request, response, found, asked, lambda each: ChoiceShown(value=each.value, title=each.title, words=each.words)
    )


@router.post("/links", response={201: LinkShown}, summary="Propose a link")
def write_link(request: ActorHttpRequest, response: HttpResponse, taken: LinkTaken) -> Any:
    """Say that two things belong together. It counts once it is confirmed."""
    own = _own(request, taken.kind, taken.commitment, taken.project)
    ends = chosen(taken.kind, own, taken.other, taken.q, by=request.actor)
    row = linking.write_link(taken.kind, *ends, by=request.actor, reason=taken.reason)
    now = _shown(_find(request, row.pk))
    response["Location"], response["ETag"] = f"/api/v1/links/{row.pk}", tag_of(now)
    return Status(201, now)


@router.get("/links/{link}", response=LinkShown, summary="One link")
def read_link(request: ActorHttpRequest, link: Count) -> LinkShown:
    """A link. Its ETag is what every decision asks for."""
    return _shown(_find(request, link))


def _decide(
    request: ActorHttpRequest, response: HttpResponse, number: int, act: Callable[..., Any], **said: Any
) -> LinkShown:
    row = _find(request, number)
    with expecting(request, lambda: _shown(_find(request, number))):
        act(row, revision=row.revision, by=request.actor, **said)
    now = _shown(_find(request, number))
    response["ETag"] = tag_of(now)
    return now


def _share(request: ActorHttpRequest, number: int, taken: ShareTaken) -> Any:
    row = _find(request, number)
    return share_as(
        row, share=taken.share, rand=taken.rand, year=taken.year, basis=taken.basis, amount_type=taken.amount_type,
        by=request.actor,
    )  # fmt: skip


@router.post("/links/{link}/confirm", response=LinkShown, openapi_extra=OF_LINK, summary="They belong together")
def confirm_link(request: ActorHttpRequest, response: HttpResponse, link: Count, taken: ShareTaken) -> Any:
    """From now on it counts. Of a line that pays, without a share it gets all that is left of the line."""
    share = _share(request, link, taken)
    return _decide(request, response, link, linking.confirm_link, reason=taken.reason, share=share)


@router.post("/links/{link}/reject", response=LinkShown, openapi_extra=OF_LINK, summary="They do not belong together")
def reject_link(request: ActorHttpRequest, response: HttpResponse, link: Count, taken: Reason) -> Any:
    """It is not proposed again."""
    return _decide(request, response, link, linking.reject_link, reason=taken.reason)


@router.post("/links/{link}/dispute", response=LinkShown, openapi_extra=OF_LINK, summary="It is doubted")
def dispute_link(request: ActorHttpRequest, response: HttpResponse, link: Count, taken: Reason) -> Any:
    """It does not count until it is confirmed again."""
    return _decide(request, response, link, linking.dispute_link, reason=taken.reason)


@router.post("/links/{link}/withdraw", response=LinkShown, openapi_extra=OF_LINK, summary="It holds no longer")
def withdraw_link(request: ActorHttpRequest, response: HttpResponse, link: Count, taken: Reason) -> Any:
    """It is kept and counts no more."""
    return _decide(request, response, link, linking.withdraw_link, reason=taken.reason)


@router.post("/links/{link}/reopen", response=LinkShown, openapi_extra=OF_LINK, summary="Take the decision back")
def reopen_link(request: ActorHttpRequest, response: HttpResponse, link: Count, taken: Reason) -> Any:
    """It is proposed again."""
    return _decide(request, response, link, linking.reopen_link, reason=taken.reason)


@router.post("/links/{link}/share", response=LinkShown, openapi_extra=OF_LINK, summary="Which part of the line")
def share_line(request: ActorHttpRequest, response: HttpResponse, link: Count, taken: ShareTaken) -> Any:
    """Change the share of a budget line."""
    share = _share(request, link, taken)
    if share is None:
        raise RuleBroken("Say the share: as a fraction, or as rand of one of the line's years.")
    return _decide(request, response, link, linking.share_line, reason=taken.reason, share=share)


@router.post("/links/{link}/answer", response=LinkShown, openapi_extra=OF_LINK, summary="Answer for an institution")
def answer_link(request: ActorHttpRequest, response: HttpResponse, link: Count, taken: AnswerTaken) -> Any:
    """What the accounting officer of an institution that the link binds says of it, or who holds a delegation."""
    institution = get_object_or_404(Institution, pk=taken.institution)
    return _decide(
        request, response, link, linking.answer_link, institution=institution, answer=taken.answer, reason=taken.reason
    )
