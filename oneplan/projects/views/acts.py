"""Registering, correcting, closing, publishing a project, and its milestones."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oneplan.access.checks import check
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.platform.web import acts
from oneplan.platform.web.acts import ReasonForm
from oneplan.projects import actions
from oneplan.projects.forms import CorrectForm, MilestoneForm, RegisterForm
from oneplan.projects.models import Milestone, Project
from oneplan.projects.views.shared import POSTING, project_for


def home(project: Project) -> str:
    return reverse("projects:project", args=(project.ref,))


def act_page(
    request: ActorHttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    project: Project | None = None,
    template: str = "projects/act.html",
    shown: dict[str, Any] | None = None,
    **words: Any,
) -> HttpResponse:
    """A form of one act on a project, or on what hangs on it (see platform.web.acts)."""
    of_project = {"project": project, "is_sample": bool(project and project.is_sample)}
    return acts.act_page(request, form, act, template=template, shown={**of_project, **(shown or {})}, **words)


@login_required
@require_http_methods(POSTING)
def register(request: ActorHttpRequest) -> HttpResponse:
    """Write down a project that no feed reports."""
    actor = request.actor
    if not actor.scopes_with(Permission.PROJECT_REGISTER):
        raise Http404
    form = RegisterForm(actor, request.POST or None, space=request.GET.get("space", ""))
    return act_page(
        request, form, lambda _given: actions.register_project(by=actor, **form.given()),
        heading=_("Register a project"), submit=_("Register"), done=_("The project is registered. Say where it is."),
        back=reverse("projects:national_list"), after=lambda made: reverse("projects:locate", args=(made.ref,))
        if made.is_on_ground else home(made),
        lead=_("For what no file reports. What a province or a municipality reports comes with its own files."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def correct(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Change what is known of a project. What its sources said stays as they said it."""
    row = project_for(request, ref)
    check(request.actor, Permission.PROJECT_REGISTER, row)
    form = CorrectForm(row, request.POST or None)

    def act(given: dict[str, Any]) -> Any:
        return actions.correct_project(
            row, revision=given["revision"], reason=given["reason"], by=request.actor, **form.given()
        )

    return act_page(
        request, form, act, heading=_("Correct %(ref)s") % {"ref": ref}, submit=_("Save the correction"),
        done=_("%(ref)s is corrected.") % {"ref": ref}, back=home(row), project=row,
        lead=_("The submissions stay as they were read; the next one of its source may say otherwise again."),
    )  # fmt: skip


def _reasoned(
    request: ActorHttpRequest, ref: str, permission: Permission, act: Callable[..., Any], **words: str
) -> HttpResponse:
    """A page that asks for the reason alone."""
    row = project_for(request, ref)
    check(request.actor, permission, row)
    form = ReasonForm(request.POST or None, initial={"revision": row.revision})
    return act_page(
        request, form, lambda given: act(row, by=request.actor, **given), back=home(row), project=row,
        **{name: text % {"ref": ref} for name, text in words.items()},  # type: ignore[arg-type]
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def close(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Say that it is over."""
    return _reasoned(
        request, ref, Permission.PROJECT_REGISTER, actions.close_project,
        heading=_("Close %(ref)s"), submit=_("Close"), done=_("%(ref)s is closed."),
        lead=_("It stays in lists and totals as closed, with your reason; it can be opened again."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def reopen(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Open a closed project again."""
    return _reasoned(
        request, ref, Permission.PROJECT_REGISTER, actions.reopen_project,
        heading=_("Open %(ref)s again"), submit=_("Open again"), done=_("%(ref)s is live again."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def publish(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Show it to everybody."""
    return _reasoned(
        request, ref, Permission.PROJECT_PUBLISH, actions.publish_project,
        heading=_("Publish %(ref)s"), submit=_("Publish"), done=_("%(ref)s is published."),
        lead=_("Everybody sees it then: its cost, its place and its stage, in lists, on the map and in open data."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def withhold(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Keep it inside government."""
    return _reasoned(
        request, ref, Permission.PROJECT_PUBLISH, actions.withhold_project,
        heading=_("Withhold %(ref)s"), submit=_("Withhold"), done=_("%(ref)s is inside government."),
        lead=_("It leaves the public lists, the public map and open data. What was downloaded before stays out there."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def set_milestone(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Set a milestone, or change the one that `?title=` names."""
    row = project_for(request, ref)
    check(request.actor, Permission.PROJECT_REGISTER, row)
    held = row.milestones.filter(title=request.GET.get("title", "")).first()
    form = MilestoneForm(request.POST or None, held=held)
    return act_page(
        request, form, lambda given: _keep(request, row, held, given), back=f"{home(row)}#milestones", project=row,
        heading=_("Milestone of %(ref)s") % {"ref": ref}, submit=_("Save"), done=_("The milestone is set."),
    )  # fmt: skip


def _keep(request: ActorHttpRequest, row: Project, held: Milestone | None, given: dict[str, Any]) -> Any:
    said = {name: given[name] for name in ("title", "due_on", "reached_on", "source")}
    if held is None:
        return actions.set_milestone(row, by=request.actor, **said)
    return actions.set_milestone(row, by=request.actor, held=held, revision=given["revision"], **said)


@login_required
@require_http_methods(POSTING)
def remove_milestone(request: ActorHttpRequest, ref: str, pk: int) -> HttpResponse:
    """Take a milestone away."""
    row = project_for(request, ref)
    check(request.actor, Permission.PROJECT_REGISTER, row)
    held: Milestone = get_object_or_404(row.milestones.all(), pk=pk)
    form = ReasonForm(request.POST or None, initial={"revision": held.revision})
    return act_page(
        request, form, lambda given: actions.remove_milestone(held, by=request.actor, **given), project=row,
        back=f"{home(row)}#milestones", heading=_("Remove the milestone “%(title)s”") % {"title": held.title},
        submit=_("Remove"), done=_("The milestone is gone; the history keeps it."),
    )  # fmt: skip
