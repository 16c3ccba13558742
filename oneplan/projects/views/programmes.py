"""Programmes: groups of projects that one institution runs together."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.platform.audit import history, subject_key, told
from oneplan.platform.web.lists import paginate
from oneplan.projects import actions, queries
from oneplan.projects.forms import CorrectProgrammeForm, ProgrammeForm
from oneplan.projects.models import Programme
from oneplan.projects.queries.programmes import programmes_visible_to
from oneplan.projects.views.acts import act_page
from oneplan.projects.views.shared import POSTING, phase_of

PER_PAGE = 25


def _home(programme: Programme) -> str:
    return reverse("projects:programme", args=(programme.ref,))


@login_required
@require_safe
def programme_list(request: ActorHttpRequest) -> HttpResponse:
    """The programmes that the reader may see, with how many of their projects."""
    rows = programmes_visible_to(request.actor)
    page = paginate(request, rows, PER_PAGE)
    seen = queries.visible_to(request.actor).filter(programme__in=[row.pk for row in page])
    sums = queries.sums_by_programme(seen)
    context = {
        "page": page, "lines": [(row, sums.get(row.pk, queries.Sums())) for row in page],
        "may_register": bool(request.actor.scopes_with(Permission.PROJECT_REGISTER)),
        "is_sample": any(row.is_sample for row in page),
    }  # fmt: skip
    return render(request, "projects/programmes.html", context)


@login_required
@require_safe
def programme(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """One programme and its projects, as far as the reader may see them."""
    row: Programme = get_object_or_404(programmes_visible_to(request.actor), ref=ref)
    rows = queries.for_list(queries.visible_to(request.actor).filter(programme=row)).order_by("ref")
    page = paginate(request, rows, PER_PAGE)
    context = {
        "programme": row, "page": page, "lines": [(each, phase_of(each.stage)) for each in page],
        "sums": queries.sums_of(queries.visible_to(request.actor).filter(programme=row)),
        "may_correct": passes(check, request.actor, Permission.PROJECT_REGISTER, row),
        "entries": told(history(row)[:5], subject_key(row)),
        "is_sample": row.is_sample or any(each.is_sample for each in page),
    }  # fmt: skip
    return render(request, "projects/programme.html", context)


@login_required
@require_http_methods(POSTING)
def register_programme(request: ActorHttpRequest) -> HttpResponse:
    """Write down a programme."""
    actor = request.actor
    if not actor.scopes_with(Permission.PROJECT_REGISTER):
        raise Http404
    return act_page(
        request, ProgrammeForm(actor, request.POST or None),
        lambda given: actions.register_programme(by=actor, **given), heading=_("Register a programme"),
        submit=_("Register"), done=_("The programme is registered."), back=reverse("projects:programme_list"),
        after=_home,
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def correct_programme(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Change what is known of a programme."""
    row: Programme = get_object_or_404(programmes_visible_to(request.actor), ref=ref)
    check(request.actor, Permission.PROJECT_REGISTER, row)
    form = CorrectProgrammeForm(request.actor, request.POST or None, held=row)

    def act(given: dict[str, Any]) -> Any:
        return actions.correct_programme(row, by=request.actor, **given)

    return act_page(
        request, form, act, heading=_("Correct %(ref)s") % {"ref": ref}, submit=_("Save the correction"),
        done=_("%(ref)s is corrected.") % {"ref": ref}, back=_home(row),
    )  # fmt: skip
