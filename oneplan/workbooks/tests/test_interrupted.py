"""Work that ended before it was done: a person or the schedule begins it again, and nothing counts twice."""

from datetime import timedelta

import pytest

from oneplan.commitments.models import Commitment
from oneplan.config.schedule import SCHEDULE
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.platform.models import LogEntry
from oneplan.workbooks import actions, rules, tasks
from oneplan.workbooks.choices import ReturnState, WorkbookState
from oneplan.workbooks.models import Workbook, WorkbookReturn
from oneplan.workbooks.tests.conftest import comparison_of


def handed_in(waterberg, **cells):
    """A return whose worker died before it compared anything."""
    paper = waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, **(cells or {"title": "Bulk water to all"}))
    return actions.return_workbook(paper.save(), file_name="filled.xlsx", by=waterberg.world.hub36)


def accepted(waterberg):
    """A return whose worker died after its comparison was accepted."""
    row = handed_in(waterberg)
    with tasks.on_disk(row) as path:
        row = actions.compare_return(row, path, by=waterberg.world.hub36)
    return ask(row, waterberg.world.hub36)


def ask(row, by):
    return actions.ask_taking(row, seal=comparison_of(row, by).seal, by=by)


def is_old(row, minutes=16):
    WorkbookReturn.objects.filter(pk=row.pk).update(at_work_since=clock.now() - timedelta(minutes=minutes))
    return WorkbookReturn.objects.get(pk=row.pk)


def the_schedule_runs(capture, *, works=True):
    """Without `works` no worker does what the schedule asks for."""
    (act,) = [each for each in SCHEDULE if each.name == "begin stalled workbooks again"]
    with capture(execute=works):
        act.run()


def test_a_person_begins_an_interrupted_comparison_again(waterberg, django_capture_on_commit_callbacks):
    row = handed_in(waterberg)
    hub, address = waterberg.world.client(waterberg.world.hub36), f"/workbooks/returns/{row.pk}/"
    assert "Begin again" not in hub.get(address).content.decode()
    answer = hub.post(address + "restart/")
    assert answer.status_code == 409
    assert "It can be begun again from" in answer.content.decode()
    is_old(row)
    for page in (address, address + "progress/"):
        assert "Begin again" in hub.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert hub.post(address + "restart/").status_code == 302
    assert "1 row says something else than OnePlan" in hub.get(address).content.decode()
    entry = LogEntry.objects.get(event="workbook.restarted")
    assert (entry.actor_id, entry.facts["state"]) == (waterberg.world.hub36.user_id, "returned")


def test_nobody_else_begins_it_again_and_what_is_over_is_not_begun_again(waterberg):
    row = is_old(handed_in(waterberg))
    with pytest.raises(NotAllowed):
        actions.restart_return(row, by=waterberg.world.coordinator)
    assert (
        waterberg.world.client(waterberg.world.thandi).post(f"/workbooks/returns/{row.pk}/restart/").status_code == 404
    )
    with tasks.on_disk(row) as path:
        row = actions.compare_return(row, path, by=waterberg.world.hub36)
    with pytest.raises(RuleBroken, match="Nothing is at work"):
        actions.restart_return(row, by=waterberg.world.hub36)


def test_the_schedule_begins_a_comparison_again_and_stops_trying(waterberg, django_capture_on_commit_callbacks):
    row = handed_in(waterberg)
    the_schedule_runs(django_capture_on_commit_callbacks)
    assert WorkbookReturn.objects.get(pk=row.pk).attempt == 1, "it was at work for less than the stated time"
    for attempt in (*range(2, rules.MOST_ATTEMPTS + 1), rules.MOST_ATTEMPTS):
        is_old(row)
        the_schedule_runs(django_capture_on_commit_callbacks, works=False)
        assert WorkbookReturn.objects.get(pk=row.pk).attempt == attempt
    with django_capture_on_commit_callbacks(execute=True):  # a person still may
        tasks.put_again(actions.restart_return(row, by=waterberg.world.hub36))
    assert WorkbookReturn.objects.get(pk=row.pk).state == ReturnState.COMPARED


def test_an_interrupted_taking_in_goes_back_to_what_was_compared(waterberg, django_capture_on_commit_callbacks):
    row = is_old(accepted(waterberg))
    the_schedule_runs(django_capture_on_commit_callbacks)
    row.refresh_from_db()
    assert row.state == ReturnState.COMPARED
    page = waterberg.world.client(waterberg.world.hub36).get(f"/workbooks/returns/{row.pk}/").content.decode()
    assert "The work ended before it was done, and nothing was taken in" in page
    assert "Take the chosen rows in" in page
    assert Commitment.objects.get(pk=waterberg.water.pk).title == "Bulk water to Lephalale"


def test_a_job_of_an_earlier_attempt_does_nothing(waterberg):
    hub, row = waterberg.world.hub36, accepted(waterberg)
    late = (row.pk, comparison_of(row, hub).seal, hub.user_id, row.attempt)
    row = actions.restart_return(is_old(row), by=hub)
    [change] = comparison_of(row, hub).rows
    row = actions.decide_return(row, {change.key: {"take": False}}, by=hub)
    row = ask(row, hub)
    tasks.take_in.call(*late)
    assert WorkbookReturn.objects.get(pk=row.pk).state == ReturnState.TAKING
    tasks.take_in.call(row.pk, comparison_of(row, hub).seal, hub.user_id, row.attempt)
    tasks.take_in.call(*late)
    row.refresh_from_db()
    assert (row.state, row.summary["taken_count"]) == (ReturnState.TAKEN_IN, 0)
    assert LogEntry.objects.filter(event="workbook.taken_in").count() == 1


def test_a_late_comparison_leaves_the_newer_attempt_alone(waterberg, monkeypatch):
    hub, row = waterberg.world.hub36, handed_in(waterberg)
    row = actions.restart_return(is_old(row), by=hub)
    with tasks.on_disk(row) as path:
        late = actions.compare_return(row, path, by=hub, attempt=1)
    assert late.state == ReturnState.RETURNED
    monkeypatch.setattr(actions, "compare_return", lambda *_given, **_more: 1 / 0)
    tasks.compare_return.call(row.pk, hub.user_id, 1)
    assert WorkbookReturn.objects.get(pk=row.pk).state == ReturnState.RETURNED
    tasks.compare_return.call(row.pk, hub.user_id, row.attempt)
    assert WorkbookReturn.objects.get(pk=row.pk).state == ReturnState.REFUSED


def test_a_workbook_whose_making_was_interrupted_says_so(waterberg, django_capture_on_commit_callbacks):
    workbook = actions.ask_workbook(waterberg.world.dc36, by=waterberg.world.hub36)
    the_schedule_runs(django_capture_on_commit_callbacks)
    assert Workbook.objects.get(pk=workbook.pk).state == WorkbookState.ASKED
    Workbook.objects.filter(pk=workbook.pk).update(issued_at=clock.now() - timedelta(minutes=16))
    the_schedule_runs(django_capture_on_commit_callbacks)
    workbook.refresh_from_db()
    assert workbook.state == WorkbookState.FAILED
    assert "Make it again" in workbook.message
