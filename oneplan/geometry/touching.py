"""Which areas lie beside each other."""

from __future__ import annotations

import shapely

from .frame import Geometries, to_equal_area
from .locator import Positions

GAP_METRES = 100.0  # two drawings of one border seldom agree to the metre; areas that near each other touch


def touching(areas: Geometries, metres: float = GAP_METRES) -> tuple[Positions, Positions]:
    """Pairs (position, position) of valid WGS 84 areas that share a line or a point, each pair both ways round.

    Queen's case: one point is enough. Areas up to so many `metres` apart count as touching. Costs grow with the pairs
    whose boxes meet, not with all pairs.
    """
    shapes = to_equal_area(areas)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=metres)
    others = left != right
    return left[others], right[others]
