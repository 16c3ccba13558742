"""What the gates read of commitments: only the columns that they judge.

A space may have 1,500 commitments with thousands of parties and pledges. As model instances with everything that hangs
on them they took a second to build; a gate looks at a few columns of each.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment, Party, Pledge, Service
from oneplan.commitments.queries import in_space
from oneplan.periods.years import Basis, FinancialYear


@dataclass(frozen=True, slots=True)
class Organ:
    """An institution by its code and name."""

    pk: str
    name: str


@dataclass(frozen=True, slots=True)
class Office:
    """A post by its title and institution."""

    title: str
    institution: Organ


@dataclass(frozen=True, slots=True)
class PledgePart:
    """A pledge as the gates judge it: whether it is tied to a source, and answered."""

    year: int
    basis: str
    status: str
    acceptance: str
    funding_source: str
    evidence_reference: str
    evidence_id: int | None

    @property
    def financial_year(self) -> FinancialYear:
        return FinancialYear(self.year, Basis(self.basis))


@dataclass(frozen=True, slots=True)
class PartyPart:
    """A party as the gates judge it: what it is responsible for, whether it answered, what it pledged by year."""

    pk: int
    institution: Organ
    role: str
    responsibility: str
    acceptance: str
    pledges: tuple[PledgePart, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment as the gates judge it. `services` are the references of what it serves in the plan's space."""

    ref: str
    state: str
    lead: Organ
    accountable_post: Office | None
    place_quality: str
    start_on: date | None
    finish_on: date | None
    objective: str
    indicator: str
    target: Decimal | None
    outputs: str
    parties: tuple[PartyPart, ...]
    services: tuple[str, ...]


def standing_in(space_code: str) -> Any:
    """The commitments that a plan of this space speaks of, by reference: neither withdrawn nor delivered."""
    over = (CommitmentState.WITHDRAWN, CommitmentState.DELIVERED)
    return Commitment.objects.filter(in_space(space_code)).exclude(state__in=over).order_by("ref")


def promises_of(space_code: str) -> list[Promise]:
    """What a plan of this space promises, as the gates judge it. Four queries."""
    standing = standing_in(space_code)
    which = standing.order_by().values("pk")
    services = defaultdict(list)
    served = Service.objects.filter(commitment__in=which, space_id=space_code).order_by("element_ref")
    for commitment, element in served.values_list("commitment_id", "element_ref"):
        services[commitment].append(element)
    parties = _parties(which)
    rows = standing.values_list(
        "pk", "lead_id", "lead__name", "accountable_post__title", "accountable_post__institution_id",
        "accountable_post__institution__name", "ref", "state", "place_quality", "start_on", "finish_on", "objective",
        "indicator", "target", "outputs",
    )  # fmt: skip
    return [
        Promise(
            ref, state, Organ(lead, lead_name), Office(title, Organ(code, name)) if code else None, place, start,
            finish, objective, indicator, target, outputs, tuple(parties[pk]), tuple(services[pk]),
        )
        for (
            pk, lead, lead_name, title, code, name, ref, state, place, start, finish, objective, indicator, target,
            outputs,
        ) in rows
    ]  # fmt: skip


def _parties(which: Any) -> dict[int, list[PartyPart]]:
    """The parties by commitment, with their pledges."""
    pledges = defaultdict(list)
    given = Pledge.objects.filter(party__commitment__in=which).order_by("year", "basis", "pk")
    for party, year, basis, status, acceptance, source, reference, evidence in given.values_list(
        "party_id", "year", "basis", "status", "acceptance", "funding_source", "evidence_reference", "evidence_id"
    ):
        pledges[party].append(PledgePart(year, basis, status, acceptance, source, reference, evidence))
    parties = defaultdict(list)
    rows = Party.objects.filter(commitment__in=which).order_by("pk")
    for commitment, pk, code, name, role, duty, acceptance in rows.values_list(
        "commitment_id", "pk", "institution_id", "institution__name", "role", "responsibility", "acceptance"
    ):
        told = PartyPart(pk, Organ(code, name), role, duty, acceptance, tuple(pledges[pk]))
        parties[commitment].append(told)
    return parties
