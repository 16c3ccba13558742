"""Items of a plan out of tables: a list, or levels side by side, in CSV, Excel and Word."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from oneplan.access.roles import Role
from oneplan.cli.main import main
from oneplan.exchange.choices import IssueKind, RunState
from oneplan.exchange.models import ImportRun
from oneplan.exchange.pipeline import run_import
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.source_plans import queries
from oneplan.source_plans.actions import register_plan, withdraw_item, withdraw_plan
from oneplan.source_plans.imports.tree import numbered
from oneplan.source_plans.models import PlanItem

pytestmark = pytest.mark.django_db

LIST = ["Ref", "Parent", "Kind", "Title", "Target", "Cost in rand", "Responsible department", "Location"]
GOAL = ["1", "", "Goal", "Water for every household", "", "", "", ""]
OBJECTIVE = ["1.1", "1", "Objective", "Bulk supply to Steiloop", "2 reservoirs", "", "", ""]
PROJECT = ["1.1.1", "1.1", "Project", "Steiloop reservoir", "", "5000000.00", "lim-health", "Lephalale"]

LEVELS = ["KPA", "Strategic Objective", "Key Performance Indicator", "Baseline", "Annual Target 2025/26", "Budget (R)",
          "Responsible directorate"]  # fmt: skip
IDP = [
    ["KPA 1: Basic Service Delivery", "1.1 Provide water to all", "Number of households with piped water", "71 000",
     "74 500", "R 12 500 000", "Technical Services"],
    ["", "", "Kilometres of pipe replaced", "12 km", "20 km", "", "Technical Services"],
    ["", "1.2 Keep roads open", "Kilometres of gravel road bladed", "unknown", "900 km", "R 3 000 000", ""],
    ["KPA 2: Good Governance", "2.1 Answer complaints", "Share of complaints answered in 14 days", "63 %", "80 %", "",
     ""],
]  # fmt: skip


@pytest.fixture
def hub(world):
    return world._person("Hendrik", Role.HUB_MANAGER, "space:DC36")


@pytest.fixture
def plan(world, hub):
    return register_plan(
        by=hub, code="idp-dc36", kind="idp", title="IDP 2022–2027", reference="Council, 31 May 2022", space=world.dc36,
        valid_from=date(2022, 7, 1),
    )  # fmt: skip


def as_csv(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def as_excel(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """As a municipality prints it: a title over the table, levels merged down."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Scorecard"
    sheet["A1"] = "Waterberg District Municipality: IDP scorecard"
    for number, row in enumerate(rows, start=3):
        for column, cell in enumerate(row, start=1):
            sheet.cell(number, column, cell or None)
    for column in (1, 2):
        sheet.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
    book.save(path)
    return path


def as_word(path: Path, *tables: Sequence[Sequence[str]]) -> Path:
    """A document with text around its tables, a merged level and a small table that is none of the plan's."""
    document = docx.Document()
    document.add_heading("Chapter 5: Strategic objectives", 1)
    signed = document.add_table(rows=2, cols=2)
    for cell, text in zip((cell for row in signed.rows for cell in row.cells), ("Mayor", "Date", "M Moloto", "2022"),
                          strict=True):  # fmt: skip
        cell.text = text
    for rows in tables:
        document.add_paragraph("The scorecard follows.")
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                table.cell(number, column).text = text
        if len(rows) > 2 and not rows[2][0]:
            table.cell(1, 0).merge(table.cell(2, 0))
    document.save(str(path))
    return path


def bring(path: Path, hub: Any, **asked: Any) -> Any:
    return run_import("plan-items", path, by=hub, source="Council", details={"plan": "idp-dc36"}, **asked)


def tree(plan: Any) -> list[tuple[str, str, int]]:
    return [(line.item.ref, line.item.title, line.depth) for line in queries.tree_of(plan)]


IDP_TREE = [
    ("KPA 1", "Basic Service Delivery", 0),
    ("1.1", "Provide water to all", 1),
    ("1.1.1", "Number of households with piped water", 2),
    ("1.1.2", "Kilometres of pipe replaced", 2),
    ("1.2", "Keep roads open", 1),
    ("1.2.1", "Kilometres of gravel road bladed", 2),
    ("KPA 2", "Good Governance", 0),
    ("2.1", "Answer complaints", 1),
    ("2.1.1", "Share of complaints answered in 14 days", 2),
]


def messages(report: Any, severity: str = "error") -> list[tuple[int, str, str]]:
    return [(issue.row, issue.column, issue.message) for issue in report.issues if issue.severity == severity]


