"""Functional areas: the list, and one of them with its members by space."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.periods import clock
from oneplan.portal.queries.areas import by_space
from oneplan.spaces.queries import fold, functional_areas


@require_safe
def functional_area_list(request: ActorHttpRequest) -> HttpResponse:
    """Every functional area with the spaces that it crosses. Two queries."""
    words = fold(request.GET.get("q", ""))
    rows = [
        (area, [space for space, _members in by_space(area.municipal_areas.all())])
        for area in functional_areas()
        if not words or words in fold(area.name)
    ]
    context = {"rows": rows, "q": request.GET.get("q", ""), "today": clock.today()}
    return render(request, "portal/functional_areas.html", context)


@require_safe
def functional_area(request: ActorHttpRequest, code: str) -> HttpResponse:
    """One functional area: its municipal areas by space, its source, from when to when it holds."""
    area = get_object_or_404(functional_areas(), pk=code)
    today = clock.today()
    context = {
        "area": area,
        "spaces": by_space(area.municipal_areas.all()),
        "count": len(area.municipal_areas.all()),
        "is_past": area.valid_to is not None and area.valid_to <= today,
        "today": today,
    }
    return render(request, "portal/functional_area.html", context)
