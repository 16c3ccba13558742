"""The verbs of a project. Each does what the button of the page does, through the same action."""

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Status
from pydantic import BeforeValidator

from oneplan.access.middleware import ActorHttpRequest
from oneplan.institutions.choices import Sphere
from oneplan.institutions.models import Institution
from oneplan.platform.errors import RuleBroken
from oneplan.platform.rest.codes import LAST_ID, known
from oneplan.platform.rest.paging import Count
from oneplan.platform.rest.schemas import Code, Day, Line, Paragraph, RandText, Reason, Taken, degrees, given, whole
from oneplan.platform.rest.tags import expecting, tag_of
from oneplan.projects import actions
from oneplan.projects.api.reading import find, shown
from oneplan.projects.api.routes import router
from oneplan.projects.api.shapes import ProjectWhole
from oneplan.projects.choices import Nature, ProjectKind, Purpose, Stage, Tabling
from oneplan.projects.models import Programme, Project
from oneplan.spaces.models import Space
from oneplan.spaces.placing import PlaceEvidence

ASKS_TAG: dict[str, Any] = {"x-etag-of": "/api/v1/projects/{ref}"}
# The limits stand next to the type: only there does the description of the interface tell them.
Jobs = Annotated[int, Field(ge=0, le=2_000_000_000), BeforeValidator(whole)]
WardYear = Annotated[int, Field(ge=1994, le=2100), BeforeValidator(whole)]
Longitude = Annotated[float, Field(ge=-180, le=180), BeforeValidator(degrees)]
Latitude = Annotated[float, Field(ge=-90, le=90), BeforeValidator(degrees)]


class SaidTaken(Taken):
    """What may be said of a project. A field left out stays as it is; null is not stated."""

    description: Paragraph = ""
    kind: ProjectKind = ProjectKind.WORKS
    stage: Stage | None = None
    nature: Nature | None = None
    funding: Tabling | None = None
    fund: Annotated[Line, Field(max_length=120)] = ""
    budget_programme: Annotated[Line, Field(max_length=160)] = ""
    sector: Annotated[Line, Field(max_length=80)] = ""
    sphere: Sphere | None = None
    funder: Code | None = None
    programme: Code | None = None
    total_cost: RandText | None = None
    spent_to_date: RandText | None = None
    start_on: Day | None = None
    finish_on: Day | None = None
    construction_start_on: Day | None = None
    construction_finish_on: Day | None = None
    contract_finish_on: Day | None = None
    actual_start_on: Day | None = None
    actual_finish_on: Day | None = None
    jobs: Jobs | None = None


class RegisterTaken(SaidTaken):
    """A project that no feed reports."""

    title: Line
    implementing: Code = Field(description="Who implements it, by code.")
    space: Code | None = Field(None, description="Where it lies until it is placed more finely, by code.")


class CorrectTaken(SaidTaken, Reason):
    """A correction: the fields that change, and why."""

    title: Line = ""
    implementing: Code | None = None


class PlacementTaken(Reason):
    """Where it is, by the best that is known: a point, a ward, municipal areas, a functional area, or a space."""

    purpose: Purpose = Purpose.WORKS
    longitude: Longitude | None = None
    latitude: Latitude | None = None
    ward: Code | None = None
    ward_year: WardYear | None = Field(None, description="The demarcation in which the ward's code has its meaning.")
    municipal_areas: list[Code] = []
    functional_area: Code | None = None
    spaces: list[Code] = []


class MilestoneTaken(Taken):
    """A dated step, planned and actual."""

    title: Annotated[Line, Field(max_length=200)]
    due_on: Day | None = None
    reached_on: Day | None = None
    source: Annotated[Line, Field(max_length=200)] = ""


_TEXTS = ("stage", "nature", "funding", "sphere")  # null comes as "", which means not stated


def _said(taken: Taken, *but: str) -> dict[str, Any]:
    """The fields that were sent, with codes turned into rows."""
    said = given(taken, *but)
    for name in _TEXTS:
        if name in said:
            said[name] = said[name] or ""
    for name in ("implementing", "funder"):
        if said.get(name):
            said[name] = known(Institution, said[name], _("institution"))
    if code := said.get("programme"):
        said["programme"] = Programme.objects.filter(ref=code).first()
        if said["programme"] is None:
            raise RuleBroken(_("There is no programme “%(ref)s”. Look its reference up first.") % {"ref": code})
    return said


@router.post("/projects", response={201: ProjectWhole}, summary="Register a project")
def register_project(request: ActorHttpRequest, response: HttpResponse, taken: RegisterTaken) -> Any:
    """Write down a project that no feed reports. It is inside government until it is published."""
    space = known(Space, taken.space, _("space")) if taken.space else None
    row = actions.register_project(by=request.actor, space=space, **_said(taken, "space"))
    response["Location"] = f"/api/v1/projects/{row.ref}"
    return Status(201, _answer(request, response, row.ref))


