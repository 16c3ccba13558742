"""What comes back wrong: one clear sentence for each, and nothing is lost."""

import zipfile

import pytest
import xlsxwriter

from oneplan.access.actors import system
from oneplan.commitments.models import Commitment, Pledge
from oneplan.exchange.issues import FileRefused
from oneplan.exchange.readers import guard
from oneplan.joint_planning.tests.factories import edition_of
from oneplan.plans.actions import abandon_edition
from oneplan.plans.models import Edition
from oneplan.platform.models import Document
from oneplan.workbooks import actions
from oneplan.workbooks.choices import ReturnState, Standing
from oneplan.workbooks.models import Workbook, WorkbookReturn
from oneplan.workbooks.reading import letters
from oneplan.workbooks.sheets import META
from oneplan.workbooks.tests.conftest import comparison_of
from oneplan.workbooks.writing import HEADER_ROW


def refusal(row):
    assert row.state == ReturnState.REFUSED
    [issue] = row.errors
    return issue["message"]


def issues(row):
    assert row.state == ReturnState.COMPARED, row.errors
    return [issue for each in comparison_of(row).rows for issue in each.issues]


def refused_rows(row):
    return [(each.id, [issue.message for issue in each.issues]) for each in comparison_of(row).rows if each.issues]


def test_a_workbook_of_another_space(waterberg):
    paper = waterberg.paper(waterberg.issue())
    row = waterberg.give_back(paper.path, by=system("tests"), space=waterberg.world.dc15)
    assert "is a workbook of Waterberg, not of OR Tambo" in refusal(row)


def test_a_workbook_of_an_edition_that_was_replaced(waterberg):
    paper, world = waterberg.paper(waterberg.issue()), waterberg.world
    edition = waterberg.edition
    edition.refresh_from_db()
    abandon_edition(edition, revision=edition.revision, by=world.hub36, reason="It began from a wrong year.")
    edition_of(world.dc36, by=world.hub36)
    words = refusal(waterberg.give_back(paper.path))
    assert "made of edition 1, which is abandoned; edition 2 is in its place" in words
    assert "copy your values into it" in words


def test_a_workbook_of_another_format(waterberg):
    paper = waterberg.paper(waterberg.issue())
    paper.book[META].cell(3, 2).value = "7"
    assert "is of format 7; this version of OnePlan reads format 1" in refusal(waterberg.give_back(paper.save()))


def test_a_workbook_whose_hidden_sheet_was_changed_or_removed(waterberg):
    paper = waterberg.paper(waterberg.issue())
    paper.book[META].cell(9, 2).value = "0" * 64
    assert "is not the one that was issued with it" in refusal(waterberg.give_back(paper.save()))
    del paper.book[META]
    assert "does not say which OnePlan workbook it is" in refusal(waterberg.give_back(paper.save()))


def test_a_workbook_that_was_never_issued_here(waterberg):
    paper = waterberg.paper(waterberg.issue())
    paper.book[META].cell(2, 2).value = "987654"
    assert "says that it is W-987654. No such workbook was issued" in refusal(waterberg.give_back(paper.save()))


def test_reordered_columns_are_read_by_their_headings(waterberg):
    paper = waterberg.paper(waterberg.issue())
    sheet = paper.sheet("commitments")
    one, other = paper.column("commitments", "title"), paper.column("commitments", "unit")
    for number in range(HEADER_ROW + 1, sheet.max_row + 1):
        first, second = sheet.cell(number, one), sheet.cell(number, other)
        first.value, second.value = second.value, first.value
    sheet.cell(paper.row("commitments", waterberg.water.ref), one).value = "villages"
    [row] = comparison_of(waterberg.give_back(paper.save())).rows
    assert [(field.key, field.theirs) for field in row.fields] == [("unit", "villages")]


def test_a_renamed_column_is_named_and_an_unknown_one_ignored(waterberg):
    paper = waterberg.paper(waterberg.issue())
    sheet = paper.sheet("pledges")
    sheet.cell(HEADER_ROW + 1, sheet.max_column + 1).value = "Our notes"
    row = waterberg.give_back(paper.save())
    assert [each["message"] for each in row.errors] == ["The column “Our notes” is not one of ours and was not read."]
    assert comparison_of(row).rows == []
    sheet.cell(HEADER_ROW + 1, paper.column("pledges", "amount")).value = "How much"
    words = refusal(waterberg.give_back(paper.save()))
    assert "The sheet “Pledges” has no column “Amount, rand”" in words
    assert "row 4" in words


