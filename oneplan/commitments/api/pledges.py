"""What each party puts in, what shows it, and its accounting officer's answer."""

from typing import Any, cast

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Status

from oneplan.access.middleware import ActorHttpRequest
from oneplan.commitments import actions, queries
from oneplan.commitments.api.changing import ASKS_TAG, change, handed_in, party_of, pledge_of
from oneplan.commitments.api.routes import router
from oneplan.commitments.api.shapes import CommitmentWhole, EvidenceShown, evidence
from oneplan.commitments.api.taken import PledgeTaken, RevisePledgeTaken
from oneplan.commitments.models import Commitment
from oneplan.periods.years import FinancialYear
from oneplan.platform.rest.files import gives_file, stored_file
from oneplan.platform.rest.paging import Count
from oneplan.platform.rest.schemas import Code, Reason, Sha256, given
from oneplan.platform.rest.uploads import sent_file, takes_file

_FILE = takes_file("A contract, a statute, a certificate or a photograph: any kind of file.")


@router.post(
    "/commitments/{ref}/evidence", response={201: EvidenceShown}, openapi_extra=_FILE, summary="Hand in evidence"
)
def hand_in_evidence(request: ActorHttpRequest, ref: Code) -> Any:
    """Keep a file, so that a pledge or a delivery can name it by its hash. Nothing of the commitment changes yet."""
    row = get_object_or_404(queries.visible_to(request.actor).select_related("home_space__province"), ref=ref)
    file = sent_file(request)
    stored = actions.hand_in_evidence(
        row, file, name=file.name or "", media_type=file.content_type or "", by=request.actor
    )
    return Status(201, evidence(stored))


@router.get(
    "/commitments/{ref}/evidence/{sha256}", response={200: None}, openapi_extra=gives_file("*/*"),
    summary="A file that shows a pledge or the delivery",
)  # fmt: skip
def download_evidence(request: ActorHttpRequest, ref: Code, sha256: Sha256) -> HttpResponseBase:
    """As it was handed in, for whoever may read the commitment."""
    row = get_object_or_404(queries.visible_to(request.actor), ref=ref)
    document = queries.evidence_of(row, sha256)
    if document is None:
        raise Http404
    return stored_file(request, document)


def _year(text: str) -> FinancialYear:
    return cast(FinancialYear, queries.read_year(text))  # the shape lets only years through


@router.post(
    "/commitments/{ref}/parties/{institution}/pledges", response={201: CommitmentWhole}, openapi_extra=ASKS_TAG,
    summary="Draft a pledge",
)  # fmt: skip
def draft_pledge(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, institution: Code, taken: PledgeTaken
) -> Any:
    """Write down money, or the lack of it. It counts as accepted only once the accounting officer says so."""

    def act(row: Commitment) -> None:
        actions.draft_pledge(
            party_of(row, institution), by=request.actor, year=_year(taken.year),
            evidence=handed_in(request, taken.evidence_sha256), **given(taken, "year", "evidence_sha256"),
        )  # fmt: skip

    return Status(201, change(request, response, ref, act))


@router.patch(
    "/commitments/{ref}/pledges/{pledge}", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Revise a pledge"
)
def revise_pledge(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, pledge: Count, taken: RevisePledgeTaken
) -> Any:
    """Change a pledge. Its answer falls, and the commitment's agreement and signatures with it."""

    def act(row: Commitment) -> None:
        held = pledge_of(row, pledge)
        now = {
            "year": held.financial_year, "amount": held.amount, "status": held.status,
            "funding_source": held.funding_source, "evidence_reference": held.evidence_reference,
        }  # fmt: skip
        sent = given(taken, "evidence_sha256")
        if "year" in sent:
            sent["year"] = _year(taken.year)
        file = handed_in(request, taken.evidence_sha256, held.evidence)
        actions.revise_pledge(held, revision=held.revision, evidence=file, by=request.actor, **{**now, **sent})

    return change(request, response, ref, act)


@router.post(
    "/commitments/{ref}/pledges/{pledge}/remove", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Remove a pledge",
)  # fmt: skip
def remove_pledge(request: ActorHttpRequest, response: HttpResponse, ref: Code, pledge: Count, taken: Reason) -> Any:
    """Take a pledge away; the log keeps what it said."""
    return change(
        request, response, ref,
        lambda row: actions.remove_pledge(pledge_of(row, pledge), by=request.actor, reason=taken.reason),
    )  # fmt: skip


@router.post(
    "/commitments/{ref}/pledges/{pledge}/accept", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Accept a pledge",
)  # fmt: skip
def accept_pledge(request: ActorHttpRequest, response: HttpResponse, ref: Code, pledge: Count) -> Any:
    """The institution's accounting officer, or written delegate, accepts."""

    def act(row: Commitment) -> None:
        held = pledge_of(row, pledge)
        actions.accept_pledge(held, by=request.actor, revision=held.revision)

    return change(request, response, ref, act)


@router.post(
    "/commitments/{ref}/pledges/{pledge}/decline", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Decline a pledge",
)  # fmt: skip
def decline_pledge(request: ActorHttpRequest, response: HttpResponse, ref: Code, pledge: Count, taken: Reason) -> Any:
    """The institution's accounting officer, or written delegate, declines and says why."""

    def act(row: Commitment) -> None:
        held = pledge_of(row, pledge)
        actions.decline_pledge(held, by=request.actor, reason=taken.reason, revision=held.revision)

    return change(request, response, ref, act)