def _answer(request: ActorHttpRequest, response: HttpResponse, ref: str) -> ProjectWhole:
    now = shown(request, ref)
    response["ETag"] = tag_of(now)
    return now


def _change(request: ActorHttpRequest, response: HttpResponse, ref: str, act: Callable[[Project], Any]) -> ProjectWhole:
    """Do something to the project as its sender saw it; the action compares the revision on the locked row."""
    row = find(request, ref)
    with expecting(request, lambda: shown(request, ref)):
        act(row)
    return _answer(request, response, ref)


@router.patch("/projects/{ref}", response=ProjectWhole, openapi_extra=ASKS_TAG, summary="Correct a project")
def correct_project(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: CorrectTaken) -> Any:
    """Change what is known of it. Its submissions stay as they were read."""
    said = _said(taken, "reason")
    return _change(
        request, response, ref,
        lambda row: actions.correct_project(
            row, revision=row.revision, reason=taken.reason, by=request.actor, **said
        ),
    )  # fmt: skip


@router.post("/projects/{ref}/close", response=ProjectWhole, openapi_extra=ASKS_TAG, summary="Close it")
def close_project(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: Reason) -> Any:
    """Say that it is over."""
    return _reasoned(request, response, ref, taken, actions.close_project)


@router.post("/projects/{ref}/reopen", response=ProjectWhole, openapi_extra=ASKS_TAG, summary="Open it again")
def reopen_project(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: Reason) -> Any:
    """Open a closed project again."""
    return _reasoned(request, response, ref, taken, actions.reopen_project)


@router.post("/projects/{ref}/publish", response=ProjectWhole, openapi_extra=ASKS_TAG, summary="Show it to everybody")
def publish_project(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: Reason) -> Any:
    """Everybody sees it then, in lists, on the map and in open data."""
    return _reasoned(request, response, ref, taken, actions.publish_project)


@router.post("/projects/{ref}/withhold", response=ProjectWhole, openapi_extra=ASKS_TAG, summary="Keep it inside")
def withhold_project(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: Reason) -> Any:
    """Keep it inside government."""
    return _reasoned(request, response, ref, taken, actions.withhold_project)


@router.post("/projects/{ref}/review", response=ProjectWhole, openapi_extra=ASKS_TAG, summary="Its place is right")
def review_placement(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: Reason) -> Any:
    """Say that a doubtful place was looked at and is right as it is."""
    return _reasoned(request, response, ref, taken, actions.review_placement)


def _reasoned(
    request: ActorHttpRequest, response: HttpResponse, ref: str, taken: Reason, act: Callable[..., Any]
) -> ProjectWhole:
    return _change(
        request, response, ref, lambda row: act(row, revision=row.revision, reason=taken.reason, by=request.actor)
    )


@router.post("/projects/{ref}/placements", response=ProjectWhole, openapi_extra=ASKS_TAG, summary="Say where it is")
def locate_project(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: PlacementTaken) -> Any:
    """Place or refine. What was said before is kept beside it."""
    evidence = PlaceEvidence(
        longitude=taken.longitude, latitude=taken.latitude, ward=taken.ward or "", ward_year=taken.ward_year,
        municipal_areas=tuple(taken.municipal_areas), functional_area=taken.functional_area or "",
        spaces=tuple(taken.spaces),
    )  # fmt: skip
    return _change(
        request, response, ref,
        lambda row: actions.locate_project(
            row, evidence, purpose=taken.purpose, revision=row.revision, reason=taken.reason, by=request.actor
        ),
    )  # fmt: skip


@router.post("/projects/{ref}/milestones", response=ProjectWhole, openapi_extra=ASKS_TAG, summary="Set a milestone")
def set_milestone(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: MilestoneTaken) -> Any:
    """Set a milestone, or change the one of that title."""
    said = {name: getattr(taken, name) for name in ("title", "due_on", "reached_on", "source")}

    def act(row: Project) -> Any:
        held = row.milestones.filter(title=taken.title.strip()).first()
        if held is None:
            return actions.set_milestone(row, by=request.actor, **said)
        return actions.set_milestone(row, by=request.actor, held=held, revision=held.revision, **said)

    return _change(request, response, ref, act)


@router.post(
    "/projects/{ref}/milestones/{number}/remove", response=ProjectWhole, openapi_extra=ASKS_TAG,
    summary="Take a milestone away",
)  # fmt: skip
def remove_milestone(request: ActorHttpRequest, response: HttpResponse, ref: Code, number: Count, taken: Reason) -> Any:
    """The milestone is gone; the history keeps it."""

    def act(row: Project) -> Any:
        held = get_object_or_404(row.milestones.all(), pk=number if number <= LAST_ID else None)
        return actions.remove_milestone(held, revision=held.revision, reason=taken.reason, by=request.actor)

    return _change(request, response, ref, act)
