"""Who takes part, and their answers. Every change asks for the commitment's ETag."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Status

from oneplan.access.middleware import ActorHttpRequest
from oneplan.commitments import actions
from oneplan.commitments.api.changing import ASKS_TAG, change, party_of
from oneplan.commitments.api.routes import router
from oneplan.commitments.api.shapes import CommitmentWhole
from oneplan.commitments.api.taken import AgreeTaken, LeadTaken, PartyTaken, RevisePartyTaken
from oneplan.commitments.models import Commitment
from oneplan.institutions.models import Institution
from oneplan.platform.rest.codes import known
from oneplan.platform.rest.schemas import Code, Reason

PARTY = "/commitments/{ref}/parties/{institution}"


@router.post(
    "/commitments/{ref}/parties", response={201: CommitmentWhole}, openapi_extra=ASKS_TAG, summary="Add a party"
)
def add_party(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: PartyTaken) -> Any:
    """Ask another institution to take part. Parties that agreed before are asked anew: the promise is another one."""

    def act(row: Commitment) -> None:
        institution = known(Institution, taken.institution, _("institution"))
        actions.add_party(row, institution, responsibility=taken.responsibility, by=request.actor)

    return Status(201, change(request, response, ref, act))


@router.patch(PARTY, response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Change what a party does")
def revise_party(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, institution: Code, taken: RevisePartyTaken
) -> Any:
    """Say anew what a party is responsible for. Agreement and signatures fall."""
    return change(
        request, response, ref,
        lambda row: actions.revise_party(
            party_of(row, institution), responsibility=taken.responsibility, by=request.actor
        ),
    )  # fmt: skip


@router.post(PARTY + "/remove", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Remove a party")
def remove_party(request: ActorHttpRequest, response: HttpResponse, ref: Code, institution: Code, taken: Reason) -> Any:
    """Take a party out that has answered no pledge and never signed; its unanswered pledges go with it."""
    return change(
        request, response, ref,
        lambda row: actions.remove_party(party_of(row, institution), by=request.actor, reason=taken.reason),
    )  # fmt: skip


@router.put("/commitments/{ref}/lead", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Change the lead")
def change_lead(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: LeadTaken) -> Any:
    """Name another leading institution; the former lead stays a partner, and its accountable post is let go."""

    def act(row: Commitment) -> None:
        institution = known(Institution, taken.institution, _("institution"))
        actions.change_lead(row, institution, revision=row.revision, by=request.actor, reason=taken.reason)

    return change(request, response, ref, act)


@router.post(
    PARTY + "/agree", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Agree for an institution",
)  # fmt: skip
def agree_commitment(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, institution: Code, taken: AgreeTaken
) -> Any:
    """The institution agrees to the commitment as it is written. Only its own signing authority may."""
    agree = actions.agree_and_accept if taken.accept_pledges else actions.agree_commitment
    return change(
        request, response, ref, lambda row: agree(party_of(row, institution), by=request.actor, revision=row.revision)
    )


@router.post(
    PARTY + "/decline", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Decline for an institution",
)  # fmt: skip
def decline_commitment(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, institution: Code, taken: Reason
) -> Any:
    """The institution says no, and why. Only its own signing authority may."""
    return change(
        request, response, ref,
        lambda row: actions.decline_commitment(party_of(row, institution), by=request.actor, reason=taken.reason),
    )  # fmt: skip
