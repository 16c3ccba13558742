"""Releases of budget figures: which files were received, how each reconciles with its source, and withdrawing one."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.budgets import actions, queries
from oneplan.budgets.choices import ReleaseState
from oneplan.budgets.datasets import dataset, datasets
from oneplan.budgets.forms import ReleaseFilter
from oneplan.budgets.models import BudgetRelease
from oneplan.exchange import queries as imports
from oneplan.platform.audit import history, subject_key, told
from oneplan.platform.web.acts import ReasonForm, act_page
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.responses import render_page_or_part

_PER_PAGE = 25
Step = tuple[Promise, Decimal]  # what became of rand of the file, and how much
_PARTS = {
    "read": gettext_lazy("In the file"), "accepted": gettext_lazy("Accepted"),
    "refused": gettext_lazy("In refused rows"), "apart": gettext_lazy("Set apart"),
    "rounding": gettext_lazy("Rounding"),
}  # fmt: skip


@require_safe
def releases(request: ActorHttpRequest) -> HttpResponse:
    """Every release the reader may see, the newest first."""
    form = ReleaseFilter(request.GET)
    rows = queries.visible_to(request.actor)
    if form.is_valid():
        asked = {name: value for name, value in form.cleaned_data.items() if value}
        rows = rows.filter(**asked)
    page = paginate(request, rows, _PER_PAGE)
    titles = {each.code: each.title for each in datasets()}
    context = {
        "form": form, "chips": chips(request, form), "page": page,
        "lines": [(release, titles.get(release.dataset, release.dataset)) for release in page],
        "may_import": passes(check, request.actor, Permission.BUDGET_IMPORT, "national"),
        "is_sample": any(release.is_sample for release in page),
    }  # fmt: skip
    return render_page_or_part(request, "budgets/releases.html", "budgets/_releases.html", context)


@require_safe
def release(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """One release: where it comes from, what it adds up to at every step, and what of it is served."""
    found = _release(request, ref)
    served = queries.served_of(found) if found.state == ReleaseState.IN_FORCE else None
    run = imports.visible_to(request.actor).filter(pk=found.run_id).first() if found.run_id else None
    may_act = passes(check, request.actor, Permission.BUDGET_IMPORT, "national")
    context: dict[str, Any] = {
        "release": found, "dataset": dataset(found.dataset), "served": served, "run": run,
        "columns": _columns(found), "whole": _parts(found.reconciliation.get("whole", {})),
        "reasons": run.summary.get("rows_left_out", {}) if run else {},
        "agrees": served is not None and served.total == found.total,
        "may_withdraw": may_act and found.state == ReleaseState.IN_FORCE, "is_sample": found.is_sample,
        "entries": told(history(found)[:10], subject_key(found)) if request.actor.is_signed_in else [],
    }  # fmt: skip
    return render(request, "budgets/release.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_release(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Take a release out of force, with a reason."""
    found = _release(request, ref)
    check(request.actor, Permission.BUDGET_IMPORT, "national")
    form = ReasonForm(request.POST or None, initial={"revision": found.revision})
    return act_page(
        request, form, lambda given: actions.withdraw_budget(found, by=request.actor, **given),
        template="budgets/act.html", heading=_("Withdraw this release"), submit=_("Withdraw it"),
        done=_("The release is withdrawn. Its figures are served until the warehouse is built anew, in a few minutes."),
        back=f"/budgets/releases/{found.ref}/",
        lead=_("Its figures are no longer served, and what they had replaced stands again. The file and its"
               " record stay."),
        shown={"is_sample": found.is_sample},
    )  # fmt: skip


def _release(request: ActorHttpRequest, ref: str) -> BudgetRelease:
    found: BudgetRelease = get_object_or_404(queries.visible_to(request.actor), ref=ref)
    return found


def _columns(release: BudgetRelease) -> list[tuple[str, list[Step]]]:
    columns = release.reconciliation.get("columns", {})
    return [(header, _parts(parts)) for header, parts in columns.items()] if len(columns) > 1 else []


def _parts(said: dict[str, str]) -> list[Step]:
    """The steps from the file to the figures, in order; nothing for a release that was not received from a file."""
    return [(label, Decimal(said[name])) for name, label in _PARTS.items()] if said else []
