"""`oneplan workbook`: dry unless told, exit codes as for imports."""

import json

import openpyxl
import pytest
from click.testing import CliRunner

from oneplan.cli.main import main
from oneplan.commitments.models import Commitment
from oneplan.workbooks.models import Workbook, WorkbookReturn
from oneplan.workbooks.tests.conftest import Paper


@pytest.fixture
def run(waterberg):
    waterberg.world.hub36, waterberg.world.planner  # noqa: B018 - the people must exist

    def run(*arguments):
        return CliRunner().invoke(main, ["workbook", *map(str, arguments)])

    return run


def test_issue_change_compare_and_take_in(waterberg, run, tmp_path):
    out, report = tmp_path / "dc36.xlsx", tmp_path / "report.json"
    answer = run("issue", "dc36", "--out", out, "--as", "hendrik@example.org")
    assert (answer.exit_code, "edition 1, 10 rows" in answer.output) == (0, True), answer.output
    paper = Paper(out, Workbook.objects.get())
    paper.put("commitments", waterberg.water.ref, title="Bulk water to all", state="Signed").save()
    assert run("return", out, "--as", "hendrik@example.org", "--strict").exit_code == 1
    paper.put("commitments", waterberg.water.ref, state="Proposed").save()
    answer = run("return", out, "--as", "hendrik@example.org", "--report", report)
    assert answer.exit_code == 0
    assert "Changed: Title." in answer.output
    assert "Nothing was taken in" in answer.output
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["rows"][0]["fields"][0]["theirs"] == "Bulk water to all"
    assert Commitment.objects.get(pk=waterberg.water.pk).title == "Bulk water to Lephalale"
    annotated = tmp_path / "annotated.xlsx"
    answer = run("return", out, "--as", "hendrik@example.org", "--take-in", "--annotated", annotated)
    assert (answer.exit_code, "1 rows were taken in, 0 left" in answer.output) == (0, True), answer.output
    assert Commitment.objects.get(pk=waterberg.water.pk).title == "Bulk water to all"
    assert openpyxl.load_workbook(annotated)["Commitments"]["B2"].value == f"Taken in as {waterberg.water.ref}."
    assert "Nothing changed." in run("return", out, "--as", "hendrik@example.org").output


def test_refusals_are_sentences(waterberg, run, tmp_path):
    out = tmp_path / "party.xlsx"
    for arguments, words in (
        (("issue", "DC99", "--out", out), "There is no space DC99"),
        (("issue", "DC36", "--party", "nat-nobody", "--out", out), "There is no institution nat-nobody"),
        (("issue", "DC36", "--out", out, "--as", "nomsa@example.org", "--party", "lim-health"), "its own people"),
        (("return", __file__), "not an Excel workbook"),
    ):
        answer = run(*arguments)
        assert (answer.exit_code, words in answer.output) == (1, True), answer.output
    assert run("issue", "DC36", "--party", "nat-dws", "--out", out, "--as", "nomsa@example.org").exit_code == 0
    answer = run("return", out, "--as", "nobody@example.org")
    assert answer.exit_code == 2
    assert not WorkbookReturn.objects.exists()
