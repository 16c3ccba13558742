"""What is asked of every call before its operation runs: a form that the interface speaks, and not too often."""

import hashlib
from collections.abc import Callable
from threading import Lock
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.operation import Operation, PathView

from oneplan.access.authentication import is_good
from oneplan.api.mistakes import mistakes
from oneplan.periods import clock
from oneplan.platform.rest.problems import MEDIA_TYPE, problem
from oneplan.platform.rest.uploads import MULTIPART

View = Callable[..., HttpResponse]
JSON = "application/json"
_WINDOW = 60  # seconds


def guarded(path_view: PathView) -> View:
    """The view of one address with the checks that all share, asked in the order of what they cost."""
    view = path_view.get_view()
    by_method = {method: operation for operation in path_view.operations for method in operation.methods}

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"
        operation = by_method.get(request.method or "")
        flaw = (operation and (_form(request, operation) or _parameters(request, operation))) or _often(request)
        if flaw:
            return flaw
        response: HttpResponse = view(request, *args, **kwargs)
        if response.status_code == 401 and "Authorization" in request.headers:  # without one it is counted already
            _count(_key("wrong", _address(request)))
        return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # a session never opens writing (access.authentication)
    return answer


def _form(request: HttpRequest, operation: Operation) -> HttpResponse | None:
    """What is sent and what is accepted are of the kinds that the operation takes and gives: JSON, or a file."""
    if not any(request.accepts(kind) for kind in (*_gives(operation), MEDIA_TYPE)):
        return problem(406)
    takes = _takes(operation)
    if takes and request.content_type not in takes:
        remedy = _("Send “Content-Type: %(type)s”.") % {"type": takes[0]}
        if takes[0] == MULTIPART:
            remedy = _("Send the file in the field “file” of a form, as multipart/form-data.")
        return problem(415, _("The body is “%(type)s”.") % {"type": request.content_type or "–"}, remedy=remedy)
    return None


def _takes(operation: Operation) -> list[str]:
    """The media types of the body; none where there is no body."""
    if any(model.__ninja_param_source__ == "body" for model in operation.models):
        return [JSON]
    return list((operation.openapi_extra or {}).get("requestBody", {}).get("content", {}))


def _gives(operation: Operation) -> list[str]:
    """The media types of the answer."""
    told = (operation.openapi_extra or {}).get("responses", {}).get(200, {}).get("content", {})
    return list(told) or [JSON]


def _parameters(request: HttpRequest, operation: Operation) -> HttpResponse | None:
    """A parameter that nobody reads would be a filter that silently filters nothing."""
    known = known_parameters(operation)
    errors = [
        {"type": "unknown_parameter", "loc": ("query", name), "ctx": {"names": ", ".join(sorted(known))}}
        for name in request.GET
        if name not in known
    ]
    errors += [
        {"type": "repeated_parameter", "loc": ("query", name)}
        for name, values in request.GET.lists()
        if name in known and len(values) > 1 and not known[name]
    ]
    return problem(422, errors=mistakes(errors)) if errors else None


def known_parameters(operation: Operation) -> dict[str, bool]:
    """The query parameters of an operation: name, and whether it may stand several times."""
    known: dict[str, bool] = {}
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            several = set(getattr(model, "__ninja_collection_fields__", ()))
            known |= {name: name in several for name in model.__ninja_flatten_map__}
    return known


# --- limits ----------------------------------------------------------------------------------------------------------


def _address(request: HttpRequest) -> str:
    """Where the call comes from, as the limits on wrong passwords see it; all alike where that cannot be known."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return "unknown"


def _key(kind: str, who: str) -> str:
    return f"api:{kind}:{hashlib.sha256(who.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def _now() -> int:
    return int(clock.now().timestamp())


_KEPT: dict[str, tuple[int, int]] = {}  # by key: start of the window, calls in it
_MOST_KEPT = 50_000
_LOCK = Lock()


def forget() -> None:
    """Begin to count anew; for tests."""
    _KEPT.clear()


def _counted(key: str) -> tuple[int, int]:
    start, count = _KEPT.get(key, (0, 0))
    return (start, count) if _now() - start < _WINDOW else (_now(), 0)


def _count(key: str) -> tuple[int, int]:
    with _LOCK:
        start, count = _counted(key)
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()  # a flood of addresses gives everybody a new minute, never a full memory
        _KEPT[key] = (start, count + 1)
    return start, count + 1


def _often(request: HttpRequest) -> HttpResponse | None:
    """A window of a minute for each token, and for each address that comes without one or with wrong ones.

    Who comes with a token that holds is never kept waiting for the wrong ones of a neighbour behind the same address:
    offices share one. Each web process counts for itself: reading must not write to the disk that the processes share.
    """
    header = request.headers.get("Authorization", "").strip()
    if header:
        start, count = _counted(_key("wrong", _address(request)))
        if count >= settings.API_PUBLIC_CALLS and not is_good(header):
            return _wait(start)
        start, count = _count(_key("token", header.split()[-1]))  # however its scheme and blanks are written
        most = settings.API_CALLS
    else:
        start, count = _count(_key("address", _address(request)))
        most = settings.API_PUBLIC_CALLS
    return _wait(start) if count > most else None


def _wait(start: int) -> HttpResponse:
    return problem(429, headers={"Retry-After": str(max(1, start + _WINDOW - _now()))})


__all__ = ["forget", "guarded", "known_parameters"]
