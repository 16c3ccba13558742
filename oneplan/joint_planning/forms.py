"""Forms of joint planning."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.frameworks.definitions import RuleSet
from oneplan.frameworks.queries import rulesets
from oneplan.institutions.models import Institution
from oneplan.joint_planning import rules
from oneplan.joint_planning.queries import PARTICIPATION_STATES
from oneplan.periods import clock
from oneplan.plans.models import Edition
from oneplan.plans.rules import check_reason
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.states import state_of


def _date(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def _choices(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = choices


class StartForm(forms.Form):
    """Opening the next edition."""

    ruleset = forms.ChoiceField(
        label=_("Rule set"), help_text=_("It says which stages, gates, clocks and committees apply.")
    )
    start_year = forms.IntegerField(label=_("Year 1 of the plan"), min_value=2000, max_value=2100)
    horizon_years = forms.IntegerField(label=_("Years the plan looks ahead"), min_value=1, max_value=30, initial=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "ruleset", [(each.code, f"{each.label}: {each.title}") for each in rulesets()])
        self.fields["start_year"].initial = clock.today().year


class ScheduleForm(forms.Form):
    """The dates of a stage."""

    starts_on = _date(label=_("Starts on"), required=False)
    due_on = _date(label=_("Due on"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """A reason that is recorded, shown and printed."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class AbandonForm(ReasonForm):
    """Why an edition is given up, and a typed confirmation."""

    confirm = forms.CharField(label=_("Type the code of the space to abandon the edition"), max_length=12)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, edition: Edition, data: Any = None) -> None:
        super().__init__(data, initial={"revision": edition.revision})
        self.edition = edition

    def clean_confirm(self) -> str:
        typed = str(self.cleaned_data["confirm"])
        try:
            rules.check_confirmation(self.edition, typed)
        except RuleBroken as refusal:
            raise forms.ValidationError(refusal.sentence) from None
        return typed

    def clean_reason(self) -> str:
        reason = str(self.cleaned_data["reason"])
        try:
            check_reason(reason)
        except RuleBroken as refusal:
            raise forms.ValidationError(refusal.sentence) from None
        return reason


class AskForm(forms.Form):
    """Asking one or many parties for their contribution to a stage."""

    stage = forms.ChoiceField(label=_("Stage"))
    parties = forms.CharField(
        label=_("Parties"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Codes of institutions, one on a line or separated by commas, such as nat-dws, lim-health."),
    )  # fmt: skip
    request = forms.CharField(label=_("What you ask for"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)
    due_on = _date(label=_("Answer by"))

    def __init__(self, *args: Any, rules: RuleSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = [each for each in rules.stages if each.code not in ("adoption", "implementation")]
        _choices(self, "stage", [(each.code, f"{each.number} {each.label}") for each in stages])

    def clean_parties(self) -> list[Institution]:
        """The institutions of those codes; unknown codes are named."""
        codes = {
            code.strip().lower() for code in self.cleaned_data["parties"].replace("\n", ",").split(",") if code.strip()
        }
        found = {each.pk.lower(): each for each in Institution.objects.filter(pk__in=codes, merged_into=None)}
        if unknown := sorted(codes - set(found)):
            raise forms.ValidationError(
                _("No institution has the code %(codes)s. Look it up under “Find an institution”."),
                params={"codes": ", ".join(unknown)},
            )
        return [found[code] for code in sorted(found)]


class AnswerForm(forms.Form):
    """An institution's answer to a request."""

    answer = forms.CharField(
        label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 5}), max_length=8000,
        help_text=_("What you contribute, or why you decline. All parties to the plan can read it."),
    )  # fmt: skip
    document = forms.FileField(label=_("Document"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class AskAgainForm(forms.Form):
    """More is needed of a party that has answered."""

    request = forms.CharField(
        label=_("What you ask for now"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
    due_on = _date(label=_("Answer by"))


class MatrixFilter(forms.Form):
    """Filters of the participation matrix."""

    q = forms.CharField(label=_("Party"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    sphere = forms.ChoiceField(
        label=_("Sphere"), required=False,
        choices=[("", _("All")), ("national", _("National")), ("provincial", _("Provincial")), ("local", _("Local")),
                 ("other", _("Entities and partners"))],
    )  # fmt: skip
    state = forms.ChoiceField(label=_("Standing"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "state", [("", _("Any")), *((code, state_of(code).label) for code in PARTICIPATION_STATES)])


class CompareFilter(forms.Form):
    """With which edition to compare."""

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(number), str(number)) for number in numbers]
        self.fields["with"] = forms.ChoiceField(label=_("Compare with edition"), required=False, choices=choices)


class AdoptForm(forms.Form):
    """Typed confirmation: nothing is adopted by a slip of the hand."""

    confirm = forms.CharField(label=_("Type the code of the space to adopt"), max_length=12)
