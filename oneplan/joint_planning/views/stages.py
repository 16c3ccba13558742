"""Stages: dates, gates, exceptions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oneplan.access.checks import check
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.frameworks.definitions import Stage
from oneplan.frameworks.queries import ruleset
from oneplan.joint_planning import actions
from oneplan.joint_planning.forms import ReasonForm, ScheduleForm
from oneplan.joint_planning.gates import gate_report
from oneplan.joint_planning.models import GateException, StageProgress
from oneplan.joint_planning.rules import NEVER_EXCEPTED
from oneplan.joint_planning.views.ground import frame, may, refused, workshop_edition
from oneplan.plans.models import Edition
from oneplan.plans.queries import IN_PROGRESS
from oneplan.platform.errors import Refused


def _stage(edition: Edition, code: str) -> Stage:
    try:
        return ruleset(edition.ruleset).stage(code)
    except KeyError:
        raise Http404 from None


def _back(edition: Edition, stage: str) -> str:
    return f"{reverse('joint_planning:stages', args=(edition.plan_id, edition.number))}#{stage}"


@login_required
@require_safe
def stages(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """All seven stages with their gates: what is met, what is missing and who owes it."""
    edition = workshop_edition(request.actor, code, number)
    report = gate_report(edition)
    context = frame(
        request, edition, report=report, current=report.current, never_excepted=NEVER_EXCEPTED,
        may_pass=edition.state in (*IN_PROGRESS, "adopted") and may(request, Permission.GATE_PASS, edition),
        may_except=edition.state in IN_PROGRESS and may(request, Permission.GATE_EXCEPT, edition),
    )  # fmt: skip
    return render(request, "joint_planning/stages.html", context)


@login_required
@require_POST
def pass_gate(request: ActorHttpRequest, code: str, number: int, stage: str) -> HttpResponse:
    """Pass the gate of a stage; a refusal names what is missing."""
    edition = workshop_edition(request.actor, code, number)
    found = _stage(edition, stage)
    check(request.actor, Permission.GATE_PASS, edition)
    try:
        actions.pass_gate(edition, stage, by=request.actor)
    except Refused as refusal:
        report = gate_report(edition)
        context = frame(
            request, edition, report=report, current=report.stage(stage), never_excepted=NEVER_EXCEPTED, may_pass=True,
            may_except=may(request, Permission.GATE_EXCEPT, edition),
        )  # fmt: skip
        return refused(request, "joint_planning/stages.html", context, refusal.sentence)
    messages.success(request, _("The gate of stage %(number)s is passed.") % {"number": found.number})
    return redirect(_back(edition, stage))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_stage(request: ActorHttpRequest, code: str, number: int, stage: str) -> HttpResponse:
    """Set the dates of a stage."""
    edition = workshop_edition(request.actor, code, number)
    found = _stage(edition, stage)
    check(request.actor, Permission.GATE_PASS, edition)
    row = StageProgress.objects.filter(edition=edition, stage=stage).first() or StageProgress(
        edition=edition, stage=stage
    )
    initial = {"starts_on": row.starts_on, "due_on": row.due_on, "revision": row.revision}
    form = ScheduleForm(request.POST or None, initial=initial)
    sentence = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.schedule_stage(edition, stage, by=request.actor, **form.cleaned_data)
            messages.success(request, _("The dates of stage %(number)s are set.") % {"number": found.number})
            return redirect(_back(edition, stage))
        except Refused as refusal:
            sentence = refusal.sentence
    context = frame(request, edition, form=form, stage=found, back=_back(edition, stage))
    return refused(request, "joint_planning/schedule_stage.html", context, sentence)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reopen_stage(request: ActorHttpRequest, code: str, number: int, stage: str) -> HttpResponse:
    """Open a passed stage again, with the reason."""
    edition = workshop_edition(request.actor, code, number)
    found = _stage(edition, stage)
    check(request.actor, Permission.GATE_PASS, edition)
    form = ReasonForm(request.POST or None)
    sentence = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.reopen_stage(edition, stage, reason=form.cleaned_data["reason"], by=request.actor)
            messages.success(request, _("Stage %(number)s is open again.") % {"number": found.number})
            return redirect(_back(edition, stage))
        except Refused as refusal:
            sentence = refusal.sentence
    context = frame(request, edition, form=form, stage=found, back=_back(edition, stage))
    return refused(request, "joint_planning/reopen_stage.html", context, sentence)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def grant_exception(request: ActorHttpRequest, code: str, number: int, stage: str, rule: str) -> HttpResponse:
    """Let a gate pass although a rule is not met: what is missing, and the reason in one's own name."""
    edition = workshop_edition(request.actor, code, number)
    found = _stage(edition, stage)
    check(request.actor, Permission.GATE_EXCEPT, edition)
    judged = next((each for each in gate_report(edition).stage(stage).rules if each.gate.code == rule), None)
    if judged is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    sentence = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.grant_exception(edition, stage, rule, reason=form.cleaned_data["reason"], by=request.actor)
            messages.success(request, _("The exception is recorded in your name."))
            return redirect(_back(edition, stage))
        except Refused as refusal:
            sentence = refusal.sentence
    context = frame(request, edition, form=form, stage=found, judged=judged, back=_back(edition, stage))
    return refused(request, "joint_planning/grant_exception.html", context, sentence)


@login_required
@require_POST
def withdraw_exception(request: ActorHttpRequest, code: str, number: int, stage: str, rule: str) -> HttpResponse:
    """Take an exception back."""
    edition = workshop_edition(request.actor, code, number)
    standing = GateException.objects.filter(withdrawn_at=None)
    actions.withdraw_exception(get_object_or_404(standing, edition=edition, stage=stage, rule=rule), by=request.actor)
    messages.success(request, _("The exception is withdrawn."))
    return redirect(_back(edition, stage))
