"""The workbook: a sheet per noun, typed cells, no formula that runs, its standing on every sheet."""

import csv
import io
import shutil
import subprocess
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from oneplan.publishing.excel import plan_workbook
from oneplan.publishing.tests.plans import FORMULA, adopted, draft

pytestmark = pytest.mark.engine_free

SHEETS = [
    "Read me", "Findings", "Outcomes", "Strategies", "Commitments", "Parties", "Pledges", "Money by year",
    "Immediate issues", "Participation", "Signatures", "Sources",
]  # fmt: skip


@pytest.fixture(scope="module")
def file():
    return plan_workbook(draft())


@pytest.fixture(scope="module")
def book(file):
    return openpyxl.load_workbook(io.BytesIO(file))


def table(book, name):
    rows = list(book[name].iter_rows(min_row=3, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_it_has_a_sheet_for_every_noun(book):
    assert book.sheetnames == SHEETS


def test_every_sheet_says_that_it_is_a_sample_and_a_draft(book):
    for sheet in book:
        assert "SAMPLE" in sheet["A2"].value, sheet.title
        assert "DRAFT – not adopted" in sheet["A2"].value, sheet.title
        assert "SAMPLE" in sheet.oddHeader.right.text, sheet.title


def test_an_adopted_plan_says_neither():
    book = openpyxl.load_workbook(io.BytesIO(plan_workbook(adopted())))
    for sheet in book:
        assert "SAMPLE" not in sheet["A2"].value
        assert "DRAFT" not in sheet["A2"].value
        assert "adopted and sealed" in sheet["A2"].value


def test_numbers_and_days_are_numbers_and_days(book):
    finding, _other = table(book, "Findings")
    assert Decimal(str(finding["Value"])) == Decimal("31.5")
    assert finding["Date of source"].date() == date(2022, 10, 10)
    assert [row["Amount (rand)"] for row in table(book, "Pledges")] == [1000000.1, 5, 7]
    [commitment] = table(book, "Commitments")
    assert commitment["Share of this space"] == 0.5
    assert commitment["Starts"].date() == date(2026, 4, 1)


def test_what_is_not_known_says_so_and_is_not_nought(book):
    [commitment] = table(book, "Commitments")
    assert commitment["Total cost (rand)"] == commitment["Finishes"] == commitment["Place"] == "unknown"
    assert commitment["Funding"] == "unknown"
    assert table(book, "Outcomes")[0]["Baseline"] == "unknown"


def test_what_is_unfunded_or_declined_is_in_no_sum(book):
    assert table(book, "Commitments")[0]["Pledged, all years (rand)"] == 1000000.1


def test_nothing_in_it_can_run(file, book):
    rows = table(book, "Findings")
    assert rows[0]["Finding"] == FORMULA
    assert rows[0]["Evidence"] == "+27 12 000 0000"
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if "worksheets/sheet" in name]
        assert not [name for name in package.namelist() if "vba" in name.lower() or "external" in name.lower()]
    assert all("<f>" not in sheet for sheet in sheets)
    assert book["Findings"]["C4"].data_type == "s"
    assert book["Findings"]["C4"].quotePrefix


def test_headings_are_frozen_and_filtered(book):
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B4", sheet.title
        assert sheet.auto_filter.ref.startswith("A3:"), sheet.title


def test_equal_contents_give_equal_bytes(file):
    assert plan_workbook(draft()) == file


def test_libreoffice_opens_it_and_runs_nothing(file, tmp_path):
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is missing. On Debian: apt install libreoffice-writer-nogui libreoffice-calc-nogui")
    (tmp_path / "plan.xlsx").write_bytes(file)
    second_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    subprocess.run(
        [program, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", second_sheet,
         "--outdir", tmp_path, tmp_path / "plan.xlsx"],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    [written] = tmp_path.glob("*.csv")
    with written.open(encoding="utf-8", newline="") as lines:
        cells = [cell for row in csv.reader(lines) for cell in row]
    assert FORMULA in cells
    assert "+27 12 000 0000" in cells
