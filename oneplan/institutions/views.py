"""Pages of this room: the list, an institution, a post and its handovers, champions of a space."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
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
from oneplan.institutions import actions, queries, rules
from oneplan.institutions.exports import institution_lines
from oneplan.institutions.forms import (
    AliasForm,
    ChampionForm,
    CorrectForm,
    DelegateForm,
    FillPostForm,
    InstitutionFilter,
    MergeForm,
    RegisterForm,
    RegisterPostForm,
    RenameForm,
    UndoMergerForm,
    VacateForm,
)
from oneplan.institutions.models import Champion, Delegation, Holding, Institution, InstitutionMerger, Post
from oneplan.institutions.ownership import owned_by
from oneplan.periods import clock
from oneplan.platform.documents import store
from oneplan.platform.errors import NotAllowed, Refused, StaleRevision
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
    may_register = passes(check, request.actor, Permission.INSTITUTION_REGISTER, "national")
    context = {
        "form": form, "chips": chips(request, form), "page": page, "sorting": order, "may_register": may_register,
    }  # fmt: skip
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
        "is_sample": any(queries.is_sample(post.sitting) for post in posts),  # type: ignore[attr-defined]
        "fillable": {post.pk for post in posts if rules.may_fill(request.actor, post)},
        "may_see_people": request.actor.is_signed_in,
        "delegations": queries.delegations_on(row) if request.actor.is_signed_in else [],
        "versions": list(row.versions.all()),
        "aliases": list(row.aliases.all()),
        "mergers": [(number, each) for number, each in _mergers(row) if each.undone_at is None],
        "may_register": passes(check, request.actor, Permission.INSTITUTION_REGISTER, row),
    }
    return render(request, "institutions/institution.html", context)


def _act(
    request: ActorHttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], Institution], *,
    institution: Institution | None, heading: str, lead: str, submit: str, done: str,
) -> HttpResponse:  # fmt: skip
    """Show the form of an act on the register, or do it and go to the institution.

    Where somebody was faster (412) what is stored now stands above what was typed, and saving again is a choice.
    """
    sentence, status, stored = "", 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = act(dict(form.cleaned_data))
            except StaleRevision as stale:
                sentence, status = stale.sentence, 412
                stored = _differing(form, stale.current)
                seen = request.POST.copy()
                seen["revision"] = str(stale.current.revision)
                form.data = seen
            except Refused as refusal:
                if isinstance(refusal, NotAllowed):
                    raise
                sentence, status = refusal.sentence, 409
            else:
                messages.success(request, done)
                return redirect("institutions:institution", code=row.code)
    context = {
        "institution": institution, "form": form, "heading": heading, "lead": lead, "submit": submit,
        "sentence": sentence, "stored": stored,
    }  # fmt: skip
    return render(request, "institutions/act.html", context, status=status)


def _differing(form: forms.Form, current: Institution) -> list[tuple[Any, Any]]:
    """What is stored now in the fields where it differs from what was typed, in words."""
    rows = []
    for name, given in form.cleaned_data.items():
        held = getattr(current, name, None)
        if name != "revision" and hasattr(current, name) and held != given:
            named = getattr(current, f"get_{name}_display", None)
            rows.append((form.fields[name].label, (named() if named else held) or _("empty")))
    return rows


def _mergers(into: Institution) -> list[tuple[int, InstitutionMerger]]:
    """The mergers into an institution, numbered from the first; undone ones keep their number."""
    rows = InstitutionMerger.objects.filter(into=into).select_related("merged").order_by("pk")
    return list(enumerate(rows, 1))


def _registered(request: ActorHttpRequest, code: str) -> Institution:
    """The institution, for whoever may change its entry. Raises Http404 or NotAllowed."""
    row = get_object_or_404(queries.visible_to(request.actor), code=code)
    check(request.actor, Permission.INSTITUTION_REGISTER, row)
    return row


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register_institution(request: ActorHttpRequest) -> HttpResponse:
    """Enter an institution that the register does not hold yet."""
    check(request.actor, Permission.INSTITUTION_REGISTER, "national")
    form = RegisterForm(request.POST or None, initial={"as_at": clock.today()})
    return _act(
        request, form, lambda given: actions.register_institution(by=request.actor, **given), institution=None,
        heading=_("Register an institution"), submit=_("Register it"),
        lead=_("It receives the posts of its kind and can be asked for contributions and promises from then on."),
        done=_("The institution is registered, with the posts of its kind."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def update_institution(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Correct an entry of the register; what it said before stays in the history."""
    row = _registered(request, code)
    return _act(
        request, CorrectForm(row, request.POST or None),
        lambda given: actions.update_institution(row, by=request.actor, **given), institution=row,
        heading=_("Correct the entry"), submit=_("Save the correction"),
        lead=_("For what was entered wrongly or has been checked. A new name has its own page, since it has a date."),
        done=_("The entry is corrected; the history keeps what it said before."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rename_institution(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Give an institution a new name from a day on."""
    row = _registered(request, code)
    initial = {"revision": row.revision, "valid_from": clock.today()}
    return _act(
        request, RenameForm(row, request.POST or None, initial=initial),
        lambda given: actions.rename_institution(row, by=request.actor, **given), institution=row,
        heading=_("Rename"), submit=_("Rename it"),
        lead=_("The old name stays on record and still finds it; sealed plans keep the name of their day."),
        done=_("The new name is on record."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_alias(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Record another name under which files and people write an institution."""
    row = _registered(request, code)

    def act(given: dict[str, Any]) -> Institution:
        actions.add_alias(row, by=request.actor, **given)
        return row

    return _act(
        request, AliasForm(row, request.POST or None), act, institution=row, heading=_("Add another name"),
        submit=_("Add the name"), lead=_("Imports, search and forms will find the institution by it."),
        done=_("The name is on record."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge_institutions(request: ActorHttpRequest, code: str) -> HttpResponse:
    """End an institution by merging it into another. Can be undone."""
    row = _registered(request, code)

    def act(given: dict[str, Any]) -> Institution:
        asked = {name: given[name] for name in ("into", "on", "reason", "revision")}
        return actions.merge_institutions(row, by=request.actor, **asked).into

    return _act(
        request, MergeForm(row, request.POST or None, initial={"revision": row.revision, "on": clock.today()}), act,
        institution=row, heading=_("Merge into another institution"), submit=_("Merge"),
        lead=_(
            "From that day its names find the other institution. What it promised and signed stays in its own name."
            " The merger can be undone."
        ),
        done=_("%(name)s is merged. Its names find this institution now.") % {"name": row.name},
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def undo_merger(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """Take back a merger into this institution; `number` counts its mergers from the first."""
    into = _registered(request, code)
    merger = dict(_mergers(into)).get(number)
    if merger is None:
        raise Http404
    return _act(
        request, UndoMergerForm(request.POST or None),
        lambda given: actions.undo_merger(merger, by=request.actor, reason=given["reason"]), institution=into,
        heading=_("Undo the merger of %(name)s") % {"name": merger.merged.name}, submit=_("Undo the merger"),
        lead=_("The institution stands again and takes its names back."),
        done=_("The merger is undone."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register_post(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Add a post to an institution, beyond those of its kind."""
    row = _registered(request, code)

    def act(given: dict[str, Any]) -> Institution:
        actions.register_post(row, by=request.actor, **given)
        return row

    return _act(
        request, RegisterPostForm(request.POST or None), act, institution=row, heading=_("Add a post"),
        submit=_("Add the post"), lead=_("The posts of its kind are there already; add one only where there is more."),
        done=_("The post is there. Fill it next."),
    )  # fmt: skip


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
    context = {
        "post": row, "form": form, "sentence": sentence, "sitting": sitting, "owned": owned_by(request.actor, row),
    }  # fmt: skip
    return render(request, "institutions/fill_post.html", context, status=status)


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
    check(request.actor, Permission.POST_FILL, rows[number - 1])
    try:
        actions.retire_champion(rows[number - 1], on=clock.today(), by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("institutions:champions", code=code)
