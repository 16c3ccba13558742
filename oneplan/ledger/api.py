"""The interface to the money ledger."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router

from oneplan.access.bearers import SIGNED_IN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.budgets.choices import AmountType, Standing
from oneplan.commitments import queries as commitments
from oneplan.ledger import actions, queries
from oneplan.ledger.choices import Execution, Funding, Movement
from oneplan.ledger.models import Cycle, Entry, EntryLine
from oneplan.ledger.queries import EntryFilters
from oneplan.periods.years import Basis
from oneplan.platform.rest.paging import Listed, Paging, paged
from oneplan.platform.rest.schemas import Code, Day, Line, Paragraph, Rand, Reason, Shown, Taken, rand, rand_if_known
from oneplan.platform.rest.tags import expecting, tag_of
from oneplan.spaces.queries import space_named

router = Router(tags=["Money ledger"], auth=SIGNED_IN)
OF_CYCLE: dict[str, Any] = {"x-etag-of": "/api/v1/ledger/cycles/{ref}"}


class CycleShown(Shown):
    """One round of the budget cycle. The open one follows pledges, links and budgets; a closed one is kept."""

    ref: str
    label: str
    as_at: date
    build: str = Field(description="Of the budget warehouse from which it was computed; empty: none was there.")
    opened_at: datetime
    computed_at: datetime | None
    closed_at: datetime | None
    is_open: bool
    before: str | None
    revision: int


class LineShown(Shown):
    """A budget line behind an entry: what the source says of it, and the part of the commitment."""

    line: str
    institution: str
    dataset: str
    amount_type: AmountType
    whole: Rand
    share: str | None
    amount: Rand
    is_counted: bool = Field(description="Whether it is in the entry's budget or spending.")


class EntryShown(Shown):
    """What one party's part of a commitment came to in one year. Rand that nobody reports is null, never 0."""

    cycle: str
    commitment: str
    institution: str
    year: int = Field(description="The calendar year in which the financial year begins.")
    basis: Basis
    pledged: Rand
    budget: Rand | None
    budget_type: str = Field(description="Empty: the newest of each line, which differ.")
    original: Rand | None
    adjusted: Rand | None
    spent: Rand | None
    spent_type: str
    budget_before: Rand | None = Field(description="In the cycle before.")
    funding: Funding
    movement: Movement
    execution: Execution
    is_government: bool
    is_sample: bool


class OpenedEntry(EntryShown):
    lines: list[LineShown]


class TotalShown(Shown):
    """Sums of one financial year and basis, samples apart."""

    year: int
    basis: Basis
    is_sample: bool
    entries: int
    pledged: Rand
    budget: Rand | None
    spent: Rand | None
    traced: Rand | None = Field(description="Pledged rand that stands in linked budget lines.")
    without_budget: int


class ReconciledShown(Shown):
    """One total of a source: source = traced + not_traced_of_linked + not_linked + difference."""

    dataset: str
    standing: Standing
    institution: str
    year: int
    basis: Basis
    amount_type: AmountType
    releases: list[str]
    source: Rand
    traced: Rand
    not_traced_of_linked: Rand
    not_linked: Rand
    difference: Rand


class EntryAsked(Paging):
    """Several values of one filter are alternatives; without a cycle the newest is meant."""

    cycle: Code | None = None
    year: list[Code] = Field([], description="Such as 2026-PFMA.")
    funding: list[Funding] = []
    movement: list[Movement] = []
    execution: list[Execution] = []
    institution: list[Code] = []
    space: list[Code] = []
    q: Line | None = None


class ReconciliationAsked(Paging):
    cycle: Code | None = None
    dataset: Code | None = None
    institution: Code | None = None
    year: Code | None = Field(None, description="Such as 2026-PFMA.")


class CycleTaken(Taken):
    label: Line
    as_at: Day | None = None
    reason: Paragraph


def _cycle(ref: str | None) -> Cycle:
    found = queries.cycle_of(ref or "")
    if found is None:
        raise Http404
    return found


