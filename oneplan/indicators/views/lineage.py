"""One converted value: the published values that went into it, their weights, its error, and what befell the area."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import exploring, queries, times
from oneplan.indicators.choices import Level
from oneplan.indicators.crossing import crossed_words, error_words, slivers_of
from oneplan.indicators.demarcations.book import book
from oneplan.indicators.demarcations.changes import history
from oneplan.indicators.demarcations.series import ConvertedValue, converted_values, weights_between
from oneplan.indicators.exploring import Asked, When, read_when
from oneplan.indicators.measuring import measured
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import registry
from oneplan.indicators.tables import sources
from oneplan.indicators.words import dimension_label, shown, value_address
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.responses import csv_response
from oneplan.warehouse.connection import NothingBuilt


@dataclass(frozen=True)
class PartShown:
    """One area of the old borders. `amounts`: (label, what came here, what was published) for each count."""

    code: str
    label: str
    href: str
    shown: str
    weight: str
    km2: float
    amounts: list[tuple[str, Decimal | int | None, Decimal | int | None]]
    release: str


@require_safe
def converted_page(
    request: ActorHttpRequest, code: str, place: str, boundary: int, when: str, source: int
) -> HttpResponseBase:
    """The value that the address names, or its parts as a file. Unseen, missing and not convertible are the same."""
    defined, at = registry().get(code), read_when(when)
    level = next((each for each in exploring.CONVERTED if each == request.GET.get("level", Level.SPACE)), None)
    if defined is None or at is None or level is None:
        raise Http404
    try:
        value = _meant(request, code, place, boundary, at, source, level)
        weights = weights_between(source, boundary, by=request.actor, level=level)
    except (NothingBuilt, RuleBroken):
        raise Http404 from None
    labels = [_("Counted"), _("Of")][: len(value.counts)]
    parts = _parts(value, labels)
    if request.GET.get("format") == "csv":
        return csv_response(_lines(value), f"{code}-{place}-{boundary}-{when}-from-{source}")
    described = measured(defined)
    names = {each.code: each.label for each in queries.places_of(level)}
    asked = Asked(
        code, level, source, at, value.source, dimension=value.dimension, category=value.category,
        is_sample=value.is_sample, place=place, borders=boundary,
    )  # fmt: skip
    recount = value.recount if value.recount and value.recount.value is not None else None
    context: dict[str, Any] = {
        "defined": defined, "value": value, "shown": shown(described, value.value),
        "when": times.long_label(at.year, at.length, at.period, value.basis), "crossed": crossed_words(asked),
        "dimension": dimension_label(value.dimension) if value.dimension else "",
        "error": error_words(described, value.error), "labels": labels, "parts": parts,
        "sums": [(label, count.value) for label, count in zip(labels, value.counts, strict=True)],
        "recount": shown(described, recount.value) if recount else "",
        "recount_href": value_address(recount) if recount else "",
        "basis": weights.basis.words, "route": " → ".join(weights.route), "slivers": slivers_of(weights.route),
        "at_stake": f"{grouped(100 * value.whole.part_at_stake, 1)} %",
        "befell": history(place, book(), names, of_spaces=level == Level.SPACE), "source": sources()[value.source],
        "explorer": f"/indicators/{code}/{asked.query()}", "edition": queries.edition(), "now": clock.now(),
        "is_sample": value.is_sample, "permanent": request.build_absolute_uri(value_address(value)),
    }  # fmt: skip
    return render(request, "indicators/converted.html", context)


def _meant(
    request: ActorHttpRequest, code: str, place: str, boundary: int, at: When, source: int, level: Level
) -> ConvertedValue:
    """The value that the address means; where it leaves something open, the surest."""
    given = request.GET
    fits = [
        each for each in converted_values(
            code, by=request.actor, level=level, source=source, boundary=boundary, years=(at.year,),
            dimension=given.get("by", ""),
        )
        if each.place == place and When.of(each) == at and each.category == given.get("category", "")
    ]  # fmt: skip
    for name, told in (("table", "table"), ("status", "told_as"), ("standing", "standing")):
        if asked := given.get(name):
            fits = [each for each in fits if str(getattr(each, told)) == asked]
    if not fits:
        raise Http404
    return min(fits, key=lambda each: (each.is_sample, str(each.standing), str(each.told_as)))


def _parts(value: ConvertedValue, labels: list[str]) -> list[PartShown]:
    published = {each.place: each for each in value.sources}
    described = measured(registry()[value.indicator])
    names = {each.code: each.label for each in queries.places_of(value.level)}
    found = []
    for rank, part in enumerate(value.whole.parts):
        own: Value | None = published.get(part.place)
        found.append(PartShown(
            part.place, names.get(part.place, part.place), value_address(own) if own else "",
            shown(described, own.value) if own else "",
            _("all of it") if part.is_whole else f"{grouped(float(part.weight * 100), 2)} %", part.km2,
            [(label, count.parts[rank].amount, count.parts[rank].observed.value)
             for label, count in zip(labels, value.counts, strict=True)],
            own.release if own else "",
        ))  # fmt: skip
    return found


def _lines(value: ConvertedValue) -> list[list[Any]]:
    head = [
        "indicator", "place", "boundary", "period", "breakdown", "value", "method", "error", "error_is", "part_of",
        "part_boundary", "weight", "km2", "side", "published", "amount", "release", "fact", "sample",
    ]  # fmt: skip
    first = [
        value.indicator, value.place, value.boundary,
        times.label(value.year, value.length, value.period, value.basis), value.category, value.value,
        str(value.method), value.error.amount, str(value.error.standing),
    ]  # fmt: skip
    published = {each.place: each for each in value.sources}
    lines: list[list[Any]] = [list(head)]
    for side, count in zip(("above", "below"), value.counts, strict=False):
        for part in count.parts:
            own = published.get(part.place)
            lines.append([
                *first, part.place, value.converted_from, float(part.weight), round(part.km2, 1), side,
                part.observed.value, part.amount, own.release if own else "", value_address(own) if own else "",
                value.is_sample,
            ])  # fmt: skip
    return lines
