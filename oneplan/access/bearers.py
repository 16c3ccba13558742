"""How operations of the interface ask who calls: with a person behind the call, or open to the public too."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from oneplan.access.actors import Actor
from oneplan.access.authentication import NotSignedIn, actor_of
from oneplan.access.middleware import ActorHttpRequest


class Bearer(HttpBearer):
    """Sets `request.actor`; lets persons in."""

    is_open = False

    def __call__(self, request: HttpRequest) -> Actor:
        actor = actor_of(request)
        if not (actor.is_signed_in or self.is_open):
            raise NotSignedIn(_("This needs a person: send a token. A session of the site opens reading only."))
        cast(ActorHttpRequest, request).actor = actor
        return actor

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Unused: `__call__` does the whole."""
        return None


class OpenBearer(Bearer):
    """As Bearer, and lets the public in too."""

    is_open = True


OPEN: Callable[[HttpRequest], Actor] = OpenBearer()
SIGNED_IN: Callable[[HttpRequest], Actor] = Bearer()
