"""Plans of all spheres as dated trees of items. Nothing here is made by OnePlan: every plan names its document."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from oneplan.exchange.models import ImportRun
from oneplan.frameworks.definitions import Standing
from oneplan.institutions.models import Institution
from oneplan.periods.years import Basis
from oneplan.platform.fields import RandField
from oneplan.platform.models import Revised
from oneplan.source_plans.choices import ItemKind, PlanKind
from oneplan.spaces.models import MunicipalArea, Province, Space

_STANDINGS = [(each.value, each.value) for each in Standing]


class SourcePlan(Revised):
    """One edition of one plan, in force from a day until a day. A newer edition is a plan of its own (`succeeds`)."""

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=16, choices=PlanKind.choices)
    title = models.CharField(max_length=300)
    owner = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="source_plans")
    space = models.ForeignKey(Space, null=True, blank=True, on_delete=models.PROTECT, related_name="source_plans")
    province = models.ForeignKey(Province, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)  # half open
    reference = models.TextField()  # the document: title, who adopted it, when
    succeeds = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="succeeded_by"
    )
    run = models.ForeignKey(ImportRun, null=True, on_delete=models.PROTECT, related_name="+")  # the last that wrote it
    is_shipped = models.BooleanField(default=False)  # comes with OnePlan (code lists of `frameworks`); not editable
    is_sample = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["kind", "title", "code"]
        indexes = [models.Index(fields=["kind", "space"], name="source_plan_by_kind")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PlanKind.values), name="source_plan_kind_is_known"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="source_plan_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def audit_key(self) -> str:
        return f"source_plan:{self.code}"

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide: the institution whose plan it is, its space, its province."""
        keys = self.owner.scopes() if self.owner else []
        keys += self.space.scopes() if self.space else []
        keys += [f"province:{self.province_id}"] if self.province_id else []
        return list(dict.fromkeys([*(key for key in keys if key != "national"), "national"]))


class PlanItem(Revised):
    """One goal, outcome, objective, indicator or project of a plan. `ref` is its number in that plan's document."""

    plan = models.ForeignKey(SourcePlan, on_delete=models.PROTECT, related_name="items")
    ref = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=ItemKind.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    position = models.PositiveIntegerField(default=0)  # in the document's order
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    institution = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    space = models.ForeignKey(Space, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    municipal_area = models.ForeignKey(MunicipalArea, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place_text = models.CharField(max_length=300, blank=True)  # as the document says it
    unit = models.CharField(max_length=60, blank=True)
    baseline = models.CharField(max_length=120, blank=True)  # text: documents write "78 %" and "Framework approved"
    target = models.CharField(max_length=120, blank=True)
    start_year = models.PositiveSmallIntegerField(null=True, blank=True)
    finish_year = models.PositiveSmallIntegerField(null=True, blank=True)
    basis = models.CharField(max_length=4, blank=True, choices=[(basis.value, basis.value) for basis in Basis])
    cost = RandField(null=True, blank=True)
    external_ids: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    standing = models.CharField(max_length=12, choices=_STANDINGS, default=Standing.SOURCE.value)  # of its words
    source_row = models.CharField(max_length=120, blank=True)  # sheet and row, or table and row
    search_text = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["plan", "position", "ref"]
        indexes = [models.Index(fields=["space", "kind"], name="plan_item_by_space")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "ref"], name="plan_item_ref_once"),
            models.CheckConstraint(condition=Q(kind__in=ItemKind.values), name="plan_item_kind_is_known"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="plan_item_is_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"

    @property
    def audit_key(self) -> str:
        return f"plan_item:{self.plan_id}:{self.ref}"

    def scopes(self) -> list[str]:
        """Those of its plan."""
        return self.plan.scopes()
