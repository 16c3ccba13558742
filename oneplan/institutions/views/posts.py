"""Pages of a post: who held it, its handovers, invitations into it, delegations of its powers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.institutions import actions, queries, rules
from oneplan.institutions.forms import DelegateForm, FillPostForm, InviteIntoPostForm, VacateForm
from oneplan.institutions.models import Delegation, Holding, Post
from oneplan.institutions.ownership import owned_by
from oneplan.institutions.views.acting import done, form_page
from oneplan.periods import clock
from oneplan.platform.documents import store
from oneplan.platform.errors import Refused


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
    holdings = queries.numbered_holdings(request.actor, row)
    context = {
        "post": row,
        "holdings": holdings,
        "is_sample": queries.is_sample(holdings),
        "given": list(row.delegations_given.select_related("to_post", "instrument").order_by("id")),
        "received": list(row.delegations_received.select_related("from_post", "instrument")),
        "owned": owned_by(request.actor, row),
        "confers": queries.conferred_by(row),
        "signs": row.pk in {each.pk for each in queries.signing_posts(row.institution)},
        "may_fill": rules.may_fill(request.actor, row),
        "may_delegate": passes(check, request.actor, Permission.POST_DELEGATE, row),
        "today": clock.today(),
        "vacate_form": VacateForm(initial={"on": clock.today()}),
    }
    return render(request, "institutions/post.html", context | more, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def fill_post(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Put somebody into a post: the handover."""
    row = _post(code)
    check(request.actor, Permission.POST_FILL, row)
    form = FillPostForm(request.POST or None, initial={"valid_from": clock.today(), "revision": row.revision})

    def act(given: dict[str, Any]) -> HttpResponse:
        del given["email"]
        holding = actions.fill_post(row, user=form.user, by=request.actor, **given)
        return done(request, _("%(name)s fills this post.") % {"name": holding.person_name}, "institutions:post", code)

    context = {"post": row, "sitting": queries.holdings_on(row), "owned": owned_by(request.actor, row)}
    return form_page(request, form, act, template="institutions/fill_post.html", context=context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invite_into_post(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Invite somebody into a post: the letter and the handover in one form. The link is shown once, on the answer."""
    row = _post(code)
    check(request.actor, Permission.POST_FILL, row)
    form = InviteIntoPostForm(request.POST or None, initial={"valid_from": clock.today(), "revision": row.revision})

    def act(given: dict[str, Any]) -> HttpResponse:
        link = request.build_absolute_uri(reverse("access:accept_invitation", args=["SECRET"]))
        holding, letter, address = actions.invite_into_post(
            row, by=request.actor, link=link.replace("SECRET", "{secret}"), **given
        )
        if letter is None:
            words = _("%(name)s has an account and fills this post.") % {"name": holding.person_name}
            return done(request, words, "institutions:post", code)
        href = reverse("institutions:post", args=[code])
        return render(request, "access/invited.html", {"invitation": letter, "address": address, "post_href": href})

    context = {"post": row, "sitting": queries.holdings_on(row), "owned": owned_by(request.actor, row)}
    return form_page(request, form, act, template="institutions/invite_into_post.html", context=context)


@login_required
@require_POST
def vacate_post(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """End one holding of a post; `number` counts the post's holdings from the first."""
    row = _post(code)
    check(request.actor, Permission.POST_FILL, row)
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
    return done(request, _("The post is vacant from that day. Its history stays."), "institutions:post", code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegate_powers(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Hand powers of a post to another in writing."""
    row = _post(code)
    check(request.actor, Permission.POST_DELEGATE, row)
    form = DelegateForm(
        request.POST or None, request.FILES or None, from_post=row, initial={"valid_from": clock.today()}
    )

    def act(given: dict[str, Any]) -> HttpResponse:
        file, to_post = given.pop("instrument"), given.pop("to_post")
        kind = file.content_type or "application/octet-stream"
        paper = store(file, name=file.name, media_type=kind, by=request.actor)
        actions.delegate_powers(row, to_post, instrument=paper, by=request.actor, **given)
        return done(request, _("The delegation is on record."), "institutions:post", code)

    return form_page(request, form, act, template="institutions/delegate_powers.html", context={"post": row})


@login_required
@require_POST
def end_delegation(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """Withdraw a delegation that a post gave; `number` counts them from the first."""
    row = _post(code)
    check(request.actor, Permission.POST_DELEGATE, row)
    given = list(Delegation.objects.filter(from_post=row).order_by("id"))
    if not 0 < number <= len(given):
        raise Http404
    try:
        actions.end_delegation(
            given[number - 1], on=clock.today(), by=request.actor, reason=request.POST.get("reason", "")[:500]
        )
    except Refused as refusal:
        return _show_post(request, row, sentence=refusal.sentence, status=409)
    return done(request, _("The delegation has ended."), "institutions:post", code)
