"""The verbs. Each does what the button of the page does, through the same action; all ask for the commitment's ETag."""

from collections.abc import Callable
from typing import Any, cast

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Status

from oneplan.access.middleware import ActorHttpRequest
from oneplan.commitments import actions, queries
from oneplan.commitments.actions.keeping import lock
from oneplan.commitments.api.reading import find, shown
from oneplan.commitments.api.routes import router
from oneplan.commitments.api.shapes import (
    AgreeTaken,
    AmendTaken,
    CommitmentWhole,
    DeliverTaken,
    PledgeTaken,
    ProposeTaken,
    RevisePledgeTaken,
    TermsTaken,
)
from oneplan.commitments.models import Commitment, Party, Pledge
from oneplan.institutions.models import Institution, Post
from oneplan.periods.years import FinancialYear
from oneplan.platform.errors import RuleBroken
from oneplan.platform.rest.paging import Count
from oneplan.platform.rest.schemas import Code, Reason, given
from oneplan.platform.rest.tags import check_tag_sent, expecting, tag_of
from oneplan.spaces.models import MunicipalArea, Space, Ward

ONE = "/api/v1/commitments/{ref}"
ASKS_TAG: dict[str, Any] = {"x-etag-of": ONE}


def _known(model: Any, code: str, noun: str) -> Any:
    """The row of that code. Raises RuleBroken where the register has none."""
    row = model.objects.filter(code=code).first()
    if row is None:
        raise RuleBroken(_("There is no %(noun)s “%(code)s”. Look its code up first.") % {"noun": noun, "code": code})
    return row


def _terms(taken: TermsTaken, *but: str) -> dict[str, Any]:
    """The terms that were sent, with codes turned into rows."""
    terms = given(taken, *but)
    if terms.get("accountable_post"):
        terms["accountable_post"] = _known(Post, terms["accountable_post"], _("post"))
    if terms.get("ward"):
        terms["ward"] = _known(Ward, terms["ward"], _("ward"))
    if "municipal_areas" in terms:
        terms["municipal_areas"] = [
            _known(MunicipalArea, code, _("municipal area")) for code in dict.fromkeys(terms["municipal_areas"])
        ]
    if "project_stage" in terms:
        terms["project_stage"] = terms["project_stage"] or ""
    return terms


def _answer(request: ActorHttpRequest, response: HttpResponse, ref: str) -> CommitmentWhole:
    now = shown(request, ref)
    response["ETag"] = tag_of(now)
    return now


def _change(
    request: ActorHttpRequest, response: HttpResponse, ref: str, act: Callable[[Commitment], Any]
) -> CommitmentWhole:
    """Do something to the commitment as its sender saw it, and show how it stands then.

    Locked before it is compared: of two who saw the same, the second is told so and writes nothing.
    """
    seen = get_object_or_404(queries.visible_to(request.actor), ref=ref)
    check_tag_sent(request)
    with transaction.atomic():
        lock(seen)
        row = find(request, ref)
        with expecting(request, lambda: shown(request, ref)):
            act(row)
        return _answer(request, response, ref)


@router.post("/commitments", response={201: CommitmentWhole}, summary="Propose a commitment")
def propose_commitment(request: ActorHttpRequest, response: HttpResponse, taken: ProposeTaken) -> Any:
    """Write down what an institution is asked to promise. Nobody has agreed to anything yet."""
    space, lead = _known(Space, taken.space, _("space")), _known(Institution, taken.lead, _("institution"))
    shares: dict[str, Any] = {}
    for each in taken.shares:
        if each.space in shares:
            raise RuleBroken(
                _("%(space)s stands twice among the shares. Name each space once.") % {"space": each.space}
            )
        shares[_known(Space, each.space, _("space")).pk] = each.fraction
    row = actions.propose_commitment(
        space, by=request.actor, lead=lead, shares=shares or None,
        **_terms(taken, "space", "lead", "shares"),
    )  # fmt: skip
    response["Location"] = f"/api/v1/commitments/{row.ref}"
    return Status(201, _answer(request, response, row.ref))


