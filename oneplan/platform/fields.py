"""Field types that every room may use."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable

from oneplan.money import BadAmount, parse_rand

CENTS = Decimal(100)

# What may be assigned and what is read back: the type checker adds None for a nullable column.
_Set = TypeVar("_Set", contravariant=True)
_Get = TypeVar("_Get", covariant=True)

if TYPE_CHECKING:

    class _WholeNumber(models.BigIntegerField[_Set, _Get]):
        _pyi_private_set_type: Decimal | int | str | Combinable  # type: ignore[assignment]  # not the whole number's
        _pyi_private_get_type: Decimal  # type: ignore[assignment]
        _pyi_lookup_exact_type: Decimal | int | str  # type: ignore[assignment]

else:

    class _WholeNumber(models.BigIntegerField):
        def __class_getitem__(cls, _):
            return cls


class RandField(_WholeNumber[_Set, _Get]):
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
    def validators(self) -> list[Any]:
        """The integer range checks would compare rand with cents; parse_rand already bounds the size."""
        return []

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return models.Field.formfield(self, **{"form_class": forms.DecimalField, "decimal_places": 2, **kwargs})
