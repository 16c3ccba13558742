"""Legal windows: open on their first and last day and on no other, on both bases, in leap years, as amended."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.access.actors import system
from oneplan.budgets.actions.amending import amend_calendar, withdraw_amendment
from oneplan.budgets.cycle import calendar
from oneplan.institutions.choices import InstitutionKind, Sphere
from oneplan.institutions.models import Institution
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.reprioritisation.choices import Instrument
from oneplan.reprioritisation.instruments import instruments, instruments_for
from oneplan.reprioritisation.windows import next_window, open_window, why_closed, windows_for, windows_of

DEPARTMENT = Institution(
    code="d", name="A department", kind=InstitutionKind.NATIONAL_DEPARTMENT, sphere=Sphere.NATIONAL
)
MUNICIPALITY = Institution(
    code="m", name="A municipality", kind=InstitutionKind.LOCAL_MUNICIPALITY, sphere=Sphere.LOCAL
)
ENTITY = Institution(code="e", name="An entity", kind=InstitutionKind.STATE_OWNED_ENTITY, sphere=Sphere.NATIONAL)
EVERYBODY = (DEPARTMENT, MUNICIPALITY, ENTITY)
PFMA_2027, MFMA_2027 = FinancialYear(2027, Basis.PFMA), FinancialYear(2027, Basis.MFMA)
ONE = timedelta(days=1)
SOURCE, REASON = "National Treasury, circular of 3 June 2026", "The dates of the year were circulated."


def test_each_instrument_is_a_line_of_the_calendar_with_a_rule_and_a_reference():
    known = {each.code for each in calendar().duties}
    for code, terms in instruments().items():
        assert terms.window in known and terms.rule and terms.reference, code
    assert {each.code for each in instruments_for(MUNICIPALITY)} == {
        Instrument.IDP_REVIEW, Instrument.TABLED_BUDGET, Instrument.MUNICIPAL_ADJUSTMENTS,
    }  # fmt: skip
    assert [each.code for each in instruments_for(ENTITY)] == [Instrument.CORPORATE_PLAN]
    assert Instrument.VIREMENT in {each.code for each in instruments_for(DEPARTMENT)}


@given(
    st.sampled_from(Instrument), st.sampled_from(EVERYBODY), st.integers(2004, 2060), st.sampled_from(Basis),
    st.integers(-2, 2),
)  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_a_window_is_open_from_its_first_to_its_last_day_and_on_no_other(instrument, institution, start, basis, off):
    year = FinancialYear(start, basis)
    for window in windows_of(instrument, institution, year, {}):
        assert window.opens_on <= window.closes_on <= year.ends_on
        for edge in (window.opens_on, window.closes_on):
            day = edge + off * ONE
            assert window.is_open(day) is (window.opens_on <= day <= window.closes_on)
        first = open_window(instrument, institution, year, window.opens_on, {})
        last = open_window(instrument, institution, year, window.closes_on, {})
        assert first is not None and last is not None
        others = [each for each in windows_of(instrument, institution, year, {}) if each != window]
        for day in (window.opens_on - ONE, window.closes_on + ONE):
            is_open = open_window(instrument, institution, year, day, {}) is not None
            assert is_open is any(each.is_open(day) for each in others)


@pytest.mark.parametrize(("start", "last"), [(2027, "2028-02-28"), (2026, "2027-02-28")])
def test_the_municipal_adjustments_close_in_february_of_leap_years_too(start, last):
    [window] = windows_of(Instrument.MUNICIPAL_ADJUSTMENTS, MUNICIPALITY, FinancialYear(start, Basis.MFMA), {})
    assert window.closes_on == date.fromisoformat(last)
    assert not window.is_open(date(2028, 2, 29))


def test_the_medium_term_submission_serves_three_years():
    windows = windows_of(Instrument.MTEF_SUBMISSION, DEPARTMENT, PFMA_2027, {})
    assert [(each.opens_on, each.closes_on) for each in windows] == [
        (date(year, 6, 1), date(year, 7, 31)) for year in (2024, 2025, 2026)
    ]
    assert next_window(Instrument.MTEF_SUBMISSION, DEPARTMENT, PFMA_2027, date(2025, 8, 1), {}) == windows[2]


def test_no_window_leads_to_a_year_that_is_over():
    for institution in EVERYBODY:
        for each in windows_for_without_table(institution, date(2026, 11, 23)):
            assert each.year.ends_on >= date(2026, 11, 23)


def windows_for_without_table(institution, day):
    return [
        window
        for terms in instruments_for(institution)
        for start in range(2020, 2030)
        if (window := open_window(terms.code, institution, FinancialYear(start, terms.duty.basis), day, {}))
    ]


def test_an_instrument_that_is_not_theirs_has_no_window_and_says_so(db):
    assert windows_of(Instrument.MTEF_SUBMISSION, MUNICIPALITY, PFMA_2027, {}) == []
    assert windows_of(Instrument.MTEF_SUBMISSION, DEPARTMENT, MFMA_2027, {}) == []
    said = why_closed(Instrument.MTEF_SUBMISSION, MUNICIPALITY, PFMA_2027, date(2026, 7, 1))
    assert "is no way to the budget of A municipality" in said and "Choose another instrument" in said


def test_a_closed_window_says_rule_days_and_what_can_be_done(db):
    said = why_closed(Instrument.MTEF_SUBMISSION, DEPARTMENT, FinancialYear(2028, Basis.PFMA), date(2026, 8, 1))
    for part in ("section 27(3)", "It closed on 31 July 2026", "It opens on 1 June 2027", "Nobody has verified"):
        assert part in said.replace("\N{NO-BREAK SPACE}", " "), (part, said)


def test_windows_of_an_institution_are_listed_open_ones_first(db):
    found = windows_for(DEPARTMENT, date(2026, 7, 1))
    assert [each.is_open(date(2026, 7, 1)) for each in found] == sorted(
        (each.is_open(date(2026, 7, 1)) for each in found), reverse=True
    )
    assert Instrument.MTEF_SUBMISSION in {each.instrument for each in found if each.is_open(date(2026, 7, 1))}


def amended(world, **said):
    given = {
        "duty": "mtef_requests", "year": 2027, "opens_on": date(2026, 6, 10), "due_on": date(2026, 7, 20),
        "source": SOURCE, "reason": REASON, **said,
    }  # fmt: skip
    return amend_calendar(by=world.office, **given)


def test_an_amended_window_opens_and_closes_on_the_days_of_its_source(world):
    amended(world)
    [window] = [each for each in windows_of(Instrument.MTEF_SUBMISSION, DEPARTMENT, PFMA_2027) if each.amendment]
    assert (window.opens_on, window.closes_on, window.is_verified) == (date(2026, 6, 10), date(2026, 7, 20), True)
    assert SOURCE in window.source
    for day, is_open in (("2026-06-09", False), ("2026-06-10", True), ("2026-07-20", True), ("2026-07-21", False)):
        found = open_window(Instrument.MTEF_SUBMISSION, DEPARTMENT, PFMA_2027, date.fromisoformat(day))
        assert (found is not None) is is_open, day


def test_a_later_amendment_takes_the_place_of_an_earlier_one_and_can_be_withdrawn(world):
    first, again = amended(world), amended(world)
    assert first == again
    second = amended(world, due_on=date(2026, 8, 14))
    first.refresh_from_db()
    assert first.withdrawn_at and not second.withdrawn_at
    with pytest.raises(StaleRevision):
        withdraw_amendment(second, by=world.office, revision=9, reason=REASON)
    withdraw_amendment(second, by=world.office, revision=second.revision, reason=REASON)
    assert open_window(Instrument.MTEF_SUBMISSION, DEPARTMENT, PFMA_2027, date(2026, 8, 1)) is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"duty": "no_such"}, "has no duty"),
        ({"due_on": date(2026, 6, 1)}, "close before it opens"),
        ({"due_on": date(2028, 6, 1)}, "more than six months off"),
        ({"source": "NT"}, "source that says these days"),
        ({"reason": "so"}, "the reason in at least"),
        ({"year": 1995}, "does not fall due in that year"),
    ],
)
def test_what_cannot_be_is_not_amended(world, said, why):
    with pytest.raises(RuleBroken, match=why):
        amended(world, **said)


def test_the_calendar_is_amended_by_who_keeps_it_alone(world):
    with pytest.raises(NotAllowed):
        amend_calendar(
            by=world.hub36, duty="mtef_requests", year=2027, opens_on=date(2026, 6, 10), due_on=date(2026, 7, 20),
            source=SOURCE, reason=REASON,
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        withdraw_amendment(amended(world), by=world.hub36, revision=1, reason=REASON)


def test_the_system_itself_amends_from_a_file(db):
    assert amend_calendar(
        by=system("tests"), duty="adjustments_budget", year=2026, opens_on=date(2027, 1, 25), due_on=date(2027, 3, 5),
        source=SOURCE, reason=REASON,
    ).ref.startswith("CA")  # fmt: skip
