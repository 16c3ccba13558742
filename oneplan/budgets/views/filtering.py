"""The filter above a page of money."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.budgets.asking import BY, YEARS, Asked, write_cut
from oneplan.budgets.coverage import Coverage
from oneplan.institutions.choices import Sphere
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.connection import BuiltBefore


def told_of(nothing: RuleBroken) -> dict[str, Any]:
    """What a page says that has no figures to show: nothing was brought in, or all is being built anew."""
    return {"nothing": nothing.sentence, "is_rebuilding": isinstance(nothing, BuiltBefore)}


class SpendFilter(forms.Form):
    """Year, kind of amount, sphere, and by what the table tells figures apart. The cuts travel along."""

    year = forms.ChoiceField(label=_("Financial year"), required=False)
    type = forms.ChoiceField(label=_("What the figure is"), required=False)
    sphere = forms.ChoiceField(
        label=_("Sphere"), required=False, choices=[("", _("All spheres")), *((s.value, s.label) for s in Sphere)]
    )
    years = forms.ChoiceField(label=_("Years of two calendars"), required=False, choices=YEARS)
    by = forms.ChoiceField(label=_("By"), required=False)
    cut = forms.CharField(required=False, widget=forms.HiddenInput)
    sample = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, asked: Asked, known: Coverage, by: Sequence[str]) -> None:
        state: dict[str, Any] = {
            "year": str(asked.year), "type": asked.amount_type, "sphere": asked.sphere, "by": asked.by,
            "cut": write_cut(dict(asked.cuts)), "sample": "yes" if asked.is_sample else "",
            "years": str(asked.first_month or ""),
        }  # fmt: skip
        super().__init__(state)
        self.fields["year"].choices = [(str(year), f"{year}/{(year + 1) % 100:02d}") for year in known.years]  # type: ignore[attr-defined]
        types = [(str(each), each.label) for each in known.amount_types(asked.year)]
        self.fields["type"].choices = types  # type: ignore[attr-defined]
        self.fields["by"].choices = [(name, BY[name][1]) for name in by]  # type: ignore[attr-defined]
