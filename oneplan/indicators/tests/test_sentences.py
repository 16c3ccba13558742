"""One plain sentence for each indicator of a place: true of what is known, silent of what is not."""

from dataclasses import replace
from datetime import date

import pytest

from oneplan.indicators.comparing.sentences import Beside, amount, finding_sentence, no_value, reason_words, sentence
from oneplan.indicators.comparing.standing_out import standing_out
from oneplan.indicators.comparing.values import Aspect, Column, Direction, Kind, Period, Reason, Standing, Uncertainty
from oneplan.indicators.tests.figures import CENSUS_2011, CODES, PEERS, column, measured, standing

HERE = "DC20"
TOILET = measured(kind=Kind.SHARE)
GROUP = PEERS[HERE]


def said(value: float | None = 6.9, what=TOILET, beside: Beside | None = None, **more) -> str:
    return sentence(what, "Waterberg", standing(value, HERE, **more), beside).replace("\u00a0", " ")


def peers(*values: float | None, **more) -> tuple[Standing, ...]:
    return tuple(standing(value, code, **more) for value, code in zip(values, GROUP.codes, strict=False))


def test_the_level_has_its_unit_universe_period_and_source():
    assert said() == (
        "Households without a toilet in Waterberg: 6,9 % of households in 2022 (Census 2022, Statistics South Africa)."
    )


def test_the_whole_sentence():
    beside = Beside(
        around=(("South Africa", standing(5.2, "ZA")), ("Limpopo", standing(9.0, "LIM"))),
        group=GROUP, peers=peers(1, 2, 3, 4, 5, 6, 6.5, 7, 8), earlier=standing(8.0, HERE, period=CENSUS_2011),
    )  # fmt: skip
    assert said(beside=beside) == (
        "Households without a toilet in Waterberg: 6,9 % of households in 2022; higher (worse) than South Africa "
        "(5,2 %); lower (better) than Limpopo (9,0 %); higher (worse) than 7 of its 9 peers (1 more has no like "
        "figure); down (better) from 8,0 % in 2011 (Census 2022, Statistics South Africa)."
    )


# Beside the nation and the province


def test_places_to_which_it_lies_alike_are_named_together():
    around = (("South Africa", standing(5.2, "ZA")), ("Limpopo", standing(6.0, "LIM")))
    assert "; higher (worse) than South Africa (5,2 %) and Limpopo (6,0 %) (" in said(beside=Beside(around))


@pytest.mark.parametrize(
    ("direction", "value", "words"),
    [
        (Direction.LOWER, 5.2, "higher (worse) than South Africa"),
        (Direction.HIGHER, 5.2, "higher (better) than South Africa"),
        (Direction.NEITHER, 5.2, "higher than South Africa"),
        (Direction.LOWER, 8.0, "lower (better) than South Africa"),
        (Direction.HIGHER, 8.0, "lower (worse) than South Africa"),
        (Direction.NEITHER, 8.0, "lower than South Africa"),
    ],
)
def test_better_and_worse_are_said_only_where_the_indicator_has_a_direction(direction, value, words):
    around = (("South Africa", standing(value, "ZA")),)
    assert words in said(what=replace(TOILET, direction=direction), beside=Beside(around))


def test_figures_that_read_alike_are_the_same():
    assert "the same as South Africa (6,9 %)" in said(6.87, beside=Beside((("South Africa", standing(6.93, "ZA")),)))


@pytest.mark.parametrize(
    ("kind", "words"), [(Uncertainty.SAMPLING, "sampling error"), (Uncertainty.UNDERCOUNT, "the undercount")]
)
def test_what_lies_within_the_error_is_too_close_to_tell_apart(kind, words):
    nation = standing(5.2, "ZA", margin=0.9, margin_is=kind)
    told = said(beside=Beside((("South Africa", nation),)), margin=1.5, margin_is=kind)
    assert f"too close to South Africa (5,2 %) to tell apart, given {words}" in told
    assert f"give or take 1,5 %, {words} at 95 %" in told
    assert "higher (worse) than South Africa" in said(beside=Beside((("South Africa", nation),)), margin=1.4)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"period": CENSUS_2011}, "its figure is of 2011"),
        ({"universe": "persons"}, "one is of households, the other of persons"),
        ({"question": "asked otherwise"}, "the question changed"),
        ({"is_modelled": True}, "one is modelled and the other is not"),
        ({"is_sample": True}, "one is sample data"),
    ],
)
def test_what_may_not_be_compared_with_the_nation_is_said_not_to_be(other, why):
    told = said(beside=Beside((("South Africa", standing(5.2, "ZA", **other)),)))
    assert f"; not compared with South Africa: {why} (" in told
    assert "higher" not in told


