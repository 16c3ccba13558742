"""What a One Plan says, edition by edition.

Areas, chapters, markers and priorities are codes of the rule set (room `frameworks`); their labels are read there and
copied into the signing copy when an edition is frozen. Elements keep their reference (F-001, O-001, S-001) from one
edition to the next, so that an edition can be compared with the one before.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from oneplan.indicators.choices import Length, Level
from oneplan.institutions.models import Institution, Post
from oneplan.plans.choices import Direction, EditionState, ElementKind, ImmediateKind
from oneplan.platform.models import Revised
from oneplan.spaces.models import BoundaryRelease, MunicipalArea, Space, Ward


class OnePlan(models.Model):
    """The long-term plan of one space: a chain of editions."""

    space = models.OneToOneField(Space, primary_key=True, on_delete=models.PROTECT, related_name="one_plan")
    is_sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"One Plan of {self.space}"

    def scopes(self) -> list[str]:
        return self.space.scopes()


class Involvement(models.Model):
    """An institution that was asked to take part in a space's plan, or is a party to a commitment there.

    It may read the drafts of that plan. Kept here, low, so that every query above can obey it.
    """

    plan = models.ForeignKey(OnePlan, on_delete=models.PROTECT, related_name="involvements")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="involvements")
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "institution"], name="involved_once")]

    def __str__(self) -> str:
        return f"{self.institution_id} in {self.plan_id}"


class Edition(Revised):
    """One round of joint planning and what came of it."""

    plan = models.ForeignKey(OnePlan, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    ruleset = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=EditionState.choices, default=EditionState.OPEN)
    start_year = models.PositiveSmallIntegerField(help_text="The calendar year that is year 1 of the horizon.")
    horizon_years = models.PositiveSmallIntegerField(default=30)
    opened_on = models.DateField()
    frozen_at = models.DateTimeField(null=True)
    copy_hash = models.CharField(max_length=64, blank=True)
    adopted_on = models.DateField(null=True)
    boundary_release = models.ForeignKey(BoundaryRelease, null=True, on_delete=models.PROTECT, related_name="+")
    is_sample = models.BooleanField(default=False)
    content_revision = models.PositiveIntegerField(default=0)  # counts every change of content; ETags rest on it

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state__in=["open", "frozen"]), name="one_edition_in_progress"
            ),
            models.UniqueConstraint(fields=["plan"], condition=Q(state="adopted"), name="one_edition_in_force"),
            models.CheckConstraint(
                condition=Q(state__in=["frozen", "adopted", "superseded"], frozen_at__isnull=False)
                | Q(state__in=["open", "abandoned"]),
                name="frozen_editions_have_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} edition {self.number}"

    @property
    def space_id(self) -> str:
        return str(self.plan_id)

    @property
    def audit_key(self) -> str:
        return f"edition:{self.plan_id}:{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == EditionState.OPEN

    def scopes(self) -> list[str]:
        return self.plan.space.scopes()


class Element(Revised):
    """What every addressable piece of an edition's content has in common."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="%(class)ss")
    ref = models.CharField(max_length=24)
    position = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)  # kept, so that removal can be undone and remembered
    is_carried = models.BooleanField(default=False)

    kind: ElementKind

    class Meta:
        abstract = True
        ordering = ["position", "ref"]
        constraints = [models.UniqueConstraint(fields=["edition", "ref"], name="%(class)s_ref_once")]

    def __str__(self) -> str:
        return self.ref

    @property
    def audit_key(self) -> str:
        return f"{self.edition.audit_key}:{self.ref}"

    def scopes(self) -> list[str]:
        return self.edition.scopes()


