"""Traced: what became of an ask is found in the budgets that were received after it, and never typed."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from oneplan.access.actors import PUBLIC
from oneplan.alignment.actions.linking import confirm_link, write_link
from oneplan.alignment.actions.recording import record_line
from oneplan.alignment.choices import LinkKind
from oneplan.alignment.lines import every_line, now_serving
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.choices import AmountType, Standing
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.tests import conftest as budgets
from oneplan.budgets.tests.records import figure
from oneplan.commitments.tests.factories import propose
from oneplan.periods import clock
from oneplan.reprioritisation.actions import answer_ask, trace_asks
from oneplan.reprioritisation.choices import AskState, ReplyCode
from oneplan.reprioritisation.queries import asks_visible_to, card_of
from oneplan.reprioritisation.tests.asks import BY, IN_WINDOW, routed

warehouse = budgets.warehouse
NEXT_YEAR = datetime(2027, 3, 1, 10, tzinfo=UTC)
REASON = "It is the scheme that the vote names."


def told(amount, kind, **said):
    return figure(
        "nat-dws", amount, **{
            "amount_type": kind, "basis": 4, "year": 2027, "programme": ("41", "Infrastructure", ""),
            "project": "Giyani", **said,
        }
    )  # fmt: skip


def received(number, when):
    BudgetRelease.objects.filter(ref=f"B{number}").update(received_at=when)


@pytest.fixture
def asked(world, warehouse):
    """A budget of February 2026 says R100 m for 2027/28, indicative; in July Waterberg asks for R50 m more."""
    warehouse(
        national_expenditure=[
            told("100000000.00", AmountType.INDICATIVE_1),
            told("9.00", AmountType.ORIGINAL, year=2026),
        ]
    )
    received(1, datetime(2026, 2, 25, tzinfo=UTC))
    with clock.pretending(datetime(2026, 3, 2, 10, tzinfo=UTC)):
        commitment = propose("DC36", "nat-dws")
    line = record_line(next(iter(every_line(by=PUBLIC))).terms, build=now_serving())
    link = write_link(LinkKind.COMMITMENT_LINE, commitment, line, by=BY, reason=REASON)
    confirm_link(link, by=BY, revision=link.revision, reason=REASON, share=Decimal("0.5"))
    with clock.pretending(IN_WINDOW):
        ask = routed(world, commitment=commitment)
        answer_ask(ask, by=world.sipho, revision=ask.revision, code=ReplyCode.AGREED, reason=REASON)
    ask.refresh_from_db()
    return ask


def next_budget(*figures):
    """The budget of February 2027 is received and built."""
    number = BudgetRelease.objects.count() + 1
    budgets.receive("national-expenditure", list(figures))
    received(number, datetime(2027, 2, 24, tzinfo=UTC))
    build_warehouse(by=BY)
    with clock.pretending(NEXT_YEAR):
        return trace_asks(by=BY)


def test_the_first_budget_is_no_proof_of_anything_that_was_asked_later(asked):
    assert asked.steps.get(state=AskState.ROUTED).before == Decimal("50000000.00")
    with clock.pretending(NEXT_YEAR):
        assert trace_asks(by=BY).found == 0
    asked.refresh_from_db()
    assert asked.state == AskState.ANSWERED and asked.public_from is None


def test_the_next_budget_with_the_money_traces_it_wholly(asked):
    traced = next_budget(told("200000000.00", AmountType.ORIGINAL))
    assert (traced.found, traced.opened) == (1, 1)
    asked.refresh_from_db()
    step = asked.steps.get(state=AskState.ADOPTED)
    assert (step.before, step.found, step.release.ref) == (Decimal("50000000.00"), Decimal("100000000.00"), "B2")
    assert "all that was asked" in step.source and asked.state == AskState.ADOPTED
    assert card_of(asked, by=PUBLIC).found == Decimal("50000000.00")
    with clock.pretending(NEXT_YEAR):
        assert asks_visible_to(PUBLIC).get() == asked


def test_the_same_again_changes_nothing(asked):
    next_budget(told("200000000.00", AmountType.ORIGINAL))
    asked.refresh_from_db()
    revision = asked.revision
    with clock.pretending(NEXT_YEAR):
        again = trace_asks(by=BY)
    asked.refresh_from_db()
    assert (again.found, again.opened, asked.revision) == (0, 0, revision)


def test_the_next_budget_with_part_of_the_money_says_how_much(asked):
    next_budget(told("120000000.00", AmountType.TABLED))
    step = asked.steps.get(state=AskState.TABLED)
    assert step.found - step.before == Decimal("10000000.00") and "part of what was asked" in step.source


def test_the_next_budget_without_the_money_opens_the_ask_and_moves_nothing(asked):
    traced = next_budget(told("100000000.00", AmountType.ORIGINAL))
    asked.refresh_from_db()
    assert (traced.found, traced.opened, asked.state) == (0, 1, AskState.ANSWERED)


def test_figures_inside_government_neither_trace_nor_open_an_ask(asked):
    budgets.receive("national-expenditure", [told("200000000.00", AmountType.ORIGINAL)], standing=Standing.GOVERNMENT)
    received(2, datetime(2027, 2, 24, tzinfo=UTC))
    build_warehouse(by=BY)
    with clock.pretending(NEXT_YEAR):
        traced = trace_asks(by=BY)
    assert (traced.found, traced.opened) == (0, 0)


def test_an_adjusted_budget_moves_it_on(asked):
    next_budget(told("200000000.00", AmountType.ORIGINAL), told("230000000.00", AmountType.ADJUSTED))
    asked.refresh_from_db()
    assert asked.state == AskState.ADJUSTED
    assert [step.state for step in asked.steps.exclude(release=None)] == [AskState.ADOPTED, AskState.ADJUSTED]
