"""Projects that are perhaps one: side by side, for a person to decide; what was declared one can be parted again."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.web.acts import ReasonForm
from oneplan.platform.web.lists import paginate
from oneplan.projects import actions
from oneplan.projects.choices import MatchState
from oneplan.projects.forms import MergeForm
from oneplan.projects.models import Match, Project
from oneplan.projects.queries.matches import matches_visible_to
from oneplan.projects.queries.one import COMPARED
from oneplan.projects.views.acts import act_page
from oneplan.projects.views.shared import POSTING

PER_PAGE = 25


@dataclass(frozen=True)
class Line:
    """One thing that both are compared by."""

    label: str | Promise
    name: str
    left: Any
    right: Any

    @property
    def is_same(self) -> bool:
        return bool(self.left == self.right)


@login_required
@require_safe
def match_list(request: ActorHttpRequest) -> HttpResponse:
    """What was proposed, and what was decided."""
    rows = matches_visible_to(request.actor)
    state = request.GET.get("state", MatchState.PROPOSED)
    if state not in MatchState.values:
        state = MatchState.PROPOSED
    counts = [(each.value, str(each.label), rows.filter(state=each).count()) for each in MatchState]
    page = paginate(request, rows.filter(state=state), PER_PAGE)
    context = {
        "page": page, "state": state, "counts": counts, "as_at": clock.now(),
        "is_sample": any(match.left.is_sample or match.right.is_sample for match in page),
    }  # fmt: skip
    return render(request, "projects/matches.html", context)


def compared(left: Project, right: Project) -> list[Line]:
    """Both projects, field by field; None where it is not stated."""
    lines = [Line(label, name, _value(left, name), _value(right, name)) for name, label in COMPARED]
    return [
        *lines,
        Line(gettext_lazy("Who implements it"), "implementing", _who(left), _who(right)),
        Line(gettext_lazy("Place"), "place", _where(left), _where(right)),
        Line(gettext_lazy("Names in registers"), "identifiers", _names(left), _names(right)),
        Line(gettext_lazy("Kind of source"), "feed", left.get_feed_display(), right.get_feed_display()),
    ]


def _value(project: Project, name: str) -> Any:
    value = getattr(project, name)
    if name in ("kind", "stage", "nature", "funding") and value:
        return str(getattr(project, f"get_{name}_display")())
    return None if value == "" else value


def _who(project: Project) -> str | None:
    return project.implementing.name if project.implementing else project.implementing_text or None


def _where(project: Project) -> str | None:
    area = project.municipal_area or project.space
    return str(area.name) if area else None


def _names(project: Project) -> str | None:
    return ", ".join(f"{each.get_scheme_display()} {each.value}" for each in project.identifiers.all()) or None


@login_required
@require_http_methods(POSTING)
def match(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Two projects side by side: declare them one, and choose which one stays."""
    row: Match = get_object_or_404(matches_visible_to(request.actor), pk=pk)
    may = passes(check, request.actor, Permission.PROJECT_MERGE, row)
    if request.method == "POST":
        check(request.actor, Permission.PROJECT_MERGE, row)
    form = MergeForm(row.left, row.right, request.POST or None, initial={"revision": row.revision})
    sides = {row.left.ref: row.left, row.right.ref: row.right}
    return act_page(
        request, form,
        lambda given: actions.merge_projects(
            row, keep=sides[given["keep"]], reason=given["reason"], revision=given["revision"], by=request.actor
        ),
        heading=_("Perhaps one project"), submit=_("They are one"), done=_("They are one project now."),
        back=reverse("projects:match_list"), template="projects/match.html",
        shown={
            "match": row, "lines": compared(row.left, row.right), "may_merge": may,
            "percent": round(100 * row.likeness), "is_sample": row.left.is_sample or row.right.is_sample,
        },
    )  # fmt: skip


def _decide(request: ActorHttpRequest, pk: int, act: Any, *, heading: str, submit: str, done: str) -> HttpResponse:
    row: Match = get_object_or_404(matches_visible_to(request.actor), pk=pk)
    check(request.actor, Permission.PROJECT_MERGE, row)
    form = ReasonForm(request.POST or None, initial={"revision": row.revision})
    return act_page(
        request, form, lambda given: act(row, by=request.actor, **given), back=reverse("projects:match", args=(pk,)),
        lead=f"{row.left.ref} {row.left.title} · {row.right.ref} {row.right.title}",
        heading=heading, submit=submit, done=done,
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def keep_apart(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Say that they are two: the pair is not proposed again."""
    return _decide(
        request, pk, actions.keep_projects_apart, heading=_("They are two projects"), submit=_("Keep them apart"),
        done=_("They are kept apart; the pair is not proposed again."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def part(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Undo a merge: both stand again as they stood."""
    return _decide(
        request, pk, actions.unmerge_projects, heading=_("Part them again"), submit=_("Part them"),
        done=_("They are two projects again."),
    )  # fmt: skip
