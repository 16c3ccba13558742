"""Pages of the register: the list, an institution, and the acts that change its entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.institutions import actions, queries, rules
from oneplan.institutions.exports import institution_lines
from oneplan.institutions.forms import (
    AliasForm,
    CorrectForm,
    InstitutionFilter,
    MergeForm,
    RegisterForm,
    RegisterPostForm,
    RenameForm,
    UndoMergerForm,
)
from oneplan.institutions.models import Institution, InstitutionMerger
from oneplan.institutions.views.acting import done, form_page
from oneplan.periods import clock
from oneplan.platform.web.lists import chips, paginate, sorting
from oneplan.platform.web.responses import csv_response, render_page_or_part


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
    sitting = {post.pk: post.sitting for post in posts}  # type: ignore[attr-defined]
    context = {
        "institution": row,
        "posts": [(post, post.pk in signing) for post in posts],
        "is_sample": any(queries.is_sample(post.sitting) for post in posts),  # type: ignore[attr-defined]
        "fillable": {post.pk for post in posts if rules.may_fill(request.actor, post)},
        "may_see_people": request.actor.is_signed_in,
        "has_workbooks": request.actor.may(Permission.PLAN_READ, [f"institution:{code}", "national"]),
        "delegations": [(each, sitting[each.to_post_id]) for each in queries.delegations_on(row)]
        if request.actor.is_signed_in
        else [],
        "versions": list(row.versions.all()),
        "aliases": list(row.aliases.all()),
        "mergers": [(number, each) for number, each in _mergers(row) if each.undone_at is None],
        "may_register": passes(check, request.actor, Permission.INSTITUTION_REGISTER, row),
    }
    return render(request, "institutions/institution.html", context)


def _act(
    request: ActorHttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], Institution], *,
    institution: Institution | None, heading: str, lead: str, submit: str, said: str,
) -> HttpResponse:  # fmt: skip
    """An act on the register: it leads to the institution that it gives."""
    return form_page(
        request, form, lambda given: done(request, said, "institutions:institution", act(given).code),
        template="institutions/act.html",
        context={"institution": institution, "heading": heading, "lead": lead, "submit": submit},
    )  # fmt: skip


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
        said=_("The institution is registered, with the posts of its kind."),
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
        said=_("The entry is corrected; the history keeps what it said before."),
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
        said=_("The new name is on record."),
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
        said=_("The name is on record."),
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
        said=_("%(name)s is merged. Its names find this institution now.") % {"name": row.name},
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
        said=_("The merger is undone."),
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
        said=_("The post is there. Fill it next."),
    )  # fmt: skip