@router.patch("/commitments/{ref}", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Amend a commitment")
def amend_commitment(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: AmendTaken) -> Any:
    """Change what a commitment says. Agreement and signatures fall: what was agreed is no longer what is written."""
    return _change(
        request, response, ref,
        lambda row: actions.amend_commitment(
            row, revision=row.revision, by=request.actor, reason=taken.reason, **_terms(taken, "reason")
        ),
    )  # fmt: skip


@router.post("/commitments/{ref}/withdraw", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Withdraw it")
def withdraw_commitment(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: Reason) -> Any:
    """Take a commitment back. It stays in the ledger as withdrawn."""
    return _change(
        request, response, ref,
        lambda row: actions.withdraw_commitment(row, by=request.actor, reason=taken.reason, revision=row.revision),
    )  # fmt: skip


@router.post("/commitments/{ref}/restore", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Restore it")
def restore_commitment(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: Reason) -> Any:
    """Propose a withdrawn commitment again; every party is asked anew."""
    return _change(
        request, response, ref,
        lambda row: actions.restore_commitment(row, by=request.actor, reason=taken.reason, revision=row.revision),
    )  # fmt: skip


@router.post("/commitments/{ref}/deliver", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Report delivery")
def deliver_commitment(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: DeliverTaken) -> Any:
    """Say that a signed commitment was delivered, and what shows it."""
    return _change(
        request, response, ref,
        lambda row: actions.deliver_commitment(
            row, delivered_on=taken.delivered_on, evidence=taken.evidence, by=request.actor, revision=row.revision
        ),
    )  # fmt: skip


# --- parties ---------------------------------------------------------------------------------------------------------


def _party(row: Commitment, institution: str) -> Party:
    rows = Party.objects.select_related("institution", "commitment__home_space__province")
    return get_object_or_404(rows, commitment=row, institution=institution)


@router.post(
    "/commitments/{ref}/parties/{institution}/agree", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Agree for an institution",
)  # fmt: skip
def agree_commitment(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, institution: Code, taken: AgreeTaken
) -> Any:
    """The institution agrees to the commitment as it is written. Only its own signing authority may."""
    agree = actions.agree_and_accept if taken.accept_pledges else actions.agree_commitment
    return _change(
        request, response, ref, lambda row: agree(_party(row, institution), by=request.actor, revision=row.revision)
    )


@router.post(
    "/commitments/{ref}/parties/{institution}/decline", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Decline for an institution",
)  # fmt: skip
def decline_commitment(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, institution: Code, taken: Reason
) -> Any:
    """The institution says no, and why. Only its own signing authority may."""
    return _change(
        request, response, ref,
        lambda row: actions.decline_commitment(_party(row, institution), by=request.actor, reason=taken.reason),
    )  # fmt: skip


# --- pledges ---------------------------------------------------------------------------------------------------------


def _year(text: str) -> FinancialYear:
    return cast(FinancialYear, queries.read_year(text))  # the shape lets only years through


def _pledge(row: Commitment, pledge: int) -> Pledge:
    rows = Pledge.objects.select_related("party__institution", "party__commitment__home_space__province", "evidence")
    return get_object_or_404(rows, pk=pledge, party__commitment=row)


@router.post(
    "/commitments/{ref}/parties/{institution}/pledges", response={201: CommitmentWhole}, openapi_extra=ASKS_TAG,
    summary="Draft a pledge",
)  # fmt: skip
def draft_pledge(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, institution: Code, taken: PledgeTaken
) -> Any:
    """Write down money, or the lack of it. It counts as accepted only once the accounting officer says so."""

    def act(row: Commitment) -> None:
        actions.draft_pledge(_party(row, institution), by=request.actor, **{**given(taken), "year": _year(taken.year)})

    return Status(201, _change(request, response, ref, act))


@router.patch(
    "/commitments/{ref}/pledges/{pledge}", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Revise a pledge"
)
def revise_pledge(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, pledge: Count, taken: RevisePledgeTaken
) -> Any:
    """Change a pledge. Its answer falls, and the commitment's agreement and signatures with it."""

    def act(row: Commitment) -> None:
        held = _pledge(row, pledge)
        now = {
            "year": held.financial_year, "amount": held.amount, "status": held.status,
            "funding_source": held.funding_source, "evidence_reference": held.evidence_reference,
        }  # fmt: skip
        sent = given(taken)
        if "year" in sent:
            sent["year"] = _year(taken.year)
        actions.revise_pledge(held, revision=held.revision, evidence=held.evidence, by=request.actor, **{**now, **sent})

    return _change(request, response, ref, act)


@router.post(
    "/commitments/{ref}/pledges/{pledge}/remove", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Remove a pledge",
)  # fmt: skip
def remove_pledge(request: ActorHttpRequest, response: HttpResponse, ref: Code, pledge: Count, taken: Reason) -> Any:
    """Take a pledge away; the log keeps what it said."""
    return _change(
        request, response, ref,
        lambda row: actions.remove_pledge(_pledge(row, pledge), by=request.actor, reason=taken.reason),
    )  # fmt: skip


@router.post(
    "/commitments/{ref}/pledges/{pledge}/accept", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Accept a pledge",
)  # fmt: skip
def accept_pledge(request: ActorHttpRequest, response: HttpResponse, ref: Code, pledge: Count) -> Any:
    """The institution's accounting officer, or written delegate, accepts."""

    def act(row: Commitment) -> None:
        held = _pledge(row, pledge)
        actions.accept_pledge(held, by=request.actor, revision=held.revision)

    return _change(request, response, ref, act)


@router.post(
    "/commitments/{ref}/pledges/{pledge}/decline", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Decline a pledge",
)  # fmt: skip
def decline_pledge(request: ActorHttpRequest, response: HttpResponse, ref: Code, pledge: Count, taken: Reason) -> Any:
    """The institution's accounting officer, or written delegate, declines and says why."""

    def act(row: Commitment) -> None:
        held = _pledge(row, pledge)
        actions.decline_pledge(held, by=request.actor, reason=taken.reason, revision=held.revision)

    return _change(request, response, ref, act)
