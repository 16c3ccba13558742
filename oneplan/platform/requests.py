"""What belongs to one request: its id (shown on error pages and in logs), and refusals turned into plain pages."""

import json
import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from urllib.parse import unquote

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from oneplan.platform.errors import NotAllowed, Refused, StaleRevision

_request_id: ContextVar[str] = ContextVar("request_id", default="")
Handler = Callable[[HttpRequest], HttpResponse]


def current_request_id() -> str:
    """The id of the request being answered; empty outside one."""
    return _request_id.get()


class RequestIdMiddleware:
    """Gives each request an id and sends it back as X-Request-ID."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request_id.set(str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = _request_id.get()
            return response
        finally:
            _request_id.reset(token)


class PlainErrorsMiddleware:
    """Refusals that no view caught become a page in plain words: 403, 409 or 412.

    An address with a NUL sign is 400 before any view: PostgreSQL takes no text that holds one.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "\0" in unquote(request.META.get("QUERY_STRING", "")):
            raise BadRequest("The address holds a NUL sign.")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        status = 403 if isinstance(exception, NotAllowed) else 412 if isinstance(exception, StaleRevision) else 409
        return render(request, f"{status}.html", {"sentence": exception.sentence}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or too old: say so and how to go on."""
    sentence = "This form was open for too long, or cookies are off. Go back, reload the page and send it again."
    return render(request, "403.html", {"sentence": sentence}, status=403)


class JsonLines(logging.Formatter):
    """One JSON object per line, with the request id."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": current_request_id(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
