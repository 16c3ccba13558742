"""What killed processes leave is removed, and nothing that somebody works on or that a release needs."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from oneplan.access.actors import system
from oneplan.budgets.actions import build_warehouse, sweep_warehouse, withdraw_budget
from oneplan.budgets.feeds import keeping
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.shelf import shelf
from oneplan.budgets.tests.files import raw
from oneplan.config.schedule import SCHEDULE
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed
from oneplan.platform.models import LogEntry
from oneplan.warehouse.store import spill_folder

pytestmark = pytest.mark.django_db
BY = system("tests")
GOOD = ("BUF", "2020ORGB", "1110", "2000", "1500.10")
_IMPORTING = """
import pathlib, sys, time
from django.conf import settings
settings.configure(HOME=pathlib.Path(sys.argv[1]))
from oneplan.budgets.shelf import shelf
turn = shelf.begin_receiving()
folder = shelf.release_folder("killed.making")
folder.mkdir(parents=True)
(folder / "record.parquet").write_text("half a record")
folder.rename(shelf.release_folder("f" * 64))
print("written", flush=True)
time.sleep(600)
"""


@pytest.fixture
def taken(take, tmp_path):
    """One release, received as imports leave it, and served."""
    take(raw(tmp_path, GOOD), "municipal-income-expenditure")
    build_warehouse(by=BY)
    return BudgetRelease.objects.get()


def test_what_a_killed_import_left_is_swept_but_not_while_it_lives(taken, home, kept):
    killed = subprocess.Popen([sys.executable, "-c", _IMPORTING, str(home)], stdout=subprocess.PIPE, text=True)
    try:
        assert killed.stdout
        assert killed.stdout.readline().strip() == "written"
        assert sweep_warehouse(by=BY) == []
        assert kept() == sorted([taken.digest, "f" * 64])
    finally:
        killed.kill()
        killed.wait()
    assert sweep_warehouse(by=BY) == [f"releases/{'f' * 64}"]
    assert kept() == [taken.digest]
    assert LogEntry.objects.get(event="warehouse.swept").facts["paths"] == [f"releases/{'f' * 64}"]


def test_a_record_that_is_being_written_is_not_swept(taken, kept):
    turn = shelf.begin_receiving()
    folder = keeping.new_folder()
    assert sweep_warehouse(by=BY) == []
    turn.close()
    assert sweep_warehouse(by=BY) == [f"releases/{folder.name}"]
    assert kept() == [taken.digest]


def test_nothing_is_swept_while_a_build_is_made(taken):
    with shelf.new_build() as folder:
        assert sweep_warehouse(by=BY) == []
        assert folder.exists()


def test_what_killed_builds_left_is_swept_and_kept_builds_are_not(taken):
    served = shelf.current_name()
    build_warehouse(by=BY)
    half_removed = shelf.root() / "builds" / "20200101T000000000000" / "facts"
    half_removed.mkdir(parents=True)
    (shelf.root() / "builds" / "20200102.making").mkdir()
    assert sweep_warehouse(by=BY) == ["builds/20200101T000000000000", "builds/20200102.making"]
    assert served in [build.name for build in shelf.builds()]
    assert len(shelf.builds()) == 2


def test_what_was_spilt_goes_after_a_day(taken):
    old, fresh = spill_folder() / "old.csv", spill_folder() / "fresh.csv"
    for path in (old, fresh):
        path.write_text("rows")
    long_ago = time.time() - 2 * 86_400
    os.utime(old, (long_ago, long_ago))
    assert sweep_warehouse(by=BY) == ["spill/old.csv"]
    assert fresh.exists()


def test_a_withdrawn_release_keeps_its_record(taken, kept):
    withdraw_budget(taken, reason="Wrong file", revision=1, by=BY)
    assert sweep_warehouse(by=BY) == []
    assert kept() == [taken.digest]
    assert not LogEntry.objects.filter(event="warehouse.swept").exists()


def test_an_import_ends_its_turn_whether_it_is_stored_refused_or_tried(take, tmp_path, home):
    for path, said in (
        (raw(tmp_path, GOOD), {}), (raw(tmp_path, GOOD), {"dry_run": True}),
        (raw(tmp_path, ("XXX", *GOOD[1:])), {}),
    ):  # fmt: skip
        take(path, "municipal-income-expenditure", **said)
        (shelf.root() / "releases" / "left").mkdir(parents=True, exist_ok=True)
        assert sweep_warehouse(by=BY) == ["releases/left"]


def test_only_who_may_bring_in_budgets_sweeps(taken, world):
    with pytest.raises(NotAllowed):
        sweep_warehouse(by=world.thandi)


def test_the_schedule_sweeps_once_a_day(taken, kept):
    (shelf.root() / "releases" / "left").mkdir()
    [act] = [each for each in SCHEDULE if each.name == "sweep the warehouse"]
    act.run()
    assert (act.every, kept()) == (timedelta(days=1), [taken.digest])
    assert clock.now() - LogEntry.objects.get(event="warehouse.swept").at < timedelta(minutes=5)
