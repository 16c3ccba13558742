"""The interface to imports: which files were handed in, and what became of them."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router

from oneplan.access.bearers import SIGNED_IN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.exchange import queries
from oneplan.exchange.models import ImportRun, Issue
from oneplan.platform.rest.codes import LAST_ID
from oneplan.platform.rest.paging import Count, Listed, Paging, paged
from oneplan.platform.rest.schemas import Code, Labelled, Shown

router = Router(tags=["Imports"], auth=SIGNED_IN)


class RunShown(Shown):
    """One file handed in."""

    id: int
    kind: str
    state: Labelled
    source: str
    as_at: date | None
    space: str | None
    province: str | None
    file_name: str
    file_sha256: str
    handed_in_at: datetime
    finished_at: datetime | None
    rows_accepted: int
    rows_refused: int
    is_mine: bool


class IssueShown(Shown):
    """One thing that was wrong at one place of the file."""

    sheet: str
    row: int
    column: str
    value: str
    kind: str
    severity: str
    message: str


class RunFilter(Paging):
    kind: Code | None = Field(None, description="What was imported, such as commitments.")
    whose: Literal["mine", "all"] = Field("mine", description="My own runs, or all that I may see.")


def _run(row: ImportRun, user_id: int | None) -> RunShown:
    return RunShown(
        id=row.pk, kind=row.kind, state=Labelled(code=row.state, label=str(row.get_state_display())),
        source=row.source, as_at=row.as_at, space=row.space_code or None, province=row.province_code or None,
        file_name=row.file_name, file_sha256=row.file_sha256, handed_in_at=row.retrieved_at,
        finished_at=row.finished_at, rows_accepted=row.rows_accepted, rows_refused=row.rows_refused,
        is_mine=row.started_by_id == user_id,
    )  # fmt: skip


@router.get("/imports", response=Listed[RunShown], summary="Imports")
def list_imports(request: ActorHttpRequest, response: HttpResponse, asked: Query[RunFilter]) -> dict[str, Any]:
    """Runs, the newest first."""
    rows = queries.visible_to(request.actor).defer("outcomes", "summary", "mapping").order_by("-id")
    rows = rows.filter(started_by_id=request.actor.user_id) if asked.whose == "mine" else rows
    rows = rows.filter(kind=asked.kind) if asked.kind else rows
    return paged(request, response, rows, asked, lambda row: _run(row, request.actor.user_id))


def _find(request: ActorHttpRequest, run: int) -> ImportRun:
    rows = queries.visible_to(request.actor).defer("outcomes", "summary", "mapping")
    return get_object_or_404(rows, pk=run if run <= LAST_ID else None)


@router.get("/imports/{run}", response=RunShown, summary="One import")
def read_import(request: ActorHttpRequest, run: Count) -> RunShown:
    """A run, where I may see it."""
    return _run(_find(request, run), request.actor.user_id)


@router.get("/imports/{run}/issues", response=Listed[IssueShown], summary="What was wrong in an import")
def list_import_issues(
    request: ActorHttpRequest, response: HttpResponse, run: Count, asked: Query[Paging]
) -> dict[str, Any]:
    """Issues in the order of the file."""
    rows = queries.issues_of(_find(request, run)).order_by("id")
    return paged(request, response, rows, asked, _issue)


def _issue(row: Issue) -> IssueShown:
    return IssueShown(
        sheet=row.sheet, row=row.row, column=row.column, value=row.value, kind=row.kind, severity=row.severity,
        message=row.message,
    )  # fmt: skip