class Placed(models.Model):
    """Where in the space something is: the whole space, some municipal areas, or one ward. Nothing set: unknown."""

    municipal_areas: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        MunicipalArea, blank=True, related_name="+"
    )
    ward = models.ForeignKey(Ward, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    whole_space = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Section(Element):
    """Narrative text of a chapter, with formatting (clean HTML of a few tags). Reference N-001.

    `area` is set in chapters that have a section for each transformation area, else empty.
    """

    kind = ElementKind.SECTION
    chapter = models.CharField(max_length=40)
    area = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    owner_post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class VisionStatement(Element):
    """The vision of the space for the end of the horizon. One per edition, reference V-001."""

    kind = ElementKind.VISION
    text = models.TextField()


class ImpactStatement(Element):
    """The desired future of one transformation area. Reference I-<area>."""

    kind = ElementKind.IMPACT
    area = models.CharField(max_length=20)
    text = models.TextField()


class Finding(Element, Placed):
    """What the diagnostic found: a statement with evidence, source, date and place."""

    kind = ElementKind.FINDING
    area = models.CharField(max_length=20)
    statement = models.TextField()
    evidence = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    source_date = models.DateField(null=True, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    reported_by = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner_post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class Outcome(Element):
    """A change in people's lives or places, with the indicator that will show it."""

    kind = ElementKind.OUTCOME
    area = models.CharField(max_length=20)
    statement = models.TextField()
    indicator = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.UP)
    baseline = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    baseline_year = models.PositiveSmallIntegerField(null=True, blank=True)
    baseline_source = models.CharField(max_length=300, blank=True)
    target = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    target_year = models.PositiveSmallIntegerField(null=True, blank=True)
    owner_post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class Strategy(Element, Placed):
    """How the space gets from findings to outcomes."""

    kind = ElementKind.STRATEGY
    area = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    findings: models.ManyToManyField[Any, Any] = models.ManyToManyField(Finding, blank=True, related_name="strategies")
    outcomes: models.ManyToManyField[Any, Any] = models.ManyToManyField(Outcome, blank=True, related_name="strategies")
    owner_post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Element.Meta):
        verbose_name_plural = "strategies"


class Marking(models.Model):
    """A cross-cutting marker on an element (gender, youth, jobs …) with its justification."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="markings")
    ref = models.CharField(max_length=24)
    marker = models.CharField(max_length=40)
    justification = models.TextField()

    class Meta:
        ordering = ["ref", "marker"]
        constraints = [models.UniqueConstraint(fields=["edition", "ref", "marker"], name="element_marked_once")]

    def __str__(self) -> str:
        return f"{self.ref} {self.marker}"


class PriorityLink(models.Model):
    """An element serves a national or provincial priority, named by its code (NDP, MTSF, MTDP, province).

    Where a list of priorities has no codes (a province's strategy), `priority` is the code of the list and `words`
    names the priority as that document does.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="priority_links")
    ref = models.CharField(max_length=24)
    priority = models.CharField(max_length=60)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["ref", "priority", "words"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "ref", "priority", "words"], name="priority_linked_once")
        ]

    def __str__(self) -> str:
        return f"{self.ref} → {self.priority}"


class Citation(models.Model):
    """A finding rests on an observation: which one, of which release, and what it was when it was cited.

    It is no part of the canonical content: what a finding says of its source is. A finding cites the newest value of an
    indicator and place once; citing it again takes the value of that day.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="citations")
    ref = models.CharField(max_length=24)  # of the finding
    indicator = models.CharField(max_length=80)
    place = models.CharField(max_length=20)
    level = models.CharField(max_length=20, choices=Level.choices)
    boundary = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField()
    length = models.CharField(max_length=8, choices=Length.choices)
    period = models.PositiveSmallIntegerField()
    dimension = models.CharField(max_length=40, blank=True)  # of a breakdown, "" for the whole
    category = models.CharField(max_length=120, blank=True)
    table = models.CharField(max_length=80)
    release = models.CharField(max_length=20)
    value = models.FloatField()

    class Meta:
        ordering = ["ref", "indicator", "place", "dimension", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "ref", "indicator", "place", "dimension", "category"], name="observation_cited_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ref} cites {self.indicator} of {self.place}"


class ImmediateIssue(Revised):
    """An element that cannot wait: a basic-service issue or a critical short-term intervention.

    What is raised is content and is frozen with its edition. That it was resolved is a fact of delivery: it may be
    recorded at any time, in every edition that still carries the issue, and is no part of the canonical content.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="immediate_issues")
    ref = models.CharField(max_length=24)  # of a plan element or of a commitment
    kind = models.CharField(max_length=16, choices=ImmediateKind.choices)
    service = models.CharField(max_length=120)
    households = models.PositiveIntegerField(null=True, blank=True)
    households_source = models.CharField(max_length=200, blank=True)
    owner_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="immediate_issues")
    due_on = models.DateField()
    raised_at = models.DateTimeField()
    resolved_on = models.DateField(null=True)
    resolution = models.TextField(blank=True)

    class Meta:
        ordering = ["due_on", "ref", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "ref"], condition=Q(resolved_on=None), name="immediate_once"),
            models.CheckConstraint(condition=Q(resolved_on=None) | ~Q(resolution=""), name="a_resolved_issue_says_how"),
        ]

    def __str__(self) -> str:
        return f"{self.ref}: {self.service}"

    @property
    def is_of_element(self) -> bool:
        """Whether it hangs on an element of the plan rather than on a commitment."""
        return "-C-" not in self.ref

    @property
    def audit_key(self) -> str:
        return f"{self.edition.audit_key}:{self.ref}"

    def scopes(self) -> list[str]:
        return self.edition.scopes()
