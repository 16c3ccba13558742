"""What stands out: everything planted, and nothing but the promised few of chance where nothing was."""

import csv
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from oneplan.indicators.comparing import robust
from oneplan.indicators.comparing.peers import peers_of_all
from oneplan.indicators.comparing.standing_out import RULE, standing_out
from oneplan.indicators.comparing.values import (
    Aspect,
    Column,
    Direction,
    Kind,
    Period,
    Place,
    Reason,
    Uncertainty,
    Verdict,
)
from oneplan.indicators.tests.figures import (
    CENSUS_2011,
    CENSUS_2022,
    CODES,
    PEERS,
    SPACES,
    column,
    drawn,
    measured,
    standing,
)

HERE = "DC20"


def levels(seed: int = 1, spread: float = 1.0, middle: float = 20.0) -> dict[str, float]:
    """A figure for each space, drawn."""
    return dict(
        zip(CODES, (middle + spread * np.random.default_rng(seed).standard_normal(len(CODES))).tolist(), strict=True)
    )


def told(*columns: Column, of: str = HERE):
    return standing_out(columns, PEERS, of=[of])[of]


def reasons(notable) -> dict[Aspect, Reason]:
    return {each.aspect: each.reason for each in notable.untested}


# What was planted is found


@pytest.mark.parametrize("seed", range(3))
def test_all_that_was_planted_is_found_in_the_profiles_in_which_it_was(seed):
    chance = np.random.default_rng(seed)
    planted = {
        (int(indicator), code): 10.0 * (1 if indicator % 2 else -1)
        for code in CODES[::4] for indicator in chance.choice(150, 2, replace=False)
    }  # fmt: skip
    found = {
        (int(finding.measured.code[1:]), code)
        for code, notable in standing_out(drawn(chance.standard_normal, planted=planted), PEERS).items()
        for finding in notable.findings
    }
    assert found >= set(planted)
    assert len(found - set(planted)) <= 10  # chance: one in twenty of the 52 profiles and of what is told


@pytest.mark.parametrize(
    ("value", "direction", "verdict"),
    [
        (30.0, Direction.LOWER, Verdict.WORSE),
        (30.0, Direction.HIGHER, Verdict.BETTER),
        (10.0, Direction.LOWER, Verdict.BETTER),
        (10.0, Direction.NEITHER, Verdict.NEITHER),
    ],
)
def test_good_and_bad_alike_stand_out_by_the_direction_of_the_indicator(value, direction, verdict):
    [finding] = told(column(measured(direction=direction), levels() | {HERE: value})).findings
    assert (finding.aspect, finding.verdict, finding.value, finding.others) == (Aspect.LEVEL, verdict, value, 51)
    assert abs(finding.typical - 20) < 1 and abs(finding.score) > RULE.threshold


def test_a_change_unlike_the_peers_change_stands_out_though_the_level_does_not():
    earlier = levels(1, spread=10.0)
    later = {
        code: value + 2 + wobble
        for (code, value), wobble in zip(earlier.items(), levels(2, 0.2, 0).values(), strict=True)
    }
    later[HERE] = earlier[HERE] - 6
    [finding] = told(column(measured(), later, earlier)).findings
    assert (finding.aspect, finding.verdict, finding.earlier.period) == (Aspect.CHANGE, Verdict.BETTER, CENSUS_2011)
    years = CENSUS_2022.years_since(CENSUS_2011)
    assert finding.value == pytest.approx(-6 / years) and finding.typical == pytest.approx(2 / years, abs=0.05)


def test_a_step_unlike_all_earlier_ones_of_the_place_itself_stands_out():
    years = [Period(date(year, 12, 31), str(year)) for year in range(2010, 2021)]
    wobble = np.random.default_rng(4).normal(0, 0.1, len(years))
    series = [standing(20 + at * 0.5 + wobble[at], HERE, period=year) for at, year in enumerate(years)]
    assert told(Column(measured(), tuple(series))).findings == ()
    jumped = (*series[:-1], replace(series[-1], value=40.0))
    [finding] = told(Column(measured(), jumped)).findings
    assert (finding.aspect, finding.others, finding.verdict) == (Aspect.TREND, 9, Verdict.WORSE)


def test_the_growth_of_a_count_is_tested_but_not_its_level():
    grown = levels(3, spread=0.01, middle=1.1)
    before = {place.code: place.population or 0.0 for place in SPACES}
    people = {code: persons * grown[code] for code, persons in before.items()}
    people[HERE] *= 1.5
    what = measured("people", Kind.COUNT, unit="persons", direction=Direction.NEITHER)
    notable = told(column(what, people, before))
    assert [finding.aspect for finding in notable.findings] == [Aspect.CHANGE]
    assert reasons(notable) == {Aspect.LEVEL: Reason.COUNT}


# Silence where nothing was


