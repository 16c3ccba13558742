"""Moran's I and LISA: held against PySAL on its Columbus data and on grids, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.computed.space import Cluster, local_moran, moran

esda = pytest.importorskip("esda", reason="PySAL's esda comes with requirements-dev.txt")
libpysal = pytest.importorskip("libpysal", reason="PySAL's libpysal comes with requirements-dev.txt")


@pytest.fixture(scope="module")
def columbus():
    """Residential burglaries and vehicle thefts in 49 neighbourhoods of Columbus, Ohio (Anselin 1988), queen's case."""
    table = libpysal.io.open(libpysal.examples.get_path("columbus.dbf"))
    crime = np.array(table.by_col("CRIME"))
    weights = libpysal.io.open(libpysal.examples.get_path("columbus.gal")).read()
    return crime, weights


def queen(rows: int, columns: int) -> sparse.csr_array:
    """Cells of a grid that touch in a side or a corner."""
    line, column = np.divmod(np.arange(rows * columns), columns)
    near = (abs(line[:, None] - line) <= 1) & (abs(column[:, None] - column) <= 1)
    np.fill_diagonal(near, False)
    return sparse.csr_array(near.astype(float))


def test_columbus_comes_out_as_in_pysal(columbus):
    crime, weights = columbus
    theirs = esda.Moran(crime, weights, permutations=0)
    ours = moran(crime, weights.sparse)
    assert ours.value == pytest.approx(theirs.I)
    assert ours.value == pytest.approx(0.5001885571)  # as the R package spdep states it for these neighbours
    assert ours.expected == pytest.approx(theirs.EI)
    assert ours.p_value == 0.002


def test_each_neighbourhood_of_columbus_comes_out_as_in_pysal(columbus):
    crime, weights = columbus
    permutations = 9_999
    with pytest.warns(DeprecationWarning, match="two-sided"):
        theirs = esda.Moran_Local(crime, weights, permutations=permutations, seed=12345)
    ours = local_moran(crime, weights.sparse, permutations=permutations)
    assert ours.value == pytest.approx(theirs.Is)
    # Theirs is of one side, ours of both. Both draw: they agree within what so many draws of each can differ.
    spread = 2 * np.sqrt(2 * theirs.p_sim * (1 - theirs.p_sim) / permutations)
    assert (abs(ours.p_value - np.minimum(2 * theirs.p_sim, 1)) <= 5 * spread + 4 / permutations).all()
    quadrants = {1: Cluster.HIGH_HIGH, 2: Cluster.LOW_HIGH, 3: Cluster.LOW_LOW, 4: Cluster.HIGH_LOW}
    named = [(cluster, quadrants[int(q)]) for cluster, q in zip(ours.clusters(), theirs.q, strict=True)]
    assert all(ours_is in (theirs_is, Cluster.NONE) for ours_is, theirs_is in named)
    assert sum(cluster is Cluster.HIGH_HIGH for cluster, _theirs in named) > 3  # the inner city


def test_a_chequerboard_is_dispersed_and_two_halves_are_clustered():
    cells = np.arange(64)
    rook = queen(8, 8).toarray() * ((np.abs(cells[:, None] - cells) == 1) | (np.abs(cells[:, None] - cells) == 8))
    chequered = (cells // 8 + cells % 8) % 2
    assert moran(chequered, sparse.csr_array(rook)).value == pytest.approx(-1)
    halves = moran(cells < 32, queen(8, 8))
    assert halves.value > 0.7
    assert halves.p_value == 0.002


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=20, max_size=20).filter(lambda each: np.ptp(each) > 1e-3))
def test_grids_come_out_as_in_pysal_and_local_values_add_up_to_the_whole(values):
    matrix = queen(4, 5)
    theirs = esda.Moran(np.array(values), libpysal.weights.WSP(sparse.csr_matrix(matrix)).to_W(), permutations=0)
    ours = moran(values, matrix, permutations=99)
    assert ours.value == pytest.approx(theirs.I, abs=1e-9)
    each = local_moran(values, matrix, permutations=99)
    assert each.value.sum() / (20 - 1) == pytest.approx(ours.value, abs=1e-9)
    moved = moran([7 - 3 * value for value in values], matrix, permutations=99)
    assert moved.value == pytest.approx(ours.value, abs=1e-6)
    assert 0.02 <= ours.p_value <= 1
    assert ((each.p_value >= 0.02) & (each.p_value <= 1)).all()


def test_the_same_seed_says_the_same_and_chance_names_nothing():
    noise = np.random.default_rng(7).normal(size=100)
    assert moran(noise, queen(10, 10)) == moran(noise, queen(10, 10))
    first, again = (local_moran(noise, queen(10, 10)) for _ in range(2))
    assert (first.p_value == again.p_value).all()
    assert set(first.clusters()) == {Cluster.NONE}
    assert moran(noise, queen(10, 10)).p_value > 0.05


def test_an_island_is_told_and_named_nothing():
    matrix = queen(5, 5).tolil()
    matrix[24, :] = 0
    matrix[:, 24] = 0
    values = np.arange(25.0)
    assert moran(values, matrix.tocsr()).islands == (24,)
    found = local_moran(values, matrix.tocsr())
    assert (found.value[24], found.p_value[24], found.clusters()[24]) == (0, 1, Cluster.NONE)


@pytest.mark.parametrize(
    ("values", "matrix", "sentence"),
    [
        ([1, 2, np.nan], queen(1, 3), "1 of 3 values of the places are unknown"),
        ([1, 1, 1], queen(1, 3), "no pattern"),
        ([1, 2], queen(1, 2), "at least three places"),
        ([1, 2, 3], queen(2, 2), "neighbours of 4 × 4"),
        ([1, 2, 3], sparse.eye_array(3).tocsr(), "its own neighbour"),
        ([1, 2, 3], -queen(1, 3), "above zero"),
        ([1, 2, 3], sparse.csr_array((3, 3)), "No place has a neighbour"),
    ],
)
def test_what_has_no_pattern_to_tell_is_refused(values, matrix, sentence):
    with pytest.raises(NotComputable, match=sentence):
        moran(values, matrix)
    with pytest.raises(NotComputable, match=sentence):
        local_moran(values, matrix)


def test_too_few_permutations_are_refused():
    with pytest.raises(NotComputable, match="Fewer than 99"):
        moran(np.arange(9.0), queen(3, 3), permutations=19)


def test_the_neighbours_that_are_given_stay_as_they_are():
    near = queen(4, 4)
    before = near.toarray()
    moran(np.arange(16.0), near, permutations=99)
    local_moran(np.arange(16.0), near, permutations=99)
    assert (near.toarray() == before).all()
