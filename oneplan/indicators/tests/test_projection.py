"""Projections: the textbook's example, accounts that close, draws, gaps, back-tests, backlogs, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.projection import cohorts
from oneplan.indicators.projection.backlog import Scenario, backlog, needed, yearly
from oneplan.indicators.projection.cohorts import project
from oneplan.indicators.projection.inputs import (
    Inputs,
    Known,
    assemble,
    headship_rates,
    residual_migration,
    split_by_sex,
    split_oldest,
    uncertainties,
)
from oneplan.indicators.projection.intervals import back_test, errors, interval, naive_forecasts
from oneplan.indicators.projection.schedules import WOMEN, life_expectancy, schedules, survival_ratios

SPACES = ("DC15", "DC36", "ETH")
NATIONAL = schedules()[-1]


def known(**more) -> Known:
    """Three made spaces of different size and age."""
    rng = np.random.default_rng(3)
    young = np.exp(-np.arange(18) / np.array([[4.0], [8.0], [6.0]]))
    people = (young * np.array([[9e4], [4e4], [2e5]]))[:, None, :] * rng.uniform(0.9, 1.1, (3, 2, 18))
    return Known(SPACES, 2021, people.round(), **more)


# --- the textbook ----------------------------------------------------------------------------------------------------


def test_the_projection_of_swedish_women_comes_out_as_in_the_textbook():
    # Preston, Heuveline and Guillot (2001), box 6.1, page 125: women of Sweden, 1993, to 1998 and 2003.
    women = [
        293_395, 248_369, 240_012, 261_346, 285_209, 314_388, 281_290, 286_923, 304_108, 324_946, 247_613, 211_351,
        215_140, 221_764, 223_506, 183_654, 141_990, 112_424,
    ]  # fmt: skip
    lived = np.array([
        497_487, 497_138, 496_901, 496_531, 495_902, 495_168, 494_213, 492_760, 490_447, 486_613, 480_665, 471_786,
        457_852, 436_153, 402_775, 350_358, 271_512, 291_707,
    ])  # fmt: skip
    fertility = np.array([0.0120, 0.0908, 0.1499, 0.1125, 0.0441, 0.0074, 0.0003])
    survival = np.concatenate([[lived[0] / 500_000], lived[1:17] / lived[:16], [lived[17] / lived[16:].sum()]])
    population = np.zeros((18, 2, 1))
    population[:, WOMEN, 0] = women
    sweden = Inputs(
        ("SE",), 1993, population, np.tile(fertility[:, None], (2, 1, 1)),
        np.broadcast_to(survival[:, None, None], (2, 18, 2, 1)), np.zeros((2, 18, 2, 1)), np.zeros((18, 2, 1)),
        1.05 / 2.05, (),
    )  # fmt: skip
    found = project(sweden, draws=100).central_cohorts[0, :, WOMEN].round()
    assert found[1, :6].tolist() == [293_574, 293_189, 248_251, 239_833, 261_015, 284_787]
    assert found[2, :6].tolist() == [280_121, 293_368, 293_049, 248_066, 239_529, 260_629]
    assert found[1:, 17].tolist() == [131_768, 141_960]


def test_life_tables_of_the_national_schedule_are_as_published():
    # World Population Prospects 2019: women live longer than men, and everybody longer from period to period;
    # Statistics South Africa (P0302, 2019) has 61.5 and 67.7 years for 2016 to 2021.
    men, women = (life_expectancy(NATIONAL.mortality[:, sex], woman=bool(sex)) for sex in range(2))
    assert (women > men + 4).all()
    assert (np.diff([men, women], axis=1) > 0).all()
    assert (men[2], women[2]) == (pytest.approx(60.2, abs=0.1), pytest.approx(67.1, abs=0.1))
    assert NATIONAL.fertility.sum(axis=1) * 5 == pytest.approx([float(tfr) for tfr in NATIONAL.total_fertility.split()])
    with pytest.raises(NotComputable, match="needs 22 rates"):
        survival_ratios(np.full(18, 0.01), woman=True)


# --- accounts --------------------------------------------------------------------------------------------------------


def test_without_births_deaths_and_moves_nobody_is_gained_or_lost():
    everlasting = assemble(
        known(fertility=np.zeros((3, 7)), survival=np.ones((3, 2, 18)), migration=np.zeros((3, 2, 18)))
    )
    found = project(everlasting, draws=100, uncertainty=still())
    assert found.persons == pytest.approx(
        np.broadcast_to(everlasting.population.sum(axis=(0, 1))[:, None, None], (3, 7, 100))
    )
    assert found.central_cohorts[:, -1, :, :6].sum() == 0


def still():
    """An uncertainty of nothing."""
    return replace(uncertainties()[-1], fertility="0", mortality="0", migration="0")


def test_without_shocks_every_draw_is_the_central_projection():
    found = project(assemble(known()), draws=100, uncertainty=still(), keep_cohorts=True)
    assert found.persons == pytest.approx(np.repeat(found.central_persons[..., None], 100, axis=-1))
    assert found.households == pytest.approx(np.repeat(found.central_households[..., None], 100, axis=-1))
    assert found.cohorts is not None
    assert found.cohorts[..., 7] == pytest.approx(found.central_cohorts, rel=1e-6)


def test_cohorts_add_up_to_persons_and_heads_to_households():
    found = project(assemble(known()), draws=200, keep_cohorts=True)
    assert found.cohorts is not None
    assert found.cohorts.sum(axis=(2, 3)) == pytest.approx(found.persons, rel=1e-5)
    heads = np.einsum("asp,ptsad->ptd", found.inputs.headship, found.cohorts)
    assert heads == pytest.approx(found.households, rel=1e-5)
    assert (found.persons > 0).all()


def test_a_space_has_the_same_numbers_alone_as_among_others_and_draws_are_repeated(monkeypatch):
    together = project(assemble(known()), draws=200)
    monkeypatch.setattr(cohorts, "_BLOCK", 2)
    assert (project(assemble(known()), draws=200).persons == together.persons).all()
    alone = project(assemble(Known(SPACES[1:2], 2021, known().population[1:2])), draws=200)
    assert (alone.persons[0] == together.persons[1]).all()
    assert (project(assemble(known()), draws=200).persons == together.persons).all()
    assert not (project(assemble(known()), draws=200, seed=1).persons == together.persons).all()


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 50), st.integers(-20, 20).map(lambda percent: percent / 100))
def test_numbers_scale_with_the_base_and_rise_with_migration(times, moved):
    base = known(migration=np.full((3, 2, 18), 0.0))
    first = project(assemble(base), draws=100)
    scaled = project(assemble(replace(base, population=base.population * times)), draws=100)
    assert scaled.persons == pytest.approx(first.persons * times, rel=1e-9)
    more = project(assemble(replace(base, migration=np.full((3, 2, 18), moved))), draws=100)
    assert ((more.persons[:, 1:] >= first.persons[:, 1:]) == (moved >= 0)).all()


def test_the_range_widens_with_the_years_and_its_middle_is_near_the_central_projection():
    found = project(assemble(known()))
    said = interval(found.persons, of="persons", horizon=30)
    assert (np.diff((said.high - said.low) / said.middle, axis=1) > 0).all()
    assert said.middle == pytest.approx(found.central_persons, rel=0.03)


# --- what is not known -----------------------------------------------------------------------------------------------


def test_what_is_missing_is_listed_with_the_assumption_that_fills_it():
    own = np.full((3, 7), np.nan)
    own[1] = NATIONAL.fertility[3] * 1.5
    found = assemble(known(fertility=own))
    assert [(gap.missing, gap.spaces) for gap in found.gaps] == [
        ("fertility by age", ("DC15", "ETH")),
        ("survival by age and sex", SPACES),
        ("migration by age and sex", SPACES),
        ("headship by age and sex", SPACES),
    ]
    assert "World Population Prospects 2019" in found.gaps[0].reference
    assert found.gaps[0].filled_by.endswith("medium variant from 2020")
    assert found.gaps[2].filled_by == "Nobody moves in or out, on balance"
    assert found.fertility[:, :, 1].sum(axis=1) == pytest.approx(1.5 * found.fertility[:, :, 0].sum(axis=1))
    nothing_missing = {
        "survival": np.broadcast_to(NATIONAL.survival[3], (3, 2, 18)), "migration": np.zeros((3, 2, 18)),
        "headship": np.zeros((3, 2, 18)), "fertility": np.broadcast_to(NATIONAL.fertility[3], (3, 7)),
    }  # fmt: skip
    assert assemble(known(**nothing_missing)).gaps == ()


def test_rates_held_from_a_year_are_those_of_the_period_before():
    then = assemble(replace(known(), base_year=2011), years=10, held_from=2011)
    assert (then.fertility == NATIONAL.fertility[0][:, None]).all()
    assert then.gaps[0].filled_by.endswith(", from 2011 on as in the five years before")
    far = assemble(known(), years=40)  # beyond the schedule's last period
    assert far.gaps[0].filled_by.endswith(", from 2050 on as in the five years before")
    assert (far.fertility[-1] == far.fertility[-2]).all()
    now = assemble(replace(known(), base_year=2011), years=10)
    assert (now.fertility[1] == NATIONAL.fertility[2][:, None]).all()


@pytest.mark.parametrize(
    ("change", "options", "sentence"),
    [
        ({}, {"years": 7}, "whole steps"),
        ({"population": np.full((3, 2, 18), np.nan)}, {}, "base population are unknown"),
        ({"population": np.ones((3, 18))}, {}, "3 spaces × 2 × 18 is needed"),
        ({"survival": np.full((3, 2, 18), 1.2)}, {}, "survival by age and sex cannot be right"),
        ({"migration": np.full((3, 2, 18), -1.0)}, {}, "migration by age and sex cannot be right"),
        ({"fertility": np.zeros((3, 8))}, {}, "must be"),
    ],
)
def test_inputs_that_cannot_be_are_refused(change, options, sentence):
    with pytest.raises(NotComputable, match=sentence):
        assemble(replace(known(), **change), **options)


def test_too_few_draws_are_refused():
    with pytest.raises(NotComputable, match="Use a thousand"):
        project(assemble(known()), draws=10)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(10, 5000), min_size=18, max_size=18), st.floats(0.45, 0.55))
def test_ages_split_by_sex_keep_both_margins(ages, men):
    of_age = np.array([ages], dtype=float)
    found = split_by_sex(of_age, of_age.sum() * np.array([[men, 1 - men]]))
    assert found.sum(axis=1) == pytest.approx(of_age)
    assert found.sum(axis=2)[0, 0] == pytest.approx(of_age.sum() * men, rel=1e-6)
    assert (found >= 0).all()
    with pytest.raises(NotComputable, match="nowhere all zero"):
        split_by_sex(of_age, np.zeros((1, 2)))


def test_residual_migration_explains_the_second_count():
    survival = NATIONAL.survival[3]
    moved = np.linspace(-0.1, 0.2, 18) * np.ones((3, 2, 1))
    moved[..., 0] = moved[..., 1]
    inputs = assemble(known(migration=moved), years=5)
    after = project(inputs, draws=100, uncertainty=still()).central_cohorts[:, 1]
    assert residual_migration(known().population, after, survival) == pytest.approx(moved)
    with pytest.raises(NotComputable, match="nobody could have survived"):
        residual_migration(np.zeros((1, 2, 18)), np.ones((1, 2, 18)), survival)


def test_headship_shares_a_rate_within_a_band():
    found = headship_rates([[20.0, 90.0]], np.full((1, 18), 50.0), [(3, 3), (4, 5)])
    assert found[0, :7].tolist() == [0, 0, 0, 0.4, 0.9, 0.9, 0]
    with pytest.raises(NotComputable, match="more households than it has persons"):
        headship_rates([[60.0]], np.full((1, 18), 50.0), [(3, 3)])


# --- how well it did -------------------------------------------------------------------------------------------------


def coin(share: float, cases: int = 200, **more):
    """An interval of 80 per cent that held the outcome in a share of the cases, and its back-test."""
    was = np.full(cases, 100.0)
    low = np.where(np.arange(cases) < share * cases, 90.0, 105.0)
    said = replace(interval(np.full((cases, 3), 110.0), of="persons", horizon=5), low=low, high=np.full(cases, 120.0))
    return said, back_test("made", was, said, {"unchanged": np.full(cases, 80.0)}, **more)


def test_an_interval_is_calibrated_only_by_a_test_of_the_same_thing_as_far_ahead():
    said, test = coin(0.8)
    assert (test.coverage, test.calibrates, test.beats) == (0.8, True, ("unchanged",))
    assert test.errors.bias == pytest.approx(0.1)
    assert test.needed == pytest.approx(0.5, abs=0.01)  # the outcome lies half way down where the range holds it
    assert not said.is_calibrated  # nobody tested it
    tested = replace(said, test=test)
    assert tested.is_calibrated
    for other in ({"horizon": 30}, {"of": "households"}, {"level": 0.95}):
        assert not replace(tested, **other).is_calibrated
    assert not tested.widened(1.5).is_calibrated
    assert tested.widened(2).high == pytest.approx(130)


@pytest.mark.parametrize(("share", "cases"), [(0.5, 200), (1.0, 200), (0.8, 10), (0.7, 52)])
def test_a_test_that_misses_or_has_too_few_cases_calibrates_nothing(share, cases):
    said, test = coin(share, cases)
    assert not test.calibrates
    assert not replace(said, test=test).is_calibrated


def test_naive_forecasts_and_errors_are_what_they_say():
    found = naive_forecasts([100.0, 200.0], years=5, earlier=[50.0, 200.0], earlier_years=10, national_growth=0.02)
    assert found["unchanged"].tolist() == [100, 200]
    assert found["national"] == pytest.approx([100 * 1.02**5, 200 * 1.02**5])
    assert found["trend"] == pytest.approx([100 * 2**0.5, 200])
    off = errors([110.0, 80.0], [100.0, 100.0])
    assert (off.bias, off.size, off.total) == pytest.approx((-0.05, 0.15, -0.05))
    with pytest.raises(NotComputable, match="An outcome is zero"):
        errors([1.0], [0.0])
    with pytest.raises(NotComputable, match="how many years earlier"):
        naive_forecasts([1.0], years=5, earlier=[1.0])
    with pytest.raises(NotComputable, match="no share"):
        interval(np.ones((1, 3)), of="persons", horizon=5, level=80)


# --- backlogs --------------------------------------------------------------------------------------------------------


def test_years_between_steps_grow_evenly_and_meet_the_ends():
    ends = np.array([[[100.0], [200.0], [0.0]]])
    found = yearly(ends, (2021, 2026, 2031))[0, :, 0]
    assert found[[0, 5, 10]].tolist() == [100, 200, 0]
    assert found[1:6] / found[:5] == pytest.approx(np.full(5, 2**0.2))
    assert np.diff(found[5:]) == pytest.approx(np.full(5, -40.0))


def test_a_backlog_is_households_without_plus_growth_less_delivery():
    households = np.array([[[1000.0], [1050.0], [1100.0], [1100.0]]])
    found = backlog(households, [100], Scenario("sixty a year", [60, 60, 60]))
    assert found.without[0, :, 0].tolist() == [100, 90, 80, 20]
    served = backlog(households, [100], Scenario("half come served", [60, 60, 60], served_share=0.5))
    assert served.without[0, :, 0].tolist() == [100, 65, 30, 0]
    assert served.wasted[0, 0] == 30
    assert served.cleared[0].tolist() == [0, 0, 0, 1]


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1), st.integers(0, 5000), st.integers(0, 5000), st.floats(0, 1))
def test_backlogs_stay_between_none_and_all_and_more_delivery_never_lengthens_them(part, delivery, more, served):
    found = project(assemble(known(), years=10), draws=100)
    households = yearly(found.households, found.years)
    without = households[:, 0, 0] * part
    little = backlog(households, without, Scenario("little", [delivery] * 10, served))
    much = backlog(households, without, Scenario("much", np.full((3, 10), delivery + more), served))
    assert ((little.without >= 0) & (little.without <= households + 1e-6)).all()
    assert (much.without <= little.without + 1e-6).all()
    assert (much.cleared >= little.cleared).all()


@pytest.mark.parametrize(
    ("without", "scenario", "sentence"),
    [
        ([2000], Scenario("x", [1, 1]), "More households are without"),
        ([10], Scenario("x", [1]), "2 years need as many deliveries"),
        ([10], Scenario("x", [1, -1]), "cannot be right"),
        ([10], Scenario("x", [1, 1], served_share=2), "no share"),
    ],
)
def test_backlogs_that_cannot_be_are_refused(without, scenario, sentence):
    with pytest.raises(NotComputable, match=sentence):
        backlog(np.full((1, 3, 2), 1000.0), without, scenario)


@pytest.mark.parametrize("growth", [[100, 110, 120, 130, 140], [100, 100, 100, 100, 180], [100, 90, 80, 120, 110]])
def test_what_is_needed_a_year_leaves_nobody_without_at_the_end_and_less_leaves_somebody(growth):
    households = np.array([growth], dtype=float).T[None]
    [takes] = needed(households[0], 50, served_share=0.25)
    for less, left in ((0.0, 0), (0.5, 1)):
        found = backlog(households, [50], Scenario("x", np.full(4, takes - less), 0.25)).without[0, -1, 0]
        assert (found > 1e-9) == bool(left)
    with pytest.raises(NotComputable, match="at least one year"):
        needed(households[0, :1], 50)


def test_the_oldest_are_parted_and_nobody_is_lost():
    known_to_80 = np.arange(1.0, 35).reshape(2, 17)
    parted = split_oldest(known_to_80)
    assert (parted[:, :16] == known_to_80[:, :16]).all()
    assert parted[:, 16:].sum(axis=1) == pytest.approx(known_to_80[:, 16])
    shares = parted[:, 17] / known_to_80[:, 16]
    assert 0.2 < shares[0] < shares[WOMEN] < 0.6  # women live longer
