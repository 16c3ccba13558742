"""Form fields for rand, numbers and days as people write them."""

from decimal import Decimal
from typing import Any

from django import forms

from oneplan.money import BadAmount, parse_rand


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