def test_a_column_that_stands_twice_and_a_sheet_that_is_gone(waterberg):
    paper = waterberg.paper(waterberg.issue())
    sheet = paper.sheet("pledges")
    sheet.cell(HEADER_ROW + 1, sheet.max_column + 1).value = "Amount, rand"
    assert "has the column “Amount, rand” twice" in refusal(waterberg.give_back(paper.save()))
    paper = waterberg.paper(paper.workbook)
    paper.sheet("pledges").title = "Money"
    assert "The sheet “Pledges” is missing" in refusal(waterberg.give_back(paper.save()))


def test_duplicated_and_unknown_ids(waterberg):
    paper = waterberg.paper(waterberg.issue())
    sheet, first = paper.sheet("commitments"), paper.row("commitments", waterberg.water.ref)
    for place in range(1, sheet.max_column + 1):
        sheet.cell(first + 2, place).value = sheet.cell(first, place).value
    paper.sheet("findings").cell(paper.row("findings", "F-001"), 1).value = "F-777"
    row = waterberg.give_back(paper.save())
    told = refused_rows(row)
    assert [identity for identity, _words in told] == [waterberg.water.ref] * 2 + ["F-777"]
    assert all("more than once" in " ".join(words) for identity, words in told if identity == waterberg.water.ref)
    assert "was not issued with a row F-777" in told[-1][1][0]


def test_pasted_formulas_are_refused_by_sheet_and_cell(waterberg):
    paper = waterberg.paper(waterberg.issue())
    pledge = Pledge.objects.get(party__commitment=waterberg.water)
    paper.put("pledges", f"P-{pledge.pk}", amount="=1+1")
    [issue] = issues(waterberg.give_back(paper.save()))
    number = paper.row("pledges", f"P-{pledge.pk}")
    assert (issue.sheet, issue.row, issue.column) == ("Pledges", number, "Amount, rand")
    assert f"G{number} holds a formula" in issue.message


def test_an_error_value_and_a_text_that_would_run(waterberg):
    paper = waterberg.paper(waterberg.issue())
    cell = paper.sheet("findings").cell(paper.row("findings", "F-001"), paper.column("findings", "value"))
    cell.value, cell.data_type = "#DIV/0!", "e"
    text = paper.sheet("outcomes").cell(paper.row("outcomes", "O-001"), paper.column("outcomes", "unit"))
    text.value, text.data_type = "=cmd|' /C calc'!A0", "s"
    assert sorted(issue.kind for issue in issues(waterberg.give_back(paper.save()))) == ["cell_error", "formula"]


def test_merged_cells_are_refused_so_that_nothing_is_emptied(waterberg):
    paper = waterberg.paper(waterberg.issue())
    first = paper.row("commitments", waterberg.water.ref)
    place = letters(paper.column("commitments", "title") - 1)
    paper.sheet("commitments").merge_cells(f"{place}{first}:{place}{first + 1}")
    told = refused_rows(waterberg.give_back(paper.save()))
    assert [identity for identity, _words in told] == [waterberg.water.ref, waterberg.clinic.ref]
    assert f"{place}{first}:{place}{first + 1} is merged" in told[0][1][0]


def test_cells_that_are_only_for_reading(waterberg):
    paper = waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, state="Signed", lead="nat-dws")
    paper.put("parties", f"Y-{waterberg.clinic.parties.get().pk}", responsibility="Everything")
    told = refused_rows(waterberg.give_back(paper.save()))
    assert "“State” is for reading" in told[0][1][0]
    assert "“Responsible for” is for reading" in told[1][1][0]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("area", "Mining", "is not one of"), ("start_on", "31 February 2027", "no day"),
        ("title", "x" * 301, "at most 300"),
        ("municipal_areas", "Atlantis", "not in the list"), ("longitude", "far east", "not a number"),
        ("serves", "O-999", "no outcome or strategy"), ("title", "", "needs a title"), ("total_cost", -5, "negative"),
        ("baseline", 1.23456, "four decimals"), ("finish_on", "03/04/2030", "two dates"),
    ],
)  # fmt: skip
def test_a_bad_value_refuses_its_row_with_a_remedy(waterberg, column, value, words):
    paper = waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, **{column: value or None})
    row = waterberg.give_back(paper.save())
    [refused] = comparison_of(row).rows
    assert refused.standing == Standing.REFUSED
    assert words in refused.issues[-1].message


