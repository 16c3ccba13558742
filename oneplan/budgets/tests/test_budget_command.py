"""Budgets from the command line: stored, built at once, and said."""

import gzip
import json
from datetime import date

import pytest
from click.testing import CliRunner

from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.shelf import shelf
from oneplan.budgets.tests.files import raw
from oneplan.cli.main import main

pytestmark = pytest.mark.django_db
GOOD = ("BUF", "2020ORGB", "1110", "2000", "1500.10")
ASKED = ("--layout", "municipal-income-expenditure", "--as-at", "2021-03-31")


def run(*arguments):
    return CliRunner().invoke(main, ["import", "budget", *[str(each) for each in arguments]])


def test_a_budget_is_stored_and_built_at_once(home, tmp_path):
    answer = run(
        raw(tmp_path, GOOD), *ASKED, "--source", "A treasury", "--licence", "Open", "--set", "standing=government"
    )
    assert answer.exit_code == 0, answer.output
    assert "1 rows read: 1 accepted" in answer.output
    assert "The warehouse was built: 1 figures of 1 releases are served." in answer.output
    release = BudgetRelease.objects.get()
    assert (release.source, release.licence, release.standing, release.as_at) == (
        "A treasury", "Open", "government", date(2021, 3, 31),
    )  # fmt: skip
    assert (
        "1 unchanged"
        in run(raw(tmp_path, GOOD), *ASKED, "--source", "A treasury", "--set", "standing=government").output
    )


def test_a_dry_run_tells_writes_a_report_and_the_file_annotated_and_stores_nothing(home, tmp_path):
    told, back = tmp_path / "report.json", tmp_path / "back.xlsx"
    answer = run(raw(tmp_path, GOOD, ("BUF", "x", "1110", "2000", 1)), *ASKED, "--dry-run", "--report", told,
                 "--annotated", back)  # fmt: skip
    assert "1 would be accepted" in answer.output
    report = json.loads(told.read_text(encoding="utf-8"))
    assert (report["rows_refused"], report["issues"][0]["row"], report["totals"]["TCOST"]["accepted"]) == (
        1,
        3,
        "1500.10",
    )
    assert back.read_bytes()[:2] == b"PK"
    assert (BudgetRelease.objects.count(), shelf.current()) == (0, None)


def test_a_packed_file_is_read_like_the_file_that_it_holds(home, tmp_path):
    packed = tmp_path / "incexp.csv.gz"
    packed.write_bytes(gzip.compress(raw(tmp_path, GOOD).read_bytes()))
    assert "1 rows read: 1 accepted" in run(packed, *ASKED).output
    packed.write_bytes(packed.read_bytes()[:-12])
    answer = run(packed, *ASKED)
    assert answer.exit_code == 1
    assert "The packed file is damaged or was cut off" in answer.output


def test_what_served_before_a_refused_file_serves_after_it(home, tmp_path):
    run(raw(tmp_path, GOOD), *ASKED)
    before = shelf.current_name()
    answer = run(raw(tmp_path, ("XX", "?", "", "", "")), *ASKED)
    assert answer.exit_code == 1
    assert "Nothing was stored." in answer.output
    assert shelf.current_name() == before


@pytest.mark.parametrize(("asked", "sentence"), [
    (("--layout", "no-such", "--as-at", "2021-03-31"), "There is no layout “no-such”. The layouts are: ene,"),
    (("--layout", "ene"), "say also the date as at which the file holds"),
    ((*ASKED, "--set", "standing=secret"), "“secret” is no who may see it. Choose: public, government, sample."),
    ((*ASKED, "--set", "year_end=Sometime"), "“Sometime” is no month in which a financial year ends."),
])  # fmt: skip
def test_an_order_that_lacks_something_is_refused_before_the_file_is_read(asked, sentence, home, tmp_path):
    answer = run(raw(tmp_path, GOOD), *asked)
    assert answer.exit_code == 2
    assert sentence in answer.output
