"""Forms of the acts on one project, on programmes and on matches."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.institutions.choices import Sphere
from oneplan.institutions.fields import InstitutionChoice
from oneplan.institutions.models import Institution
from oneplan.platform.web.inputs import DayInput, RandInput
from oneplan.projects.choices import Nature, ProjectKind, Stage, Tabling
from oneplan.projects.models import Milestone, Programme, Project
from oneplan.spaces.models import Space

_LONG = {"rows": 3}
_UNKNOWN = _("Leave it empty if it is not known.")


def _blank(choices: Any) -> list[Any]:
    return [("", _("not stated")), *choices]


class ProgrammeChoice(forms.ModelChoiceField[Programme]):
    """A programme, named with its reference."""

    def label_from_instance(self, programme: Any) -> str:
        return f"{programme.ref} · {programme.title}"


class ProjectForm(forms.Form):
    """What is said of a project: the fields that registering and correcting share."""

    title = forms.CharField(label=_("Title"), max_length=300, help_text=_("What is built or run, in a few words."))
    description = forms.CharField(label=_("Description"), widget=forms.Textarea(attrs=_LONG), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=ProjectKind.choices, initial=ProjectKind.WORKS,
        help_text=_("Only works on the ground have a place on the map; the others are counted apart."),
    )  # fmt: skip
    stage = forms.ChoiceField(label=_("Stage"), choices=_blank(Stage.choices), required=False)
    nature = forms.ChoiceField(label=_("Nature of investment"), choices=_blank(Nature.choices), required=False)
    funding = forms.ChoiceField(label=_("Funding status"), choices=_blank(Tabling.choices), required=False)
    fund = forms.CharField(label=_("Primary funding source"), max_length=120, required=False)
    budget_programme = forms.CharField(label=_("Budget programme of the Treasury"), max_length=160, required=False)
    sector = forms.CharField(label=_("Sector"), max_length=80, required=False)
    sphere = forms.ChoiceField(label=_("Sphere"), choices=_blank(Sphere.choices), required=False)
    implementing = InstitutionChoice(Institution.objects.none(), label=_("Who implements it"))
    funder = InstitutionChoice(Institution.objects.none(), label=_("Who pays for it"), required=False)
    programme = ProgrammeChoice(Programme.objects.all(), label=_("Programme"), required=False)
    total_cost = RandInput(label=_("Planned cost, rand"), required=False, help_text=_UNKNOWN)
    spent_to_date = RandInput(label=_("Spent to date, rand"), required=False, help_text=_UNKNOWN)
    start_on = DayInput(label=_("Start"), required=False)
    construction_start_on = DayInput(label=_("Construction starts"), required=False)
    construction_finish_on = DayInput(label=_("Construction ends"), required=False)
    contract_finish_on = DayInput(label=_("Contract ends"), required=False)
    finish_on = DayInput(label=_("Planned finish"), required=False)
    actual_start_on = DayInput(label=_("Started"), required=False)
    actual_finish_on = DayInput(label=_("Finished"), required=False)
    jobs = forms.IntegerField(label=_("Jobs"), required=False, min_value=0)

    def offer(self, *institutions: str) -> None:
        """Any institution that stands; `institutions` are the only ones that may implement it, where any is named."""
        standing = Institution.objects.filter(merged_into=None).order_by("name")
        for name in ("implementing", "funder"):
            field: Any = self.fields[name]
            field.queryset = standing
        if institutions:
            implementing: Any = self.fields["implementing"]
            implementing.queryset = standing.filter(pk__in=institutions)

    def given(self) -> dict[str, Any]:
        """The fields as the actions take them."""
        return {name: self.cleaned_data[name] for name in ProjectForm.base_fields}


class RegisterForm(ProjectForm):
    """A project that no feed reports."""

    space = forms.ChoiceField(
        label=_("Space"), required=False, help_text=_("Where it lies until it is placed more finely."),
    )  # fmt: skip

    def __init__(self, actor: Actor, data: Any = None, *, space: str = "") -> None:
        super().__init__(data, initial={"space": space})
        choices: Any = self.fields["space"]
        choices.choices = [("", _("not stated")), *Space.objects.order_by("name").values_list("code", "name")]
        own = actor.codes_with(Permission.PROJECT_REGISTER, "institution")
        others = actor.scopes_with(Permission.PROJECT_REGISTER) - {f"institution:{code}" for code in own}
        self.offer(*(() if others or actor.is_system else sorted(own)))

    def given(self) -> dict[str, Any]:
        """The fields as the action takes them, with the space where one is named."""
        code = self.cleaned_data["space"]
        return {**super().given(), "space": Space.objects.get(pk=code) if code else None}


class CorrectForm(ProjectForm):
    """A correction, with the reason and the version that its sender saw."""

    revision = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason for the correction"), widget=forms.Textarea(attrs=_LONG),
        help_text=_("It stands in the history beside what was changed."),
    )  # fmt: skip

    def __init__(self, project: Project, data: Any = None) -> None:
        initial = {name: getattr(project, name) for name in ProjectForm.base_fields}
        super().__init__(data, initial={**initial, "revision": project.revision})
        self.offer()
        self.fields["implementing"].required = project.implementing_id is not None


class MilestoneForm(forms.Form):
    """A dated step, planned and actual."""

    title = forms.CharField(label=_("Milestone"), max_length=200)
    due_on = DayInput(label=_("Due"), required=False)
    reached_on = DayInput(label=_("Reached"), required=False)
    source = forms.CharField(label=_("Where this is known from"), max_length=200, required=False)
    revision = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, held: Milestone | None = None) -> None:
        names = ("title", "due_on", "reached_on", "source", "revision")
        super().__init__(data, initial={name: getattr(held, name) for name in names} if held else None)


class ProgrammeForm(forms.Form):
    """A group of projects that one institution runs together."""

    title = forms.CharField(label=_("Title"), max_length=300)
    description = forms.CharField(label=_("Description"), widget=forms.Textarea(attrs=_LONG), required=False)
    institution = InstitutionChoice(Institution.objects.none(), label=_("Who runs it"))

    def __init__(self, actor: Actor, data: Any = None, *, held: Programme | None = None) -> None:
        names = ("title", "description", "institution")
        super().__init__(data, initial={name: getattr(held, name) for name in names} if held else None)
        own = actor.codes_with(Permission.PROJECT_REGISTER, "institution")
        standing = Institution.objects.filter(merged_into=None).order_by("name")
        wide = actor.scopes_with(Permission.PROJECT_REGISTER) - {f"institution:{code}" for code in own}
        field: Any = self.fields["institution"]
        field.queryset = standing if wide or actor.is_system else standing.filter(pk__in=own)


class CorrectProgrammeForm(ProgrammeForm):
    """A correction of a programme."""

    revision = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs=_LONG))

    def __init__(self, actor: Actor, data: Any = None, *, held: Programme) -> None:
        super().__init__(actor, data, held=held)
        self.initial["revision"] = held.revision


class MergeForm(forms.Form):
    """Which of two projects stays, and why they are one."""

    revision = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput)
    keep = forms.ChoiceField(label=_("Which one stays"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs=_LONG))

    def __init__(self, left: Project, right: Project, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        field: Any = self.fields["keep"]
        field.choices = [(each.ref, f"{each.ref} {each.title}") for each in (left, right)]
