"""Saying where a project is: by what, what the boundaries say of it, and only then keeping it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oneplan.access.checks import check
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.geometry.frame import frame_point
from oneplan.platform.errors import NotAllowed, Refused, StaleRevision
from oneplan.platform.web.acts import ReasonForm
from oneplan.projects import actions
from oneplan.projects.choices import Purpose
from oneplan.projects.forms import LocateForm
from oneplan.projects.models import Project
from oneplan.projects.queries import one
from oneplan.projects.queries.placed import METHOD_STATES
from oneplan.projects.views.acts import act_page, home
from oneplan.projects.views.places import shown
from oneplan.projects.views.shared import POSTING, project_for
from oneplan.spaces.choices import Doubt
from oneplan.spaces.models import MunicipalArea, Space
from oneplan.spaces.placing import PlaceAnswer, place
from oneplan.spaces.queries import space_map


@login_required
@require_http_methods(POSTING)
def locate(
    request: ActorHttpRequest, ref: str, *, queue: dict[str, Any] | None = None, following: str = ""
) -> HttpResponse:
    """Say where it is. "Look" shows what the boundaries say of it; only "place" keeps it.

    From the review queue, `queue` names its neighbours and `following` is where the reader goes on.
    """
    row = project_for(request, ref)
    check(request.actor, Permission.PROJECT_LOCATE, row)
    form = LocateForm(row, request.POST or None, purpose=request.GET.get("purpose", Purpose.WORKS))
    answer, sentence, status = None, "", 200
    if request.method == "POST":
        is_kept = request.POST.get("act") == "place"
        if not is_kept:
            form.fields["reason"].required = False
        if not form.is_valid():
            status = 422
        elif not is_kept:
            answer = place([form.evidence])[0]
        else:
            try:
                _keep(request, row, form)
            except NotAllowed:
                raise
            except StaleRevision as stale:
                sentence, status = stale.sentence, 412
            except Refused as refusal:
                sentence, status = refusal.sentence, 409
            else:
                messages.success(request, _("%(ref)s is placed.") % {"ref": ref})
                return redirect(following or home(row))
    space = _space_of(row, answer)
    context = {
        "project": row, "form": form, "sentence": sentence, "cancel": home(row), "is_sample": row.is_sample,
        "queue": queue, "answer": answer and _in_words(answer), "space": space,
        "map": space and _map(space, row, answer),
        "current": [shown(each) for each in one.placements_of(row) if each.superseded_at is None],
    }  # fmt: skip
    return render(request, "projects/locate.html", context, status=status)


def _is_ours(request: ActorHttpRequest) -> bool:
    """Whether `?next=` leads back into the review queue, and nowhere else."""
    return request.GET.get("next", "").startswith("/projects/review/")


def _keep(request: ActorHttpRequest, row: Project, form: LocateForm) -> Any:
    given = form.cleaned_data
    return actions.locate_project(
        row, form.evidence, purpose=given["purpose"], reason=given["reason"], revision=given["revision"],
        by=request.actor,
    )  # fmt: skip


def _space_of(row: Project, answer: PlaceAnswer | None) -> Space | None:
    """The space to draw: of what was looked up, else the one in which it is."""
    if answer and answer.shares:
        return Space.objects.filter(pk=answer.shares[0].space).first()
    return row.space


def _in_words(answer: PlaceAnswer) -> dict[str, Any]:
    """What the boundaries say."""
    areas = dict(
        MunicipalArea.objects.filter(pk__in=[s.municipal_area for s in answer.shares]).values_list("code", "name")
    )
    spaces = dict(Space.objects.filter(pk__in=[s.space for s in answer.shares]).values_list("code", "name"))
    return {
        "state": METHOD_STATES[answer.method], "method": answer.method.label, "confidence": answer.confidence.value,
        "shares": [
            (spaces.get(s.space, s.space), areas.get(s.municipal_area, s.municipal_area), s.ward, s.fraction)
            for s in answer.shares
        ],
        "doubts": [str(Doubt(doubt).label) for doubt in answer.doubts], "version": answer.boundary_version,
    }  # fmt: skip


def _map(space: Space, row: Project, answer: PlaceAnswer | None) -> dict[str, Any]:
    """The space with the pin as it stands, or as it was looked up."""
    drawn = space_map(space)
    longitude, latitude = (answer.longitude, answer.latitude) if answer else (row.longitude, row.latitude)
    found = {share.municipal_area for share in answer.shares} if answer else {row.municipal_area_id}
    shapes = [
        {
            "code": shape.code, "name": shape.name, "path": shape.path, "label": shape.name, "label_x": shape.label_x,
            "label_y": shape.label_y, "class": "seq-3" if shape.code in found else "seq-1",
        }
        for shape in drawn.shapes
    ]  # fmt: skip
    pins = []
    if longitude is not None and latitude is not None:
        pins = [(*frame_point(longitude, latitude), _("The point"))]
    return {
        "shapes": shapes, "view_box": drawn.view_box, "is_approximate": drawn.is_approximate,
        "release": drawn.release, "pins": pins,
    }  # fmt: skip


@login_required
@require_http_methods(POSTING)
def review_place(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Say that a doubtful place was looked at and is right as it is."""
    row = project_for(request, ref)
    check(request.actor, Permission.PROJECT_LOCATE, row)
    form = ReasonForm(request.POST or None, initial={"revision": row.revision})
    following = request.GET.get("next", "") if _is_ours(request) else home(row)
    return act_page(
        request, form, lambda given: actions.review_placement(row, by=request.actor, **given), project=row,
        back=following, heading=_("The place of %(ref)s is right as it is") % {"ref": ref},
        submit=_("It is right as it is"), done=_("%(ref)s left the review queue.") % {"ref": ref},
        lead=_("It leaves the review queue with your reason; its doubts and its confidence stay as they are."),
    )  # fmt: skip
