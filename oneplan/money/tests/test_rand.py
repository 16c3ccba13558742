"""Reading and writing rand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.money import BadAmount, format_rand, parse_rand

pytestmark = pytest.mark.engine_free


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("R 1 234 567,89", "1234567.89"),
        ("1,234,567.89", "1234567.89"),
        ("1\u00a0000", "1000"),
        ("-12.5", "-12.5"),
        ("−12,5", "-12.5"),
        ("(1 000)", "-1000"),
        ("0", "0"),
        ("R-5", "-5"),
        ("-ZAR 5", "-5"),
        ("(R 500)", "-500"),
        (60000000.0, "60000000"),
        (0.1, "0.1"),
    ],
)
def test_it_reads_the_ways_amounts_are_written(written, meant):
    assert parse_rand(written) == Decimal(meant)


UNREADABLE = ["", "TBC", "1.234.567", "1,23,4", "12 m", "=1+1", "nan", None, True, float("inf"), "1e9", "--5",
              "(-5)", "-R-5", "(500", "500)", "((5))"]  # fmt: skip


@pytest.mark.parametrize("written", UNREADABLE)
def test_it_refuses_what_is_not_an_amount(written):
    with pytest.raises(BadAmount):
        parse_rand(written)


def test_it_refuses_an_amount_beyond_any_budget():
    with pytest.raises(BadAmount, match="Check the unit"):
        parse_rand("1000000000000000")


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=2))
def test_what_is_written_is_read_back_to_the_cent(amount):
    assert parse_rand(format_rand(amount)) == amount
