"""The ledger and one commitment."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from oneplan.access.middleware import ActorHttpRequest
from oneplan.commitments import queries
from oneplan.commitments.api.routes import router
from oneplan.commitments.api.shapes import CommitmentLine, CommitmentWhole, line, whole
from oneplan.commitments.api.taken import YearText
from oneplan.commitments.choices import CommitmentKind, CommitmentState, Novelty
from oneplan.commitments.models import Commitment, Party, Signature
from oneplan.commitments.queries import LedgerFilters
from oneplan.periods import clock
from oneplan.platform.rest.paging import Listed, Paging, paged
from oneplan.platform.rest.schemas import Code, Line, YesNo


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None or not 1900 <= moment.year <= 2200:  # every offset stays within time
        raise PydanticCustomError("moment", "This is no moment. Write it with its offset: 2026-11-22T08:00:00+02:00.")
    return moment


Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]


class CommitmentFilter(Paging):
    """The filters of the ledger. Several values of one filter are alternatives."""

    space: list[Code] = Field([], description="A space with a share, by code.")
    province: list[Code] = Field([], description="A province in which a space has a share, by code.")
    state: list[CommitmentState] = []
    area: list[Code] = Field([], description="A transformation area, by code.")
    party: list[Code] = Field([], description="An institution that takes part, by code.")
    funded: list[Literal["funded", "part", "unfunded", "unknown"]] = []
    placed: list[Literal["placed", "coarse", "not_placed"]] = []
    year: list[YearText] = Field([], description="A financial year in which there is a pledge, such as 2026-PFMA.")
    kind: list[CommitmentKind] = []
    novelty: list[Novelty] = []
    catalytic: YesNo | None = None
    late: YesNo | None = Field(None, description="Past its finish and not delivered.")
    text: Line | None = Field(None, description="Words of the title, reference, place or institution.")
    updated_since: Moment | None = Field(None, description="Changed, answered or signed at or after this moment.")


def _filters(asked: CommitmentFilter) -> LedgerFilters:
    def texts(values: Any) -> tuple[str, ...]:
        return tuple(str(value) for value in values)

    return LedgerFilters(
        q=(asked.text,) if asked.text else (), space=texts(asked.space), province=texts(asked.province),
        state=texts(each.value for each in asked.state), area=texts(asked.area), party=texts(asked.party),
        funding=texts(asked.funded), placed=texts(asked.placed), year=texts(asked.year),
        kind=texts(each.value for each in asked.kind), novelty=texts(each.value for each in asked.novelty),
        catalytic=(asked.catalytic,) if asked.catalytic else (), late=(asked.late,) if asked.late else (),
    )  # fmt: skip


def _updated(rows: "QuerySet[Commitment]", since: datetime) -> "QuerySet[Commitment]":
    """Changed in its terms, or answered or signed by a party."""
    answered = Party.objects.filter(commitment=OuterRef("pk"), answered_at__gte=since)
    signed = Signature.objects.filter(Q(signed_at__gte=since) | Q(voided_at__gte=since))
    return rows.filter(
        Q(changed_at__gte=since) | Exists(answered) | Exists(signed.filter(party__commitment=OuterRef("pk")))
    )


@router.get("/commitments", response=Listed[CommitmentLine], summary="The ledger of commitments")
def list_commitments(
    request: ActorHttpRequest, response: HttpResponse, asked: Query[CommitmentFilter]
) -> dict[str, Any]:
    """Commitments that I may read, by reference."""
    rows = queries.ledger(request.actor, _filters(asked))
    rows = _updated(rows, asked.updated_since) if asked.updated_since else rows
    today = clock.today()
    return paged(request, response, queries.for_ledger(rows).order_by("ref"), asked, lambda row: line(row, today))


def find(request: ActorHttpRequest, ref: str) -> Commitment:
    """The commitment, where the caller may read it; else 404, as if there were none."""
    found: Commitment = get_object_or_404(queries.for_page(queries.visible_to(request.actor)), ref=ref)
    return found


def shown(request: ActorHttpRequest, ref: str) -> CommitmentWhole:
    """The commitment as it stands now."""
    return whole(find(request, ref), clock.today())


@router.get("/commitments/{ref}", response=CommitmentWhole, summary="One commitment")
def read_commitment(request: ActorHttpRequest, ref: Code) -> CommitmentWhole:
    """A commitment with parties, pledges, shares and signatures. Its ETag is what every change asks for."""
    return shown(request, ref)