def _show_cycle(row: Cycle) -> CycleShown:
    return CycleShown(
        ref=row.ref, label=row.label, as_at=row.as_at, build=row.build, opened_at=row.opened_at,
        computed_at=row.computed_at, closed_at=row.closed_at, is_open=row.is_open,
        before=row.before.ref if row.before else None, revision=row.revision,
    )  # fmt: skip


def _values(row: Entry, cycle: Cycle) -> dict[str, Any]:
    return {
        "cycle": cycle.ref, "commitment": row.commitment.ref, "institution": row.institution_id, "year": row.year,
        "basis": Basis(row.basis), "pledged": rand(row.pledged), "budget": rand_if_known(row.budget),
        "budget_type": row.budget_type, "original": rand_if_known(row.original),
        "adjusted": rand_if_known(row.adjusted), "spent": rand_if_known(row.spent), "spent_type": row.spent_type,
        "budget_before": rand_if_known(row.budget_before), "funding": Funding(row.funding),
        "movement": Movement(row.movement), "execution": Execution(row.execution),
        "is_government": row.is_government, "is_sample": row.is_sample,
    }  # fmt: skip


def _line(row: EntryLine) -> LineShown:
    line, share = row.link.line, row.link.share
    if line is None:  # pragma: no cover - only links with a line stand behind entries
        raise Http404
    return LineShown(
        line=line.label, institution=line.institution_id, dataset=line.dataset, amount_type=AmountType(row.amount_type),
        whole=rand(row.whole), share=None if share is None else f"{share.normalize():f}", amount=rand(row.amount),
        is_counted=row.is_counted,
    )  # fmt: skip


def _filters(asked: EntryAsked) -> EntryFilters:
    return EntryFilters(
        q=(asked.q,) if asked.q else (), year=tuple(asked.year), funding=tuple(asked.funding),
        movement=tuple(asked.movement), execution=tuple(asked.execution), institution=tuple(asked.institution),
        space=tuple(asked.space),
    )  # fmt: skip


