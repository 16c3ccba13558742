"""The shapes of a rule set and of a list of priorities. Frozen; `queries` loads them once from the YAML files.

Codes are concepts and never change; labels are a document's words and are dated. That is what lets an edition move
from one rule set to another and back with identical content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar


class Standing(StrEnum):
    """How far a value may be quoted as the document's own."""

    SOURCE = "source"  # the document named in `source` says so
    READING = "reading"  # OnePlan's reading of the document, derived from it
    UNVERIFIED = "unverified"  # not in the sources: OnePlan's default or general knowledge, always shown as such


class Capacity(StrEnum):
    """In what capacity a seat is held on a committee."""

    CHAIR = "chair"
    DEPUTY_CHAIR = "deputy_chair"
    CO_CHAIR = "co_chair"
    MEMBER = "member"


class Each(StrEnum):
    """How many seats a template stands for."""

    ONE = "one"  # one seat
    PER_LOCAL_MUNICIPALITY = "per_local_municipality"  # one for each local municipality of the space
    MANY = "many"  # as many as the committee constitutes


class StartsWith(StrEnum):
    """The event that starts a clock."""

    EDITION_OPENED = "edition_opened"
    REVIEW_OPENED = "review_opened"
    EDITION_ADOPTED = "edition_adopted"


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_C = TypeVar("_C", bound=_Coded)


def _by_code(entries: tuple[_C, ...], code: str, noun: str) -> _C:
    for entry in entries:
        if entry.code == code:
            return entry
    raise KeyError(f"There is no {noun} with the code {code!r}; known: {', '.join(entry.code for entry in entries)}")


@dataclass(frozen=True, slots=True)
class Duration:
    """Typical months of a stage, counted from the start of formulation: first to last, both included."""

    first_month: int
    last_month: int
    standing: Standing
    source: str

    @property
    def months(self) -> int:
        """How many months the stage typically takes."""
        return self.last_month - self.first_month + 1


