"""How a commitment looks from outside."""

from datetime import date, datetime
from typing import Any

from ninja import Field

from oneplan.commitments.choices import (
    PLACED,
    Acceptance,
    CommitmentKind,
    CommitmentState,
    FundingStatus,
    Novelty,
    PartyRole,
    PlaceQuality,
)
from oneplan.commitments.models import Commitment, Party, Pledge, Share
from oneplan.institutions.models import Institution
from oneplan.platform.documents import Document
from oneplan.platform.rest.schemas import Named, Rand, Shown, decimal_text, rand, rand_if_known


class ShareShown(Shown):
    """A space's part in a commitment. At every date the parts sum to 1."""

    space: str
    fraction: str
    valid_from: date
    valid_to: date | None


class CommitmentPlace(Shown):
    """Where it lands, and how well that is known."""

    quality: PlaceQuality
    is_placed: bool = Field(description="Only a ward, a point in a legal boundary or named municipal areas count.")
    text: str


class CommitmentLine(Shown):
    """A commitment as the ledger shows it."""

    ref: str = Field(examples=["DC36-C-0001"])
    title: str
    state: CommitmentState
    area: str
    kind: CommitmentKind
    novelty: Novelty
    is_catalytic: bool
    is_sample: bool = Field(description="An invented commitment of the demonstration.")
    home_space: str
    lead: Named
    parties: list[str] = Field(description="The institutions that take part, by code.")
    shares: list[ShareShown] = Field(description="The parts that hold today.")
    place: CommitmentPlace
    funding: str = Field(description="funded, part, unfunded, or unknown.")
    pledged: Rand
    total_cost: Rand | None
    start_on: date | None
    finish_on: date | None
    changed_at: datetime
    revision: int


class PledgeShown(Shown):
    """What one party puts in, in one financial year, from one source."""

    id: int
    year: str = Field(examples=["2026-PFMA"])
    year_label: str = Field(examples=["2026/27 (Apr–Mar)"])
    amount: Rand
    status: FundingStatus
    funding_source: str
    evidence_sha256: str | None
    evidence_reference: str
    acceptance: Acceptance
    answered_at: datetime | None
    answered_by: str
    reason: str
    revision: int


class SignatureShown(Shown):
    """A party's name under the commitment, on the signing copy with that hash."""

    signed_at: datetime
    signed_by: str
    instrument: str
    copy_hash: str
    voided_at: datetime | None
    void_reason: str


class PartyShown(Shown):
    """An institution that takes part, whether it agreed, what it pledges, and its signatures."""

    institution: Named
    role: PartyRole
    responsibility: str
    acceptance: Acceptance
    answered_at: datetime | None
    answered_by: str
    reason: str
    pledges: list[PledgeShown]
    signatures: list[SignatureShown]


class IndicatorShown(Shown):
    """What will show it. Values are decimals as text."""

    statement: str
    unit: str
    baseline: str | None
    target: str | None
    target_on: date | None


class ServiceShown(Shown):
    """An outcome or strategy of a space's plan that the commitment serves."""

    space: str
    ref: str


class MarkerShown(Shown):
    """A cross-cutting marker with its justification."""

    marker: str
    justification: str


class PostNamed(Shown):
    """A post by code and title."""

    code: str
    title: str


class WholePlace(CommitmentPlace):
    """Where it lands."""

    municipal_areas: list[str]
    ward: str | None
    whole_space: bool
    longitude: float | None
    latitude: float | None


class DeliveryShown(Shown):
    """That it was delivered, and what shows it."""

    delivered_on: date
    evidence: str
    document_sha256: str | None


class CommitmentWhole(CommitmentLine):
    """A commitment with its six protocol elements, parties, pledges, shares and signatures."""

    place: WholePlace
    description: str
    objective: str
    indicator: IndicatorShown
    outputs: str
    spent_before: Rand | None
    accountable_post: PostNamed | None
    project_stage: str
    all_shares: list[ShareShown] = Field(description="Past and future parts too.")
    parties_in_full: list[PartyShown]
    serves: list[ServiceShown]
    markings: list[MarkerShown]
    delivery: DeliveryShown | None
    external_ids: dict[str, str]
    source: str
    proposed_at: datetime


class EvidenceShown(Shown):
    """A file that was handed in. By its hash a pledge or a delivery names it."""

    sha256: str
    name: str
    media_type: str
    size: int = Field(description="Bytes.")
    handed_in_at: datetime


def evidence(row: Document) -> EvidenceShown:
    """A stored file."""
    return EvidenceShown(
        sha256=row.sha256, name=row.name, media_type=row.media_type, size=row.size, handed_in_at=row.stored_at
    )


def _institution(row: Institution) -> Named:
    return Named(code=row.code, name=row.name)