@pytest.mark.parametrize(
    ("kind", "draw", "most"),
    [
        (Kind.LEVEL, lambda chance: chance.standard_normal, 0.09),
        (Kind.LEVEL, lambda chance: lambda shape: chance.uniform(size=shape), 0.0),
        (Kind.SHARE, lambda chance: lambda shape: chance.beta(2, 8, shape), 0.09),
        (Kind.AMOUNT, lambda chance: lambda shape: np.exp(chance.standard_normal(shape) / 2), 0.09),
    ],
    ids=["normal", "uniform", "shares", "amounts"],
)
def test_a_profile_of_chance_is_silent_nineteen_times_in_twenty(kind, draw, most):
    profiles = [
        notable
        for seed in (11, 12)
        for notable in standing_out(drawn(draw(np.random.default_rng(seed)), kind=kind), PEERS).values()
    ]
    assert all(notable.tested == 300 for notable in profiles)
    assert sum(bool(notable.findings) for notable in profiles) <= most * len(profiles)


def test_without_the_rule_for_many_tests_every_profile_would_tell_of_chance():
    every = replace(RULE, false_discovery=1.0)
    columns = drawn(np.random.default_rng(11).standard_normal)
    assert sum(bool(each.findings) for each in standing_out(columns, PEERS, every).values()) > 25


@pytest.mark.parametrize("others", [7, 10, 20, 50])
def test_the_chances_that_are_kept_are_those_of_drawn_samples(others):
    sample = np.random.default_rng(others).standard_normal((100_000, others))
    middle = np.median(sample, axis=1)
    spread = np.median(np.abs(sample - middle[:, None]), axis=1) / norm.ppf(0.75)
    for score in (2.0, 3.5, 5.0, 7.0):
        truth = float(np.mean(norm.cdf(middle - score * spread) + norm.cdf(-middle - score * spread)))
        if truth > 1e-5:
            kept = robust.chance(np.array([score]), np.array([others]))[0]
            assert kept == pytest.approx(truth, rel=0.2)


