"""Publishing boundaries: the Demarcation Board's, and the approximate map that stands in for them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.geometry import cells, country, drawing, measures
from oneplan.geometry.errors import UnusableFile
from oneplan.geometry.frame import Floats, Geometries
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.actions.register import FROM_RELEASE
from oneplan.spaces.boundary_tiles import archive_of
from oneplan.spaces.choices import Event, Level, Quality
from oneplan.spaces.models import Boundary, BoundaryRelease, MunicipalArea, TerritoryVersion, Ward
from oneplan.spaces.queries.boundary_sets import APPROXIMATE, boundary_set
from oneplan.spaces.queries.places import FINE_TO_COARSE, parents_on, release_index
from oneplan.spaces.queries.register import as_at as territories_as_at
from oneplan.spaces.rules import check_can_publish_boundaries

# How far an outline is thinned for pages (km) and how many decimals of a kilometre its path keeps.
DRAWN = {Level.PROVINCE: (2.0, 1), Level.SPACE: (1.5, 1), Level.MUNICIPAL_AREA: (0.6, 1), Level.WARD: (0.15, 2)}

APPROXIMATE_AS_AT = date(2021, 11, 1)  # the ward delimitation whose reference points it is made of
APPROXIMATE_METHOD = "1"  # raise when the way the approximate map is made changes: it is then made again
OUTLINE_SOURCE = "Natural Earth 1:10 million (public domain) through the npm package world-atlas"


@transaction.atomic
def publish_boundaries(
    codes: Sequence[str],
    geometries: Geometries,
    *,
    level: str,
    as_at: date,
    source: str,
    file_sha256: str,
    by: Actor,
    quality: str = Quality.LEGAL,
    licence: str = "",
    name: str = "",
    parents: Sequence[str] | None = None,
) -> BoundaryRelease:
    """Keep one release of boundaries: valid WGS 84 areas with their codes. Earlier releases stay.

    A release of the same file, level and date is added to, never doubled. `parents` are the codes that the file says
    the areas lie in; the register as at the day answers where it is silent. A complete legal release also publishes
    the levels above it, dissolved, unless they have one of the same day. A ward release brings new wards into the
    register. Raises NotAllowed or RuleBroken.
    """
    check(by, Permission.BOUNDARIES_IMPORT, "national")
    check_can_publish_boundaries(level=level, as_at=as_at, codes=codes)
    release = _keep(
        codes, geometries, parents,
        level=Level(level), as_at=as_at, quality=quality, source=source, licence=licence, name=name, sha256=file_sha256,
    )  # fmt: skip
    if level == Level.WARD and quality == Quality.LEGAL:
        _register_wards(release)
    derived = _keep_levels_above(release) if quality == Quality.LEGAL and _is_complete(release) else []
    record(
        Event.BOUNDARIES_PUBLISHED,
        release,
        by=by,
        after={"name": release.name, "level": level, "as_at": as_at, "quality": quality, "sha256": file_sha256},
        outlines=len(codes),
        derived=[other.name for other in derived],
    )
    _make_ready(release)
    return release


def _make_ready(release: BoundaryRelease) -> None:
    """Make what answers from a release once it is kept, so that the first question and the first map are quick."""

    def make() -> None:
        release_index(release)
        version = boundary_set(release.as_at.isoformat() if release.is_legal else APPROXIMATE)
        if version:
            archive_of(version)

    transaction.on_commit(make, robust=True)


def _keep(
    codes: Sequence[str],
    geometries: Geometries,
    parents: Sequence[str] | None,
    *,
    level: Level,
    as_at: date,
    quality: str,
    source: str,
    licence: str,
    name: str,
    sha256: str,
) -> BoundaryRelease:
    """Write a release and its outlines, each with box, tile code, area and its drawing for pages."""
    release, _new = BoundaryRelease.objects.get_or_create(
        level=level,
        as_at=as_at,
        quality=quality,
        file_sha256=sha256,
        defaults={
            "name": _free_name(name or _release_name(level, as_at, quality)),
            "source": source,
            "licence": licence,
            "recorded_at": clock.now(),
        },
    )
    known = set(release.boundaries.values_list("code", flat=True))
    rows = [row for row, code in enumerate(codes) if code not in known]
    if not rows:
        return release
    chosen = geometries[rows]
    nearest = parents_on(level, as_at)
    spaces = parents_on(Level.MUNICIPAL_AREA, as_at)
    of_row = [(parents[row] if parents else "") or nearest.get(codes[row], "") for row in rows]
    tolerance, decimals = DRAWN[level]
    boxes, tiles, areas = measures.bounding_boxes(chosen), measures.tile_codes(chosen), measures.area_km2(chosen)
    drawn = drawing.draw(chosen, tolerance_km=tolerance, decimals=decimals)
    Boundary.objects.bulk_create(
        (
            Boundary(
                release=release,
                code=codes[row],
                parent_code=of_row[index],
                space_code=_space_code(level, codes[row], of_row[index], spaces),
                wkb=blob,
                minx=boxes[index, 0],
                miny=boxes[index, 1],
                maxx=boxes[index, 2],
                maxy=boxes[index, 3],
                tile=int(tiles[index]),
                area_km2=round(float(areas[index]), 4),
                svg_path=drawn[index].path,
                svg_box=" ".join(f"{edge:g}" for edge in drawn[index].box),
                label_x=drawn[index].label[0],
                label_y=drawn[index].label[1],
            )
            for index, (row, blob) in enumerate(zip(rows, measures.to_wkb(chosen), strict=True))
        ),
        batch_size=500,
    )
    release.outline_count = len(known) + len(rows)
    release.save(update_fields=["outline_count"])
    return release


def _space_code(level: Level, code: str, parent: str, spaces: dict[str, str]) -> str:
    if level == Level.SPACE:
        return code
    if level == Level.MUNICIPAL_AREA:
        return parent
    return spaces.get(parent, "") if level == Level.WARD else ""


def _release_name(level: Level, as_at: date, quality: str) -> str:
    plural = {
        Level.PROVINCE: _("Provinces"),
        Level.SPACE: _("Spaces"),
        Level.MUNICIPAL_AREA: _("Municipal areas"),
        Level.WARD: _("Wards"),
    }[level]
    words = _("%(level)s, as at %(day)s") if quality == Quality.LEGAL else _("%(level)s, approximate, as at %(day)s")
    return words % {"level": plural, "day": as_at.isoformat()}


def _free_name(name: str) -> str:
    """The name, with a number after it where it is taken: a name stands for one release for good."""
    taken = set(BoundaryRelease.objects.filter(name__startswith=name).values_list("name", flat=True))
    if name not in taken:
        return name
    return next(f"{name} ({number})" for number in range(2, len(taken) + 3) if f"{name} ({number})" not in taken)


def _is_complete(release: BoundaryRelease) -> bool:
    """Whether the release has an outline for every territory of its level on its day.

    On a day before the register knows any ward, the wards speak for themselves: every municipal area of that day has
    some, numbered from 1 without a gap (the last three digits of a ward's code are its number in its municipality).
    """
    wanted = set(territories_as_at(release.level, release.as_at).values_list("code", flat=True))
    if wanted or release.level != Level.WARD:
        return bool(wanted) and wanted <= set(release.boundaries.values_list("code", flat=True))
    numbers: dict[str, set[int]] = {}
    for code, parent in release.boundaries.values_list("code", "parent_code"):
        numbers.setdefault(parent, set()).add(int(code[-3:]))
    areas = set(territories_as_at(Level.MUNICIPAL_AREA, release.as_at).values_list("code", flat=True))
    return areas <= numbers.keys() and all(max(given) == len(given) for given in numbers.values())


def _keep_levels_above(release: BoundaryRelease) -> list[BoundaryRelease]:
    """Dissolve a complete release into the coarser levels that have no release of the same day and quality."""
    made: list[BoundaryRelease] = []
    rows = list(release.boundaries.order_by("code").values_list("parent_code", "wkb"))
    groups, geometries = [parent for parent, _wkb in rows], measures.from_wkb([wkb for _parent, wkb in rows])
    for level in FINE_TO_COARSE[FINE_TO_COARSE.index(Level(release.level)) + 1 :]:
        if not all(groups):
            break
        codes, geometries = cells.dissolve(geometries, groups)
        same_day = BoundaryRelease.objects.filter(level=level, as_at=release.as_at, quality=release.quality)
        if not same_day.exclude(file_sha256=release.file_sha256).exists():
            made.append(
                _keep(
                    codes,
                    geometries,
                    None,
                    level=level,
                    as_at=release.as_at,
                    quality=release.quality,
                    licence=release.licence,
                    name="",
                    source=_("Dissolved from: %(release)s") % {"release": release.name},
                    sha256=release.file_sha256,
                )
            )
        above = parents_on(level, release.as_at)
        groups = [above.get(code, "") for code in codes]
    return made


def _register_wards(release: BoundaryRelease) -> None:
    """Bring the wards of a legal release into the register: new codes, and codes that now lie in another municipality.

    Wards of the same municipalities that the release no longer has end on its day, when the release is later than
    every ward version of the register: a new delimitation replaces the old one municipality by municipality.
    """
    source = f"{FROM_RELEASE}{release.name}"[:300]
    areas = set(MunicipalArea.objects.values_list("code", flat=True))
    given = {
        code: parent
        for code, parent in release.boundaries.values_list("code", "parent_code")
        if parent in areas and code.isdigit()
    }
    current = list(TerritoryVersion.objects.filter(level=Level.WARD))
    if any(row.valid_from > release.as_at for row in current):
        return  # an older delimitation: kept as boundaries, the register knows newer wards
    open_now = {row.code: row for row in current if row.valid_to is None}
    new = [code for code, parent in given.items() if code not in open_now or open_now[code].parent_code != parent]
    replaced = set(given.values())
    ended = [
        row.pk
        for code, row in open_now.items()
        if row.valid_from < release.as_at and row.parent_code in replaced
        and (code not in given or given[code] != row.parent_code)
    ]  # fmt: skip
    for start in range(0, len(ended), 500):
        TerritoryVersion.objects.filter(pk__in=ended[start : start + 500]).update(valid_to=release.as_at)
    if not new:
        return
    blobs = dict(release.boundaries.filter(code__in=new).values_list("code", "wkb"))
    points = measures.label_points(measures.from_wkb([blobs[code] for code in new]))
    Ward.objects.bulk_create(
        (
            Ward(
                code=code,
                number=int(code[-3:]),
                municipal_area_id=given[code],
                longitude=round(float(x), 2),
                latitude=round(float(y), 2),
            )
            for code, (x, y) in zip(new, points, strict=True)
        ),
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["municipal_area", "longitude", "latitude"],
        batch_size=1000,
    )
    TerritoryVersion.objects.bulk_create(
        (
            TerritoryVersion(
                level=Level.WARD,
                code=code,
                name=f"{given[code]} {int(code[-3:])}",
                parent_code=given[code],
                valid_from=release.as_at,
                recorded_at=clock.now(),
                source=source,
            )
            for code in new
        ),
        batch_size=1000,
    )


@transaction.atomic
def publish_approximate_map(outline_path: Path | None, *, by: Actor) -> list[BoundaryRelease]:
    """Make the approximate map: cells around the ward reference points, dissolved, clipped to the national outline.

    `outline_path` is `frontend/node_modules/world-atlas/countries-10m.json`. Where it is missing or None, the cells are
    clipped to a hull around the points instead, and the releases say so. Takes seconds; nothing is done when the same
    map is there already. Returns the four releases, finest first. Raises NotAllowed; RuleBroken without a register.
    """
    check(by, Permission.BOUNDARIES_IMPORT, "national")
    wards = list(
        Ward.objects.filter(pk__in=territories_as_at(Level.WARD, APPROXIMATE_AS_AT).values("code"))
        .order_by("code")
        .values_list("code", "municipal_area_id", "longitude", "latitude")
    )
    if not wards:
        raise RuleBroken(_("There are no ward reference points yet. Publish the register first."))
    has_outline = outline_path is not None and outline_path.is_file()
    outline_bytes = outline_path.read_bytes() if outline_path is not None and has_outline else b"hull"
    sha256 = hashlib.sha256(repr((APPROXIMATE_METHOD, wards)).encode() + outline_bytes).hexdigest()
    approximate = BoundaryRelease.objects.filter(quality=Quality.APPROXIMATE)
    present = {release.level: release for release in approximate.filter(file_sha256=sha256)}
    if len(present) == len(FINE_TO_COARSE):
        return [present[level] for level in FINE_TO_COARSE]
    codes, areas = [row[0] for row in wards], [row[1] for row in wards]
    longitudes, latitudes = np.array([row[2] for row in wards]), np.array([row[3] for row in wards])
    source, outlines = _approximate_cells(longitudes, latitudes, outline_path if has_outline else None)
    drawn = [row for row, outline in enumerate(outlines) if not outline.is_empty]
    approximate.delete()
    release = _keep(
        [codes[row] for row in drawn], outlines[drawn], [areas[row] for row in drawn],
        level=Level.WARD, as_at=APPROXIMATE_AS_AT, quality=Quality.APPROXIMATE, source=source,
        licence="Public domain", name="", sha256=sha256,
    )  # fmt: skip
    releases = [release, *_keep_levels_above(release)]
    record(
        Event.BOUNDARIES_PUBLISHED,
        release,
        by=by,
        after={"name": release.name, "quality": Quality.APPROXIMATE, "sha256": sha256},
        outlines=len(drawn),
        source=source,
    )
    _make_ready(release)
    return releases


def _approximate_cells(longitudes: Floats, latitudes: Floats, outline_path: Path | None) -> tuple[str, Geometries]:
    """What the map is made of, in words, and one cell per ward (empty where a point lies beyond the outline)."""
    try:
        outline = country.country_outline(outline_path) if outline_path else None
    except UnusableFile:
        outline = None
    if outline is None:
        source = _("Cells around the ward reference points, cut to a hull around them: no national outline was at hand")
        return source, cells.voronoi_cells(longitudes, latitudes, cells.hull_of(longitudes, latitudes))
    source = _("Cells around the ward reference points, cut to the outline of %(outline)s") % {
        "outline": OUTLINE_SOURCE
    }
    return source, cells.voronoi_cells(longitudes, latitudes, outline)
