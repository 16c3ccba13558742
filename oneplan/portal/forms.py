"""Filters in the address, and the form of the verification page."""

from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oneplan.access.scopes import kind_label, known_scopes
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.states import state_of
from oneplan.portal.queries.board import SpaceRow
from oneplan.portal.queries.memory import EVENTS
from oneplan.portal.queries.mentions import entries_about

SPHERES = [
    ("", _("all")), ("national", _("National")), ("provincial", _("Provincial")), ("local", _("Local")),
    ("other", _("Outside the state")),
]  # fmt: skip
MOST_BYTES = 30 * 1024 * 1024  # a sealed plan of 1 500 commitments has about 3 MB


class AnswersFilter(forms.Form):
    """Which parties and whose spaces the board of answers shows."""

    q = forms.CharField(label=_("Party"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    sphere = forms.ChoiceField(label=_("Sphere"), required=False, choices=SPHERES)
    state = forms.ChoiceField(label=_("Standing"), required=False)
    province = forms.ChoiceField(label=_("Spaces of"), required=False)

    def __init__(self, *args: Any, spaces: list[SpaceRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(code, state_of(code).label) for code in ("silent", "asked", "opened", "contributed", "declined")]
        provinces = {row.province_code: row.province for row in spaces}
        offers: dict[str, Any] = {"state": [("", _("all")), *states], "province": [("", _("all")), *provinces.items()]}
        for name, choices in offers.items():
            field: Any = self.fields[name]
            field.choices = choices


class LogFilter(forms.Form):
    """Which entries of the log are shown. `subject` takes words, or a key of the log."""

    event = forms.ChoiceField(label=_("What"), required=False)
    person = forms.CharField(label=_("Who"), required=False, max_length=100)
    subject = forms.CharField(
        label=_("About"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": _("name or reference")}),
    )
    scope = forms.ChoiceField(label=_("Where"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = groupby(known_scopes().values(), key=lambda scope: scope.kind)
        places = [(kind_label(kind), [(scope.key, scope.name) for scope in group]) for kind, group in kinds]
        offers: dict[str, Any] = {
            "event": [("", _("everything")), *sorted(EVENTS.items(), key=lambda pair: pair[0])],
            "scope": [("", _("everywhere")), *places],
        }
        for name, choices in offers.items():
            field: Any = self.fields[name]
            field.choices = choices

    def clean_subject(self) -> Q | None:
        words = str(self.cleaned_data["subject"]).strip()
        try:
            return entries_about(words) if words else None
        except RuleBroken as refusal:
            raise forms.ValidationError(refusal.sentence) from None


class VerifyForm(forms.Form):
    """A downloaded plan, or the hash printed on a page."""

    file = forms.FileField(
        label=_("The plan's file"), required=False, help_text=_("The file called bundle, as it was downloaded (JSON).")
    )
    fingerprint = forms.CharField(
        label=_("Or its hash"),
        required=False,
        max_length=100,
        help_text=_("64 letters and digits, as printed on a plan or a signing copy."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if file and (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _("This file is larger than any plan. Choose the file that you downloaded here.")
            )
        return file

    def clean_fingerprint(self) -> str:
        text = "".join(str(self.cleaned_data.get("fingerprint", "")).split()).lower()
        if text and (len(text) != 64 or set(text) - set("0123456789abcdef")):
            raise forms.ValidationError(_("A hash has 64 letters and digits (0–9, a–f). Copy the whole of it."))
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("fingerprint"):
            raise forms.ValidationError(_("Choose a file, or paste a hash."))
        return cleaned