# --- a list ----------------------------------------------------------------------------------------------------------


def test_a_list_becomes_a_tree_and_the_same_file_again_changes_nothing(tmp_path, plan, hub):
    path = as_csv(tmp_path / "list.csv", [LIST, PROJECT, OBJECTIVE, GOAL])
    report = bring(path, hub)
    assert (report.rows_accepted, report.rows_refused) == (3, 0), report.issues
    assert [(ref, depth) for ref, _title, depth in tree(plan)] == [("1", 0), ("1.1", 1), ("1.1.1", 2)]
    project = PlanItem.objects.get(ref="1.1.1")
    assert (project.cost, project.institution_id, project.kind) == (Decimal("5000000.00"), "lim-health", "project")
    assert (project.place_text, project.municipal_area_id) == ("Lephalale", "LIM362")
    plan.refresh_from_db()
    revision = plan.revision
    again = bring(path, hub)
    plan.refresh_from_db()
    assert (again.rows_accepted, again.rows_unchanged, plan.revision) == (0, 3, revision)


def test_a_changed_file_changes_the_item_and_what_it_leaves_out_stays_and_is_named(tmp_path, plan, hub):
    bring(as_csv(tmp_path / "a.csv", [LIST, GOAL, OBJECTIVE, PROJECT]), hub)
    other = [*OBJECTIVE[:4], "3 reservoirs", "", "", ""]
    report = bring(as_csv(tmp_path / "b.csv", [LIST, GOAL, other]), hub)
    assert (report.rows_updated, report.rows_unchanged) == (1, 1)
    assert PlanItem.objects.get(ref="1.1").target == "3 reservoirs"
    assert PlanItem.objects.filter(ref="1.1.1", withdrawn_at=None).exists()
    assert any("1.1.1" in said and "stay" in said for _row, _column, said in messages(report, "warning"))


def test_an_item_above_that_was_withdrawn_comes_back_with_a_new_one_under_it(tmp_path, plan, hub):
    bring(as_csv(tmp_path / "a.csv", [LIST, GOAL]), hub)
    goal = PlanItem.objects.get(ref="1")
    withdraw_item(goal, revision=goal.revision, reason="By mistake", by=hub)
    report = bring(as_csv(tmp_path / "b.csv", [LIST, GOAL, OBJECTIVE]), hub)
    assert not report.is_file_error, report.issues
    assert [ref for ref, _title, _depth in tree(plan)] == ["1", "1.1"]


@pytest.mark.parametrize(
    ("rows", "at", "words"),
    [
        ([["1", "2", *GOAL[2:]], ["2", "1", *GOAL[2:]]], [2, 3], "leads back to itself"),
        ([["1", "1", *GOAL[2:]]], [2], "leads back to itself"),
        ([GOAL, ["2", *GOAL[1:]], OBJECTIVE, ["1.1", "2", *OBJECTIVE[2:]]], [4, 5], "claimed by two parents"),
        ([GOAL, GOAL], [2, 3], "stated twice"),
        ([OBJECTIVE], [2], "which this plan does not have"),
        ([["1", "", "Project", *GOAL[3:]], ["2", "1", "Goal", *GOAL[3:]]], [3], "Put the broader one above"),
    ],
)
def test_what_is_no_tree_is_named_row_by_row_and_nothing_is_stored(tmp_path, plan, hub, rows, at, words):
    report = bring(as_csv(tmp_path / "list.csv", [LIST, *rows]), hub)
    assert report.is_file_error
    found = messages(report)
    assert [row for row, _column, _message in found] == at
    assert all(words in message and column for _row, column, message in found)
    assert any("Nothing of the file is stored" in said for _row, _column, said in messages(report, "file_error"))
    assert not plan.items.exists()
    assert not ImportRun.objects.filter(state=RunState.ACCEPTED).exists()


def test_a_circle_across_many_batches_is_found(tmp_path, plan, hub):
    rows = [[f"R{number}", f"R{number + 1}", *OBJECTIVE[2:]] for number in range(1_200)]
    report = bring(as_csv(tmp_path / "long.csv", [LIST, *rows, ["R1200", "R0", *OBJECTIVE[2:]]]), hub)
    assert report.is_file_error
    assert report.rows_refused == 1_201
    assert not plan.items.exists()


