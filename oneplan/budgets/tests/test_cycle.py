"""The budget cycle: each year has each duty once, windows are in order, and how sure a date is stays with it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.budgets import cycle
from oneplan.budgets.cycle import MILESTONES, Every, Precision, Rule, Scope, between, coming, due_between, duty, open_on
from oneplan.budgets.cycle_drawing import LANE, WIDTH, draw, field_around
from oneplan.budgets.cycle_words import countdown, places, when
from oneplan.frameworks.definitions import Standing
from oneplan.frameworks.holidays import is_public_holiday
from oneplan.frameworks.loading import BrokenFileError
from oneplan.institutions.choices import Sphere
from oneplan.periods.years import Basis, FinancialYear

pytestmark = pytest.mark.engine_free

TODAY = date(2026, 11, 22)
TIMES = {Every.YEAR: 1, Every.QUARTER: 4, Every.MONTH: 12}
days = st.dates(date(2027, 1, 1), date(2090, 1, 1))  # every line of the file is in force
starts = st.integers(2028, 2090)


def only(code: str, start: int) -> cycle.Occurrence:
    [found] = cycle.occurrences(duty(code), FinancialYear(start, duty(code).basis))
    return found


# --- years ------------------------------------------------------------------------------------------------------------


@given(starts)
def test_each_financial_year_has_each_duty_as_often_as_it_comes(start):
    for each in cycle.calendar().duties:
        found = cycle.occurrences(each, FinancialYear(start, each.basis))
        assert len(found) == TIMES[each.every], each.code
        assert len({one.due_on for one in found}) == len(found), each.code


@given(starts)
def test_no_window_closes_before_it_opens(start):
    for each in cycle.calendar().duties:
        for one in cycle.occurrences(each, FinancialYear(start, each.basis)):
            assert one.opens_on <= one.due_on, one.key


@given(starts)
def test_a_duty_falls_due_a_year_after_the_last_time(start):
    for each in cycle.calendar().duties:
        if each.every is Every.YEAR:
            apart = only(each.code, start + 1).due_on - only(each.code, start).due_on
            assert apart in (timedelta(days=365), timedelta(days=366)), each.code


@given(days, st.integers(0, 500))
def test_nothing_is_missed_between_two_days_however_the_time_is_cut(day, length):
    last, middle = day + timedelta(days=length), day + timedelta(days=length // 2)
    whole = [each.key for each in due_between(day, last)]
    parts = [*due_between(day, middle), *due_between(middle + timedelta(days=1), last)]
    assert whole == [each.key for each in parts]


@given(days)
def test_everything_near_a_day_is_found_whichever_year_it_is_about(day):
    """What `between` looks through reaches far enough: a wider search finds nothing more."""
    wide = {
        one.key
        for each in cycle.calendar().duties
        for start in range(day.year - 6, day.year + 7)
        for one in cycle.occurrences(each, FinancialYear(start, each.basis))
        if one.is_open(day)
    }
    assert {each.key for each in between(day, day)} == wide


@given(days)
def test_what_comes_next_is_in_order_and_never_past(day):
    found = [each.due_on for each in coming(day, 20)]
    assert len(found) == 20
    assert found == sorted(found)
    assert found[0] >= day


def test_the_keys_of_everything_differ():
    keys = [each.key for each in between(date(2020, 1, 1), date(2035, 1, 1))]
    assert len(keys) == len(set(keys))


# --- single days ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "start", "opens_on", "due_on"),
    [
        ("mtef_submissions", 2027, date(2026, 7, 1), date(2026, 7, 31)),
        ("national_budget", 2028, date(2028, 2, 1), date(2028, 2, 29)),  # a whole month has 29 February
        ("adjustments_budget", 2027, date(2028, 1, 25), date(2028, 2, 28)),  # a day of the law has not
        ("pfma_statements", 2026, date(2027, 5, 31), date(2027, 5, 31)),
        ("draft_budget", 2027, date(2027, 3, 31), date(2027, 3, 31)),
        ("midyear_assessment", 2026, date(2027, 1, 25), date(2027, 1, 25)),
        ("mfma_statements", 2025, date(2026, 8, 31), date(2026, 8, 31)),
        ("sdbip_approved", 2026, date(2026, 7, 28), date(2026, 7, 28)),
        ("sdbip_to_treasuries", 2026, date(2026, 8, 7), date(2026, 8, 7)),
        ("one_plan_review", 2028, date(2027, 2, 1), date(2027, 7, 31)),
    ],
)
def test_a_duty_falls_where_its_source_says(code, start, opens_on, due_on):
    found = only(code, start)
    assert (found.opens_on, found.due_on) == (opens_on, due_on)


def test_the_monthly_statement_waits_ten_working_days_past_weekends_and_holidays():
    october = cycle.occurrences(duty("monthly_statement"), FinancialYear(2026, Basis.MFMA))[3]
    assert october.period_ends_on == date(2026, 10, 31)
    assert october.due_on == date(2026, 11, 16)  # the election of 4 November does not count
    assert is_public_holiday(date(2026, 11, 4))


def test_quarters_are_those_of_the_year_that_is_meant():
    irm = cycle.occurrences(duty("infrastructure_report"), FinancialYear(2026, Basis.PFMA))
    mayor = cycle.occurrences(duty("quarterly_mayor"), FinancialYear(2026, Basis.MFMA))
    assert [each.due_on for each in irm] == [
        date(2026, 7, 22), date(2026, 10, 22), date(2027, 1, 22), date(2027, 4, 22),
    ]  # fmt: skip
    assert [each.due_on for each in mayor] == [
        date(2026, 10, 30), date(2027, 1, 30), date(2027, 4, 30), date(2027, 7, 30),
    ]  # fmt: skip


def test_what_was_not_in_force_did_not_fall_due():
    assert cycle.occurrences(duty("infrastructure_grant_month"), FinancialYear(2021, Basis.PFMA)) == ()
    first = cycle.occurrences(duty("infrastructure_grant_month"), FinancialYear(2022, Basis.PFMA))
    assert [each.due_on for each in first] == [date(2023, 4, 15)]


def test_a_line_that_ended_no_longer_falls_due():
    ended = replace(duty("draft_budget"), valid_to=date(2027, 3, 31))
    assert cycle.occurrences(ended, FinancialYear(2026, Basis.MFMA))
    assert not cycle.occurrences(ended, FinancialYear(2027, Basis.MFMA))


# --- how sure a date is -----------------------------------------------------------------------------------------------


def test_what_is_counted_from_an_unverified_day_is_not_verified():
    assert duty("sdbip_to_treasuries").standing is Standing.SOURCE
    assert only("sdbip_to_treasuries", 2026).standing is Standing.UNVERIFIED
    assert not only("sdbip_to_treasuries", 2026).is_verified


def test_only_verified_dates_can_be_asked_for():
    every = between(TODAY, TODAY + timedelta(days=365))
    sure = between(TODAY, TODAY + timedelta(days=365), Scope(is_verified_only=True))
    assert 0 < len(sure) < len(every)
    assert {each.standing for each in sure} == {Standing.SOURCE}


def test_every_line_says_where_its_date_is_from_and_by_which_law():
    for each in cycle.calendar().duties:
        assert each.source and each.act and each.owed_by and each.spheres, each.code
        if each.standing is Standing.UNVERIFIED:
            assert each.source.startswith("General knowledge"), each.code


@pytest.mark.parametrize("sphere", Sphere)
def test_a_sphere_is_shown_its_own_and_nothing_else(sphere):
    shown = between(TODAY, TODAY + timedelta(days=365), Scope(sphere))
    assert shown
    assert all(sphere in each.duty.spheres for each in shown)


# --- a file that is wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"due": Rule(month=13, in_year=0)}, "a month from 1 to 12"),
        ({"due": Rule()}, "due in a `month` or `after` another"),
        ({"due": Rule(after="budget_approved", days=3)}, "no yearly duty of the same basis above it"),
        ({"due": Rule(month=3), "every": Every.MONTH}, "`days` or `working_days` after its end"),
    ],
)
def test_a_line_that_cannot_be_reckoned_is_named(change, told):
    known = cycle.calendar()
    wrong = replace(known, duties=(replace(known.duties[0], **change), *known.duties[1:]))
    with pytest.raises(BrokenFileError, match=f"calendar.yaml: duties: pfma_year_begins: .*{told}"):
        cycle.checked(wrong, "calendar.yaml")


# --- in words ---------------------------------------------------------------------------------------------------------


def test_a_date_is_told_no_more_exactly_than_its_source_does():
    assert when(only("mtef_submissions", 2027)) == "July\u00a02026"
    assert when(only("app_first_draft", 2027)) == "about 31\u00a0October\u00a02026"
    assert when(only("adjustments_budget", 2026)) == "25\u00a0January\u00a02027 to 28\u00a0February\u00a02027"
    assert when(only("draft_budget", 2027)) == "31\u00a0March\u00a02027"
    assert only("mtef_submissions", 2027).precision is Precision.MONTH


@pytest.mark.parametrize(
    ("code", "day", "told"),
    [
        ("draft_budget", date(2027, 3, 30), "tomorrow"),
        ("draft_budget", date(2027, 3, 31), "today"),
        ("draft_budget", date(2027, 3, 1), "in 30 days"),
        ("draft_budget", date(2027, 4, 1), "1 day ago"),
        ("adjustments_budget", date(2028, 1, 20), "opens in 5 days"),
        ("adjustments_budget", date(2028, 2, 18), "closes in 10 days"),
        ("adjustments_budget", date(2028, 2, 28), "closes today"),
    ],
)
def test_days_are_counted_to_what_matters_next(code, day, told):
    assert countdown(only(code, 2027), day) == told


def test_on_every_day_both_cycles_are_somewhere():
    day = date(2027, 1, 1)
    while day < date(2029, 1, 1):
        national, municipal = places(day)
        assert (national.whose, municipal.whose) == ("National and provincial", "Municipal"), day
        day += timedelta(days=1)


def test_the_line_of_every_page_tells_what_is_open_and_how_sure_it_is():
    national, municipal = places(TODAY)
    assert (national.title, national.is_verified, national.others) == (
        "Adjusted estimates of national expenditure", False, 2,
    )  # fmt: skip
    assert (municipal.title, municipal.is_verified, municipal.countdown) == (
        "Audit of municipalities done", True, "in 8 days",
    )  # fmt: skip


# --- the picture ------------------------------------------------------------------------------------------------------


@given(days)
def test_no_two_things_of_the_picture_stand_on_each_other(day):
    field = field_around(day)
    drawing = draw(field, between(field.begin, field.last, MILESTONES), day)
    assert 0 < drawing.now_x < WIDTH
    for row in drawing.rows:
        lanes: dict[float, list[float]] = {}
        for shape in sorted(row.shapes, key=lambda one: one.x):
            assert row.y < shape.y < row.y + row.height
            assert 0 <= shape.x <= WIDTH
            last = lanes.setdefault(shape.y, [-1.0])
            assert shape.x >= last[-1] or shape.x == 0
            last.append(shape.x + shape.width)
        assert row.height >= LANE * len(lanes)


def test_windows_are_open_and_single_days_are_not():
    assert {each.duty.code for each in open_on(TODAY)} == {
        "adjusted_estimates", "provincial_adjustments", "allocation_letters", "corporate_plan_requests",
        "grant_requests", "idp_requests", "virement_requests",
    }  # fmt: skip
    assert "audit_reports" not in {each.duty.code for each in open_on(date(2026, 11, 30))}
