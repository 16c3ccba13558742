"""Multidimensional poverty: the papers' worked examples, what must always hold, and what is refused."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.computed.poverty import (
    Dimension,
    Indicator,
    Missing,
    Published,
    Structure,
    alkire_foster,
    by_group,
    deprived,
    group_contributions,
    headcounts_from_tables,
    index_value,
    structure,
)


def made_of(weights: dict[str, dict[str, str]], cutoff: str) -> Structure:
    """A structure of these dimensions, each with its indicators and their weights."""
    return Structure(
        "made", "A made index", date(2020, 1, 1), "persons", cutoff, "made for a test", "Alkire and Foster 2011",
        tuple(
            Dimension(name, name, tuple(Indicator(code, code, weight, "worse") for code, weight in each.items()))
            for name, each in weights.items()
        ),
    )  # fmt: skip


# Alkire and Foster (2011), section 5: four persons, four dimensions, cut-offs z = (13, 12, 3, 1), poor if deprived in
# two.
PAPER = made_of({code: {code: "1/4"} for code in ("income", "schooling", "health", "services")}, "1/2")
ACHIEVEMENTS = {
    "income": [13.1, 15.2, 12.5, 20.0],
    "schooling": [14, 7, 10, 11],
    "health": [4, 5, 1, 3],
    "services": [1, 0, 0, 1],
}
CUTOFFS = {"income": 13.0, "schooling": 12.0, "health": 3.0, "services": 1.0}

# United Nations Development Programme, Human Development Report 2010, technical note 4 (5 in later reports): four
# households of 4, 7, 5 and 4 members; one third of the weighted indicators makes poor.
UNDP = made_of(
    {
        "health": {"nutrition": "1/6", "mortality": "1/6"},
        "education": {"schooling": "1/6", "attendance": "1/6"},
        "living": dict.fromkeys(("electricity", "water", "sanitation", "floor", "fuel", "assets"), "1/18"),
    },
    "1/3",
)
HOUSEHOLDS = {
    "schooling": [0, 1, 0, 1],
    "attendance": [0, 1, 0, 0],
    "nutrition": [0, 0, 1, 0],
    "mortality": [1, 1, 0, 1],
    "electricity": [0, 1, 1, 1],
    "water": [0, 0, 1, 0],
    "sanitation": [0, 1, 1, 0],
    "floor": [0, 0, 0, 0],
    "fuel": [1, 1, 1, 1],
    "assets": [0, 1, 0, 1],
}
MEMBERS = [4, 7, 5, 4]


def test_the_example_of_alkire_and_foster_comes_out():
    found = alkire_foster(deprived(ACHIEVEMENTS, CUTOFFS), PAPER)
    assert (found.headcount, found.intensity, found.adjusted) == (1 / 2, 3 / 4, 3 / 8)
    assert found.censored == {"income": 1 / 4, "schooling": 1 / 2, "health": 1 / 4, "services": 1 / 2}
    assert found.uncensored["schooling"] == 3 / 4  # the fourth person lacks schooling and is not poor


def test_the_example_of_the_human_development_report_comes_out():
    found = alkire_foster(HOUSEHOLDS, UNDP, weights=MEMBERS)
    assert found.headcount == pytest.approx(0.80)
    assert found.intensity == pytest.approx(0.5625)
    assert found.adjusted == pytest.approx(0.450)
    assert (found.population, found.poor, found.households) == (20, 16, 4)
    by_dimension = found.dimension_contributions
    assert {name: round(share, 3) for name, share in by_dimension.items()} == {
        "health": 0.296, "education": 0.333, "living": 0.370,
    }  # fmt: skip


def test_a_share_that_meets_the_cut_off_exactly_makes_poor():
    six_of_eighteenths = {
        code: [code in ("electricity", "water", "sanitation", "floor", "fuel", "assets")] for code in HOUSEHOLDS
    }
    assert alkire_foster(six_of_eighteenths, UNDP).headcount == 1
    six_of_eighteenths["assets"] = [False]
    assert alkire_foster(six_of_eighteenths, UNDP).headcount == 0


def test_sampi_has_four_dimensions_of_equal_weight_and_is_met_at_one_third():
    sampi = structure("sampi", date(2016, 1, 1))
    assert [group.code for group in sampi.dimensions] == [
        "health",
        "education",
        "living_standards",
        "economic_activity",
    ]
    assert len(sampi.weights) == 11
    assert {sum(sampi.weights[each.code] for each in group.indicators) for group in sampi.dimensions} == {
        Fraction(1, 4)
    }
    assert (sampi.cutoff, sampi.universe) == ("1/3", "households")
    with pytest.raises(NotComputable, match="in force on 01 January 2010"):
        structure("sampi", date(2010, 1, 1))


def test_published_headcount_and_intensity_multiply_and_tables_of_single_indicators_do_not():
    assert index_value(Published(0.80, 0.5625, "Human Development Report")) == pytest.approx(0.45)
    assert index_value(alkire_foster(HOUSEHOLDS, UNDP, weights=MEMBERS)) == pytest.approx(0.45)
    tables = headcounts_from_tables({"water": (30, 120), "fuel": (60, 120)}, UNDP)
    assert tables.shares == {"water": 0.25, "fuel": 0.5}
    with pytest.raises(NotComputable, match="no multidimensional poverty index"):
        index_value(tables)
    with pytest.raises(NotComputable, match="between 0 and 1"):
        index_value(Published(8.0, 0.42, "in per cent by mistake"))
    with pytest.raises(NotComputable, match="More deprived than there are"):
        headcounts_from_tables({"water": (130, 120)}, UNDP)
    with pytest.raises(NotComputable, match="does not count crime"):
        headcounts_from_tables({"crime": (1, 2)}, UNDP)


def test_unknown_values_are_refused_unless_their_treatment_is_stated():
    one_unknown = {**HOUSEHOLDS, "nutrition": [0, np.nan, 1, 0]}
    with pytest.raises(NotComputable, match="unknown of 1 of 4 households"):
        alkire_foster(one_unknown, UNDP, weights=MEMBERS)
    without = alkire_foster(one_unknown, UNDP, weights=MEMBERS, missing=Missing.LEAVE_OUT)
    assert (without.population, without.unknown, without.unknown_share) == (13, 1, 7 / 20)
    assert without.headcount == pytest.approx(9 / 13)
    at_least = alkire_foster(one_unknown, UNDP, weights=MEMBERS, missing=Missing.NOT_DEPRIVED)
    assert (at_least.headcount, at_least.unknown, at_least.missing) == (0.8, 1, "not_deprived")
    nobody = {code: [np.nan] * 4 for code in HOUSEHOLDS}
    with pytest.raises(NotComputable, match="nobody to compute from"):
        alkire_foster(nobody, UNDP, missing=Missing.LEAVE_OUT)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"water": None}, "needs water as well"),
        ({"water": [0, 2, 0, 0]}, "values other than"),
        ({"water": [0, 1]}, "one value a household"),
    ],
)
def test_columns_that_do_not_fit_are_refused(change, sentence):
    columns = {code: values for code, values in {**HOUSEHOLDS, **change}.items() if values is not None}
    with pytest.raises(NotComputable, match=sentence):
        alkire_foster(columns, UNDP)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [([1, 1], "one weight each"), ([-1, 2, 2, 2], "cannot be right"), ([0, 0, 0, 0], "add up to zero")],
)
def test_weights_that_do_not_fit_are_refused(weights, sentence):
    with pytest.raises(NotComputable, match=sentence):
        alkire_foster(HOUSEHOLDS, UNDP, weights=weights)


def test_a_structure_whose_weights_are_not_one_is_refused():
    with pytest.raises(NotComputable, match="add up to 3/4"):
        alkire_foster({"a": [1]}, made_of({"a": {"a": "3/4"}}, "1/3"))


def test_an_achievement_without_a_cut_off_is_refused_and_an_unknown_one_stays_unknown():
    assert np.isnan(deprived({"income": [np.nan]}, CUTOFFS)["income"]).all()
    with pytest.raises(NotComputable, match="no deprivation cut-off for income"):
        deprived({"income": [1.0]}, {})


COUNTRY = st.integers(1, 40).flatmap(
    lambda rows: st.tuples(
        arrays(np.bool_, (rows, 10)),
        arrays(np.float64, rows, elements=st.floats(0.1, 50)),
        arrays(np.int64, rows, elements=st.integers(0, 3)),
    )
)


@settings(deadline=None)
@given(COUNTRY)
def test_measures_stay_in_bounds_and_parts_make_the_whole(country):
    matrix, weights, provinces = country
    columns = dict(zip(UNDP.weights, matrix.T, strict=True))
    whole = alkire_foster(columns, UNDP, weights=weights)
    assert 0 <= whole.adjusted <= whole.headcount + 1e-12 <= 1 + 2e-12
    assert whole.intensity is None or 1 / 3 - 1e-12 <= whole.intensity <= 1 + 1e-12
    assert all(whole.censored[code] <= whole.uncensored[code] + 1e-12 for code in columns)
    if whole.contributions:
        assert sum(whole.contributions.values()) == pytest.approx(1)
        assert sum(whole.dimension_contributions.values()) == pytest.approx(1)
    parts = by_group(columns, UNDP, provinces, weights=weights)
    shares = {name: each.population / whole.population for name, each in parts.items()}
    assert sum(shares.values()) == pytest.approx(1)
    assert sum(shares[name] * each.adjusted for name, each in parts.items()) == pytest.approx(whole.adjusted)
    if whole.adjusted:
        assert sum(group_contributions(parts).values()) == pytest.approx(1)
    for code in columns:
        together = sum(shares[name] * each.censored[code] for name, each in parts.items())
        assert together == pytest.approx(whole.censored[code])


@settings(deadline=None)
@given(COUNTRY, st.integers(2, 5))
def test_copies_of_everybody_change_nothing_and_a_new_deprivation_never_lessens(country, times):
    matrix, weights, _provinces = country
    columns = dict(zip(UNDP.weights, matrix.T, strict=True))
    once = alkire_foster(columns, UNDP, weights=weights)
    repeated = {code: np.tile(column, times) for code, column in columns.items()}
    assert alkire_foster(repeated, UNDP, weights=np.tile(weights, times)).adjusted == pytest.approx(once.adjusted)
    worse = {**columns, "water": np.ones(len(weights), dtype=bool)}
    assert alkire_foster(worse, UNDP, weights=weights).adjusted >= once.adjusted - 1e-12


def test_groups_carry_their_names_and_their_own_unknowns():
    one_unknown = {**HOUSEHOLDS, "nutrition": [0, np.nan, 1, 0]}
    found = by_group(one_unknown, UNDP, ["EC", "EC", "LIM", "LIM"], weights=MEMBERS, missing=Missing.NOT_DEPRIVED)
    assert list(found) == ["EC", "LIM"]
    assert (found["EC"].unknown, found["LIM"].unknown) == (1, 0)
    assert found["EC"].headcount == pytest.approx(7 / 11)
    with pytest.raises(NotComputable, match="group names"):
        by_group(HOUSEHOLDS, UNDP, ["EC"])


def test_many_indicators_and_groups_are_counted_as_few_are():
    wide = made_of({f"i{at}": {f"i{at}": "1/25"} for at in range(25)}, "2/5")
    rng = np.random.default_rng(5)
    matrix, weights, groups = rng.random((300, 25)) < 0.35, rng.uniform(1, 9, 300), rng.integers(0, 40, 300)
    found = by_group(dict(zip(wide.weights, matrix.T, strict=True)), wide, groups, weights=weights)
    poor = matrix.sum(axis=1) >= 10
    for group, each in found.items():
        here = groups == group
        assert each.headcount == pytest.approx((weights * poor)[here].sum() / weights[here].sum())
        assert each.adjusted == pytest.approx((weights * poor * matrix.mean(axis=1))[here].sum() / weights[here].sum())
        assert each.censored["i7"] == pytest.approx((weights * poor * matrix[:, 7])[here].sum() / weights[here].sum())
