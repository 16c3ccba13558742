"""The computed measures: what each asks, by which method, whether it can be worked out here, and its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.indicators import queries
from oneplan.indicators.choices import Level
from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.forms import LEVELS
from oneplan.indicators.registry import chapters, registry
from oneplan.indicators.tables import sources, tables
from oneplan.indicators.views.own import DevelopmentForm
from oneplan.indicators.worked import drawing, resemblance, tabling
from oneplan.indicators.worked.asking import Asked, Listed, chosen, listed
from oneplan.indicators.worked.catalogue import Measure, measures
from oneplan.indicators.worked.given import Offer
from oneplan.indicators.worked.registered import (
    CHOSEN,
    NEIGHBOURS,
    choosable,
    offers_of,
    resembling,
    worked,
)
from oneplan.indicators.worked.resemblance import Resemblance
from oneplan.indicators.worked.results import Worked
from oneplan.periods import clock
from oneplan.platform.web.responses import csv_response
from oneplan.platform.web.sheets import file_of
from oneplan.warehouse.connection import NothingBuilt

_FORMS = (("csv", "CSV"), ("xlsx", "Excel"))
OWN = ("multidimensional-poverty", "shift-share")  # which can be worked out from a file of one's own


class MeasureFilter(forms.Form):
    """The view of one measure. Fields with nothing to choose are left out."""

    indicator = forms.ChoiceField(label=gettext_lazy("Of"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Places"), required=False)
    of = forms.ChoiceField(label=gettext_lazy("Time, borders, source"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Look at"), required=False)

    def __init__(self, code: str, asked: Asked, offered: Sequence[Offer], places: Worked | None, by: Any) -> None:
        offer = asked.offer
        super().__init__({
            "indicator": asked.indicator, "level": offer.level if offer else "", "of": offer.key if offer else "",
            "place": asked.place,
        }, auto_id="f_%s")  # fmt: skip
        known_levels = {each.level for each in offered}
        levels = [level for level in (Level.SPACE, Level.MUNICIPAL_AREA) if level in known_levels]
        moments = {each.key: each.words for each in offered if offer is None or each.level == offer.level}
        lines = places.lines if places else []
        named = [(line.place.code, f"{line.place.label} ({line.place.code})") for line in lines]
        self._offer("level", [(each, LEVELS[each]) for each in levels])
        self._offer("of", list(moments.items()))
        self._offer("place", [("", _("all alike")), *named])
        known = choosable(code, by=by) if code in CHOSEN else []
        self._offer("indicator", [
            (chapter.title, inside) for chapter in chapters()
            if (inside := [(each.code, each.title) for each in known if each.chapter == chapter.code])
        ])  # fmt: skip
        for name, is_needed in (
            ("indicator", bool(known)), ("level", len(levels) > 1), ("of", len(moments) > 1), ("place", bool(named))
        ):  # fmt: skip
            if not is_needed:
                del self.fields[name]

    def _offer(self, name: str, offered: Sequence[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = offered


@require_safe
def measure_list(request: ActorHttpRequest) -> HttpResponseBase:
    """Every computed measure with its method, and whether it can be worked out from what is served, or why not."""
    context: dict[str, Any] = {"now": clock.now(), "edition": queries.edition()}
    try:
        rows = listed(by=request.actor)
    except NothingBuilt as nothing:
        titles = {each.code: each.title for each in chapters()}
        rows = [Listed(each, titles[each.chapter], "", nothing.sentence) for each in measures().values()]
        context["nothing"] = nothing.sentence
    if request.GET.get("format") == "csv":
        head = [
            "code", "title", "method", "reference", "inputs", "worked_out", "why_not", "compared_with", "not_compared",
        ]  # fmt: skip
        return csv_response([head, *(
            [
                each.measure.code, each.measure.title, each.measure.method, each.measure.reference, each.measure.inputs,
                each.where, each.why, each.measure.compared_with, each.measure.not_compared,
            ]
            for each in rows
        )], "measures")  # fmt: skip
    context |= {"rows": rows, "can": sum(1 for each in rows if each.where)}
    return render(request, "indicators/measures.html", context)


@require_safe
def measure_page(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """One measure by place, or its table as a file (`?format=`)."""
    measure = measures().get(code)
    if measure is None:
        raise Http404
    context: dict[str, Any] = {
        "measure": measure, "now": clock.now(), "edition": queries.edition(), "has_own": code in OWN,
        "may_work_out": request.actor.is_national(Permission.OBSERVATION_READ),
        "chapter": next(each for each in chapters() if each.code == measure.chapter),
    }  # fmt: skip
    try:
        offered = offers_of(code, chosen(code, request.GET), by=request.actor)
        asked = Asked.of(code, request.GET, offered)
        done, refused = _done(code, asked, request)
        form = request.GET.get("format", "")
        if done and form in dict(_FORMS):
            return _file(request, measure, asked, done, form)
        context |= _shown(request, code, asked, offered, done, refused)
    except NothingBuilt as nothing:
        context["refused"] = nothing.sentence
    if code == "human-development":
        context |= DevelopmentForm.answer(request.GET)
    return render(request, "indicators/measure.html", context)


def _done(code: str, asked: Asked, request: ActorHttpRequest) -> tuple[Worked | Resemblance | None, str]:
    try:
        if code == NEIGHBOURS:
            return resembling(asked.offer, asked.indicator, by=request.actor), ""
        return worked(code, asked.offer, asked.indicator, by=request.actor), ""
    except NotComputable as refused:
        return None, refused.sentence


def _file(
    request: ActorHttpRequest, measure: Measure, asked: Asked, done: Worked | Resemblance, form: str
) -> HttpResponseBase:  # fmt: skip
    whole = done.worked if isinstance(done, Resemblance) else done
    clusters = done.clusters if isinstance(done, Resemblance) else None
    lines, _sorting = tabling.ordered(whole, request.GET.get("sort", ""))
    address = request.build_absolute_uri(f"{request.path}{asked.query}")
    return file_of(tabling.sheet_of(whole, lines, measure, queries.edition(), address, clusters), form)


def _shown(
    request: ActorHttpRequest, code: str, asked: Asked, offered: Sequence[Offer], done: Worked | Resemblance | None,
    refused: str,
) -> dict[str, Any]:  # fmt: skip
    whole = done.worked if isinstance(done, Resemblance) else done
    context: dict[str, Any] = {
        "form": MeasureFilter(code, asked, offered, whole, request.actor) if offered or code in CHOSEN else None,
        "asked": asked, "refused": refused, "defined": registry().get(asked.indicator),
    }  # fmt: skip
    if whole is None:
        return context
    clusters = done.clusters if isinstance(done, Resemblance) else None
    lines, sorting = tabling.ordered(whole, request.GET.get("sort", ""))
    if clusters is not None and not request.GET.get("sort"):
        order = list(drawing.CLUSTERS)
        lines.sort(
            key=lambda line: order.index(clusters[line.place.code]) if line.place.code in clusters else len(order)
        )
    here = asked.place
    drawn = drawing.clustered(done, here) if isinstance(done, Resemblance) else drawing.mapped(whole, here)
    return context | {
        "worked": whole, "drawn_column": whole.columns[whole.first],
        "map": drawn, "strips": None if clusters is not None else drawing.dots(whole, asked.place),
        "finding": resemblance.finding(done) if isinstance(done, Resemblance) else _finding(whole),
        "resemblance": done if isinstance(done, Resemblance) else None,
        "table": tabling.written(whole, lines, asked.place, clusters), "head": tabling.head(whole, clusters),
        "around": tabling.written(whole, whole.around), "sorting": sorting, "level_label": LEVELS[whole.offer.level],
        "downloads": [(label, f"{asked.query}&format={form}") for form, label in _FORMS],
        "sources": [sources()[each] for each in dict.fromkeys(tables()[name].source for name in whole.tables)],
        "releases": list(queries.visible_to(request.actor).filter(ref__in=whole.releases)),
    }  # fmt: skip


def _finding(done: Worked) -> str:
    """The country, the ends, and of how many places nothing can be told."""
    first, known = done.columns[done.first], done.known
    if not known:
        return _("It cannot be worked out for any place here.")

    def value(line: Any) -> float:
        return line.numbers[done.first].value or 0.0

    low, high = min(known, key=value), max(known, key=value)
    country = next((line for line in done.around if line.place.level == Level.COUNTRY), None)
    start = ""
    if country and country.numbers[done.first].value is not None:
        start = _("South Africa: %(value)s. ") % {"value": drawing.shown(first, value(country))}
    return start + _("From %(low)s (%(least)s) to %(high)s (%(most)s); %(known)s of %(all)s places have a value.") % {
        "low": low.place.label, "least": drawing.shown(first, value(low)), "high": high.place.label,
        "most": drawing.shown(first, value(high)), "known": len(known), "all": len(done.lines),
    }  # fmt: skip
