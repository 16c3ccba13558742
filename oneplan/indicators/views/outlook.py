"""What is to come in a space: its people and households, and who is without a service under deliveries a year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators.forms import DeliveryFilter, OutlookFilter
from oneplan.indicators.needs import needs
from oneplan.indicators.outlook import delivering as scenarios
from oneplan.indicators.outlook import words
from oneplan.indicators.outlook.delivering import (
    Delivering,
    Wanted,
    delivering,
    households_now,
    known_needs,
    start_year,
    wanted,
)
from oneplan.indicators.outlook.pictures import ages, backlogs, fan
from oneplan.indicators.outlook.projecting import Offered, Outlook, offered_for, outlook_of, read
from oneplan.indicators.outlook.sheets import ages_sheet, backlog_sheet, years_sheet
from oneplan.indicators.outlook.testing import test_behind, tests_of
from oneplan.periods import clock
from oneplan.platform.web.sheets import FORMS, Sheet, file_of
from oneplan.spaces.models import Space
from oneplan.spaces.queries import space_named
from oneplan.spaces.views.frame import place_of
from oneplan.warehouse.connection import BuiltBefore, NothingBuilt

Page = Callable[[ActorHttpRequest, Space, Outlook, Offered, dict[str, Any]], HttpResponseBase]


@require_safe
def outlook(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """Persons and households to come, with their assumptions and how such projections did. `?format=` hands it out."""
    return _answer(request, code, "outlook", _people)


@require_safe
def services(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """Households without a service by year, under the deliveries that the address names."""
    return _answer(request, code, "outlook_services", _services)


def _answer(request: ActorHttpRequest, code: str, page: str, say: Page) -> HttpResponseBase:
    space = space_named(code)
    if space is None:
        raise Http404
    sample = request.GET.get("sample") == "yes"
    context: dict[str, Any] = {
        "space": space, "place": place_of(space), "as_at": clock.now(), "is_sample": sample, "needs": needs().values(),
    }  # fmt: skip
    try:
        known = offered_for(space.pk, by=request.actor, sample=sample)
        if not known.bases:
            context |= {
                "nothing": _("Nobody's ages by sex are served of this space, so that nothing can be projected.")
            }
            return render(request, f"indicators/{page}.html", context)
        told = outlook_of(space.pk, read(request.GET, known, sample=sample), by=request.actor)
        return say(request, space, told, known, context)
    except NothingBuilt as nothing:
        context |= {"nothing": nothing.sentence, "is_rebuilding": isinstance(nothing, BuiltBefore)}
        return render(request, f"indicators/{page}.html", context)


def _people(
    request: ActorHttpRequest, space: Space, told: Outlook, known: Offered, context: dict[str, Any]
) -> HttpResponseBase:
    address = request.build_absolute_uri(f"{request.path}{told.asked.query()}")
    if file := _file(request, lambda part: (ages_sheet if part == "ages" else years_sheet)(told, address)):
        return file
    found = tests_of(request.actor, sample=told.asked.is_sample)
    context |= {
        "told": told, "form": OutlookFilter(told.asked.state, known), "answer": words.answer(space.name, told),
        "fans": [
            (_("Persons"), fan(told.persons, told.years, _("Persons")), words.range_words(told.persons)),
            (_("Households"), fan(told.households, told.years, _("Households")), words.range_words(told.households)),
        ],
        "pyramid": ages(told), "rows": _rows(told), "missing": words.missing_of(told), "asked_for": words.asked_for(),
        "stated": words.stated_of(told), "tests": words.test_rows(found, told.asked.assumed),
        "tested": words.test_words(test_behind(told.asked.assumed, found)),
        "downloads": _downloads(told.asked.query(), (_("years"), ""), (_("ages"), "ages")),
        "services_query": told.asked.query(), "sets": known.sets,
    }  # fmt: skip
    return render(request, "indicators/outlook.html", context)


def _rows(told: Outlook) -> list[tuple[int, list[str]]]:
    """By year: persons, from and to; households, from and to; persons for each household."""
    persons, households = told.persons, told.households
    return [
        (year, [
            words.near(persons.middle[at]), words.between(persons.wide.low[at], persons.wide.high[at]),
            words.near(households.middle[at]), words.between(households.wide.low[at], households.wide.high[at]),
        ])
        for at, year in enumerate(told.years)
    ]  # fmt: skip


def _services(
    request: ActorHttpRequest, space: Space, told: Outlook, known: Offered, context: dict[str, Any]
) -> HttpResponseBase:
    offered = [each for each in needs().values() if each.is_delivered]
    counted = known_needs(space.pk, told.asked, by=request.actor)
    codes = [each.code for each in offered]
    first = next((code for code in codes if code in counted), codes[0])
    need = request.GET["need"] if request.GET.get("need") in codes else first
    asked = wanted(request.GET, need=need, most=households_now(told))
    found = delivering(told, asked, counted, by=request.actor)
    address = request.build_absolute_uri(f"{request.path}{told.asked.query(**asked.state)}")
    if found and (file := _file(request, lambda _part: backlog_sheet(told, found, asked, address))):
        return file
    years = [year for year in told.years if year > start_year(told)]
    context |= {
        "told": told, "asked": asked, "found": found,
        "form": DeliveryFilter({**told.asked.state, **asked.state}, known, offered, years),
        "lines": [
            (each, counted[each.code][-1] if each.code in counted else None,
             told.asked.query(**{**asked.state, "need": each.code})) for each in offered
        ],
        "unknown_words": _("Nobody's count of this need is served here. Enter your own to see what deliveries do."),
    }  # fmt: skip
    if found:
        context |= _scenarios(told, found, asked)
    return render(request, "indicators/outlook_services.html", context)


def _scenarios(told: Outlook, found: Delivering, asked: Wanted) -> dict[str, Any]:
    return {
        "chart": backlogs(found), "answer": _finding(found), "begins": _begins(found), "pace": _pace(found),
        "tracks": [
            (track, words.near(track.left), words.between(track.without.low[-1], track.without.high[-1]),
             words.percent(track.cleared, 0), words.near(track.reached)) for track in found.tracks
        ],
        "years": [
            (year, [(track.label, words.near(track.without.middle[at])) for track in found.tracks])
            for at, year in enumerate(found.years)
        ],
        "downloads": _downloads(told.asked.query(**asked.state), (_("scenarios by year"), "")),
    }  # fmt: skip


def _finding(found: Delivering) -> str:
    """How many are without now, what it takes to finish, and what comes of doing nothing."""
    nothing = next(track for track in found.tracks if track.code == scenarios.NONE)
    return _(
        "%(need)s: about %(start)s households in %(year)s. To finish by %(finish)s takes about %(takes)s a year "
        "(%(range)s in 80 of 100 draws); with no delivery %(left)s are without in %(last)s."
    ) % {
        "need": found.need.title, "start": words.near(found.start), "year": found.years[0], "finish": found.finish,
        "takes": words.near(float(found.needed.middle[0])),
        "range": words.between(float(found.needed.low[0]), float(found.needed.high[0])),
        "left": words.near(nothing.left), "last": found.years[-1],
    }  # fmt: skip


def _begins(found: Delivering) -> str:
    """How the number of the first year came about."""
    if found.is_own_count:
        return _("Without in %(year)s: the number that you entered. No source of this house stands behind it.") % {
            "year": found.years[0]
        }  # fmt: skip
    known = found.known
    if known is None:
        return ""
    told = {"share": words.percent(known.share), "counted": known.figure.period, "source": known.figure.source,
            "year": found.years[0]}  # fmt: skip
    if known.need.is_of_households:
        return (
            _(
                "Without in %(year)s: modelled. The share of %(counted)s (%(share)s of households, %(source)s) is "
                "taken to have stayed; what was delivered since is not known."
            )
            % told
        )
    return (
        _(
            "Without in %(year)s: modelled. The source counts persons, not households (%(share)s of persons in "
            "%(counted)s, %(source)s): the same share of households is taken, and to have stayed; what was "
            "delivered since is not known."
        )
        % told
    )


def _pace(found: Delivering) -> str:
    """How fast it went until now, or why nobody can say."""
    pace = found.pace
    if pace is None:
        return _("How fast it went until now is not known: households with and without are not counted at two moments.")
    told = {
        "n": words.near(abs(pace.a_year)), "first": pace.first.figure.period, "last": pace.last.figure.period,
        "one": pace.first.figure.source, "other": pace.last.figure.source, "why": pace.why_not,
    }  # fmt: skip
    said = (
        _("From %(first)s (%(one)s) to %(last)s (%(other)s) about %(n)s households more had it each year.") % told
        if pace.a_year > 0
        else _("From %(first)s (%(one)s) to %(last)s (%(other)s) about %(n)s households fewer had it each year.") % told
    )
    return said + (" " + _("The two are no series: %(why)s.") % told if pace.why_not else "")


def _file(request: ActorHttpRequest, make: Callable[[str], Sheet]) -> HttpResponseBase | None:
    form = request.GET.get("format", "")
    return file_of(make(request.GET.get("part", "")), form) if form in dict(FORMS) else None


def _downloads(query: str, *parts: tuple[str, str]) -> Sequence[tuple[str, str]]:
    return [
        (f"{label}: {what}", f"{query}{f'&part={part}' if part else ''}&format={form}")
        for what, part in parts for form, label in FORMS
    ]  # fmt: skip
