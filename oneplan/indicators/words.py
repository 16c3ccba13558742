"""Indicators in words: units, formulas, the addresses of values."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from oneplan.indicators.choices import Standing, Unit
from oneplan.indicators.comparing.sentences import amount
from oneplan.indicators.comparing.values import Measured
from oneplan.indicators.demarcations.series import ConvertedValue
from oneplan.indicators.exploring import When
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import (
    Defined,
    Formula,
    Observed,
    Picked,
    Ratio,
    Share,
    Total,
    lowest_of,
    tables_of,
)
from oneplan.indicators.tables import sources, tables


def unit_of(defined: Defined) -> str:
    """The unit as it stands in a list: %, per 100, households."""
    return str(defined.universe.label if defined.unit == Unit.NUMBER else defined.unit.label)


def dimension_label(dimension: str) -> str:
    """The name of a breakdown."""
    return {
        "": _("Whole"), "sex": _("Sex"), "age": _("Age"), "population group": _("Population group"),
        "disability": _("Disability"),
    }.get(dimension, dimension)  # fmt: skip


def value_address(value: Value) -> str:
    """The fact page of a value, of a converted one that of its parts. Codes stand in addresses as they are; only
    categories are words."""
    more = f"&{urlencode({'by': value.dimension, 'category': value.category})}" if value.dimension else ""
    if value.standing != Standing.PUBLIC:
        more += f"&standing={value.standing.value}"
    if isinstance(value, ConvertedValue):
        return (
            f"/indicators/values/{value.indicator}/{value.place}/{value.boundary}/{When.of(value)}/from/"
            f"{value.converted_from}/?level={value.level.value}&table={value.table}&status={value.told_as.value}{more}"
        )
    return (
        f"/indicators/values/{value.indicator}/{value.place}/{value.boundary}/{When.of(value)}/"
        f"?level={value.level.value}&table={value.table}&status={value.status.value}{more}"
    )


def shown(measured: Measured, value: float | None) -> str:
    """A value with its unit; unknown is said."""
    return _("unknown") if value is None else amount(measured, value)


def linked(measured: Measured, value: Value) -> SafeString:
    """A value that opens its fact page, which says of one that is unknown why it is."""
    said = escape(shown(measured, value.value))
    if value.value is None:
        said = f'<span class="unknown">{said}</span>'
    return mark_safe(f'<a class="num-link" href="{escape(value_address(value))}">{said}</a>')  # noqa: S308


@dataclass(frozen=True)
class FormulaWords:
    """A formula in words: what stands above the line and below it ("" where nothing is divided), and times what."""

    above: str
    below: str
    times: int
    source: str
    lowest: str


def formula_words(formula: Formula) -> FormulaWords:
    """What a formula adds up and divides, of which sources, and down to which places they stand by it."""
    above, below, times = _sides(formula)
    titles = dict.fromkeys(sources()[each.source].title for each in tables_of(formula))
    return FormulaWords(above, below, times, "; ".join(titles), str(lowest_of(formula).label))


def formula_line(formula: Formula) -> str:
    """A formula on one line, such as 100 × households: none ÷ households."""
    words = formula_words(formula)
    if words.below:
        return f"{words.times} × {words.above} ÷ {words.below}"
    return words.above if words.times == 1 else f"{words.above} × {words.times}"


def _sides(formula: Formula) -> tuple[str, str, int]:
    match formula:
        case Share():
            below = _total(Total(formula.table, formula.among))
            if formula.without:
                below = _("%(what)s, without %(without)s") % {"what": below, "without": _picked(formula.without)}
            return _total(Total(formula.table, formula.of)), below, 100
        case Ratio():
            return _total(formula.numerator), _total(formula.denominator), formula.per
        case Observed():
            said = _("%(what)s, as published") % {"what": _total(Total(formula.table, formula.of))}
            return said, "", formula.times
        case Total():
            return _total(formula), "", 1


def _total(total: Total) -> str:
    table = tables()[total.table]
    said = f"{table.title} ({table.universe.label})"
    return f"{said}: {_picked(total.of)}" if total.of else said


def _picked(of: Picked) -> str:
    return "; ".join(f"{dimension} {_(' or ').join(categories)}" for dimension, categories in of.items())
