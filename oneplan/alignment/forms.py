"""Forms of clashes and ties."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oneplan.alignment.choices import ClashKind, ClashState
from oneplan.budgets.asking import YEARS, Asked
from oneplan.budgets.coverage import Coverage
from oneplan.spaces.models import Space


def _all(choices: Any) -> list[Any]:
    return [("", _("all")), *choices]


class ClashFilter(forms.Form):
    """The filters of the list of clashes."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=_all(ClashKind.choices))
    space = forms.ChoiceField(label=_("Space"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", _("Open")), *[pair for pair in ClashState.choices if pair[0] != ClashState.OPEN]],
    )  # fmt: skip

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["space"]
        field.choices = _all(Space.objects.order_by("name").values_list("code", "name"))


class GapFilter(forms.Form):
    """Of which year and kind the money beside need is, who tells it, and how years of two calendars stand together."""

    year = forms.ChoiceField(label=_("Financial year"), required=False)
    type = forms.ChoiceField(label=_("What the figure is"), required=False)
    years = forms.ChoiceField(label=_("Years of two calendars"), required=False, choices=YEARS)
    basis = forms.ChoiceField(label=_("Only years"), required=False)
    dataset = forms.ChoiceField(label=_("Told by"), required=False)
    service = forms.CharField(required=False, widget=forms.HiddenInput)
    sample = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, state: dict[str, str], known: Coverage, asked: Asked, others: Mapping[str, str]) -> None:
        super().__init__(state)
        fields: dict[str, Any] = self.fields
        fields["year"].choices = [(str(year), f"{year}/{(year + 1) % 100:02d}") for year in known.years]
        fields["type"].choices = [(str(each), each.label) for each in known.amount_types(asked.year)]
        months = sorted({each.basis for each in known.loaded if each.is_main})
        fields["basis"].choices = [("", _("all")), *((str(month), from_month(month)) for month in months)]
        fields["dataset"].choices = [("", _("the main datasets")), *others.items()]


def from_month(month: int) -> str:
    """Financial years that begin in a month, in words."""
    return gettext("from %(month)s to %(last)s") % {
        "month": MONTHS[month], "last": MONTHS[(month - 2) % 12 + 1]
    }  # fmt: skip
