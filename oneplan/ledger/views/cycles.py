"""Cycles by page: opened, computed by the worker, closed for good."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.ledger import actions, queries, tasks
from oneplan.ledger.forms import CycleForm, NoForm
from oneplan.ledger.models import Cycle
from oneplan.periods import clock
from oneplan.platform.audit import history, subject_key, told
from oneplan.platform.web.acts import ReasonForm, act_page

POSTING = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def cycle_list(request: ActorHttpRequest) -> HttpResponse:
    """Every cycle, the newest first."""
    rows = list(queries.cycles())
    may = passes(check, request.actor, Permission.LEDGER_KEEP, "national")
    open_one = next((row for row in rows if row.is_open), None)
    context = {
        "cycles": rows, "open_one": open_one, "may_keep": may, "as_at": clock.now(),
        "entries": told(history(open_one)[:10], subject_key(open_one)) if open_one and may else [],
    }  # fmt: skip
    return render(request, "ledger/cycles.html", context)


@login_required
@require_http_methods(POSTING)
def open_cycle(request: ActorHttpRequest) -> HttpResponse:
    """Open a cycle; the worker computes it."""
    check(request.actor, Permission.LEDGER_KEEP, "national")

    def act(given: dict[str, Any]) -> Cycle:
        cycle = actions.open_cycle(by=request.actor, **given)
        tasks.compute.enqueue(request.actor.user_id)
        return cycle

    return act_page(
        request, CycleForm(request.POST or None), act, template="ledger/act.html", heading=_("Open a cycle"),
        submit=_("Open it"), done=_("The cycle is open. It is being computed."), back="/ledger/cycles/",
        lead=_("A new cycle is computed from today's pledges, links and budgets, and set beside the one closed last."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def compute_ledger(request: ActorHttpRequest) -> HttpResponse:
    """Have the open cycle computed anew by the worker."""
    check(request.actor, Permission.LEDGER_KEEP, "national")
    return act_page(
        request, NoForm(request.POST if request.method == "POST" else None),
        lambda _given: tasks.compute.enqueue(request.actor.user_id), template="ledger/act.html",
        heading=_("Compute the open cycle anew"), submit=_("Compute it"), done=_("The ledger is being computed."),
        back="/ledger/cycles/", lead=_("All entries of the open cycle are made anew. It is harmless to repeat."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def close_cycle(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Keep a cycle for good."""
    cycle = queries.cycle_of(ref)
    if cycle is None:
        raise Http404
    check(request.actor, Permission.LEDGER_KEEP, "national")
    return act_page(
        request, ReasonForm(request.POST or None, initial={"revision": cycle.revision}),
        lambda given: actions.close_cycle(cycle, by=request.actor, **given), template="ledger/act.html",
        heading=_("Close the cycle %(label)s") % {"label": cycle.label}, submit=_("Close it for good"),
        done=_("The cycle is closed and kept as it stands."), back="/ledger/cycles/",
        lead=_("Its entries never change again. The next cycle is compared with it."),
    )  # fmt: skip
