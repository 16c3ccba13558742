"""What every page of joint planning begins with."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from oneplan.access.actors import Actor
from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.frameworks.queries import ruleset
from oneplan.joint_planning.gates import GateReport
from oneplan.joint_planning.queries import deadline_of, stage_views
from oneplan.periods import clock
from oneplan.plans.models import Edition
from oneplan.plans.queries import readable_spaces
from oneplan.spaces.models import Space
from oneplan.spaces.views.frame import place_of


def readable_space(actor: Actor, code: str) -> Space:
    """The space, if the actor may read its drafts; else 404."""
    return get_object_or_404(readable_spaces(actor).select_related("province"), pk=code)


def workshop_edition(actor: Actor, code: str, number: int) -> Edition:
    """The edition, if the actor may read drafts of its space; else 404.

    These pages show live rows beside the content, so they are not for the public even where the edition is sealed:
    the public reads the sealed file.
    """
    rows = Edition.objects.filter(plan_id__in=readable_spaces(actor).values("pk")).select_related(
        "plan__space__province"
    )
    return get_object_or_404(rows, plan_id=code, number=number)


def frame(
    request: ActorHttpRequest, edition: Edition, *, report: GateReport | None = None, **more: Any
) -> dict[str, Any]:
    """What the frame, the tabs and the stage strip of a page about an edition need.

    At most two queries; a page that has its gates judged hands the `report` on, and with it the stages.
    """
    space, today = edition.plan.space, clock.today()
    base = reverse("joint_planning:stages", args=(space.pk, edition.number))
    stages = stage_views(edition, today, base=base, progress=report.progress if report else None)
    return {
        "edition": edition,
        "report": report,
        "space": space,
        "rules": ruleset(edition.ruleset),
        "place": place_of(space),
        "is_sample": edition.is_sample,
        "stages": stages,
        "late_stages": [stage for stage in stages if stage.state == "late"],
        "deadline": deadline_of(edition, today),
        "today": today,
        **more,
    }


def may(request: ActorHttpRequest, permission: Permission, edition: Edition) -> bool:
    """Whether the actor holds the permission here; for showing a button."""
    return passes(check, request.actor, permission, edition)


def refused(request: ActorHttpRequest, template: str, context: dict[str, Any], sentence: str) -> HttpResponse:
    """The page, with a refusal in words on top; 409 when there is one."""
    return render(request, template, {**context, "sentence": sentence}, status=409 if sentence else 200)
