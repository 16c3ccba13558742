"""Forms of clashes and ties."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.alignment.choices import ClashKind, ClashState
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
