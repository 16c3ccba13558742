"""A year out of its quarters, by the calculation type and no other way."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.indicators import choices
from oneplan.indicators.comparing.quarters import Calculation, Quarter, year_of
from oneplan.indicators.comparing.values import Direction, Kind
from oneplan.platform.errors import RuleBroken


def quarters(*values: int | str | None) -> list[Quarter]:
    return [Quarter(at + 1, None if value is None else Decimal(value)) for at, value in enumerate(values)]


@pytest.mark.parametrize(
    ("calculation", "values", "year"),
    [
        (Calculation.CUMULATIVE, (2, 0, 1, 3), 6),
        (Calculation.CUMULATIVE_TO_DATE, (2, 2, 3, 6), 6),
        (Calculation.MAXIMUM, (2, 9, 1, 3), 9),
        (Calculation.LATEST, (2, 9, 1, 3), 3),
    ],
)
def test_a_year_is_what_its_calculation_type_makes_of_four_quarters(calculation, values, year):
    made = year_of(quarters(*values), calculation, Kind.COUNT)
    assert (made.value, made.quarters, made.is_whole) == (year, (1, 2, 3, 4), True)
    assert made.sentence == "All four quarters are in."


@pytest.mark.parametrize("calculation", [each for each in Calculation if each != Calculation.NON_CUMULATIVE])
def test_a_missing_quarter_is_refused_and_so_far_says_which_are_in(calculation):
    given_quarters = quarters(1, 2, None, 4)
    with pytest.raises(RuleBroken) as refused:
        year_of(given_quarters, calculation, Kind.COUNT)
    assert refused.value.sentence == (
        "The year is not computed: quarter 3 is missing. Report it, or ask for the year so far."
    )
    made = year_of(given_quarters, calculation, Kind.COUNT, so_far=True)
    assert (made.quarters, made.missing, made.is_whole) == ((1, 2, 4), (3,), False)
    assert made.sentence == "So far, from quarters 1, 2 and 4."


def test_a_quarter_that_is_not_given_is_missing_like_one_without_a_value():
    with pytest.raises(RuleBroken, match="quarters 2, 3 and 4 are missing"):
        year_of(quarters(1), Calculation.CUMULATIVE, Kind.COUNT)
    assert year_of(quarters(7), Calculation.CUMULATIVE, Kind.COUNT, so_far=True).sentence == "So far, from quarter 1."


def test_no_quarter_makes_no_year_not_even_so_far():
    with pytest.raises(RuleBroken, match="No quarter is in"):
        year_of(quarters(None, None), Calculation.LATEST, Kind.COUNT, so_far=True)


@pytest.mark.parametrize("kind", [Kind.SHARE, Kind.LEVEL, Kind.AMOUNT])
def test_only_counts_are_added_up(kind):
    with pytest.raises(RuleBroken, match="Only counts are added up over quarters"):
        year_of(quarters(80, 90, 85, 95), Calculation.CUMULATIVE, kind)
    assert year_of(quarters(80, 90, 85, 95), Calculation.CUMULATIVE, Kind.COUNT).value == 350


@pytest.mark.parametrize("calculation", [Calculation.CUMULATIVE, Calculation.NON_CUMULATIVE])
def test_a_share_with_parts_and_wholes_is_all_parts_out_of_all_wholes(calculation):
    shares = [
        Quarter(number, None, part=Decimal(part), whole=Decimal(whole))
        for number, part, whole in ((1, 1, 10), (2, 30, 30), (3, 0, 10), (4, 9, 50))
    ]
    assert year_of(shares, calculation, Kind.SHARE).value == 40  # not 37, the mean of 10, 100, 0 and 18
    assert year_of(shares, Calculation.MAXIMUM, Kind.SHARE).value == 100
    assert year_of(shares, Calculation.LATEST, Kind.SHARE, base=Decimal(1000)).value == 180


def test_non_cumulative_quarters_make_no_year_of_themselves():
    with pytest.raises(RuleBroken, match="measured anew each quarter"):
        year_of(quarters(85, 85, 85, 85), Calculation.NON_CUMULATIVE, Kind.SHARE)


def test_a_running_total_that_falls_was_reported_quarter_by_quarter():
    with pytest.raises(RuleBroken) as refused:
        year_of(quarters(1000, 1500, 400, 2000), Calculation.CUMULATIVE_TO_DATE, Kind.COUNT)
    assert refused.value.sentence.replace("\u00a0", " ") == (
        "Quarter 3 reports 400 after 1 500 in quarter 2, but a total of the year so far cannot fall. Check whether "
        "each quarter was reported by itself."
    )
    assert year_of(quarters(50, 40, 45, 44), Calculation.CUMULATIVE_TO_DATE, Kind.SHARE).value == 44


def test_a_quarter_given_twice_and_a_fifth_quarter_are_errors():
    with pytest.raises(ValueError, match="given twice"):
        year_of([*quarters(1), *quarters(1)], Calculation.LATEST, Kind.COUNT)
    with pytest.raises(ValueError, match="no quarter 5"):
        Quarter(5, Decimal(1))


@given(st.permutations(quarters("1.1", "2.2", "3.3", "4.4")), st.sampled_from(list(Calculation)[:2]))
def test_the_order_in_which_quarters_are_given_does_not_matter(some, calculation):
    assert year_of(some, calculation, Kind.COUNT).value == {
        Calculation.CUMULATIVE: Decimal("11.0"), Calculation.CUMULATIVE_TO_DATE: Decimal("4.4"),
    }[calculation]  # fmt: skip


def test_the_codes_are_those_of_the_registry():
    assert set(choices.Calculation.values) <= set(Calculation)
    assert set(choices.Direction.values) == set(Direction)
