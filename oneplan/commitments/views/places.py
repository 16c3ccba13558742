"""Where a commitment lands, drawn: the municipal areas of its spaces with those concerned in a deeper tone."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from oneplan.commitments.choices import PlaceQuality
from oneplan.commitments.models import Commitment
from oneplan.spaces.models import Space
from oneplan.spaces.queries import space_map

MOST_MAPS = 3


@dataclass(frozen=True)
class PlaceMap:
    """One space drawn. `named` are the municipal areas concerned, for the list beside the map."""

    space: Space
    shapes: list[dict[str, Any]]
    view_box: str
    is_approximate: bool
    release: str
    named: list[str]


def place_maps(commitment: Commitment, spaces: list[Space]) -> list[PlaceMap]:
    """A map for each of the first spaces that carry the commitment; spaces without boundaries are left out."""
    concerned = {area.pk for area in commitment.municipal_areas.all()}
    ward = commitment.ward
    if ward is not None:
        concerned.add(ward.municipal_area_id)
    everywhere = commitment.place_quality == PlaceQuality.WHOLE_SPACE
    found = []
    for space in spaces[:MOST_MAPS]:
        drawn = space_map(space)
        if not drawn.shapes:
            continue
        lands = {shape.code for shape in drawn.shapes if everywhere or shape.code in concerned}
        shapes = [
            {
                "code": shape.code, "name": shape.name, "path": shape.path, "label": shape.name,
                "label_x": shape.label_x, "label_y": shape.label_y,
                "class": "seq-3" if shape.code in lands else "seq-1",
                "title": (_("%(name)s: it lands here") if shape.code in lands else "%(name)s") % {"name": shape.name},
            }
            for shape in drawn.shapes
        ]  # fmt: skip
        named = [shape.name for shape in drawn.shapes if shape.code in lands]
        found.append(PlaceMap(space, shapes, drawn.view_box, drawn.is_approximate, drawn.release, named))
    return found
