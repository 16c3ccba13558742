"""Forms of this room: the filter of the list, filling and vacating posts, delegating, naming champions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.accounts.models import User
from oneplan.institutions import queries, rules
from oneplan.institutions.choices import Capacity, ChampionLevel, InstitutionKind, Power, Sphere
from oneplan.institutions.establishment import post_kinds
from oneplan.institutions.models import Institution, Post
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import Province, Space


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


class InviteIntoPostForm(FillPostForm):
    """Who is invited into a post, in what capacity and from when: account and post in one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_name"].required = self.fields["email"].required = True
        self.fields["person_name"].label, self.fields["email"].label = _("Full name"), _("E-mail address")
        self.fields["person_name"].help_text = ""
        self.fields["email"].help_text = _(
            "The work address; it becomes the sign-in name. An account is used as it is."
        )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"])


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
        return _institution_named(self.cleaned_data["institution"])


def _institution_named(words: str) -> Institution:
    """The one institution that the words mean. Raises ValidationError that names those which come near."""
    answer = queries.resolve(words)
    if answer.institution is not None:
        return answer.institution
    near = [match.institution for match in answer.matches] or [each.institution for each in answer.suggestions]
    if not near:
        raise forms.ValidationError(_("No institution is known by that name. Look it up in the list of institutions."))
    raise forms.ValidationError(
        _("Which one is meant? Write its code: %(names)s."),
        params={"names": "; ".join(f"{each.code} ({each.name})" for each in near)},
    )


def _why(help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=_("Why"), max_length=500, widget=widget, help_text=help_text)


class EntryForm(forms.Form):
    """What the register says of an institution, its code and name apart."""

    short_name = forms.CharField(label=_("Short name"), max_length=80, required=False)
    sphere = forms.ChoiceField(
        label=_("Sphere"), required=False, choices=[("", _("Outside government")), *Sphere.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=InstitutionKind.choices, help_text=_("The kind decides which posts it has.")
    )
    province = forms.ModelChoiceField(
        label=_("Province"), required=False, queryset=Province.objects.all(), empty_label=_("None: national")
    )
    space = forms.ModelChoiceField(
        label=_("Space"), required=False, queryset=Space.objects.all(), empty_label=_("None"),
        help_text=_("Only where the institution is the municipality of a space."),
    )  # fmt: skip
    municipality_code = forms.CharField(label=_("Municipality code"), max_length=10, required=False)
    valid_from = _date(_("In being from"), _("Leave empty where it is not known."), required=False)
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("The document, gazette or page that says so.")
    )
    as_at = _date(_("As at"), _("The date for which the source holds."))
    is_verified = forms.BooleanField(label=_("I have checked this entry against its source"), required=False)
    reason = _why(_("Kept in the history."))


class RegisterForm(EntryForm):
    """A new institution. Its code is its identity and never changes."""

    code = forms.SlugField(
        label=_("Code"), max_length=60,
        help_text=_("Lower-case letters, digits and hyphens, such as lim-health. It is never changed nor reused."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=200)
    field_order = ("code", "name")

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip().lower()
        try:
            rules.check_can_register(code, code, "")
        except RuleBroken as refusal:
            raise forms.ValidationError(refusal.sentence) from None
        return code


class CorrectForm(EntryForm):
    """A correction of the entry as it stands. The name has its own page, since it is dated."""

    valid_to = _date(_("In being until"), _("The first day on which it no longer is."), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    field_order = (
        "short_name", "sphere", "kind", "province", "space", "municipality_code", "valid_from", "valid_to",
    )  # fmt: skip

    def __init__(self, institution: Institution, data: Any = None) -> None:
        held = {name: getattr(institution, name) for name in self.base_fields if name != "reason"}
        super().__init__(data, initial=held)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        start, end = given.get("valid_from"), given.get("valid_to")
        if start and end and end <= start:
            self.add_error("valid_to", _("The end does not lie after the beginning. Correct one of the dates."))
        return given


class RenameForm(forms.Form):
    """A new name from a day on."""

    name = forms.CharField(label=_("New name"), max_length=200)
    short_name = forms.CharField(label=_("New short name"), max_length=80, required=False)
    valid_from = _date(_("From"), _("The first day on which the new name holds. The old one ends on it."))
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("The proclamation or notice that gave the name.")
    )
    reason = _why()
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "name" in given and "valid_from" in given:
            try:
                rules.check_can_rename(self.institution, given["name"], given["valid_from"])
            except RuleBroken as refusal:
                self.add_error("name" if given["name"] == self.institution.name else "valid_from", refusal.sentence)
        return given


class AliasForm(forms.Form):
    """Another name that files and people use."""

    alias = forms.CharField(label=_("Other name"), max_length=200, help_text=_("Exactly as it is written somewhere."))
    source = forms.CharField(label=_("Source"), max_length=300, help_text=_("Where it is written so."))
    valid_from = _date(_("In use from"), required=False)
    valid_to = _date(_("In use until"), required=False)
    reason = _why()

    def __init__(self, institution: Institution, data: Any = None) -> None:
        super().__init__(data)
        self.institution = institution

    def clean_alias(self) -> str:
        alias = str(self.cleaned_data["alias"])
        if self.institution.aliases.filter(alias=alias).exists():
            raise forms.ValidationError(_("This name is on record already."))
        return alias

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        start, end = given.get("valid_from"), given.get("valid_to")
        if start and end and end <= start:
            self.add_error("valid_to", _("The end does not lie after the beginning. Correct one of the dates."))
        return given


class MergeForm(forms.Form):
    """Into which institution, from when, and why; typed, since names move."""

    into = forms.CharField(
        label=_("Merge it into"), max_length=200, help_text=_("The code or the name of the one that continues.")
    )
    on = _date(_("On"), _("The first day on which only the other one acts."))
    reason = _why(_("The proclamation, notice or decision."))
    confirm = forms.CharField(label=_("Type the code of the institution that ends"), max_length=60)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution

    def clean_into(self) -> Institution:
        into = _institution_named(self.cleaned_data["into"])
        if into.pk == self.institution.pk:
            raise forms.ValidationError(_("An institution cannot be merged into itself. Choose another one."))
        return into

    def clean_confirm(self) -> str:
        typed = str(self.cleaned_data["confirm"]).strip().lower()
        if typed != self.institution.code:
            raise forms.ValidationError(_("Type %(code)s to merge it."), params={"code": self.institution.code})
        return typed


class UndoMergerForm(forms.Form):
    """Why a merger is taken back."""

    reason = _why(_("What was wrong with the merger."))
    confirmed = forms.BooleanField(label=_("The institution stands again, with its names"))


class RegisterPostForm(forms.Form):
    """A post beyond those that the kind of institution has by rule."""

    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=lambda: [(code, kind.title) for code, kind in post_kinds().items()],
        help_text=_("The kind decides what the post confers and whether it signs."),
    )  # fmt: skip
    space = forms.ModelChoiceField(
        label=_("Serves the space"), required=False, queryset=Space.objects.all(), empty_label=_("None")
    )
    reason = _why()