@router.get("/ledger/cycles", response=Listed[CycleShown], summary="Cycles of the money ledger")
def list_cycles(request: ActorHttpRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Every cycle, the newest first."""
    return paged(request, response, queries.cycles(), asked, _show_cycle)


@router.get("/ledger/cycles/{ref}", response=CycleShown, summary="One cycle")
def read_cycle(request: ActorHttpRequest, ref: Code) -> CycleShown:
    """A cycle. Its ETag is what closing it asks for."""
    return _show_cycle(_cycle(ref))


@router.post("/ledger/cycles", response={201: CycleShown}, summary="Open a cycle")
def open_cycle(request: ActorHttpRequest, taken: CycleTaken) -> Any:
    """Open a cycle; one is open at a time. Compute it next."""
    made = actions.open_cycle(taken.label, by=request.actor, reason=taken.reason, as_at=taken.as_at)
    return 201, _show_cycle(made)


@router.post("/ledger/compute", response=CycleShown, summary="Compute the open cycle")
def compute_ledger(request: ActorHttpRequest) -> CycleShown:
    """Make all entries of the open cycle anew. Harmless to repeat."""
    return _show_cycle(actions.compute_ledger(by=request.actor).cycle)


@router.post("/ledger/cycles/{ref}/close", response=CycleShown, openapi_extra=OF_CYCLE, summary="Close a cycle")
def close_cycle(request: ActorHttpRequest, response: HttpResponse, ref: Code, taken: Reason) -> CycleShown:
    """Keep a cycle as it stands, for good."""
    row = _cycle(ref)
    with expecting(request, lambda: _show_cycle(_cycle(ref))):
        actions.close_cycle(row, by=request.actor, revision=row.revision, reason=taken.reason)
    now = _show_cycle(_cycle(ref))
    response["ETag"] = tag_of(now)
    return now


@router.get("/ledger/entries", response=Listed[EntryShown], summary="Entries of the money ledger")
def list_entries(request: ActorHttpRequest, response: HttpResponse, asked: Query[EntryAsked]) -> dict[str, Any]:
    """Entries that I may see. What rests on figures inside government is for those who read them."""
    cycle = _cycle(asked.cycle)
    rows = queries.for_list(queries.ledger_of(request.actor, cycle, _filters(asked)))
    rows = rows.order_by("commitment__ref", "year", "basis", "institution")
    return paged(request, response, rows, asked, lambda row: EntryShown(**_values(row, cycle)))


@router.get("/ledger/changes", response=Listed[EntryShown], summary="What changed since the cycle before")
def list_changes(request: ActorHttpRequest, response: HttpResponse, asked: Query[EntryAsked]) -> dict[str, Any]:
    """Entries that read otherwise than in the cycle before."""
    cycle = _cycle(asked.cycle)
    rows = queries.for_list(queries.changes_since(request.actor, cycle, _filters(asked)))
    rows = rows.order_by("commitment__ref", "year", "basis", "institution")
    return paged(request, response, rows, asked, lambda row: EntryShown(**_values(row, cycle)))


@router.get("/ledger/totals", response=list[TotalShown], summary="Totals by year and basis")
def ledger_totals(request: ActorHttpRequest, asked: Query[EntryAsked]) -> list[TotalShown]:
    """Totals of the entries that fit. Of one space: each commitment by the share that the space has in it."""
    space = space_named(asked.space[0]) if len(asked.space) == 1 else None
    rows = queries.ledger_of(request.actor, _cycle(asked.cycle), _filters(asked))
    return [
        TotalShown(
            year=each.year.start, basis=each.year.basis, is_sample=each.is_sample, entries=each.entries,
            pledged=rand(each.pledged), budget=rand_if_known(each.budget), spent=rand_if_known(each.spent),
            traced=rand_if_known(each.traced), without_budget=each.without_budget,
        )
        for each in queries.totals(rows, space=space)
    ]  # fmt: skip


@router.get("/commitments/{ref}/money-ledger", response=list[OpenedEntry], summary="The money of a commitment")
def commitment_ledger(request: ActorHttpRequest, ref: Code, cycle: Code | None = None) -> list[OpenedEntry]:
    """Its entries by year and party, each opened to the budget lines behind it."""
    row = get_object_or_404(commitments.visible_to(request.actor), ref=ref)
    found = queries.cycle_of(cycle or "")
    if found is None:
        return []
    entries = list(
        queries.for_list(queries.entries_visible_to(request.actor).filter(cycle=found, commitment=row)).order_by(
            "year", "basis", "institution"
        )
    )
    lines = queries.lines_of(entries, request.actor)
    return [
        OpenedEntry(**_values(each, found), lines=[_line(part) for part in lines.get(each.pk, [])]) for each in entries
    ]


@router.get("/ledger/reconciliation", response=Listed[ReconciledShown], summary="Does the ledger add up?")
def read_reconciliation(
    request: ActorHttpRequest, response: HttpResponse, asked: Query[ReconciliationAsked]
) -> dict[str, Any]:
    """Of each dataset, institution, year and kind the source's total, and what of it was traced, to the cent."""
    if not request.actor.is_national(Permission.PLAN_READ):
        raise Http404
    year = commitments.read_year(asked.year) if asked.year else None
    if asked.year and year is None:
        raise Http404
    rows = queries.reconciliation(
        request.actor, _cycle(asked.cycle), dataset=asked.dataset or "", institution=asked.institution or "", year=year
    )
    return paged(request, response, rows, asked, lambda row: ReconciledShown(
        dataset=row.dataset, standing=row.standing, institution=row.institution, year=row.year.start,
        basis=row.year.basis, amount_type=row.amount_type, releases=list(row.releases), source=rand(row.source),
        traced=rand(row.traced), not_traced_of_linked=rand(row.untraced_of_linked), not_linked=rand(row.unlinked),
        difference=rand(row.difference),
    ))  # fmt: skip
