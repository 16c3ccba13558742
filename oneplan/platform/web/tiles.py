"""Vector tiles as answers. What one reader may see is never kept where another could get it."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"


def guarded_tile(draw: Callable[[], bytes]) -> HttpResponse:
    """A tile for this reader alone, kept for a minute in their own browser. ValueError of `draw` is 404."""
    response = _tile(draw)
    response["Cache-Control"] = "private, max-age=60"
    response["Vary"] = "Cookie, Authorization"
    return response


def public_tile(request: HttpRequest, version: str, draw: Callable[[], bytes], *, seconds: int = 60) -> HttpResponse:
    """A tile that is the same for everybody, by the version of what it is drawn from; 304 costs no drawing."""
    tag = f'W/"{version}"'
    known = get_conditional_response(request, etag=tag)
    response = known if known is not None and known.status_code == 304 else _tile(draw)
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={seconds}, must-revalidate"
    return response


def _tile(draw: Callable[[], bytes]) -> HttpResponse:
    try:
        return HttpResponse(draw(), content_type=MEDIA_TYPE)
    except ValueError:
        raise Http404 from None
