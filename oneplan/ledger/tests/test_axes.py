"""The three axes: one worked example for each combination, and the edges between words."""

from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from oneplan.ledger import rules
from oneplan.ledger.choices import Execution, Funding, Movement
from oneplan.ledger.rules import SHARE_PARTS, Amounts

EXAMPLES = yaml.safe_load((Path(__file__).parent / "examples.yaml").read_text(encoding="utf-8"))["examples"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: "-".join(each["said"]))
def test_each_combination_of_the_axes_has_a_worked_example(example):
    amounts: dict[str, Any] = {
        name: value if isinstance(value, bool) else Decimal(str(value)) for name, value in example["told"].items()
    }
    told = Amounts(**amounts, has_ended=True)
    assert [rules.funding(told), rules.movement(told), rules.execution(told)] == example["said"], example["why"]


def test_no_combination_is_left_out():
    wanted = {tuple(map(str, each)) for each in product(Funding, Movement, Execution)}
    assert {tuple(each["said"]) for each in EXAMPLES} == wanted


def rand(text):
    return Decimal(text)


def test_unknown_is_never_unfunded():
    told = Amounts(pledged=rand("1000"))
    assert rules.funding(told) == Funding.UNKNOWN
    assert rules.funding(replace(told, budget=rand("0"))) == Funding.UNFUNDED
    assert rules.funding(replace(told, pledged=rand("0"), says_unfunded=True)) == Funding.UNFUNDED


@pytest.mark.parametrize(
    ("budget", "said"),
    [("980.00", Funding.FUNDED), ("979.99", Funding.PART_FUNDED), ("20.01", Funding.PART_FUNDED),
     ("20.00", Funding.UNFUNDED)],
)  # fmt: skip
def test_funding_turns_at_the_cent(budget, said):
    assert rules.funding(Amounts(pledged=rand("1000"), budget=rand(budget))) == said


@pytest.mark.parametrize(
    ("budget", "said"),
    [("102.00", Movement.UNCHANGED), ("102.01", Movement.INCREASED), ("98.00", Movement.UNCHANGED),
     ("97.99", Movement.REDUCED)],
)  # fmt: skip
def test_movement_turns_at_the_cent(budget, said):
    assert rules.movement(Amounts(budget=rand(budget), before=rand("100"), total=rand(budget))) == said


def test_money_that_went_to_another_year_or_line_is_moved():
    stayed = Amounts(total=rand("100"), total_before=rand("100"))
    assert rules.movement(replace(stayed, budget=None, before=rand("100"))) == Movement.MOVED
    assert rules.movement(replace(stayed, budget=rand("100"), before=None)) == Movement.MOVED
    other_line = replace(stayed, budget=rand("100"), before=rand("100"), same_lines=False)
    assert rules.movement(other_line) == Movement.MOVED
    assert rules.movement(stayed) == Movement.UNKNOWN  # nothing was known of this year, then or now


def test_execution_waits_for_the_end_of_the_year_and_for_spending():
    told = Amounts(budget=rand("100"), spent=rand("10"), has_ended=True)
    assert rules.execution(replace(told, has_ended=False)) == Execution.UNKNOWN
    assert rules.execution(replace(told, spent=None)) == Execution.UNKNOWN
    assert rules.execution(told) == Execution.UNDERSPENT  # the next adjusted budget is not in
    assert rules.execution(replace(told, next_original=rand("5"), next_adjusted=rand("49.99"))) == Execution.LAPSED
    assert rules.execution(replace(told, next_original=rand("5"), next_adjusted=rand("50"))) == Execution.UNDERSPENT


@st.composite
def shares(draw):
    links = draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=12, unique=True))
    parts, left = [], SHARE_PARTS
    for link in links:
        part = draw(st.integers(0, left))
        parts.append((link, part))
        left -= part
    return parts


@given(cents=st.integers(-(10**17), 10**17), given_shares=shares())
def test_parts_and_what_falls_to_nobody_are_the_line_to_the_cent(cents, given_shares):
    parts = rules.split(cents, given_shares)
    assert set(parts) == {link for link, _part in given_shares}
    for link, part in given_shares:
        assert abs(parts[link] - Decimal(cents) * part / SHARE_PARTS) < 1  # nobody is a cent or more off
    nobody = cents - sum(parts.values())
    rest = SHARE_PARTS - sum(part for _link, part in given_shares)
    assert abs(nobody - Decimal(cents) * rest / SHARE_PARTS) < 1
    if rest == 0:
        assert nobody == 0
    assert rules.split(cents, list(reversed(given_shares))) == parts  # in whatever order they are told


def test_shares_above_the_line_are_refused():
    with pytest.raises(ValueError, match="more than the line"):
        rules.split(100, [(1, SHARE_PARTS), (2, 1)])


def test_a_rand_that_several_datasets_tell_counts_once():
    main, order = ("a", "b"), ("a", "b", "c", "d")
    assert rules.counted_datasets(["a", "b", "c"], main, order) == {"a", "b"}
    assert rules.counted_datasets(["d", "c"], main, order) == {"c"}
    assert rules.counted_datasets([], main, order) == frozenset()


def test_every_threshold_says_why():
    at = rules.thresholds()
    assert all(each.reason and each.reference for each in (at.tolerance, at.token, at.spent, at.rolled_over))
