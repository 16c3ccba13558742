"""What is taken to propose a commitment and to change one."""

from decimal import Decimal
from typing import Annotated

from ninja import Field
from pydantic import BeforeValidator, StringConstraints

from oneplan.commitments.choices import CommitmentKind, FundingStatus, Novelty, ProjectStage
from oneplan.platform.rest.schemas import (
    TEXT,
    Code,
    Day,
    Flag,
    Fraction,
    Line,
    Number,
    Paragraph,
    RandText,
    Reason,
    Sha256,
    Taken,
    degrees,
)

YearText = Annotated[str, StringConstraints(pattern=r"^(199[4-9]|20[0-9]{2}|2100)-(PFMA|MFMA)$")]
_Title = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=TEXT)]
_Short = Annotated[str, StringConstraints(max_length=60, pattern=TEXT)]
_Source = Annotated[str, StringConstraints(max_length=200, pattern=TEXT)]
_Words = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=TEXT)]
_Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), BeforeValidator(degrees)]
_Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False), BeforeValidator(degrees)]
_HANDED_IN = "The hash of a file that you handed in (POST /commitments/{ref}/evidence)."


class TermsTaken(Taken):
    """What a commitment says. What is left out stays as it is, or empty in a new one; null empties."""

    description: Paragraph = ""
    is_catalytic: Flag = False
    project_stage: ProjectStage | None = None
    objective: Paragraph = ""
    indicator: Line = ""
    unit: _Short = ""
    baseline: Number | None = None
    target: Number | None = None
    target_on: Day | None = None
    outputs: Paragraph = ""
    start_on: Day | None = None
    finish_on: Day | None = None
    total_cost: RandText | None = Field(None, description="Rand, as text. Leave it out if it is unknown.")
    spent_before: RandText | None = None
    accountable_post: Code | None = Field(None, description="The code of a post (GET /institutions/{code}).")
    municipal_areas: list[Code] = Field([], max_length=300)
    ward: Code | None = None
    whole_space: Flag = False
    place_text: Line = ""
    longitude: _Longitude | None = None
    latitude: _Latitude | None = None


class ShareTaken(Taken):
    """A space's part, such as "0.5"."""

    space: Code
    fraction: Fraction


class ProposeTaken(TermsTaken):
    """A new commitment."""

    space: Code = Field(description="The space in whose ledger it is first proposed.")
    title: _Title
    lead: Code = Field(description="The institution that leads, by code.")
    area: Code = Field(description="The transformation area, such as services.")
    kind: CommitmentKind = CommitmentKind.PROJECT
    novelty: Novelty = Novelty.NEW
    responsibility: Paragraph = Field("", description="What the lead is responsible for.")
    shares: list[ShareTaken] = Field(
        [], max_length=52, description="The parts of several spaces, summing to 1; the whole in `space` unless told."
    )


class AmendTaken(TermsTaken, Reason):
    """Changed terms and why."""

    title: _Title = ""
    area: Code = ""
    kind: CommitmentKind = CommitmentKind.PROJECT
    novelty: Novelty = Novelty.NEW


class DeliverTaken(Taken):
    """When it was delivered, and what shows it."""

    delivered_on: Day
    evidence: _Words
    document_sha256: Sha256 = Field("", description=_HANDED_IN)


class AgreeTaken(Taken):
    """Whether the institution's unanswered pledges are accepted with it."""

    accept_pledges: Flag = False


class PledgeTaken(Taken):
    """Money, or the lack of it, of one year from one source."""

    year: YearText = Field(description="The calendar year in which the financial year starts, and its basis.")
    amount: RandText
    status: FundingStatus
    funding_source: _Source = ""
    evidence_sha256: Sha256 = Field("", description=_HANDED_IN)
    evidence_reference: Line = Field("", description="How the contract or statute is cited; needed with a file.")


class RevisePledgeTaken(Reason):
    """What changes in a pledge, and why."""

    year: YearText = ""
    amount: RandText = Decimal(0)
    status: FundingStatus = FundingStatus.INDICATIVE
    funding_source: _Source = ""
    evidence_sha256: Sha256 = Field("", description=_HANDED_IN)
    evidence_reference: Line = Field("", description="How the contract or statute is cited; needed with a file.")


class PartyTaken(Taken):
    """Another institution, and what it is to do."""

    institution: Code
    responsibility: _Words


class RevisePartyTaken(Taken):
    """What a party does, in its new words."""

    responsibility: _Words


class LeadTaken(Reason):
    """The institution that leads from now on, and why."""

    institution: Code


class SharesTaken(Taken):
    """The parts of all spaces from a day on. Together they make 1."""

    shares: list[ShareTaken] = Field(min_length=1, max_length=52)
    valid_from: Day = Field(description="What held before that day stays on record.")


class ServesTaken(Taken):
    """Every outcome and strategy of one space's plan that the commitment serves; what is left out is served no more."""

    refs: list[Code] = Field(max_length=500, description="References such as O-001 and S-002.")


class MarkTaken(Taken):
    """How the commitment serves a cross-cutting marker."""

    justification: Annotated[str, StringConstraints(min_length=10, max_length=20_000, pattern=TEXT)]
