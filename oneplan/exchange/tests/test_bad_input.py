"""Every bad input of the brief beside its good twin: a sentence naming sheet, row, column and remedy; nothing kept."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.models import ImportRun, Issue, QuarantinedRow, StoredRow
from oneplan.exchange.readers.guard import Limits, guard
from oneplan.exchange.tests.conftest import GOOD, HEADER
from oneplan.exchange.tests.wells import STORED
from oneplan.platform.models import Document, LogEntry

pytestmark = pytest.mark.django_db


KEPT = (ImportRun, Issue, QuarantinedRow, StoredRow, Document, LogEntry)


@pytest.fixture
def nothing_is_kept(db):
    """Whether the tables hold what they held when the test began (the register is there already)."""
    before = [model.objects.count() for model in KEPT]
    return lambda: not STORED and [model.objects.count() for model in KEPT] == before


def with_cell(place: int, cell: object) -> list[object]:
    return [*GOOD[:place], cell, *GOOD[place + 1 :]]


def test_it_takes_a_good_table(csv_file, take):
    report = take(csv_file(GOOD))
    assert (report.rows_read, report.rows_accepted, report.exit_code(strict=True)) == (1, 1, 0)
    assert STORED["W-1"]["name"] == "Spring"
    assert STORED["W-1"]["year"].long == "2026/27 (Apr–Mar)"
    assert report.as_dict()["totals"] == {"cost": {"read": "1000.50", "accepted": "1000.50"}}


@pytest.mark.parametrize(
    ("place", "cell", "kind"),
    [
        (2, "XX99", IssueKind.UNKNOWN_PLACE),
        (3, "a lot", IssueKind.BAD_AMOUNT),
        (3, "=2+2", IssueKind.FORMULA),
        (1, "=HYPERLINK(A1)", IssueKind.FORMULA),
        (1, "@SUM(A1)", IssueKind.FORMULA),
        (1, "", IssueKind.REQUIRED),
        (4, "04/03/2026", IssueKind.BAD_DATE),
        (4, "21019-01-01", IssueKind.BAD_DATE),
        (5, "2025-12-31", IssueKind.DATES_REVERSED),
        (6, "", IssueKind.YEAR_WITHOUT_BASIS),
        (6, "ABCD", IssueKind.BAD_CHOICE),
        (7, "2026", IssueKind.BAD_YEAR),
        (7, "2026/29", IssueKind.BAD_YEAR),
    ],
)
def test_a_bad_cell_refuses_its_row_and_stores_the_rest(place, cell, kind, csv_file, workbook, take):
    bad = with_cell(place, cell)
    for make, sheet in ((csv_file, ""), (workbook, "Wells")):
        STORED.clear()
        good = ["W-2", *GOOD[1:]]
        report = take(make(bad, good), source=f"bad {sheet}")
        assert (report.rows_accepted, report.rows_refused) == (1, 1), report.issues
        assert list(STORED) == ["W-2"]
        issue = next(issue for issue in report.issues if issue.severity == "error")
        assert (issue.kind, issue.sheet, issue.row) == (kind, sheet, 2)
        assert issue.column == HEADER[place] or kind == IssueKind.YEAR_WITHOUT_BASIS
        assert issue.message
        assert (report.exit_code(), report.exit_code(strict=True)) == (0, 1)
        assert QuarantinedRow.objects.filter(run_id=report.run_id).count() == 1


def test_it_refuses_the_second_row_of_an_id(csv_file, take):
    report = take(csv_file(GOOD, GOOD, ["W-2", *GOOD[1:]]))
    assert (report.rows_accepted, report.rows_refused) == (2, 1)
    issue = report.issues[0]
    assert (issue.kind, issue.row, issue.column, issue.value) == (IssueKind.DUPLICATE_ROW, 3, "Well id", "W-1")
    assert "row 2" in issue.message


def test_it_refuses_rows_of_another_space(csv_file, take):
    path = csv_file(GOOD, ["W-2", "Pan", "DC15", *GOOD[3:]])
    report = take(path, space="DC36")
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert report.issues[0].kind == IssueKind.WRONG_SPACE


def test_a_formula_in_a_workbook_refuses_its_row_unless_the_mapping_takes_saved_results(workbook, take):
    path = workbook(with_cell(3, ("=500*2", None, 1000)), ["W-2", *GOOD[1:]])
    refused = take(path, dry_run=True)
    assert refused.rows_refused == 1
    assert (refused.issues[0].kind, refused.issues[0].column) == (IssueKind.FORMULA, "Cost")
    taken = take(path, dry_run=True, mapping={"columns": dict(_same()), "formulas": "saved"})
    assert taken.rows_refused == 0
    assert [issue.severity for issue in taken.issues if issue.kind == IssueKind.FORMULA] == ["warning"]


def _same() -> list[tuple[str, str]]:
    names = ["key", "name", "place", "cost", "starts_on", "ends_on", "basis", "year"]
    return list(zip(names, HEADER, strict=True))


def test_a_formula_without_a_saved_result_is_refused_either_way(tmp_path, take):
    book = openpyxl.Workbook()
    sheet = book[book.sheetnames[0]]
    sheet.append(HEADER)
    sheet.append(with_cell(3, "=A1"))
    book.save(tmp_path / "f.xlsx")
    for formulas in ("refuse", "saved"):
        report = take(tmp_path / "f.xlsx", dry_run=True, mapping={"columns": dict(_same()), "formulas": formulas})
        assert (report.rows_refused, report.issues[0].kind) == (1, IssueKind.FORMULA)


def test_an_error_value_refuses_its_row(workbook, take):
    report = take(workbook(with_cell(3, ("=1/0", None, "#DIV/0!")), ["W-2", *GOOD[1:]]))
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert report.issues[0].kind == IssueKind.CELL_ERROR


def _with_part(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    return path


def _bomb(path: Path) -> Path:
    return _with_part(path, "xl/worksheets/sheet9.xml", b" " * (64 << 20))


def _ole(path: Path, marker: bytes) -> Path:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000 + marker)
    return path


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda path: _with_part(path, "xl/vbaProject.bin", b"macro"), IssueKind.MACRO),
        (lambda path: _with_part(path, "xl/macrosheets/sheet1.xml", b"<x/>"), IssueKind.MACRO),
        (_bomb, IssueKind.UNSAFE_ARCHIVE),
        (_cut, IssueKind.DAMAGED),
        (lambda path: _ole(path, b""), IssueKind.NOT_A_TABLE),
        (lambda path: _ole(path, "EncryptedPackage".encode("utf-16-le")), IssueKind.ENCRYPTED),
        (lambda path: (path.write_bytes(b""), path)[1], IssueKind.DAMAGED),
        (lambda path: (path.write_bytes(b"%PDF-1.7 not a table"), path)[1], IssueKind.NOT_A_TABLE),
    ],
)
def test_a_hostile_or_broken_workbook_is_refused_and_nothing_is_kept(spoil, kind, workbook, take, nothing_is_kept):
    assert take(workbook(GOOD), dry_run=True).rows_accepted == 1
    report = take(spoil(workbook(GOOD)))
    assert report.exit_code() == 1
    assert [issue.kind for issue in report.issues] == [kind]
    assert report.issues[0].severity == "file_error"
    assert nothing_is_kept()


def test_a_corrupted_sheet_is_refused(workbook, take, nothing_is_kept):
    path = workbook(*([f"W-{n}", *GOOD[1:]] for n in range(300)))
    raw = bytearray(path.read_bytes())
    at = raw.find(b"xl/worksheets/sheet1.xml") + 200
    raw[at : at + 40] = b"\0" * 40
    path.write_bytes(bytes(raw))
    report = take(path)
    assert (report.exit_code(), report.issues[0].kind) == (1, IssueKind.DAMAGED)
    assert nothing_is_kept()


def test_a_file_of_200_mb_is_refused_unread(tmp_path, take, nothing_is_kept):
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)  # sparse: takes no room
    report = take(path)
    assert (report.exit_code(), report.issues[0].kind) == (1, IssueKind.TOO_LARGE)
    assert "200 MB" in report.issues[0].message
    assert nothing_is_kept()


def test_a_sheet_that_fills_memory_kills_only_its_reader(tmp_path, take, monkeypatch):
    book = openpyxl.Workbook()
    sheet = book[book.sheetnames[0]]
    sheet["A1"], sheet["XFD1048576"] = "Well id", "far"
    book.save(tmp_path / "far.xlsx")
    report = take(tmp_path / "far.xlsx")
    assert (report.exit_code(), report.issues[0].kind) == (1, IssueKind.TOO_LARGE)


@pytest.mark.parametrize(
    ("content", "kind", "row"),
    [
        (b'Well id,Well name\nW-1,"Spring\n', IssueKind.DAMAGED, 2),
        (b"Well id,Well name\nW-1,Sp\0ring\n", IssueKind.NOT_A_TABLE, 2),
        ("Well id,Well name\nW-1,Spring\n".encode("utf-16"), IssueKind.ENCODING, 0),
        (b"Well id,Well name\nW-1,\x81\x8d\n", IssueKind.ENCODING, 0),
        (b"Well id,Well name\n", IssueKind.NO_ROWS, 0),
        (b"1,2\n3,4\n", IssueKind.NO_HEADER, 0),
        (b"Well id,Place\nW-1,DC36\n", IssueKind.MISSING_COLUMN, 1),
    ],
)
def test_a_broken_csv_is_refused_and_nothing_is_kept(content, kind, row, tmp_path, take, nothing_is_kept):
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    report = take(path)
    assert report.exit_code() == 1
    assert (report.issues[-1].kind, report.issues[-1].row) == (kind, row)
    assert nothing_is_kept()


def test_a_row_cut_short_is_refused_and_the_rest_stored(csv_file, take):
    report = take(csv_file(GOOD, ["W-2", "Pan", "DC36"]))
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert (report.issues[0].kind, report.issues[0].row) == (IssueKind.RAGGED_ROW, 3)


def test_what_the_room_refuses_while_storing_undoes_everything(csv_file, take, nothing_is_kept):
    report = take(csv_file(["W-0", *GOOD[1:]], with_cell(1, "poison")))
    STORED.clear()  # a list knows no transactions; the tables do
    assert report.exit_code() == 1
    assert report.issues[-1].kind == IssueKind.RULE_BROKEN
    assert (report.rows_accepted, report.run_id) == (0, None)
    assert nothing_is_kept()


def test_encoding_and_delimiter_are_said_not_guessed_silently(tmp_path, take):
    path = tmp_path / "semi.csv"
    path.write_bytes("Well id;Well name\nW-1;Caf\xe9\n".encode("cp1252"))
    report = take(path)
    assert STORED["W-1"]["name"] == "Café"
    assert [issue.kind for issue in report.issues] == [IssueKind.ENCODING, IssueKind.DELIMITER]


def test_a_zip_whose_directory_lies_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
    path = Path("/tmp") / "lying.xlsx"
    path.write_bytes(packed.getvalue())
    assert guard(path) == "xlsx"
    with pytest.raises(Exception, match="unpack"):
        guard(path, Limits(entries=0))
