"""One indicator: its map, its chart and its table by place, all as the address asks, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.frameworks import queries as frameworks
from oneplan.frameworks.queries import DEFAULT_RULE_SET
from oneplan.indicators import exploring, queries
from oneplan.indicators.choices import Direction, Level
from oneplan.indicators.crossing import crossed_words, missing_of
from oneplan.indicators.definitions.current import definitions
from oneplan.indicators.definitions.versions import is_computed_anew
from oneplan.indicators.demarcations.book import book
from oneplan.indicators.demarcations.gaps import absent_place
from oneplan.indicators.forms import LEVELS, ViewFilter
from oneplan.indicators.freshness import Freshness, freshness
from oneplan.indicators.picturing import break_words, drawn_lines, drawn_strips, pictured
from oneplan.indicators.registry import Chapter, Defined, chapters, defined_once, registry
from oneplan.indicators.seeing import Row, Seen, see
from oneplan.indicators.shelf import reading
from oneplan.indicators.tables import sources, tables
from oneplan.indicators.tabling import head, ordered, sheet_of, written, written_beside
from oneplan.indicators.words import formula_words, shown, unit_of
from oneplan.indicators.worked.given import Offer
from oneplan.indicators.worked.resemblance import LEVELS as LEVELS_OF_NEIGHBOURS
from oneplan.periods import clock
from oneplan.platform.web.sheets import file_of
from oneplan.spaces.queries import releases_in_force
from oneplan.warehouse.connection import NothingBuilt

_FORMS = (("csv", "CSV"), ("xlsx", "Excel"))
_MOST_KEPT = 48  # views in memory, each up to 0,4 MB


@dataclass(frozen=True)
class View:
    """One view of an indicator, drawn."""

    content: SafeString
    finding: str = ""
    missing: str = ""
    ways: Sequence[tuple[str, str]] = ()  # what can be done about it
    there: Sequence[tuple[str, str]] = ()
    is_sample: bool = False


@require_safe
def explorer(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """The page, or its table as a file (`?format=`)."""
    defined = registry().get(code)
    if defined is None:
        if defined_once(code):
            return redirect("indicators:definition", "indicator", code)  # it is retired
        raise Http404
    try:
        stock = exploring.stock_of(code, by=request.actor)
        known_borders = exploring.borders(by=request.actor)
        asked = exploring.read(request.GET, defined, stock, known_borders)
        form = request.GET.get("format", "")
        if form in dict(_FORMS) and not missing_of(asked, stock, by=request.actor):
            seen = see(asked, defined, by=request.actor)
            ordered(seen, request.GET.get("sort", ""))
            address = request.build_absolute_uri(f"{request.path}{seen.asked.query()}")
            return file_of(sheet_of(seen, queries.edition(), address), form)
        view = _kept(request, asked, lambda: _drawn(request, asked, defined, stock, known_borders))
    except NothingBuilt as nothing:
        view = View(_written(request, {"defined": defined, **_described(defined)}), missing=nothing.sentence)
    return render(request, "indicators/explorer.html", {
        "defined": defined, "chapter": _chapter(defined), "view": view, "is_sample": view.is_sample,
        "edition": queries.edition(), "now": clock.now(),
        "is_computed_anew": defined.is_own and is_computed_anew(),
    })  # fmt: skip


def _kept(request: ActorHttpRequest, asked: exploring.Asked, draw: Callable[[], View]) -> View:
    """What is drawn of a build stays as it is until the build goes, or other outlines come: it is drawn once."""
    on = date(asked.shown_on, 12, 31) if asked.shown_on else None
    key = (
        request.get_full_path(), get_language(), queries.seen_standings(request.actor), definitions().version,
        clock.today(),
        *(release.pk for release in releases_in_force(on)),
    )  # fmt: skip
    with reading() as turn:
        kept: dict[object, View] = turn.memory.setdefault("views", {})
    if key not in kept:
        if len(kept) >= _MOST_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[key] = draw()
    return kept[key]


def _drawn(
    request: ActorHttpRequest, asked: exploring.Asked, defined: Defined, stock: Sequence[exploring.Stock],
    known_borders: Sequence[int],
) -> View:  # fmt: skip
    missing = missing_of(asked, stock, by=request.actor)
    seen = see(replace(asked, borders=0) if missing else asked, defined, by=request.actor)
    known = exploring.choices(asked, stock, known_borders, seen.categories)
    asked, edition = seen.asked, queries.edition()
    fresh = next((each for each in freshness(by=request.actor) if each.indicator.code == defined.code), None)
    context: dict[str, Any] = {
        "defined": defined, **_described(defined, fresh), "asked": asked, "seen": seen, "missing": missing,
        "crossed": crossed_words(asked), "level_label": LEVELS[asked.level],
        "form": ViewFilter(asked, known, [row.place for row in seen.rows]),
    }  # fmt: skip
    if missing:
        there = _where_it_is(asked, stock)
        content = _written(request, context)
        return View(content, "", missing.sentence, missing.ways, there, asked.is_sample)
    context |= {
        "sorting": ordered(seen, request.GET.get("sort", "")), "head": head(seen), "table": written(seen),
        "beside": written_beside(seen), "map": pictured(seen), "strips": drawn_strips(seen),
        "lines": drawn_lines(seen), "broken": [*break_words(seen), *_undrawn(asked, stock)],
        "throughout": _throughout(asked, stock),
        "absent": _absent(seen), "recounted": asked.query(boundary=asked.borders, borders=0),
        "downloads": [(label, f"{asked.query()}&format={form}") for form, label in _FORMS] + [
            (label, f"/indicators/data/{edition}/{defined.code}.{form}{_data_query(asked)}")
            for form, label in (("json", "JSON"), ("sdmx.csv", "SDMX-CSV"), ("sdmx.json", "SDMX-JSON"))
        ],
        "neighbours": _neighbours(asked),
        "releases": list(queries.visible_to(request.actor).filter(ref__in=seen.releases)),
        "sources": [sources()[each] for each in dict.fromkeys(tables()[name].source for name in seen.tables)],
        "notes": [note for note in dict.fromkeys(tables()[name].note for name in seen.tables) if note],
    }  # fmt: skip
    return View(_written(request, context), _finding(seen), is_sample=asked.is_sample)


def _written(request: ActorHttpRequest, context: dict[str, Any]) -> SafeString:
    return render_to_string("indicators/_view.html", context, request)


def _chapter(defined: Defined) -> Chapter:
    return next(each for each in chapters() if each.code == defined.chapter)


def _described(defined: Defined, fresh: Freshness | None = None) -> dict[str, Any]:
    return {
        "fresh": fresh, "fresh_state": fresh.state(clock.today()) if fresh else "empty",
        "area": frameworks.ruleset(DEFAULT_RULE_SET).area(defined.area).label,
        "unit": unit_of(defined),
        "formulas": [formula_words(each) for each in defined.formulas],
        "lowest": Level(defined.lowest).label,
    }  # fmt: skip


def _data_query(asked: exploring.Asked) -> str:
    return asked.query(place="", is_natural=False, when=None, source="", category="")


def _neighbours(asked: exploring.Asked) -> str:
    """Where it is told whether neighbours resemble each other in this view; "" for provinces, for parts and for
    converted values."""
    if (
        asked.dimension
        or asked.borders
        or asked.is_sample
        or asked.when is None
        or asked.level not in LEVELS_OF_NEIGHBOURS
    ):
        return ""
    offer = Offer(asked.level, asked.boundary, asked.when, asked.source)
    told = {"indicator": asked.code, "level": str(asked.level), "of": offer.key, "place": asked.place}
    return f"/indicators/measures/neighbours/?{urlencode({name: each for name, each in told.items() if each})}"


def _where_it_is(asked: exploring.Asked, stock: Sequence[exploring.Stock]) -> list[tuple[str, str]]:
    """Views that have values, as links, where this one has none."""
    found: dict[tuple[Level, int], str] = {}
    for each in stock:
        if each.stated and each.is_sample == asked.is_sample and each.level in exploring.LEVELS and not each.dimension:
            found[each.level, each.boundary] = asked.query(
                level=each.level,
                boundary=each.boundary,
                when=each.when,
                source="",
                dimension="",
                within="",
                borders=0,
            )
    return [
        (_("%(level)s on the borders of %(year)s") % {"level": LEVELS[level], "year": exploring.borders_of(year)}, href)
        for (level, year), href in sorted(found.items(), key=lambda each: (each[0][1], each[0][0]), reverse=True)
    ]


def _throughout(asked: exploring.Asked, stock: Sequence[exploring.Stock]) -> tuple[str, str] | None:
    """The view that draws all times on one set of borders, where they are told on several: (label, address)."""
    there = {
        each.boundary: each.when for each in stock
        if each.level == asked.level and each.boundary and each.stated and each.is_sample == asked.is_sample
        and each.dimension == asked.dimension
    }  # fmt: skip
    if asked.borders:
        return _("Draw them as published"), asked.query(borders=0)
    if asked.level not in exploring.CONVERTED or len(set(there.values())) < 2 or len(there) < 2:
        return None
    target = max(there)
    is_other = asked.boundary in there and asked.boundary != target  # values of spaces may be told on no borders
    source = asked.boundary if is_other else max(each for each in there if each != target)
    label = _("Draw all times on the borders of %(year)s, converted") % {"year": target}
    return label, asked.query(boundary=source, borders=target, when=there[source], source="")


def _undrawn(asked: exploring.Asked, stock: Sequence[exploring.Stock]) -> list[str]:
    """Which times a chart on the borders of one year leaves out: those told of spaces on no stated borders."""
    if not asked.borders:
        return []
    told = {
        each.when: exploring.time_words(each.when, each.source) for each in stock
        if each.level == asked.level and not each.boundary and each.stated and each.is_sample == asked.is_sample
        and each.dimension == asked.dimension
    }  # fmt: skip
    if not told:
        return []
    return [_("Not drawn, since told on the borders of no stated year: %(times)s.") % {
        "times": ", ".join(told[when] for when in sorted(told))
    }]  # fmt: skip


def _absent(seen: Seen) -> str:
    """Why the place that is looked at is not among those shown: it did not exist on these borders."""
    asked = seen.asked
    known = {each.code for each in book().demarcations}
    if asked.level != Level.MUNICIPAL_AREA or not asked.place or str(asked.shown_on) not in known:
        return ""
    is_there = any(row.place.code == asked.place for row in seen.rows)
    return "" if is_there else absent_place(asked.place, str(asked.shown_on))


def _finding(seen: Seen) -> str:
    """What the view shows in one sentence: the country, the ends, and of how many places nothing is known."""
    known = [row for row in seen.rows if row.number is not None]
    if not known:
        return _("No value is known here.")
    first, last = min(known, key=_number), max(known, key=_number)
    if seen.defined.direction == Direction.LOWER:
        first, last = last, first
    words = {
        "when": seen.time, "first": _told(seen, first), "last": _told(seen, last),
        "known": len(known), "all": len(seen.rows),
    }  # fmt: skip
    country = seen.country if not seen.crossing else None  # published, and these are not
    start = _("South Africa in %(when)s: %(value)s. ") % {
        "when": seen.time, "value": shown(seen.measured, country.value)
    } if country and country.value is not None else ""  # fmt: skip
    ends = (
        _("From %(first)s to %(last)s; ") % words if seen.defined.direction == Direction.NONE
        else _("From %(first)s, the worst, to %(last)s, the best; ") % words
    )  # fmt: skip
    if seen.crossing:
        start = _("In %(when)s, %(crossed)s. ") % {"when": seen.time, "crossed": crossed_words(seen.asked)}
    return start + ends + _("%(known)s of %(all)s places have a value.") % words


def _told(seen: Seen, row: Row) -> str:
    return f"{row.place.label} ({shown(seen.measured, row.number)})"


def _number(row: Row) -> float:
    return row.number or 0.0
