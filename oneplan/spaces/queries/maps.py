"""Maps for pages: outlines stored as SVG when a release is published, so that a page only reads text."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import QuerySet

from oneplan.geometry.frame import VIEW_BOX
from oneplan.platform.prepared import prepared
from oneplan.spaces.choices import Level, Quality
from oneplan.spaces.models import Boundary, BoundaryRelease, MunicipalArea, Province, Space
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


def national_map(
    as_at: date | None = None, level: str = Level.SPACE, only: Container[str] | None = None, space: str = ""
) -> NationalMap:
    """The country drawn by space (or province, municipal area, ward), one unit a kilometre; or `only` some codes of it,
    framed to them, of one `space` where that is known. Two queries; outlines are kept in memory. Municipal areas and
    wards are named by their codes.
    """
    release = next((release for release in releases_in_force(as_at) if release.level == level), None)
    if release is None:
        return NationalMap([], VIEW_BOX, "", "", "")
    names: dict[str, str] = {}
    if level in (Level.PROVINCE, Level.SPACE):
        names = dict((Province if level == Level.PROVINCE else Space).objects.values_list("code", "name"))
    outlines: Sequence[_Outline] = _outlines(release, space)
    view_box = VIEW_BOX
    if only is not None:
        outlines = [outline for outline in outlines if outline.code in only]
        view_box = _view_box([outline.box for outline in outlines])
    return NationalMap(_named(outlines, names), view_box, release.name, release.quality, _note(release))


def space_map(space: Space | str, as_at: date | None = None, *, with_wards: bool = False) -> SpaceMap:
    """One space drawn by municipal area (and ward), framed to it with a margin. Two queries once outlines are kept."""
    code = space if isinstance(space, str) else space.pk
    releases = {release.level: release for release in releases_in_force(as_at)}
    release = releases.get(Level.MUNICIPAL_AREA) or releases.get(Level.SPACE)
    if release is None:
        return SpaceMap([], VIEW_BOX, "", "", "", [])
    names = dict(area_names(space=code))
    outlines = _outlines(release, code)
    fine = releases.get(Level.WARD) if with_wards else None
    return SpaceMap(
        shapes=_named(outlines, names),
        view_box=_view_box([outline.box for outline in outlines]),
        release=release.name,
        quality=release.quality,
        note=_note(release),
        wards=_named(_outlines(fine, code), {}) if fine else [],
    )


@prepared
def area_names(*, space: str) -> QuerySet[MunicipalArea, tuple[str, str]]:
    """(code, name) of the municipal areas of a space, in their order. One query."""
    return MunicipalArea.objects.filter(space_id=space).values_list("code", "name")


def _note(release: BoundaryRelease) -> str:
    return "" if release.is_legal else str(Quality.APPROXIMATE.label)


@dataclass(frozen=True)
class _Outline:
    code: str
    path: str
    box: str
    label_x: float
    label_y: float


def _outlines(release: BoundaryRelease, space_code: str = "") -> tuple[_Outline, ...]:
    return _kept_outlines(release.pk, release.file_sha256, release.outline_count, space_code)


@lru_cache(maxsize=128)
def _kept_outlines(release_id: int, _sha256: str, _count: int, space_code: str) -> tuple[_Outline, ...]:
    """The drawn outlines of a release (of one space); a release never changes without its hash or count changing."""
    rows = Boundary.objects.filter(release_id=release_id).order_by("code")
    if space_code:
        rows = rows.filter(space_code=space_code)
    return tuple(_Outline(*row) for row in rows.values_list("code", "svg_path", "svg_box", "label_x", "label_y"))


def _named(outlines: Iterable[_Outline], names: Mapping[str, str]) -> list[Shape]:
    return [
        Shape(outline.code, names.get(outline.code, outline.code), outline.path, outline.label_x, outline.label_y)
        for outline in outlines
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
