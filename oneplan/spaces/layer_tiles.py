"""Vector tiles of a planning layer, drawn as they are asked for: layer `features` with `key`, `name`, `category`."""

from oneplan.geometry.measures import from_wkb
from oneplan.geometry.mercator import tile_box
from oneplan.geometry.vector_tiles import on_tile, shapes_layer, simplified, to_unit_square
from oneplan.spaces.models import PlanningLayer

MOST = 5000


def layer_tile(layer: PlanningLayer, z: int, x: int, y: int) -> bytes:
    """What of the layer reaches a tile. Raises ValueError where there is no such tile."""
    west, south, east, north = tile_box(z, x, y)
    found = layer.features.filter(minx__lte=east, maxx__gte=west, miny__lte=north, maxy__gte=south).order_by("pk")
    rows = list(found.values_list("key", "name", "category", "wkb")[:MOST])
    if not rows:
        return b""
    keys, names, categories, blobs = zip(*rows, strict=True)
    drawn = simplified(on_tile(to_unit_square(from_wkb(blobs)), z, x, y))
    return shapes_layer(
        "features", drawn, {"key": keys, "name": [name or None for name in names], "category": categories}
    )
