"""Tiles of projects, drawn for whoever asks. Only what nobody's grants or filters changed may be kept for others."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from oneplan.access.actors import Actor
from oneplan.access.authentication import by_token_too
from oneplan.access.middleware import ActorHttpRequest
from oneplan.platform.web.tiles import guarded_tile, public_tile
from oneplan.projects import tiles
from oneplan.projects.queries import ProjectFilters, on_map


@require_safe
@by_token_too
def project_tile(request: ActorHttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Pins, or groups of them with exact counts."""
    return _tile(request, lambda actor, filters: tiles.project_tile(actor, filters, z, x, y))


@require_safe
@by_token_too
def shapes_tile(request: ActorHttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Lines and areas of works."""
    return _tile(request, lambda actor, filters: tiles.shapes_tile(actor, filters, z, x, y))


def _tile(request: ActorHttpRequest, draw: Callable[[Actor, ProjectFilters], bytes]) -> HttpResponse:
    actor, filters = request.actor, ProjectFilters.read(request.GET)
    if actor.is_signed_in or not filters.is_empty:
        return guarded_tile(lambda: draw(actor, filters))
    response = public_tile(request, f"p{on_map.map_version()}", lambda: draw(actor, filters))
    patch_vary_headers(response, ["Cookie", "Authorization"])
    return response
