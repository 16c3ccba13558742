"""The interface to asks for money: what the pages show and do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Status
from pydantic import StringConstraints

from oneplan.access.bearers import SIGNED_IN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.commitments import queries as commitments
from oneplan.frameworks.definitions import Standing
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.errors import RuleBroken
from oneplan.platform.rest.paging import Listed, Paging, paged
from oneplan.platform.rest.schemas import (
    TEXT,
    Code,
    Day,
    Line,
    Rand,
    RandText,
    Reason,
    Sha256,
    Shown,
    Taken,
    rand,
    rand_if_known,
)
from oneplan.platform.rest.tags import check_tag_sent, expecting, tag_of
from oneplan.reprioritisation import actions, queries
from oneplan.reprioritisation.choices import AskState, Instrument, ReplyCode
from oneplan.reprioritisation.models import Ask
from oneplan.reprioritisation.offers import Offer, basis_of, offers_of
from oneplan.spaces.models import Space

router = Router(tags=["Asks for money"], auth=SIGNED_IN)
OF_ASK: dict[str, Any] = {"x-etag-of": "/api/v1/asks/{ref}"}
Year = Annotated[str, StringConstraints(pattern=r"^(199[4-9]|20[0-9]{2})/[0-9]{2}$")]
Motivation = Annotated[str, StringConstraints(min_length=10, max_length=4000, pattern=TEXT)]


class ReplyShown(Shown):
    """What the accounting officer answered. None of the codes is money."""

    code: ReplyCode
    amount: Rand | None
    year: str | None
    reason: str
    answered_at: datetime
    answered_by: str
    is_standing: bool


class StepShown(Shown):
    """That it came to a state, and what says so. From “allocated” on a received budget release does."""

    state: AskState
    on: date
    source: str
    release: str | None
    before: Rand | None = Field(description="In the release before; null where that is unknown.")
    found: Rand | None


class AskShown(Shown):
    """An ask of a space to an institution. It is no budget figure and never becomes one."""

    ref: str
    state: AskState
    space: str
    institution: str
    treasury: str | None
    commitment: str
    year: str
    basis: Basis
    amount: Rand
    instrument: Instrument
    motivation: str
    window: str
    window_reference: str
    closes_on: date | None
    public_from: date | None
    is_sample: bool
    replies: list[ReplyShown]
    steps: list[StepShown]
    revision: int


class WindowShown(Shown):
    """When an instrument of an institution is open, by which rule, and how sure the dates are."""

    instrument: Instrument
    is_open: bool
    why_closed: str
    title: str | None
    opens_on: date | None
    closes_on: date | None
    year: str | None
    rule: str | None
    reference: str | None
    standing: Standing | None
    source: str | None


class AskFilter(Paging):
    """Which asks."""

    space: Code | None = None
    institution: Code | None = None
    state: AskState | None = None
    instrument: Instrument | None = None
    year: int | None = Field(None, ge=1994, le=2100, description="The calendar year in which it begins.")
    commitment: Code | None = Field(None, description="By reference.")
    q: Line | None = Field(None, description="Words of the ask, its commitment or its institution.")


class AskTaken(Taken):
    space: Code
    commitment: Code
    institution: Code
    year: Year
    amount: RandText
    instrument: Instrument
    motivation: Motivation


class ReviseTaken(Taken):
    year: Year | None = None
    amount: RandText | None = None
    instrument: Instrument | None = None
    motivation: Motivation | None = None


class AnswerTaken(Reason):
    code: ReplyCode
    amount: RandText | None = Field(None, description="Only where agreed in part.")
    year: Year | None = Field(None, description="Only where a later year is meant.")


class MoveTaken(Taken):
    to: Literal["in_submission", "recommended"]
    on: Day
    source: Annotated[str, StringConstraints(min_length=10, max_length=2000, pattern=TEXT)]
    document_sha256: Sha256 | None = Field(None, description="A file that you handed in before.")


def _label(year: int | None, basis: str) -> str | None:
    return FinancialYear(year, Basis(basis)).label if year else None


def shown(row: Ask) -> AskShown:
    """An ask with its answers and steps."""
    return AskShown(
        ref=row.ref, state=AskState(row.state), space=row.space_id, institution=row.institution_id,
        treasury=row.treasury_id, commitment=row.commitment.ref, year=row.financial_year.label, basis=Basis(row.basis),
        amount=rand(row.amount), instrument=Instrument(row.instrument), motivation=row.motivation, window=row.window,
        window_reference=row.window_reference, closes_on=row.closes_on, public_from=row.public_from,
        is_sample=row.is_sample, revision=row.revision,
        replies=[
            ReplyShown(
                code=ReplyCode(each.code), amount=rand_if_known(each.amount), year=_label(each.year, row.basis),
                reason=each.reason, answered_at=each.answered_at, answered_by=each.answered_by,
                is_standing=each.is_standing,
            )
            for each in row.replies.all()
        ],
        steps=[
            StepShown(
                state=AskState(each.state), on=each.on, source=each.source,
                release=str(each.release) if each.release else None, before=rand_if_known(each.before),
                found=rand_if_known(each.found),
            )
            for each in row.steps.all()
        ],
    )  # fmt: skip


def _visible(request: ActorHttpRequest) -> Any:
    rows = queries.asks_visible_to(request.actor).select_related("commitment", "space", "institution")
    return rows.prefetch_related("replies", "steps__release")


def _find(request: ActorHttpRequest, ref: str) -> Ask:
    found: Ask = get_object_or_404(_visible(request), ref=ref)
    return found


@router.get("/asks", response=Listed[AskShown], summary="Asks for money")
def list_asks(request: ActorHttpRequest, response: HttpResponse, asked: Query[AskFilter]) -> dict[str, Any]:
    """The asks that I may read, the newest first."""
    told = QueryDict(mutable=True)
    told.update({
        name: str(value) for name in ("space", "institution", "state", "instrument", "year", "commitment", "q")
        if (value := getattr(asked, name)) is not None
    })  # fmt: skip
    rows = queries.AskFilters.read(told).apply(_visible(request)).order_by("-drafted_at", "-pk")
    return paged(request, response, rows, asked, shown)


@router.get("/asks/{ref}", response=AskShown, summary="One ask")
def read_ask(request: ActorHttpRequest, ref: Code) -> AskShown:
    """An ask. Its ETag is what every act on it asks for."""
    return shown(_find(request, ref))


def _window(offer: Offer) -> WindowShown:
    at = offer.shown
    return WindowShown(
        instrument=offer.instrument, is_open=offer.now is not None, why_closed=offer.why,
        title=str(at.title) if at else None, opens_on=at.opens_on if at else None,
        closes_on=at.closes_on if at else None, year=at.year.label if at else None, rule=str(at.rule) if at else None,
        reference=at.reference if at else None, standing=at.standing if at else None,
        source=at.source if at else None,
    )  # fmt: skip


@router.get("/institutions/{code}/ask-windows", response=list[WindowShown], summary="When an institution can be asked")
def list_ask_windows(request: ActorHttpRequest, code: Code) -> list[WindowShown]:
    """Each instrument of an institution today: the window that is open, else the next one and why it is closed."""
    institution = get_object_or_404(Institution, pk=code)
    return [_window(each) for each in offers_of(institution, clock.today())]


def _year(text: str, basis: Basis) -> FinancialYear:
    try:
        return FinancialYear.parse(text, basis)
    except ValueError as error:
        raise RuleBroken(str(error)) from error


@router.post("/asks", response={201: AskShown}, summary="Draft an ask")
def draft_ask(request: ActorHttpRequest, response: HttpResponse, taken: AskTaken) -> Any:
    """Keep a draft. Nobody is asked until it is routed."""
    commitment = get_object_or_404(commitments.visible_to(request.actor), ref=taken.commitment)
    institution = get_object_or_404(Institution, pk=taken.institution)
    made = actions.draft_ask(
        by=request.actor, space=get_object_or_404(Space, pk=taken.space), commitment=commitment,
        institution=institution, year=_year(taken.year, basis_of(institution)), amount=taken.amount,
        instrument=taken.instrument, motivation=taken.motivation,
    )  # fmt: skip
    now = shown(_find(request, made.ref))
    response["ETag"] = tag_of(now)
    return Status(201, now)


def _act(request: ActorHttpRequest, response: HttpResponse, ref: str, act: Callable[[Ask], Any]) -> AskShown:
    """Do it on the version that its sender saw; show it as it stands then."""
    check_tag_sent(request)
    row = _find(request, ref)
    with expecting(request, lambda: shown(_find(request, ref))):
        act(row)
    now = shown(_find(request, ref))
    response["ETag"] = tag_of(now)
    return now


@router.patch("/asks/{ref}", response=AskShown, openapi_extra=OF_ASK, summary="Revise a draft")
def revise_ask(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: ReviseTaken) -> Any:
    """Say a draft anew; what is left out stays."""

    def act(row: Ask) -> Any:
        return actions.revise_ask(
            row, by=request.actor, revision=row.revision,
            year=_year(taken.year, Basis(row.basis)) if taken.year else row.financial_year,
            amount=row.amount if taken.amount is None else taken.amount,
            instrument=taken.instrument or Instrument(row.instrument), motivation=taken.motivation or row.motivation,
        )  # fmt: skip

    return _act(request, response, ref, act)


@router.post("/asks/{ref}/route", response=AskShown, openapi_extra=OF_ASK, summary="Route an ask")
def route_ask(request: ActorHttpRequest, response: HttpResponse, ref: Code) -> Any:
    """Put it before the accounting officer, in a legal window of the institution's cycle."""
    return _act(request, response, ref, lambda row: actions.route_ask(row, by=request.actor, revision=row.revision))


