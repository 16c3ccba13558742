"""What two sets of areas have in common, piece by piece: how one division of a country lies over another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from .frame import Floats, Geometries, to_equal_area
from .locator import Positions
from .overlay import DENSE


@dataclass(frozen=True)
class Crossing:
    """The pieces that have an area, ordered by left and, within it, by right; and the areas of each whole, km²."""

    left: Positions
    right: Positions
    km2: Floats
    left_km2: Floats
    right_km2: Floats


def cross(left: Geometries, right: Geometries) -> Crossing:
    """Lay valid WGS 84 areas over one another. Measured in `frame.EQUAL_AREA`; nothing is left out, however thin."""
    one, other = (to_equal_area(shapely.segmentize(each, DENSE)) for each in (left, right))
    first, second = shapely.STRtree(other).query(one, predicate="intersects")
    km2 = shapely.area(shapely.intersection(one[first], other[second])) / 1e6
    has_area = km2 > 0
    first, second, km2 = first[has_area], second[has_area], km2[has_area]
    order = np.lexsort((second, first))
    return Crossing(first[order], second[order], km2[order], shapely.area(one) / 1e6, shapely.area(other) / 1e6)
