"""Have a workbook made, see whether it is, and download it."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Status

from oneplan.access.middleware import ActorHttpRequest
from oneplan.institutions.models import Institution
from oneplan.platform.rest.codes import LAST_ID, known
from oneplan.platform.rest.files import gives_file, stored_file
from oneplan.platform.rest.paging import Count, Listed, Paging, paged
from oneplan.platform.rest.schemas import Code
from oneplan.spaces.models import Space
from oneplan.workbooks import actions, queries, rules, tasks
from oneplan.workbooks.api.routes import router
from oneplan.workbooks.api.shapes import IssueTaken, WorkbookShown, workbook
from oneplan.workbooks.models import Workbook

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WorkbookFilter(Paging):
    space: Code | None = None
    institution: Code | None = None


def _find(request: ActorHttpRequest, number: int) -> Workbook:
    return get_object_or_404(queries.visible_to(request.actor), pk=number if number <= LAST_ID else None)


@router.get("/workbooks", response=Listed[WorkbookShown], summary="Workbooks that were made")
def list_workbooks(request: ActorHttpRequest, response: HttpResponse, asked: Query[WorkbookFilter]) -> dict[str, Any]:
    """Those that the caller may have, the newest first."""
    rows = queries.visible_to(request.actor).order_by("-id")
    rows = rows.filter(space=asked.space) if asked.space else rows
    rows = rows.filter(institution=asked.institution) if asked.institution else rows
    return paged(request, response, rows, asked, workbook)


@router.post("/workbooks", response={202: WorkbookShown}, summary="Have a workbook made")
def issue_workbook(request: ActorHttpRequest, response: HttpResponse, taken: IssueTaken) -> Any:
    """Of a space, or of one party in it, as the plan stands now. Ask at Location until its state is `issued`."""
    space = known(Space, taken.space, _("space"))
    party = known(Institution, taken.institution, _("institution")) if taken.institution else None
    with transaction.atomic():
        made = actions.ask_workbook(space, institution=party, language=taken.language, by=request.actor)
        transaction.on_commit(lambda: tasks.make_workbook.enqueue(made.pk, request.actor.user_id))
    response["Location"] = f"/api/v1/workbooks/{made.pk}"
    return Status(202, workbook(made))


@router.get("/workbooks/{number}", response=WorkbookShown, summary="One workbook")
def read_workbook(request: ActorHttpRequest, number: Count) -> WorkbookShown:
    """Whether it is made, and where its file is."""
    return workbook(_find(request, number))


@router.get("/workbooks/{number}/file", response={200: None}, openapi_extra=gives_file(EXCEL), summary="The Excel file")
def download_workbook(request: ActorHttpRequest, number: Count) -> HttpResponseBase:
    """The file as it was issued, to be filled in Excel."""
    row = _find(request, number)
    return stored_file(request, rules.file_of(row), name=row.file_name)
