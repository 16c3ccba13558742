"""Which part of a line or an area falls to which of several hundred areas that tile the country.

Three steps, each for all features at once, and each leaving fewer of them to the next:

1. A feature whose box no outline crosses lies wholly in one area. The locator's grid knows which of its cells are
   crossed; a running sum over it answers for any box with four look-ups.
2. A feature that the area under its first vertex covers lies wholly in it (prepared outlines).
3. What is left crosses a border. It is cut with the outlines, which were cut into small pieces once, so that each cut
   is between few vertices; features of many vertices are cut into pieces themselves first.

Parts are measured in `frame.EQUAL_AREA`: areas by area, lines by length, clusters of points by count.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from .frame import Floats, Geometries, to_equal_area
from .locator import SPLIT, Locator, Positions

MOST_VERTICES = 96  # of one piece: below it, cutting costs little more than finding
LARGE = 512  # vertices from which a feature is cut into pieces itself
DENSE = 0.02  # degrees: an edge that long, straight on the map, bends by 5 cm in EQUAL_AREA; longer ones get vertices
HUGE = 4096  # vertices from which clipping, six times as fast as intersecting, is worth a call for each quarter

# A part is a sliver, and left out, when it is both a small part of its feature and small on the ground: the two sides
# of a border seldom agree to the metre, and works that only graze an area are not in it.
SLIVER_FRACTION = 0.01
SLIVER_METRES = 100.0
SLIVER_M2 = 10_000.0

NOWHERE, UNSURE = -1, -2


@dataclass(frozen=True)
class Shares:
    """The parts of n features, ordered by feature and, within it, by area.

    `fraction` sums to 1 for each feature that touches any area. `inside` has one number a feature: the part of it that
    lies in any area at all, 0 to 1 (the rest lies in the sea or in another country).
    """

    feature: Positions
    area: Positions
    fraction: Floats
    inside: Floats


@dataclass(frozen=True)
class Overlay:
    """Outlines ready to share features out. Cutting them takes some tenths of a second: only the locator is kept."""

    locator: Locator
    pieces: Geometries  # of the outlines, in EQUAL_AREA
    owner: Positions  # the area of each piece
    is_outer: NDArray[np.bool_]  # whether the coast, the border of the country or a gap runs through it

    # ---- asking

    def shares(self, features: Geometries) -> Shares:
        """Share out valid WGS 84 geometries. Empty ones and None get no share."""
        whole = self._by_box(features)
        open_ones = np.flatnonzero(whole == UNSURE)
        whole[open_ones] = self._by_cover(features[open_ones])
        crossing = np.flatnonzero(whole == UNSURE)
        sure = np.flatnonzero(whole >= 0)
        inside = np.where(whole >= 0, 1.0, 0.0)
        cut, area, fraction, inside[crossing] = self._by_cutting(features[crossing])
        feature = np.concatenate([sure, crossing[cut]])
        areas = np.concatenate([whole[sure], area])
        order = np.lexsort((areas, feature))
        parts = np.concatenate([np.ones(len(sure)), fraction])
        return Shares(feature[order], areas[order], parts[order], inside)

    def _by_box(self, features: Geometries) -> Positions:
        """The area that holds the whole box of each feature; NOWHERE where none touches it, else UNSURE."""
        grid = self.locator
        boxes = shapely.bounds(features)
        absent = np.isnan(boxes).any(axis=1)
        boxes = np.where(absent[:, None], grid.west, boxes)
        side = SPLIT / grid.small_per_degree
        columns = np.floor((boxes[:, [0, 2]] - grid.west) / side).astype(np.int64)
        rows = np.floor((boxes[:, [1, 3]] - grid.south) / side).astype(np.int64)
        off = (columns[:, 1] < 0) | (rows[:, 1] < 0) | (columns[:, 0] >= grid.columns) | (rows[:, 0] >= grid.rows)
        partly = (columns[:, 0] < 0) | (rows[:, 0] < 0) | (columns[:, 1] >= grid.columns) | (rows[:, 1] >= grid.rows)
        columns, rows = np.clip(columns, 0, grid.columns - 1), np.clip(rows, 0, grid.rows - 1)
        (left, right), (low, high) = columns.T, rows.T
        sums = self._crossed
        crossed = sums[high + 1, right + 1] - sums[low, right + 1] - sums[high + 1, left] + sums[low, left]
        owner = grid.cells[low * grid.columns + left].astype(np.int64) - 1
        answer = np.where((crossed > 0) | partly, UNSURE, owner)
        return np.where(absent | off, NOWHERE, answer)

    def _by_cover(self, features: Geometries) -> Positions:
        """The area that covers each feature, border included; UNSURE where it reaches into another."""
        first = _first_vertices(features)
        guess = self.locator.locate(first[:, 0], first[:, 1]).astype(np.int64)
        answer = np.full(len(features), UNSURE)
        known = np.flatnonzero(guess >= 0)
        known = known[np.argsort(guess[known], kind="stable")]
        covered = shapely.covers(self._prepared[guess[known]], features[known])
        answer[known[covered]] = guess[known[covered]]
        return answer

    def _by_cutting(self, features: Geometries) -> tuple[Positions, Positions, Floats, Floats]:
        """Of each pair (feature, area) that has a part: feature, area, fraction; and what lies inside, by feature."""
        count, areas = len(features), len(self.locator.ends)
        if not count:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
        flat = _flatten(features)
        dimension = shapely.get_dimensions(flat)
        full = _measure(flat, dimension)
        parts, of = subdivide(flat, LARGE, MOST_VERTICES)
        part, piece = self._tree.query(parts, predicate="intersects")
        pair, of_pair, pieces = np.unique(
            of[part] * areas + self.owner[piece], return_inverse=True, return_counts=True
        )  # fmt: skip
        feature, area = pair // areas, pair % areas
        # A feature that comes near no coast lies wholly in the areas that it touches: the one that would take most cuts
        # gets what the others leave.
        is_inland = np.bincount(of[part], weights=self.is_outer[piece], minlength=count) == 0
        last = _last_of_each(feature, pieces)
        last = last[is_inland[feature[last]]]
        is_cut = np.ones(len(pair), dtype=bool)
        is_cut[last] = False
        wanted = is_cut[of_pair]
        part, piece, of_pair = part[wanted], piece[wanted], of_pair[wanted]
        size = _measure(shapely.intersection(parts[part], self.pieces[piece]), dimension[of[part]])
        sizes = np.bincount(of_pair, weights=size, minlength=len(pair))
        others = np.bincount(feature, weights=sizes, minlength=count)
        sizes[last] = np.maximum((full - others)[feature[last]], 0)
        found = np.bincount(feature, weights=sizes, minlength=count)
        with np.errstate(divide="ignore", invalid="ignore"):
            inside = np.where(full > 0, np.minimum(found / full, 1), 0.0)
            fraction = sizes / found[feature]
        tolerance = np.choose(dimension[feature], (0.0, SLIVER_METRES, SLIVER_M2))
        kept = (sizes > 0) & ((fraction >= SLIVER_FRACTION) | (sizes >= tolerance))
        feature, area, sizes = feature[kept], area[kept], sizes[kept]
        found = np.bincount(feature, weights=sizes, minlength=count)
        return feature, area, sizes / found[feature], inside

    @cached_property
    def _crossed(self) -> NDArray[np.int32]:
        """Running sums, from the south-west, of the cells that an outline crosses; one row and column of 0 before."""
        grid = self.locator
        sums = np.zeros((grid.rows + 1, grid.columns + 1), dtype=np.int32)
        np.cumsum((grid.cells.reshape(grid.rows, grid.columns) < 0).cumsum(axis=0), axis=1, out=sums[1:, 1:])
        return sums

    @cached_property
    def _prepared(self) -> Geometries:
        areas = self.locator.areas
        shapely.prepare(areas)
        return areas

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.pieces)

    # ---- building

    @classmethod
    def build(cls, locator: Locator) -> Overlay:
        """Cut the outlines of a locator into pieces."""
        areas = _flatten(locator.areas)
        pieces, owner = subdivide(areas, MOST_VERTICES, MOST_VERTICES)
        outer = shapely.boundary(shapely.union_all(areas))
        is_outer = np.zeros(len(pieces), dtype=bool)
        is_outer[shapely.STRtree(pieces).query(shapely.get_parts(outer), predicate="intersects")[1]] = True
        return cls(locator, pieces, owner, is_outer)


def subdivide(geometries: Geometries, start: int, most: int) -> tuple[Geometries, Positions]:
    """Pieces of at most `most` vertices of every geometry that has more than `start`, and which geometry each is of.

    Cut by halving boxes, as a quadtree is. Pieces keep the dimension of their geometry: what only touches a cut goes.
    """
    of = np.arange(len(geometries))
    large = (shapely.get_num_coordinates(geometries) > start) & (shapely.get_dimensions(geometries) > 0)
    done, done_of = [geometries[~large]], [of[~large]]
    todo, of, boxes = geometries[large], of[large], shapely.bounds(geometries[large])
    dimension = shapely.get_dimensions(geometries)
    for _level in range(40):  # no two different doubles are left between the sides of a box by then
        small = shapely.get_num_coordinates(todo) <= most
        done.append(todo[small])
        done_of.append(of[small])
        todo, of, boxes = todo[~small], of[~small], boxes[~small]
        if not len(todo):
            break
        (west, south, east, north), middle = boxes.T, (boxes[:, :2] + boxes[:, 2:]).T / 2
        quarters = np.concatenate([
            np.column_stack(edges) for edges in (
                (west, south, *middle), (middle[0], south, east, middle[1]),
                (west, middle[1], middle[0], north), (*middle, east, north),
            )
        ])  # fmt: skip
        cut, of = _clip(np.tile(todo, 4), quarters), np.tile(of, 4)
        kept = ~shapely.is_empty(cut) & (shapely.get_dimensions(cut) == dimension[of])
        todo, of, boxes = cut[kept], of[kept], quarters[kept]
    else:
        done.append(todo)
        done_of.append(of)
    return np.concatenate(done), np.concatenate(done_of)


def _flatten(geometries: Geometries) -> Geometries:
    """In EQUAL_AREA, edges still where a straight line between their ends lies in WGS 84, as `locate` sees them."""
    return to_equal_area(shapely.segmentize(geometries, DENSE))


def _clip(geometries: Geometries, boxes: Floats) -> Geometries:
    """The part of each geometry in its box. Clipping may leave rings that touch themselves: those are mended."""
    huge = shapely.get_num_coordinates(geometries) > HUGE
    cut = np.empty(len(geometries), dtype=object)
    cut[~huge] = shapely.intersection(geometries[~huge], shapely.box(*boxes[~huge].T))
    cut[huge] = [shapely.clip_by_rect(one, *box) for one, box in zip(geometries[huge], boxes[huge], strict=True)]
    broken = np.flatnonzero(huge & (shapely.get_num_coordinates(cut) <= HUGE))
    broken = broken[~shapely.is_valid(cut[broken])]
    cut[broken] = shapely.make_valid(cut[broken], method="structure", keep_collapsed=False)
    return cut


def _last_of_each(group: Positions, size: Positions) -> Positions:
    """The position of the greatest member of each group."""
    order = np.lexsort((size, group))
    is_last = np.r_[group[order][1:] != group[order][:-1], True] if len(order) else np.zeros(0, dtype=bool)
    greatest: Positions = order[is_last]
    return greatest


def _first_vertices(features: Geometries) -> Floats:
    """An (n, 2) array of the first vertex of each feature."""
    points, of = shapely.get_coordinates(features, return_index=True)
    first: Floats = points[np.searchsorted(of, np.arange(len(features)))]
    return first


def _measure(geometries: Geometries, dimension: NDArray[np.int32]) -> Floats:
    """m² where the dimension asked for is 2, metres where it is 1, a count of points where it is 0."""
    sizes = np.zeros(len(geometries))
    for wanted, measure in ((0, shapely.get_num_geometries), (1, shapely.length), (2, shapely.area)):
        chosen = dimension == wanted
        if chosen.any():
            sizes[chosen] = measure(geometries[chosen])
    return sizes


def inner_points(geometries: Geometries) -> Floats:
    """An (n, 2) array: a point of each geometry, inside it or on it; NaN where it is empty or None."""
    points = shapely.get_coordinates(
        np.where(shapely.is_missing(geometries), shapely.Point(), shapely.point_on_surface(geometries))
    )
    there = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    answer = np.full((len(geometries), 2), np.nan)
    answer[there] = points
    return answer
