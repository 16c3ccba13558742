"""Forms about people: invite, take up an invitation, give and end roles, close an account."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.access.roles import ROLES, Role
from oneplan.access.scopes import Scope, kind_label


class _RoleAndScope(forms.Form):
    """A role and where it holds; only what the giver may give is offered, and what fits each other is accepted."""

    role = forms.ChoiceField(label=_("Role"))
    scope = forms.ChoiceField(
        label=_("Where it holds"), help_text=_("A place or an institution. The roles page says which role goes where.")
    )

    def __init__(self, *args: Any, roles: Iterable[Role], scopes: Iterable[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = list(roles)
        kinds = {kind for role in given for kind in ROLES[role].scopes}
        offered = [scope for scope in scopes if scope.kind in kinds]
        self.fields["role"].choices = [("", "…"), *((role.value, ROLES[role].name) for role in given)]  # type: ignore[attr-defined]
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            ("", "…"),
            *(
                (kind_label(kind), [(scope.key, scope.name) for scope in group])
                for kind, group in groupby(offered, key=lambda scope: scope.kind)
            ),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role, scope = cleaned.get("role"), cleaned.get("scope")
        if role and scope and scope.split(":")[0] not in ROLES[Role(role)].scopes:
            kinds = ", ".join(kind_label(kind).lower() for kind in ROLES[Role(role)].scopes)
            self.add_error(
                "scope",
                _("%(role)s is given for: %(kinds)s. Choose one of these.")
                % {"role": ROLES[Role(role)].name, "kinds": kinds},
            )
        return cleaned


class InviteForm(_RoleAndScope):
    name = forms.CharField(label=_("Full name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("The work address; it becomes the sign-in name."))
    field_order = ["name", "email", "role", "scope"]


class GrantForm(_RoleAndScope):
    """A further role for somebody who has an account."""


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=500, help_text=_("Kept in the log with your name."))


class AcceptForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Four unrelated words are easy to keep and hard to guess."),
    )
    again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two passwords differ. Type them again."))
        return cleaned


class PeopleFilter(forms.Form):
    q = forms.CharField(label=_("Name or address"), required=False, max_length=100)
    role = forms.ChoiceField(
        label=_("Role"),
        required=False,
        choices=[("", _("any role")), *((role.value, definition.name) for role, definition in ROLES.items())],
    )
    closed = forms.BooleanField(label=_("Closed accounts too"), required=False)
