"""Hand a filled workbook in, read its three sides, choose row by row, take in or refuse. Decisions ask for its ETag."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Status

from oneplan.access.middleware import ActorHttpRequest
from oneplan.plans.queries import readable_spaces
from oneplan.platform.rest.codes import LAST_ID
from oneplan.platform.rest.files import gives_file, held_already, tagged_file
from oneplan.platform.rest.paging import Count, Listed, Paging, paged
from oneplan.platform.rest.schemas import Code
from oneplan.platform.rest.tags import check_tag_sent, expecting, tag_of
from oneplan.platform.rest.uploads import sent_file, takes_file
from oneplan.spaces.models import Space
from oneplan.workbooks import actions, queries, rules, tasks
from oneplan.workbooks.api.issuing import EXCEL
from oneplan.workbooks.api.routes import router
from oneplan.workbooks.api.shapes import (
    DecideTaken,
    RefuseTaken,
    ReturnedRow,
    ReturnShown,
    ReturnWhole,
    kept_row,
    returned,
    row_of,
    whole,
)
from oneplan.workbooks.choices import ReturnState, Standing
from oneplan.workbooks.choosing import Choice, choice_of
from oneplan.workbooks.comparing import Comparison
from oneplan.workbooks.exports import open_annotated
from oneplan.workbooks.models import WorkbookReturn

ONE = "/workbook-returns/{number}"
ASKS_TAG: dict[str, Any] = {"x-etag-of": "/api/v1" + ONE}
_FILE = takes_file("The filled workbook (.xlsx) that was made here.")


class ReturnFilter(Paging):
    space: Code | None = None
    workbook: Count | None = Field(None, description="The returns of one workbook, by its id.")
    state: list[ReturnState] = []


class RowFilter(Paging):
    standing: list[Standing] = []
    sheet: Code | None = Field(None, description="The key of a sheet, such as commitments.")


def _find(request: ActorHttpRequest, number: int) -> WorkbookReturn:
    rows = queries.returns_visible_to(request.actor)
    return get_object_or_404(rows, pk=number if number <= LAST_ID else None)


def _comparison(request: ActorHttpRequest, row: WorkbookReturn) -> Comparison | None:
    return queries.comparison_of(row, request.actor) if row.state == ReturnState.COMPARED else None


def _shown(request: ActorHttpRequest, number: int) -> ReturnWhole:
    row = _find(request, number)
    return whole(row, _comparison(request, row), request.actor.user_id)


# --- handing in and reading ------------------------------------------------------------------------------------------


@router.post(
    "/spaces/{code}/workbook-returns", response={202: ReturnShown}, openapi_extra=_FILE,
    summary="Hand a filled workbook in",
)  # fmt: skip
def return_workbook(request: ActorHttpRequest, response: HttpResponse, code: Code) -> Any:
    """It is kept as it is and compared; nothing of it is taken in. Ask at Location until its state is `compared`."""
    space: Space = get_object_or_404(readable_spaces(request.actor).select_related("province"), pk=code)
    upload = sent_file(request)
    assert isinstance(upload, TemporaryUploadedFile)  # noqa: S101 - settings.FILE_UPLOAD_HANDLERS: always to disk
    with transaction.atomic():
        row = actions.return_workbook(
            Path(upload.temporary_file_path()), file_name=upload.name or "", space=space, by=request.actor
        )
        transaction.on_commit(lambda: tasks.compare_return.enqueue(row.pk, request.actor.user_id, row.attempt))
    response["Location"] = f"/api/v1/workbook-returns/{row.pk}"
    return Status(202, returned(row, request.actor.user_id))


@router.get("/workbook-returns", response=Listed[ReturnShown], summary="Workbooks that came back")
def list_workbook_returns(
    request: ActorHttpRequest, response: HttpResponse, asked: Query[ReturnFilter]
) -> dict[str, Any]:
    """Those that the caller may see, the newest first."""
    rows = queries.lists_of_returns(queries.returns_visible_to(request.actor)).order_by("-id")
    rows = rows.filter(space=asked.space) if asked.space else rows
    rows = rows.filter(state__in=asked.state) if asked.state else rows
    if asked.workbook is not None:
        rows = rows.filter(workbook=asked.workbook if asked.workbook <= LAST_ID else None)
    return paged(request, response, rows, asked, lambda row: returned(row, request.actor.user_id))


@router.get(ONE, response=ReturnWhole, summary="One return")
def read_workbook_return(request: ActorHttpRequest, number: Count) -> ReturnWhole:
    """What was found in it, what is chosen, what became of it. Its ETag is what every decision asks for."""
    return _shown(request, number)


@router.get(ONE + "/rows", response=Listed[ReturnedRow], summary="The rows that differ, on three sides")
def list_returned_rows(
    request: ActorHttpRequest, response: HttpResponse, number: Count, asked: Query[RowFilter]
) -> dict[str, Any]:
    """As issued, as returned and as OnePlan says now; once it is taken in, what became of each."""
    row = _find(request, number)
    found = _comparison(request, row)
    if found is None:
        kept = [
            each
            for each in row.summary.get("kept_rows", [])
            if (not asked.standing or each["standing"] in asked.standing) and asked.sheet in (None, each["sheet"])
        ]
        return paged(request, response, kept, asked, kept_row)
    rows = found.narrowed(asked.standing, asked.sheet or "")
    return paged(
        request, response, rows, asked, lambda each: row_of(Choice(each, row.choices.get(each.key, {})))
    )  # fmt: skip


@router.get(
    ONE + "/annotated", response={200: None}, openapi_extra=gives_file(EXCEL), summary="The answer as an Excel file"
)
def download_annotated(request: ActorHttpRequest, number: Count) -> HttpResponseBase:
    """The rows that differ with what OnePlan says about each, for whoever returned the workbook."""
    tag = tag_of(_shown(request, number))
    held = held_already(request, tag)
    if held:
        return held
    made = open_annotated(_find(request, number), request.actor)
    file = FileResponse(made, as_attachment=True, filename=f"workbook-return-{number}.xlsx", content_type=EXCEL)
    return tagged_file(file, tag)


# --- deciding --------------------------------------------------------------------------------------------------------


def _decide(
    request: ActorHttpRequest, response: HttpResponse, number: int, act: Callable[[WorkbookReturn], Any]
) -> ReturnWhole:
    """Decide about a return as its sender saw it, and show how it stands then.

    Locked before it is compared: of two who saw the same, the second is told so and decides nothing.
    """
    seen = _find(request, number)
    check_tag_sent(request)
    with transaction.atomic():
        actions.lock_return(seen)
        with expecting(request, lambda: _shown(request, number)):
            act(_find(request, number))
        now = _shown(request, number)
    response["ETag"] = tag_of(now)
    return now


@router.post(ONE + "/decide", response=ReturnWhole, openapi_extra=ASKS_TAG, summary="Choose what becomes of rows")
def decide_return(request: ActorHttpRequest, response: HttpResponse, number: Count, taken: DecideTaken) -> Any:
    """Keep what is chosen for some rows; all others stay as they were chosen. Nothing is taken in yet."""

    def act(row: WorkbookReturn) -> None:
        rules.check_may_handle(request.actor, row)
        rules.check_can_move(row, ReturnState.TAKING)
        found = queries.comparison_of(row, request.actor)
        choices = {}
        for each in taken.rows:
            compared = rules.choosable(found, each.key, take=each.take, sides=each.kept())
            choices[each.key] = choice_of(compared, take=each.take, sides=each.kept())
        actions.decide_return(row, choices, by=request.actor)

    return _decide(request, response, number, act)


@router.post(ONE + "/take-in", response={202: ReturnWhole}, openapi_extra=ASKS_TAG, summary="Take the chosen rows in")
def take_in(request: ActorHttpRequest, response: HttpResponse, number: Count) -> Any:
    """All chosen rows or none, each through its own act. Ask at Location until its state is `taken_in`.

    Where it is `compared` again, `stopped` says what stood in the way.
    """

    def act(row: WorkbookReturn) -> None:
        rules.check_may_handle(request.actor, row)
        rules.check_can_move(row, ReturnState.TAKING)
        seal = queries.comparison_of(row, request.actor).seal
        attempt = actions.ask_taking(row, seal=seal, by=request.actor).attempt
        transaction.on_commit(lambda: tasks.take_in.enqueue(row.pk, seal, request.actor.user_id, attempt))

    now = _decide(request, response, number, act)
    response["Location"] = f"/api/v1/workbook-returns/{number}"
    return Status(202, now)


@router.post(ONE + "/refuse", response=ReturnWhole, openapi_extra=ASKS_TAG, summary="Refuse a return")
def refuse_return(request: ActorHttpRequest, response: HttpResponse, number: Count, taken: RefuseTaken) -> Any:
    """Give a return up: nothing of it is taken in. Whoever returned it reads why."""
    return _decide(
        request, response, number, lambda row: actions.refuse_return(row, by=request.actor, reason=taken.reason)
    )
