"""How old what is known is: of every indicator the newest value, and when the next can be expected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import queries
from oneplan.indicators.queries import Freshness
from oneplan.indicators.registry import Chapter, chapters
from oneplan.periods import clock
from oneplan.platform.web.lists import chips
from oneplan.platform.web.responses import csv_response, render_page_or_part
from oneplan.warehouse.connection import BuiltBefore, NothingBuilt

_STATES = (
    ("", gettext_lazy("all")), ("overdue", gettext_lazy("Overdue")), ("expected", gettext_lazy("Not due yet")),
    ("once", gettext_lazy("No next one is known")), ("empty", gettext_lazy("No data")),
)  # fmt: skip


class FreshnessFilter(forms.Form):
    """What the list shows."""

    chapter = forms.ChoiceField(label=gettext_lazy("Chapter of the profile"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("Next value"), required=False, choices=_STATES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields["chapter"]
        known.choices = [("", _("all")), *((each.code, each.title) for each in chapters())]


@require_safe
def freshness(request: ActorHttpRequest) -> HttpResponseBase:
    """Every indicator by chapter; also as a table (`?format=csv`)."""
    form, today = FreshnessFilter(request.GET), clock.today()
    asked = form.cleaned_data if form.is_valid() else {"chapter": "", "state": ""}
    try:
        everything = queries.freshness(by=request.actor)
    except (NothingBuilt, BuiltBefore):
        everything = queries.nothing_fresh()
    rows = [
        each for each in everything
        if asked["chapter"] in ("", each.indicator.chapter) and asked["state"] in ("", each.state(today))
    ]  # fmt: skip
    if request.GET.get("format") == "csv":
        return csv_response(_lines(rows), "freshness")
    counts = {name: sum(each.state(today) == name for each in everything) for name, _label in _STATES if name}
    context = {
        "form": form, "chips": chips(request, form), "chapters": list(_by_chapter(rows)), "counts": counts,
        "count": len(everything), "today": today, "csv": _csv_address(request),
    }  # fmt: skip
    return _shown(request, context)


def _shown(request: ActorHttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render_page_or_part(request, "indicators/freshness.html", "indicators/_freshness.html", context)


def _csv_address(request: ActorHttpRequest) -> str:
    query = request.GET.copy()
    query["format"] = "csv"
    return f"?{query.urlencode()}"


def _by_chapter(rows: list[Freshness]) -> Iterator[tuple[Chapter, list[tuple[Freshness, str]]]]:
    today = clock.today()
    for chapter in chapters():
        if here := [(each, each.state(today)) for each in rows if each.indicator.chapter == chapter.code]:
            yield chapter, here


def _lines(rows: list[Freshness]) -> Iterator[list[Any]]:
    yield ["chapter", "indicator", "title", "newest_year", "source", "as_at", "rhythm_months", "next_due", "state",
           "owner"]  # fmt: skip
    today = clock.today()
    for each in rows:
        defined = each.indicator
        yield [
            defined.chapter, defined.code, defined.title, each.year, each.source, each.as_at, defined.rhythm_months,
            each.due, each.state(today), defined.owner,
        ]  # fmt: skip
