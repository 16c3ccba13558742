"""What the rest of the house asks about territory."""

from oneplan.spaces.queries.layers import Asked, Hit, InLayers, layers_at, layers_visible_to
from oneplan.spaces.queries.maps import NationalMap, Shape, SpaceMap, area_names, national_map, space_map
from oneplan.spaces.queries.neighbours import Neighbours, neighbours
from oneplan.spaces.queries.places import Located, Place, locate, locate_one, releases_in_force
from oneplan.spaces.queries.register import (
    Gazetteer,
    Match,
    as_at,
    fold,
    functional_areas,
    functional_areas_of,
    gazetteer,
    municipal_areas_of,
    resolve,
    space_named,
    successors_of,
    visible_to,
)
from oneplan.spaces.queries.tiles import Tile, TileGrid, tile_grid

__all__ = [
    "Asked",
    "Gazetteer",
    "Hit",
    "InLayers",
    "Located",
    "Match",
    "NationalMap",
    "Neighbours",
    "Place",
    "Shape",
    "SpaceMap",
    "Tile",
    "TileGrid",
    "area_names",
    "as_at",
    "fold",
    "functional_areas",
    "functional_areas_of",
    "gazetteer",
    "layers_at",
    "layers_visible_to",
    "locate",
    "locate_one",
    "municipal_areas_of",
    "national_map",
    "neighbours",
    "releases_in_force",
    "resolve",
    "space_map",
    "space_named",
    "successors_of",
    "tile_grid",
    "visible_to",
]