@dataclass(frozen=True, slots=True)
class Step:
    """A practical step within a stage."""

    code: str
    label: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of joint planning. `code` is the concept; `number` and `label` are this document's."""

    code: str
    number: int
    label: str
    is_formulation: bool
    purpose: str
    source: str
    steps: tuple[Step, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    participants: tuple[str, ...]
    gates: tuple[str, ...]
    duration: Duration | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A named rule of a quality gate. `joint_planning` computes it; here stand its words and their source."""

    code: str
    label: str
    sentence: str
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True)
class LabelSet:
    """Whose words the area labels are, and when they were used."""

    code: str
    label: str
    as_at: date
    source: str


@dataclass(frozen=True, slots=True)
class Area:
    """One of the six transformation areas: a stable code, and what each document calls it."""

    code: str
    number: int
    label: str
    description: str
    labels: Mapping[str, str]
    informs: tuple[str, ...]

    def label_in(self, label_set: str) -> str:
        """What the document of that label set calls the area; the rule set's own label where it is silent."""
        return self.labels.get(label_set, self.label)


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of years counted from the start of the plan; year 1 is the first. Both ends included."""

    code: str
    label: str
    first_year: int
    last_year: int
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit in whole months from an event. `is_limit` is false where the document only gives a rhythm."""

    code: str
    label: str
    starts_with: StartsWith
    months: int
    is_limit: bool
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True)
class SeatTemplate:
    """Who may sit. `post_kinds` are kinds of `institutions/parameters/posts.yaml`."""

    code: str
    label: str
    capacity: Capacity
    post_kinds: tuple[str, ...]
    each: Each
    is_required: bool
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many must be present: more than this fraction of the filled seats when `is_strict`, else at least."""

    numerator: int
    denominator: int
    is_strict: bool
    needs_chair: bool
    standing: Standing
    source: str

    def needed(self, filled_seats: int) -> int:
        """The fewest seats that make a quorum of the filled ones; never less than one."""
        exact, rest = divmod(filled_seats * self.numerator, self.denominator)
        return max(1, exact + 1 if self.is_strict or rest else exact)


@dataclass(frozen=True, slots=True)
class CommitteeTemplate:
    """A committee as the document describes it. `kind` is the concept: political or technical."""

    kind: str
    label: str
    duties: tuple[str, ...]
    seats: tuple[SeatTemplate, ...]
    quorum: Quorum
    source: str

    def seat(self, code: str) -> SeatTemplate:
        """The seat template of that code. Raises KeyError."""
        return _by_code(self.seats, code, f"seat of the {self.label}")


@dataclass(frozen=True, slots=True)
class AdoptionPolicy:
    """How an edition is adopted. Outstanding parties are always named in the sealed plan."""

    submits: str
    approves: str
    may_proceed_with_outstanding: bool
    prints_outstanding: bool
    sentence: str
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the One Plan's standard format. With `is_per_area` it has one narrative section for each area."""

    code: str
    number: int
    label: str
    stage: str
    hint: str
    is_per_area: bool
    min_words: int
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True)
class PlanFormat:
    """The standard format of a One Plan: areas, horizon, chapters. Dated on its own: DCoG may prescribe another."""

    code: str
    label: str
    as_at: date
    reference: str
    label_sets: tuple[LabelSet, ...]
    areas: tuple[Area, ...]
    bands: tuple[Band, ...]
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that a rule of this rule set uses."""

    code: str
    label: str
    value: int
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One dated set of rules for making, adopting and reviewing One Plans."""

    code: str
    label: str
    title: str
    reference: str
    valid_from: date
    valid_to: date | None
    validity_standing: Standing
    validity_note: str
    format: PlanFormat
    stages: tuple[Stage, ...]
    clocks: tuple[Clock, ...]
    committees: tuple[CommitteeTemplate, ...]
    adoption: AdoptionPolicy
    parameters: tuple[Parameter, ...]

    @property
    def areas(self) -> tuple[Area, ...]:
        """The six transformation areas, in order."""
        return self.format.areas

    @property
    def bands(self) -> tuple[Band, ...]:
        """The time bands, which together place every year of the plan."""
        return self.format.bands

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters of the standard format, in order."""
        return self.format.chapters

    def stage(self, code: str) -> Stage:
        """The stage of that concept code. Raises KeyError."""
        return _by_code(self.stages, code, "stage")

    def stage_of_gate(self, gate_code: str) -> Stage:
        """The stage whose gate includes the rule. Raises KeyError."""
        for stage in self.stages:
            if gate_code in stage.gates:
                return stage
        raise KeyError(f"{self.code}: no stage has the gate rule {gate_code!r}")

    def stage_after(self, code: str) -> Stage | None:
        """The stage that follows, or None after the last."""
        later = [stage for stage in self.stages if stage.number > self.stage(code).number]
        return later[0] if later else None

    def area(self, code: str) -> Area:
        """The transformation area of that code. Raises KeyError."""
        return _by_code(self.areas, code, "transformation area")

    def band(self, code: str) -> Band:
        """The time band of that code. Raises KeyError."""
        return _by_code(self.bands, code, "time band")

    def band_for(self, years_from_start: int) -> Band:
        """The band of a year of the plan, year 1 being the first. Raises ValueError outside 1 to 30."""
        for band in self.bands:
            if band.first_year <= years_from_start <= band.last_year:
                return band
        raise ValueError(
            f"Year {years_from_start} lies outside the plan: a One Plan runs from year 1 to year {self.horizon_years}."
        )

    @property
    def horizon_years(self) -> int:
        """The last year that a band covers."""
        return max(band.last_year for band in self.bands)

    def clock(self, code: str) -> Clock:
        """The clock of that code. Raises KeyError."""
        return _by_code(self.clocks, code, "clock")

    def committee(self, kind: str) -> CommitteeTemplate:
        """The committee template of that kind: "political" or "technical". Raises KeyError."""
        for committee in self.committees:
            if committee.kind == kind:
                return committee
        raise KeyError(f"{self.code}: there is no committee template {kind!r}")

    def chapter(self, code: str) -> Chapter:
        """The chapter of that code. Raises KeyError."""
        return _by_code(self.chapters, code, "chapter")

    def parameter(self, code: str) -> Parameter:
        """The number of that code, with its standing. Raises KeyError."""
        return _by_code(self.parameters, code, "parameter")


@dataclass(frozen=True, slots=True)
class Priority:
    """One national or provincial priority."""

    code: str
    number: int
    label: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class PrioritySet:
    """A dated list of priorities. An open set has no fixed codes: the link names the priority in words."""

    code: str
    label: str
    reference: str
    valid_from: date | None
    valid_to: date | None
    is_open: bool
    is_national: bool
    priorities: tuple[Priority, ...]

    def priority(self, code: str) -> Priority:
        """The priority of that code. Raises KeyError; an open set has none."""
        return _by_code(self.priorities, code, f"priority of {self.label}")

    def covers(self, on: date) -> bool:
        """Whether the list is in force on the date, half open."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list: marker, novelty, kind of commitment."""

    code: str
    label: str
    description: str
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True)
class CodeLists:
    """The code lists that no rule set changes."""

    markers: tuple[Code, ...]
    novelties: tuple[Code, ...]
    commitment_kinds: tuple[Code, ...]
    protocol_elements: tuple[Code, ...]
    immediacies: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class GateBook:
    """The words of all gate rules."""

    gates: tuple[Gate, ...]
