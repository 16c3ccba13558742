"""Where a project is, drawn: its spaces with the works and the area served on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.geometry.drawing import sketch
from oneplan.geometry.frame import frame_point
from oneplan.projects.choices import Purpose
from oneplan.projects.models import Placement
from oneplan.spaces.choices import Doubt
from oneplan.spaces.queries import space_map

MOST_MAPS = 2


@dataclass(frozen=True)
class PlaceMap:
    """One space drawn. `pins` are (x, y, title), `lines` (path, title) in the map's own kilometres."""

    name: str
    shapes: list[dict[str, Any]]
    view_box: str
    is_approximate: bool
    release: str
    pins: list[tuple[float, float, str]]
    lines: list[tuple[str, str]]


@dataclass(frozen=True)
class PlaceShown:
    """One answer to where it is, in words."""

    placement: Placement
    doubts: list[str]
    evidence: list[tuple[str, str]]
    is_current: bool


# The keys under which evidence is kept (`spaces.placing.PlaceEvidence` and what the feeds add), in words.
_EVIDENCE = {
    "longitude": gettext_lazy("Longitude"),
    "latitude": gettext_lazy("Latitude"),
    "ward": gettext_lazy("Ward"),
    "ward_year": gettext_lazy("Demarcation of the ward"),
    "municipal_areas": gettext_lazy("Municipal areas"),
    "functional_area": gettext_lazy("Functional area"),
    "spaces": gettext_lazy("Spaces"),
    "indicator": gettext_lazy("Indicator"),
    "weights": gettext_lazy("Weights"),
    "source": gettext_lazy("Source"),
    "municipality": gettext_lazy("Municipality as stated"),
    "district": gettext_lazy("District as stated"),
    "address": gettext_lazy("Address"),
    "by": gettext_lazy("Said by"),
    "note": gettext_lazy("Note"),
}


def shown(placement: Placement) -> PlaceShown:
    """A placement with its doubts and its evidence in words."""
    doubts = [str(Doubt(code).label) for code in placement.doubts if code in Doubt.values]
    evidence = [
        (str(_EVIDENCE.get(key, key.replace("_", " ").capitalize())), _words(value))
        for key, value in placement.evidence.items()
        if value not in (None, "", [], {}) and key != "doubts"
    ]
    return PlaceShown(placement, doubts, evidence, placement.superseded_at is None)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_words(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_words(each)}" for key, each in value.items())
    return str(value)


def place_maps(placements: Sequence[Placement]) -> list[PlaceMap]:
    """A map for each of the first spaces in which current placements lie; spaces without boundaries are left out."""
    current = [each for each in placements if each.superseded_at is None]
    shares = [(share, each.purpose) for each in current for share in each.shares.all()]
    spaces = {share.space_id: share.space.name for share, _purpose in shares}
    found = []
    for code, name in list(spaces.items())[:MOST_MAPS]:
        drawn = space_map(code)
        if not drawn.shapes:
            continue
        works = {s.municipal_area_id for s, p in shares if p == Purpose.WORKS and s.space_id == code}
        served = {s.municipal_area_id for s, p in shares if p == Purpose.SERVICE and s.space_id == code}
        found.append(
            PlaceMap(
                name, [_shape(shape, works, served) for shape in drawn.shapes], drawn.view_box, drawn.is_approximate,
                drawn.release, _pins(current), _lines(current),
            )
        )  # fmt: skip
    return found


def _shape(shape: Any, works: set[str | None], served: set[str | None]) -> dict[str, Any]:
    """An area: deep where the works are, paler where it is served. A share without an area is the whole space."""
    here = shape.code in works or (None in works and len(works) == 1)
    benefits = shape.code in served or (None in served and len(served) == 1)
    title = "%(name)s"
    if here:
        title = _("%(name)s: the works are here")
    elif benefits:
        title = _("%(name)s: it is served")
    return {
        "code": shape.code, "name": shape.name, "path": shape.path, "label": shape.name, "label_x": shape.label_x,
        "label_y": shape.label_y, "class": "seq-3" if here else "seq-2" if benefits else "seq-1",
        "title": title % {"name": shape.name},
    }  # fmt: skip


def _pins(placements: Sequence[Placement]) -> list[tuple[float, float, str]]:
    return [
        (*frame_point(each.longitude, each.latitude), str(each.get_purpose_display()))
        for each in placements
        if each.longitude is not None and each.latitude is not None and not each.wkb
    ]


def _lines(placements: Sequence[Placement]) -> list[tuple[str, str]]:
    return [(sketch(bytes(each.wkb)), str(each.get_purpose_display())) for each in placements if each.wkb]