def test_a_row_that_cannot_be_read_is_set_aside_with_what_stands_under_it(tmp_path, plan, hub):
    bad = [*OBJECTIVE[:2], "Ambition", *OBJECTIVE[3:]]
    report = bring(as_csv(tmp_path / "list.csv", [LIST, PROJECT, GOAL, bad, ["2", *GOAL[1:]]]), hub)
    assert (report.rows_accepted, report.rows_refused, report.is_file_error) == (2, 2, False)
    assert [(row, column) for row, column, _message in messages(report)] == [(2, "Parent"), (4, "Kind")]
    assert "whose row 4 is refused" in messages(report)[0][2]
    assert [ref for ref, _title, _depth in tree(plan)] == ["1", "2"]


def test_unknown_institutions_and_places_warn_and_are_kept_as_text(tmp_path, plan, hub):
    odd = [*PROJECT[:6], "Office of the Great Pipe", "Behind the hill"]
    report = bring(as_csv(tmp_path / "list.csv", [LIST, GOAL, OBJECTIVE, odd]), hub)
    assert report.rows_accepted == 3
    kinds = {issue.kind for issue in report.issues}
    assert {IssueKind.UNKNOWN_INSTITUTION, IssueKind.UNKNOWN_PLACE} <= kinds
    item = PlanItem.objects.get(ref="1.1.1")
    assert (item.institution, item.place_text) == (None, "Behind the hill")
    assert item.external_ids == {"responsible": "Office of the Great Pipe"}


@pytest.mark.parametrize(
    ("header", "words"),
    [(["Ref", "Title"], "kind"), (["Colour", "Weight"], "Match the columns of the levels")],
)
def test_a_table_without_the_columns_of_items_says_what_to_match(tmp_path, plan, hub, header, words):
    report = bring(as_csv(tmp_path / "list.csv", [header, ["1", "Blue"]]), hub)
    assert report.is_file_error
    assert words in messages(report, "file_error")[0][2]


# --- levels side by side ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [as_csv, as_excel, as_word], ids=["csv", "xlsx", "docx"])
def test_a_scorecard_with_levels_side_by_side_becomes_a_tree(tmp_path, plan, hub, write):
    suffix = {as_csv: "csv", as_excel: "xlsx", as_word: "docx"}[write]
    path = write(tmp_path / f"idp.{suffix}", [LEVELS, *IDP])
    mapping = {"columns": {"priority": "KPA", "objective": "Strategic Objective", "indicator": LEVELS[2],
                           "baseline": "Baseline", "targets": {LEVELS[4]: "2025/26"}, "cost": LEVELS[5],
                           "institution": LEVELS[6]}}  # fmt: skip
    report = bring(path, hub, mapping=mapping)
    assert (report.rows_accepted, report.rows_refused) == (4, 0), report.issues
    assert tree(plan) == IDP_TREE
    piped = PlanItem.objects.get(ref="1.1.1")
    assert (piped.baseline, piped.target, piped.cost) == ("71 000", "2025/26: 74 500", Decimal("12500000.00"))
    assert PlanItem.objects.get(ref="1.2.1").baseline == "unknown"
    assert piped.external_ids == {"responsible": "Technical Services"}
    again = bring(path, hub, mapping=mapping)
    assert (again.rows_unchanged, again.rows_accepted) == (4, 0)


def test_headers_as_documents_print_them_are_recognised_without_a_mapping(tmp_path, plan, hub):
    report = bring(as_word(tmp_path / "idp.docx", [LEVELS, *IDP]), hub)
    assert report.sheet == "Table 2"
    assert tree(plan) == IDP_TREE
    assert PlanItem.objects.get(ref="2.1.1").target == "2025/26: 80 %"
    assert {issue.kind for issue in report.issues} >= {IssueKind.SHEET_NOT_READ, IssueKind.MERGED_CELLS}


def test_a_table_that_goes_on_under_the_same_header_is_read_as_one(tmp_path, plan, hub):
    report = bring(as_word(tmp_path / "idp.docx", [LEVELS, *IDP[:3]], [LEVELS, IDP[3]]), hub)
    assert (report.sheet, report.rows_read) == ("Tables 2 to 3", 4)
    assert tree(plan) == IDP_TREE


