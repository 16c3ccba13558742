"""What is known of observations besides their values: which releases were received, and what became of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oneplan.exchange.models import ImportRun
from oneplan.indicators.choices import ReleaseState, Standing
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
