"""The table of a view: its order, its heads, its rows on the page and in a file."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from oneplan.indicators import queries, times
from oneplan.indicators.choices import Direction, Level, Standing
from oneplan.indicators.comparing.sentences import amount
from oneplan.indicators.crossing import CONVERTED_COLUMNS, converted_cells, crossed_words, error_words
from oneplan.indicators.demarcations.converting import Method
from oneplan.indicators.demarcations.series import ConvertedValue
from oneplan.indicators.measuring import period_of
from oneplan.indicators.queries import Value
from oneplan.indicators.seeing import SURE, Row, Seen
from oneplan.indicators.tables import sources
from oneplan.indicators.words import dimension_label, formula_words, linked, unit_of, value_address
from oneplan.platform.web.lists import Sorting
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.sheets import Sheet
from oneplan.platform.web.templatetags.web import state


def _worth(row: Row, of: Callable[[ConvertedValue], Any]) -> Any:
    return of(row.value) if isinstance(row.value, ConvertedValue) else None


_KEYS: dict[str, Callable[[Row], Any]] = {
    "place": lambda row: row.place.label, "value": lambda row: row.number, "change": lambda row: row.change,
    "above": lambda row: row.value.above if row.value else None,
    "below": lambda row: row.value.below if row.value else None,
    "method": lambda row: _worth(row, lambda value: list(Method).index(value.method)),
    "error": lambda row: _worth(row, lambda value: value.error.amount),
    "area": lambda row: (row.place.province, row.place.space, row.place.label),
}  # fmt: skip


def ordered(seen: Seen, asked: str) -> Sorting:
    """Sort the rows in place, what is unknown last. Unasked: where need is greatest first, or the most."""
    key = asked.removeprefix("-")
    if key not in _KEYS:
        asked, key = ("value" if seen.defined.direction == Direction.HIGHER else "-value"), "value"
    value = _KEYS[key]
    known = sorted((row for row in seen.rows if value(row) is not None), key=value, reverse=asked.startswith("-"))
    seen.rows[:] = [*known, *(row for row in seen.rows if value(row) is None)]
    return Sorting(asked, ())


def head(seen: Seen) -> list[tuple[str, str, bool]]:
    """(key or "", label, whether numbers) of each column."""
    first = [("place", _("Place"), False), ("area", _("In"), False)]
    if seen.asked.level == Level.PROVINCE:
        first = first[:1]
    if seen.columns:
        return [*first, *(("", each, True) for each in seen.columns)]
    columns = [*first, ("value", seen.asked.category or _("Value"), True)]
    if seen.has_changes:
        columns.append(("change", _("Change"), True))
    if seen.is_divided:
        columns += [("above", _("Counted"), True), ("below", _("Of"), True)]
    if seen.crossing:
        columns += [("method", _("Method"), False), ("error", _("Error"), False)]
    return columns


def written(seen: Seen) -> SafeString:
    """The rows of the table. Written here, without a template for each cell: there are hundreds."""
    heads = [label for _key, label, _numeric in head(seen)]
    return mark_safe("\n".join(_row(seen, row, heads) for row in seen.rows))  # noqa: S308 - all of it is escaped


def written_beside(seen: Seen) -> SafeString:
    """The country, and the province that holds what is shown: the feet of the table."""
    heads = [label for _key, label, _numeric in head(seen)]
    places = queries.places_named([each.place for each in seen.beside])
    rows = [Row(places[each.place], each) for each in seen.beside]
    return mark_safe("\n".join(_row(seen, row, heads) for row in rows))  # noqa: S308 - all of it is escaped


def _row(seen: Seen, row: Row, heads: list[str]) -> str:
    place = row.place
    name = escape(place.label)
    if place.level == Level.SPACE:
        name = f'<a href="/spaces/{escape(place.code)}/">{name}</a>'
    here = ' class="is-here"' if place.code == seen.asked.place else ""
    cells = [
        f'<th scope="row" class="card-first words">{name} <span class="code muted">{escape(place.code)}</span></th>'
    ]
    if seen.asked.level != Level.PROVINCE:
        wider = {Level.MUNICIPAL_AREA: (place.space,), Level.WARD: (place.municipal_area, place.space)}
        inside = ", ".join((*wider.get(place.level, ()), place.province))
        cells.append(f'<td class="card-more muted" data-label="{escape(heads[1])}">{escape(inside)}</td>')
    values = row.cells if seen.columns else [row.value]
    for label, value in zip(heads[len(cells) :], values, strict=False):
        cells.append(_cell(label, _valued(seen, value, row.others if not seen.columns else [])))
    if not seen.columns:
        if seen.has_changes:
            cells.append(_cell(_("Change"), _changed(seen, row)))
        if seen.is_divided:
            cells += [_cell(_("Counted"), _number(row.value.above if row.value else None))]
            cells += [_cell(_("Of"), _number(row.value.below if row.value else None))]
        if seen.crossing:
            cells += _told_of_conversion(seen, row.value)
    return f"<tr{here}>{''.join(cells)}</tr>"


def _told_of_conversion(seen: Seen, value: Value | None) -> list[str]:
    """How a value came about and how far off it may be; a published one beside converted ones says that it is."""
    if not isinstance(value, ConvertedValue):
        said = "" if value is None else f"{state(str(value.status), compact=True)} {escape(_('as published'))}"
        return [f'<td data-label="{escape(_("Method"))}">{said}</td>', "<td></td>"]
    error = escape(error_words(seen.measured, value.error))
    if value.recount is not None and value.recount.value is not None:
        error += f"; {escape(_('the source itself:'))} {linked(seen.measured, value.recount)}"
    words = escape(value.method.words)
    return [
        f'<td class="words" data-label="{escape(_("Method"))}">{words}</td>',
        f'<td class="words" data-label="{escape(_("Error"))}">{error}</td>',
    ]


def _cell(label: str, inner: str) -> str:
    return f'<td class="numeric" data-label="{escape(label)}">{inner}</td>'


def _valued(seen: Seen, value: Value | None, others: list[Value]) -> str:
    if value is None:
        return f'<span class="unknown">{escape(_("unknown"))}</span>'
    said = f"{linked(seen.measured, value)}{_sure(value)}"
    for other in others:
        said += f'<div class="small">{linked(seen.measured, other)}{_sure(other)}</div>'
    return said


def _sure(value: Value) -> str:
    return "" if value.status in SURE else f" {state(str(value.status), compact=True)}"


def _changed(seen: Seen, row: Row) -> str:
    if row.change is None or row.earlier is None:
        return '<span class="muted">–</span>'
    said = amount(seen.measured, row.change, signed=True)
    if seen.measured.unit == "%":
        said = _("%(n)s points") % {"n": grouped(repr(row.change), seen.measured.places)}
        said = said if row.change < 0 else f"+{said}"
    since = _("since %(when)s") % {"when": period_of(row.earlier).label}
    return f'{escape(said)} <span class="small muted">{escape(since)}</span>'


def _number(number: float | None) -> str:
    return f'<span class="num">{grouped(number)}</span>' if number is not None else '<span class="muted">–</span>'


def sheet_of(seen: Seen, edition: str, address: str) -> Sheet:
    """The view as a file: each value with its place, time, borders, sums, certainty, release and source."""
    defined = seen.defined
    columns = [
        "place", "label", "level", "province", "space", "boundary", "period", "dimension", "category", "value",
        "numerator", "denominator", "denominator_year", "status", "table", "source", "release", "sample", "fact",
    ]  # fmt: skip
    if seen.crossing:
        columns += CONVERTED_COLUMNS
    rows = []
    for row in seen.rows:
        place = row.place
        values = [each for each in row.cells if each] if seen.columns else [row.value, *row.others]
        first = [place.code, place.label, str(place.level), place.province, place.space, seen.asked.shown_on]
        if not any(values):
            empty = [None] * (len(columns) - len(first) - 3)
            rows.append([*first, seen.time, seen.asked.dimension, seen.asked.category, *empty])
        for value in filter(None, values):
            rows.append([
                *first, times.label(value.year, value.length, value.period, value.basis), value.dimension,
                value.category, value.value, value.above, value.below, value.below_year, str(value.status), value.table,
                sources()[value.source].title, value.release, value.standing == Standing.SAMPLE, value_address(value),
                *(converted_cells(value) if isinstance(value, ConvertedValue) else ()),
            ])  # fmt: skip
    formula = formula_words(defined.formulas[0]) if defined.formulas else None
    about = {
        "indicator": defined.code, "title": defined.title, "definition": defined.definition,
        "unit": unit_of(defined), "universe": str(defined.universe.label),
        "formula": f"{formula.times} × {formula.above} / {formula.below or 1}" if formula else "",
        "breakdown": dimension_label(seen.asked.dimension), "edition": edition, "address": address,
        "sample": "yes" if seen.asked.is_sample else "no",
        **({"conversion": crossed_words(seen.asked)} if seen.crossing else {}),
    }  # fmt: skip
    name = f"{defined.code}-{seen.asked.level}-{seen.asked.shown_on}-{seen.asked.when}"
    name += f"-converted-from-{seen.asked.boundary}" if seen.crossing else ""
    return Sheet(name, columns, rows, frozenset(), about)