def test_a_file_of_200_megabytes(waterberg, tmp_path):
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(FileRefused, match="200 MB; at most 100 MB"):
        actions.return_workbook(path, file_name=path.name, by=waterberg.world.hub36)
    assert not WorkbookReturn.objects.exists()
    assert not Document.objects.filter(name="huge.xlsx").exists()


def test_a_zip_bomb_a_macro_workbook_and_no_workbook(waterberg, tmp_path, monkeypatch):
    hub, path = waterberg.world.hub36, tmp_path / "bad.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 6 * guard.MIB)
    with pytest.raises(FileRefused, match="which no honest table does"):
        actions.return_workbook(path, file_name="bad.xlsx", by=hub)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(FileRefused, match="holds macros"):
        actions.return_workbook(path, file_name="bad.xlsm", by=hub)
    for content, words in ((b"%PDF-1.7", "not a table"), (b"a,b\n1,2\n", "not an Excel workbook"), (b"", "empty")):
        path.write_bytes(content)
        with pytest.raises(FileRefused, match=words):
            actions.return_workbook(path, file_name="bad.xlsx", by=hub)
    assert not WorkbookReturn.objects.exists()


def test_a_damaged_workbook_and_a_table_of_somebody_s_own(waterberg, tmp_path):
    path = tmp_path / "own.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Projects").write_row(0, 0, ["Name", "Cost"])
    assert "does not say which OnePlan workbook it is" in refusal(waterberg.give_back(path))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    assert "damaged" in refusal(waterberg.give_back(path))


def test_a_text_longer_than_a_cell_stays_whole(waterberg):
    Commitment.objects.filter(pk=waterberg.water.pk).update(description="wide " * 8000)
    paper = waterberg.paper(waterberg.issue())
    row = waterberg.give_back(paper.path)
    assert comparison_of(row).rows == []
    paper.put("commitments", waterberg.water.ref, description="short")
    [issue] = issues(waterberg.give_back(paper.save()))
    assert "longer than a cell can hold" in issue.message


def test_a_row_that_was_taken_out_of_the_plan_meanwhile(waterberg):
    paper = waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.clinic.ref, title="A bigger clinic").save()
    Commitment.objects.filter(pk=waterberg.clinic.pk).update(state="withdrawn")
    [issue] = issues(waterberg.give_back(paper.path))
    assert "was taken out of the plan in OnePlan" in issue.message


def test_a_file_under_another_name_is_known_by_what_it_holds(waterberg):
    paper = waterberg.paper(waterberg.issue(), "a different name.xlsx")
    assert waterberg.give_back(paper.path).workbook == Workbook.objects.get()


def test_a_workbook_of_an_edition_that_was_abandoned_says_so(waterberg):
    path = waterberg.paper(waterberg.issue()).save()
    Edition.objects.update(state="abandoned")
    row = waterberg.give_back(path)
    assert row.state == ReturnState.REFUSED
    assert "has no edition of its plan yet" in row.errors[0]["message"]


def test_a_number_without_end_and_one_that_is_none_refuse_their_row(waterberg):
    paper = waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, baseline=777001, target=777002).save()
    path = paper.path.with_name("hostile.xlsx")
    with zipfile.ZipFile(paper.path) as before, zipfile.ZipFile(path, "w") as after:
        for each in before.infolist():
            text = before.read(each).replace(b"<v>777001</v>", b"<v>NaN</v>")
            after.writestr(each, text.replace(b"<v>777002</v>", b"<v>1e999</v>"))
    row = waterberg.give_back(path)
    [found] = comparison_of(row).rows
    assert found.standing == Standing.REFUSED
    assert ["is not a number" in issue.message for issue in found.issues] == [True, True]


def test_more_rows_than_one_return_may_change(waterberg, monkeypatch):
    monkeypatch.setattr("oneplan.workbooks.reading.MOST_CHANGED", 3)
    paper = waterberg.paper(waterberg.issue())
    for number in range(4):
        paper.add("findings", area="services", statement=f"Pasted {number}")
    assert "More than 3 rows were changed or added" in refusal(waterberg.give_back(paper.save()))
