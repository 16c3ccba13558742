"""The outline of one country from a TopoJSON of the world (npm package `world-atlas`, made from Natural Earth)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from .checks import only_areas
from .errors import UnusableFile
from .frame import MAINLAND

SOUTH_AFRICA = "710"  # ISO 3166-1 numeric, as Natural Earth and world-atlas write it


def country_outline(path: Path, *, country: str = SOUTH_AFRICA, layer: str = "countries") -> shapely.Geometry:
    """The mainland of a country, WGS 84, holes (Lesotho) kept and far islands left out.

    Raises UnusableFile when the file is missing, cannot be read, or does not hold the country.
    """
    import pyogrio  # here: GDAL is slow to load

    if not path.is_file():
        raise UnusableFile("missing", path=str(path))
    try:
        meta, _fids, blobs, values = pyogrio.raw.read(path, layer=layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError) as error:
        raise UnusableFile("broken", path=str(path), detail=str(error)) from error
    columns = dict(zip((str(name) for name in meta["fields"]), values, strict=True))
    found = np.flatnonzero(columns.get("id", np.zeros(0)) == country)
    if not len(found):
        raise UnusableFile("no_geometry", path=str(path))
    whole = only_areas(shapely.make_valid(shapely.from_wkb(blobs[found[0]])))
    parts = shapely.get_parts(whole)
    return shapely.union_all(parts[shapely.within(parts, shapely.box(*MAINLAND))])
