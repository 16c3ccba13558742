"""Tiles of boundaries, which are everybody's, and of planning layers, which their sensitivity guards."""

from django.http import Http404, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from oneplan.access.authentication import by_token_too
from oneplan.access.middleware import ActorHttpRequest
from oneplan.platform.web.tiles import guarded_tile, public_tile
from oneplan.spaces.boundary_tiles import ZOOMS, labels_of, tile_of
from oneplan.spaces.layer_tiles import layer_tile
from oneplan.spaces.queries.boundary_sets import BoundarySet, boundary_set
from oneplan.spaces.queries.layers import layers_visible_to


def _version(key: str) -> BoundarySet:
    found = boundary_set(key)
    if found is None:
        raise Http404
    return found


@require_safe
def boundary_tile(request: ActorHttpRequest, key: str, z: int, x: int, y: int) -> HttpResponse:
    """A tile of one version of the boundaries."""
    version = _version(key)
    if z not in ZOOMS:
        raise Http404
    return public_tile(request, f"{version.digest}", lambda: tile_of(version, z, x, y), seconds=86_400)


@require_safe
def boundary_labels(request: ActorHttpRequest, key: str) -> HttpResponse:
    """The names of provinces, spaces and municipal areas and where they may stand on a map."""
    version = _version(key)
    tag = f'"{version.digest}"'
    response = JsonResponse({"labels": labels_of(version)})
    response["ETag"], response["Cache-Control"] = tag, "public, max-age=3600"
    return get_conditional_response(request, etag=tag, response=response) or response


@require_safe
@by_token_too
def planning_tile(request: ActorHttpRequest, code: str, z: int, x: int, y: int) -> HttpResponse:
    """A tile of a planning layer that the reader may see."""
    layer = layers_visible_to(request.actor).filter(code=code).first()
    if layer is None:
        raise Http404
    return guarded_tile(lambda: layer_tile(layer, z, x, y))
