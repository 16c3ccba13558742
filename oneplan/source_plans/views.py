"""The register of source plans: everybody reads it; who may registers plans and writes their items."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.audit import history, subject_key, told
from oneplan.platform.errors import NotAllowed
from oneplan.platform.web.acts import ReasonForm, act_page
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.responses import csv_response, render_page_or_part
from oneplan.platform.web.sheets import file_of
from oneplan.source_plans import actions, exports, queries
from oneplan.source_plans.choices import COLUMNS
from oneplan.source_plans.forms import AmendPlanForm, ItemForm, PlanFilter, RegisterPlanForm, stated
from oneplan.source_plans.imports import templates
from oneplan.source_plans.models import PlanItem, SourcePlan

PER_PAGE = 25
POSTING = ["GET", "HEAD", "POST"]
_ACT = "source_plans/act.html"


def _may_register_somewhere(request: ActorHttpRequest) -> bool:
    return any(request.actor.scopes_with(Permission.SOURCE_PLAN_REGISTER))


@require_safe
def plan_list(request: ActorHttpRequest) -> HttpResponse:
    """The register, by kind; the plan in force last comes first."""
    filters = queries.PlanFilters.read(request.GET)
    form = PlanFilter(request.GET)
    page = paginate(request, queries.newest_first(filters.apply(queries.plans())), PER_PAGE)
    context = {
        "form": form, "chips": chips(request, form), "page": page, "is_filtered": filters != queries.PlanFilters(),
        "csv": f"{reverse('source_plans:plans_csv')}?{request.GET.urlencode()}", "today": clock.today(),
        "may_register": _may_register_somewhere(request), "is_sample": any(plan.is_sample for plan in page),
    }  # fmt: skip
    return render_page_or_part(request, "source_plans/plans.html", "source_plans/_plan_rows.html", context)


@require_safe
def plans_csv(request: ActorHttpRequest) -> StreamingHttpResponse:
    """Every plan of the current filter."""
    rows = queries.newest_first(queries.PlanFilters.read(request.GET).apply(queries.plans()))

    def lines() -> Iterator[list[Any]]:
        yield [
            "code",
            "kind",
            "title",
            "owner",
            "space",
            "province",
            "valid_from",
            "valid_to",
            "items",
            "reference",
            "sample",
        ]
        yield from rows.values_list(
            "code", "kind", "title", "owner", "space", "province", "valid_from", "valid_to", "item_count", "reference",
            "is_sample",
        ).iterator(chunk_size=500)  # fmt: skip

    return csv_response(lines(), "source-plans")


def _plan(code: str) -> SourcePlan:
    found: SourcePlan = get_object_or_404(queries.plans(), code=code)
    return found


def _item(code: str, pk: int) -> PlanItem:
    rows = PlanItem.objects.filter(withdrawn_at=None).select_related("plan", "parent", "institution", "space")
    found: PlanItem = get_object_or_404(rows, plan__code=code, pk=pk)
    return found


@require_safe
def plan(request: ActorHttpRequest, code: str) -> HttpResponse:
    """One plan: its document and the tree of its items."""
    row = _plan(code)
    may = (
        passes(check, request.actor, Permission.SOURCE_PLAN_REGISTER, row)
        and not row.is_shipped
        and not row.withdrawn_at
    )
    return render(request, "source_plans/plan.html", {
        "plan": row, "lines": queries.tree_of(row), "may_write": may, "is_sample": row.is_sample,
        "entries": told(history(row)[:10], subject_key(row)), "as_at": clock.now(),
        "downloads": [
            (called, reverse(f"source_plans:items_{form}", args=[row.code]))
            for called, form in (("Excel", "xlsx"), ("CSV", "csv"))
        ],
        "later": SourcePlan.objects.filter(succeeds=row).first(),
    })  # fmt: skip


@require_safe
def items_csv(request: ActorHttpRequest, code: str) -> StreamingHttpResponse:
    """All items of a plan, parents before their children."""
    row = _plan(code)
    return csv_response(chain([COLUMNS], exports.item_rows(row)), f"items-of-{row.code}")


@require_safe
def items_xlsx(request: ActorHttpRequest, code: str) -> HttpResponse | StreamingHttpResponse:
    """The same as an Excel workbook; either is imported again as it stands."""
    return file_of(exports.items_sheet(_plan(code)), "xlsx")


@require_safe
def template(request: ActorHttpRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    """An empty table to fill: a list or levels side by side, as CSV or Excel."""
    layout, _point, form = name.partition(".")
    if layout not in templates.TEMPLATES or form not in ("csv", "xlsx"):
        raise Http404
    if form == "csv":
        return csv_response([templates.TEMPLATES[layout]], f"plan-items-{layout}")
    return file_of(templates.template_sheet(layout), form)


@login_required
@require_http_methods(POSTING)
def register_plan(request: ActorHttpRequest) -> HttpResponse:
    """Register an edition of a plan."""
    if not _may_register_somewhere(request):
        raise NotAllowed(
            _("You may not register plans. A hub, a coordinator or the institution whose plan it is does.")
        )
    return act_page(
        request, RegisterPlanForm(request.POST or None), lambda given: actions.register_plan(by=request.actor, **given),
        template=_ACT, heading=_("Register a plan"), submit=_("Register it"), done=_("The plan is registered."),
        lead=_("Its items are written or imported afterwards."), back=reverse("source_plans:plan_list"),
        after=lambda made: reverse("source_plans:plan", args=[made.code]),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def amend_plan(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Correct what the register says of the document."""
    row = _plan(code)
    check(request.actor, Permission.SOURCE_PLAN_REGISTER, row)
    known = {name: getattr(row, name) for name in ("title", "reference", "valid_from", "valid_to", "revision")}
    return act_page(
        request, AmendPlanForm(request.POST or None, initial=known),
        lambda given: actions.amend_plan(row, by=request.actor, **given),
        template=_ACT, heading=_("Amend “%(title)s”") % {"title": row}, submit=_("Amend it"),
        done=_("The plan is amended."), back=reverse("source_plans:plan", args=[code]), shown={"plan": row},
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def withdraw_plan(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Take a plan out of the register, with a reason."""
    row = _plan(code)
    check(request.actor, Permission.SOURCE_PLAN_REGISTER, row)
    return act_page(
        request, ReasonForm(request.POST or None, initial={"revision": row.revision}),
        lambda given: actions.withdraw_plan(row, by=request.actor, **given),
        template=_ACT, heading=_("Withdraw “%(title)s”") % {"title": row}, submit=_("Withdraw it"),
        done=_("The plan is withdrawn; it is kept, with the reason."),
        back=reverse("source_plans:plan", args=[code]), shown={"plan": row},
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def write_item(request: ActorHttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Add an item, or change one."""
    row = _plan(code)
    check(request.actor, Permission.SOURCE_PLAN_REGISTER, row)
    item = _item(code, pk) if pk else None
    known = {"revision": row.revision, **(stated(item) if item else {})}
    form = ItemForm(request.POST or None, initial=known, plan=row, item=item)
    return act_page(
        request, form,
        lambda given: actions.write_items(
            row, [form.terms()], revision=given["revision"], reason=given["reason"], by=request.actor
        ),
        template=_ACT, heading=_("Change item %(ref)s") % {"ref": item.ref} if item else _("Add an item"),
        submit=_("Write it"), done=_("The item is written."), back=reverse("source_plans:plan", args=[code]),
        lead=str(row), shown={"plan": row},
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def withdraw_item(request: ActorHttpRequest, code: str, pk: int) -> HttpResponse:
    """Take one item out, with a reason."""
    item = _item(code, pk)
    check(request.actor, Permission.SOURCE_PLAN_REGISTER, item)
    return act_page(
        request, ReasonForm(request.POST or None, initial={"revision": item.revision}),
        lambda given: actions.withdraw_item(item, by=request.actor, **given),
        template=_ACT, heading=_("Withdraw item %(ref)s") % {"ref": item.ref}, submit=_("Withdraw it"),
        done=_("The item is withdrawn; it is kept."), back=reverse("source_plans:plan", args=[code]), lead=item.title,
        shown={"plan": item.plan},
    )  # fmt: skip
