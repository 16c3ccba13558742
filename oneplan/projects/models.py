"""Projects, what each submission of their sources said of them, and where they are.

`Project` holds what is current, for lists, filters and maps; `Snapshot` is what one submission said and is never
changed or overwritten; `Placement` is one answer to "where", with its evidence, and is superseded, never edited.

A foreign key by which another index of its table begins has none of its own (`db_index=False`): every row of every file
is written into each of them.
"""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q

from oneplan.exchange.models import ImportRun
from oneplan.institutions.choices import Sphere
from oneplan.institutions.models import Institution
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.fields import RandField
from oneplan.platform.models import Revised
from oneplan.projects.choices import (
    Audience,
    Feed,
    MatchState,
    Nature,
    ProjectKind,
    ProjectStanding,
    Purpose,
    Scheme,
    Stage,
    Tabling,
)
from oneplan.spaces.choices import Confidence, PlaceMethod
from oneplan.spaces.models import MunicipalArea, Province, Space, Ward

BELIEVABLE_COST = Decimal(20_000_000_000)  # no project in the country's lists is dearer: such a cost is doubted


def is_hard_to_believe(cost: Decimal | None) -> bool:
    """Whether a cost of one project is doubted. What nobody states is not."""
    return cost is not None and not 0 <= cost <= BELIEVABLE_COST


class Programme(Revised):
    """A group of projects that one institution runs together (not a budget programme of the Treasury)."""

    ref = models.CharField(max_length=24, unique=True)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="programmes")
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["ref"]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"

    @property
    def audit_key(self) -> str:
        return f"programme:{self.ref}"

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide."""
        province = [f"province:{self.institution.province_id}"] if self.institution.province_id else []
        return [f"institution:{self.institution_id}", *province, "national"]


class Submission(models.Model):
    """One file of one source as at a day, taken in by one import run. A corrected file is a submission of its own."""

    feed = models.CharField(max_length=12, choices=Feed.choices)
    source = models.CharField(max_length=200)
    as_at = models.DateField()
    run = models.OneToOneField(ImportRun, null=True, on_delete=models.PROTECT, related_name="submission")
    headers: models.JSONField[Any, Any] = models.JSONField(default=list)  # of the cells that its snapshots keep
    received_at = models.DateTimeField()
    snapshot_count = models.PositiveIntegerField(default=0)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-as_at", "-id"]
        indexes = [models.Index(fields=["feed", "source", "as_at"], name="submission_by_source")]

    def __str__(self) -> str:
        return f"{self.get_feed_display()}, {self.source}, {self.as_at}"

    @property
    def province_code(self) -> str:
        """The province to which its file was cut; "" where it was not."""
        return self.run.province_code if self.run else ""


class Project(Revised):
    """One project as it is known now. What it was, and who said so, stands in its snapshots."""

    ref = models.CharField(max_length=24, unique=True)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=ProjectKind.choices, default=ProjectKind.WORKS)
    stage = models.CharField(max_length=24, choices=Stage.choices, blank=True)
    nature = models.CharField(max_length=20, choices=Nature.choices, blank=True)
    funding = models.CharField(max_length=12, choices=Tabling.choices, blank=True)
    fund = models.CharField(max_length=120, blank=True)  # primary funding source, as its source names it
    sector = models.CharField(max_length=80, blank=True)
    sphere = models.CharField(max_length=12, choices=Sphere.choices, blank=True)
    province = models.ForeignKey(Province, null=True, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, null=True, blank=True, on_delete=models.PROTECT, related_name="projects")
    budget_programme = models.CharField(max_length=160, blank=True)  # the Treasury's, as its source names it
    implementing = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="implemented_projects",
        db_index=False,
    )  # fmt: skip
    implementing_text = models.CharField(max_length=200, blank=True)  # as its source names it
    funder = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="funded_projects"
    )

    start_on = models.DateField(null=True, blank=True)
    finish_on = models.DateField(null=True, blank=True)
    construction_start_on = models.DateField(null=True, blank=True)
    construction_finish_on = models.DateField(null=True, blank=True)
    contract_finish_on = models.DateField(null=True, blank=True)
    actual_start_on = models.DateField(null=True, blank=True)
    actual_finish_on = models.DateField(null=True, blank=True)
    total_cost = RandField(null=True, blank=True)
    spent_to_date = RandField(null=True, blank=True)
    jobs = models.PositiveIntegerField(null=True, blank=True)

    feed = models.CharField(max_length=12, choices=Feed.choices)
    standing = models.CharField(max_length=12, choices=ProjectStanding.choices, default=ProjectStanding.LIVE)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.GOVERNMENT)
    latest = models.ForeignKey("Snapshot", null=True, on_delete=models.PROTECT, related_name="+")
    is_sample = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    search_text = models.TextField(blank=True)  # folded title, reference, identifiers, institution

    # Where the works are: kept by actions from the current placement, so that lists and tiles need no join.
    method = models.CharField(max_length=16, choices=PlaceMethod.choices, default=PlaceMethod.NOT_PLACED)
    confidence = models.CharField(max_length=8, choices=Confidence.choices, default=Confidence.NONE)
    space = models.ForeignKey(Space, null=True, on_delete=models.PROTECT, related_name="projects", db_index=False)
    municipal_area = models.ForeignKey(MunicipalArea, null=True, on_delete=models.PROTECT, related_name="projects")
    ward = models.ForeignKey(Ward, null=True, on_delete=models.PROTECT, related_name="+")
    longitude = models.FloatField(null=True, blank=True)  # of the pin: only works placed by geometry have one
    latitude = models.FloatField(null=True, blank=True)
    cell = models.BigIntegerField(null=True)  # geometry.mercator.cells of the pin; null: no pin on any map
    is_doubtful = models.BooleanField(default=False)  # its place waits in the review queue

    @property
    def is_cost_doubtful(self) -> bool:
        """Whether its cost is hard to believe for one project. It is kept and counted as stated."""
        return is_hard_to_believe(self.total_cost)

    class Meta:
        ordering = ["ref"]
        indexes = [
            models.Index(fields=["space", "standing"], name="project_by_space"),
            models.Index(fields=["implementing", "standing"], name="project_by_implementing"),
            # All that a map filters by and draws, in the order of the map: a tile is one range of this index alone.
            models.Index(
                fields=[
                    "cell",
                    "standing",
                    "audience",
                    "stage",
                    "confidence",
                    "sphere",
                    "funding",
                    "is_sample",
                    "total_cost",
                    "longitude",
                    "latitude",
                    "ref",
                ],
                name="project_on_map",
            ),
            models.Index(fields=["is_doubtful", "-total_cost"], name="project_to_review"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(standing="merged") & Q(merged_into__isnull=False))
                | (~Q(standing="merged") & Q(merged_into=None)),
                name="merged_says_into_what",
            ),
            models.CheckConstraint(condition=Q(cell=None) | Q(kind="works"), name="only_works_have_a_pin"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"

    @property
    def audit_key(self) -> str:
        return f"project:{self.ref}"

    @property
    def is_on_ground(self) -> bool:
        return self.kind == ProjectKind.WORKS

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide: who implements and who funds it, where it lies, its province."""
        own = [f"institution:{code}" for code in dict.fromkeys((self.implementing_id, self.funder_id)) if code]
        place = [f"space:{self.space_id}"] if self.space_id else []
        return [*own, *place, *([f"province:{self.province_id}"] if self.province_id else []), "national"]


