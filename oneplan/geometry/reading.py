"""Reading vector files: shapefile (in a zip), GeoPackage, GeoJSON (also .gz), TopoJSON.

Nothing is repaired here and nothing assumed in silence: `VectorFile.crs_note` says what was found and done.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .errors import UnusableFile
from .frame import MAINLAND, WGS84, Geometries, transform

# What GDAL may open a file as. It looks at the content: a VRT dressed as GeoJSON could read other files of the machine.
DRIVERS = {"ESRI Shapefile", "GPKG", "GeoJSON", "TopoJSON"}
SUFFIXES = (".zip", ".shp", ".gpkg", ".geojson", ".json", ".topojson", ".geojson.gz", ".json.gz")
MOST_ENTRIES = 2000
MOST_BYTES = 4 * 1024**3
MOST_RATIO = 200
SHAPEFILE_HEADER = 100  # bytes before the first record of .shp and .shx


@dataclass(frozen=True)
class VectorFile:
    """One layer as read: WGS 84 geometries (None where a row has none) and its columns, row by row."""

    path: Path
    layer: str
    driver: str
    geometries: Geometries
    columns: dict[str, NDArray[Any]]
    crs_note: str  # "" when the file says WGS 84; "missing" when it says nothing; else the system it was moved from

    def __len__(self) -> int:
        return len(self.geometries)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def layers_of(path: Path) -> dict[str, str]:
    """The layers a file offers: name → where GDAL finds it. A zip offers the shapefiles and other files inside it."""
    import pyogrio  # here, as below: GDAL is slow to load, and only files of shapes need it

    if not path.is_file():
        raise UnusableFile("missing", path=str(path))
    if path.stat().st_size == 0:
        raise UnusableFile("empty", path=str(path))
    name = path.name.lower()
    if not name.endswith(SUFFIXES):
        raise UnusableFile("format", path=str(path), suffixes=", ".join(SUFFIXES))
    if name.endswith(".zip"):
        return {
            Path(entry).stem: f"/vsizip/{{{path}}}/{entry}"
            for entry in _zip_entries(path)
            if entry.lower().endswith((".shp", ".gpkg", ".geojson", ".json", ".topojson"))
        }
    if name.endswith(".gz"):
        _check_gzip(path)
        return {Path(path.stem).stem: f"/vsigzip/{path}"}
    if name.endswith(".gpkg"):
        try:
            return {str(layer): str(path) for layer, kind in pyogrio.list_layers(path) if kind is not None}
        except pyogrio.errors.DataSourceError as error:
            raise UnusableFile("broken", path=str(path), detail=str(error)) from error
    return {path.stem: str(path)}


def _zip_entries(path: Path) -> list[str]:
    """The entries of a zip, after its directory was read and found harmless."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnusableFile("broken", path=str(path), detail=str(error)) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or unpacked / packed > MOST_RATIO:
        raise UnusableFile("zip_bomb", path=str(path), entries=len(entries), bytes=unpacked)
    return [entry.filename for entry in entries if not entry.is_dir()]


def _check_shapefile(path: Path, where: str) -> None:
    """Refuse a shapefile whose parts are missing or shorter than they say: GDAL would read what is there."""
    if not where.lower().endswith(".shp"):
        return
    stem = where[:-4]
    main, index = _head_and_size(path, f"{stem}.shp"), _head_and_size(path, f"{stem}.shx")
    table = _head_and_size(path, f"{stem}.dbf")
    if main is None or index is None or table is None:
        raise UnusableFile("no_geometry", path=str(path))
    (main_head, main_size), (index_head, index_size), (table_head, table_size) = main, index, table
    shapes = (index_size - SHAPEFILE_HEADER) // 8
    rows = int.from_bytes(table_head[4:8], "little")
    header, row = int.from_bytes(table_head[8:10], "little"), int.from_bytes(table_head[10:12], "little")
    is_whole = (
        2 * int.from_bytes(main_head[24:28], "big") <= main_size
        and 2 * int.from_bytes(index_head[24:28], "big") <= index_size
        and rows == shapes
        and header + rows * row <= table_size
    )
    if not is_whole:
        raise UnusableFile("broken", path=str(path), detail=f"{shapes} shapes, {rows} rows")


