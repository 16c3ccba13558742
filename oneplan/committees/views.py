"""Pages of committees: who sits, what was resolved, and the forms to seat and to resolve."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.actors import Actor
from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.committees import actions, queries
from oneplan.committees.choices import CommitteeKind
from oneplan.committees.forms import ConstituteForm, ResolutionForm, SeatForm, UnseatForm
from oneplan.committees.models import Committee, Seat
from oneplan.frameworks.queries import ruleset, ruleset_in_force
from oneplan.institutions.models import Post
from oneplan.periods import clock
from oneplan.plans.queries import readable_spaces
from oneplan.platform.documents import Document, store
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.responses import download
from oneplan.spaces.models import Space
from oneplan.spaces.views.frame import place_of


def _space(actor: Actor, code: str) -> Space:
    if not queries.visible_to(actor).query.is_empty():
        return get_object_or_404(Space.objects.select_related("province"), pk=code)
    raise Http404


def _committee(actor: Actor, code: str, kind: str) -> Committee:
    found = queries.visible_to(actor).filter(space_id=code, kind=kind, valid_to=None)
    return get_object_or_404(found.select_related("space__province"))


def _frame(space: Space) -> dict[str, Any]:
    return {"space": space, "place": place_of(space)}


@login_required
@require_safe
def committees(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Who oversees a space: both committees with their seats, and what they resolved."""
    actor = request.actor
    space, today = _space(actor, code), clock.today()
    standing = list(queries.standing_committees(space))
    seats = queries.seats_on(standing, today)
    by_kind = {committee.kind: committee for committee in standing}
    panels = [
        {
            "kind": kind,
            "label": label,
            "committee": by_kind.get(kind),
            "may_resolve": kind in by_kind and passes(actions.check_may_resolve, actor, by_kind[kind]),
            "seats": seats.get(by_kind[kind].pk, []) if kind in by_kind else [],
            "template": ruleset(by_kind[kind].ruleset).committee(kind) if kind in by_kind else None,
            "rules": ruleset(by_kind[kind].ruleset) if kind in by_kind else None,
        }
        for kind, label in CommitteeKind.choices
    ]
    context = {
        **_frame(space),
        "panels": panels,
        "resolutions": queries.resolutions_visible_to(actor, space),
        "may_read_resolutions": readable_spaces(actor).filter(pk=space.pk).exists(),
        "vacant": sum(1 for rows in seats.values() for each in rows if each.holder is None),
        "seat_count": sum(len(rows) for rows in seats.values()),
        "may_constitute": passes(check, actor, Permission.COMMITTEE_CONSTITUTE, space),
        "is_sample": any(committee.is_sample for committee in standing),
        "today": today,
    }
    return render(request, "committees/committees.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def constitute(request: ActorHttpRequest, code: str, kind: str) -> HttpResponse:
    """Constitute a committee after a rule set."""
    actor = request.actor
    space = _space(actor, code)
    if kind not in CommitteeKind.values:
        raise Http404
    check(actor, Permission.COMMITTEE_CONSTITUTE, space)
    form = ConstituteForm(request.POST or None, initial={"ruleset": ruleset_in_force(clock.today()).code})
    sentence = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.constitute_committee(space, kind, ruleset=form.cleaned_data["ruleset"], by=actor)
            messages.success(request, _("%(name)s is constituted.") % {"name": made.name})
            return redirect("committees:committees", code)
        except RuleBroken as refusal:
            sentence = refusal.sentence
    context = {**_frame(space), "form": form, "sentence": sentence, "kind": CommitteeKind(kind)}
    return render(request, "committees/constitute.html", context, status=409 if sentence else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def seat_member(request: ActorHttpRequest, code: str, kind: str) -> HttpResponse:
    """Give a post a seat."""
    actor = request.actor
    committee = _committee(actor, code, kind)
    check(actor, Permission.COMMITTEE_CONSTITUTE, committee)
    form = SeatForm(request.POST or None, committee=committee)
    sentence = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.seat_member(committee, form.cleaned_data["post"], form.cleaned_data["capacity"], by=actor)
            messages.success(request, _("%(post)s is seated.") % {"post": form.cleaned_data["post"]})
            return redirect("committees:committees", code)
        except RuleBroken as refusal:
            sentence = refusal.sentence
    template = ruleset(committee.ruleset).committee(kind)
    suggested = {post.code: post for seat in template.seats for post in queries.candidates(committee.space, seat)[:400]}
    context = {
        **_frame(committee.space), "committee": committee, "template": template, "form": form, "sentence": sentence,
        "suggested": sorted(suggested.values(), key=lambda post: (post.institution.name, post.title)),
    }  # fmt: skip
    return render(request, "committees/seat_member.html", context, status=409 if sentence else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unseat_member(request: ActorHttpRequest, code: str, kind: str, post_code: str) -> HttpResponse:
    """End a seat, with the reason."""
    actor = request.actor
    committee = _committee(actor, code, kind)
    post = get_object_or_404(Post, code=post_code)
    seat = get_object_or_404(
        Seat.objects.select_related("post__institution"), committee=committee, post=post, valid_to=None
    )
    check(actor, Permission.COMMITTEE_CONSTITUTE, committee)
    form = UnseatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.unseat_member(seat, reason=form.cleaned_data["reason"], by=actor)
        messages.success(request, _("%(post)s left its seat.") % {"post": post})
        return redirect("committees:committees", code)
    context = {**_frame(committee.space), "committee": committee, "seat": seat, "form": form}
    return render(request, "committees/unseat_member.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_resolution(request: ActorHttpRequest, code: str, kind: str) -> HttpResponse:
    """Record what a committee resolved: who was present, how it was decided, about which signing copy."""
    actor = request.actor
    committee = _committee(actor, code, kind)
    actions.check_may_resolve(actor, committee)
    seats = queries.seats_on([committee], _day(request.POST.get("held_on")))[committee.pk]
    standing = queries.standing_copy_hash(actor, committee.space)
    initial = {"held_on": clock.today(), "copy_hash": request.GET.get("copy", standing)}
    form = ResolutionForm(
        request.POST or None, request.FILES or None, initial=initial, committee=committee, seats=seats,
        standing_copy=standing,
    )  # fmt: skip
    sentence = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.record_resolution(committee, by=actor, **_given(form, actor))
            messages.success(request, _("%(resolution)s is recorded.") % {"resolution": made})
            return redirect(_way_back(request, code))
        except RuleBroken as refusal:
            sentence = refusal.sentence
    quorum = ruleset(committee.ruleset).committee(kind).quorum
    context = {**_frame(committee.space), "committee": committee, "form": form, "sentence": sentence, "quorum": quorum}
    return render(request, "committees/record_resolution.html", context, status=409 if sentence else 200)


@login_required
@require_safe
def minutes(request: ActorHttpRequest, code: str, kind: str, number: int) -> HttpResponseBase:
    """The minutes of a resolution, as they were handed in."""
    actor = request.actor
    space = _space(actor, code)
    found = get_object_or_404(queries.resolutions_visible_to(actor, space), committee__kind=kind, number=number)
    if found.minutes is None:
        raise Http404
    return download(found.minutes, in_place=True)


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return clock.today()


def _given(form: ResolutionForm, actor: Actor) -> dict[str, Any]:
    names = (
        "held_on", "decision", "text", "copy_hash", "method", "votes_for", "votes_against", "abstained", "dissent",
    )  # fmt: skip
    given = {name: form.cleaned_data[name] for name in names}
    return {**given, "present": form.present(), "minutes": _minutes(form, actor)}


def _minutes(form: ResolutionForm, actor: Actor) -> Document | None:
    file = form.cleaned_data["minutes"]
    if not file:
        return None
    return store(file, name=file.name, media_type=file.content_type or "application/octet-stream", by=actor)


def _way_back(request: ActorHttpRequest, code: str) -> str:
    """To the adoption page whence the user came, and nowhere outside this space; else to the committees."""
    wanted = request.GET.get("back", "")
    return wanted if wanted.startswith(f"/spaces/{code}/") and ".." not in wanted else f"/spaces/{code}/committees/"
