"""The typed parts of a plan. What the content does not say is None or "", and each form shows it as unknown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Finding:
    """What the diagnostic found, with where the number comes from."""

    ref: str
    area: str
    statement: str
    evidence: str
    value: Decimal | None
    unit: str
    source: str
    source_date: date | None
    place: str
    owner: str
    reported_by: str


@dataclass(frozen=True)
class Outcome:
    """A change that is wanted: from a baseline to a target."""

    ref: str
    area: str
    statement: str
    indicator: str
    unit: str
    is_falling: bool
    baseline: Decimal | None
    baseline_year: int | None
    baseline_source: str
    target: Decimal | None
    target_year: int | None
    owner: str
    priorities: tuple[str, ...]


@dataclass(frozen=True)
class Strategy:
    """How an outcome is to be reached, and which findings it answers."""

    ref: str
    area: str
    title: str
    description: str
    findings: tuple[str, ...]
    outcomes: tuple[str, ...]
    place: str
    owner: str


@dataclass(frozen=True)
class Section:
    """A narrative part; `body` is cleaned HTML."""

    ref: str
    area: str
    title: str
    body: str


@dataclass(frozen=True)
class Chapter:
    """A chapter of the standard format with its narrative, in order."""

    code: str
    number: int
    label: str
    sections: tuple[Section, ...]

    def of(self, area: str) -> tuple[Section, ...]:
        """The sections of one area, or, for "", those of the whole space."""
        return tuple(each for each in self.sections if each.area == area)


@dataclass(frozen=True)
class Pledge:
    """Money for one financial year of one Act: whose, how much, how firm, and whether it was answered."""

    commitment: str
    institution: str
    party: str
    year: str
    basis: str
    amount: Decimal | None
    source: str
    status: str
    is_unfunded: bool
    acceptance: str
    is_declined: bool
    answered_by: str
    answered_on: date | None
    evidence: str


@dataclass(frozen=True)
class Signature:
    """A name put to a commitment, and to which copy of it."""

    signed_by: str
    signed_on: date | None
    post: str
    instrument: str
    of_this_copy: bool
    of_these_terms: bool


@dataclass(frozen=True)
class Party:
    """An institution in a commitment, and how far it has bound itself; never more than it did."""

    commitment: str
    institution: str
    name: str
    role: str
    responsibility: str
    acceptance: str
    has_agreed: bool
    answered_by: str
    answered_on: date | None
    reason: str
    pledges: tuple[Pledge, ...]
    signature: Signature | None
    owes: tuple[str, ...]


@dataclass(frozen=True)
class Commitment:
    """What parties promise together, in full."""

    ref: str
    title: str
    description: str
    area: str
    area_label: str
    kind: str
    novelty: str
    is_catalytic: bool
    project_stage: str
    objective: str
    indicator: str
    unit: str
    baseline: Decimal | None
    target: Decimal | None
    target_on: date | None
    outputs: str
    start_on: date | None
    finish_on: date | None
    total_cost: Decimal | None
    spent_before: Decimal | None
    lead: str
    office: str
    parties: tuple[Party, ...]
    share: Decimal | None
    serves: tuple[str, ...]
    place: str
    place_quality: str
    longitude: Decimal | None
    latitude: Decimal | None
    state: str
    state_label: str
    funding: str
    source: str
    is_sample: bool

    @property
    def pledges(self) -> Iterator[Pledge]:
        for party in self.parties:
            yield from party.pledges

    @property
    def pledged(self) -> Decimal:
        """All pledges that are neither unfunded nor declined: a size, not a budget, for years of two Acts differ."""
        standing = (each for each in self.pledges if not (each.is_unfunded or each.is_declined))
        return sum((each.amount or Decimal(0) for each in standing), Decimal(0))


@dataclass(frozen=True)
class ImmediateIssue:
    """What cannot wait."""

    ref: str
    kind: str
    service: str
    households: int | None
    households_source: str
    owner: str
    raised_on: date | None
    due_on: date | None


@dataclass(frozen=True)
class Contribution:
    """A party's standing in one stage."""

    stage: str
    institution: str
    name: str
    state: str
    asked_on: date | None
    due_on: date | None
    answered_on: date | None
    answered_post: str
    reason: str


@dataclass(frozen=True)
class Cited:
    """A source and the references that rest on it."""

    source: str
    day: date | None
    kind: str
    refs: tuple[str, ...]
