"""Clashes: what gets in the way of what, dismissed with a reason or left to be mended."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.actors import Actor
from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.alignment import actions, queries
from oneplan.alignment.choices import ClashKind, ClashState
from oneplan.alignment.forms import ClashFilter
from oneplan.alignment.models import Clash
from oneplan.alignment.queries import ClashFilters
from oneplan.alignment.sentences import sentence
from oneplan.periods import clock
from oneplan.platform.audit import history, subject_key, told
from oneplan.platform.web.acts import ReasonForm, act_page
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.responses import csv_response, render_page_or_part
from oneplan.platform.web.sections import Section
from oneplan.projects.models import Project

PER_PAGE = 25
POSTING = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def clash_list(request: ActorHttpRequest) -> HttpResponse:
    """The clashes that fit, the surest first."""
    filters = ClashFilters.read(request.GET)
    whole = queries.clashes_visible_to(request.actor)
    rows = filters.apply(whole).order_by("-weight", "pk")
    form = ClashFilter(request.GET)
    page = paginate(request, rows, PER_PAGE)
    counts = dict(rows.order_by().values_list("kind").annotate(Count("pk")))
    context = {
        "form": form, "chips": chips(request, form), "page": page, "lines": [(row, sentence(row)) for row in page],
        "parts": [(kind.value, counts.get(kind, 0), str(kind.label)) for kind in ClashKind if counts.get(kind)],
        "counted": sum(counts.values()), "csv": f"/clashes/list.csv?{request.GET.urlencode()}",
        "is_filtered": filters != ClashFilters(), "as_at": clock.now(),
        "is_sample": any(row.left.is_sample for row in page),
    }  # fmt: skip
    return render_page_or_part(request, "alignment/clashes.html", "alignment/_clash_rows.html", context)


@login_required
@require_safe
def clashes_csv(request: ActorHttpRequest) -> StreamingHttpResponse:
    """Every clash of the current filter."""
    rows = ClashFilters.read(request.GET).apply(queries.clashes_visible_to(request.actor)).order_by("-weight", "pk")
    return csv_response(_csv(rows), "clashes")


def _csv(rows: "QuerySet[Clash]") -> Iterator[list[Any]]:
    yield ["id", "kind", "rule", "state", "weight", "left", "left_title", "right", "right_title", "starts", "ends",
           "metres", "sentence", "found_at", "dismissed_at", "reason"]  # fmt: skip
    for row in rows.iterator(chunk_size=500):
        yield [
            row.pk, row.kind, row.rule, row.state, row.weight, row.left.ref, row.left.title,
            row.right.ref if row.right else "", row.right.title if row.right else "", row.starts_on, row.ends_on,
            row.metres, sentence(row), row.found_at.isoformat(),
            row.dismissed_at.isoformat() if row.dismissed_at else "", row.reason,
        ]  # fmt: skip


def _clash(request: ActorHttpRequest, pk: int) -> Clash:
    found: Clash = get_object_or_404(queries.clashes_visible_to(request.actor), pk=pk)
    return found


@login_required
@require_safe
def clash(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """One clash: both projects on the axis of time and in space, and why the rule says so."""
    row = _clash(request, pk)
    return render(request, "alignment/clash.html", _shown(request, row))


def _shown(request: ActorHttpRequest, row: Clash) -> dict[str, Any]:
    may = passes(check, request.actor, Permission.CLASH_DISMISS, row)
    return {
        "clash": row, "sentence": sentence(row), "sides": [each for each in (row.left, row.right) if each],
        "evidence": [(key.replace("_", " ").capitalize(), value) for key, value in row.evidence.items()],
        "may_dismiss": may and row.state == ClashState.OPEN, "may_reopen": may and row.state == ClashState.DISMISSED,
        "entries": told(history(row)[:10], subject_key(row)), "is_sample": row.left.is_sample,
    }  # fmt: skip


@login_required
@require_http_methods(POSTING)
def dismiss_clash(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Say why it is none."""
    return _decide(
        request, pk, actions.dismiss_clash, heading=_("This is no clash"), submit=_("Dismiss it"),
        done=_("The clash is dismissed; the reason stands with it."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def reopen_clash(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Say why it is one after all."""
    return _decide(
        request, pk, actions.reopen_clash, heading=_("It is a clash after all"), submit=_("Open it again"),
        done=_("The clash is open again."),
    )  # fmt: skip


def _decide(
    request: ActorHttpRequest, pk: int, act: Callable[..., Any], *, heading: str, submit: str, done: str
) -> HttpResponse:
    row = _clash(request, pk)
    check(request.actor, Permission.CLASH_DISMISS, row)
    form = ReasonForm(request.POST or None, initial={"revision": row.revision})
    return act_page(
        request, form, lambda given: act(row, by=request.actor, **given), template="alignment/act.html",
        heading=heading, submit=submit, done=done, back=f"/clashes/{pk}/", lead=sentence(row),
        shown={"is_sample": row.left.is_sample},
    )  # fmt: skip


def section_of_project(actor: Actor, project: Project) -> Section | None:
    """What the page of a project says of its clashes; nothing for who sees none anywhere."""
    if not actor.is_signed_in:
        return None
    rows = queries.clashes_of(actor, project)
    return Section("alignment/_project_clashes.html", {"lines": [(row, sentence(row)) for row in rows]})
