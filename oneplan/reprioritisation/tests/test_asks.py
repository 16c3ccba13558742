"""Asks: routed only in a legal window, answered by the accounting officer alone, never a budget figure."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplan.access.actors import PUBLIC
from oneplan.budgets.models import BudgetRelease, CalendarAmendment
from oneplan.commitments.actions import withdraw_commitment
from oneplan.commitments.tests.factories import propose
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, Refused, RuleBroken, StaleRevision
from oneplan.reprioritisation.actions import (
    answer_ask,
    draft_ask,
    lapse_asks,
    move_ask,
    revise_ask,
    route_ask,
    withdraw_ask,
)
from oneplan.reprioritisation.choices import FROM_RELEASES_ONLY, AskState, Instrument, ReplyCode
from oneplan.reprioritisation.models import Ask
from oneplan.reprioritisation.queries import AskFilters, asks_visible_to, card_of, treasury_of, waiting_for
from oneplan.reprioritisation.tests.asks import BY, IN_WINDOW, WHY, YEAR, draft, routed

REASON = "It fits the bulk water programme."


@pytest.fixture
def july():
    """The first of July 2026: the window of the medium-term submission is open."""
    with clock.pretending(IN_WINDOW):
        yield


def answer(world, ask, code=ReplyCode.AGREED, **said):
    given: dict[str, Any] = {"revision": ask.revision, "reason": REASON, **said}
    return answer_ask(ask, by=given.pop("by", world.sipho), code=code, **given)


def test_an_ask_is_routed_with_its_rule_reference_and_closing_day(world, july):
    ask = routed(world)
    assert ask.state == AskState.ROUTED and ask.closes_on == date(2026, 7, 31)
    assert "section 27(3)" in ask.window_reference and ask.treasury_id == "nat-treasury"
    assert [entry.event for entry in history(ask)] == ["ask.routed", "ask.drafted"]


@pytest.mark.parametrize(
    ("when", "is_open"), [("2026-05-31", False), ("2026-06-01", True), ("2026-07-31", True), ("2026-08-01", False)]
)
def test_outside_the_window_nothing_is_routed(world, when, is_open):
    with clock.pretending(datetime.fromisoformat(f"{when}T10:00:00+00:00")):
        ask = draft(world)
        if is_open:
            assert route_ask(ask, by=world.hub36, revision=1).window == "mtef_requests-2027+0"
        else:
            with pytest.raises(RuleBroken, match=r"is not open today \(PFMA 1 of 1999, section 27\(3\)"):
                route_ask(ask, by=world.hub36, revision=1)
            ask.refresh_from_db()
            assert (ask.state, ask.window, ask.steps.count()) == (AskState.DRAFT, "", 0)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"amount": Decimal(0)}, "more than R0"),
        ({"motivation": "please"}, "at least 10 signs"),
        ({"year": FinancialYear(2024, Basis.PFMA)}, "is over: its budget is locked"),
        ({"year": FinancialYear(2027, Basis.MFMA)}, "is no way to the budget of"),
        ({"instrument": Instrument.IDP_REVIEW}, "is no way to the budget of"),
    ],
)
def test_what_cannot_be_asked_is_not_drafted(world, july, said, why):
    with pytest.raises(RuleBroken, match=why):
        draft(world, **said)
    assert not Ask.objects.exists()


def test_only_a_party_is_asked_and_only_for_what_stands_and_lands_here(world, july):
    with pytest.raises(RuleBroken, match="is no party of"):
        draft(world, institution=Institution.objects.get(pk="nat-tourism"))
    commitment = propose("DC36", "nat-dws")
    with pytest.raises(RuleBroken, match="has no share in"):
        draft_ask(by=BY, space=world.eth, commitment=commitment, institution=world.dws, year=YEAR, amount=Decimal(1),
                  instrument=Instrument.MTEF_SUBMISSION, motivation=WHY)  # fmt: skip
    ask = draft(world, commitment=commitment)
    withdraw_commitment(commitment, by=BY, revision=commitment.revision, reason="It was promised twice.")
    with pytest.raises(RuleBroken, match="was withdrawn: nothing is asked for it"):
        route_ask(ask, by=world.hub36, revision=ask.revision)


def test_who_may_draft_route_and_withdraw(world, july):
    with pytest.raises(NotAllowed):
        draft(world, by=world.thandi)
    ask = draft(world, by=world.technical)
    for stranger in (world.technical, world.thandi, world.sipho, world.office):
        with pytest.raises(NotAllowed):
            route_ask(ask, by=stranger, revision=ask.revision)
        with pytest.raises(NotAllowed):
            withdraw_ask(ask, by=stranger, revision=ask.revision, reason=REASON)


def test_a_draft_is_revised_and_a_routed_ask_is_not(world, july):
    terms: dict[str, Any] = {
        "year": YEAR,
        "amount": Decimal("7.00"),
        "instrument": Instrument.MTEF_SUBMISSION,
        "motivation": WHY,
    }
    ask = revise_ask(draft(world), by=world.hub36, revision=1, **terms)
    assert ask.amount == Decimal("7.00")
    with pytest.raises(StaleRevision):
        revise_ask(ask, by=world.hub36, revision=1, **terms)
    ask = route_ask(ask, by=world.hub36, revision=ask.revision)
    with pytest.raises(RuleBroken, match="its terms stand"):
        revise_ask(ask, by=world.hub36, revision=ask.revision, **terms)


def test_the_accounting_officer_alone_answers(world, july):
    ask = routed(world)
    for stranger in (world.planner, world.hub36, world.office, world.ayanda, world.analyst):
        with pytest.raises(NotAllowed):
            answer(world, ask, by=stranger)
    reply = answer(world, ask)
    ask.refresh_from_db()
    assert ask.state == AskState.ANSWERED and reply.answered_by.startswith("Sipho, ")
    assert card_of(ask, by=world.sipho).reply == reply


@pytest.mark.parametrize(
    ("code", "said", "why"),
    [
        (ReplyCode.AGREED_IN_PART, {}, "Say how much of"),
        (ReplyCode.AGREED_IN_PART, {"amount": Decimal("50000000.00")}, "less than was asked"),
        (ReplyCode.AGREED, {"amount": Decimal(5)}, "Only “agreed in part” says an amount"),
        (ReplyCode.LATER_YEAR, {"year": 2027}, "Say which year after"),
        (ReplyCode.DECLINED, {"year": 2029}, "Only “in a later year” names a year"),
        (ReplyCode.DECLINED, {"reason": "no"}, "the reason in at least"),
    ],
)
def test_an_answer_says_what_its_code_asks_for(world, july, code, said, why):
    ask = routed(world)
    with pytest.raises(RuleBroken, match=why):
        answer(world, ask, code, **said)
    assert not ask.replies.exists()


def test_a_second_answer_takes_the_place_of_the_first_and_both_are_kept(world, july):
    ask = routed(world)
    answer(world, ask, ReplyCode.DECLINED)
    ask.refresh_from_db()
    answer(world, ask, ReplyCode.AGREED_IN_PART, amount=Decimal("20000000.00"))
    assert [each.is_standing for each in ask.replies.order_by("pk")] == [False, True]


def test_after_the_window_an_unanswered_ask_lapses_and_is_not_answered(world):
    with clock.pretending(IN_WINDOW):
        ask = routed(world)
    with clock.pretending(datetime(2026, 8, 1, 10, tzinfo=UTC)):
        with pytest.raises(RuleBroken, match="The window of this ask closed on 2026-07-31"):
            answer(world, ask)
        assert (lapse_asks(by=BY), lapse_asks(by=BY)) == (1, 0)
    ask.refresh_from_db()
    assert ask.state == AskState.LAPSED


def test_what_was_agreed_goes_into_a_submission_with_its_source_and_no_further_by_hand(world, july):
    ask = routed(world)
    said: dict[str, Any] = {"by": world.sipho, "source": "Submission of 31 July, page 12", "on": date(2026, 7, 1)}
    answer(world, ask, ReplyCode.DECLINED)
    ask.refresh_from_db()
    with pytest.raises(RuleBroken, match="Only what was agreed"):
        move_ask(ask, revision=ask.revision, to=AskState.IN_SUBMISSION, **said)
    answer(world, ask)
    ask.refresh_from_db()
    for state in FROM_RELEASES_ONLY:
        with pytest.raises(RuleBroken, match="is never typed"):
            move_ask(ask, revision=ask.revision, to=state, **said)
    with pytest.raises(RuleBroken, match="still to come"):
        move_ask(ask, revision=ask.revision, to=AskState.IN_SUBMISSION, **{**said, "on": date(2026, 7, 2)})
    ask = move_ask(ask, revision=ask.revision, to=AskState.IN_SUBMISSION, **said)
    with pytest.raises(NotAllowed):
        move_ask(ask, revision=ask.revision, to=AskState.RECOMMENDED, **{**said, "by": world.hub36})
    ask = move_ask(ask, revision=ask.revision, to=AskState.RECOMMENDED, **said)
    assert [step.state for step in ask.steps.all()] == ["routed", "answered", "in_submission", "recommended"]


def test_before_tabling_only_those_whom_it_binds_read_it(world, july):
    ask = routed(world)
    readers = {"hub36": world.hub36, "technical": world.technical, "sipho": world.sipho, "planner": world.planner}
    others = {
        "thandi": world.thandi, "office": world.office, "analyst": world.analyst, "auditor": world.auditor,
        "coordinator": world.coordinator, "ayanda": world.ayanda, "charlie": world.charlie, "public": PUBLIC,
        "admin": world.admin, "lerato": world.lerato,
    }  # fmt: skip
    assert {name for name, actor in {**readers, **others}.items() if asks_visible_to(actor).exists()} == {*readers}
    treasurer = world.signatory("Thabo", "nat-treasury")
    assert asks_visible_to(treasurer).get() == ask
    Ask.objects.update(public_from=date(2026, 7, 1))
    assert all(asks_visible_to(actor).exists() for actor in others.values())


def test_a_draft_is_read_by_the_space_alone(world, july):
    draft(world)
    assert asks_visible_to(world.hub36).exists()
    assert not asks_visible_to(world.sipho).exists() and not asks_visible_to(world.planner).exists()


def test_what_waits_for_an_answer_and_what_a_filter_finds(world, july):
    ask = routed(world)
    assert waiting_for(world.sipho) == [ask] and waiting_for(world.hub36) == [] == waiting_for(world.planner)
    rows = asks_visible_to(world.hub36)
    for found in (AskFilters(q=(ask.ref,)), AskFilters(state=("routed",), year=("2027",), institution=("nat-dws",))):
        assert list(found.apply(rows)) == [ask]
    assert not AskFilters(space=("ETH",)).apply(rows).exists()


@pytest.mark.parametrize(
    ("code", "treasury"),
    [("nat-dws", "nat-treasury"), ("lim-health", "lim-treasury"), ("mun-lim366", "lim-treasury"),
     ("lim-treasury", "nat-treasury"), ("nat-treasury", None)],
)  # fmt: skip
def test_each_institution_has_its_treasury(db, code, treasury):
    found = treasury_of(Institution.objects.get(pk=code))
    assert (found.pk if found else None) == treasury


@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from(["route", "answer", "submit", "recommend", "withdraw", "lapse"]), st.integers(0, 900),
            st.sampled_from(ReplyCode),
        ), max_size=8,
    )
)  # fmt: skip
@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_no_act_works_outside_a_window_touches_a_locked_year_or_writes_a_budget(world, acts):
    """Whatever is tried on whatever day: what happened, happened in the window and before the year was over."""
    with clock.pretending(datetime(2026, 5, 1, 10, tzinfo=UTC)):
        ask = draft(world, commitment=propose("DC36", "nat-dws"))
    day = date(2026, 5, 1).toordinal()
    for act, later, code in acts:
        when = datetime.fromordinal(day + later).replace(hour=10, tzinfo=UTC)
        ask.refresh_from_db()
        before = ask.state
        more: dict[str, Any] = {"amount": Decimal(1)} if code == ReplyCode.AGREED_IN_PART else {}
        more |= {"year": 2028} if code == ReplyCode.LATER_YEAR else {}
        said: dict[str, Any] = {"source": "A document of the department", "on": when.date()}
        with clock.pretending(when):
            try:
                match act:
                    case "route":
                        route_ask(ask, by=world.hub36, revision=ask.revision)
                    case "answer":
                        answer(world, ask, code, **more)
                    case "submit":
                        move_ask(ask, by=world.sipho, revision=ask.revision, to=AskState.IN_SUBMISSION, **said)
                    case "recommend":
                        move_ask(ask, by=world.sipho, revision=ask.revision, to=AskState.RECOMMENDED, **said)
                    case "withdraw":
                        withdraw_ask(ask, by=world.hub36, revision=ask.revision, reason=REASON)
                    case "lapse":
                        lapse_asks(by=BY)
            except Refused:
                ask.refresh_from_db()
                assert ask.state == before
                continue
        ask.refresh_from_db()
        today = when.date()
        if act == "route":
            assert (
                any(date(year, 6, 1) <= today <= date(year, 7, 31) for year in (2024, 2025, 2026))
                and today <= YEAR.ends_on
            )
        if act == "answer":
            assert ask.routed_at.date() <= today <= ask.closes_on
        assert ask.state not in FROM_RELEASES_ONLY and ask.public_from is None
        assert (ask.year, ask.basis, ask.amount) == (2027, "PFMA", Decimal("50000000.00"))
    assert not BudgetRelease.objects.exists() and not CalendarAmendment.objects.exists()