def _head_and_size(path: Path, where: str) -> tuple[bytes, int] | None:
    """The first bytes of one part of a shapefile, beside its .shp or in the zip, and its size; None where it lacks."""
    if not where.startswith("/vsi"):
        part = next((each for each in (Path(where), Path(where).with_suffix(Path(where).suffix.upper())) if
                     each.is_file()), None)  # fmt: skip
        if part is None:
            return None
        with part.open("rb") as file:
            return file.read(SHAPEFILE_HEADER), part.stat().st_size
    wanted = where.rpartition("}/")[2].lower()
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.filename.lower() == wanted:
                with archive.open(entry) as file:
                    return file.read(SHAPEFILE_HEADER), entry.file_size
    return None


def _check_gzip(path: Path) -> None:
    """Refuse a gzip whose stated size (last four bytes, modulo 4 GiB) is out of proportion."""
    with path.open("rb") as file:
        file.seek(-4, 2)
        unpacked = int.from_bytes(file.read(4), "little")
    if unpacked > MOST_BYTES or unpacked / path.stat().st_size > MOST_RATIO:
        raise UnusableFile("zip_bomb", path=str(path), entries=1, bytes=unpacked)


def read_vector(path: Path | str, *, layer: str = "") -> VectorFile:
    """Read one layer. `layer` may be left out when the file offers one only.

    Raises UnusableFile when the file cannot be used at all; see `errors`.
    """
    import pyogrio

    path = Path(path)
    offered = layers_of(path)
    if not offered:
        raise UnusableFile("no_geometry", path=str(path))
    if not layer and len(offered) > 1:
        raise UnusableFile("several_layers", path=str(path), layers=", ".join(sorted(offered)))
    layer = layer or next(iter(offered))
    if layer not in offered:
        raise UnusableFile("layer_unknown", path=str(path), layer=layer, layers=", ".join(sorted(offered)))
    where = offered[layer]
    _check_shapefile(path, where)
    inside = layer if path.suffix.lower() == ".gpkg" else None
    try:
        driver = str(pyogrio.read_info(where, layer=inside)["driver"])
        if driver not in DRIVERS:
            raise UnusableFile("format", path=str(path), suffixes=", ".join(SUFFIXES))
        meta, _fids, blobs, values = pyogrio.raw.read(where, layer=inside, force_2d=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError, RuntimeError) as error:
        raise UnusableFile("broken", path=str(path), detail=str(error)) from error
    if blobs is None:
        raise UnusableFile("no_geometry", path=str(path))
    geometries: Geometries = shapely.from_wkb(blobs, on_invalid="ignore")
    columns = dict(zip((str(name) for name in meta["fields"]), values, strict=True))
    # A TopoJSON has no way to state a system, and GDAL then claims nothing; GeoJSON without one is WGS 84 by RFC 7946.
    stated = None if driver == "TopoJSON" else meta["crs"]
    geometries, note = _as_wgs84(geometries, stated, path)
    return VectorFile(path, layer, driver, geometries, columns, note)


def _as_wgs84(geometries: Geometries, stated: str | None, path: Path) -> tuple[Geometries, str]:
    import pyproj

    if stated is None:
        west, south, east, north = shapely.total_bounds(geometries)
        if not (MAINLAND[0] <= west and east <= 40 and south >= -48 and north <= MAINLAND[3]):
            raise UnusableFile("crs_missing", path=str(path), west=west, south=south, east=east, north=north)
        return geometries, "missing"
    try:
        crs = pyproj.CRS.from_user_input(stated)
    except pyproj.exceptions.CRSError as error:
        raise UnusableFile("crs_unknown", path=str(path), detail=str(error)) from error
    if crs.equals(pyproj.CRS.from_user_input(WGS84), ignore_axis_order=True):
        return geometries, ""
    return transform(geometries, stated, WGS84), crs.name


def present(geometries: Geometries) -> NDArray[np.bool_]:
    """Which rows have a geometry that is not empty."""
    return np.asarray(~(shapely.is_missing(geometries) | shapely.is_empty(geometries)))


def read_columns(path: Path | str, layer: str) -> dict[str, NDArray[Any]]:
    """The columns of one layer without its geometries: cheap enough to look at every layer. Raises UnusableFile."""
    import pyogrio

    path = Path(path)
    where = layers_of(path)[layer]
    try:
        meta, _fids, _blobs, values = pyogrio.raw.read(
            where, layer=layer if path.suffix.lower() == ".gpkg" else None, read_geometry=False
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError, RuntimeError) as error:
        raise UnusableFile("broken", path=str(path), detail=str(error)) from error
    return dict(zip((str(name) for name in meta["fields"]), values, strict=True))
