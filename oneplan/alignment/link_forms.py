"""Forms of links: filters, shares, decisions, answers, and what to link with what."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from oneplan.alignment import link_rules
from oneplan.alignment.choices import LinkAnswerKind, LinkKind, LinkState
from oneplan.alignment.lines import LineAmount
from oneplan.institutions.models import Institution
from oneplan.money import format_rand
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.acts import ReasonForm
from oneplan.spaces.models import Space

SURE = [("high", _("80 % and more")), ("middle", _("50 % to 80 %")), ("low", _("under 50 %"))]


def _all(choices: Any) -> list[Any]:
    return [("", _("all")), *choices]


class LinkFilter(forms.Form):
    """The filters of the list of links."""

    q = forms.CharField(label=_("Words or reference"), required=False)
    kind = forms.ChoiceField(label=_("What with what"), required=False, choices=_all(LinkKind.choices))
    space = forms.ChoiceField(label=_("Space"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", _("Proposed")), *[pair for pair in LinkState.choices if pair[0] != LinkState.PROPOSED]],
    )  # fmt: skip
    sure = forms.ChoiceField(label=_("How sure"), required=False, choices=_all(SURE))
    institution = forms.CharField(label=_("Institution"), required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["space"]
        field.choices = _all(Space.objects.order_by("name").values_list("code", "name"))


class ShareForm(ReasonForm):
    """Which part of a budget line: in per cent, or as rand of one of its years."""

    per_cent = forms.DecimalField(
        label=_("Share of the line, in %"), required=False, min_value=Decimal("0.000001"), max_value=Decimal(100),
        max_digits=9, decimal_places=6, help_text=_("Or the amount below. Empty: all that is left of the line."),
    )  # fmt: skip
    rand = forms.DecimalField(label=_("Or rand of the line"), required=False, max_digits=18, decimal_places=2)
    of = forms.ChoiceField(label=_("Of which year and figure"), required=False)

    field_order = ("revision", "per_cent", "rand", "of", "reason")

    def __init__(self, amounts: Sequence[LineAmount], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._amounts = {f"{each.year.basis}-{each.year.start}-{each.amount_type}": each for each in amounts}
        field: Any = self.fields["of"]
        field.choices = [
            (key, f"{each.year.long} · {each.amount_type.label} · {format_rand(each.amount)}")
            for key, each in self._amounts.items()
        ]
        if not amounts:
            del self.fields["rand"], self.fields["of"]

    def clean(self) -> dict[str, Any]:
        """`share`: as a fraction, None for all that is left."""
        given: dict[str, Any] = super().clean() or {}
        rand, per_cent = given.pop("rand", None), given.pop("per_cent", None)
        chosen = self._amounts.get(given.pop("of", "") or "")
        given["share"] = None if per_cent is None else per_cent / 100
        if rand is not None and per_cent is not None:
            raise forms.ValidationError(__("Give the share in per cent or in rand, not both."))
        if rand is not None:
            if chosen is None:
                raise forms.ValidationError(__("Choose of which year and figure the rand are."))
            source = f"{chosen.year.long}, {str(chosen.amount_type.label).lower()}, {chosen.release}"
            try:
                given["share"] = link_rules.share_of(rand, chosen.amount, source)
            except RuleBroken as refusal:
                raise forms.ValidationError(refusal.sentence) from None
        return given


class AnswerForm(ReasonForm):
    """What an institution says of a link."""

    institution = forms.ModelChoiceField(label=_("For"), queryset=Institution.objects.none())
    answer = forms.ChoiceField(label=_("Answer"), choices=LinkAnswerKind.choices)

    field_order = ("revision", "institution", "answer", "reason")

    def __init__(self, institutions: Sequence[Institution], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["institution"]
        field.queryset = Institution.objects.filter(pk__in=[each.pk for each in institutions])
        field.empty_label = None


class WriteForm(forms.Form):
    """The chosen other end, and why."""

    other = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why they belong together"), widget=forms.Textarea(attrs={"rows": 2}))


class BulkForm(forms.Form):
    """Several links at once."""

    reason = forms.CharField(label=_("Reason, kept with each of them"), widget=forms.Textarea(attrs={"rows": 3}))
