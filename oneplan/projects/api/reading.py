"""The list of projects and one project, with what was said of it and where it was."""

from typing import Any, Literal

from django.http import Http404, HttpResponse
from ninja import Field, Query

from oneplan.access.bearers import OPEN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.platform.rest.paging import Listed, Paging, paged
from oneplan.platform.rest.schemas import Code, Line, RandText, YesNo
from oneplan.projects import queries
from oneplan.projects.api.routes import router
from oneplan.projects.api.shapes import (
    PlacementShown,
    ProjectLine,
    ProjectWhole,
    SnapshotShown,
    line,
    placement,
    snapshot,
    whole,
)
from oneplan.projects.choices import Feed, Nature, ProjectKind, ProjectStanding, Stage, Tabling
from oneplan.projects.models import Project
from oneplan.projects.queries import Placed, ProjectFilters, one
from oneplan.spaces.choices import Confidence, PlaceMethod

_UNKNOWN = "“unknown” asks for what its source does not state."


class ProjectFilter(Paging):
    """The filters of the list and of the map. Several values of one filter are alternatives."""

    text: Line | None = Field(None, description="Words of the title, reference, identifiers or institution.")
    space: list[Code] = Field([], description="A space in which the works chiefly lie, by code.")
    lies_in: Code | None = Field(None, description="A space in which the works lie wholly or by a share, by code.")
    municipality: list[Code] = []
    ward: list[Code] = []
    province: list[Code] = []
    phase: list[Literal["planning", "building", "done", "stopped", "unknown"]] = []
    stage: list[Stage | Literal["unknown"]] = Field([], description=_UNKNOWN)
    kind: list[ProjectKind] = []
    nature: list[Nature | Literal["unknown"]] = Field([], description=_UNKNOWN)
    funding: list[Tabling | Literal["unknown"]] = Field([], description=_UNKNOWN)
    sphere: list[Code] = []
    institution: list[Code] = Field([], description="Who implements or pays, by code.")
    method: list[PlaceMethod] = []
    confidence: list[Confidence] = []
    placed: list[Placed] = []
    doubtful: YesNo | None = None
    sample: YesNo | None = None
    standing: list[ProjectStanding] = Field(
        [], description="Projects that are one with another are left out unless asked for."
    )
    feed: list[Feed] = []
    cost_from: RandText | None = None
    cost_to: RandText | None = None
    finish: list[Line] = Field([], description="A calendar year (2027) or a financial year (2027-PFMA).")
    programme: list[Code] = []


def _filters(asked: ProjectFilter) -> ProjectFilters:
    """The same filters as an address of the pages has."""
    said: dict[str, tuple[str, ...]] = {}
    for name, value in asked:
        if name in ("page", "limit", "lies_in") or value in (None, []):
            continue
        values = value if isinstance(value, list) else [value]
        said["q" if name == "text" else name] = tuple(str(getattr(each, "value", each)) for each in values)
    return ProjectFilters(**said)


@router.get("/projects", auth=OPEN, response=Listed[ProjectLine], summary="Projects")
def list_projects(request: ActorHttpRequest, response: HttpResponse, asked: Query[ProjectFilter]) -> dict[str, Any]:
    """Projects that I may see, by reference: without a token those that their source has published."""
    rows = queries.projects_list(request.actor, _filters(asked))
    rows = rows.filter(queries.placed_in([asked.lies_in])) if asked.lies_in else rows
    return paged(request, response, queries.for_list(rows).select_related("merged_into"), asked, line)


def find(request: ActorHttpRequest, ref: str) -> Project:
    """The project, where the caller may see it; else 404, as if there were none."""
    row = queries.project_named(request.actor, ref)
    if row is None:
        raise Http404
    return row


def shown(request: ActorHttpRequest, ref: str) -> ProjectWhole:
    """The project as it stands now."""
    row = find(request, ref)
    return whole(row, [each for each in one.placements_of(row) if each.superseded_at is None])


@router.get("/projects/{ref}", auth=OPEN, response=ProjectWhole, summary="One project")
def read_project(request: ActorHttpRequest, ref: Code) -> ProjectWhole:
    """A project with its places and milestones. Its ETag is what every change asks for."""
    return shown(request, ref)


@router.get(
    "/projects/{ref}/snapshots", auth=OPEN, response=Listed[SnapshotShown], summary="What submissions said of it"
)
def list_snapshots(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, asked: Query[Paging]
) -> dict[str, Any]:
    """Every submission's word, in the order of the days for which they hold. None overwrites another."""
    rows = [each.snapshot for each in one.submissions_of(find(request, ref))]
    return paged(request, response, rows, asked, snapshot)


@router.get("/projects/{ref}/placements", auth=OPEN, response=Listed[PlacementShown], summary="Where it is and was")
def list_placements(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, asked: Query[Paging]
) -> dict[str, Any]:
    """Every answer to where it is, the newest first; those that hold now are not superseded."""
    return paged(request, response, one.placements_of(find(request, ref)), asked, placement)
