"""Forms of asks for money: what is asked, what is answered, how it moved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.web.acts import ReasonForm
from oneplan.platform.web.inputs import DayInput, RandInput
from oneplan.reprioritisation.choices import AskState, Instrument, ReplyCode
from oneplan.reprioritisation.models import Ask
from oneplan.reprioritisation.offers import basis_of
from oneplan.spaces.models import Space

YEARS_AHEAD = 6  # two medium-term budgets, one after the other


def _years(basis: Basis | None = None) -> list[tuple[str, str]]:
    """The years that an ask may name, this one first: ("2026", "2026/27")."""
    first = FinancialYear.containing(clock.today(), basis or Basis.PFMA)
    return [
        (str(first.next(n).start), first.next(n).long if basis else first.next(n).label) for n in range(YEARS_AHEAD)
    ]


class AskFilter(forms.Form):
    """The filters of the list."""

    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label=_("Words"), required=False)
    space = forms.ChoiceField(label=_("Space"), required=False)
    institution = forms.ChoiceField(label=_("Institution"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *AskState.choices])
    instrument = forms.ChoiceField(label=_("Instrument"), required=False, choices=[("", _("all")), *Instrument.choices])
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, data: Any, rows: Any) -> None:
        """`rows`: the asks that the reader may see; only what occurs in these is offered."""
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        spaces = Space.objects.filter(pk__in=rows.order_by().values("space_id")).order_by("name")
        asked = Institution.objects.filter(pk__in=rows.order_by().values("institution_id")).order_by("name")
        years = sorted(set(rows.order_by().values_list("year", flat=True)), reverse=True)
        fields["space"].choices = [("", _("all")), *spaces.values_list("code", "name")]
        fields["institution"].choices = [("", _("all")), *asked.values_list("code", "name")]
        fields["year"].choices = [("", _("all")), *((str(y), f"{y}/{(y + 1) % 100:02d}") for y in years)]


class _AskForm(forms.Form):
    year = forms.TypedChoiceField(label=_("For which year"), coerce=int)
    amount = RandInput(label=_("How much, in rand"), help_text=_("As a number with cents or without: 1 250 000,00."))
    instrument = forms.ChoiceField(
        label=_("By which instrument"), choices=Instrument.choices,
        help_text=_("When each is open, and by which rule, stands on this page."),
    )  # fmt: skip
    motivation = forms.CharField(
        label=_("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What the money changes, and why in this year. The accounting officer reads this first."),
    )  # fmt: skip

    def clean_amount(self) -> Decimal:
        amount = self.cleaned_data["amount"]
        if amount is None or amount <= 0:
            raise forms.ValidationError(_("Ask for an amount above nothing."))
        return Decimal(amount)


class DraftAskForm(_AskForm):
    """Who asks whom for how much of which year, by which instrument, and why."""

    space = forms.ModelChoiceField(Space.objects.none(), label=_("Which space asks"))
    institution = forms.ModelChoiceField(
        Institution.objects.none(), label=_("Of whom"), help_text=_("One of the parties of the commitment.")
    )
    field_order = ("space", "institution", "year", "amount", "instrument", "motivation")

    def __init__(self, data: Any, *, spaces: Any, institutions: Any, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["space"].queryset = spaces
        fields["institution"].queryset = institutions
        fields["year"].choices = _years()
        if not data and len(spaces) == 1:
            self.initial["space"] = spaces[0].pk
        if not data and len(institutions) == 1:
            self.initial["institution"] = institutions[0].pk

    def given(self) -> dict[str, Any]:
        """What was stated, the year with its basis."""
        told = dict(self.cleaned_data)
        told["year"] = FinancialYear(told["year"], basis_of(told["institution"]))
        told["instrument"] = Instrument(told["instrument"])
        return told


class ReviseAskForm(_AskForm):
    """A draft said anew."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, ask: Ask) -> None:
        known = {name: getattr(ask, name) for name in ("amount", "instrument", "motivation", "revision", "year")}
        super().__init__(data, initial=known)
        fields: dict[str, Any] = self.fields
        years = _years(Basis(ask.basis))
        if str(ask.year) not in dict(years):
            years.insert(0, (str(ask.year), ask.financial_year.long))
        fields["year"].choices = years
        self._basis = Basis(ask.basis)

    def given(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        told["year"] = FinancialYear(told["year"], self._basis)
        told["instrument"] = Instrument(told["instrument"])
        return told


class VersionForm(forms.Form):
    """An act that needs nothing said, on the version that its author saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class AnswerForm(ReasonForm):
    """What the accounting officer answers."""

    code = forms.ChoiceField(label=_("Answer"), choices=ReplyCode.choices, widget=forms.RadioSelect)
    amount = RandInput(
        label=_("How much is agreed, in rand"), required=False, help_text=_("Only for “Agreed in part”.")
    )
    year = forms.TypedChoiceField(
        label=_("In which year"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Only for “In a later year”."),
    )
    field_order = ("code", "amount", "year", "reason")

    def __init__(self, data: Any, *, ask: Ask) -> None:
        super().__init__(data, initial={"revision": ask.revision})
        fields: dict[str, Any] = self.fields
        later = [ask.financial_year.next(n) for n in range(1, YEARS_AHEAD)]
        fields["year"].choices = [("", _("no other year")), *((str(each.start), each.long) for each in later)]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("code") == ReplyCode.AGREED_IN_PART and told.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Say how much is agreed."))
        if told.get("code") == ReplyCode.LATER_YEAR and not told.get("year"):
            self.add_error("year", _("Say in which year."))
        return told

    def given(self) -> dict[str, Any]:
        """The answer; an amount or a year that the code does not speak of is left out."""
        told = dict(self.cleaned_data)
        code = told["code"] = ReplyCode(told["code"])
        told["amount"] = told["amount"] if code == ReplyCode.AGREED_IN_PART else None
        told["year"] = told["year"] if code == ReplyCode.LATER_YEAR else None
        return told


MOVED_BY_PEOPLE = (AskState.IN_SUBMISSION, AskState.RECOMMENDED)


class MoveForm(forms.Form):
    """That an ask came further, and what says so."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.ChoiceField(label=_("It is now"), choices=[(each.value, each.label) for each in MOVED_BY_PEOPLE])
    on = DayInput(label=_("Since"))
    source = forms.CharField(
        label=_("What says so"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The document, its page, and where it can be read."),
    )  # fmt: skip
    document = forms.FileField(label=_("The document itself"), required=False)


class OneAnswerForm(forms.Form):
    """One of several answers given at once. Without a code nothing is answered."""

    ref = forms.CharField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    code = forms.ChoiceField(label=_("Answer"), required=False, choices=[("", _("not now")), *ReplyCode.choices])
    amount = RandInput(label=_("Rand agreed in part"), required=False)
    year = forms.IntegerField(label=_("Later year, such as 2028"), required=False, min_value=1994, max_value=2100)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )


AnswersFormSet = forms.formset_factory(OneAnswerForm, extra=0, max_num=200, absolute_max=200)


class ReturnForm(forms.Form):
    """The workbook of answers, sent back."""

    file = forms.FileField(
        label=_("The workbook with your answers"), help_text=_("The Excel file of this page (.xlsx).")
    )
