"""What goes into a signing copy (terms alone) and into a sealed bundle (who agreed, accepted and signed)."""

from typing import Any

from oneplan.commitments.choices import Acceptance, CommitmentState, FundingStatus
from oneplan.commitments.models import Commitment, Party, Pledge, Signature
from oneplan.commitments.queries import area_label, in_space
from oneplan.commitments.terms import digest, terms, with_terms
from oneplan.spaces.models import Space


def _of(space: Space) -> list[Commitment]:
    rows = Commitment.objects.filter(in_space(space.pk)).exclude(state=CommitmentState.WITHDRAWN)
    return list(
        with_terms(rows).prefetch_related("parties__signatures__post", "parties__answered_post").order_by("ref")
    )


def commitment_content(space: Space) -> list[dict[str, Any]]:
    """The terms of every commitment with a share in the space, by reference; withdrawn ones left out.

    No acceptance, no signature, no state: this is what is signed. Names and labels are copied, so that later changes
    of the registers cannot change a sealed page; `digest` is what agreement and signatures cite. The number of queries
    is fixed.
    """
    content = []
    for commitment in _of(space):
        said = terms(commitment)
        names = {party.institution_id: party.institution.name for party in commitment.parties.all()}
        spheres = {party.institution_id: party.institution.sphere for party in commitment.parties.all()}
        content.append(
            {
                **said,
                "digest": digest(said),
                "place": {**said["place"], "municipal_areas": _areas(commitment)},
                "area_label": str(area_label(commitment.area)) if commitment.area else "",
                "kind_label": str(commitment.get_kind_display()),
                "novelty_label": str(commitment.get_novelty_display()),
                "lead_name": names.get(commitment.lead_id, ""),
                "accountable_post_title": commitment.accountable_post.title if commitment.accountable_post else "",
                "parties": [
                    {**party, "name": names[party["institution"]], "sphere": spheres[party["institution"]]}
                    for party in said["parties"]
                ],
                "share": next(
                    (share["fraction"] for share in reversed(said["shares"]) if share["space"] == space.pk), None
                ),
                "funding": commitment.funding or "unknown",
                "source": commitment.source,
            }
        )
    return content


def _areas(commitment: Commitment) -> list[dict[str, str]]:
    """The municipal areas of a commitment with their names of today, by code."""
    return [
        {"code": area.pk, "name": area.name} for area in sorted(commitment.municipal_areas.all(), key=lambda a: a.pk)
    ]


def standing(space: Space, copy_hash: str) -> list[dict[str, Any]]:
    """Who agreed, accepted and signed, by which post and instrument, and who is outstanding, on the day it is asked.

    `copy_hash` names the signing copy; each signature cites its own, and says whether it is of this copy.
    """
    return [_standing(commitment, copy_hash) for commitment in _of(space)]


def _standing(commitment: Commitment, copy_hash: str) -> dict[str, Any]:
    now = digest(terms(commitment))
    parties = [
        _party(party, now, copy_hash) for party in sorted(commitment.parties.all(), key=lambda p: p.institution_id)
    ]
    return {
        "ref": commitment.ref,
        "state": commitment.state,
        "digest": now,
        "parties": parties,
        "outstanding": [
            {"institution": party["institution"], "name": party["name"], "owes": party["owes"]}
            for party in parties
            if party["owes"]
        ],
    }


def _party(party: Party, now: str, copy_hash: str) -> dict[str, Any]:
    signature = next((each for each in party.signatures.all() if each.voided_at is None), None)
    pledges = [_pledge(pledge) for pledge in party.pledges.all()]
    owes = []
    if party.acceptance != Acceptance.ACCEPTED:
        owes.append("declined" if party.acceptance == Acceptance.DECLINED else "agreement")
    if any(p["acceptance"] == Acceptance.ASKED and p["status"] != FundingStatus.UNFUNDED for p in pledges):
        owes.append("pledges")
    if signature is None:
        owes.append("signature")
    return {
        "institution": party.institution_id,
        "name": party.institution.name,
        "role": party.role,
        "acceptance": party.acceptance,
        "answered_at": party.answered_at.isoformat() if party.answered_at else None,
        "answered_by": party.answered_by,
        "answered_post": party.answered_post.code if party.answered_post else None,
        "reason": party.answer_reason,
        "agreed_to_these_terms": party.agreed_digest == now,
        "pledges": pledges,
        "signature": _signature(signature, now, copy_hash) if signature else None,
        "owes": owes,
    }


def _pledge(pledge: Pledge) -> dict[str, Any]:
    return {
        "year": pledge.financial_year.label,
        "basis": pledge.basis,
        "amount": f"{pledge.amount:.2f}",
        "funding_source": pledge.funding_source,
        "status": pledge.status,
        "acceptance": pledge.acceptance,
        "answered_at": pledge.answered_at.isoformat() if pledge.answered_at else None,
        "answered_by": pledge.answered_by,
        "reason": pledge.answer_reason,
        "copy_hash": pledge.copy_hash,
    }


def _signature(signature: Signature, now: str, copy_hash: str) -> dict[str, Any]:
    return {
        "signed_by": signature.signed_by,
        "signed_at": signature.signed_at.isoformat(),
        "post": signature.post.code,
        "instrument": signature.instrument,
        "copy_hash": signature.copy_hash,
        "of_this_copy": signature.copy_hash == copy_hash,
        "digest": signature.digest,
        "of_these_terms": signature.digest == now,
    }
