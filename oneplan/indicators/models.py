"""What is known of observations besides their values: which releases were received, and what became of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oneplan.exchange.models import ImportRun
from oneplan.indicators.choices import (
    Calculation,
    Direction,
    Length,
    Level,
    OwnerState,
    OwnerSubject,
    ReleaseState,
    Standing,
    Unit,
    Universe,
    YearBasis,
)
from oneplan.institutions.models import Institution, Post
from oneplan.platform.models import Revised


class ObservationRelease(Revised):
    """One accepted file of observations. Its record lies in the warehouse under `digest` and never changes.

    `margin` is the sampling error or undercount of its source, in words with the document that says it.
    """

    ref = models.CharField(_("reference"), max_length=24, unique=True)
    layout = models.CharField(_("layout"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("source"), max_length=200)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    margin = models.TextField(_("sampling error or undercount"), blank=True)
    as_at = models.DateField(_("as at"))
    received_at = models.DateTimeField(_("received at"))
    run = models.OneToOneField(ImportRun, null=True, on_delete=models.PROTECT, related_name="observation_release")
    digest = models.CharField(max_length=64, unique=True)
    rows = models.PositiveBigIntegerField(_("rows of the source"))
    observations = models.PositiveBigIntegerField(_("observations"))
    missing = models.PositiveBigIntegerField(_("stated without a value"), default=0)
    errors = models.PositiveIntegerField(_("errors"), default=0)
    tables: models.JSONField[Any, Any] = models.JSONField(_("tables"), default=list)  # codes
    standing = models.CharField(_("standing"), max_length=12, choices=Standing.choices, default=Standing.PUBLIC)
    state = models.CharField(_("state"), max_length=12, choices=ReleaseState.choices)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason for publishing although errors stand"), blank=True)

    class Meta:
        ordering = ["-as_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="observation_standing_is_known"),
            models.CheckConstraint(condition=Q(state__in=ReleaseState.values), name="observation_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=ReleaseState.PUBLISHED) | Q(errors=0) | ~Q(reason=""),
                name="observation_errors_published_with_reason",
            ),
        ]
        verbose_name = _("release of observations")
        verbose_name_plural = _("releases of observations")

    def __str__(self) -> str:
        return f"{self.title}, {self.as_at}"

    @property
    def is_sample(self) -> bool:
        return self.standing == Standing.SAMPLE

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide: observations are the nation's."""
        return ["national"]


class Stated(models.Model):
    """What was decided about an indicator at a place and time: a baseline or a target. A row is never changed: a new
    version takes its place, and the old one stays beside it.

    `is_late`: it was set on the first day of its period or later, when what it tells could be known already.
    """

    indicator = models.CharField(_("indicator"), max_length=80)  # a code of the registry
    level = models.CharField(_("level"), max_length=16, choices=Level.choices)
    place = models.CharField(_("place"), max_length=8)
    year = models.PositiveSmallIntegerField(_("year"))  # in which it begins
    length = models.CharField(_("length"), max_length=8, choices=Length.choices, default=Length.YEAR)
    period = models.PositiveSmallIntegerField(_("quarter or month"), default=0)
    basis = models.CharField(_("which year"), max_length=8, choices=YearBasis.choices, default=YearBasis.CALENDAR)
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=6)
    reason = models.TextField(_("reason"))
    version = models.PositiveIntegerField(_("version"))
    is_in_force = models.BooleanField(default=True)
    is_late = models.BooleanField(_("set after its period began"), default=False)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        abstract = True
        ordering = ["indicator", "level", "place", "year", "length", "period", "basis", "-version"]

    def __str__(self) -> str:
        return f"{self.indicator}, {self.place}, {self.year}: {self.value}"

    @property
    def is_changed_late(self) -> bool:
        """Whether another one stood before it when its period began."""
        return self.is_late and self.version > 1


def _constraints(name: str) -> list[models.BaseConstraint]:
    told = ["indicator", "level", "place", "year", "length", "period", "basis"]
    return [
        models.UniqueConstraint(fields=[*told, "version"], name=f"{name}_versions_are_counted"),
        models.UniqueConstraint(fields=told, condition=Q(is_in_force=True), name=f"{name}_one_in_force"),
        models.CheckConstraint(condition=~Q(reason=""), name=f"{name}_has_a_reason"),
    ]


