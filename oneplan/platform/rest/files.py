"""Files that go out: with their media type in the description, their hash as tag, never shown in place."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from ninja import Field

from oneplan.platform.documents import Document, open_document
from oneplan.platform.rest.schemas import Shown

PRIVATE = "private, no-cache"


class FileShown(Shown):
    """A file that can be downloaded."""

    name: str
    media_type: str
    size: int = Field(description="Bytes.")
    sha256: str
    href: str


def gives_file(*media_types: str) -> dict[str, Any]:
    """What an operation that gives a file says of it in its `openapi_extra`."""
    schema = {"type": "string", "format": "binary"}
    content = {each: {"schema": schema} for each in dict.fromkeys(media_types)}
    return {"responses": {200: {"content": content}, 409: {"$ref": "#/components/responses/Problem409"}}}


def held_already(request: HttpRequest, tag: str, cache: str = PRIVATE) -> HttpResponseBase | None:
    """304 for who holds what has that tag, before a byte of it is read; else None."""
    found = get_conditional_response(request, etag=tag)
    if found is None or found.status_code != 304:
        return None
    return tagged_file(found, tag, cache)


def tagged_file(response: HttpResponseBase, tag: str, cache: str = PRIVATE) -> HttpResponseBase:
    """The answer with its tag, who may keep it, and the word that it is what it says."""
    response["ETag"], response["Cache-Control"], response["X-Content-Type-Options"] = tag, cache, "nosniff"
    patch_vary_headers(response, ["Authorization", "Cookie"])
    return response


def stored_file(request: HttpRequest, document: Document, *, name: str = "", cache: str = PRIVATE) -> HttpResponseBase:
    """A stored document as a file. The caller has checked that the actor may read it."""
    tag = f'"{document.sha256}"'
    held = held_already(request, tag, cache)
    if held:
        return held
    file = FileResponse(
        open_document(document), as_attachment=True, filename=name or document.name, content_type=document.media_type
    )
    return tagged_file(file, tag, cache)