def test_an_item_keeps_its_number_when_another_is_put_in_before_it(tmp_path, plan, hub):
    rows = [["Water", "Wells dug"], ["", "Pipes laid"]]
    bring(as_csv(tmp_path / "a.csv", [["Goal", "Indicator"], *rows]), hub)
    assert [ref for ref, *_rest in tree(plan)] == ["1", "1.1", "1.2"]
    rows.insert(1, ["", "Springs kept"])
    report = bring(as_csv(tmp_path / "b.csv", [["Goal", "Indicator"], *rows]), hub)
    assert (report.rows_accepted, report.rows_unchanged) == (1, 2)
    assert {item.title: item.ref for item in plan.items.all()} == {
        "Water": "1", "Wells dug": "1.1", "Pipes laid": "1.2", "Springs kept": "1.3",
    }  # fmt: skip


def test_a_project_left_of_its_indicators_stands_beside_them_and_its_cost_is_said_once(tmp_path, plan, hub):
    header = ["Objective", "Project", "Indicator", "Target", "Budget"]
    rows = [["Water", "Reservoir", "Ml stored", "5", "900"], ["", "", "Taps fed", "40", ""],
            ["", "", "Leaks mended", "7", "800"]]  # fmt: skip
    report = bring(as_csv(tmp_path / "sdbip.csv", [header, *rows]), hub)
    assert [(row, column) for row, column, _message in messages(report)] == [(4, "Budget")]
    assert {(item.kind, item.title, item.cost, item.target) for item in plan.items.all()} == {
        ("objective", "Water", None, ""), ("project", "Reservoir", Decimal("900.00"), ""),
        ("indicator", "Ml stored", None, "5"), ("indicator", "Taps fed", None, "40"),
    }  # fmt: skip
    assert {item.parent.title for item in plan.items.exclude(parent=None)} == {"Water"}


def test_an_indicator_with_one_number_under_two_objectives_is_claimed_by_two_parents(tmp_path, plan, hub):
    rows = [["Water", "KPI 1: Taps"], ["Roads", "KPI 1: Taps"]]
    report = bring(as_csv(tmp_path / "a.csv", [["Objective", "Indicator"], *rows]), hub)
    assert report.is_file_error
    assert all("claimed by two parents" in message for _row, _column, message in messages(report))
    assert not plan.items.exists()


def test_rows_do_not_take_over_a_level_that_could_not_be_read(tmp_path, plan, hub):
    rows = [["Water", "Taps"], ["=1+1", "Wells"], ["", "Springs"], ["Roads", "Bridges"]]
    report = bring(as_csv(tmp_path / "a.csv", [["Goal", "Indicator"], *rows]), hub)
    assert [row for row, _column, _message in messages(report)] == [3, 4]
    assert [title for _ref, title, _depth in tree(plan)] == ["Water", "Taps", "Roads", "Bridges"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Goal 1: Water for all", ("Goal 1", "Water for all")), ("1.2 Bulk supply", ("1.2", "Bulk supply")),
        ("1) Roads", ("1", "Roads")), ("SO2 – Roads", ("SO2", "Roads")), ("2 reservoirs built", None),
        ("2.5 Ml reservoir", None), ("100 % of households", None), ("Water", None), ("2030 vision of the town", None),
    ],
)  # fmt: skip
def test_a_number_of_the_document_is_told_from_a_quantity(text, found):
    assert numbered(text) == found


# --- Word ------------------------------------------------------------------------------------------------------------


