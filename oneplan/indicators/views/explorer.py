"""One indicator: its map, its chart and its table by place, all as the address asks, and what it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import exploring, queries
from oneplan.indicators.choices import Direction, Level
from oneplan.indicators.forms import LEVELS, ViewFilter
from oneplan.indicators.picturing import break_words, drawn_lines, drawn_strips, pictured
from oneplan.indicators.registry import Defined, chapters, registry
from oneplan.indicators.seeing import Row, Seen, see
from oneplan.indicators.tables import sources, tables
from oneplan.indicators.tabling import head, ordered, sheet_of, written, written_beside
from oneplan.indicators.words import formula_words, shown, unit_of
from oneplan.periods import clock
from oneplan.platform.web.sheets import file_of
from oneplan.warehouse.connection import NothingBuilt

_FORMS = (("csv", "CSV"), ("xlsx", "Excel"))


@require_safe
def explorer(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """The page, or its table as a file (`?format=`)."""
    defined = registry().get(code)
    if defined is None:
        raise Http404
    context: dict[str, Any] = {"defined": defined, "now": clock.now(), **_described(defined)}
    try:
        stock = exploring.stock_of(code, by=request.actor)
        known_borders = exploring.borders(by=request.actor)
    except NothingBuilt as nothing:
        return render(request, "indicators/explorer.html", {**context, "missing": nothing.sentence})
    asked = exploring.read(request.GET, defined, stock, known_borders)
    missing = exploring.missing_words(asked, stock)
    seen = see(asked, defined, by=request.actor)
    known = exploring.choices(asked, stock, known_borders, seen.categories)
    asked = seen.asked
    sorting = ordered(seen, request.GET.get("sort", ""))
    edition = queries.edition()
    if request.GET.get("format") in dict(_FORMS) and not missing:
        address = request.build_absolute_uri(f"{request.path}{asked.query()}")
        return file_of(sheet_of(seen, edition, address), request.GET["format"])
    here = asked.query()
    context |= {
        "asked": asked, "seen": seen, "missing": missing, "edition": edition, "is_sample": asked.is_sample,
        "form": ViewFilter(asked, known, [row.place for row in seen.rows]), "there": _where_it_is(asked, stock),
        "level_label": LEVELS[asked.level],
    }  # fmt: skip
    if not missing:
        context |= {
            "finding": _finding(seen), "sorting": sorting, "head": head(seen), "table": written(seen),
            "beside": written_beside(seen),
            "downloads": [(label, f"{here}&format={form}") for form, label in _FORMS] + [
                ("JSON", f"/indicators/data/{edition}/{code}.json{_data_query(asked)}")
            ],
            "map": pictured(seen), "strips": drawn_strips(seen), "lines": drawn_lines(seen),
            "broken": break_words(seen),
            "releases": list(queries.visible_to(request.actor).filter(ref__in=seen.releases)),
            "sources": [sources()[each] for each in dict.fromkeys(tables()[name].source for name in seen.tables)],
            "notes": [note for note in dict.fromkeys(tables()[name].note for name in seen.tables) if note],
        }  # fmt: skip
    return render(request, "indicators/explorer.html", context)


def _described(defined: Defined) -> dict[str, Any]:
    return {
        "chapter": next(each for each in chapters() if each.code == defined.chapter), "unit": unit_of(defined),
        "formulas": [formula_words(each) for each in defined.formulas],
        "lowest": Level(defined.lowest).label,
    }  # fmt: skip


def _data_query(asked: exploring.Asked) -> str:
    return asked.query(place="", is_natural=False, when=None, source="")


def _where_it_is(asked: exploring.Asked, stock: Sequence[exploring.Stock]) -> list[tuple[str, str]]:
    """Views that have values, as links, where this one has none."""
    found: dict[tuple[Level, int], str] = {}
    for each in stock:
        if each.stated and each.is_sample == asked.is_sample and each.level in exploring.LEVELS and not each.dimension:
            found[each.level, each.boundary] = asked.query(
                level=each.level, boundary=each.boundary, when=each.when, source="", dimension="", within=""
            )
    return [
        (_("%(level)s on the borders of %(year)s") % {"level": LEVELS[level], "year": exploring.borders_of(year)}, href)
        for (level, year), href in sorted(found.items(), key=lambda each: (each[0][1], each[0][0]), reverse=True)
    ]


def _finding(seen: Seen) -> str:
    """What the view shows in one sentence: the country, the ends, and of how many places nothing is known."""
    known = [row for row in seen.rows if row.number is not None]
    if not known:
        return _("No value is known here.")
    first, last = min(known, key=_number), max(known, key=_number)
    if seen.defined.direction == Direction.LOWER:
        first, last = last, first
    words = {
        "when": seen.asked.when, "first": _told(seen, first), "last": _told(seen, last),
        "known": len(known), "all": len(seen.rows),
    }  # fmt: skip
    country = seen.country
    start = _("South Africa in %(when)s: %(value)s. ") % {
        "when": seen.asked.when, "value": shown(seen.measured, country.value)
    } if country and country.value is not None else ""  # fmt: skip
    ends = (
        _("From %(first)s to %(last)s; ") % words if seen.defined.direction == Direction.NONE
        else _("From %(first)s, the worst, to %(last)s, the best; ") % words
    )  # fmt: skip
    return start + ends + _("%(known)s of %(all)s places have a value.") % words


def _told(seen: Seen, row: Row) -> str:
    return f"{row.place.label} ({shown(seen.measured, row.number)})"


def _number(row: Row) -> float:
    return row.number or 0.0
