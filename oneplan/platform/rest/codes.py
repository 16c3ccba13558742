"""Rows that a call names by their codes or numbers."""

from typing import Any

from django.utils.translation import gettext as _

from oneplan.platform.errors import RuleBroken

LAST_ID = 2**63 - 1  # the greatest number of a row; beyond it there is none


def known(model: Any, code: str, noun: str) -> Any:
    """The row of that code. Raises RuleBroken where the register has none."""
    row = model.objects.filter(code=code).first()
    if row is None:
        raise RuleBroken(_("There is no %(noun)s “%(code)s”. Look its code up first.") % {"noun": noun, "code": code})
    return row
