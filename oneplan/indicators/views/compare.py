"""A few spaces beside each other, with their province and the country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import queries
from oneplan.indicators.choices import Level
from oneplan.indicators.comparison import COUNTRY, HEADLINES, Compared, compared, figures_asked, known_codes
from oneplan.indicators.forms import figures_field
from oneplan.indicators.measuring import measured, period_of
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import Defined, chapters, in_chapter, registry
from oneplan.indicators.words import linked, shown, unit_of
from oneplan.periods import clock
from oneplan.platform.web.responses import csv_response
from oneplan.warehouse.connection import NothingBuilt

MOST = 6  # spaces that stand beside each other
MOST_INDICATORS = 40


class CompareFilter(forms.Form):
    """Up to six spaces and a chapter; indicators of one's own choice stand in the address."""

    chapter = forms.ChoiceField(label=gettext_lazy("Indicators"), required=False)
    sample = figures_field()

    def __init__(self, spaces: Sequence[str], chapter: str, is_sample: bool, has_choice: bool) -> None:
        told = {"chapter": chapter, "sample": "yes" if is_sample else ""}
        super().__init__({**told, **{f"space{at}": code for at, code in enumerate(spaces, start=1)}})
        offered = [("", _("none")), *((each.code, each.label) for each in queries.places_of(Level.SPACE))]
        field: Any = self.fields["chapter"]
        field.choices = [("", _("the best known")), *((each.code, each.title) for each in chapters())]
        for at in range(1, MOST + 1):
            label = _("Space %(n)s") % {"n": at}
            self.fields[f"space{at}"] = forms.ChoiceField(label=label, required=False, choices=offered)
        self.order_fields([*(f"space{at}" for at in range(1, MOST + 1)), "chapter"])
        if not has_choice:
            del self.fields["sample"]


@dataclass(frozen=True)
class Cell:
    """One value of a space, with that of its province beside it."""

    space: str
    value: Value | None
    link: SafeString | str
    province: str


@dataclass(frozen=True)
class Row:
    """One indicator over the chosen spaces."""

    defined: Defined
    unit: str
    when: str
    cells: list[Cell]
    country: SafeString | str


@require_safe
def compare(request: ActorHttpRequest) -> HttpResponseBase:
    """The page, or its table as CSV."""
    context: dict[str, Any] = {"now": clock.now(), "edition": queries.edition(), "most": MOST}
    try:
        spaces, codes, chapter = _asked(request)
        is_sample, has_choice = figures_asked(request.GET.get("sample", ""), by=request.actor)
        context["form"] = CompareFilter(spaces, chapter, is_sample, has_choice)
        if not spaces:
            return render(request, "indicators/compare.html", context)
        found = compared(codes, by=request.actor, is_sample=is_sample)
    except NothingBuilt as nothing:
        return render(request, "indicators/compare.html", {**context, "nothing": nothing.sentence})
    rows = [_row(found, code, spaces) for code in codes]
    if request.GET.get("format") == "csv":
        return csv_response(_lines(found, rows, is_sample), "indicators-compared")
    context |= {
        "spaces": [found.spaces[code] for code in spaces], "rows": rows,
        "is_sample": is_sample, "chosen": request.GET.getlist("indicator"),
        "words": [
            (found.spaces[space], found.peers[space].sentence, [found.words(code, space) for code in codes])
            for space in spaces
        ],
    }  # fmt: skip
    return render(request, "indicators/compare.html", context)


def _asked(request: ActorHttpRequest) -> tuple[list[str], list[str], str]:
    """Spaces, indicators and chapter of the address; what is unknown counts as not asked."""
    given = request.GET
    known = {each.code for each in queries.places_of(Level.SPACE)}
    named = [*given.getlist("space"), *(given.get(f"space{at}", "") for at in range(1, MOST + 1))]
    spaces = [code for code in dict.fromkeys(named) if code in known][:MOST]
    chapter = given.get("chapter", "")
    codes = known_codes(given.getlist("indicator"))[:MOST_INDICATORS]
    if not codes:
        codes = [each.code for each in in_chapter(chapter)] or list(HEADLINES)
    return spaces, codes, chapter


def _row(found: Compared, code: str, spaces: Sequence[str]) -> Row:
    defined = registry()[code]
    what = measured(defined)
    cells = []
    for space in spaces:
        value = found.value_of(code, space)
        beside = found.value_of(code, found.spaces[space].province)
        cells.append(Cell(
            space, value, linked(what, value) if value else "",
            f"{found.spaces[space].province} {shown(what, beside.value)}" if beside else "",
        ))  # fmt: skip
    country = found.value_of(code, COUNTRY)
    whens = sorted({period_of(each).label for each in [*(cell.value for cell in cells), country] if each})
    return Row(defined, unit_of(defined), ", ".join(whens), cells, linked(what, country) if country else "")


def _lines(found: Compared, rows: Sequence[Row], is_sample: bool) -> list[list[Any]]:
    head = [
        "indicator", "title", "unit", "place", "label", "level", "boundary", "year", "value", "numerator",
        "denominator", "status", "table", "release", "sample",
    ]  # fmt: skip
    lines: list[list[Any]] = [list(head)]
    for row in rows:
        code = row.defined.code
        places = dict.fromkeys([
            *(cell.space for cell in row.cells), *(found.spaces[cell.space].province for cell in row.cells), COUNTRY,
        ])  # fmt: skip
        for place in places:
            value = found.value_of(code, place)
            first = [code, row.defined.title, str(row.defined.unit), place]
            lines.append(
                [*first, value.label, str(value.level), value.boundary, value.year, value.value, value.above,
                 value.below, str(value.status), value.table, value.release, is_sample]
                if value else [*first, *[None] * 11]
            )  # fmt: skip
    return lines
