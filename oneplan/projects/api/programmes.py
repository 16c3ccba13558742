"""Programmes: groups of projects that one institution runs together."""

from typing import Annotated, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Status

from oneplan.access.middleware import ActorHttpRequest
from oneplan.institutions.models import Institution
from oneplan.platform.rest.codes import known
from oneplan.platform.rest.paging import Listed, Paging, paged
from oneplan.platform.rest.schemas import Code, Line, Paragraph, Reason, Taken
from oneplan.platform.rest.tags import expecting, tag_of
from oneplan.projects import actions
from oneplan.projects.api.routes import router
from oneplan.projects.api.shapes import ProgrammeShown, programme
from oneplan.projects.models import Programme
from oneplan.projects.queries.programmes import programmes_visible_to

ASKS_TAG: dict[str, Any] = {"x-etag-of": "/api/v1/programmes/{ref}"}
Title = Annotated[Line, Field(min_length=1)]


class ProgrammeTaken(Taken):
    """A programme."""

    title: Title
    institution: Code = Field(description="Who runs it, by code.")
    description: Paragraph = ""


class CorrectProgrammeTaken(ProgrammeTaken, Reason):
    """A programme as it is to be, and why."""


def _find(request: ActorHttpRequest, ref: str) -> Programme:
    return get_object_or_404(programmes_visible_to(request.actor), ref=ref)


@router.get("/programmes", response=Listed[ProgrammeShown], summary="Programmes")
def list_programmes(request: ActorHttpRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Programmes that I may see, by reference."""
    return paged(request, response, programmes_visible_to(request.actor), asked, programme)


@router.get("/programmes/{ref}", response=ProgrammeShown, summary="One programme")
def read_programme(request: ActorHttpRequest, ref: Code) -> ProgrammeShown:
    """A programme; its projects are those of /projects?programme=…"""
    return programme(_find(request, ref))


@router.post("/programmes", response={201: ProgrammeShown}, summary="Register a programme")
def register_programme(request: ActorHttpRequest, response: HttpResponse, taken: ProgrammeTaken) -> Any:
    """Write down a programme."""
    row = actions.register_programme(
        title=taken.title, institution=known(Institution, taken.institution, _("institution")),
        description=taken.description, by=request.actor,
    )  # fmt: skip
    response["Location"] = f"/api/v1/programmes/{row.ref}"
    now = programme(_find(request, row.ref))
    response["ETag"] = tag_of(now)
    return Status(201, now)


@router.put("/programmes/{ref}", response=ProgrammeShown, openapi_extra=ASKS_TAG, summary="Correct a programme")
def correct_programme(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: CorrectProgrammeTaken
) -> Any:
    """Change what is known of a programme."""
    row = _find(request, ref)
    with expecting(request, lambda: programme(_find(request, ref))):
        actions.correct_programme(
            row, title=taken.title, institution=known(Institution, taken.institution, _("institution")),
            description=taken.description, revision=row.revision, reason=taken.reason, by=request.actor,
        )  # fmt: skip
    now = programme(_find(request, ref))
    response["ETag"] = tag_of(now)
    return now
