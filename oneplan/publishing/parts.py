"""The typed parts of a plan. What the content does not say is None or "", and each form shows it as unknown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from oneplan.commitments.choices import Acceptance
from oneplan.portal.figures import Sums, sums


@dataclass(frozen=True)
class Priority:
    """A priority of a higher plan that an element serves."""

    label: str
    of: str


@dataclass(frozen=True)
class Links:
    """What an element is tied to: priorities, and cross-cutting markings in words with their justification."""

    priorities: tuple[Priority, ...] = ()
    markings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """The vision, or the statement of impact of an area."""

    text: str
    links: Links


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
    links: Links


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
    links: Links


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
    links: Links


@dataclass(frozen=True)
class Section:
    """A narrative part; `body` is cleaned HTML."""

    ref: str
    area: str
    title: str
    body: str
    owner: str
    links: Links


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
    status_label: str
    acceptance: str
    acceptance_label: str
    answered_by: str
    answered_on: date | None
    evidence: str


@dataclass(frozen=True)
class PledgeLine:
    """What one party pledges from one source with one firmness and answer: rand by financial year of one basis."""

    party: str
    source: str
    basis: str
    status: str
    acceptance: str
    years: Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Signature:
    """A name put to a commitment, and to which copy of it."""

    signed_by: str
    signed_on: date | None
    post: str
    instrument: str
    copy_hash: str
    of_this_copy: bool
    of_these_terms: bool


@dataclass(frozen=True)
class Party:
    """An institution in a commitment, and how far it has bound itself; never more than it did."""

    commitment: str
    institution: str
    name: str
    role: str
    role_label: str
    responsibility: str
    acceptance: str
    acceptance_label: str
    has_agreed: bool
    answered_by: str
    answered_on: date | None
    reason: str
    pledges: tuple[Pledge, ...]
    signature: Signature | None
    owes: tuple[str, ...]

    @property
    def has_declined(self) -> bool:
        return self.acceptance == Acceptance.DECLINED


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
    place_quality_label: str
    municipal_areas: tuple[str, ...]
    longitude: Decimal | None
    latitude: Decimal | None
    state: str
    state_label: str
    funding: str
    funding_label: str
    source: str
    markings: tuple[str, ...]
    is_sample: bool

    @property
    def pledges(self) -> Iterator[Pledge]:
        for party in self.parties:
            yield from party.pledges

    @cached_property
    def sums(self) -> Sums:
        """What stands behind it over all years: a size, not a budget, for years of two Acts differ."""
        return sums((each.status, each.acceptance, each.amount) for each in self.pledges)

    @property
    def pledge_lines(self) -> list[PledgeLine]:
        """Pledges by party, source, basis, firmness and answer."""
        lines: dict[tuple[str, str, str, str, str], dict[str, Decimal | None]] = {}
        for each in self.pledges:
            key = (each.party, each.source, each.basis, each.status, each.acceptance)
            lines.setdefault(key, {})[each.year] = each.amount
        return [PledgeLine(*key, years) for key, years in lines.items()]


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
    state_label: str
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


@dataclass(frozen=True)
class Stage:
    """A stage of joint planning in this edition."""

    code: str
    number: int
    label: str
    state: str
    state_label: str
    due_on: date | None
    passed_on: date | None


@dataclass(frozen=True)
class LetPass:
    """An exception to a gate: the rule, what was missing that day, and why and by whom it was let pass."""

    stage: str
    label: str
    rule: str
    reason: str
    missing: tuple[str, ...]
    granted_by: str
    granted_on: date | None


@dataclass(frozen=True)
class Signatory:
    """One hand under one copy: everything that the same person signed for the same party on the same day."""

    institution: str
    name: str
    post: str
    instrument: str
    signed_on: date | None
    copy_hash: str
    refs: tuple[str, ...]
