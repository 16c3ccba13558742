"""Vector tiles of boundaries: cut once for each version, kept under the data folder, cut again where the file is gone.

Layers `provinces`, `spaces`, `municipal_areas` and `wards`, each with `code` and `name`. The archive is one file;
its metadata holds the places for labels.
"""

from __future__ import annotations

import fcntl
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from oneplan.geometry.measures import from_wkb, label_points
from oneplan.geometry.tiling import TiledLayer, read_tile, write_tiles
from oneplan.spaces.choices import Level
from oneplan.spaces.models import Boundary, MunicipalArea, Province, Space
from oneplan.spaces.queries.boundary_sets import BoundarySet

ZOOMS = range(3, 12)  # deeper zooms are drawn from the last: its steps are four metres
_FORMAT = 1
_LAYERS = {
    Level.PROVINCE: ("provinces", 0), Level.SPACE: ("spaces", 0), Level.MUNICIPAL_AREA: ("municipal_areas", 6),
    Level.WARD: ("wards", 9),
}  # fmt: skip


def archive_of(version: BoundarySet) -> Path:
    """The archive of a version, cut if it is not there. One process cuts, the others wait for it."""
    path = _path(version)
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        with (path.parent / "cutting").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if not path.is_file():
                _write(version, path)
    return path


def tile_of(version: BoundarySet, z: int, x: int, y: int) -> bytes:
    """One tile, empty where nothing is drawn. A broken archive is cut again."""
    try:
        return read_tile(archive_of(version), z, x, y)
    except sqlite3.DatabaseError:
        _path(version).unlink(missing_ok=True)
        return read_tile(archive_of(version), z, x, y)


def labels_of(version: BoundarySet) -> list[dict[str, Any]]:
    """Names and where they may stand: level, code, name, longitude, latitude."""
    with closing(sqlite3.connect(f"{archive_of(version).as_uri()}?mode=ro", uri=True)) as archive:
        found: list[dict[str, Any]] = json.loads(
            archive.execute("SELECT value FROM metadata WHERE name = 'labels'").fetchone()[0]
        )
    return found


def _path(version: BoundarySet) -> Path:
    return Path(settings.HOME) / "boundary_tiles" / f"{version.key}-{version.digest}-{_FORMAT}.mbtiles"


def _write(version: BoundarySet, path: Path) -> None:
    names: dict[str, dict[str, str]] = {
        Level.PROVINCE: dict(Province.objects.values_list("code", "name")),
        Level.SPACE: dict(Space.objects.values_list("code", "name")),
        Level.MUNICIPAL_AREA: dict(MunicipalArea.objects.values_list("code", "name")),
        Level.WARD: {},
    }
    layers, labels = [], []
    for release in sorted(version.releases, key=lambda each: list(Level).index(Level(each.level))):
        rows = list(Boundary.objects.filter(release=release).order_by("code").values_list("code", "wkb"))
        if not rows:
            continue
        codes, areas = [code for code, _wkb in rows], from_wkb([wkb for _code, wkb in rows])
        called = [names[release.level].get(code, code) for code in codes]
        name, least_zoom = _LAYERS[Level(release.level)]
        layers.append(TiledLayer(name, least_zoom, areas, {"code": codes, "name": called}))
        if release.level != Level.WARD:
            labels += [
                {"level": release.level, "code": code, "name": word, "at": at}
                for code, word, at in zip(codes, called, np.round(label_points(areas), 4).tolist(), strict=True)
            ]
    for old in path.parent.glob(f"{version.key}-*.mbtiles"):
        old.unlink(missing_ok=True)
    write_tiles(
        path, layers, ZOOMS, name=f"OnePlan boundaries {version.key}", description="; ".join(version.sources),
        attribution=version.licence, labels=json.dumps(labels, ensure_ascii=False),
    )  # fmt: skip
