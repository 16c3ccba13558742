"""Forms of the money ledger."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.institutions.models import Institution
from oneplan.ledger.choices import Execution, Funding, Movement
from oneplan.ledger.models import Cycle
from oneplan.periods.years import FinancialYear
from oneplan.spaces.models import Space


def _all(choices: Any) -> list[Any]:
    return [("", _("all")), *choices]


class EntryFilter(forms.Form):
    """The filters of a list of entries. `without`: fields that the page itself decides."""

    q = forms.CharField(label=_("Words"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    year = forms.ChoiceField(label=_("Financial year"), required=False)
    funding = forms.ChoiceField(label=_("Funding"), required=False, choices=_all(Funding.choices))
    movement = forms.ChoiceField(label=_("Movement"), required=False, choices=_all(Movement.choices))
    execution = forms.ChoiceField(label=_("Spending"), required=False, choices=_all(Execution.choices))
    institution = forms.ChoiceField(label=_("Party"), required=False)
    space = forms.ChoiceField(label=_("Space"), required=False)
    cycle = forms.ChoiceField(label=_("Cycle"), required=False)

    def __init__(
        self, data: Any, *, years: Iterable[FinancialYear], parties: Iterable[str], cycles: Iterable[Cycle],
        without: Iterable[str] = (),
    ) -> None:  # fmt: skip
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["year"].choices = _all((f"{year.start}-{year.basis}", year.long) for year in years)
        named = Institution.objects.filter(pk__in=list(parties)).order_by("name").values_list("pk", "name")
        fields["institution"].choices = _all(named)
        fields["cycle"].choices = [("", _("the newest")), *((each.ref, each.label) for each in cycles)]
        if "space" not in without:
            fields["space"].choices = _all(Space.objects.order_by("name").values_list("code", "name"))
        for name in without:
            del self.fields[name]


class CycleForm(forms.Form):
    """A new cycle."""

    label = forms.CharField(label=_("Name"), max_length=120, help_text=_("Such as “Adopted budgets 2026/27”."))
    as_at = forms.DateField(
        label=_("As at"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The day that decides which years have ended. Today unless told."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class NoForm(forms.Form):
    """An act that asks nothing more."""
