"""What a commitment says, in one canonical form. Who agreed or signed what is compared by the digest of this."""

import hashlib
from decimal import Decimal
from typing import Any

import rfc8785
from django.db.models import Prefetch, QuerySet

from oneplan.commitments.models import Commitment, Party, Pledge, Share


def with_terms(rows: "QuerySet[Commitment]") -> "QuerySet[Commitment]":
    """The rows with everything `terms` reads, in a fixed number of queries."""
    return rows.select_related("accountable_post", "home_space").prefetch_related(
        Prefetch("parties", Party.objects.order_by("institution_id").select_related("institution")),
        Prefetch(
            "parties__pledges", Pledge.objects.order_by("year", "basis", "funding_source").select_related("evidence")
        ),
        Prefetch("shares", Share.objects.order_by("valid_from", "space_id")),
        "services",
        "markings",
        "municipal_areas",
    )


def _text(value: Decimal | float | None, places: str = "") -> str | None:
    """A number as text, so that no reader can round it; None stays None."""
    if value is None:
        return None
    if isinstance(value, float):
        return repr(value)
    return f"{value:.2f}" if places == "rand" else f"{value.normalize():f}"


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


def pledge_terms(pledge: Pledge) -> dict[str, Any]:
    """What a pledge says: year with its basis, amount, source, status and the evidence behind it."""
    return {
        "year": pledge.financial_year.label,
        "basis": pledge.basis,
        "amount": _text(pledge.amount, "rand"),
        "funding_source": pledge.funding_source,
        "status": pledge.status,
        "evidence": pledge.evidence.sha256 if pledge.evidence else None,
        "evidence_reference": pledge.evidence_reference,
    }


def _place(commitment: Commitment) -> dict[str, Any]:
    return {
        "quality": commitment.place_quality,
        "text": commitment.place_text,
        "municipal_areas": sorted(area.pk for area in commitment.municipal_areas.all()),
        "ward": commitment.ward_id,
        "whole_space": commitment.whole_space,
        "longitude": _text(commitment.longitude),
        "latitude": _text(commitment.latitude),
    }


def terms(commitment: Commitment) -> dict[str, Any]:
    """The six protocol elements, the parties with their pledges, shares, place, services and markers.

    JSON types only, decimals as text, lists in a fixed order; no acceptance, signature or state. Rows that come
    through `with_terms` cost no query.
    """
    return {
        "ref": commitment.ref,
        "title": commitment.title,
        "description": commitment.description,
        "kind": commitment.kind,
        "area": commitment.area,
        "novelty": commitment.novelty,
        "is_catalytic": commitment.is_catalytic,
        "project_stage": commitment.project_stage,
        "objective": commitment.objective,
        "indicator": {
            "statement": commitment.indicator,
            "unit": commitment.unit,
            "baseline": _text(commitment.baseline),
            "target": _text(commitment.target),
            "target_on": _day(commitment.target_on),
        },
        "outputs": commitment.outputs,
        "timeline": {"start_on": _day(commitment.start_on), "finish_on": _day(commitment.finish_on)},
        "total_cost": _text(commitment.total_cost, "rand"),
        "spent_before": _text(commitment.spent_before, "rand"),
        "lead": commitment.lead_id,
        "accountable_post": commitment.accountable_post.code if commitment.accountable_post else None,
        "parties": [
            {
                "institution": party.institution_id,
                "role": party.role,
                "responsibility": party.responsibility,
                "pledges": [
                    pledge_terms(pledge)
                    for pledge in sorted(party.pledges.all(), key=lambda p: (p.year, p.basis, p.funding_source))
                ],
            }
            for party in sorted(commitment.parties.all(), key=lambda p: p.institution_id)
        ],
        "shares": [
            {
                "space": share.space_id,
                "fraction": _text(share.fraction),
                "valid_from": _day(share.valid_from),
                "valid_to": _day(share.valid_to),
            }
            for share in sorted(commitment.shares.all(), key=lambda s: (s.valid_from, s.space_id))
        ],
        "serves": [
            {"space": service.space_id, "ref": service.element_ref}
            for service in sorted(commitment.services.all(), key=lambda s: (s.space_id, s.element_ref))
        ],
        "place": _place(commitment),
        "markings": [
            {"marker": marking.marker, "justification": marking.justification}
            for marking in sorted(commitment.markings.all(), key=lambda m: m.marker)
        ],
        "is_sample": commitment.is_sample,
    }


def digest(content: Any) -> str:
    """SHA-256 of the RFC 8785 form, in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def terms_digest(commitment: Commitment) -> str:
    """The digest of what the commitment says now, read afresh."""
    return digest(terms(with_terms(Commitment.objects.all()).get(pk=commitment.pk)))


def pledge_digest(pledge: Pledge) -> str:
    """The digest of a pledge's own terms, tied to its commitment and institution."""
    party = pledge.party
    return digest(
        {"commitment": party.commitment.ref, "institution": party.institution_id, "pledge": pledge_terms(pledge)}
    )