class Identifier(models.Model):
    """What a register calls a project. `issuer` sets apart registers that number on their own (a province, a city)."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="identifiers", db_index=False)
    scheme = models.CharField(max_length=12, choices=Scheme.choices)
    issuer = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=200)
    since = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["scheme", "value"]
        constraints = [
            # A number may stand on several rows of a sloppy register; the ids by which rows are known may not.
            models.UniqueConstraint(
                fields=["scheme", "issuer", "value"], condition=~Q(scheme__in=["irm_no", "mscoa"]),
                name="identifier_names_one",
            ),
            models.UniqueConstraint(fields=["project", "scheme", "issuer", "value"], name="identifier_once"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["scheme", "value"], name="identifier_by_value")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class Snapshot(models.Model):
    """What one submission said of one project. Written once."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="snapshots")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="snapshots", db_index=False)
    row = models.PositiveIntegerField(default=0)  # of the file, 1-based as a spreadsheet shows it
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=ProjectKind.choices)
    stage = models.CharField(max_length=24, choices=Stage.choices, blank=True)
    nature = models.CharField(max_length=20, choices=Nature.choices, blank=True)
    funding = models.CharField(max_length=12, choices=Tabling.choices, blank=True)
    start_on = models.DateField(null=True)
    finish_on = models.DateField(null=True)
    construction_start_on = models.DateField(null=True)
    construction_finish_on = models.DateField(null=True)
    contract_finish_on = models.DateField(null=True)
    total_cost = RandField(null=True)
    professional_fees = RandField(null=True)
    construction_costs = RandField(null=True)
    variation_orders = RandField(null=True)
    spent_before = RandField(null=True)  # in financial years before those of its money rows
    spent_to_date = RandField(null=True)
    jobs = models.PositiveIntegerField(null=True)
    contractors: models.JSONField[Any, Any] = models.JSONField(default=list)  # [role, name] as read
    cells: models.JSONField[Any, Any] = models.JSONField(default=list)  # the row as read, under submission.headers

    class Meta:
        ordering = ["submission__as_at", "submission_id"]
        constraints = [models.UniqueConstraint(fields=["project", "submission"], name="snapshot_once")]

    def __str__(self) -> str:
        return f"{self.project_id} in {self.submission_id}"


