"""The coordinate systems that are spoken (Features, Part 2), and boxes and shapes in them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from oneplan.api.ogc.answers import BadCall
from oneplan.geometry.frame import boxes_from, moved_geojson, moved_points
from oneplan.projects.queries.on_map import Box

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG_4326 = "http://www.opengis.net/def/crs/EPSG/0/4326"
EPSG_3857 = "http://www.opengis.net/def/crs/EPSG/0/3857"
SYSTEMS = {CRS84: "CRS84", EPSG_4326: "EPSG:4326", EPSG_3857: "EPSG:3857"}


@dataclass(frozen=True)
class Asked:
    """What the address says of coordinates: the box in WGS 84 (None for everything) and the system of the answer."""

    box: Box | None
    system: str

    @property
    def name(self) -> str:
        return SYSTEMS[self.system]

    def points(self, longitudes: list[float], latitudes: list[float]) -> list[list[float]]:
        """Points in the system of the answer, in its order of axes."""
        if self.system == CRS84:
            return [[x, y] for x, y in zip(longitudes, latitudes, strict=True)]
        return moved_points(longitudes, latitudes, self.name)

    def shapes(self, blobs: list[bytes]) -> list[str]:
        """WGS 84 shapes as texts of GeoJSON geometries in the system of the answer."""
        return moved_geojson(blobs, self.name)


def asked(request: HttpRequest) -> Asked:
    """Read `bbox`, `bbox-crs` and `crs`. Raises BadCall."""
    return Asked(_box(request), _system(request, "crs"))


def _system(request: HttpRequest, name: str) -> str:
    uri = request.GET.get(name, "").strip("<>") or CRS84
    if uri not in SYSTEMS:
        raise BadCall(_("“%(name)s” is one of: %(known)s.") % {"name": name, "known": ", ".join(SYSTEMS)})
    return uri


def _box(request: HttpRequest) -> Box | None:
    text, system = request.GET.get("bbox", ""), _system(request, "bbox-crs")
    if not text:
        return None
    try:
        edges = [float(part) for part in text.split(",")]
        if len(edges) == 6:  # heights stand third and sixth, and none of our features has one
            edges = [edges[0], edges[1], edges[3], edges[4]]
        left, low, right, high = boxes_from(edges, SYSTEMS[system])
        return Box.read(f"{left!r},{low!r},{right!r},{high!r}")
    except ValueError:
        raise BadCall(_("“bbox” is four (or six) numbers: the lower corner, then the upper one.")) from None