def test_a_count_is_told_as_a_part_of_the_nation_s_not_as_lower():
    people = measured("people", Kind.COUNT, title="Population", unit="persons", places=0, direction=Direction.NEITHER)
    beside = Beside((("South Africa", standing(62_027_503, "ZA", universe="persons")),), GROUP, peers(1, 2, 3))
    assert said(762_862, people, beside, universe="persons") == (
        "Population in Waterberg: 762 862 persons in 2022; 1,2 % of South Africa’s 62 027 503 persons (Census 2022, "
        "Statistics South Africa)."
    )


# Beside the peers


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((1, 2, 3, 4, 5, 6, 6, 8, 9, 10), "higher (worse) than 7 of its 10 peers"),
        ((1, 2, 8, 8, 8, 9, 9, 9, 9, 10), "lower (better) than 8 of its 10 peers"),
        ((1, 1, 1, 1, 1, 9, 9, 9, 9, 9), "in the middle of its 10 peers"),
        ((6.9,) * 10, "the same as its 10 peers"),
        ((1, 2, None, None), "higher (worse) than 2 of its 2 peers (8 more have no like figure)"),
        ((5.0,), "higher (worse) than 1 of its 1 peer (9 more have no like figure)"),
        ((), "none of its peers has a figure that may be compared"),
    ],
)
def test_it_is_said_how_many_of_its_peers_it_is_higher_or_lower_than(values, words):
    assert f"; {words} (Census" in said(beside=Beside(group=GROUP, peers=peers(*values)))


def test_peers_too_close_to_tell_are_counted_apart():
    told = said(beside=Beside(group=GROUP, peers=peers(1, 1, 1, 1, 1, 1, 6, 7, 8, 12, margin=1.0)), margin=1.0)
    assert "higher (worse) than 6 of its 10 peers (3 too close to tell)" in told
    close = said(beside=Beside(group=GROUP, peers=peers(*[7.5] * 10, margin=1.0)), margin=1.0)
    assert "too close to its 10 peers to tell apart, given sampling error" in close


def test_peers_of_another_universe_or_period_are_not_counted():
    some = (*peers(1, 2, 3, universe="persons"), *peers(1, 2, 3, period=CENSUS_2011))
    assert "none of its peers has a figure that may be compared" in said(beside=Beside(group=GROUP, peers=some))


def test_a_place_without_fair_peers_is_said_to_have_none():
    alone = replace(GROUP, codes=(), found=3)
    assert "; no fair peers, for too few places are of similar size (" in said(beside=Beside(group=alone))
    unknown = replace(alone, place=replace(alone.place, population=None))
    assert "; no fair peers, for its population is not known (" in said(beside=Beside(group=unknown))


# The trend


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (5.0, "up (worse) from 5,0 % in 2011"),
        (9.0, "down (better) from 9,0 % in 2011"),
        (6.9, "the same as in 2011"),
    ],
)
def test_the_trend_is_told_where_the_two_may_be_compared(before, words):
    assert f"; {words} (" in said(beside=Beside(earlier=standing(before, period=CENSUS_2011)))


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"question": "asked otherwise"}, "the question changed"),
        ({"universe": "persons"}, "one is of households, the other of persons"),
        ({"boundary": "2011"}, "one is on the boundaries of 2016, the other on those of 2011"),
        ({"boundary": ""}, "one is on the boundaries of 2016, the other of no stated year"),
        ({"is_modelled": True, "method": "regression"}, "one is modelled and the other is not"),
    ],
)
def test_across_a_break_there_is_no_trend_and_it_is_said_why(other, why):
    earlier = standing(50.0, period=CENSUS_2011, **{"boundary": "2016", **other})
    told = said(beside=Beside(earlier=earlier), boundary="2016")
    assert f"; no trend from 2011, for {why} (" in told
    assert "up" not in told and "down" not in told and "50" not in told


