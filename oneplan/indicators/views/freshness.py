"""How old what is known is: of every indicator the newest value, and when the next can be expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators.choices import OwnerState
from oneplan.indicators.freshness import Freshness
from oneplan.indicators.owners import known_freshness
from oneplan.indicators.registry import Chapter, Defined, chapters, registry
from oneplan.periods import clock
from oneplan.platform.web.lists import chips
from oneplan.platform.web.responses import csv_response, render_page_or_part

_STATES = (
    ("", gettext_lazy("all")), ("overdue", gettext_lazy("Overdue")), ("expected", gettext_lazy("Not due yet")),
    ("once", gettext_lazy("No next one is known")), ("empty", gettext_lazy("No data")),
)  # fmt: skip


class FreshnessFilter(forms.Form):
    """What the list shows, and how it is put together."""

    chapter = forms.ChoiceField(label=gettext_lazy("Chapter of the profile"), required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("Next value"), required=False, choices=_STATES)
    group = forms.ChoiceField(
        label=gettext_lazy("Put together"), required=False,
        choices=[("", gettext_lazy("by chapter")), ("owner", gettext_lazy("by owner, overdue first"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields["chapter"]
        known.choices = [("", _("all")), *((each.code, each.title) for each in chapters())]
        owners: Any = self.fields["owner"]
        owners.choices = [("", _("all")), *((name, name) for name in sorted({each.owner for each in _owned()}))]


@dataclass(frozen=True)
class Group:
    """Indicators of a chapter, or of an owner, with what is missing of it; of these one stands for who is named."""

    code: str
    title: str
    owned: Defined | Chapter
    rows: Sequence[tuple[Freshness, str]]
    missing: Sequence[Chapter]
    overdue: int


@require_safe
def freshness(request: ActorHttpRequest) -> HttpResponseBase:
    """Every indicator by chapter or by owner; also as a table (`?format=csv`)."""
    form, today = FreshnessFilter(request.GET), clock.today()
    asked = form.cleaned_data if form.is_valid() else dict.fromkeys(form.fields, "")
    everything = known_freshness(request.actor)
    rows = [
        each for each in everything
        if asked["chapter"] in ("", each.indicator.chapter) and asked["owner"] in ("", each.indicator.owner)
        and asked["state"] in ("", each.state(today))
    ]  # fmt: skip
    if request.GET.get("format") == "csv":
        return csv_response(_lines(rows), "freshness")
    is_by_owner = asked["group"] == "owner" or bool(asked["owner"])
    counts = {name: sum(each.state(today) == name for each in everything) for name, _label in _STATES if name}
    agreed = sum(each.indicator.owner_state == OwnerState.AGREED for each in everything)
    context = {
        "form": form, "chips": chips(request, form), "counts": counts, "is_by_owner": is_by_owner, "agreed": agreed,
        "groups": _by_owner(rows, asked) if is_by_owner else list(_by_chapter(rows)),
        "count": len(everything), "today": today, "csv": _csv_address(request),
    }  # fmt: skip
    return _shown(request, context)


def _shown(request: ActorHttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render_page_or_part(request, "indicators/freshness.html", "indicators/_freshness.html", context)


def _csv_address(request: ActorHttpRequest) -> str:
    query = request.GET.copy()
    query["format"] = "csv"
    return f"?{query.urlencode()}"


def _owned() -> list[Defined | Chapter]:
    return [*registry().values(), *(each for each in chapters() if each.missing)]


def _by_chapter(rows: list[Freshness]) -> Iterator[Group]:
    for chapter in chapters():
        if here := [each for each in rows if each.indicator.chapter == chapter.code]:
            yield _group(chapter.code, chapter.title, chapter, here, [chapter] if chapter.missing else [])


def _by_owner(rows: list[Freshness], asked: dict[str, str]) -> list[Group]:
    """Whoever has most that is overdue first; of each the earliest day first, what was never told last."""
    lacking = [
        each for each in chapters()
        if each.missing and not asked["state"] and asked["chapter"] in ("", each.code)
        and asked["owner"] in ("", each.owner)
    ]  # fmt: skip
    owned: dict[str, Defined | Chapter] = {each.indicator.owner: each.indicator for each in rows}
    for chapter in lacking:
        owned.setdefault(chapter.owner, chapter)
    found = []
    for number, (name, one) in enumerate(owned.items()):
        here = sorted(
            (each for each in rows if each.indicator.owner == name),
            key=lambda each: (each.due is None, each.due or date.max, each.indicator.title),
        )
        found.append(_group(f"o{number}", name, one, here, [each for each in lacking if each.owner == name]))
    return sorted(found, key=lambda each: (-each.overdue, each.title))


def _group(
    code: str, title: str, owned: Defined | Chapter, rows: Sequence[Freshness], missing: Sequence[Chapter]
) -> Group:
    today = clock.today()
    told = [(each, each.state(today)) for each in rows]
    overdue = sum(state == "overdue" for _each, state in told) + sum(
        bool(each.due and each.due < today) for each in missing
    )
    return Group(code, title, owned, told, missing, overdue)


def _lines(rows: list[Freshness]) -> Iterator[list[Any]]:
    yield ["chapter", "indicator", "title", "newest_year", "source", "as_at", "rhythm_months", "next_due", "state",
           "owner", "owner_state"]  # fmt: skip
    today = clock.today()
    for each in rows:
        defined = each.indicator
        yield [
            defined.chapter, defined.code, defined.title, each.year, each.source, each.as_at, defined.rhythm_months,
            each.due, each.state(today), defined.owner, str(defined.owner_state),
        ]  # fmt: skip
