"""What is known of observations besides their values: which releases were received, and what became of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oneplan.exchange.models import ImportRun
from oneplan.indicators.choices import Length, Level, ReleaseState, Standing, YearBasis
from oneplan.institutions.models import Institution
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
