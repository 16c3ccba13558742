"""Where in the budget cycle we are, what is due, and the same as a feed for a calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.budgets import cycle as known
from oneplan.budgets.amendments import amendments_now
from oneplan.budgets.cycle import Amendments, Every, Occurrence, Scope
from oneplan.budgets.cycle_drawing import draw, field_around
from oneplan.budgets.cycle_words import basis_name, countdown, places, when
from oneplan.budgets.windows import Reach, reaches
from oneplan.frameworks.holidays import public_holidays
from oneplan.institutions.choices import Sphere
from oneplan.periods import clock
from oneplan.periods.years import Basis
from oneplan.platform.web.lists import chips
from oneplan.platform.web.responses import csv_response
from oneplan.platform.web.sections import Section

NEXT = 10  # last days in the list of what is due


class CycleFilter(forms.Form):
    """Which part of the calendar is shown, and is in the feed."""

    sphere = forms.ChoiceField(label=_("Sphere"), choices=[("", _("All")), *Sphere.choices], required=False)
    verified = forms.BooleanField(label=_("Only verified dates"), required=False)
    yearly = forms.BooleanField(label=_("Leave out what comes every month"), required=False)

    def scope(self) -> Scope:
        """What the address asks for; what it says wrongly asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        return Scope(
            Sphere(given["sphere"]) if given.get("sphere") else None,
            is_verified_only=bool(given.get("verified")),
            is_without_months=bool(given.get("yearly")),
        )


@dataclass(frozen=True)
class Line:
    """One occurrence as the page tells it."""

    it: Occurrence
    when: str
    countdown: str
    is_open: bool
    is_past: bool

    @property
    def standing(self) -> str:
        return "verified" if self.it.is_verified else "unverified"


@dataclass(frozen=True)
class ReachLine:
    """One budget that can still be shaped."""

    it: Reach
    state: str
    days_left: int


@require_safe
def cycle(request: ActorHttpRequest) -> HttpResponseBase:
    """The cycle for anybody: what is open and due, what can still be shaped, eighteen months as picture and table."""
    today, form = clock.today(), CycleFilter(request.GET)
    scope = form.scope()
    field = field_around(today)
    amended = amendments_now()
    every = known.between(field.begin, field.last, scope, amended)
    if request.GET.get("format") == "csv":
        return csv_response(_csv(every), f"budget-cycle-{today:%Y-%m-%d}.csv")
    drawn = [each for each in every if each.duty.is_milestone]
    query = form_query(request)
    address = request.build_absolute_uri(reverse("budgets:cycle_feed") + query)
    context = {
        "today": today, "form": form, "chips": chips(request, form), "places": places(today),
        "open": _lines(known.open_on(today, scope, amended), today),
        "next": _lines(_next(today, scope, amended), today),
        "reaches": [_reach_line(each, today) for each in reaches(today, scope.sphere)],
        "drawing": draw(field, drawn, today), "groups": _grouped(_lines(drawn, today)),
        "repeated": _lines(_repeated(today, scope, amended), today), "feed": address,
        "subscribe": "webcal://" + address.partition("://")[2],
        "calendar": known.calendar(), "holidays": public_holidays(),
        "may_amend": request.actor.may(Permission.CALENDAR_AMEND, ["national"]),
        "unverified": sum(not each.is_verified for each in drawn), "count": len(drawn),
    }  # fmt: skip
    return render(request, "budgets/cycle.html", context)


@require_safe
def cycle_feed(request: ActorHttpRequest) -> HttpResponseBase:
    """The same as a calendar file, filtered by the same address; unchanged, it is not sent again."""
    from oneplan.budgets.cycle_feed import feed  # its library takes a sixth of a second to load: not at every start

    page = request.build_absolute_uri(reverse("budgets:cycle"))
    body = feed(clock.today(), CycleFilter(request.GET).scope(), page, amendments_now())
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    response: Any = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="budget-cycle.ics"'
        response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=3600)
    return response  # type: ignore[no-any-return]


def form_query(request: HttpRequest) -> str:
    """What of the address is the filter, as the feed takes it."""
    query = request.GET.copy()
    for name in set(query) - set(CycleFilter.base_fields):
        del query[name]
    return f"?{query.urlencode()}" if query else ""


def ribbon(_actor: Any, _subject: Any) -> Section:
    """The line that every page of the house carries. No query; worked out once a day."""
    return Section("budgets/_ribbon.html", {"places": places(clock.today())})


def _lines(shown: list[Occurrence], today: date) -> list[Line]:
    return [Line(each, when(each), countdown(each, today), each.is_open(today), each.due_on < today) for each in shown]


def _next(today: date, scope: Scope, amended: Amendments) -> list[Occurrence]:
    """What comes next and is not open yet."""
    is_open = {each.key for each in known.open_on(today, scope, amended)}
    return [each for each in known.coming(today, NEXT + len(is_open), scope, amended) if each.key not in is_open][:NEXT]


def _repeated(today: date, scope: Scope, amended: Amendments) -> list[Occurrence]:
    """Of each duty of months and quarters the next occurrence."""
    first: dict[str, Occurrence] = {}
    for each in known.coming(today, 60, scope, amended):
        if each.duty.every is not Every.YEAR:
            first.setdefault(each.duty.code, each)
    return list(first.values())


def _grouped(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    groups = [(basis_name(basis), [line for line in lines if line.it.duty.basis is basis]) for basis in Basis]
    return [(name, own) for name, own in groups if own]


def _reach_line(reach: Reach, today: date) -> ReachLine:
    by = reach.last_by if reach.is_late(today) else reach.agree_by
    return ReachLine(reach, "late" if reach.is_late(today) else "open", (by - today).days)


def _csv(shown: list[Occurrence]) -> Iterator[list[Any]]:
    yield [
        "code", "title", "basis", "spheres", "financial_year", "opens_on", "due_on", "every", "verified", "standing",
        "owed_by", "act", "section", "source", "note",
    ]  # fmt: skip
    for each in shown:
        duty = each.duty
        yield [
            duty.code, duty.title, duty.basis.value, " ".join(duty.spheres), each.year.label, each.opens_on,
            each.due_on, duty.every.value, each.is_verified, each.standing.value, duty.owed_by, duty.act,
            duty.section, each.source, duty.note,
        ]  # fmt: skip
