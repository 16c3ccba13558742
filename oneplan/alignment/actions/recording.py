"""Budget lines are written down when somebody first links them; their amounts stay in builds."""

from __future__ import annotations

from dataclasses import asdict

from django.utils.translation import gettext as _

from oneplan.alignment.lines import LineTerms
from oneplan.alignment.models import BudgetLine
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken


def record_line(terms: LineTerms, *, build: str) -> BudgetLine:
    """The recorded line of these terms, written down if it is new. `build`: where it was found.

    Whoever links it has checked who may. Raises RuleBroken where the institution is not in the register.
    """
    codes, names = asdict(terms.codes), asdict(terms.names)
    institution = Institution.objects.filter(pk=codes.pop("institution")).first()
    if institution is None:
        raise RuleBroken(
            _("The budget names the institution “%(code)s”, which is not in the register. Register it first.")
            % {"code": terms.codes.institution}
        )
    line, _is_new = BudgetLine.objects.get_or_create(
        key=terms.key,
        defaults={
            **codes, **names, "institution": institution, "label": terms.label,
            "recorded_at": clock.now(), "build": build,
        },
    )  # fmt: skip
    return line
