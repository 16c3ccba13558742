import errno
import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplan.access.actors import PUBLIC, system
from oneplan.exchange import actions
from oneplan.exchange.annotated import write_annotated
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.kinds import ImportOrder
from oneplan.exchange.mapping import MappingSpec, clean_headers, find_header, suggest
from oneplan.exchange.models import ImportRun, Mapping, StoredRow
from oneplan.exchange.pipeline import run_import
from oneplan.exchange.queries import report_of
from oneplan.exchange.report import Report
from oneplan.exchange.rows import Cell
from oneplan.exchange.tests.conftest import GOOD, HEADER
from oneplan.exchange.tests.wells import KIND, STORED
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision

REAL = Path(__file__).parents[4] / "shared" / "data" / "projects"
pytestmark = pytest.mark.django_db


def balanced(report: Report) -> bool:
    others = report.rows_accepted + report.rows_refused + report.rows_unchanged + sum(report.rows_left_out.values())
    return report.rows_read == others and len(report.outcomes) in (0, report.rows_read)


def test_a_dry_run_writes_nothing(csv_file, take):
    report = take(csv_file(GOOD), dry_run=True)
    assert report.rows_accepted == 1
    assert not STORED
    assert not ImportRun.objects.filter(kind="wells").exists()


def test_a_file_that_changes_while_it_is_read_is_not_stored(csv_file, take):
    path = csv_file(GOOD)

    def write_on(_rows):
        path.write_text(path.read_text() + ",".join(["W-2", *GOOD[1:]]) + "\n")

    report = take(path, progress=write_on)
    assert "was changed while it was being read" in report.issues[-1].message
    assert (report.rows_accepted, ImportRun.objects.filter(kind="wells").exists()) == (0, False)
    assert take(path).rows_accepted == 2


def test_a_file_that_is_taken_away_while_it_is_read_is_not_stored(csv_file, take):
    path = csv_file(GOOD)
    report = take(path, progress=lambda _rows: path.unlink(missing_ok=True))
    assert "was changed while it was being read" in report.issues[-1].message
    assert (report.rows_accepted, ImportRun.objects.filter(kind="wells").exists()) == (0, False)


