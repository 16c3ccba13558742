"""Forms of this room: the filter of the list, filling and vacating posts, delegating, naming champions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.accounts.models import User
from oneplan.institutions import queries
from oneplan.institutions.choices import Capacity, ChampionLevel, InstitutionKind, Power, Sphere
from oneplan.institutions.models import Institution, Post
from oneplan.spaces.models import Province


def _date(label: Any, help_text: Any = "", required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=required, widget=widget)


class InstitutionFilter(forms.Form):
    """What the list is narrowed to; all of it stands in the address."""

    q = forms.CharField(label=_("Name or code"), required=False, widget=forms.SearchInput())
    sphere = forms.ChoiceField(
        label=_("Sphere"), required=False, choices=[("", _("All")), *Sphere.choices, ("none", _("Outside government"))]
    )
    province = forms.ModelChoiceField(
        label=_("Province"), required=False, queryset=Province.objects.all(), empty_label=_("All")
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *InstitutionKind.choices])


class FillPostForm(forms.Form):
    """Who fills a post, in what capacity and when."""

    email = forms.EmailField(
        label=_("E-mail address of the account"),
        required=False,
        help_text=_("Leave empty where the person has no account: the name is kept, no rights are given."),
    )
    person_name = forms.CharField(
        label=_("Name"), max_length=200, required=False, help_text=_("As it shall stand beside a signature.")
    )
    capacity = forms.ChoiceField(label=_("Capacity"), choices=Capacity.choices, initial=Capacity.HOLDER)
    valid_from = _date(_("From"), _("Whoever sits here in this capacity leaves on that day."))
    valid_to = _date(
        _("Until"), _("The day on which it no longer holds. An acting appointment needs it."), required=False
    )
    reason = forms.CharField(label=_("Why"), max_length=500, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        self.user = User.objects.filter(email__iexact=email, is_active=True).first() if email else None
        if email and self.user is None:
            raise forms.ValidationError(_("No account has this address. Invite the person first, or leave this empty."))
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        user = getattr(self, "user", None)
        if not cleaned.get("person_name") and user:
            cleaned["person_name"] = user.name
        if not cleaned.get("person_name") and not self.errors:
            self.add_error("person_name", _("Say who fills the post."))
        return cleaned


class VacateForm(forms.Form):
    """When and why somebody leaves."""

    on = _date(_("Leaves on"), _("The first day on which the post is no longer held."))
    reason = forms.CharField(label=_("Why"), max_length=500)


class DelegateForm(forms.Form):
    """A written delegation: to which post, which powers, for how long, and the instrument itself."""

    to_post = forms.ModelChoiceField(label=_("To the post"), queryset=Post.objects.none())
    powers = forms.MultipleChoiceField(
        label=_("Powers"), choices=Power.choices, widget=forms.CheckboxSelectMultiple, initial=[Power.SIGN]
    )
    reference = forms.CharField(
        label=_("Reference of the instrument"),
        max_length=120,
        help_text=_("Printed with every signature made under it."),
    )
    instrument = forms.FileField(
        label=_("Signed instrument"), help_text=_("A PDF or a scan; without it there is no delegation.")
    )
    valid_from = _date(_("From"))
    valid_to = _date(_("Until"), _("The day on which it no longer holds."))

    def __init__(self, *args: Any, from_post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Post.objects.filter(institution=from_post.institution_id).exclude(pk=from_post.pk)
        self.fields["to_post"].queryset = others  # type: ignore[attr-defined]


class ChampionForm(forms.Form):
    """Who champions a space, for which institution and since when."""

    level = forms.ChoiceField(label=_("Level"), choices=ChampionLevel.choices)
    institution = forms.CharField(
        label=_("Institution"), max_length=200, help_text=_("Its code or its name, for example nat-dws.")
    )
    person_name = forms.CharField(label=_("Name"), max_length=200)
    valid_from = _date(_("From"))
    valid_to = _date(_("Until"), required=False)

    def clean_institution(self) -> Institution:
        answer = queries.resolve(self.cleaned_data["institution"])
        if answer.institution is not None:
            return answer.institution
        near = [match.institution for match in answer.matches] or [each.institution for each in answer.suggestions]
        if not near:
            raise forms.ValidationError(
                _("No institution is known by that name. Look it up in the list of institutions.")
            )
        raise forms.ValidationError(
            _("Which one is meant? Write its code: %(names)s."),
            params={"names": "; ".join(f"{each.code} ({each.name})" for each in near)},
        )
