"""Forms of joint planning."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.frameworks.definitions import RuleSet
from oneplan.frameworks.queries import rulesets
from oneplan.institutions.choices import InstitutionKind, Sphere
from oneplan.institutions.models import Institution
from oneplan.joint_planning import rules
from oneplan.joint_planning.queries import PARTICIPATION_STATES, parties_within_reach
from oneplan.joint_planning.results import LOOSE
from oneplan.periods import clock
from oneplan.plans.models import Edition
from oneplan.plans.rules import check_reason
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.states import state_of
from oneplan.spaces.models import Space


def _date(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def _boxes(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)


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


class RulesetForm(forms.Form):
    """Which rule set an edition in progress follows."""

    ruleset = forms.ChoiceField(label=_("Rule set"), widget=forms.RadioSelect)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "ruleset", [(each.code, f"{each.label}: {each.title}") for each in rulesets()])


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
    """Asking one or many parties for their contribution to a stage: a box to tick for each that could matter here."""

    stage = forms.ChoiceField(label=_("Stage"))
    municipalities = _boxes(_("Municipalities of this space"))
    provincial = _boxes(_("Departments of the province"))
    national = _boxes(_("National departments"))
    entities = _boxes(_("Entities, partners and leadership"))
    request = forms.CharField(label=_("What you ask for"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)
    due_on = _date(label=_("Answer by"))

    GROUPS = ("municipalities", "provincial", "national", "entities")

    def __init__(self, *args: Any, rules: RuleSet, space: Space, ticked: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = [each for each in rules.stages if each.code not in ("adoption", "implementation")]
        _choices(self, "stage", [(each.code, f"{each.number} {each.label}") for each in stages])
        self._found = {each.pk: each for each in parties_within_reach(space)}
        boxes: dict[str, list[tuple[str, Any]]] = {name: [] for name in self.GROUPS}
        for each in self._found.values():
            boxes[_group(each)].append((each.pk, each.name))
            if each.pk == ticked:
                self.initial[_group(each)] = [ticked]
        for name, choices in boxes.items():
            _choices(self, name, choices)
            if not choices:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """`parties`: the institutions ticked, by code. At least one."""
        cleaned = super().clean() or {}
        codes = sorted(code for name in self.GROUPS for code in cleaned.pop(name, None) or [])
        if not codes and not self.errors:
            raise forms.ValidationError(_("Nobody is ticked. Tick at least one party to ask."))
        cleaned["parties"] = [self._found[code] for code in codes]
        return cleaned


def _group(institution: Institution) -> str:
    """Under which heading an institution stands in the form."""
    if institution.sphere == Sphere.LOCAL:
        return "municipalities"
    if institution.kind == InstitutionKind.NATIONAL_DEPARTMENT:
        return "national"
    return "provincial" if institution.kind == InstitutionKind.PROVINCIAL_DEPARTMENT else "entities"


class AnswerForm(forms.Form):
    """An institution's answer to a request."""

    answer = forms.CharField(
        label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 5}), max_length=8000,
        help_text=_("What you contribute, or why you decline. All parties read it. The public plan prints the reason of"
                    " who declines, with institution and post: name no private person in it."),
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


class ResultsFilter(forms.Form):
    """Which part of the results tree is shown."""

    area = forms.ChoiceField(label=_("Area"), required=False)
    party = forms.ChoiceField(label=_("Party"), required=False)
    loose = forms.ChoiceField(label=_("Hanging loose"), required=False)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], parties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("area", areas), ("party", parties), ("loose", LOOSE.items())):
            _choices(self, name, [("", _("all")), *choices])


class CompareFilter(forms.Form):
    """With which edition to compare."""

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(number), str(number)) for number in numbers]
        self.fields["with"] = forms.ChoiceField(label=_("Compare with edition"), required=False, choices=choices)


class AdoptForm(forms.Form):
    """Typed confirmation: nothing is adopted by a slip of the hand."""

    confirm = forms.CharField(label=_("Type the code of the space to adopt"), max_length=12)
