"""Forms of source plans and their items."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.institutions.models import Institution
from oneplan.platform.web.acts import ReasonForm
from oneplan.source_plans.choices import ItemKind, PlanKind
from oneplan.source_plans.models import PlanItem, SourcePlan
from oneplan.source_plans.rules import ItemTerms
from oneplan.spaces.models import Province, Space


class PlanFilter(forms.Form):
    """The filters of the register."""

    text = forms.CharField(label=_("Words"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *PlanKind.choices])
    space = forms.ChoiceField(label=_("Space"), required=False)
    province = forms.ChoiceField(label=_("Province"), required=False)
    withdrawn = forms.ChoiceField(
        label=_("Withdrawn"), required=False, choices=[("", _("left out")), ("1", _("shown too"))]
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        for name, model in (("space", Space), ("province", Province)):
            fields[name].choices = [("", _("all")), *model.objects.order_by("name").values_list("code", "name")]


def _days() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class _DocumentForm(forms.Form):
    title = forms.CharField(label=_("Title of the document"), max_length=300)
    reference = forms.CharField(
        label=_("Reference"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The document: who adopted it, when, and where it can be read."),
    )  # fmt: skip
    valid_from = forms.DateField(label=_("In force from"), required=False, widget=_days())
    valid_to = forms.DateField(
        label=_("Until"), required=False, widget=_days(), help_text=_("The first day on which it no longer counts.")
    )


class RegisterPlanForm(_DocumentForm):
    """What makes a plan a document that can be found again."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PlanKind.choices)
    code = forms.SlugField(
        label=_("Code"), max_length=60, help_text=_("Short and for good, such as idp-dc36-2022: it is its address.")
    )
    owner = forms.ModelChoiceField(
        Institution.objects.filter(valid_to=None).order_by("name"), label=_("Whose plan it is"), required=False
    )
    space = forms.ModelChoiceField(Space.objects.order_by("name"), label=_("Space"), required=False)
    province = forms.ModelChoiceField(Province.objects.order_by("name"), label=_("Province"), required=False)
    succeeds = forms.ModelChoiceField(
        SourcePlan.objects.filter(succeeded_by=None, withdrawn_at=None).order_by("title"),
        label=_("Comes after"), required=False, help_text=_("The edition before it, of the same kind and owner."),
    )  # fmt: skip
    field_order = ("kind", "title", "code", "reference", "owner", "space", "province", "valid_from", "valid_to")


class AmendPlanForm(ReasonForm, _DocumentForm):
    """A correction, with its reason."""

    field_order = ("title", "reference", "valid_from", "valid_to", "reason")


class ItemForm(ReasonForm):
    """One item as its document states it. Whose number is known already is changed, not added."""

    ref = forms.CharField(label=_("Number in the document"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=ItemKind.choices)
    title = forms.CharField(label=_("Title"), max_length=500)
    parent_ref = forms.ChoiceField(label=_("Under"), required=False)
    description = forms.CharField(label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    institution = forms.ModelChoiceField(
        Institution.objects.filter(valid_to=None).order_by("name"), label=_("Who answers for it"), required=False
    )
    space = forms.ModelChoiceField(Space.objects.order_by("name"), label=_("Space"), required=False)
    place_text = forms.CharField(label=_("Place, as the document says it"), max_length=300, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=60, required=False)
    baseline = forms.CharField(label=_("Baseline"), max_length=120, required=False)
    target = forms.CharField(label=_("Target"), max_length=120, required=False)
    start_year = forms.IntegerField(label=_("First year"), required=False)
    finish_year = forms.IntegerField(label=_("Last year"), required=False)
    cost = forms.DecimalField(label=_("Cost in rand"), max_digits=18, decimal_places=2, required=False)
    field_order = ("ref", "kind", "title", "parent_ref")

    def __init__(self, *args: Any, plan: SourcePlan, item: PlanItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        self._item = item
        others = plan.items.filter(withdrawn_at=None).order_by("position").values_list("ref", "title")
        own = item.ref if item else ""
        fields["parent_ref"].choices = [
            ("", _("nothing: it is the highest")),
            *((ref, f"{ref} {title}"[:100]) for ref, title in others if ref != own),
        ]
        fields["reason"].required = True
        if item:
            fields["ref"].disabled = True

    def terms(self) -> ItemTerms:
        """What was stated, once the form is valid."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("revision", "reason")}
        if self._item:  # what this form does not ask for stays
            told |= {name: getattr(self._item, name) for name in ("municipal_area", "basis", "external_ids")}
        return ItemTerms(**told)


def stated(item: PlanItem) -> dict[str, Any]:
    """What an item says, as its form shows it."""
    names = (
        "ref", "kind", "title", "description", "institution", "space", "place_text", "unit", "baseline", "target",
        "start_year", "finish_year", "cost",
    )  # fmt: skip
    return {name: getattr(item, name) for name in names} | {"parent_ref": item.parent.ref if item.parent else ""}
