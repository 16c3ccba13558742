"""How elements look from outside: the canonical content of plans.exports, alike for a draft and a sealed edition."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field
from pydantic import BeforeValidator, StringConstraints

from oneplan.plans.choices import Direction
from oneplan.platform.rest.schemas import (
    TEXT,
    Code,
    Day,
    Flag,
    Labelled,
    Line,
    Named,
    Number,
    Paragraph,
    Shown,
    Taken,
    whole,
)

_Title = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=TEXT)]
_Short = Annotated[str, StringConstraints(max_length=60, pattern=TEXT)]
_Statement = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=TEXT)]
ElementRef = Annotated[str, StringConstraints(pattern=r"^[FOS]-[0-9]{3,6}$")]
_Year = Annotated[int, Field(ge=1900, le=2200), BeforeValidator(whole)]  # bounds first, or they are not described


# --- what goes out ---------------------------------------------------------------------------------------------------


class MarkingShown(Shown):
    """A cross-cutting marker with its justification."""

    marker: str
    label: str
    justification: str


class PriorityShown(Shown):
    """A national or provincial priority that the element serves."""

    list: str
    list_label: str
    code: str
    label: str


class OwnerShown(Shown):
    """The post that owns it."""

    code: str
    title: str
    institution: Named


class WardShown(Shown):
    """A ward of a municipal area."""

    code: str
    number: int
    municipal_area: Named


class ElementPlace(Shown):
    """Where it is: the whole space, municipal areas, or one ward."""

    kind: Literal["whole_space", "municipal_areas", "ward"]
    municipal_areas: list[Named] = []
    ward: WardShown | None = None


class ElementShown(Shown):
    """What every element has."""

    ref: str
    is_sample: bool = Field(description="Content of the demonstration, invented.")
    area: Labelled
    owner: OwnerShown | None
    markings: list[MarkingShown]
    priorities: list[PriorityShown]


class FindingShown(ElementShown):
    """What the diagnostic found, with evidence, source, date and place."""

    statement: str
    evidence: str
    source: str
    source_date: date | None
    value: str | None
    unit: str
    place: ElementPlace | None
    reported_by: Named | None


class BaselineShown(Shown):
    """Where the indicator stood."""

    value: str | None
    year: int | None
    source: str


class TargetShown(Shown):
    """Where the indicator is to stand."""

    value: str | None
    year: int | None


class OutcomeShown(ElementShown):
    """A change in people's lives or places, with the indicator that will show it."""

    statement: str
    indicator: str
    unit: str
    direction: Direction
    baseline: BaselineShown
    target: TargetShown


class StrategyShown(ElementShown):
    """How the space gets from findings to outcomes."""

    title: str
    description: str
    findings: list[str]
    outcomes: list[str]
    place: ElementPlace | None


class ImmediateIssueShown(Shown):
    """What cannot wait."""

    ref: str
    is_sample: bool
    kind: Labelled
    service: str
    households: int | None
    households_source: str
    owner: OwnerShown | None
    due_on: date
    raised_on: date


class RemovedShown(Shown):
    """What was taken out of an edition, and what it said in one line."""

    ref: str
    is_sample: bool
    kind: Literal["findings", "outcomes", "strategies"]
    text: str = Field(description="The statement of a finding or outcome, the title of a strategy.")
    removed_at: datetime
    revision: int


SHAPES: dict[str, Callable[..., Shown]] = {
    "findings": FindingShown,
    "outcomes": OutcomeShown,
    "strategies": StrategyShown,
    "immediate_issues": ImmediateIssueShown,
}


def element(kind: str, told: dict[str, Any], *, is_sample: bool) -> Any:
    """One element of canonical content, shaped. `kind` is a key of SHAPES."""
    return SHAPES[kind](**told, is_sample=is_sample)


# --- what comes in ---------------------------------------------------------------------------------------------------


class PlaceTaken(Taken):
    """One kind of place at most; naming any replaces the whole place."""

    whole_space: Flag = False
    municipal_areas: list[Code] = Field([], max_length=300)
    ward: Code | None = None


class FindingTaken(PlaceTaken):
    """A new finding."""

    area: Code = Field(description="The transformation area, such as services.")
    statement: _Statement
    evidence: Paragraph = ""
    source: Line = ""
    source_date: Day | None = None
    value: Number | None = None
    unit: _Short = ""
    reported_by: Code | None = Field(None, description="The institution that reported it, by code.")
    owner_post: Code | None = Field(None, description="The post that owns it, by code.")


class ReviseFindingTaken(FindingTaken):
    """What changes in a finding; what is left out stays."""

    area: Code = ""
    statement: _Statement = ""


class OutcomeTaken(Taken):
    """A new outcome."""

    area: Code
    statement: _Statement
    indicator: Line = ""
    unit: _Short = ""
    direction: Direction = Direction.UP
    baseline: Number | None = None
    baseline_year: _Year | None = None
    baseline_source: Line = ""
    target: Number | None = None
    target_year: _Year | None = None
    owner_post: Code | None = None


class ReviseOutcomeTaken(OutcomeTaken):
    """What changes in an outcome; what is left out stays."""

    area: Code = ""
    statement: _Statement = ""


class StrategyTaken(PlaceTaken):
    """A new strategy."""

    area: Code
    title: _Title
    description: Paragraph = ""
    findings: list[ElementRef] = Field([], max_length=500, description="The findings that it answers.")
    outcomes: list[ElementRef] = Field([], max_length=500, description="The outcomes that it serves.")
    owner_post: Code | None = None


class ReviseStrategyTaken(StrategyTaken):
    """What changes in a strategy; what is left out stays."""

    area: Code = ""
    title: _Title = ""


class RemoveTaken(Taken):
    """Why it is taken out."""

    reason: Annotated[str, StringConstraints(max_length=2000, pattern=TEXT)] = ""
