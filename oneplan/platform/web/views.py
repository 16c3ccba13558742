"""Pages of the web layer itself: what went wrong, in plain words, and the living style guide."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from oneplan.platform.requests import current_request_id
from oneplan.platform.web.specimens import specimens


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"sentence": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Something of ours failed: the page asks nothing of the database or the session, which may be what broke."""
    return HttpResponse(render_to_string("500.html", {"request_id": current_request_id()}), status=500)


@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component with invented content: what docs/design-system.md describes, to look at."""
    return render(request, "web/style.html", specimens(request))
