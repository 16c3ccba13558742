"""Ties: which project delivers which commitment. Computed candidates count for nothing until a person says so."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oneplan.access.actors import Actor
from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.alignment import actions, queries
from oneplan.alignment.choices import TieState
from oneplan.alignment.models import Tie
from oneplan.commitments.models import Commitment
from oneplan.platform.web.acts import ReasonForm, act_page
from oneplan.platform.web.sections import Section
from oneplan.projects.models import Project

POSTING = ["GET", "HEAD", "POST"]


def _decide(
    request: ActorHttpRequest, pk: int, act: Callable[..., Any], *, heading: str, submit: str, done: str
) -> HttpResponse:
    row: Tie = get_object_or_404(queries.ties_visible_to(request.actor), pk=pk)
    check(request.actor, Permission.PROJECT_MERGE, row)
    form = ReasonForm(request.POST or None, initial={"revision": row.revision})
    return act_page(
        request, form, lambda given: act(row, by=request.actor, **given), template="alignment/act.html",
        heading=heading, submit=submit, done=done, back=f"/commitments/{row.commitment.ref}/",
        lead=f"{row.commitment.ref} {row.commitment.title} · {row.project.ref} {row.project.title}",
        shown={"is_sample": row.commitment.is_sample},
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def confirm_tie(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """The commitment is delivered by this project."""
    return _decide(
        request, pk, actions.confirm_tie, heading=_("This project delivers this commitment"),
        submit=_("They belong together"), done=_("The commitment is tied to its project."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def reject_tie(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """They have nothing to do with each other."""
    return _decide(
        request, pk, actions.reject_tie, heading=_("They are not the same"), submit=_("They are not the same"),
        done=_("The pair is not proposed again."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def undo_tie(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Take the decision back."""
    return _decide(
        request, pk, actions.undo_tie, heading=_("Take the decision back"), submit=_("Take it back"),
        done=_("The pair is open again."),
    )  # fmt: skip


def _lines(actor: Actor, ties: list[Tie]) -> list[tuple[Tie, bool]]:
    """Each tie, and whether the actor may decide on it."""
    return [(tie, passes(check, actor, Permission.PROJECT_MERGE, tie)) for tie in ties]


def section_of_project(actor: Actor, project: Project) -> Section | None:
    """The commitments that a project delivers; nothing for who may read no commitment."""
    if not actor.is_signed_in:
        return None
    ties = queries.ties_of_project(actor, project)
    return Section("alignment/_project_ties.html", {"lines": _lines(actor, ties)})


def section_of_commitment(actor: Actor, commitment: Commitment) -> Section | None:
    """The projects by which a commitment is delivered."""
    ties = queries.ties_of_commitment(actor, commitment)
    confirmed = sum(tie.state == TieState.CONFIRMED for tie in ties)
    return Section("alignment/_commitment_ties.html", {"lines": _lines(actor, ties), "confirmed": confirmed})
