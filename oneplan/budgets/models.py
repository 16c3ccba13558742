"""What is known of budgets besides their figures: which releases were received, and by what rules rand is placed."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oneplan.budgets.choices import How, ReleaseState, Standing
from oneplan.exchange.models import ImportRun
from oneplan.platform.fields import RandField
from oneplan.platform.models import Revised


class BudgetRelease(Revised):
    """One accepted file of budget figures. Its record lies in the warehouse under `digest` and never changes."""

    ref = models.CharField(_("reference"), max_length=24, unique=True)
    dataset = models.CharField(_("dataset"), max_length=40)
    layout = models.CharField(_("layout"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("source"), max_length=200)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    as_at = models.DateField(_("as at"))
    received_at = models.DateTimeField(_("received at"))
    run = models.OneToOneField(ImportRun, null=True, on_delete=models.PROTECT, related_name="budget_release")
    digest = models.CharField(max_length=64, unique=True)
    rows = models.PositiveBigIntegerField(_("rows of the source"))
    figures = models.PositiveBigIntegerField(_("figures"))
    total: RandField[Any, Any] = RandField(_("sum of all figures"))
    reconciliation: models.JSONField[Any, Any] = models.JSONField(_("reconciliation"), default=dict, blank=True)
    standing = models.CharField(_("standing"), max_length=12, choices=Standing.choices, default=Standing.PUBLIC)
    state = models.CharField(_("state"), max_length=12, choices=ReleaseState.choices, default=ReleaseState.IN_FORCE)

    class Meta:
        ordering = ["-as_at", "-id"]
        indexes = [models.Index(fields=["dataset", "state"], name="budget_release_by_dataset")]
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="budget_standing_is_known"),
            models.CheckConstraint(condition=Q(state__in=ReleaseState.values), name="budget_state_is_known"),
        ]
        verbose_name = _("budget release")
        verbose_name_plural = _("budget releases")

    def __str__(self) -> str:
        return f"{self.title}, {self.as_at}"

    @property
    def is_sample(self) -> bool:
        return self.standing == Standing.SAMPLE

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide: budgets are the nation's."""
        return ["national"]


class CalendarAmendment(Revised):
    """Other days of one duty of the budget cycle in one year, with the source that says so. Kept when withdrawn."""

    ref = models.CharField(_("reference"), max_length=24, unique=True)
    duty = models.CharField(_("duty"), max_length=60)  # a code of parameters/calendar.yaml
    year = models.PositiveSmallIntegerField(_("financial year"))  # in which it begins; on the duty's basis
    number = models.PositiveSmallIntegerField(_("month or quarter"), default=0)  # of the year; 0: the year
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("closes on"))
    source = models.CharField(_("source"), max_length=300)
    reason = models.TextField(_("reason"))
    amended_at = models.DateTimeField(_("amended at"))
    amended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-amended_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=models.F("opens_on")), name="amended_days_in_order"),
            models.UniqueConstraint(
                fields=["duty", "year", "number"], condition=Q(withdrawn_at=None), name="one_standing_amendment"
            ),
        ]
        verbose_name = _("amendment of the calendar")
        verbose_name_plural = _("amendments of the calendar")

    def __str__(self) -> str:
        return self.ref

    @property
    def audit_key(self) -> str:
        return f"calendar_amendment:{self.ref}"

    def scopes(self) -> list[str]:
        """Scope keys: the calendar is the nation's."""
        return ["national"]


class PlacementRule(Revised):
    """Where rand belongs that no evidence of its own places. Dated, with a reason; the newest that fits wins.

    Blank matchers fit everything. `function`, `item`, `fund` and `programme` fit codes that begin so; `region` fits a
    regional identifier that contains it, whatever its case.
    """

    ref = models.CharField(_("reference"), max_length=24, unique=True)
    dataset = models.CharField(_("dataset"), max_length=40, blank=True)
    institution = models.CharField(_("institution"), max_length=60, blank=True)
    function = models.CharField(_("function"), max_length=40, blank=True)
    item = models.CharField(_("item"), max_length=40, blank=True)
    fund = models.CharField(_("fund"), max_length=40, blank=True)
    programme = models.CharField(_("programme"), max_length=80, blank=True)
    region = models.CharField(_("regional identifier"), max_length=120, blank=True)
    how = models.CharField(_("how"), max_length=16, choices=How.choices)
    places: models.JSONField[Any, Any] = models.JSONField(_("places"), default=list, blank=True)  # register codes
    indicator = models.CharField(_("indicator"), max_length=60, blank=True)  # by which the places share
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    set_at = models.DateTimeField(_("set at"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(how__in=How.values), name="placement_rule_how_is_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")),
                name="placement_rule_dates_in_order",
            ),
        ]
        verbose_name = _("placement rule")
        verbose_name_plural = _("placement rules")

    def __str__(self) -> str:
        return self.ref

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide."""
        return ["national"]
