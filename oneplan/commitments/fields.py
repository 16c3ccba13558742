"""Form fields of commitments: rand, numbers, days, wards, posts and institutions as people write and know them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from oneplan.institutions.models import Institution, Post
from oneplan.money import BadAmount, parse_rand
from oneplan.spaces.models import Ward


class RandInput(forms.CharField):
    """An amount as people write it here: "R1 234,50", "1234.50". Gives a Decimal, None where it is left empty."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            return parse_rand(text) if text else None
        except BadAmount as error:
            raise forms.ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.2f}" if isinstance(value, Decimal) else value


class NumberInput(forms.DecimalField):
    """A number as people write it here: "1 234,5" as well as "1234.5"."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.split()).replace(",", ".").replace("−", "-")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class DayInput(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class WardInput(forms.CharField):
    """A ward by its code of eight digits."""

    def to_python(self, value: Any) -> Any:
        code = super().to_python(value)
        if not code:
            return None
        ward = Ward.objects.filter(pk=code).first()
        if ward is None:
            raise forms.ValidationError(_("There is no ward %(code)s. Write its eight digits.") % {"code": code})
        return ward

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Ward) else value


class PostChoice(forms.ModelChoiceField[Post]):
    """A post, named with its institution."""

    def label_from_instance(self, post: Any) -> str:
        return f"{post.institution.name} · {post.title}"


class InstitutionChoice(forms.ModelChoiceField[Institution]):
    """An institution by name and code: names are not unique across provinces."""

    def label_from_instance(self, institution: Any) -> str:
        return f"{institution.name} ({institution.pk})"
