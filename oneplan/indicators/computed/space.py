"""Whether like values lie beside each other: Moran's I of a country, and of each place (LISA).

Published in: Patrick Moran (1950), "Notes on continuous stochastic phenomena", Biometrika 37, 17-23; Andrew Cliff and
Keith Ord (1981), Spatial Processes, Pion, chapter 2; local: Luc Anselin (1995), "Local indicators of spatial
association: LISA", Geographical Analysis 27, 93-115, equations 12 and 13 and its conditional permutations; many
places tested at once: Yoav Benjamini and Yosef Hochberg (1995), Journal of the Royal Statistical Society B 57,
289-300. Weights by row add up to one, as in the library PySAL, against which the tests hold this. Its p-values are of
one side, chosen by looking at the data; ours are of both, as its makers now advise.

Neighbours come as a sparse matrix: a number above zero where two places touch (queen's case: at least in a point),
whoever made it. Drawing is from a fixed seed, so that a page says the same today and tomorrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.stats import false_discovery_control

from .checking import Floats, NotComputable, numbers

SEED = 20240701
_BLOCK = 4_000_000  # numbers drawn at a time, so that memory stays flat however many places there are


class Cluster(StrEnum):
    """How a place and its neighbours stand to the mean."""

    HIGH_HIGH = "high-high"
    LOW_HIGH = "low-high"
    LOW_LOW = "low-low"
    HIGH_LOW = "high-low"
    NONE = "none"  # no more like or unlike its neighbours than chance makes


@dataclass(frozen=True)
class Moran:
    """Moran's I: about `expected` without a pattern, above it where like lies beside like, below where unlike does.

    `p_value` is the share of `permutations` shuffled maps that are at least as far out on that side, with the map
    itself counted among them. `islands` are the positions of places without neighbours, which count in the mean
    alone.
    """

    value: float
    expected: float
    p_value: float
    permutations: int
    seed: int
    islands: tuple[int, ...]


@dataclass(frozen=True)
class Local:
    """Of each place: its local I, its pseudo p-value as in Moran, and how it and its neighbours stand to the mean.

    `lag` is the mean of the neighbours' deviations from the mean, in standard deviations, as `deviation` is the
    place's. An island has a local I of zero and a p-value of one.
    """

    value: Floats
    p_value: Floats
    deviation: Floats
    lag: Floats
    permutations: int
    seed: int
    islands: tuple[int, ...]

    def clusters(self, level: float = 0.05) -> tuple[Cluster, ...]:
        """What each place is part of, where at most a share of `level` of what is named is named by chance.

        So many places are tested at once that some are "significant" by chance alone: p-values are adjusted for that
        (Benjamini and Hochberg 1995). With few permutations nothing can pass: use 9,999 or more for many places.
        """
        passes = false_discovery_control(self.p_value) <= level
        return tuple(
            _quadrant(own, beside) if named else Cluster.NONE
            for own, beside, named in zip(self.deviation, self.lag, passes, strict=True)
        )


def _quadrant(own: float, beside: float) -> Cluster:
    if own > 0:
        return Cluster.HIGH_HIGH if beside > 0 else Cluster.HIGH_LOW
    return Cluster.LOW_HIGH if beside > 0 else Cluster.LOW_LOW


def moran(
    values: ArrayLike, neighbours: sparse.sparray | sparse.spmatrix, *, permutations: int = 999, seed: int = SEED
) -> Moran:
    """Moran's I of the places' values, and how likely chance alone makes it.

    `neighbours` is places × places (see the module). Raises NotComputable for unknown values, for values that are all
    alike, for fewer than three places, and for a matrix that is no list of neighbours.
    """
    z, weights, islands = _prepared(values, neighbours)
    count = len(z)
    scale = count / float(weights.sum()) / float(z @ z)
    value = scale * float(z @ (weights @ z))
    rng = np.random.default_rng(seed)
    reached = np.zeros(2, dtype=np.int64)
    for size in _blocks(permutations, count):
        shuffled = rng.permuted(np.broadcast_to(z, (size, count)), axis=1)
        reached += _as_far_out(scale * np.einsum("pn,np->p", shuffled, weights @ shuffled.T), value)
    return Moran(value, -1 / (count - 1), float(_pseudo(reached, permutations)), permutations, seed, islands)


def local_moran(
    values: ArrayLike, neighbours: sparse.sparray | sparse.spmatrix, *, permutations: int = 999, seed: int = SEED
) -> Local:
    """Each place's local Moran's I, and how likely chance alone makes it.

    Chance: the place keeps its value and its neighbours have those of other places, drawn without putting back (Anselin
    1995, conditional permutation). Raises NotComputable as `moran` does.
    """
    z, weights, islands = _prepared(values, neighbours)
    count = len(z)
    lag = weights @ z
    scale = (count - 1) / float(z @ z)
    value = scale * z * lag
    reached = np.zeros((count, 2), dtype=np.int64)
    rng = np.random.default_rng(seed)
    most = int(np.diff(weights.indptr).max())
    for size in _blocks(permutations, count):
        # As many other places as any place has neighbours, in a random order; every place takes the first of them.
        drawn = np.argpartition(rng.random((size, count - 1)), min(most, count - 2), axis=1)[:, :most]
        drawn = rng.permuted(drawn, axis=1)
        for place in range(count):
            own = weights.data[weights.indptr[place] : weights.indptr[place + 1]]
            others = drawn[:, : len(own)]
            shuffled = z[others + (others >= place)] @ own
            reached[place] += _as_far_out(scale * z[place] * shuffled, value[place])
    p_value = _pseudo(reached, permutations)
    p_value[list(islands)] = 1.0
    deviation = float(np.sqrt(z @ z / count))
    return Local(value, p_value, z / deviation, lag / deviation, permutations, seed, islands)


def _prepared(values: ArrayLike, neighbours: Any) -> tuple[Floats, sparse.csr_array, tuple[int, ...]]:
    """Deviations from the mean, the weights with rows that add up to one, and the places without neighbours."""
    found = numbers("the places", values)
    if found.ndim != 1 or len(found) < 3:
        raise NotComputable("Whether like lies beside like is told of a list of at least three places.")
    weights = sparse.csr_array(neighbours, dtype=np.float64, copy=True)  # what is given stays as it is
    weights.eliminate_zeros()
    if weights.shape != (len(found), len(found)):
        raise NotComputable(
            f"There are {len(found)} places, but neighbours of {weights.shape[0]} × {weights.shape[1]}."
        )
    if not np.isfinite(weights.data).all() or (weights.data < 0).any() or weights.diagonal().any():
        raise NotComputable("Neighbours are numbers above zero, and no place is its own neighbour.")
    if not weights.nnz:
        raise NotComputable("No place has a neighbour. Check that the matrix and the places belong together.")
    z = found - found.mean()
    if np.allclose(z, 0, atol=1e-12 * max(1.0, float(np.abs(found).max()))):
        raise NotComputable("All places have one value. There is no pattern to look for.")
    rows = weights.sum(axis=1)
    islands = tuple(np.flatnonzero(rows == 0).tolist())
    weights.data /= np.repeat(rows, np.diff(weights.indptr))
    return z, weights, islands


def _as_far_out(drawn: Floats, value: float) -> NDArray[np.int64]:
    """How many of the drawn are at least, and at most, the value; equal but for rounding counts as both."""
    rounding = 1e-12 * max(1.0, abs(value))
    return np.array([(drawn >= value - rounding).sum(), (drawn <= value + rounding).sum()])


def _pseudo(reached: NDArray[np.int64], permutations: int) -> Floats:
    """The pseudo p-value of both sides, from how many are as far out on each (last axis)."""
    found: Floats = np.minimum(2 * (reached.min(axis=-1) + 1) / (permutations + 1), 1.0)
    return found


def _blocks(permutations: int, count: int) -> list[int]:
    """So many permutations, in blocks of not too many numbers each."""
    if permutations < 99:
        raise NotComputable("Fewer than 99 permutations tell nothing. Use 999 or more.")
    each = max(1, _BLOCK // count)
    return [min(each, permutations - done) for done in range(0, permutations, each)]
