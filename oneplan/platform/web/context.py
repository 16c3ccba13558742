"""What the frame of every page needs. A view's own context wins over these."""

from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from oneplan.platform.requests import current_request_id
from oneplan.platform.web.navigation import doors_for, exists
from oneplan.platform.web.sections import sections_of


def frame(request: HttpRequest) -> dict[str, Any]:
    """Doors, what rooms put under the bar, the addresses the top bar needs where they exist, and the request's id."""
    actor = getattr(request, "actor", None)
    doors = doors_for(actor, request.path)
    try:
        permalink = request.build_absolute_uri()
    except DisallowedHost:  # the page that says so needs no address of its own
        permalink = ""
    return {
        "actor": actor,
        "doors": doors,
        "search_path": "/search/" if exists("/search/") else "",
        "inbox": next((door for door in doors if door["path"] == "/inbox/"), None),
        "ribbons": lambda: sections_of("frame", actor, request),  # made only where a page has room for them
        "request_id": current_request_id(),
        "permalink": permalink,
        "is_sample_reader": bool(getattr(getattr(actor, "user", None), "is_sample", False)),
    }
