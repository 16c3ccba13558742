"""Projects that are perhaps one."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query

from oneplan.access.checks import check
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.platform.errors import RuleBroken
from oneplan.platform.rest.codes import LAST_ID
from oneplan.platform.rest.paging import Count, Listed, Paging, paged
from oneplan.platform.rest.schemas import Code, Reason
from oneplan.platform.rest.tags import expecting, tag_of
from oneplan.projects import actions
from oneplan.projects.api.routes import router
from oneplan.projects.api.shapes import MatchShown, match
from oneplan.projects.choices import MatchState
from oneplan.projects.models import Match
from oneplan.projects.queries.matches import matches_visible_to

ASKS_TAG: dict[str, Any] = {"x-etag-of": "/api/v1/matches/{number}"}


class MatchFilter(Paging):
    state: list[MatchState] = []


class MergeTaken(Reason):
    """Which of the two stays, and why they are one."""

    keep: Code = Field(description="The project that stays, by reference.")


def _find(request: ActorHttpRequest, number: int) -> Match:
    rows: QuerySet[Match] = matches_visible_to(request.actor)
    return get_object_or_404(rows, pk=number if number <= LAST_ID else None)


@router.get("/matches", response=Listed[MatchShown], summary="Projects that are perhaps one")
def list_matches(request: ActorHttpRequest, response: HttpResponse, asked: Query[MatchFilter]) -> dict[str, Any]:
    """Pairs of which I may see both, the likeliest first."""
    rows = matches_visible_to(request.actor)
    return paged(request, response, rows.filter(state__in=asked.state) if asked.state else rows, asked, match)


@router.get("/matches/{number}", response=MatchShown, summary="One pair")
def read_match(request: ActorHttpRequest, number: Count) -> MatchShown:
    """A pair. Its ETag is what every decision asks for."""
    return match(_find(request, number))


def _decide(request: ActorHttpRequest, response: HttpResponse, number: int, act: Callable[[Match], Any]) -> MatchShown:
    row = _find(request, number)
    with expecting(request, lambda: match(_find(request, number))):
        act(row)
    now = match(_find(request, number))
    response["ETag"] = tag_of(now)
    return now


@router.post("/matches/{number}/merge", response=MatchShown, openapi_extra=ASKS_TAG, summary="They are one")
def merge_projects(request: ActorHttpRequest, response: HttpResponse, number: Count, taken: MergeTaken) -> Any:
    """Declare them one. It can be undone."""

    def act(row: Match) -> Any:
        check(request.actor, Permission.PROJECT_MERGE, row)
        sides = {row.left.ref: row.left, row.right.ref: row.right}
        if taken.keep not in sides:
            raise RuleBroken(_("%(ref)s is none of the two.") % {"ref": taken.keep})
        return actions.merge_projects(
            row, keep=sides[taken.keep], revision=row.revision, reason=taken.reason, by=request.actor
        )

    return _decide(request, response, number, act)


@router.post("/matches/{number}/apart", response=MatchShown, openapi_extra=ASKS_TAG, summary="They are two")
def keep_projects_apart(request: ActorHttpRequest, response: HttpResponse, number: Count, taken: Reason) -> Any:
    """Declare them two: the pair is not proposed again."""
    return _decide(
        request, response, number,
        lambda row: actions.keep_projects_apart(
            row, revision=row.revision, reason=taken.reason, by=request.actor
        ),
    )  # fmt: skip


@router.post("/matches/{number}/part", response=MatchShown, openapi_extra=ASKS_TAG, summary="Undo a merge")
def unmerge_projects(request: ActorHttpRequest, response: HttpResponse, number: Count, taken: Reason) -> Any:
    """Both stand again as their own sources have them."""
    return _decide(
        request, response, number,
        lambda row: actions.unmerge_projects(row, revision=row.revision, reason=taken.reason, by=request.actor),
    )  # fmt: skip
