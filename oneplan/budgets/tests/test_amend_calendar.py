"""Days of the budget cycle, amended through page, interface, file and command line: the same everywhere."""

from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from oneplan.budgets.actions.amending import withdraw_amendment
from oneplan.budgets.amendments import amendments_now
from oneplan.budgets.cycle import between
from oneplan.budgets.models import CalendarAmendment
from oneplan.cli.calendar import amend_calendar as command
from oneplan.exchange.pipeline import run_import
from oneplan.periods import clock
from tests.contracts.calling import Caller, token_for

SAID: dict[str, Any] = {
    "duty": "mtef_requests", "year": 2027, "opens_on": "2026-06-10", "due_on": "2026-07-20",
    "source": "Circular 3 of the treasury", "reason": "The days of the year.",
}  # fmt: skip


def by_page(world, said, tmp_path):
    return world.client(world.office).post("/budgets/cycle/amendments/new/", said).status_code == 302


def by_interface(world, said, tmp_path):
    return Caller(token_for(world.office)).send("POST", "/calendar-amendments", said).status_code == 201


def by_file(world, said, tmp_path):
    path = tmp_path / "days.csv"
    path.write_text(",".join(said) + "\n" + ",".join(map(str, said.values())) + "\n", encoding="utf-8")
    report = run_import("calendar", path, by=world.office, source="The treasury")
    return report.rows_accepted == 1


def by_command(world, said, tmp_path):
    options = [f"--{name.replace('_', '-')}={said[name]}" for name in ("opens_on", "due_on", "source", "reason")]
    options.append(f"--as={world.office.user.email}")
    return CliRunner().invoke(command, [said["duty"], str(said["year"]), *options]).exit_code == 0


DOORS = [by_page, by_interface, by_file, by_command]


@pytest.mark.parametrize("door", DOORS)
def test_each_door_amends_the_calendar_alike(world, tmp_path, door):
    assert door(world, SAID, tmp_path)
    row = CalendarAmendment.objects.get()
    assert (row.opens_on, row.due_on, row.source) == (date(2026, 6, 10), date(2026, 7, 20), SAID["source"])
    [found] = [
        each for each in between(date(2026, 6, 1), date(2026, 7, 31), amended=amendments_now()) if each.amendment
    ]
    assert (found.opens_on, found.due_on, found.is_verified) == (row.opens_on, row.due_on, True)
    assert SAID["source"] in found.source


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("wrong", [{"due_on": "2026-06-01"}, {"duty": "no_such_duty"}, {"due_on": "2031-07-20"}])
def test_each_door_refuses_alike_and_leaves_nothing_behind(world, tmp_path, door, wrong):
    assert not door(world, {**SAID, **wrong}, tmp_path)
    assert not CalendarAmendment.objects.exists()


def test_the_page_of_the_cycle_and_its_calendar_file_follow_at_once(world, client):
    start = clock.today().year
    before = client.get("/budgets/cycle.ics").content
    for year in (start, start + 1, start + 2):
        said = {**SAID, "year": year, "opens_on": f"{year - 1}-06-10", "due_on": f"{year - 1}-07-20"}
        assert by_page(world, said, None)
    after = client.get("/budgets/cycle.ics").content
    assert before != after and b"Circular 3" in after.replace(b"\r\n ", b"")
    page = client.get("/budgets/cycle/amendments/").content.decode()
    assert SAID["source"] in page and "Amend a day" not in page
    for row in CalendarAmendment.objects.all():
        withdraw_amendment(row, by=world.office, revision=row.revision, reason="It was read wrongly.")
    assert client.get("/budgets/cycle.ics").content == before