def _share(row: Share) -> ShareShown:
    return ShareShown(
        space=row.space_id, fraction=decimal_text(row.fraction) or "", valid_from=row.valid_from, valid_to=row.valid_to
    )


def line(row: Commitment, today: date) -> CommitmentLine:
    """A row that came through `queries.for_ledger` or `for_page`."""
    return CommitmentLine(**_line(row, today))


def _line(row: Commitment, today: date) -> dict[str, Any]:
    holding = [each for each in row.shares.all() if holds(each, today)]
    return {
        "ref": row.ref, "title": row.title, "state": row.state, "area": row.area, "kind": row.kind,
        "novelty": row.novelty, "is_catalytic": row.is_catalytic, "is_sample": row.is_sample,
        "home_space": row.home_space_id, "lead": _institution(row.lead),
        "parties": sorted(each.institution_id for each in row.parties.all()),
        "shares": [_share(each) for each in sorted(holding, key=lambda each: each.space_id)],
        "place": CommitmentPlace(
            quality=PlaceQuality(row.place_quality), is_placed=row.place_quality in PLACED, text=row.place_text
        ),
        "funding": row.funding or "unknown", "pledged": rand(row.pledged), "total_cost": rand_if_known(row.total_cost),
        "start_on": row.start_on, "finish_on": row.finish_on, "changed_at": row.changed_at, "revision": row.revision,
    }  # fmt: skip


def holds(share: Share, on: date) -> bool:
    """Whether a share holds on a day, half open."""
    return share.valid_from <= on and (share.valid_to is None or share.valid_to > on)


def whole(row: Commitment, today: date) -> CommitmentWhole:
    """A row that came through `queries.for_page`."""
    told = _line(row, today)
    told["place"] = WholePlace(
        **told["place"].model_dump(), municipal_areas=sorted(each.pk for each in row.municipal_areas.all()),
        ward=row.ward_id, whole_space=row.whole_space, longitude=row.longitude, latitude=row.latitude,
    )  # fmt: skip
    post = row.accountable_post
    return CommitmentWhole(
        **told, description=row.description, objective=row.objective,
        indicator=IndicatorShown(
            statement=row.indicator, unit=row.unit, baseline=decimal_text(row.baseline),
            target=decimal_text(row.target), target_on=row.target_on,
        ),
        outputs=row.outputs, spent_before=rand_if_known(row.spent_before),
        accountable_post=PostNamed(code=post.code, title=post.title) if post else None,
        project_stage=row.project_stage,
        all_shares=[_share(each) for each in sorted(row.shares.all(), key=lambda s: (s.valid_from, s.space_id))],
        parties_in_full=[_party(each) for each in sorted(row.parties.all(), key=lambda p: p.institution_id)],
        serves=[
            ServiceShown(space=each.space_id, ref=each.element_ref)
            for each in sorted(row.services.all(), key=lambda s: (s.space_id, s.element_ref))
        ],
        markings=[
            MarkerShown(marker=each.marker, justification=each.justification)
            for each in sorted(row.markings.all(), key=lambda m: m.marker)
        ],
        delivery=_delivery(row),
        external_ids={str(key): str(value) for key, value in sorted(row.external_ids.items())},
        source=row.source, proposed_at=row.proposed_at,
    )  # fmt: skip


def _delivery(row: Commitment) -> DeliveryShown | None:
    if not row.delivered_on:
        return None
    document = row.delivery_document
    return DeliveryShown(
        delivered_on=row.delivered_on, evidence=row.delivery_evidence,
        document_sha256=document.sha256 if document else None,
    )  # fmt: skip


def _party(row: Party) -> PartyShown:
    return PartyShown(
        institution=_institution(row.institution), role=PartyRole(row.role), responsibility=row.responsibility,
        acceptance=Acceptance(row.acceptance), answered_at=row.answered_at, answered_by=row.answered_by,
        reason=row.answer_reason, pledges=[_pledge(each) for each in row.pledges.all()],
        signatures=[
            SignatureShown(
                signed_at=each.signed_at, signed_by=each.signed_by, instrument=each.instrument,
                copy_hash=each.copy_hash, voided_at=each.voided_at, void_reason=each.void_reason,
            )
            for each in row.signatures.all()
        ],
    )  # fmt: skip


def _pledge(row: Pledge) -> PledgeShown:
    return PledgeShown(
        id=row.pk, year=f"{row.year}-{row.basis}", year_label=row.financial_year.long, amount=rand(row.amount),
        status=FundingStatus(row.status), funding_source=row.funding_source,
        evidence_sha256=row.evidence.sha256 if row.evidence else None, evidence_reference=row.evidence_reference,
        acceptance=Acceptance(row.acceptance), answered_at=row.answered_at, answered_by=row.answered_by,
        reason=row.answer_reason, revision=row.revision,
    )  # fmt: skip
