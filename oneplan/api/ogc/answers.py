"""How a face answers: JSON or a page, as `f` or the header Accept asks; refusals as problems (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from oneplan.access.authentication import NotSignedIn, actor_of
from oneplan.access.middleware import ActorHttpRequest
from oneplan.platform.errors import NotAllowed
from oneplan.platform.rest.problems import problem

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
Json = dict[str, Any]
View = Callable[..., HttpResponse]


class BadCall(Exception):  # it is a call, told as a problem
    """A parameter that cannot be read (HTTP 400), or what is not there (404)."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


def face(*parameters: str) -> Callable[[View], View]:
    """Decorates a view: reading alone, `request.actor` from token or session, parameters that it does not know are 400.

    A parameter named "*" leaves the check to the view.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: ActorHttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return problem(405, headers={"Allow": "GET, HEAD"})
            try:
                request.actor = actor_of(request)
                if "*" not in parameters:
                    check_known(request, {"f", *parameters})
                response = view(request, *args, **kwargs)
            except BadCall as flaw:
                return problem(flaw.status, flaw.sentence)
            except NotSignedIn as refusal:
                return problem(401, refusal.sentence, headers={"WWW-Authenticate": "Bearer"})
            except NotAllowed as refusal:
                return problem(403, refusal.sentence)
            if "Cache-Control" not in response:
                response["Cache-Control"] = "private, max-age=0" if request.actor.is_signed_in else "public, max-age=60"
            patch_vary_headers(response, ["Accept", "Cookie", "Authorization"])
            return response

        return cast(View, answer)

    return decorate


def check_known(request: HttpRequest, known: set[str]) -> None:
    """Refuse a parameter that nobody reads: it would be a filter that filters nothing."""
    for name in request.GET:
        if name not in known:
            raise BadCall(
                _("There is no parameter “%(name)s” here. Those known are: %(known)s.")
                % {"name": name, "known": ", ".join(sorted(known))}
            )


def wants_page(request: HttpRequest) -> bool:
    """Whether a page is asked for. Raises BadCall for another form than json and html."""
    asked = request.GET.get("f", "")
    if asked not in ("", "json", "html"):
        raise BadCall(_("“f” is json or html."))
    if asked:
        return asked == "html"
    accepted = request.headers.get("Accept", "")
    return HTML in accepted and not any(kind in accepted for kind in (JSON, GEOJSON))


def answer(request: HttpRequest, told: Json, template: str, more: Mapping[str, Any] | None = None,
           media_type: str = JSON) -> HttpResponse:  # fmt: skip
    """The told as JSON, or as a page of ours."""
    if wants_page(request):
        return render(request, f"api/ogc/{template}.html", {"told": told, **(more or {})})
    return HttpResponse(json.dumps(told, ensure_ascii=False), content_type=media_type)


def root_of(request: HttpRequest) -> str:
    """The address of the landing page, without the slash at its end."""
    return request.build_absolute_uri("/ogc")


def link(href: str, rel: str, title: str, media_type: str = JSON) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media_type, "title": title}


def own_links(request: HttpRequest, media_type: str = JSON) -> list[dict[str, str]]:
    """`self` and `alternate`: this answer, and the same in the other form."""
    here, page = (_with_form(request, form) for form in ("json", "html"))
    is_page = wants_page(request)
    return [
        link(here, "alternate" if is_page else "self", _("This as JSON"), media_type),
        link(page, "self" if is_page else "alternate", _("This as a page"), HTML),
    ]


def _with_form(request: HttpRequest, form: str) -> str:
    query = request.GET.copy()
    query["f"] = form
    return f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"


def whole_number(request: HttpRequest, name: str, default: int, least: int, most: int) -> int:
    """A whole number of the address; one that is too large is cut to the most, as the standard has it for `limit`."""
    text = request.GET.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < least:
        raise BadCall(_("“%(name)s” is a whole number from %(least)s.") % {"name": name, "least": least})
    return min(int(text), most)
