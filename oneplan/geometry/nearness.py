"""What is near what, in metres, without comparing everything with everything."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from .frame import Floats, Geometries, to_equal_area
from .measures import from_wkb


def on_the_ground(longitudes: ArrayLike, latitudes: ArrayLike, blobs: Sequence[bytes]) -> Geometries:
    """Shapes in EQUAL_AREA to measure between: the WKB where there is one, else the point; else None."""
    points = np.column_stack([longitudes, latitudes]).astype(np.float64).reshape(-1, 2)
    shapes = np.empty(len(points), dtype=object)
    known = ~np.isnan(points).any(axis=1)
    shapes[known] = shapely.points(points[known])
    drawn = [row for row, blob in enumerate(blobs) if blob]
    shapes[drawn] = from_wkb([blobs[row] for row in drawn])
    return to_equal_area(shapes)


def pairs_within(
    some: Geometries, others: Geometries, metres: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Pairs (position in some, position in others) not more than so many metres apart, and how far they are.

    Both in EQUAL_AREA, whose distances are true to one part in a hundred or so over South Africa.
    """
    left, right = shapely.STRtree(others).query(some, predicate="dwithin", distance=metres)
    order = np.lexsort((right, left))
    left, right = left[order], right[order]
    distances: Floats = shapely.distance(some[left], others[right])
    return left, right, distances
