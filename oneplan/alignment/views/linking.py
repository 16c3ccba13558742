"""What people decide on links, one by one or several at once, and how a new link is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from oneplan.access.checks import check
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.alignment.actions import linking
from oneplan.alignment.choices import LinkState
from oneplan.alignment.link_forms import AnswerForm, BulkForm, ShareForm, WriteForm
from oneplan.alignment.link_words import end_named
from oneplan.alignment.models import Link
from oneplan.alignment.parties import bound_by
from oneplan.alignment.picking import Choice, chosen, find_choices, kinds_from
from oneplan.alignment.queries.links import links_visible_to
from oneplan.alignment.views.links import find_link, line_amounts
from oneplan.commitments import queries as commitments
from oneplan.commitments.models import Commitment
from oneplan.institutions.queries import may_sign_for
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed, Refused
from oneplan.platform.web.acts import ReasonForm, act_page
from oneplan.projects import queries as projects
from oneplan.projects.models import Project

POSTING = ["GET", "HEAD", "POST"]
_MOST_AT_ONCE = 200


def _act(
    request: ActorHttpRequest, row: Link, form: Any, act: Callable[..., Any], heading: str, submit: str, done: str
) -> HttpResponse:
    lead = " · ".join(f"{each.ref} {each.title}".strip() for each in (end_named(getattr(row, n)) for n in row.ends))
    return act_page(
        request, form, lambda given: act(row, by=request.actor, **given), template="alignment/link_act.html",
        heading=heading, submit=submit, done=done, back=f"/links/{row.pk}/", lead=lead, shown={"link": row},
    )  # fmt: skip


def _reasoned(
    request: ActorHttpRequest, pk: int, permission: Permission, act: Callable[..., Any], heading: str, submit: str,
    done: str,
) -> HttpResponse:  # fmt: skip
    row = find_link(request, pk)
    check(request.actor, permission, row)
    form = ReasonForm(request.POST or None, initial={"revision": row.revision})
    return _act(request, row, form, act, heading, submit, done)


def _shared(
    request: ActorHttpRequest, pk: int, act: Callable[..., Any], heading: str, submit: str, done: str
) -> HttpResponse:
    row = find_link(request, pk)
    check(request.actor, Permission.LINK_CONFIRM, row)
    amounts = [each["told"] for each in line_amounts(row, request.actor)]
    per_cent = None if row.share is None else (row.share * 100).normalize()
    form = ShareForm(
        amounts, request.POST or None,
        initial={"revision": row.revision, "per_cent": None if per_cent is None else f"{per_cent:f}"},
    )  # fmt: skip
    return _act(request, row, form, act, heading, submit, done)


@login_required
@require_http_methods(POSTING)
def confirm_link(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """The two belong together: from now on it counts."""
    row = find_link(request, pk)
    told = (_("Confirm this link"), _("Confirm"), _("The link is confirmed and counts."))
    if row.line_id:
        return _shared(request, pk, linking.confirm_link, *told)
    return _reasoned(request, pk, Permission.LINK_CONFIRM, linking.confirm_link, *told)


@login_required
@require_http_methods(POSTING)
def share_line(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Which part of the line it is."""
    if find_link(request, pk).line_id is None:
        raise Http404
    return _shared(
        request,
        pk,
        linking.share_line,
        _("Change the share of the line"),
        _("Save the share"),
        _("The share is saved."),
    )


