"""Every wrong call gets the same kind of answer: RFC 9457 problem details, with a remedy in words.

Knows Django only, so that the middleware can speak without loading the interface.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.platform.requests import current_request_id

MEDIA_TYPE = "application/problem+json"
ROOT = "/api/"

# status: (what it is called in `type`, the usual title, the usual remedy)
KINDS: dict[int, tuple[str, Any, Any]] = {
    400: (
        "unreadable", gettext_lazy("The call cannot be read"),
        gettext_lazy("Send a well-formed HTTP request with a JSON body in UTF-8."),
    ),
    401: (
        "sign-in", gettext_lazy("Who is asking is not known"),
        gettext_lazy("Send the header “Authorization: Bearer …” with a token from /account/tokens/ that still holds."),
    ),
    403: (
        "not-allowed", gettext_lazy("This person may not do this here"),
        gettext_lazy("Ask somebody who holds the role, or ask for the role itself; /roles/ says what each may do."),
    ),
    404: (
        "not-found", gettext_lazy("There is nothing here that you may see"),
        gettext_lazy("Check the address against /api/v1/openapi.json; what you may not see is answered like this too."),
    ),
    405: (
        "wrong-method", gettext_lazy("This address does not take that method"),
        gettext_lazy("Use one of the methods in the header Allow."),
    ),
    406: (
        "not-acceptable", gettext_lazy("What is accepted is not what is given here"),
        gettext_lazy("Send “Accept: application/json”, for a file its media type or */*, or no Accept header."),
    ),
    409: (
        "rule-broken", gettext_lazy("A rule stands against this now"),
        gettext_lazy("Do what the sentence says, then call again."),
    ),
    412: (
        "stale", gettext_lazy("Somebody changed this since you read it"),
        gettext_lazy("Read it again, compare, and send the change with its new ETag in If-Match. Nothing was saved."),
    ),
    413: (
        "too-large", gettext_lazy("More was sent than is taken"),
        gettext_lazy("Send less in one call."),
    ),
    415: (
        "wrong-media-type", gettext_lazy("The body is of a kind that is not taken here"),
        gettext_lazy("Send “Content-Type: application/json”; a file as multipart/form-data."),
    ),
    422: (
        "not-valid", gettext_lazy("Some of what was sent is not valid"),
        gettext_lazy("Correct each of the errors listed, then call again. Nothing was saved."),
    ),
    428: (
        "tag-missing", gettext_lazy("A change must say which version it changes"),
        gettext_lazy("Read the row first and send its ETag in the header If-Match."),
    ),
    429: (
        "too-many", gettext_lazy("Too many calls in a short time"),
        gettext_lazy("Wait as many seconds as the header Retry-After says."),
    ),
    500: (
        "broken", gettext_lazy("Something of ours failed"),
        gettext_lazy("Try again later; if it stays, send the number in “instance” to your administrator."),
    ),
    503: (
        "unavailable", gettext_lazy("The service is not available now"),
        gettext_lazy("Try again in a few minutes."),
    ),
}  # fmt: skip
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "ETag", "Location")


def problem(
    status: int,
    detail: str = "",
    *,
    remedy: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A problem as an answer. `detail` says what is wrong this time; `errors` are (pointer, sentence, remedy) each."""
    kind, title, usual = KINDS.get(status) or (
        f"http-{status}",
        HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else str(status),
        KINDS[500 if status >= 500 else 400][2],
    )
    said = {
        "type": f"/api/#{kind}",
        "title": str(title),
        "status": status,
        "detail": str(detail or title),
        "remedy": str(remedy or usual),
        "instance": f"urn:uuid:{current_request_id()}" if current_request_id() else "",
        "errors": [dict(error) for error in errors],
    }
    response = HttpResponse(json.dumps(said, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def redressed(response: HttpResponse) -> HttpResponse:
    """An answer of the framework that says no in another form, as a problem with the same status."""
    kept = {name: response[name] for name in _KEPT_HEADERS if name in response}
    return problem(response.status_code, headers=kept)


class ProblemsMiddleware:
    """Under /api/ nothing answers with a page: what went wrong outside the interface becomes a problem too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_ours = request.path.startswith(ROOT) and response.status_code >= 400
        if is_ours and not response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            told = redressed(response)
            response.close()
            return told
        return response


def not_found_sentence(path: str) -> str:
    """Why an address under /api/ is nothing, with the likeliest slip named."""
    if path.endswith("/") and path != ROOT:
        return _("There is no address %(path)s. Addresses of the interface end without a slash.") % {"path": path}
    return _("There is no address %(path)s in the interface.") % {"path": path}
