"""What answers of evidence have in common: how long they hold, in which form, and the words of levels."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

from django.utils.cache import get_conditional_response, patch_vary_headers

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import queries
from oneplan.indicators.definitions.current import definitions
from oneplan.indicators.sdmx.messages import CSV_TYPE, JSON_TYPE

JSON = "application/json"
# Written out: other rooms have levels of their own, and a description names each shape once.
PlaceLevel = Literal["country", "province", "space", "municipal_area", "ward"]
_FORMS = (JSON, CSV_TYPE, JSON_TYPE)
GIVEN: dict[str, Any] = {JSON: {}} | {
    each: {"schema": {"type": "string" if each == CSV_TYPE else "object"}} for each in (CSV_TYPE, JSON_TYPE)
}  # fmt: skip


def form_of(request: ActorHttpRequest) -> str:
    """The media type that the sender wants most; our own JSON where it does not matter."""
    return request.get_preferred_type(list(_FORMS)) or JSON


def of_this_build(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Answered the same as long as the same build is served and the same definitions stand, to everybody who may see
    the same: 304 before it asks.

    Modules that use it do not postpone their annotations: these are read in the names of this module.
    """

    @wraps(operation)
    def answered(request: ActorHttpRequest, *args: Any, **kwargs: Any) -> Any:
        told = (
            f"{queries.edition()} {definitions().version} {queries.seen_standings(request.actor)} "
            f"{request.get_full_path()} {form_of(request)}"
        )
        tag = f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
        held = get_conditional_response(request, etag=tag)
        if held is not None:
            return held
        response = operation(request, *args, **kwargs)
        response["ETag"] = tag
        is_public = not request.actor.is_signed_in
        response["Cache-Control"] = "public, max-age=60, must-revalidate" if is_public else "private, no-cache"
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return response

    return answered
