"""Form fields that name places."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from oneplan.spaces.models import Ward


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
