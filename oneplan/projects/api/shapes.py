"""How a project looks from outside. What its source does not state is null, never zero."""

from datetime import date, datetime
from typing import Any

from ninja import Field

from oneplan.platform.rest.schemas import Named, Rand, Shown, rand_if_known
from oneplan.projects.choices import Audience, Feed, MatchState, ProjectKind, ProjectStanding, Purpose
from oneplan.projects.models import Match, Milestone, Placement, Programme, Project, Snapshot, SnapshotMoney, Submission
from oneplan.spaces.choices import Confidence, Doubt, PlaceMethod


class PlaceLine(Shown):
    """Where the works are, in short."""

    method: PlaceMethod
    confidence: Confidence
    to_review: bool = Field(description="Whether the place waits for a person to look at it.")
    province: str | None
    space: str | None
    municipal_area: str | None
    ward: str | None
    longitude: float | None = Field(description="Of the pin, WGS 84. Only works placed by geometry have one.")
    latitude: float | None


class ProjectLine(Shown):
    """A project as lists show it."""

    ref: str = Field(examples=["PR-0000123"])
    title: str
    kind: ProjectKind = Field(description="Only works stand on the ground.")
    stage: str | None
    nature_of_investment: str | None
    funding_status: str | None
    funding_source: str | None
    sector: str | None
    sphere: str | None
    implementing: Named | None
    implementing_as_read: str
    start_on: date | None
    finish_on: date | None
    total_cost: Rand | None
    cost_doubtful: bool = Field(description="Whether the cost is hard to believe for one project; kept as stated.")
    spent_to_date: Rand | None
    place: PlaceLine
    feed: Feed
    standing: ProjectStanding
    merged_into: str | None
    audience: Audience
    is_sample: bool = Field(description="An invented project of the demonstration.")
    changed_at: datetime
    revision: int


class PlacementShareShown(Shown):
    """The part of a place that falls to one area. The shares of a place sum to 1."""

    space: str
    municipal_area: str | None
    ward: str | None
    fraction: float


class PlacementShown(Shown):
    """One answer to where it is. Superseded by a later one, never edited."""

    purpose: Purpose
    method: PlaceMethod
    confidence: Confidence
    doubts: list[Doubt]
    evidence: dict[str, Any]
    longitude: float | None
    latitude: float | None
    shares: list[PlacementShareShown]
    boundary_version: str
    as_at: date
    made_at: datetime
    reason: str = Field(description="Of the person who placed it; empty where it was computed.")
    superseded_at: datetime | None


class MoneyShown(Shown):
    """Money of one financial year as a submission states it. `adjustment` is a change to `budget`."""

    year: str = Field(examples=["2026-PFMA"])
    year_label: str
    budget: Rand | None
    adjustment: Rand | None
    adjusted: Rand | None
    spent: Rand | None
    quarters: list[Rand | None]
    is_audited: bool


class SnapshotShown(Shown):
    """What one submission said of the project."""

    submission: int
    source: str
    feed: Feed
    as_at: date
    row: int
    title: str
    kind: ProjectKind
    stage: str | None
    total_cost: Rand | None
    spent_before: Rand | None
    spent_to_date: Rand | None
    start_on: date | None
    finish_on: date | None
    money: list[MoneyShown]


class MilestoneShown(Shown):
    """A dated step, planned and actual."""

    id: int
    title: str
    due_on: date | None
    reached_on: date | None
    source: str
    revision: int


class IdentifierShown(Shown):
    """What a register calls the project."""

    scheme: str
    issuer: str
    value: str


class ProjectWhole(ProjectLine):
    """A project with its names, its places now and its milestones."""

    description: str
    budget_programme: str
    funder: Named | None
    programme: str | None
    construction_start_on: date | None
    construction_finish_on: date | None
    contract_finish_on: date | None
    actual_start_on: date | None
    actual_finish_on: date | None
    jobs: int | None
    identifiers: list[IdentifierShown]
    places: list[PlacementShown] = Field(description="Where the works are now, and whom they serve.")
    milestones: list[MilestoneShown]
    registered_at: datetime


class SubmissionShown(Shown):
    """One file of one source as at a day."""

    id: int
    feed: Feed
    source: str
    as_at: date
    received_at: datetime
    projects: int
    run: int | None = Field(description="The import, where it came by one.")
    is_sample: bool


class ChangeShown(Shown):
    """What a submission changed of one project against the one before it of the same source."""

    ref: str
    title: str
    change: str
    was: str | None
    now: str | None
    days: int | None
    others: list[str] = Field(description="The other projects in it, by reference.")


class MatchShown(Shown):
    """Two projects that are perhaps one."""

    id: int
    left: str
    right: str
    likeness: float
    state: MatchState
    proposed_at: datetime
    decided_at: datetime | None
    revision: int


class ProgrammeShown(Shown):
    """A group of projects that one institution runs together."""

    ref: str = Field(examples=["PG-0000012"])
    title: str
    description: str
    institution: Named
    is_sample: bool
    revision: int


def _named(row: Any) -> Named | None:
    return Named(code=row.pk, name=row.name) if row else None


def line(row: Project) -> ProjectLine:
    """A row that came through `queries.for_list`, with `merged_into`."""
    return ProjectLine(**_line(row))


