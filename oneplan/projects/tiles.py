"""Vector tiles of projects. Low zooms hold groups with exact counts, higher ones each project (queries.on_map).

Layer `projects`. A group has `n`, `cost` (whole rand of the costs that are known) and `unpriced` (how many are not);
a project `ref`, `phase`, `confidence` and `cost`, and no `n`. What is unknown is left out.
"""

from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from oneplan.access.actors import Actor
from oneplan.geometry import vector_tiles
from oneplan.geometry.measures import from_wkb
from oneplan.geometry.mercator import DEPTH, EXTENT_BITS, columns_and_rows
from oneplan.projects.queries import ProjectFilters, on_map
from oneplan.projects.queries.filters import PHASES

LAYER, SHAPES = "projects", "project_shapes"
DEEPEST = 16  # the map draws deeper zooms from this one
# The phases as maps show them: a sign and a word for each; the last is for stages that are unknown or no phase.
PHASES_SHOWN = (
    ("planning", _("Planning")), ("building", _("Building")), ("done", _("Done")), ("stopped", _("Stopped")),
    ("unknown", _("Stage not stated")),
)  # fmt: skip
_PHASE = {str(stage): phase for phase, stages in PHASES.items() for stage in stages if stage}


def project_tile(actor: Actor, filters: ProjectFilters, z: int, x: int, y: int) -> bytes:
    """What the actor may see of the projects that fit, on one tile. Raises ValueError where there is no such tile."""
    if z > on_map.GATHERED_TO:
        points = on_map.points_of(actor, filters, z, x, y)
        if points is not None:
            return _points(points, z)
        return _squares(on_map.squares_of(actor, filters, z, x, y, on_map.FINE_GRAIN), z, x, y)
    return _squares(on_map.squares_of(actor, filters, z, x, y), z, x, y)


def _points(rows: list[on_map.Row], z: int) -> bytes:
    if not rows:
        return b""
    cells, costs, refs, stages, confidences = zip(*rows, strict=True)
    column, row = columns_and_rows(np.array(cells, dtype=np.int64))
    steps, within = max(0, DEPTH - z - EXTENT_BITS), (1 << EXTENT_BITS) - 1
    return vector_tiles.points_layer(
        LAYER, column >> steps & within, row >> steps & within,
        {"ref": refs, "phase": list(map(_PHASE.get, stages)), "confidence": confidences, "cost": costs},
    )  # fmt: skip


def _squares(rows: list[on_map.Row], z: int, x: int, y: int) -> bytes:
    if not rows:
        return b""
    counts, longitudes, latitudes, cents, priced, refs, stages, confidences = zip(*rows, strict=True)
    across, down = vector_tiles.place_on_tile(np.array(longitudes), np.array(latitudes), z, x, y)
    alone = [count == 1 for count in counts]

    def of_one(values: tuple[Any, ...]) -> list[Any]:
        return [value if is_one else None for value, is_one in zip(values, alone, strict=True)]

    return vector_tiles.points_layer(
        LAYER, across, down,
        {
            "n": [None if count == 1 else count for count in counts],
            "cost": [int(each) // 100 if known else None for each, known in zip(cents, priced, strict=True)],
            "unpriced": [count - known or None for count, known in zip(counts, priced, strict=True)],
            "ref": of_one(refs), "phase": of_one(tuple(_PHASE.get(stage) for stage in stages)),
            "confidence": of_one(confidences),
        },
    )  # fmt: skip


def shapes_tile(actor: Actor, filters: ProjectFilters, z: int, x: int, y: int) -> bytes:
    """Lines and areas of the works that fit, cut to a tile and simplified to its steps."""
    rows = on_map.shapes_of(actor, filters, z, x, y)
    if not rows:
        return b""
    refs, stages, blobs = zip(*rows, strict=True)
    drawn = vector_tiles.on_tile(vector_tiles.to_unit_square(from_wkb(blobs)), z, x, y)
    return vector_tiles.shapes_layer(
        SHAPES, vector_tiles.simplified(drawn), {"ref": refs, "phase": [_PHASE.get(stage) for stage in stages]}
    )