@pytest.mark.shared
def test_of_census_2011_the_municipal_areas_without_sanitation_stand_out_and_little_else(shared_data):
    with (shared_data / "register" / "profile_census2011_bnd2016.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["category"] in ("A", "B")]
    areas = [Place(row["code"], row["name"], row["category"], float(row["population_persons"])) for row in rows]
    columns = [
        Column(
            measured(name, Kind.SHARE, resolution=0.1, least=1.0),
            tuple(
                standing(float(row[name]), row["code"], denominator=float(row["households_toilet_table"]))
                for row in rows if row[name]
            ),
        )
        for name in rows[0] if name.endswith(("_of_households", "_of_persons", "_official_pct"))
    ]  # fmt: skip
    found = {
        (code, finding.measured.code)
        for code, notable in standing_out(columns, peers_of_all(areas)).items() for finding in notable.findings
    }  # fmt: skip
    assert {code for code, indicator in found} == {"EC121", "EC135", "EC137"}  # in the former Transkei
    assert {indicator for code, indicator in found} == {"no_toilet_pct_of_households"}


# What is not tested is not told


def test_a_place_without_a_value_is_told_nothing_of():
    figures = levels()
    del figures[HERE]
    notable = told(column(measured(), figures))
    assert (notable.findings, notable.tested) == ((), 0)
    assert reasons(notable) == {Aspect.LEVEL: Reason.NO_VALUE, Aspect.CHANGE: Reason.NO_VALUE}


def test_peers_without_a_figure_that_may_be_compared_are_not_counted():
    figures = levels() | {HERE: 60.0}
    known = {code: value for code, value in figures.items() if code not in PEERS[HERE].codes[4:]}
    assert reasons(told(column(measured(), known)))[Aspect.LEVEL] == Reason.FEW_PEERS
    five = {code: value for code, value in figures.items() if code not in PEERS[HERE].codes[5:]}
    assert [finding.aspect for finding in told(column(measured(), five)).findings] == [Aspect.LEVEL]


@pytest.mark.parametrize(
    "other",
    [
        {"universe": "persons"},
        {"question": "asked otherwise"},
        {"boundary": "2016"},
        {"is_modelled": True},
        {"is_sample": True},
    ],
)
def test_figures_of_another_universe_question_demarcation_or_method_are_no_measure(other):
    alone = Column(measured(), (standing(60.0, HERE), *(
        standing(value, code, **other) for code, value in levels().items() if code != HERE
    )))  # fmt: skip
    assert reasons(told(alone))[Aspect.LEVEL] == Reason.FEW_PEERS


def test_no_change_is_tested_across_a_break():
    broken = Column(measured(), tuple(
        standing(value + shift, code, period=period, question=question)
        for code, value in levels().items()
        for period, question, shift in ((CENSUS_2011, "old", 0), (CENSUS_2022, "new", 50 if code == HERE else 0))
    ))  # fmt: skip
    notable = told(broken)
    assert reasons(notable)[Aspect.CHANGE] == Reason.BROKEN
    assert [finding.aspect for finding in notable.findings] == [Aspect.LEVEL]
    assert reasons(told(column(measured(), levels())))[Aspect.CHANGE] == Reason.NO_EARLIER


def test_where_all_others_are_alike_only_rounding_can_be_the_measure():
    alike = dict.fromkeys(CODES, 0.0) | {HERE: 40.0}
    assert reasons(told(column(measured(), alike)))[Aspect.LEVEL] == Reason.ALIKE
    assert [each.value for each in told(column(measured(resolution=0.1), alike)).findings] == [40.0]
    same = dict.fromkeys(CODES, 0.0)
    assert told(column(measured(resolution=0.1), same)).findings == ()


def test_where_half_of_the_others_are_alike_the_mean_deviation_is_the_measure():
    half = {code: 5.0 if at % 3 else 5.0 + at / 10 for at, code in enumerate(CODES)}
    notable = told(column(measured(), half | {HERE: 500.0}))
    assert [finding.value for finding in notable.findings] == [500.0]
    assert told(column(measured(), half)).findings == ()


# Small numbers, errors, and what is worth telling


def test_a_share_of_a_small_number_does_not_stand_out_where_the_same_share_of_a_large_one_does():
    shares = {code: value / 10 for code, value in levels(1, 30, 100).items()} | {HERE: 40.0}

    def of(households: float):
        return Column(measured(kind=Kind.SHARE), tuple(
            standing(value, code, denominator=households if code == HERE else 200_000)
            for code, value in shares.items()
        ))  # fmt: skip

    assert [finding.value for finding in told(of(200_000)).findings] == [40.0]
    assert told(of(5)).findings == ()


@pytest.mark.parametrize("kind", list(Uncertainty))
def test_a_value_within_its_error_does_not_stand_out(kind):
    figures = levels() | {HERE: 40.0}

    def within(margin: float):
        return Column(measured(), tuple(
            standing(value, code, margin=margin if code == HERE else None, margin_is=kind)
            for code, value in figures.items()
        ))  # fmt: skip

    [finding] = told(within(2.0)).findings
    assert finding.cautious < finding.score
    assert told(within(19.0)).findings == ()


def test_a_difference_too_small_to_be_worth_telling_is_not_told():
    figures = {code: value / 100 for code, value in levels().items()} | {HERE: 0.5}
    assert told(column(measured(), figures)).findings
    assert told(column(measured(least=1.0), figures)).findings == ()


def test_the_least_likely_come_first_and_the_rest_is_counted():
    columns = [column(measured(f"i{at:02}"), levels(at) | {HERE: 40.0 + at}) for at in range(14)]
    notable = told(*columns)
    sizes = [abs(finding.cautious) for finding in notable.findings]
    assert (len(sizes), notable.more, notable.tested) == (10, 4, 14)
    assert sizes == sorted(sizes, reverse=True)


def test_the_rule_is_said_with_its_numbers():
    assert "beyond 3,5 among all places" in RULE.sentence
    assert "no more than 5 % of what is told" in RULE.sentence


# What does not matter


def shape(outcome) -> list[tuple[str, str, Aspect, Verdict]]:
    return [
        (code, finding.measured.code, finding.aspect, finding.verdict)
        for code, notable in outcome.items() for finding in notable.findings
    ]  # fmt: skip


PLANTED = drawn(np.random.default_rng(5).standard_normal, indicators=4, planted={(2, HERE): 9.0, (1, "M3"): -9.0})
FOUND = shape(standing_out(PLANTED, PEERS))


def test_what_the_properties_below_start_from_is_there():
    assert {(code, indicator) for code, indicator, *_rest in FOUND} >= {(HERE, "i002"), ("M3", "i001")}


@settings(max_examples=25, deadline=None)
@given(st.floats(1e-3, 1e6), st.floats(-1e3, 1e3))
def test_neither_scale_nor_shift_matters(times, plus):
    moved = [
        Column(each.measured, tuple(replace(one, value=((one.value or 0.0) + plus) * times) for one in each.standings))
        for each in PLANTED
    ]
    assert shape(standing_out(moved, PEERS)) == FOUND


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_places_and_of_indicators_does_not_matter(chance):
    columns = [Column(each.measured, tuple(chance.sample(each.standings, len(each.standings)))) for each in PLANTED]
    chance.shuffle(columns)
    codes = chance.sample(CODES, len(CODES))
    assert shape(standing_out(columns, {code: PEERS[code] for code in codes})) == FOUND


def test_turning_figures_and_direction_over_changes_nothing():
    turned = [
        Column(
            replace(each.measured, direction=Direction.LOWER),
            tuple(replace(one, value=-(one.value or 0.0)) for one in each.standings),
        )
        for each in PLANTED
    ]
    assert shape(standing_out(turned, PEERS)) == FOUND


def test_one_place_asked_for_alone_is_told_the_same():
    assert standing_out(PLANTED, PEERS, of=[HERE])[HERE] == standing_out(PLANTED, PEERS)[HERE]
