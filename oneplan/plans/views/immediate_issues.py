"""What cannot wait: raising, revising and resolving it, and its boards."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.periods import clock
from oneplan.plans import actions, queries, rules
from oneplan.plans.forms import BoardFilter, ImmediateForm, ResolveForm, ReviseImmediateForm
from oneplan.plans.models import ImmediateIssue
from oneplan.plans.views.ground import edition_for, page_context, writable_edition_for
from oneplan.platform.errors import Refused
from oneplan.platform.web.lists import chips, paginate, sorting
from oneplan.platform.web.responses import csv_response, render_page_or_part
from oneplan.spaces.models import Space
from oneplan.spaces.views.frame import place_of

SORTS = {
    "due": "due_on",
    "ref": "ref",
    "space": "edition__plan_id",
    "service": "service",
    "households": "households",
    "owner": "owner_post__institution__name",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def raise_immediate_issue(request: ActorHttpRequest, code: str, number: int, ref: str) -> HttpResponse:
    """Mark an element or a commitment as something that cannot wait."""
    edition = writable_edition_for(request.actor, code, number)
    if not rules.is_ref(ref):
        raise Http404
    form = ImmediateForm(edition, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.raise_immediate_issue(edition, ref, by=request.actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(ref)s is on the board of what cannot wait.") % {"ref": ref})
            return redirect("plans:immediate_board", code)
    heading = _("%(ref)s cannot wait") % {"ref": ref}
    return _form_page(request, edition, form, heading, ref)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revise_immediate_issue(request: ActorHttpRequest, code: str, number: int, ref: str) -> HttpResponse:
    """Change the owner, the day or the words of an unresolved issue, with a reason."""
    edition = writable_edition_for(request.actor, code, number)
    issue = _unresolved(edition, ref)
    initial = {name: getattr(issue, name) for name in ("kind", "service", "households", "households_source", "due_on")}
    initial |= {"owner_post": issue.owner_post.code, "revision": issue.revision}
    form = ReviseImmediateForm(edition, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revise_immediate_issue(issue, by=request.actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("plans:immediate_board", code)
    return _form_page(request, edition, form, _("%(ref)s cannot wait") % {"ref": ref}, ref)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def resolve_immediate_issue(request: ActorHttpRequest, code: str, number: int, ref: str) -> HttpResponse:
    """Record that an issue is resolved, and how."""
    edition = edition_for(request.actor, code, number)
    issue = _unresolved(edition, ref)
    rules.check_may_resolve(request.actor, issue)
    form = ResolveForm(request.POST or None, initial={"revision": issue.revision})
    if request.method == "POST" and form.is_valid():
        try:
            actions.resolve_immediate_issue(issue, by=request.actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(ref)s is resolved.") % {"ref": ref})
            return redirect("plans:immediate_board", code)
    heading = _("%(ref)s is resolved: %(service)s") % {"ref": ref, "service": issue.service}
    return _form_page(request, edition, form, heading, ref)


@login_required
@require_safe
def immediate_board(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """What cannot wait in one space."""
    space = get_object_or_404(Space.objects.select_related("province"), pk=code)
    return _board(request, queries.immediate_issues(request.actor, space), space)


@login_required
@require_safe
def national_immediate_board(request: ActorHttpRequest) -> HttpResponseBase:
    """What cannot wait in the country, as far as the reader may see."""
    return _board(request, queries.immediate_issues(request.actor), None)


def _board(request: ActorHttpRequest, issues: QuerySet[ImmediateIssue], space: Space | None) -> HttpResponseBase:
    form = BoardFilter(issues, request.GET, is_national=space is None)
    order = sorting(request, SORTS, "due")
    rows = order.apply(form.narrow(issues))
    if request.GET.get("format") == "csv":
        return csv_response(_csv(rows), f"immediate-issues-{space.code if space else 'south-africa'}")
    today = clock.today()
    page = paginate(request, rows)
    for issue in page:
        issue.may_resolve = issue.resolved_on is None and passes(rules.check_may_resolve, request.actor, issue)
    context = {
        "space": space,
        "place": place_of(space),
        "form": form,
        "chips": chips(request, form),
        "page": page,
        "sorting": order,
        "today": today,
        "open_count": issues.filter(resolved_on=None).count(),
        "overdue_count": queries.overdue(issues, today).count(),
        "is_sample": any(issue.edition.is_sample for issue in page),
    }
    return render_page_or_part(request, "plans/immediate_board.html", "plans/_immediate_rows.html", context)


def _csv(issues: QuerySet[ImmediateIssue]) -> Iterator[list[Any]]:
    """The issues as rows, the headings first; a sample says so in every row."""
    yield [
        "space", "edition", "ref", "kind", "service", "households", "households_source", "owner_post", "institution",
        "due_on", "resolved_on", "resolution", "is_sample",
    ]  # fmt: skip
    for each in issues.iterator():
        post = each.owner_post
        yield [
            each.edition.plan_id, each.edition.number, each.ref, each.kind, each.service, each.households,
            each.households_source, post.title, post.institution.name, each.due_on, each.resolved_on, each.resolution,
            each.edition.is_sample,
        ]  # fmt: skip


def _unresolved(edition: Any, ref: str) -> ImmediateIssue:
    issues = ImmediateIssue.objects.select_related("owner_post__institution", "edition__plan__space")
    return get_object_or_404(issues, edition=edition, ref=ref, resolved_on=None)


def _form_page(request: ActorHttpRequest, edition: Any, form: Any, heading: str, ref: str) -> HttpResponse:
    cancel = reverse("plans:immediate_board", args=(edition.plan_id,))
    context = page_context(edition, form=form, heading=heading, cancel=cancel)
    return render(request, "plans/element_form.html", context, status=422 if form.errors else 200)
