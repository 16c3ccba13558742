"""Maps for pages: outlines stored as SVG when a release is published, so that a page only reads text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from oneplan.geometry.frame import VIEW_BOX
from oneplan.spaces.choices import Level, Quality
from oneplan.spaces.models import Boundary, BoundaryRelease, MunicipalArea, Space
from oneplan.spaces.queries.places import releases_in_force


@dataclass(frozen=True)
class Shape:
    """One territory on a map: `path` for an SVG `<path fill-rule="evenodd">`, and where its label may stand."""

    code: str
    name: str
    path: str
    label_x: float
    label_y: float


@dataclass(frozen=True)
class NationalMap:
    """The spaces of the country. `quality` and `release` must be printed with it: an approximate map says so."""

    shapes: list[Shape]
    view_box: str
    release: str
    quality: str
    note: str

    @property
    def is_approximate(self) -> bool:
        return self.quality == Quality.APPROXIMATE


@dataclass(frozen=True)
class SpaceMap(NationalMap):
    """The municipal areas of one space, and its wards when asked for."""

    wards: list[Shape]


def national_map(as_at: date | None = None, level: str = Level.SPACE) -> NationalMap:
    """The country drawn by space (or by province), one unit a kilometre. Two queries, names included."""
    release = _release(level, as_at)
    if release is None:
        return NationalMap([], VIEW_BOX, "", "", "")
    names = dict(Space.objects.values_list("code", "name")) if level == Level.SPACE else {}
    return NationalMap(_shapes(release, names), VIEW_BOX, release.name, release.quality, _note(release))


def space_map(space: Space | str, as_at: date | None = None, *, with_wards: bool = False) -> SpaceMap:
    """One space drawn by municipal area, framed to it with a margin; at most five queries with wards, three without."""
    code = space if isinstance(space, str) else space.pk
    releases = {release.level: release for release in releases_in_force(as_at)}
    release = releases.get(Level.MUNICIPAL_AREA) or releases.get(Level.SPACE)
    if release is None:
        return SpaceMap([], VIEW_BOX, "", "", "", [])
    names = dict(MunicipalArea.objects.filter(space_id=code).values_list("code", "name"))
    rows = list(Boundary.objects.filter(release=release, space_code=code).order_by("code").defer("wkb"))
    shapes = [Shape(row.code, names.get(row.code, row.code), row.svg_path, row.label_x, row.label_y) for row in rows]
    wards: list[Shape] = []
    if with_wards and (fine := releases.get(Level.WARD)):
        wards = _shapes(fine, {}, space_code=code)
    return SpaceMap(
        shapes, _view_box([row.svg_box for row in rows]), release.name, release.quality, _note(release), wards
    )


def _release(level: str, as_at: date | None) -> BoundaryRelease | None:
    return next((release for release in releases_in_force(as_at) if release.level == level), None)


def _note(release: BoundaryRelease) -> str:
    return "" if release.is_legal else str(Quality.APPROXIMATE.label)


def _shapes(release: BoundaryRelease, names: dict[str, str], **chosen: str) -> list[Shape]:
    rows = Boundary.objects.filter(release=release, **chosen).order_by("code")
    return [
        Shape(code, names.get(code, code), path, x, y)
        for code, path, x, y in rows.values_list("code", "svg_path", "label_x", "label_y")
    ]


def _view_box(boxes: list[str]) -> str:
    """A view box around all boxes ("left top width height"), with a margin of 4 %."""
    edges = [tuple(float(number) for number in box.split()) for box in boxes if box]
    if not edges:
        return VIEW_BOX
    left, top = min(edge[0] for edge in edges), min(edge[1] for edge in edges)
    right, bottom = max(edge[0] + edge[2] for edge in edges), max(edge[1] + edge[3] for edge in edges)
    margin = 0.04 * max(right - left, bottom - top)
    return f"{left - margin:.1f} {top - margin:.1f} {right - left + 2 * margin:.1f} {bottom - top + 2 * margin:.1f}"