def test_a_disk_that_is_full_refuses_the_file_with_a_sentence(csv_file, take, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = csv_file(GOOD)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(RuleBroken, match="data folder: No space left on device"):
            take(path)
    assert not STORED
    assert take(path).rows_accepted == 1


def test_running_a_file_again_is_harmless_and_a_changed_row_is_an_update(csv_file, take):
    rows = [GOOD, ["W-2", *GOOD[1:]]]
    take(csv_file(*rows))
    again = take(csv_file(*rows))
    assert (again.rows_accepted, again.rows_unchanged) == (0, 2)
    changed = take(csv_file(GOOD, ["W-2", "Deeper spring", *GOOD[2:]], ["W-3", *GOOD[1:]]))
    assert (changed.rows_accepted, changed.rows_updated, changed.rows_unchanged) == (2, 1, 1)
    assert StoredRow.objects.get(key="W-2").subject == "well:W-2"
    assert STORED["W-2"]["name"] == "Deeper spring"
    other = take(csv_file(*rows), source="Somebody else")
    assert other.rows_accepted == 2


def test_a_mapping_reads_an_unknown_table(tmp_path, take):
    path = tmp_path / "t.csv"
    path.write_text(
        "Table 1 of 3,,,,\n\nNo.,Title,State,Budget 2019/20,Budget 2020/21\n"
        '1,Dam,Complete,5,6\n2,Pipe,"In ground","1,200",7\n3,Pump,n/a,,\n'
    )
    spec = {
        "name": "dams",
        "columns": {
            "key": "No.", "name": "Title", "state": "State",
            "budgets": {"Budget 2019/20": "2019/20", "Budget 2020/21": "2020/21"},
        },
        "constants": {"basis": "MFMA", "year": "2019/20"},
        "values": {"state": {"In ground": "open", "n/a": None}},
        "leave_out": [{"reason": "completed", "column": "State", "in": ["complete"]}],
        "multiply": {"budgets": 1000},
    }  # fmt: skip
    report = take(path, mapping=spec)
    assert balanced(report)
    assert (report.rows_accepted, report.rows_left_out) == (2, {"completed": 1})
    assert STORED["2"]["budgets"] == {"2019/20": Decimal("1200000.00"), "2020/21": Decimal("7000.00")}
    assert STORED["2"]["year"].long == "2019/20 (Jul–Jun)"
    assert "state" not in STORED["3"]
    assert report.as_dict()["totals"]["budget_2019_20"] == {"read": "1205.00", "accepted": "1200.00"}
    assert {issue.kind for issue in report.issues} >= {IssueKind.NORMALISED}


@pytest.mark.parametrize(
    "spec",
    [
        {"columns": {"nonsense": "A"}},
        {"colums": {}},
        {"columns": {"key": {"A": "b"}}},
        {"columns": {}, "leave_out": [{"column": "A"}]},
        {"columns": {}, "kind": "dams"},
        {"columns": [], "date_order": "ydm"},
    ],
)
def test_a_wrong_mapping_is_misuse(spec, csv_file, take):
    with pytest.raises(RuleBroken, match="mapping does not hold"):
        take(csv_file(GOOD), mapping=spec)


def test_a_remembered_mapping_is_used_by_name(csv_file, take):
    order = ImportOrder(kind="wells", by=system("test"), source="Test wells")
    spec = MappingSpec({"key": "A", "name": "B"})
    mapping = actions.remember_mapping("mine", kind=KIND, spec=spec, by=system("test"), order=order)
    assert take(csv_file(["1", "x"], header=["A", "B"]), mapping="mine").rows_accepted == 1
    with pytest.raises(RuleBroken, match="mine"):
        take(csv_file(["1", "x"], header=["A", "B"]), mapping="theirs")
    with pytest.raises(StaleRevision):
        actions.remember_mapping("mine", kind=KIND, spec=spec, by=system("test"), order=order)
    actions.remember_mapping("mine", kind=KIND, spec=spec, by=system("test"), order=order, revision=mapping.revision)
    assert Mapping.objects.get(name="mine").revision == 2


def test_misuse_is_said_in_a_sentence(csv_file, take):
    with pytest.raises(RuleBroken, match="no kind"):
        run_import("unicorns", csv_file(GOOD), by=system("test"))
    with pytest.raises(RuleBroken, match="no file"):
        take(Path("/nowhere.csv"))
    with pytest.raises(NotAllowed):
        run_import("wells", csv_file(GOOD), by=PUBLIC)


def test_the_report_has_the_promised_form(csv_file, take, tmp_path):
    report = take(csv_file(GOOD, ["W-2", *GOOD[1:3], "much", *GOOD[4:]]), as_at=date(2026, 3, 31))
    report.write_json(tmp_path / "out.json")
    said = json.loads((tmp_path / "out.json").read_text())
    assert {"rows_read", "rows_accepted", "rows_refused", "issues", "totals"} <= set(said)
    assert set(said["issues"][0]) == {"sheet", "row", "column", "value", "kind", "severity", "message"}
    assert said["totals"]["cost"] == {"read": "1000.50", "accepted": "1000.50"}
    assert said["samples"]["refused"][0]["source"]["Cost"] == "much"


def test_the_annotated_workbook_says_it_beside_each_row_and_runs_nothing(workbook, take, tmp_path):
    path = workbook(["W-1", "=cmd()", *GOOD[2:]], ["W-2", *GOOD[1:]])
    report = take(path)
    write_annotated(report_of(ImportRun.objects.get(kind="wells")), tmp_path / "back.xlsx", source=path)
    book = openpyxl.load_workbook(tmp_path / "back.xlsx")
    assert book.sheetnames == ["OnePlan summary", "OnePlan issues", "Wells"]
    sheet = book["Wells"]
    assert [cell.value for cell in sheet[1]] == [*HEADER, "OnePlan says"]
    assert sheet["I2"].value.startswith("Refused.")
    assert sheet["I3"].value == "Accepted."
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=cmd()", "s") or sheet["B2"].data_type == "f"
    assert sheet["B2"].comment.text.startswith("The cell holds a formula")
    assert report.rows_refused == 1


def test_headers_are_found_below_titles_and_numbered_when_repeated():
    rows: list[list[Cell]] = [["Title", "", ""], ["R thousands", "", ""], ["\nName", "Cost", "Cost"], ["x", 1.0, 2.0]]
    assert find_header(rows, ["name"]) == (2, 1)
    assert clean_headers(rows[2]) == ["Name", "Cost", "Cost (2)"]


def test_suggestions_come_from_aliases_and_likeness():
    suggested = suggest(KIND, ["Project Name", "Total project cost (R)", "Wholly other"])
    assert suggested == {"Project Name": "name", "Total project cost (R)": "cost"}


CELLS = st.one_of(
    st.sampled_from([*GOOD, "", "=1", "x" * 300, "2026/27", "MFMA", "1e9", "-5", "﻿", "n/a"]),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"), max_size=12),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=9), max_size=12), strict_width=st.booleans())
def test_every_row_is_counted_once(rows, strict_width, tmp_path, take):
    import csv

    path = tmp_path / "any.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows((row + [""] * 8)[:8] if strict_width else row for row in rows)
    stored = StoredRow.objects.count()
    report = take(path)
    assert balanced(report)
    grown = StoredRow.objects.count() - stored
    assert grown == report.rows_accepted - report.rows_updated
    if report.is_file_error:
        assert grown == 0
        assert report.run_id is None
    again = take(path)
    assert balanced(again)
    assert again.rows_accepted == 0
    assert again.rows_unchanged == report.rows_accepted + report.rows_unchanged


@pytest.mark.shared
@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
def test_the_real_snapshot_is_read_whole(take):
    report = take(REAL / "irm_2023-24_ec_kzn_lim_wc.xlsx", dry_run=True)
    assert report.rows_read == 10_668
    assert balanced(report)
    assert report.as_dict()["totals"]["total_project_cost"]["read"] == "447770559294.00"


@pytest.mark.shared
@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
def test_the_broken_sa36_table_shows_its_notes_as_refused_rows(take):
    columns = {"key": "Project Number", "name": "Project Decription", "budgets": {"Budget year 2019/20": "2019/20"}}
    report = take(REAL / "mscoa_sa36_failtest.xlsx", dry_run=True, mapping={"columns": columns})
    assert report.header_row == 3
    assert report.rows_refused > 3
    assert balanced(report)
