"""Planning layers: who keeps each, when it was adopted, how it came to be, and what is in it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.platform.web.lists import paginate
from oneplan.platform.web.sections import sections_of
from oneplan.spaces.choices import Sensitivity
from oneplan.spaces.models import PlanningLayer
from oneplan.spaces.queries.layers import layers_visible_to

PER_PAGE = 50


@require_safe
def layer_list(request: ActorHttpRequest) -> HttpResponse:
    """The layers in force that the reader may see."""
    rows = layers_visible_to(request.actor).order_by("kind", "name")
    page = paginate(request, rows, PER_PAGE)
    context = {
        "page": page, "may_import": bool(request.actor.scopes_with(Permission.LAYER_IMPORT)),
        "is_sample": any(row.is_sample for row in page),
    }  # fmt: skip
    return render(request, "spaces/layers.html", context)


@require_safe
def layer(request: ActorHttpRequest, code: str) -> HttpResponse:
    """One layer: its description, its versions and its features."""
    row = layers_visible_to(request.actor).filter(code=code).first()
    if row is None:
        raise Http404
    features = row.features.defer("wkb").order_by("name", "key")
    words = request.GET.get("q", "").strip()
    page = paginate(request, features.filter(name__icontains=words) if words else features, PER_PAGE)
    versions = PlanningLayer.objects.filter(code=code).order_by("-version")
    context = {
        "layer": row, "page": page, "words": words, "is_sample": row.is_sample,
        "versions": versions if request.actor.is_signed_in else versions.filter(sensitivity=Sensitivity.PUBLIC),
        "columns": list(dict.fromkeys(name for each in page for name in each.properties))[:6],
        "sections": sections_of("layer", request.actor, row),
    }  # fmt: skip
    return render(request, "spaces/layer.html", context)
