"""The interface to clashes and ties."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router

from oneplan.access.bearers import SIGNED_IN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.alignment import actions, queries
from oneplan.alignment.choices import ClashKind, ClashState, TieState
from oneplan.alignment.models import Clash, Tie
from oneplan.alignment.queries import ClashFilters
from oneplan.alignment.sentences import sentence
from oneplan.platform.rest.codes import LAST_ID
from oneplan.platform.rest.paging import Count, Listed, Paging, paged
from oneplan.platform.rest.schemas import Code, Reason, Shown
from oneplan.platform.rest.tags import expecting, tag_of

router = Router(tags=["Clashes and ties"], auth=SIGNED_IN)
OF_CLASH: dict[str, Any] = {"x-etag-of": "/api/v1/clashes/{number}"}
OF_TIE: dict[str, Any] = {"x-etag-of": "/api/v1/ties/{number}"}
Row = TypeVar("Row", Clash, Tie)
Answer = TypeVar("Answer", bound=Shown)


class ClashShown(Shown):
    """Two projects that get in each other's way, or one that lacks what must be there first."""

    id: int
    kind: ClashKind
    rule: str
    sentence: str = Field(description="What, where and when, in words.")
    left: str
    right: str | None
    weight: float = Field(description="0 to 1: how sure the rule is.")
    starts_on: date | None
    ends_on: date | None
    metres: float | None
    evidence: dict[str, Any]
    state: ClashState
    reason: str
    found_at: datetime
    dismissed_at: datetime | None
    revision: int


class TieShown(Shown):
    """A commitment and the project by which it is delivered, or perhaps is."""

    id: int
    commitment: str
    project: str
    likeness: float
    state: TieState
    proposed_at: datetime
    decided_at: datetime | None
    revision: int


class ClashFilter(Paging):
    """Several values of one filter are alternatives; without a state the open ones are meant."""

    kind: list[ClashKind] = []
    state: list[ClashState] = []
    space: list[Code] = []


class TieFilter(Paging):
    state: list[TieState] = []
    commitment: Code | None = Field(None, description="By reference.")
    project: Code | None = Field(None, description="By reference.")


def _clash(row: Clash) -> ClashShown:
    return ClashShown(
        id=row.pk, kind=ClashKind(row.kind), rule=row.rule, sentence=sentence(row), left=row.left.ref,
        right=row.right.ref if row.right else None, weight=row.weight, starts_on=row.starts_on, ends_on=row.ends_on,
        metres=row.metres, evidence=row.evidence, state=ClashState(row.state), reason=row.reason,
        found_at=row.found_at, dismissed_at=row.dismissed_at, revision=row.revision,
    )  # fmt: skip


def _tie(row: Tie) -> TieShown:
    return TieShown(
        id=row.pk, commitment=row.commitment.ref, project=row.project.ref, likeness=row.likeness,
        state=TieState(row.state), proposed_at=row.proposed_at, decided_at=row.decided_at, revision=row.revision,
    )  # fmt: skip


def _find_clash(request: ActorHttpRequest, number: int) -> Clash:
    return get_object_or_404(queries.clashes_visible_to(request.actor), pk=number if number <= LAST_ID else None)


def _find_tie(request: ActorHttpRequest, number: int) -> Tie:
    return get_object_or_404(queries.ties_visible_to(request.actor), pk=number if number <= LAST_ID else None)


@router.get("/clashes", response=Listed[ClashShown], summary="Clashes")
def list_clashes(request: ActorHttpRequest, response: HttpResponse, asked: Query[ClashFilter]) -> dict[str, Any]:
    """Clashes of projects that I may see, the surest first."""
    filters = ClashFilters(kind=tuple(asked.kind), state=tuple(asked.state), space=tuple(asked.space))
    rows = filters.apply(queries.clashes_visible_to(request.actor)).order_by("-weight", "pk")
    return paged(request, response, rows, asked, _clash)


@router.get("/clashes/{number}", response=ClashShown, summary="One clash")
def read_clash(request: ActorHttpRequest, number: Count) -> ClashShown:
    """A clash. Its ETag is what every decision asks for."""
    return _clash(_find_clash(request, number))


def _decide(
    request: ActorHttpRequest, response: HttpResponse, find: Callable[[], Row], show: Callable[[Row], Answer],
    taken: Reason, act: Callable[..., Any],
) -> Answer:  # fmt: skip
    """Do what was decided on the version that its sender saw; show it as it stands then."""
    row = find()
    with expecting(request, lambda: show(find())):
        act(row, revision=row.revision, reason=taken.reason, by=request.actor)
    now = show(find())
    response["ETag"] = tag_of(now)
    return now


@router.post("/clashes/{number}/dismiss", response=ClashShown, openapi_extra=OF_CLASH, summary="It is none")
def dismiss_clash(request: ActorHttpRequest, response: HttpResponse, number: Count, taken: Reason) -> Any:
    """Dismiss a clash with the reason."""
    return _decide(request, response, lambda: _find_clash(request, number), _clash, taken, actions.dismiss_clash)


@router.post("/clashes/{number}/reopen", response=ClashShown, openapi_extra=OF_CLASH, summary="It is one after all")
def reopen_clash(request: ActorHttpRequest, response: HttpResponse, number: Count, taken: Reason) -> Any:
    """Open a dismissed clash again."""
    return _decide(request, response, lambda: _find_clash(request, number), _clash, taken, actions.reopen_clash)


@router.get("/ties", response=Listed[TieShown], summary="Ties of commitments to projects")
def list_ties(request: ActorHttpRequest, response: HttpResponse, asked: Query[TieFilter]) -> dict[str, Any]:
    """Ties of which I may see both ends, the likeliest first."""
    rows = queries.ties_visible_to(request.actor).order_by("-likeness", "pk")
    rows = rows.filter(state__in=asked.state) if asked.state else rows
    rows = rows.filter(commitment__ref=asked.commitment) if asked.commitment else rows
    rows = rows.filter(project__ref=asked.project) if asked.project else rows
    return paged(request, response, rows, asked, _tie)


@router.get("/ties/{number}", response=TieShown, summary="One tie")
def read_tie(request: ActorHttpRequest, number: Count) -> TieShown:
    """A tie. Its ETag is what every decision asks for."""
    return _tie(_find_tie(request, number))


@router.post("/ties/{number}/confirm", response=TieShown, openapi_extra=OF_TIE, summary="They belong together")
def confirm_tie(request: ActorHttpRequest, response: HttpResponse, number: Count, taken: Reason) -> Any:
    """The project delivers the commitment."""
    return _decide(request, response, lambda: _find_tie(request, number), _tie, taken, actions.confirm_tie)


@router.post("/ties/{number}/reject", response=TieShown, openapi_extra=OF_TIE, summary="They are not the same")
def reject_tie(request: ActorHttpRequest, response: HttpResponse, number: Count, taken: Reason) -> Any:
    """They have nothing to do with each other; the pair is not proposed again."""
    return _decide(request, response, lambda: _find_tie(request, number), _tie, taken, actions.reject_tie)


@router.post("/ties/{number}/undo", response=TieShown, openapi_extra=OF_TIE, summary="Take the decision back")
def undo_tie(request: ActorHttpRequest, response: HttpResponse, number: Count, taken: Reason) -> Any:
    """The pair is open again."""
    return _decide(request, response, lambda: _find_tie(request, number), _tie, taken, actions.undo_tie)