@router.post("/asks/{ref}/answer", response=AskShown, openapi_extra=OF_ASK, summary="Answer an ask")
def answer_ask(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: AnswerTaken) -> Any:
    """The institution's accounting officer, or written delegate, answers. “Agreed” is not money."""
    return _act(request, response, ref, lambda row: actions.answer_ask(
        row, by=request.actor, revision=row.revision, code=taken.code, reason=taken.reason, amount=taken.amount,
        year=_year(taken.year, Basis(row.basis)).start if taken.year else None,
    ))  # fmt: skip


@router.post("/asks/{ref}/move", response=AskShown, openapi_extra=OF_ASK, summary="It came further")
def move_ask(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: MoveTaken) -> Any:
    """It is in the institution's submission, or recommended, and what says so. No further step is ever typed."""

    def act(row: Ask) -> Any:
        document = None
        if taken.document_sha256:
            document = commitments.handed_in(request.actor, taken.document_sha256)
            if document is None:
                raise Http404
        return actions.move_ask(
            row, by=request.actor, revision=row.revision, to=AskState(taken.to), source=taken.source, on=taken.on,
            document=document,
        )  # fmt: skip

    return _act(request, response, ref, act)


@router.post("/asks/{ref}/withdraw", response=AskShown, openapi_extra=OF_ASK, summary="Withdraw an ask")
def withdraw_ask(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: Reason) -> Any:
    """Take it back, with a reason."""
    return _act(request, response, ref, lambda row: actions.withdraw_ask(
        row, by=request.actor, revision=row.revision, reason=taken.reason
    ))  # fmt: skip
