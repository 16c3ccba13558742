"""Pages of this room: the list, an institution, a post and its handovers, champions of a space."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.institutions import actions, queries
from oneplan.institutions.exports import institution_lines
from oneplan.institutions.forms import ChampionForm, DelegateForm, FillPostForm, InstitutionFilter, VacateForm
from oneplan.institutions.models import Champion, Delegation, Holding, Institution, Post
from oneplan.periods import clock
from oneplan.platform.documents import store
from oneplan.platform.errors import Refused, StaleRevision
from oneplan.platform.web.lists import chips, paginate, sorting
from oneplan.platform.web.responses import csv_response, render_page_or_part
from oneplan.spaces.models import Space


def _chosen(request: ActorHttpRequest) -> tuple[InstitutionFilter, QuerySet[Institution]]:
    form = InstitutionFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = queries.filtered(
        queries.visible_to(request.actor),
        text=asked.get("q", ""),
        sphere=asked.get("sphere", ""),
        province=asked["province"].code if asked.get("province") else "",
        kind=asked.get("kind", ""),
    )
    return form, rows


@require_safe
def institutions(request: ActorHttpRequest) -> HttpResponseBase:
    """Who acts: the register, filtered; with `format=csv` the same rows as a file."""
    form, rows = _chosen(request)
    if request.GET.get("format") == "csv":
        return csv_response(institution_lines(rows.order_by("code")), "institutions.csv")
    order = sorting(request, {"name": "name", "code": "code", "kind": "kind", "as_at": "as_at"}, "name")
    page = paginate(request, order.apply(rows))
    context = {"form": form, "chips": chips(request, form), "page": page, "sorting": order}
    return render_page_or_part(request, "institutions/institutions.html", "institutions/_institutions.html", context)


@require_safe
def institution(request: ActorHttpRequest, code: str) -> HttpResponse:
    """One institution: its posts and who holds them, delegations, names, source."""
    row = get_object_or_404(queries.visible_to(request.actor), code=code)
    posts = list(queries.posts_of(row))
    signing = {post.pk for post in queries.signing_posts(row)}
    context = {
        "institution": row,
        "posts": [(post, post.pk in signing) for post in posts],
        "fillable": queries.may_fill(request.actor, posts),
        "may_see_people": request.actor.is_signed_in,
        "delegations": queries.delegations_on(row) if request.actor.is_signed_in else [],
        "versions": list(row.versions.all()),
        "aliases": list(row.aliases.all()),
        "mergers": list(row.mergers_in.filter(undone_at=None).select_related("merged")),
    }
    return render(request, "institutions/institution.html", context)


def _post(code: str) -> Post:
    return get_object_or_404(
        Post.objects.select_related("institution__province", "institution__space", "space"), code=code
    )


@login_required
@require_safe
def post(request: ActorHttpRequest, code: str) -> HttpResponse:
    """A post through time: who held it, in what capacity; what stays when its holder goes."""
    return _show_post(request, _post(code))


def _show_post(request: ActorHttpRequest, row: Post, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "post": row,
        "holdings": queries.numbered_holdings(request.actor, row),
        "given": list(row.delegations_given.select_related("to_post", "instrument").order_by("id")),
        "received": list(row.delegations_received.select_related("from_post", "instrument")),
        "confers": queries.conferred_by(row),
        "signs": row.pk in {each.pk for each in queries.signing_posts(row.institution)},
        "may_fill": passes(check, request.actor, Permission.POST_FILL, row),
        "may_delegate": passes(check, request.actor, Permission.POST_DELEGATE, row),
        "today": clock.today(),
        "vacate_form": VacateForm(initial={"on": clock.today()}),
    }
    return render(request, "institutions/post.html", context | more, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def fill_post(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Put somebody into a post: the handover."""
    row = _post(code)
    check(request.actor, Permission.POST_FILL, row)
    form = FillPostForm(request.POST or None, initial={"valid_from": clock.today(), "revision": row.revision})
    sentence, status = "", 200
    if request.method == "POST":
        if form.is_valid():
            asked = {k: v for k, v in form.cleaned_data.items() if k != "email"}
            try:
                holding = actions.fill_post(row, user=form.user, by=request.actor, **asked)
            except StaleRevision as refusal:  # show who sits there now, and let the person choose again
                sentence, status = refusal.sentence, 409
                seen = request.POST.copy()
                seen["revision"] = str(refusal.current.revision)
                form = FillPostForm(seen)
            except Refused as refusal:
                sentence, status = refusal.sentence, 409
            else:
                messages.success(request, _("%(name)s fills this post.") % {"name": holding.person_name})
                return redirect("institutions:post", code=code)
        else:
            status = 422
    sitting = queries.holdings_on(row)
    context = {"post": row, "form": form, "sentence": sentence, "sitting": sitting}
    return render(request, "institutions/fill_post.html", context, status=status)


