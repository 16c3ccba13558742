"""Releases of observations: which files were received, what is wrong with each, and who decided about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.exchange import queries as imports
from oneplan.exchange.choices import Severity
from oneplan.indicators import actions, queries
from oneplan.indicators.choices import ReleaseState
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.shelf import shelf
from oneplan.indicators.tables import sources, tables
from oneplan.platform.audit import history, subject_key, told
from oneplan.platform.web.acts import ReasonForm, act_page
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.responses import render_page_or_part

_PER_PAGE = 25
_LISTED = 20  # errors shown; the import has them all
_POSTING = ["GET", "HEAD", "POST"]


class ReleaseFilter(forms.Form):
    """The filters of the list of releases."""

    q = forms.CharField(
        label=gettext_lazy("Source or title"), required=False, widget=forms.TextInput({"type": "search"})
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("all")), *ReleaseState.choices]
    )


@require_safe
def releases(request: ActorHttpRequest) -> HttpResponse:
    """Every release the reader may see, the newest first."""
    form = ReleaseFilter(request.GET)
    rows = queries.visible_to(request.actor)
    if form.is_valid():
        rows = queries.found_by(rows, text=form.cleaned_data["q"], state=form.cleaned_data["state"])
    page = paginate(request, rows, _PER_PAGE)
    context = {
        "form": form, "chips": chips(request, form), "page": page, "lines": list(page),
        "may_import": passes(check, request.actor, Permission.OBSERVATION_IMPORT, "national"),
        "is_sample": any(release.is_sample for release in page),
    }  # fmt: skip
    return render_page_or_part(request, "indicators/releases.html", "indicators/_releases.html", context)


@require_safe
def release(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """One release: where it comes from, what it holds, what is wrong with it, and who published it all the same."""
    found = _release(request, ref)
    run = imports.visible_to(request.actor).filter(pk=found.run_id).first() if found.run_id else None
    may_decide = passes(check, request.actor, Permission.OBSERVATION_PUBLISH, "national")
    errors = run.issues.filter(severity=Severity.ERROR).order_by("id") if run else None
    context: dict[str, Any] = {
        "release": found, "run": run, "tables": _tables(found), "breaks": _breaks(found),
        "errors": list(errors[:_LISTED]) if errors is not None else [],
        "more_errors": max(found.errors - _LISTED, 0),
        "left_out": run.summary.get("rows_left_out", {}) if run else {},
        "is_served": _is_served(found),
        "may_publish": may_decide and found.state == ReleaseState.HELD,
        "may_withdraw": may_decide and found.state != ReleaseState.WITHDRAWN, "is_sample": found.is_sample,
        "entries": told(history(found)[:10], subject_key(found)) if request.actor.is_signed_in else [],
    }  # fmt: skip
    return render(request, "indicators/release.html", context)


@require_http_methods(_POSTING)
def publish_release(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Publish a release although errors stand, with a reason that everybody reads beside it."""
    found = _release(request, ref)
    check(request.actor, Permission.OBSERVATION_PUBLISH, "national")
    form = ReasonForm(request.POST or None, initial={"revision": found.revision})
    return act_page(
        request, form, lambda given: actions.publish_observations(found, by=request.actor, **given),
        template="indicators/act.html", heading=_("Publish although errors stand"), submit=_("Publish it"),
        done=_("The release is published. Its values are served after the next build, in a few minutes."),
        back=f"/indicators/releases/{found.ref}/",
        lead=_("Your name and your reason stand beside the release, and everybody reads them. Rows that were refused"
               " stay out; totals that do not agree are served as they are."),
        shown={"is_sample": found.is_sample, "release": found},
    )  # fmt: skip


@require_http_methods(_POSTING)
def withdraw_release(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Take a release out of force, with a reason."""
    found = _release(request, ref)
    check(request.actor, Permission.OBSERVATION_PUBLISH, "national")
    form = ReasonForm(request.POST or None, initial={"revision": found.revision})
    return act_page(
        request, form, lambda given: actions.withdraw_observations(found, by=request.actor, **given),
        template="indicators/act.html", heading=_("Withdraw this release"), submit=_("Withdraw it"),
        done=_("The release is withdrawn. Its values are served until the next build, in a few minutes."),
        back=f"/indicators/releases/{found.ref}/",
        lead=_("Its values are no longer served, and what they had replaced stands again. The file and its record"
               " stay."),
        shown={"is_sample": found.is_sample, "release": found},
    )  # fmt: skip


def _release(request: ActorHttpRequest, ref: str) -> ObservationRelease:
    found: ObservationRelease = get_object_or_404(queries.visible_to(request.actor), ref=ref)
    return found


def _tables(release: ObservationRelease) -> list[Any]:
    """The tables it has observations of, as the registry describes them; those it knows no more by their code."""
    known = tables()
    return [known.get(code, code) for code in release.tables]


def _breaks(release: ObservationRelease) -> list[str]:
    """Where questions, methods or borders changed against what came before."""
    told_by = dict.fromkeys(tables()[code].source for code in release.tables if code in tables())
    return [sources()[code].break_note for code in told_by if sources()[code].break_note]


def _is_served(release: ObservationRelease) -> bool:
    served = shelf.current()
    return served is not None and release.ref in served.facts["releases"]
