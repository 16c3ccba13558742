"""The indicators, chapter by chapter of the profile, with search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import queries
from oneplan.indicators.choices import Level
from oneplan.indicators.freshness import Freshness, freshness
from oneplan.indicators.registry import Chapter, Defined, chapters, registry
from oneplan.indicators.words import unit_of
from oneplan.periods import clock
from oneplan.platform.web.lists import chips
from oneplan.platform.web.responses import csv_response
from oneplan.warehouse.connection import NothingBuilt


class ListFilter(forms.Form):
    """What of the registry is shown."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.TextInput({"type": "search"}))
    chapter = forms.ChoiceField(
        label=_("Chapter"), required=False,
        choices=lambda: [("", _("all")), *((each.code, each.title) for each in chapters())],
    )  # fmt: skip
    have = forms.ChoiceField(
        label=_("Values"), required=False, choices=[
            ("", _("all")), ("yes", _("with values")), ("no", _("without values")),
            ("sample", _("with invented ones alone")),
        ],
    )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One indicator with the newest year of which a real value is known."""

    defined: Defined
    newest: Freshness | None

    @property
    def year(self) -> int | None:
        return self.newest.year if self.newest else None

    @property
    def sample_year(self) -> int | None:
        """The newest year of invented values, where there are no real ones."""
        return self.newest.sample_year if self.newest and self.newest.is_sample else None

    @property
    def due(self) -> date | None:
        return self.newest.due if self.newest else None

    @property
    def state(self) -> str:
        return self.newest.state(clock.today()) if self.newest else "empty"

    @property
    def unit(self) -> str:
        return unit_of(self.defined)

    @property
    def direction(self) -> str:
        return str(self.defined.direction.label)

    @property
    def lowest(self) -> str:
        return str(Level(self.defined.lowest).label)


@dataclass(frozen=True)
class Part:
    """A chapter with its indicators."""

    chapter: Chapter
    rows: list[Row]


@require_safe
def listing(request: ActorHttpRequest) -> HttpResponseBase:
    """Every indicator of the registry, also those that have no value yet."""
    context: dict[str, Any] = {"now": clock.now()}
    try:
        known = {each.indicator.code: each for each in freshness(by=request.actor)}
    except NothingBuilt as nothing:
        known, context["nothing"] = {}, nothing.sentence
    form = ListFilter(request.GET)
    form.is_valid()
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    rows = [row for row in (Row(each, known.get(each.code)) for each in registry().values()) if _fits(row, asked)]
    if request.GET.get("format") == "csv":
        return csv_response(_lines(rows), "indicators")
    parts = [Part(each, [row for row in rows if row.defined.chapter == each.code]) for each in chapters()]
    context |= {
        "form": form, "chips": chips(request, form), "count": len(rows), "all": len(registry()),
        "with_values": sum(1 for row in rows if row.year), "invented": sum(1 for row in rows if row.sample_year),
        "asked": asked, "edition": queries.edition(),
        "parts": [part for part in parts if part.rows or (not asked.keys() - {"chapter"} and _is_asked(part, asked))],
    }  # fmt: skip
    return render(request, "indicators/listing.html", context)


def _is_asked(part: Part, asked: dict[str, str]) -> bool:
    return asked.get("chapter", part.chapter.code) == part.chapter.code


def _fits(row: Row, asked: dict[str, str]) -> bool:
    defined = row.defined
    if asked.get("chapter", defined.chapter) != defined.chapter:
        return False
    has = "yes" if row.year else "sample" if row.sample_year else "no"
    if asked.get("have", has) != has:
        return False
    said = f"{defined.code} {defined.title} {defined.definition} {defined.source}".lower()
    return all(word in said for word in asked.get("q", "").lower().split())


def _lines(rows: list[Row]) -> list[list[Any]]:
    head = [
        "code", "title", "chapter", "unit", "universe", "direction", "calculation", "lowest_geography", "official",
        "newest_year", "source", "as_at", "owner", "owner_state", "rhythm_months", "next_due", "definition",
    ]  # fmt: skip
    return [
        head,
        *(
            [
                each.defined.code, each.defined.title, each.defined.chapter, str(each.defined.unit),
                str(each.defined.universe), str(each.defined.direction), str(each.defined.calculation),
                str(each.defined.lowest), each.defined.is_official, each.year, each.defined.source,
                each.newest.as_at if each.newest else "", each.defined.owner, str(each.defined.owner_state),
                each.defined.rhythm_months, each.due or "", each.defined.definition,
            ]
            for each in rows
        ),
    ]  # fmt: skip
