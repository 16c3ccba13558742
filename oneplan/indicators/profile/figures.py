"""Values of the build as figures for reading."""

from __future__ import annotations

from django.utils.translation import gettext as _

from oneplan.indicators.choices import Unit
from oneplan.indicators.comparing.sentences import amount
from oneplan.indicators.comparing.values import Measured
from oneplan.indicators.measuring import measured, period_of, source_of
from oneplan.indicators.profile.parts import Figure
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import Defined, registry
from oneplan.indicators.words import value_address


def figure(value: Value, known: Measured | None = None) -> Figure:
    """A value for reading; whoever makes many of one indicator tells what it measures."""
    known, source = known or measured(registry()[value.indicator]), source_of(value)
    return Figure(
        value.value, _("unknown") if value.value is None else amount(known, value.value), period_of(value).label,
        str(value.boundary or ""), source.title, source.day, value.status, value.is_sample, value_address(value),
    )  # fmt: skip


def unit_of(defined: Defined) -> str:
    """Unit and universe in words: number of persons; % of households."""
    if defined.unit in (Unit.NUMBER, Unit.PERCENT):
        unit = _("number") if defined.unit == Unit.NUMBER else "%"
        return _("%(unit)s of %(universe)s") % {"unit": unit, "universe": defined.universe.label}
    return str(defined.unit.label)
