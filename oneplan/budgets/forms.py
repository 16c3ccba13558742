"""Forms of budgets."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.budgets.choices import ReleaseState
from oneplan.budgets.datasets import datasets


def _all(choices: Any) -> list[Any]:
    return [("", _("all")), *choices]


class ReleaseFilter(forms.Form):
    """The filters of the list of releases."""

    dataset = forms.ChoiceField(
        label=_("Dataset"), required=False, choices=lambda: _all((each.code, each.title) for each in datasets())
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=_all(ReleaseState.choices))
