"""Builds of the warehouse: when, why, from what, what each placed elsewhere; and the step back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.budgets import actions
from oneplan.budgets.choices import Standing
from oneplan.budgets.models import BudgetRelease, PlacementRule
from oneplan.budgets.moving import Moved, what_moved
from oneplan.budgets.shelf import shelf
from oneplan.periods import clock
from oneplan.platform.web.acts import act_page
from oneplan.platform.web.responses import csv_response
from oneplan.spaces.models import Province, Space
from oneplan.warehouse.store import Build

POSTING = ["GET", "HEAD", "POST"]
MOST_MOVED = 200


class ServeForm(forms.Form):
    """Why an earlier build serves again."""

    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


def _seen(request: ActorHttpRequest) -> None:
    """Builds are read by who reads budgets inside government: they tell of figures that are not public."""
    if not request.actor.is_national(Permission.BUDGET_READ):
        raise Http404


@login_required
@require_safe
def build_list(request: ActorHttpRequest) -> HttpResponse:
    """The builds that are kept, newest first."""
    _seen(request)
    return render(request, "budgets/builds.html", {
        "builds": [_told(each) for each in shelf.builds()], "may_serve": _may_serve(request), "now": clock.now(),
        "served": shelf.current_name(),
    })  # fmt: skip


@login_required
@require_safe
def build(request: ActorHttpRequest, name: str) -> HttpResponseBase:
    """One build, with what it placed elsewhere than the one before it, largest first."""
    _seen(request)
    found = _build(name)
    if request.GET.get("format") == "csv":
        return csv_response(_lines(what_moved(found)), f"moved-{name}")
    moved = what_moved(found, MOST_MOVED)
    names = dict(Space.objects.values_list("code", "name")) | dict(Province.objects.values_list("code", "name"))
    return render(request, "budgets/build.html", {
        **_told(found), "moved": [(each, _where(each, names)) for each in moved], "most": MOST_MOVED,
        "releases": BudgetRelease.objects.filter(ref__in=found.facts["releases"]),
        "rules": PlacementRule.objects.filter(ref__in=found.facts.get("rules", ())), "served": shelf.current_name(),
        "may_serve": _may_serve(request), "now": clock.now(),
        "is_sample": any(each.standing == Standing.SAMPLE for each in moved),
    })  # fmt: skip


@login_required
@require_http_methods(POSTING)
def serve(request: ActorHttpRequest, name: str) -> HttpResponse:
    """Put an earlier build in service again."""
    _seen(request)
    found = _build(name)
    check(request.actor, Permission.BUDGET_IMPORT, "national")
    return act_page(
        request, ServeForm(request.POST or None),
        lambda given: actions.serve_build(found.name, by=request.actor, **given), template="budgets/placing_act.html",
        heading=_("Put this build in service"), submit=_("Serve this build"),
        done=_("This build answers every question from now on."), back=reverse("budgets:build_list"),
        lead=_("Every page and the interface answer from it at once. Releases and rules stay as they are for the "
               "next build."),
        shown={"up": ("budgets:build_list", _("Builds"))},
    )  # fmt: skip


def _may_serve(request: ActorHttpRequest) -> bool:
    return passes(check, request.actor, Permission.BUDGET_IMPORT, "national")


def _build(name: str) -> Build:
    for found in shelf.builds():
        if found.name == name:
            return found
    raise Http404


def _told(found: Build) -> dict[str, Any]:
    told = found.facts
    return {
        "build": found, "built_at": datetime.fromisoformat(told["built_at"]), "built_by": told.get("built_by", ""),
        "reason": told.get("reason", ""), "facts": told["facts"], "replaced": told["replaced"],
        "release_count": len(told["releases"]), "moved_count": told.get("moved", 0),
    }  # fmt: skip


def _where(moved: Moved, names: dict[str, str]) -> str:
    if moved.space:
        return names.get(moved.space, moved.space)
    if moved.province:
        return _("%(province)s, in no space") % {"province": names.get(moved.province, moved.province)}
    return _("In no space")


def _lines(moved: list[Moved]) -> Iterator[list[Any]]:
    yield ["release", "title", "standing", "statement", "amount_type", "financial_year", "province", "space", "how",
           "before", "after", "change"]  # fmt: skip
    for each in moved:
        yield [
            each.ref, each.label, str(each.standing), str(each.statement), str(each.amount_type), each.year,
            each.province, each.space, str(each.how), each.before, each.after, each.change,
        ]  # fmt: skip
