"""Who calls the interface: a person by token, a person by session (reading only), or the public.

A token has its person's grants as they stand today and never more. A session opens reading alone, so that no other
site can make a browser write. Nothing of the framework of the interface is loaded here: pages ask as well.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from oneplan.access.actors import PUBLIC, Actor, actor_for
from oneplan.access.middleware import ActorHttpRequest
from oneplan.accounts.actions import note_use
from oneplan.accounts.queries import token_for
from oneplan.platform.errors import NotAllowed, Refused
from oneplan.platform.rest.problems import problem

SAFE = ("GET", "HEAD")


class NotSignedIn(Refused):
    """Nobody is behind the call, or the token opens nothing (HTTP 401)."""


def _secret(header: str) -> str:
    """The secret in the header Authorization; empty where it is of another form."""
    scheme, _space, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def is_good(header: str) -> bool:
    """Whether the header brings a token that holds now. One query."""
    secret = _secret(header)
    return bool(secret) and token_for(secret) is not None


def _by_token(request: HttpRequest, header: str) -> Actor:
    secret = _secret(header)
    if not secret:
        raise NotSignedIn(_("The header Authorization is not of the form “Bearer …”."))
    token = token_for(secret)
    if token is None:
        raise NotSignedIn(_("This token is unknown, revoked or past its date."))
    if request.method not in SAFE and not token.may_write:
        raise NotAllowed(_("This token may only read. Make one at /account/tokens/ that may write."))
    note_use(token)
    request.token = token  # type: ignore[attr-defined]  # limits count by it, /me tells of it
    return actor_for(token.user)


def actor_of(request: HttpRequest) -> Actor:
    """Who calls. Raises NotSignedIn for a token that opens nothing, NotAllowed for one that may not write."""
    if header := request.headers.get("Authorization", ""):
        return _by_token(request, header)
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.method in SAFE:
        return actor_for(request.user)
    return PUBLIC


def by_token_too(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorates a view for reading outside the interface: `request.actor` may come by a token; a bad one is 401."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            cast(ActorHttpRequest, request).actor = actor_of(request)
        except NotSignedIn as refusal:
            return problem(401, refusal.sentence, headers={"WWW-Authenticate": "Bearer"})
        return view(request, *args, **kwargs)

    return answer
