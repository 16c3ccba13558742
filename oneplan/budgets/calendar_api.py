"""The interface to the budget cycle's amended days."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Status
from pydantic import StringConstraints

from oneplan.access.bearers import OPEN, SIGNED_IN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.budgets.actions.amending import amend_calendar as amend
from oneplan.budgets.actions.amending import withdraw_amendment as withdraw
from oneplan.budgets.models import CalendarAmendment
from oneplan.platform.rest.paging import Listed, Paging, paged
from oneplan.platform.rest.schemas import TEXT, Code, Day, Reason, Shown
from oneplan.platform.rest.tags import expecting, tag_of

router = Router(tags=["Budget cycle"], auth=OPEN)


class AmendmentShown(Shown):
    """Other days of a duty of the budget cycle in one financial year, and the source that says so."""

    ref: str
    duty: str
    year: int
    number: int
    opens_on: Day
    due_on: Day
    source: str
    reason: str
    amended_at: datetime
    withdrawn_at: datetime | None
    revision: int


class AmendmentTaken(Reason):
    duty: Code = Field(description="The code of the duty, as in the table of the budget cycle.")
    year: Annotated[int, Field(ge=1994, le=2090)] = Field(description="In which the financial year begins.")
    number: Annotated[int, Field(ge=0, le=12)] = Field(0, description="Of the month or quarter; 0: the year.")
    opens_on: Day
    due_on: Day
    source: Annotated[str, StringConstraints(min_length=10, max_length=300, pattern=TEXT)]


def _shown(row: CalendarAmendment) -> AmendmentShown:
    return AmendmentShown(
        ref=row.ref, duty=row.duty, year=row.year, number=row.number, opens_on=row.opens_on, due_on=row.due_on,
        source=row.source, reason=row.reason, amended_at=row.amended_at, withdrawn_at=row.withdrawn_at,
        revision=row.revision,
    )  # fmt: skip


def _find(ref: str) -> CalendarAmendment:
    return get_object_or_404(CalendarAmendment, ref=ref)


@router.get("/calendar-amendments", response=Listed[AmendmentShown], summary="Amended days of the budget cycle")
def list_calendar_amendments(request: ActorHttpRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Those that stand first."""
    return paged(request, response, CalendarAmendment.objects.order_by("withdrawn_at", "-pk"), asked, _shown)


@router.post("/calendar-amendments", response={201: AmendmentShown}, auth=SIGNED_IN, summary="Amend a day")
def amend_calendar(request: ActorHttpRequest, response: HttpResponse, taken: AmendmentTaken) -> Any:
    """Say other days of a duty in one year. An earlier amendment of it is withdrawn."""
    row = amend(by=request.actor, **taken.dict())
    now = _shown(row)
    response["Location"], response["ETag"] = f"/api/v1/calendar-amendments/{row.ref}", tag_of(now)
    return Status(201, now)


@router.get("/calendar-amendments/{amendment}", response=AmendmentShown, summary="One amended day")
def read_calendar_amendment(request: ActorHttpRequest, amendment: Code) -> AmendmentShown:
    """An amendment. Its ETag is what its withdrawal asks for."""
    return _shown(_find(amendment))


@router.post(
    "/calendar-amendments/{amendment}/withdraw", response=AmendmentShown, auth=SIGNED_IN,
    openapi_extra={"x-etag-of": "/api/v1/calendar-amendments/{amendment}"}, summary="Withdraw it",
)  # fmt: skip
def withdraw_amendment(request: ActorHttpRequest, response: HttpResponse, amendment: Code, taken: Reason) -> Any:
    """The calendar's own days count again."""
    row = _find(amendment)
    with expecting(request, lambda: _shown(_find(amendment))):
        withdraw(row, by=request.actor, revision=row.revision, reason=taken.reason)
    now = _shown(_find(amendment))
    response["ETag"] = tag_of(now)
    return now
