"""Search: spaces, provinces, municipalities, institutions and commitments, each only as far as the reader may see."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.portal.queries.search import find


@require_safe
def search(request: ActorHttpRequest) -> HttpResponse:
    """Results by kind; under HTMX the suggestions of the place switcher."""
    words = request.GET.get("q", "").strip()[:100]
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        found = find(words, request.actor, most=4) if words else []
        suggestions = [hit for group in found for hit in group.hits][:12]
        response = render(request, "web/_suggestions.html", {"suggestions": suggestions, "q": words})
    else:
        scope = request.GET.get("in", "")
        groups = find(words, request.actor, most=50) if words else []
        shown = [group for group in groups if not scope or group.code == scope]
        context = {
            "q": words,
            "groups": groups,
            "shown": shown,
            "scope": scope,
            "count": sum(len(g.hits) for g in shown),
        }
        response = render(request, "portal/search.html", context)
    response["Vary"] = "Cookie, HX-Request"
    response["Cache-Control"] = "private, no-store"
    return response
