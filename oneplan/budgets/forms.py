"""Forms of money: filters of releases and of the page by space, and rules of where rand belongs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.access.actors import Actor
from oneplan.budgets import cube
from oneplan.budgets.asking import YEARS
from oneplan.budgets.choices import ReleaseState
from oneplan.budgets.datasets import datasets
from oneplan.budgets.indicators import indicators
from oneplan.budgets.rules import GIVEN_BY_RULES
from oneplan.institutions.choices import Sphere
from oneplan.periods import clock
from oneplan.platform.web.acts import ReasonForm
from oneplan.warehouse.connection import NothingBuilt


def _all(choices: Any) -> list[Any]:
    return [("", _("all")), *choices]


class ReleaseFilter(forms.Form):
    """The filters of the list of releases."""

    dataset = forms.ChoiceField(
        label=_("Dataset"), required=False, choices=lambda: _all((each.code, each.title) for each in datasets())
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=_all(ReleaseState.choices))


class SpatialFilter(forms.Form):
    """What the page by space shows. Only what is in can be chosen."""

    year = forms.ChoiceField(label=_("Financial year"), required=False)
    type = forms.ChoiceField(label=_("Kind of amount"), required=False)
    sphere = forms.ChoiceField(label=_("Sphere"), required=False, choices=[("", _("all")), *Sphere.choices])
    function = forms.ChoiceField(label=_("Function"), required=False)
    years = forms.ChoiceField(label=_("Years of two calendars"), required=False, choices=YEARS)
    measure = forms.CharField(required=False, widget=forms.HiddenInput)
    sample = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, offers: Iterable[Any], *, by: Actor) -> None:
        super().__init__(data)
        known: Any = self.fields
        years = sorted({each.year for each in offers}, reverse=True)
        known["year"].choices = [("", _("newest")), *((str(y), f"{y}/{(y + 1) % 100:02d}") for y in years)]
        kinds = dict.fromkeys(each.amount_type for each in offers)
        known["type"].choices = [("", _("original budget")), *((str(kind), kind.label) for kind in kinds)]
        known["function"].choices = [("", _("all")), *((name, name) for name in _functions())]

    def asked(self) -> dict[str, str]:
        """What of the address can be answered; the rest counts as not asked."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _functions() -> list[str]:
    try:
        found, _count = cube.list_members(cube.attribute("function.category"), size=200)
    except NothingBuilt:
        return []
    return [row["code"] for row in found]


class PlacementRuleForm(forms.Form):
    """A rule of where rand belongs. Blank matchers fit everything."""

    dataset = forms.ChoiceField(label=_("Dataset"), required=False)
    institution = forms.CharField(
        label=_("Institution"), required=False, help_text=_("Its code in the register, as in nat-dws.")
    )
    function = forms.CharField(
        label=_("Function"), required=False, help_text=_("Codes that begin so, with their chart: chart:code.")
    )
    item = forms.CharField(label=_("Item"), required=False, help_text=_("Codes that begin so, with their chart."))
    fund = forms.CharField(
        label=_("Fund or grant"), required=False, help_text=_("Codes that begin so, with their chart.")
    )
    programme = forms.CharField(
        label=_("Programme"),
        required=False,
        help_text=_("Begins so: vote/programme/subprogramme, as in 41/2/ for all of programme 2."),
    )
    region = forms.CharField(
        label=_("Regional identifier"), required=False, help_text=_("Words that the ledger's regional identifier has.")
    )
    how = forms.ChoiceField(label=_("How the place is known"), choices=[(str(h), h.label) for h in GIVEN_BY_RULES])
    places = forms.CharField(
        label=_("Places"), required=False,
        help_text=_("Codes of the register with spaces between: DC15 ETH, EC157, a province (EC), the country (ZA), an "
                    "area served. Empty: the whole country shares."),
    )  # fmt: skip
    indicator = forms.ChoiceField(label=_("Shared out by"), required=False)
    valid_from = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_to = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The first day on which it no longer counts. Empty: until it is ended."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any) -> None:
        super().__init__(data, initial={"valid_from": clock.today()})
        known: Any = self.fields
        known["dataset"].choices = [("", _("any")), *((each.code, each.title) for each in datasets())]
        shares = ((code, f"{each.title} ({each.stated})") for code, each in indicators().items())
        known["indicator"].choices = [("", _("nothing: one place has it all")), *shares]

    def clean_places(self) -> list[str]:
        words: str = self.cleaned_data["places"]
        return words.replace(",", " ").replace(";", " ").split()


class EndRuleForm(ReasonForm):
    """The end of a rule, on the version that its author saw."""

    on = forms.DateField(
        label=_("It counts no more from"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The next build places without it if this day has come."),
    )  # fmt: skip

    def __init__(self, data: Any, *, revision: int, begins: date) -> None:
        day = max(clock.today(), begins + timedelta(days=1))
        super().__init__(data, initial={"revision": revision, "on": day})
