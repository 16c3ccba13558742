"""Acts and their time in the cycle: a late one is told so, nothing is ever refused for a date that nobody verified."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.budgets.cycle import Act, calendar
from oneplan.budgets.windows import next_reach, reach_of, reaches, warnings_for
from oneplan.commitments.tests import factories
from oneplan.institutions.choices import InstitutionKind, Sphere
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from tests.world import World

DEPARTMENT = Institution(code="nat-x", kind=InstitutionKind.NATIONAL_DEPARTMENT, sphere=Sphere.NATIONAL)
MUNICIPALITY = Institution(code="mun-x", kind=InstitutionKind.LOCAL_MUNICIPALITY, sphere=Sphere.LOCAL)
ENTITY = Institution(code="soe-x", kind=InstitutionKind.STATE_OWNED_ENTITY, sphere=Sphere.NATIONAL)
PFMA_2027, MFMA_2027 = FinancialYear(2027, Basis.PFMA), FinancialYear(2027, Basis.MFMA)


def sentences(act: Act, institution: Institution, day: date, year: FinancialYear | None = None) -> list[str]:
    return [each.sentence.replace("\u00a0", " ") for each in warnings_for(act, institution, day, year)]


# --- agreeing to a commitment -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("institution", "day"), [(DEPARTMENT, date(2026, 6, 30)), (MUNICIPALITY, date(2026, 9, 30))])
def test_what_is_agreed_in_time_is_not_warned_of(institution, day):
    assert sentences(Act.COMMIT, institution, day) == []


def test_a_department_that_agrees_after_the_submissions_is_told_that_it_is_late():
    [told] = sentences(Act.COMMIT, DEPARTMENT, date(2026, 7, 1))
    assert told == (
        "This comes late for the national budget of 2027/28: it was to be agreed by 30 June 2026, before the budget "
        "submissions of July. Until 31 October 2026 it may still be taken up, in the first draft of the annual "
        "performance plan."
    )


def test_a_department_that_agrees_too_late_is_told_which_budget_it_can_shape():
    assert sentences(Act.COMMIT, DEPARTMENT, date(2026, 11, 22)) == [
        "After 31 October 2026 this can no longer shape the national budget of 2027/28; "
        "it can shape the one of 2028/29."
    ]


def test_a_municipality_has_its_own_calendar():
    assert sentences(Act.COMMIT, MUNICIPALITY, date(2026, 11, 22))[0].startswith("This comes late for the municipal")
    assert sentences(Act.COMMIT, MUNICIPALITY, date(2026, 12, 1)) == [
        "After 30 November 2026 this can no longer shape the municipal budget of 2027/28; "
        "it can shape the one of 2028/29."
    ]


def test_a_year_that_runs_cannot_be_shaped_any_more():
    [told] = sentences(Act.COMMIT, DEPARTMENT, date(2026, 11, 22), FinancialYear(2026, Basis.PFMA))
    assert told.startswith("The year of the national budget of 2026/27 began on 1 April 2026.")


def test_a_year_far_ahead_is_not_warned_of():
    assert sentences(Act.COMMIT, DEPARTMENT, date(2026, 11, 22), PFMA_2027.next(3)) == []


def test_who_has_no_known_calendar_is_told_nothing():
    assert sentences(Act.COMMIT, ENTITY, date(2026, 11, 22)) == []
    assert sentences(Act.REPRIORITISE, ENTITY, date(2026, 11, 22)) == []


def test_a_year_on_another_basis_is_answered_with_nothing():
    assert sentences(Act.COMMIT, DEPARTMENT, date(2026, 11, 22), MFMA_2027) == []


# --- moving rand within the year --------------------------------------------------------------------------------------


def test_rand_moves_without_a_word_while_the_window_is_open():
    assert sentences(Act.REPRIORITISE, DEPARTMENT, date(2026, 11, 22)) == []
    assert sentences(Act.REPRIORITISE, MUNICIPALITY, date(2027, 2, 1)) == []


def test_outside_the_window_its_days_are_named():
    assert sentences(Act.REPRIORITISE, MUNICIPALITY, date(2026, 11, 22)) == [
        "Adjustments budget of 2026/27: the window opens on 25 January 2027 and closes on 28 February 2027."
    ]
    assert sentences(Act.REPRIORITISE, DEPARTMENT, date(2026, 12, 1)) == [
        "Adjusted estimates of national expenditure of 2026/27: the window closed on 30 November 2026."
    ]


# --- every day --------------------------------------------------------------------------------------------------------


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.sampled_from(Act), st.sampled_from([DEPARTMENT, MUNICIPALITY]))
def test_no_date_that_nobody_verified_may_block(day, act, institution):
    for each in warnings_for(act, institution, day):
        assert each.may_block == each.is_verified
        assert not each.may_block, "no window is verified yet: whoever verifies one decides here what it may stop"


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_the_next_budget_to_shape_is_the_first_that_is_not_closed(day):
    for influence in calendar().influences:
        reach = next_reach(influence, day)
        assert reach.agree_by < reach.last_by < reach.year.starts_on
        assert not reach.is_closed(day)
        assert reach_of(influence, reach.year.next(-1)).is_closed(day)


def test_each_sphere_has_its_budget_to_shape():
    assert [each.influence.code for each in reaches(date(2026, 11, 22))] == ["national", "provincial", "municipal"]
    assert [each.year.label for each in reaches(date(2026, 11, 22), Sphere.LOCAL)] == ["2027/28"]


# --- on the page of a pledge ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_pledge_page_warns_and_the_pledge_is_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 22))
    commitment = factories.propose()
    address = f"/commitments/{commitment.ref}/parties/nat-dws/pledges/"
    hub = world.client(world.thandi)
    page = hub.get(address).content.decode().replace("\u00a0", " ")
    assert "After 31 October 2026 this can no longer shape the national budget of 2027/28" in page
    assert "The date is not verified; this warns and does not stand in the way." in page
    answer = hub.post(
        address, {"year": "2027-PFMA", "amount": "100", "status": "indicative", "funding_source": "Vote 41"}
    )
    assert answer.status_code == 302
    [pledge] = commitment.parties.get().pledges.all()
    assert pledge.financial_year == PFMA_2027


@pytest.mark.django_db
def test_the_pledge_page_is_silent_while_there_is_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 5, 22))
    commitment = factories.propose()
    page = world.client(world.thandi).get(f"/commitments/{commitment.ref}/parties/nat-dws/pledges/").content.decode()
    assert "note-warning" not in page