@login_required
@require_POST
def vacate_post(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """End one holding of a post; `number` counts the post's holdings from the first."""
    row = _post(code)
    holdings = list(Holding.objects.filter(post=row).order_by("id"))
    if not 0 < number <= len(holdings):
        raise Http404
    form = VacateForm(request.POST)
    if not form.is_valid():
        return _show_post(request, row, vacate_form=form, status=422)
    try:
        actions.vacate_post(holdings[number - 1], by=request.actor, **form.cleaned_data)
    except Refused as refusal:
        return _show_post(request, row, sentence=refusal.sentence, status=409)
    messages.success(request, _("The post is vacant from that day. Its history stays."))
    return redirect("institutions:post", code=code)


@login_required
@require_http_methods(["GET", "POST"])
def delegate_powers(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Hand powers of a post to another in writing."""
    row = _post(code)
    check(request.actor, Permission.POST_DELEGATE, row)
    form = DelegateForm(
        request.POST or None, request.FILES or None, from_post=row, initial={"valid_from": clock.today()}
    )
    sentence, status = "", 200
    if request.method == "POST":
        if form.is_valid():
            asked = dict(form.cleaned_data)
            file = asked.pop("instrument")
            try:
                paper = store(
                    file, name=file.name, media_type=file.content_type or "application/octet-stream", by=request.actor
                )
                actions.delegate_powers(row, asked.pop("to_post"), instrument=paper, by=request.actor, **asked)
            except Refused as refusal:
                sentence, status = refusal.sentence, 409
            else:
                messages.success(request, _("The delegation is on record."))
                return redirect("institutions:post", code=code)
        else:
            status = 422
    return render(
        request, "institutions/delegate_powers.html", {"post": row, "form": form, "sentence": sentence}, status=status
    )


@login_required
@require_POST
def end_delegation(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """Withdraw a delegation that a post gave; `number` counts them from the first."""
    row = _post(code)
    given = list(Delegation.objects.filter(from_post=row).order_by("id"))
    if not 0 < number <= len(given):
        raise Http404
    try:
        actions.end_delegation(
            given[number - 1], on=clock.today(), by=request.actor, reason=request.POST.get("reason", "")[:500]
        )
    except Refused as refusal:
        return _show_post(request, row, sentence=refusal.sentence, status=409)
    messages.success(request, _("The delegation has ended."))
    return redirect("institutions:post", code=code)


@login_required
@require_http_methods(["GET", "POST"])
def champions(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Who champions a space, now and before; naming another."""
    space = get_object_or_404(Space.objects.select_related("province"), code=code)
    form = ChampionForm(request.POST or None, initial={"valid_from": clock.today()})
    sentence, status = "", 200
    if request.method == "POST":
        check(request.actor, Permission.POST_FILL, space)
        if form.is_valid():
            try:
                actions.name_champion(space, by=request.actor, **form.cleaned_data)
            except Refused as refusal:
                sentence, status = refusal.sentence, 409
            else:
                messages.success(request, _("The champion is named."))
                return redirect("institutions:champions", code=code)
        else:
            status = 422
    rows = list(Champion.objects.filter(space=space).select_related("institution", "post").order_by("id"))
    context = {
        "space": space, "champions": list(enumerate(rows, 1)), "form": form, "sentence": sentence,
        "today": clock.today(), "may_name": passes(check, request.actor, Permission.POST_FILL, space),
    }  # fmt: skip
    return render(request, "institutions/champions.html", context, status=status)


@login_required
@require_POST
def retire_champion(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """End a champion's term today; `number` counts the champions of the space from the first."""
    rows = list(Champion.objects.filter(space_id=code).select_related("space").order_by("id"))
    if not 0 < number <= len(rows):
        raise Http404
    try:
        actions.retire_champion(rows[number - 1], on=clock.today(), by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("institutions:champions", code=code)
