"""One value: its formula with its numbers, and the cells of the source that make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import exploring, queries, times
from oneplan.indicators.choices import Level
from oneplan.indicators.demarcations.book import book
from oneplan.indicators.exploring import Asked, When, read_when
from oneplan.indicators.measuring import measured
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.queries import CellValue, Value
from oneplan.indicators.registry import Defined, Observed, Ratio, Share, registry
from oneplan.indicators.tables import sources, tables
from oneplan.indicators.words import dimension_label, shown, value_address
from oneplan.periods import clock
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.responses import csv_response
from oneplan.warehouse.connection import NothingBuilt


@dataclass(frozen=True)
class Cell:
    """One cell of a source as the page shows it."""

    value: CellValue
    title: str
    told_by: str  # the dimensions, in the order of the category
    is_missing: bool


@require_safe
def value_page(request: ActorHttpRequest, code: str, place: str, boundary: int, when: str) -> HttpResponseBase:
    """The value that the address names, or its cells as a file. Unseen and missing are the same."""
    defined, at = registry().get(code), read_when(when)
    if defined is None or at is None:
        raise Http404
    given = request.GET
    try:
        told = queries.told_of(
            code, place, by=request.actor, boundary=boundary, year=at.year, length=at.length, period=at.period,
            dimension=given.get("by", ""), category=given.get("category", ""),
        )  # fmt: skip
    except NothingBuilt:
        raise Http404 from None
    value = _meant(told, request)
    if value is None:
        raise Http404
    cells = [_cell(each) for each in queries.cells_of(value)]
    releases = {
        each.ref: each for each in queries.visible_to(request.actor).filter(
            ref__in={value.release, *(cell.value.release for cell in cells)}
        )
    }  # fmt: skip
    if given.get("format") == "csv":
        return csv_response(_lines(defined, value, cells, releases), f"{code}-{place}-{boundary}-{when}")
    table = tables()[value.table]
    described = measured(defined)
    when_words = times.long_label(at.year, at.length, at.period, value.basis)
    context: dict[str, Any] = {
        "defined": defined, "value": value, "shown": shown(described, value.value), "when": when_words,
        "table": table, "source": sources()[table.source],
        "dimension": dimension_label(value.dimension) if value.dimension else "", "cells": cells,
        "sum": _sum_words(defined, value), "why": _why_unknown(value, cells),
        "releases": list(releases.values()), "is_sample": value.is_sample, "now": clock.now(),
        "edition": queries.edition(), "explorer": _explorer(value, at), "level_label": Level(value.level).label,
        "methods": sorted({each.value.method for each in cells if each.value.method}),
        "has_borders": value.level in exploring.CONVERTED, "elsewhere": _elsewhere(value),
        "others": [(shown(described, each.value), each, value_address(each)) for each in told if each != value],
        "permanent": request.build_absolute_uri(value_address(value)),
    }  # fmt: skip
    return render(request, "indicators/value.html", context)


def _meant(told: Sequence[Value], request: ActorHttpRequest) -> Value | None:
    """The value that the address means; where it leaves something open, the widest place and the surest value."""
    fits = list(told)
    for name in ("level", "table", "status", "standing"):
        if asked := request.GET.get(name):
            fits = [each for each in fits if str(getattr(each, name)) == asked]
    return fits[0] if fits else None


def _cell(cell: CellValue) -> Cell:
    table = tables()[cell.table]
    return Cell(cell, table.title, ", ".join(table.by), cell.value is None)


def _sum_words(defined: Defined, value: Value) -> str:
    """The formula with its numbers: 100 × 28 097 ÷ 63 048 = 44,56439538."""
    if value.value is None or value.above is None:
        return ""
    times = next(
        (
            {Share: 100, Ratio: getattr(each, "per", 1), Observed: getattr(each, "times", 1)}.get(type(each), 1)
            for each in defined.formulas if value.table in _tables(each)
        ),
        1,
    )  # fmt: skip
    said = grouped(value.above, _decimals(value.above))
    if value.below is not None:
        said = f"{grouped(times)} × {said} ÷ {grouped(value.below, _decimals(value.below))}"
    elif times != 1:
        said = f"{grouped(times)} × {said}"
    return f"{said} = {grouped(value.value, _decimals(value.value))}"


def _tables(formula: Any) -> tuple[str, ...]:
    return (formula.numerator.table,) if isinstance(formula, Ratio) else (formula.table,)


def _decimals(number: float) -> int:
    text = f"{number:.8f}".rstrip("0")
    return len(text.partition(".")[2])


def _why_unknown(value: Value, cells: Sequence[Cell]) -> str:
    if value.value is not None:
        return ""
    missing = sum(1 for cell in cells if cell.is_missing)
    if missing:
        return _("Its source states no number in %(n)s of the cells that the formula needs.") % {"n": missing}
    if value.below == 0:
        return _("There is nothing to divide by: nobody was counted below the line.")
    return _("Its source has fewer cells here than the formula needs; a sum of fewer would be another thing.")


def _explorer(value: Value, at: When) -> str:
    level = value.level if value.level in exploring.LEVELS else Level.SPACE
    asked = Asked(
        value.indicator, level, value.boundary, at, dimension=value.dimension, category=value.category,
        is_sample=value.is_sample, place=value.place if value.level == level else "",
        within=next((each.municipal_area for each in queries.places_of(level) if each.code == value.place), "")
        if level == Level.WARD else "",
    )  # fmt: skip
    return f"/indicators/{value.indicator}/{asked.query()}"


def _elsewhere(value: Value) -> list[tuple[str, str]]:
    """The same place and time on borders of other years, converted: (label, address)."""
    if value.level not in exploring.CONVERTED or not value.boundary:
        return []
    address, query = value_address(value).split("?")
    found = []
    for year in (int(each.code) for each in book().demarcations):
        if year != value.boundary and value.place in book().places(str(year), of_spaces=value.level == Level.SPACE):
            there = address.replace(f"/{value.place}/{value.boundary}/", f"/{value.place}/{year}/")
            label = _("Converted to the borders of %(year)s") % {"year": year}
            found.append((label, f"{there}from/{value.boundary}/?{query}"))
    return found


def _lines(
    defined: Defined, value: Value, cells: Sequence[Cell], releases: dict[str, ObservationRelease]
) -> list[list[Any]]:
    head = [
        "indicator", "place", "boundary", "period", "breakdown", "value", "side", "table", "category", "cell_value",
        "cell_year", "release", "row", "column", "source", "licence", "received_at", "sample",
    ]  # fmt: skip
    period = times.label(value.year, value.length, value.period, value.basis)
    first = [defined.code, value.place, value.boundary, period, value.category, value.value]
    lines: list[list[Any]] = [list(head)]
    for cell in cells:
        release = releases.get(cell.value.release)
        lines.append([
            *first, "above" if cell.value.is_above else "below", cell.value.table, cell.value.category,
            cell.value.value, cell.value.year, cell.value.release, cell.value.row, cell.value.column,
            release.source if release else "", release.licence if release else "",
            release.received_at.isoformat() if release else "", value.is_sample,
        ])  # fmt: skip
    return lines