def test_a_change_within_the_error_is_no_change():
    earlier = standing(6.0, period=CENSUS_2011, margin=1.0)
    told = said(beside=Beside(earlier=earlier), margin=0.5)
    assert "; too close to the 6,0 % of 2011 to tell a change, given sampling error (" in told


# What is modelled, and what is not known


def test_what_is_modelled_is_said_to_be():
    told = said(is_modelled=True, method="small-area estimation", boundary="2016", source="S&P Global")
    assert told.endswith("(S&P Global; modelled by small-area estimation, not an official figure; boundaries of 2016).")


def test_sample_data_and_what_a_source_says_of_its_error_are_said():
    told = said(is_sample=True, stated_error="undercount of 31 % (Statistics South Africa, P0301.4)")
    assert told.endswith("; sample data; undercount of 31 % (Statistics South Africa, P0301.4)).")


@pytest.mark.parametrize("missing", [None, standing(None)])
def test_of_what_is_not_known_nothing_is_claimed(missing):
    beside = Beside((("South Africa", standing(5.2, "ZA")),), GROUP, peers(1, 2, 3), standing(4.0, period=CENSUS_2011))
    assert sentence(TOILET, "Waterberg", missing, beside) == "Households without a toilet in Waterberg: no data."
    owned = no_value(TOILET, "Waterberg", owner="Director: Planning", due="31 March 2027")
    assert owned == (
        "Households without a toilet in Waterberg: no data. The Director: Planning owes it by 31 March 2027."
    )
    assert no_value(TOILET, "Waterberg", owner="Director").endswith("The Director owes it; no date is set.")


def test_an_unknown_nation_peer_or_past_is_left_out():
    beside = Beside((("South Africa", standing(None, "ZA")),), None, (), standing(None, period=CENSUS_2011))
    assert said(beside=beside) == said()


@pytest.mark.parametrize(
    ("what", "value", "written"),
    [
        (measured(unit="R a month", places=0), 2300, "R2 300 a month"),
        (measured(unit="R"), -1.5, "−R1,5"),
        (measured(unit="", places=2), 0.614, "0,61"),
        (measured(unit="per 100 000"), 1234.56, "1 234,6 per 100 000"),
    ],
)
def test_numbers_are_written_as_the_house_writes_them(what, value, written):
    assert amount(what, value).replace("\u00a0", " ") == written


# What stands out


def test_what_stands_out_is_told_beside_what_it_stands_out_from():
    before = {code: 10 + at % 7 / 10 for at, code in enumerate(CODES)}
    after = {code: value - 1 + at % 5 / 100 for at, (code, value) in enumerate(before.items())} | {HERE: 40.0}
    what = measured(unit="%", kind=Kind.SHARE)
    found = standing_out([column(what, after, before)], PEERS, of=[HERE])[HERE].findings
    told = {finding.aspect: finding_sentence(finding).replace("\u00a0", " ") for finding in found}
    assert told == {
        Aspect.LEVEL: "Households without a toilet: 40,0 % in 2022, far higher (worse) than the 9,4 % in the middle of "
        "its peers.",
        Aspect.CHANGE: "Households without a toilet: a change of +2,9 percentage points a year from 2011 to 2022, far "
        "higher (worse) than the −0,1 percentage points in the middle of its peers.",
    }


def test_a_step_that_stands_out_is_told_beside_the_place_s_own():
    years = [Period(date(year, 12, 31), str(year)) for year in range(2010, 2021)]
    series = tuple(standing(20 + at % 3, HERE, period=year) for at, year in enumerate(years))
    jumped = (*series[:-1], replace(series[-1], value=90.0))
    [finding] = standing_out([Column(measured(kind=Kind.LEVEL, unit=""), jumped)], PEERS, of=[HERE])[HERE].findings
    told = finding_sentence(finding)
    assert "a year from 2019 to 2020, far higher (worse) than the" in told
    assert told.endswith("in the middle of its own earlier changes.")


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_for_silence_has_words(reason):
    assert reason_words(reason)


def test_unknown_is_none_and_not_a_number_that_is_none():
    with pytest.raises(ValueError, match="unknown is None"):
        standing(float("nan"))
