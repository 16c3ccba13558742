"""The root of the interface: composes what the rooms offer, turns refusals into problems, tags every answer."""

from typing import Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import BaseRenderer

from oneplan import __version__
from oneplan.access.api import router as access
from oneplan.access.authentication import SAFE, NotSignedIn
from oneplan.access.middleware import ActorHttpRequest
from oneplan.alignment.api import clashes, links
from oneplan.api.described import described
from oneplan.api.index import router as index
from oneplan.api.mistakes import mistakes
from oneplan.budgets.api import router as budgets
from oneplan.budgets.calendar_api import router as budget_cycle
from oneplan.commitments.api import router as commitments
from oneplan.exchange.api import router as exchange
from oneplan.indicators.api import router as indicators
from oneplan.indicators.api.definitions import router as definitions
from oneplan.institutions.api import router as institutions
from oneplan.joint_planning.api import router as joint_planning
from oneplan.ledger.api import router as ledger
from oneplan.platform.errors import NotAllowed, Refused, StaleRevision
from oneplan.platform.rest.problems import not_found_sentence, problem
from oneplan.platform.rest.tags import TagMissing, TagStale, quoted, render
from oneplan.platform.rest.uploads import MULTIPART
from oneplan.portal.api import router as plans
from oneplan.projects.api import router as projects
from oneplan.publishing.api import router as publishing
from oneplan.source_plans.api import router as source_plans
from oneplan.spaces.api import router as spaces
from oneplan.workbooks.api import router as workbooks

PREFIX = "/api/v1"


class Json(BaseRenderer):
    """JSON in UTF-8, written as the tags expect it."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return render(data)


class Interface(NinjaAPI):
    """django-ninja, with an entity tag on all that is read and our description of it."""

    def create_response(
        self,
        request: HttpRequest,
        data: Any,
        *,
        status: int | None = None,
        temporal_response: HttpResponse | None = None,
    ) -> HttpResponse:
        response = super().create_response(request, data, status=status, temporal_response=temporal_response)
        return tagged(request, response) if request.method in SAFE and response.status_code == 200 else response

    def get_openapi_schema(self, **asked: Any) -> Any:
        return described(super().get_openapi_schema(path_prefix=PREFIX.strip("/")))

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its tag, or 304 where the asker holds it. What a person sees is private."""
    actor = getattr(request, "actor", None)
    if "ETag" not in response:
        response["ETag"] = quoted(response.content)
    if "Cache-Control" not in response:
        is_public = actor is not None and not actor.is_signed_in
        response["Cache-Control"] = "public, max-age=60, must-revalidate" if is_public else "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Cookie"])
    return cast(HttpResponse, get_conditional_response(request, etag=response["ETag"], response=response))


interface = Interface(
    title="OnePlan",
    version=__version__,
    description=(
        "What the pages of OnePlan show and do, for programs. Adopted plans and the registers are open to everybody; "
        "the rest takes a personal token, which may what its person may. Examples for common tasks are in docs/api.md."
    ),
    openapi_url=None,
    docs_url=None,
    renderer=Json(),
    urls_namespace="api",
    servers=[],
    openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
)
for _router in (
    index,
    access,
    spaces,
    institutions,
    plans,
    publishing,
    joint_planning,
    projects,
    definitions,  # before the indicators: "definitions" is the code of none
    indicators,
    budgets,
    budget_cycle,
    commitments,
    source_plans,
    clashes.router,
    links.router,
    ledger,
    workbooks,
    exchange,
):
    interface.add_router("", _router)


# --- what goes wrong -------------------------------------------------------------------------------------------------


@interface.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422, each mistake with where it is; an address that can name nothing is nothing."""
    if error.errors and all(each["loc"][:1] == ("path",) for each in error.errors):
        return problem(404)
    errors = mistakes(error.errors)
    return problem(422, errors[0]["sentence"] if len(errors) == 1 else "", errors=errors)


@interface.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404)


@interface.exception_handler(NotSignedIn)
def _not_signed_in(request: HttpRequest, error: NotSignedIn) -> HttpResponse:
    return problem(401, error.sentence, headers={"WWW-Authenticate": 'Bearer realm="OnePlan"'})


@interface.exception_handler(NotAllowed)
def _not_allowed(request: ActorHttpRequest, error: NotAllowed) -> HttpResponse:
    return problem(403, error.sentence)


@interface.exception_handler(TagMissing)
def _tag_missing(request: HttpRequest, error: TagMissing) -> HttpResponse:
    return problem(428, error.sentence)


@interface.exception_handler(TagStale)
def _tag_stale(request: HttpRequest, error: TagStale) -> HttpResponse:
    return problem(412, error.sentence, headers={"ETag": error.tag})


@interface.exception_handler(StaleRevision)
def _stale(request: HttpRequest, error: StaleRevision) -> HttpResponse:
    return problem(412, error.sentence)


@interface.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(409, error.sentence)


@interface.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    if request.content_type != MULTIPART:
        return problem(413)
    most = settings.FILE_UPLOAD_MAX_BYTES // 1024**2
    return problem(413, _("A file of at most %(most)s MB is taken.") % {"most": most}, remedy=_("Send a smaller file."))


@interface.exception_handler(MultiPartParserError)
def _no_form(request: HttpRequest, error: MultiPartParserError) -> HttpResponse:
    return problem(
        400, _("The body is not readable as multipart/form-data."),
        remedy=_("Let your program write the form, with its boundary, and send the file whole."),
    )  # fmt: skip


@interface.exception_handler(UnreadablePostError)
@interface.exception_handler(SuspiciousOperation)
def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(400)


@interface.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """django-ninja's own: 400 for a body that is no JSON."""
    return problem(error.status_code, _("The body is not readable as JSON.") if error.status_code == 400 else "")


def unknown_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any other address below /api/."""
    return problem(404, not_found_sentence(request.path))


__all__ = ["PREFIX", "interface", "unknown_address"]
