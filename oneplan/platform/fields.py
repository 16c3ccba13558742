"""Field types that every room may use."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from oneplan.money import BadAmount, parse_rand

CENTS = Decimal(100)


class RandField(models.BigIntegerField):
    """Rand as Decimal in code, whole cents in the database, so that both engines sum it exactly.

    In aggregates the database sums cents and Django converts the result back to rand, because the
    output field of a sum is this field.
    """

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def from_db_value(self, value: int | Decimal | None, *_: Any) -> Decimal | None:
        return None if value is None else Decimal(value) / CENTS

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        try:
            return parse_rand(value)
        except BadAmount as error:
            raise ValidationError(str(error)) from error

    def get_prep_value(self, value: Any) -> int | None:
        amount = self.to_python(value)
        return None if amount is None else int(amount * CENTS)

    @property
    def validators(self) -> list[Any]:  # type: ignore[override]
        """The integer range checks would compare rand with cents; parse_rand already bounds the size."""
        return []

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return models.Field.formfield(self, **{"form_class": forms.DecimalField, "decimal_places": 2, **kwargs})
