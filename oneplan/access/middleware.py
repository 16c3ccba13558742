"""Sets `request.actor`."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from oneplan.access.actors import Actor, actor_for


class ActorHttpRequest(HttpRequest):
    """A request as views see it: with its actor."""

    actor: Actor


class ActorMiddleware:
    """Adds the actor, lazily: pages that never ask cost no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cast(ActorHttpRequest, request).actor = cast(Actor, SimpleLazyObject(lambda: actor_for(request.user)))
        return self.get_response(request)