def test_a_document_without_a_table_and_one_that_is_cut_off_say_what_to_do(tmp_path, plan, hub):
    document = docx.Document()
    document.add_paragraph("Only words.")
    document.save(str(tmp_path / "words.docx"))
    assert "holds no table" in messages(bring(tmp_path / "words.docx", hub), "file_error")[0][2]
    whole = as_word(tmp_path / "idp.docx", [LEVELS, *IDP]).read_bytes()
    (tmp_path / "cut.docx").write_bytes(whole[: len(whole) // 2])
    assert "damaged" in messages(bring(tmp_path / "cut.docx", hub), "file_error")[0][2]


def test_a_document_that_unpacks_to_far_too_much_is_refused_before_it_is_read(tmp_path, plan, hub):
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (8 << 20))
    assert "unpack to" in messages(bring(tmp_path / "bomb.docx", hub), "file_error")[0][2]


def test_entities_that_grow_and_deleted_text_are_not_read(tmp_path, plan, hub):
    path = as_word(tmp_path / "idp.docx", [["Goal", "Indicator"], ["Water", "Taps"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    document = parts["word/document.xml"]
    deleted = b"<w:del><w:r><w:delText>Old </w:delText></w:r></w:del><w:r><w:t>Taps"
    for name, content in (
        ("deleted.docx", document.replace(b"<w:r><w:t>Taps", deleted)),
        ("grown.docx", document.replace(b"<w:document", b'<!DOCTYPE a [<!ENTITY b "c">]><w:document', 1)),
    ):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, held in {**parts, "word/document.xml": content}.items():
                archive.writestr(part, held)
    assert "damaged" in messages(bring(tmp_path / "grown.docx", hub), "file_error")[0][2]
    assert bring(tmp_path / "deleted.docx", hub).rows_accepted == 1
    assert [title for _ref, title, _depth in tree(plan)] == ["Water", "Taps"]


# --- who may, and doors ----------------------------------------------------------------------------------------------


def test_only_who_keeps_the_plan_imports_its_items_and_only_into_plans_that_are_open(tmp_path, world, plan, hub):
    path = as_csv(tmp_path / "list.csv", [LIST, GOAL])
    stranger = world._person("Sipho", Role.HUB_MANAGER, "space:DC15")
    with pytest.raises(NotAllowed):
        bring(path, stranger)
    office = world._person("Naledi", Role.NATIONAL_PROGRAMME_OFFICE, "national")
    with pytest.raises(RuleBroken, match="comes with OnePlan"):
        run_import("plan-items", path, by=office, details={"plan": "ndp-2030"})
    with pytest.raises(RuleBroken, match="no plan “nowhere”"):
        run_import("plan-items", path, by=hub, details={"plan": "nowhere"})
    with pytest.raises(RuleBroken, match="Plan"):
        run_import("plan-items", path, by=hub)
    plan.refresh_from_db()
    withdraw_plan(plan, revision=plan.revision, reason="Never adopted", by=hub)
    with pytest.raises(RuleBroken, match="Never adopted"):
        bring(path, hub)
    assert not plan.items.exists()


def test_a_dry_run_tells_all_and_writes_nothing(tmp_path, plan, hub):
    report = bring(as_csv(tmp_path / "list.csv", [LIST, GOAL, OBJECTIVE]), hub, dry_run=True)
    assert (report.rows_accepted, plan.items.count(), ImportRun.objects.count()) == (2, 0, 0)


def test_on_pages_a_word_table_is_handed_in_matched_looked_at_and_stored(
    client, settings, tmp_path, plan, hub, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.MEDIA_ROOT = tmp_path / "documents"
    client.force_login(hub.user)
    start = reverse("exchange:start_import", args=["plan-items"])
    assert ".docx" in client.get(start + "?detail_plan=idp-dc36").content.decode()
    content = as_word(tmp_path / "idp.docx", [LEVELS, *IDP]).read_bytes()
    asked = {"file": SimpleUploadedFile("idp.docx", content), "source": "Council", "detail_plan": "idp-dc36"}
    answer = client.post(start, asked)
    run = ImportRun.objects.get()
    assert answer["Location"] == reverse("exchange:match_columns", args=[run.pk])
    form = client.get(answer["Location"]).context["form"]
    chosen = {field.name: field.initial for field, _also, _label in form.column_fields()}
    assert list(chosen.values()) == ["priority", "objective", "indicator", "baseline", "targets", "cost", "institution"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(answer["Location"], chosen | {"name": "IDP of Waterberg"})
    run.refresh_from_db()
    assert (run.state, run.rows_accepted, plan.items.count()) == (RunState.CHECKED, 4, 0)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exchange:accept_import", args=[run.pk]))
    assert tree(plan) == IDP_TREE
    assert "Items of a source plan were imported" in client.get(f"/source-plans/{plan.code}/").content.decode()
    page = client.get(reverse("exchange:run", args=[run.pk])).content.decode()
    assert reverse("source_plans:plan", args=["idp-dc36"]) in page
    assert client.get(reverse("exchange:annotated", args=[run.pk])).status_code == 200


def test_the_command_line_takes_the_plan_by_its_code(tmp_path, plan, hub):
    path = as_csv(tmp_path / "list.csv", [LIST, GOAL, OBJECTIVE])
    asked = ["import", "plan-items", str(path), "--plan", "idp-dc36", "--source", "Council", "--as", hub.user.email]
    answer = CliRunner().invoke(main, asked)
    assert answer.exit_code == 0, answer.output
    assert [ref for ref, *_rest in tree(plan)] == ["1", "1.1"]
    wrong = as_csv(tmp_path / "wrong.csv", [LIST, ["1", "1", *GOAL[2:]]])
    answer = CliRunner().invoke(main, [*asked[:2], str(wrong), *asked[3:]])
    assert answer.exit_code == 1
    assert "leads back to itself" in answer.output