class SnapshotMoney(models.Model):
    """Money of one financial year in one snapshot. What its source does not state is null, never zero.

    `adjustment` is a change to `budget` (the IRM's column holds changes, see docs/evidence); `adjusted` is a level
    (SC36). Quarters are those of the year's basis.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="money", db_index=False)
    year = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=4, choices=[(basis.value, basis.value) for basis in Basis])
    budget = RandField(null=True)
    adjustment = RandField(null=True)
    adjusted = RandField(null=True)
    spent = RandField(null=True)  # the year's total as stated, or the sum of what quarters state
    q1 = RandField(null=True)
    q2 = RandField(null=True)
    q3 = RandField(null=True)
    q4 = RandField(null=True)
    is_audited = models.BooleanField(default=False)

    class Meta:
        ordering = ["year", "basis"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "year", "basis"], name="snapshot_money_once")]

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.financial_year.label}"

    @property
    def financial_year(self) -> FinancialYear:
        return FinancialYear(self.year, Basis(self.basis))

    @property
    def adjusted_budget(self) -> Decimal | None:
        """The year's budget as adjusted: as stated, else main and change together; None where neither says so."""
        if self.adjusted is not None or self.adjustment is None:
            return self.adjusted
        return (self.budget or Decimal(0)) + self.adjustment


class Milestone(Revised):
    """A dated step of a project, planned and actual."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="milestones", db_index=False)
    title = models.CharField(max_length=200)
    due_on = models.DateField(null=True, blank=True)
    reached_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "title"], name="milestone_once")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.title}"


class Placement(models.Model):
    """One answer to where a project is, with how it is known. Superseded by a later one, never edited."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="placements")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.WORKS)
    method = models.CharField(max_length=16, choices=PlaceMethod.choices)
    confidence = models.CharField(max_length=8, choices=Confidence.choices)
    evidence: models.JSONField[Any, Any] = models.JSONField(default=dict)  # what was said of the place, and by what
    doubts: models.JSONField[Any, Any] = models.JSONField(default=list)  # codes of spaces.choices.Doubt
    longitude = models.FloatField(null=True)  # a point inside the geometry, WGS 84
    latitude = models.FloatField(null=True)
    wkb = models.BinaryField(null=True)  # a line or an area, WGS 84; a point is its two numbers
    minx = models.FloatField(null=True)
    miny = models.FloatField(null=True)
    maxx = models.FloatField(null=True)
    maxy = models.FloatField(null=True)
    boundary_version = models.CharField(max_length=120, blank=True)  # of the boundaries that answered
    as_at = models.DateField()  # the day as at which boundaries were asked
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    reason = models.TextField(blank=True)  # of the person who placed it; "" where it was computed
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "purpose"], condition=Q(superseded_at=None), name="one_place_per_purpose"
            ),
        ]
        indexes = [
            models.Index(
                fields=["minx", "maxx"], condition=Q(wkb__isnull=False, superseded_at=None), name="placement_shapes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.purpose} {self.method}"


class PlacementShare(models.Model):
    """The part of a placement that falls to one municipal area, or to a space where no finer place is known.

    The shares of a placement sum to 1; one that is not placed has none.
    """

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="shares")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+", db_index=False)
    municipal_area = models.ForeignKey(MunicipalArea, null=True, on_delete=models.PROTECT, related_name="+")
    ward = models.ForeignKey(Ward, null=True, on_delete=models.PROTECT, related_name="+")
    fraction = models.FloatField()

    class Meta:
        ordering = ["-fraction", "space_id"]
        constraints = [
            models.CheckConstraint(condition=Q(fraction__gt=0) & Q(fraction__lte=1), name="placement_share_is_a_part"),
        ]
        indexes = [models.Index(fields=["space", "placement"], name="placement_share_by_space")]

    def __str__(self) -> str:
        return f"{self.placement_id} {self.space_id} {self.fraction:.4f}"


class Match(Revised):
    """Two projects that are perhaps one. A person decides; a merge can be undone."""

    left = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="matches_left", db_index=False)
    right = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="matches_right")
    likeness = models.FloatField()  # 0 to 1
    evidence: models.JSONField[Any, Any] = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=MatchState.choices, default=MatchState.PROPOSED)
    before: models.JSONField[Any, Any] = models.JSONField(default=dict)  # of the one that stays: what a merge changed
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-likeness", "id"]
        verbose_name_plural = "matches"
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="match_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="match_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} ~ {self.right_id}"

    @property
    def audit_key(self) -> str:
        return f"match:{self.pk}"

    def scopes(self) -> list[str]:
        """A match lies where either of its projects does."""
        return list(dict.fromkeys([*self.left.scopes(), *self.right.scopes()]))