class Baseline(Stated):
    """From where an indicator starts, with the source that says so in its reason."""

    class Meta(Stated.Meta):
        constraints = _constraints("baseline")
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")


class Target(Stated):
    """What an indicator shall reach."""

    class Meta(Stated.Meta):
        constraints = _constraints("target")
        verbose_name = _("target")
        verbose_name_plural = _("targets")


class Version(models.Model):
    """One version of something that users define. A row is never changed: the next version takes its place, and the
    earlier ones stay beside it.
    """

    code = models.SlugField(_("code"), max_length=80)
    version = models.PositiveIntegerField(_("version"))
    is_in_force = models.BooleanField(default=True)
    is_retired = models.BooleanField(_("retired"), default=False)
    reason = models.TextField(_("reason"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        abstract = True
        ordering = ["code", "-version"]

    def __str__(self) -> str:
        return f"{self.code}, {self.version}"

    @property
    def audit_key(self) -> str:
        """All versions are one subject in the log."""
        return f"{self._meta.model_name}:{self.code}"

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide: definitions are the nation's."""
        return ["national"]


def _versioned(name: str, *told: str) -> list[models.BaseConstraint]:
    key = [*told, "code"]
    return [
        models.UniqueConstraint(fields=[*key, "version"], name=f"{name}_versions_are_counted"),
        models.UniqueConstraint(fields=key, condition=Q(is_in_force=True), name=f"{name}_one_in_force"),
        models.CheckConstraint(condition=~Q(reason=""), name=f"{name}_has_a_reason"),
    ]


class SourceVersion(Version):
    """Who observes, when, and how far it can be trusted: a source that users brought (tables.Source)."""

    title = models.CharField(_("title"), max_length=200)
    publisher = models.CharField(_("publisher"), max_length=200)
    reference = models.TextField(_("reference"))
    licence = models.CharField(_("licence"), max_length=200)
    day = models.DateField(_("day of the count, or last day of its period"))
    is_official = models.BooleanField(_("an official source"), default=False)
    margin = models.TextField(_("sampling error or undercount"), blank=True)
    break_note = models.TextField(_("what changed against what came before"), blank=True)
    basis = models.CharField(_("which year"), max_length=8, choices=YearBasis.choices, default=YearBasis.CALENDAR)
    is_named_by_end = models.BooleanField(_("it names a year by the one in which it ends"), default=False)

    class Meta(Version.Meta):
        constraints = _versioned("source_definition")
        verbose_name = _("source")
        verbose_name_plural = _("sources")


class TableVersion(Version):
    """A statistical table that users defined (tables.Table). `source` is the code of a shipped source or of their own.

    `dimensions` is a list of names, each with its categories, in the order in which they stand in a row.
    """

    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("source"), max_length=80)
    universe = models.CharField(_("what is counted"), max_length=40, choices=Universe.choices)
    unit = models.CharField(_("unit"), max_length=24, choices=Unit.choices)
    lowest = models.CharField(_("lowest place"), max_length=16, choices=Level.choices)
    boundary = models.PositiveSmallIntegerField(_("borders of"), default=0)
    dimensions: models.JSONField[Any, Any] = models.JSONField(_("dimensions and their categories"), default=list)
    set_apart: models.JSONField[Any, Any] = models.JSONField(_("no part of what is asked"), default=list)
    total = models.CharField(_("the category that is the total"), max_length=200, blank=True)
    adds_up = models.BooleanField(_("the categories add up to the whole"), default=True)
    tolerance = models.PositiveSmallIntegerField(_("what rounding may make"), default=0)
    is_unbounded = models.BooleanField(_("a percentage that may lie outside 0 to 100"), default=False)
    is_part_of_one = models.BooleanField(_("a ratio between 0 and 1"), default=False)
    note = models.TextField(_("note"), blank=True)

    class Meta(Version.Meta):
        constraints = _versioned("table_definition")
        verbose_name = _("statistical table")
        verbose_name_plural = _("statistical tables")


class IndicatorVersion(Version):
    """An indicator that users defined, with its descriptors (registry.Defined).

    `formulas` is written as in the shipped files. `is_break`: values had been published by the version before, and this
    one makes others of the same observations.
    """

    title = models.CharField(_("title"), max_length=200)
    chapter = models.CharField(_("chapter of the profile"), max_length=80)
    definition = models.TextField(_("definition"))
    purpose = models.TextField(_("purpose"))
    unit = models.CharField(_("unit"), max_length=24, choices=Unit.choices)
    universe = models.CharField(_("of whom"), max_length=40, choices=Universe.choices)
    direction = models.CharField(_("which way is better"), max_length=8, choices=Direction.choices)
    calculation = models.CharField(_("how quarters make a year"), max_length=16, choices=Calculation.choices)
    area = models.CharField(_("transformation area"), max_length=40)
    rhythm_months = models.PositiveSmallIntegerField(_("a new value every … months"), null=True)
    owner = models.CharField(_("who answers for the figures"), max_length=200)
    verification = models.TextField(_("means of verification"))
    assumptions = models.TextField(_("assumptions"))
    decimals = models.PositiveSmallIntegerField(_("decimal places"), default=0)
    formulas: models.JSONField[Any, Any] = models.JSONField(_("formulas"), default=list)
    is_break = models.BooleanField(_("breaks with what was published"), default=False)

    class Meta(Version.Meta):
        constraints = _versioned("indicator_definition")
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")


class Ownership(Version):
    """Which post answers for the figures of an indicator, or for what a chapter of the profile lacks (`code`), and by
    when it brings the latter (`due`). Of one that declined the post stays, and nobody answers.
    """

    subject = models.CharField(_("for what"), max_length=12, choices=OwnerSubject.choices)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, verbose_name=_("post"), related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=OwnerState.choices)
    due = models.DateField(_("due"), null=True)

    class Meta(Version.Meta):
        constraints = _versioned("ownership", "subject")
        verbose_name = _("owner of figures")
        verbose_name_plural = _("owners of figures")


