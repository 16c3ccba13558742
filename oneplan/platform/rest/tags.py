"""Entity tags: a digest of what was said, so that a change states exactly what its sender saw."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.responses import NinjaJSONEncoder

from oneplan.platform.errors import Refused, StaleRevision

HEADER = "If-Match"
_LENGTH = 32


class TagMissing(Refused):
    """A change came without If-Match (HTTP 428)."""


class TagStale(Refused):
    """What is stored is not what the sender saw (HTTP 412). `tag` is that of what is stored now."""

    def __init__(self, sentence: str, tag: str) -> None:
        super().__init__(sentence)
        self.tag = tag


def render(data: Any) -> str:
    """JSON as the interface writes it."""
    return json.dumps(data, cls=NinjaJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def quoted(text: str | bytes) -> str:
    """The strong tag of a body."""
    raw = text.encode() if isinstance(text, str) else text
    return f'"{hashlib.sha256(raw).hexdigest()[:_LENGTH]}"'


def tag_of(shown: Schema) -> str:
    """The tag that a GET of this representation carries."""
    return quoted(render(shown.model_dump()))


def asked_tags(header: str) -> set[str]:
    """The tags in an If-Match or If-None-Match header; a weak sign is dropped, because compression on the way adds it.

    >>> sorted(asked_tags('W/"a1", "b2"'))
    ['"a1"', '"b2"']
    """
    return {part.strip().removeprefix("W/") for part in header.split(",") if part.strip()}


def check_tag_sent(request: HttpRequest) -> set[str]:
    """The tags in If-Match. Raises TagMissing where there is none, or `*`, which states nothing."""
    asked = asked_tags(request.headers.get(HEADER, ""))
    if not asked or asked == {"*"}:
        raise TagMissing(_("This change came without the ETag of the version that you read."))
    return asked


@contextmanager
def expecting(request: HttpRequest, read: Callable[[], Schema]) -> Iterator[None]:
    """Do what stands inside only if the sender saw what `read` shows now.

    Raises TagMissing, TagStale where another version is stored, also where somebody was faster in this very moment:
    the act must compare the revision that it was given, or the caller hold the row's lock.
    """
    asked = check_tag_sent(request)
    now = tag_of(read())
    if now not in asked:
        raise TagStale(_stale(), now)
    try:
        yield
    except StaleRevision:
        raise TagStale(_stale(), tag_of(read())) from None


def _stale() -> str:
    return _("What is stored now is not the version that you read. Nothing was saved.")
