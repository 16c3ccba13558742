"""The verbs of a commitment itself. Each does what the button of the page does, through the same action."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from ninja import Status

from oneplan.access.middleware import ActorHttpRequest
from oneplan.commitments import actions, queries
from oneplan.commitments.api.changing import ASKS_TAG, answer, change, handed_in
from oneplan.commitments.api.routes import router
from oneplan.commitments.api.shapes import CommitmentWhole
from oneplan.commitments.api.taken import (
    AmendTaken,
    DeliverTaken,
    MarkTaken,
    ProposeTaken,
    ServesTaken,
    SharesTaken,
    ShareTaken,
    TermsTaken,
)
from oneplan.commitments.models import Commitment
from oneplan.institutions.models import Institution, Post
from oneplan.platform.errors import RuleBroken
from oneplan.platform.rest.codes import known
from oneplan.platform.rest.schemas import Code, Reason, given
from oneplan.spaces.models import MunicipalArea, Space, Ward


def _terms(taken: TermsTaken, *but: str) -> dict[str, Any]:
    """The terms that were sent, with codes turned into rows."""
    terms = given(taken, *but)
    if terms.get("accountable_post"):
        terms["accountable_post"] = known(Post, terms["accountable_post"], _("post"))
    if terms.get("ward"):
        terms["ward"] = known(Ward, terms["ward"], _("ward"))
    if "municipal_areas" in terms:
        terms["municipal_areas"] = [
            known(MunicipalArea, code, _("municipal area")) for code in dict.fromkeys(terms["municipal_areas"])
        ]
    if "project_stage" in terms:
        terms["project_stage"] = terms["project_stage"] or ""
    return terms


def _fractions(shares: list[ShareTaken]) -> dict[str, Decimal]:
    """The parts by the code of their space. Raises RuleBroken for a space that stands twice, or that is none."""
    parts: dict[str, Decimal] = {}
    for each in shares:
        if each.space in parts:
            raise RuleBroken(
                _("%(space)s stands twice among the shares. Name each space once.") % {"space": each.space}
            )
        parts[known(Space, each.space, _("space")).pk] = each.fraction
    return parts


@router.post("/commitments", response={201: CommitmentWhole}, summary="Propose a commitment")
def propose_commitment(request: ActorHttpRequest, response: HttpResponse, taken: ProposeTaken) -> Any:
    """Write down what an institution is asked to promise. Nobody has agreed to anything yet."""
    space, lead = known(Space, taken.space, _("space")), known(Institution, taken.lead, _("institution"))
    row = actions.propose_commitment(
        space, by=request.actor, lead=lead, shares=_fractions(taken.shares) or None,
        **_terms(taken, "space", "lead", "shares"),
    )  # fmt: skip
    response["Location"] = f"/api/v1/commitments/{row.ref}"
    return Status(201, answer(request, response, row.ref))


@router.patch("/commitments/{ref}", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Amend a commitment")
def amend_commitment(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: AmendTaken) -> Any:
    """Change what a commitment says. Agreement and signatures fall: what was agreed is no longer what is written."""
    return change(
        request, response, ref,
        lambda row: actions.amend_commitment(
            row, revision=row.revision, by=request.actor, reason=taken.reason, **_terms(taken, "reason")
        ),
    )  # fmt: skip


@router.post("/commitments/{ref}/withdraw", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Withdraw it")
def withdraw_commitment(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: Reason) -> Any:
    """Take a commitment back. It stays in the ledger as withdrawn."""
    return change(
        request, response, ref,
        lambda row: actions.withdraw_commitment(row, by=request.actor, reason=taken.reason, revision=row.revision),
    )  # fmt: skip


@router.post("/commitments/{ref}/restore", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Restore it")
def restore_commitment(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: Reason) -> Any:
    """Propose a withdrawn commitment again; every party is asked anew."""
    return change(
        request, response, ref,
        lambda row: actions.restore_commitment(row, by=request.actor, reason=taken.reason, revision=row.revision),
    )  # fmt: skip


@router.post("/commitments/{ref}/deliver", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Report delivery")
def deliver_commitment(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: DeliverTaken) -> Any:
    """Say that a signed commitment was delivered, and what shows it."""
    return change(
        request, response, ref,
        lambda row: actions.deliver_commitment(
            row, delivered_on=taken.delivered_on, evidence=taken.evidence, by=request.actor, revision=row.revision,
            document=handed_in(request, taken.document_sha256),
        ),
    )  # fmt: skip


# --- where it lies, what it serves, how it is marked ------------------------------------------------------------------


@router.put("/commitments/{ref}/shares", response=CommitmentWhole, openapi_extra=ASKS_TAG, summary="Set the shares")
def set_shares(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: SharesTaken) -> Any:
    """Say in which spaces it lies from a day on, and with what part of its rand. Agreement and signatures fall."""
    return change(
        request, response, ref,
        lambda row: actions.set_shares(
            row, _fractions(taken.shares), valid_from=taken.valid_from, by=request.actor
        ),
        gains=[each.space for each in taken.shares],
    )  # fmt: skip


@router.put(
    "/commitments/{ref}/serves/{space}", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Say what it serves in a space",
)  # fmt: skip
def serve_elements(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, space: Code, taken: ServesTaken
) -> Any:
    """Name every outcome and strategy of that space's plan that it serves; an empty list unlinks it from the plan."""

    def act(row: Commitment) -> None:
        if space not in queries.share_codes(row):
            raise Http404
        actions.serve_elements(row, known(Space, space, _("space")), taken.refs, by=request.actor)

    return change(request, response, ref, act)


@router.put(
    "/commitments/{ref}/markings/{marker}", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Set a cross-cutting marker",
)  # fmt: skip
def mark_commitment(
    request: ActorHttpRequest, response: HttpResponse, ref: Code, marker: Code, taken: MarkTaken
) -> Any:
    """Set a marker with its justification, or change the justification."""
    return change(
        request, response, ref,
        lambda row: actions.mark_commitment(row, marker, justification=taken.justification, by=request.actor),
    )  # fmt: skip


@router.post(
    "/commitments/{ref}/markings/{marker}/remove", response=CommitmentWhole, openapi_extra=ASKS_TAG,
    summary="Take a cross-cutting marker away",
)  # fmt: skip
def unmark_commitment(request: ActorHttpRequest, response: HttpResponse, ref: Code, marker: Code) -> Any:
    """The marker is gone; the history keeps it."""
    return change(request, response, ref, lambda row: actions.unmark_commitment(row, marker, by=request.actor))