def _line(row: Project) -> dict[str, Any]:
    return {
        "ref": row.ref, "title": row.title, "kind": row.kind, "stage": row.stage or None,
        "nature_of_investment": row.nature or None, "funding_status": row.funding or None,
        "funding_source": row.fund or None, "sector": row.sector or None, "sphere": row.sphere or None,
        "implementing": _named(row.implementing), "implementing_as_read": row.implementing_text,
        "start_on": row.start_on, "finish_on": row.finish_on, "total_cost": rand_if_known(row.total_cost),
        "cost_doubtful": row.is_cost_doubtful, "spent_to_date": rand_if_known(row.spent_to_date),
        "place": PlaceLine(
            method=PlaceMethod(row.method), confidence=Confidence(row.confidence), to_review=row.is_doubtful,
            province=row.province_id, space=row.space_id, municipal_area=row.municipal_area_id, ward=row.ward_id,
            longitude=row.longitude, latitude=row.latitude,
        ),
        "feed": row.feed, "standing": row.standing,
        "merged_into": row.merged_into.ref if row.merged_into else None, "audience": row.audience,
        "is_sample": row.is_sample, "changed_at": row.changed_at, "revision": row.revision,
    }  # fmt: skip


def whole(row: Project, places: list[Placement]) -> ProjectWhole:
    """A project with `places`, those that hold now."""
    return ProjectWhole(
        **_line(row), description=row.description, budget_programme=row.budget_programme, funder=_named(row.funder),
        programme=row.programme.ref if row.programme else None, construction_start_on=row.construction_start_on,
        construction_finish_on=row.construction_finish_on, contract_finish_on=row.contract_finish_on,
        actual_start_on=row.actual_start_on, actual_finish_on=row.actual_finish_on, jobs=row.jobs,
        identifiers=[
            IdentifierShown(scheme=each.scheme, issuer=each.issuer, value=each.value)
            for each in row.identifiers.order_by("scheme", "issuer", "value")
        ],
        places=[placement(each) for each in places],
        milestones=[milestone(each) for each in row.milestones.all()], registered_at=row.registered_at,
    )  # fmt: skip


def milestone(row: Milestone) -> MilestoneShown:
    """A milestone."""
    return MilestoneShown(
        id=row.pk, title=row.title, due_on=row.due_on, reached_on=row.reached_on, source=row.source,
        revision=row.revision,
    )  # fmt: skip


def placement(row: Placement) -> PlacementShown:
    """A placement with its shares."""
    return PlacementShown(
        purpose=Purpose(row.purpose), method=PlaceMethod(row.method), confidence=Confidence(row.confidence),
        doubts=[Doubt(code) for code in row.doubts], evidence=row.evidence, longitude=row.longitude,
        latitude=row.latitude,
        shares=[
            PlacementShareShown(
                space=each.space_id, municipal_area=each.municipal_area_id, ward=each.ward_id, fraction=each.fraction
            )
            for each in row.shares.all()
        ],
        boundary_version=row.boundary_version, as_at=row.as_at, made_at=row.made_at, reason=row.reason,
        superseded_at=row.superseded_at,
    )  # fmt: skip


def snapshot(row: Snapshot) -> SnapshotShown:
    """A snapshot with its submission and its money."""
    sent = row.submission
    return SnapshotShown(
        submission=sent.pk, source=sent.source, feed=Feed(sent.feed), as_at=sent.as_at, row=row.row, title=row.title,
        kind=ProjectKind(row.kind), stage=row.stage or None, total_cost=rand_if_known(row.total_cost),
        spent_before=rand_if_known(row.spent_before), spent_to_date=rand_if_known(row.spent_to_date),
        start_on=row.start_on, finish_on=row.finish_on, money=[_money(each) for each in row.money.all()],
    )  # fmt: skip


def _money(row: SnapshotMoney) -> MoneyShown:
    return MoneyShown(
        year=f"{row.year}-{row.basis}", year_label=row.financial_year.long, budget=rand_if_known(row.budget),
        adjustment=rand_if_known(row.adjustment), adjusted=rand_if_known(row.adjusted), spent=rand_if_known(row.spent),
        quarters=[rand_if_known(each) for each in (row.q1, row.q2, row.q3, row.q4)], is_audited=row.is_audited,
    )  # fmt: skip


def submission(row: Submission) -> SubmissionShown:
    """A submission."""
    return SubmissionShown(
        id=row.pk, feed=Feed(row.feed), source=row.source, as_at=row.as_at, received_at=row.received_at,
        projects=row.snapshot_count, run=row.run_id, is_sample=row.is_sample,
    )  # fmt: skip


def match(row: Match) -> MatchShown:
    """A match with both its projects."""
    return MatchShown(
        id=row.pk, left=row.left.ref, right=row.right.ref, likeness=row.likeness, state=MatchState(row.state),
        proposed_at=row.proposed_at, decided_at=row.decided_at, revision=row.revision,
    )  # fmt: skip


def programme(row: Programme) -> ProgrammeShown:
    """A programme with its institution."""
    return ProgrammeShown(
        ref=row.ref, title=row.title, description=row.description,
        institution=Named(code=row.institution_id, name=row.institution.name), is_sample=row.is_sample,
        revision=row.revision,
    )  # fmt: skip