@login_required
@require_http_methods(POSTING)
def reject_link(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """They do not belong together."""
    return _reasoned(
        request, pk, Permission.LINK_CONFIRM, linking.reject_link, _("They do not belong together"), _("Reject"),
        _("The link is rejected and is not proposed again."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def dispute_link(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """It is doubted."""
    return _reasoned(
        request, pk, Permission.LINK_PROPOSE, linking.dispute_link, _("Dispute this link"), _("Dispute"),
        _("The link is disputed and does not count."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def withdraw_link(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """It holds no longer."""
    return _reasoned(
        request, pk, Permission.LINK_CONFIRM, linking.withdraw_link, _("Withdraw this link"), _("Withdraw"),
        _("The link is withdrawn; it is kept and counts no more."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def reopen_link(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Take the decision back."""
    return _reasoned(
        request, pk, Permission.LINK_CONFIRM, linking.reopen_link, _("Take the decision back"), _("Take it back"),
        _("The link is open again."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def answer_link(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """What an institution that the link binds says of it."""
    row = find_link(request, pk)
    mine = [each for each in bound_by(row) if may_sign_for(request.actor, each, clock.today())]
    if not mine:
        raise NotAllowed(_("Only the accounting officer of an institution that this link binds answers it."))
    form = AnswerForm(mine, request.POST or None, initial={"revision": row.revision, "institution": mine[0].pk})
    return _act(
        request, row, form, linking.answer_link, _("Answer for your institution"), _("Answer"),
        _("The answer is kept with the link."),
    )  # fmt: skip


# --- several at once -------------------------------------------------------------------------------------------------


@login_required
@require_POST
def decide_links(request: ActorHttpRequest) -> HttpResponse:
    """Show what a decision on several links would do; then do it, each by itself, and say which were refused."""
    if not any(request.actor.scopes_with(Permission.LINK_CONFIRM)):
        raise NotAllowed(_("You may confirm or reject no link. Your role does not include it."))
    numbers = [int(each) for each in request.POST.getlist("link") if each.isdigit()][:_MOST_AT_ONCE]
    rows = list(links_visible_to(request.actor).filter(pk__in=numbers, state=LinkState.PROPOSED).order_by("pk"))
    is_confirming = request.POST.get("decision") != "reject"
    form = BulkForm(request.POST if "reason" in request.POST else None)
    if not rows:
        messages.info(request, _("No proposed link was chosen. Tick those that you mean."))
        return redirect("alignment:link_list")
    if not form.is_valid():
        lines = [(row, *(end_named(getattr(row, name)) for name in row.ends)) for row in rows]
        context = {"form": form, "lines": lines, "is_confirming": is_confirming}
        return render(request, "alignment/decide_links.html", context, status=422 if form.is_bound else 200)
    act = linking.confirm_link if is_confirming else linking.reject_link
    done, refused = 0, []
    for row in rows:
        revision = int(request.POST.get(f"revision-{row.pk}") or 0)
        try:
            act(row, by=request.actor, revision=revision, reason=form.cleaned_data["reason"])
            done += 1
        except Refused as refusal:
            refused.append((row, refusal.sentence))
    words = ngettext("%(n)s link was decided.", "%(n)s links were decided.", done) % {"n": done}
    messages.success(request, words)
    if refused:
        return render(request, "alignment/decided_links.html", {"refused": refused, "words": words}, status=409)
    return redirect("alignment:link_list")


# --- a new one -------------------------------------------------------------------------------------------------------


def _own_end(request: ActorHttpRequest) -> tuple[str, Commitment | Project]:
    """The end from whose page the reader came, by reference."""
    if ref := request.GET.get("project"):
        return f"project={ref}", get_object_or_404(projects.visible_to(request.actor), ref=ref)
    ref = request.GET.get("commitment", "")
    return f"commitment={ref}", get_object_or_404(commitments.visible_to(request.actor), ref=ref)


@login_required
@require_http_methods(POSTING)
def write_link(request: ActorHttpRequest) -> HttpResponse:
    """Look for the other end, and say why the two belong together."""
    query, own = _own_end(request)
    check(request.actor, Permission.LINK_PROPOSE, own)
    kinds = kinds_from(own)
    kind = next((each for each in kinds if each.value == request.GET.get("kind")), kinds[0])
    text = request.GET.get("q", "").strip()
    choices: list[Choice] = find_choices(kind, own, text, by=request.actor)
    sentence, status, form = "", 200, WriteForm(request.POST or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                ends = chosen(kind, own, form.cleaned_data["other"], text, by=request.actor)
                made = linking.write_link(kind, *ends, by=request.actor, reason=form.cleaned_data["reason"])
            except NotAllowed:
                raise
            except Refused as refusal:
                sentence, status = refusal.sentence, 409
            else:
                messages.success(request, _("The link is proposed. It counts once it is confirmed."))
                return redirect("alignment:link", made.pk)
    return render(request, "alignment/write_link.html", {
        "own": end_named(own), "kinds": kinds, "kind": kind, "q": text, "choices": choices, "query": query,
        "form": form, "sentence": sentence, "is_sample": own.is_sample,
    }, status=status)  # fmt: skip
