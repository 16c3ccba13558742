"""The library's forms about accounts, in the house's words (what they do is the library's), and the token form."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _

_WORDS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "remember": _("Keep me signed in on this device"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("The same password again"),
    "code": _("Code of the app, or a recovery code"),
}
_HELP = {
    "password1": _("At least 12 characters. Four unrelated words are easy to keep and hard to guess."),
    "login": "",
}


class _HouseWords:
    """Puts the house's labels on the library's fields and takes its placeholders away."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = _WORDS.get(name, field.label)
            field.help_text = _HELP.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class SignInForm(_HouseWords, account.LoginForm):  # type: ignore[misc]
    """Address, password, and whether the device is one's own."""


class ChangePasswordForm(_HouseWords, account.ChangePasswordForm):  # type: ignore[misc]
    """The present password and the new one twice."""


class SetPasswordForm(_HouseWords, account.SetPasswordForm):  # type: ignore[misc]
    """A first password."""


class ResetPasswordForm(_HouseWords, account.ResetPasswordForm):  # type: ignore[misc]
    """To which address the letter goes."""


class ResetPasswordKeyForm(_HouseWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password twice, by the link of the letter."""


class AddEmailForm(_HouseWords, account.AddEmailForm):  # type: ignore[misc]
    """A further address."""


class ReauthenticateForm(_HouseWords, account.ReauthenticateForm):  # type: ignore[misc]
    """The password again, before something that matters."""


class SecondFactorForm(_HouseWords, factor.AuthenticateForm):  # type: ignore[misc]
    """The code of the app, or a recovery code, at sign-in."""


class SecondFactorAgainForm(_HouseWords, factor.ReauthenticateForm):  # type: ignore[misc]
    """The code again, before something that matters."""


class ActivateAppForm(_HouseWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of the app, which proves that it is set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The six digits that the app shows now")


class TokenForm(forms.Form):
    """What a new token is called, may do, and how long it lasts."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What will use it, such as “Budget system of the department”.")
    )
    access = forms.ChoiceField(
        label=_("It may"),
        choices=[("read", _("only read what I may read")), ("write", _("read and write as I may"))],
        initial="read",
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(
        label=_("It ends after"),
        coerce=int,
        choices=[(7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (366, _("a year"))],
        initial=90,
    )
