"""Forms of workbooks: make one, return one, filter a comparison, decide its rows."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from oneplan.access.actors import Actor
from oneplan.institutions.models import Institution
from oneplan.spaces.models import Space
from oneplan.workbooks import queries
from oneplan.workbooks.choices import Standing
from oneplan.workbooks.choosing import NOW, choice_of
from oneplan.workbooks.comparing import Compared
from oneplan.workbooks.languages import ENGLISH, LANGUAGES
from oneplan.workbooks.sheets import SHEETS


class _Named(forms.ModelChoiceField[Any]):
    def label_from_instance(self, row: Any) -> str:
        return f"{row.name} ({row.pk})"


def _language() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Language"), choices=list(LANGUAGES.items()),
        help_text=_(
            "Of the instructions, headings and lists. Other languages than English are drafts: the English stands"
            " beside them and decides. What people wrote stays in the language in which they wrote it."
        ),
    )  # fmt: skip


class IssueForm(forms.Form):
    """Make a workbook: for whom, in which language."""

    institution = _Named(
        Institution.objects.none(), label=_("For one party"), required=False,
        empty_label=_("No: the whole space, all its parties"),
        help_text=_(
            "Left empty, the workbook holds the whole plan: every commitment, pledge, finding, outcome and strategy. Of"
            " one party it holds what it takes part in; its own commitments and pledges are open, the rest is for"
            " reading."
        ),
    )  # fmt: skip
    language = _language()

    def __init__(self, space: Space, actor: Actor, data: Any = None) -> None:
        super().__init__(data, initial={"language": ENGLISH})
        field: Any = self.fields["institution"]
        rows = Institution.objects.filter(involvements__plan_id=space.pk).order_by("name")
        mine = [each.pk for each in rows if queries.speaks_for(actor, space, each)]
        field.queryset = rows.filter(pk__in=mine)
        if not queries.reads_by_role(actor, space):
            field.required, field.empty_label = True, None
            field.label = _("For")
            field.help_text = _("Your own commitments and pledges are open; the rest is for reading.")


class PartyIssueForm(forms.Form):
    """Make a party's workbook: in which space, in which language."""

    space = _Named(Space.objects.none(), label=_("Space"), empty_label=None)
    language = _language()

    def __init__(self, spaces: Any, data: Any = None) -> None:
        super().__init__(data, initial={"language": ENGLISH})
        field: Any = self.fields["space"]
        field.queryset = spaces


class ReturnForm(forms.Form):
    """A workbook that comes back."""

    file = forms.FileField(
        label=_("The filled workbook"), help_text=_("The Excel workbook (.xlsx) that was made here, at most 100 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )  # fmt: skip


class ComparisonFilter(forms.Form):
    """Which rows of a comparison are shown."""

    standing = forms.ChoiceField(
        label=_("What happened"), required=False, choices=[("", _("Everything")), *Standing.choices]
    )
    sheet = forms.ChoiceField(
        label=_("Sheet"), required=False, choices=[("", _("All sheets")), *((each.key, each.title) for each in SHEETS)]
    )


class RefuseForm(forms.Form):
    """Why a return is not taken in."""

    reason = forms.CharField(
        label=_("Why"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever returned it reads this."),
    )  # fmt: skip


def decided(data: QueryDict, rows: list[Compared]) -> dict[str, Any]:
    """What was chosen for the rows that were shown: `take:<row>` and, of stale rows, `side:<row>:<column>`."""
    choices: dict[str, Any] = {}
    shown = set(data.getlist("shown"))
    for row in rows:
        if row.key not in shown or not row.may_be_taken:
            continue
        sides = {each.key: data.get(f"side:{row.key}:{each.key}", NOW) for each in row.fields}
        choices[row.key] = choice_of(row, take=data.get(f"take:{row.key}") == "yes", sides=sides)
    return choices
