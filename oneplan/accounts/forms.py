"""The form that makes a token."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TokenForm(forms.Form):
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