class Performance(models.Model):
    """One performance indicator of an institution in a financial year, as its quarterly report names it.

    It is what an institution promised and says of itself, in its own words: no observation of a place.
    """

    key = models.CharField(max_length=64, unique=True)
    year = models.PositiveSmallIntegerField(_("year"))  # in which the year of national government begins
    institution = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+")
    institution_name = models.CharField(_("institution"), max_length=200)
    programme = models.CharField(_("programme"), max_length=300, blank=True)
    subprogramme = models.CharField(_("subprogramme"), max_length=300, blank=True)
    title = models.TextField(_("indicator"))
    frequency = models.CharField(_("reported"), max_length=40, blank=True)
    priority = models.CharField(_("priority"), max_length=300, blank=True)
    run = models.ForeignKey(ImportRun, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("source"), max_length=200)
    as_at = models.DateField(_("as at"))

    class Meta:
        ordering = ["institution_name", "programme", "subprogramme", "title", "pk"]
        verbose_name = _("performance indicator")
        verbose_name_plural = _("performance indicators")

    def __str__(self) -> str:
        return f"{self.institution_name}, {self.year}: {self.title}"


class PerformanceQuarter(models.Model):
    """A quarter (0: the whole year) of a performance indicator: the target, what was reported, and what others found.

    Each is kept as it is written; a number stands beside it only where the text is plainly one.
    """

    performance = models.ForeignKey(Performance, on_delete=models.CASCADE, related_name="quarters")
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    target = models.TextField(_("target"), blank=True)
    target_number = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    reported = models.TextField(_("as the institution reports"), blank=True)
    reported_number = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    validated = models.TextField(_("validated or audited"), blank=True)
    validated_number = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    deviation = models.TextField(_("reason for the deviation"), blank=True)
    correction = models.TextField(_("corrective action"), blank=True)
    question = models.TextField(_("asked by oversight"), blank=True)

    class Meta:
        ordering = ["performance", "quarter"]
        constraints = [
            models.UniqueConstraint(fields=["performance", "quarter"], name="performance_quarter_once"),
        ]
        verbose_name = _("quarter of a performance indicator")
        verbose_name_plural = _("quarters of performance indicators")

    def __str__(self) -> str:
        return f"{self.performance_id}, {self.quarter}"
