import csv
from datetime import date
from decimal import Decimal

import pytest

from benchmarks import _irm_workbooks as workbooks
from benchmarks import _municipal_tables as municipal
from oneplan.access.actors import system
from oneplan.exchange.pipeline import run_import
from oneplan.projects.choices import ProjectStanding
from oneplan.projects.models import Project, Snapshot, SnapshotMoney
from oneplan.projects.tests.conftest import said

MARCH = date(2020, 3, 31)
TITLE = "Eastern Cape: Buffalo City(BUF) - Table SA36 Detailed Capital Budget (Figures Finalised as at 2020/03/31)"
COMMON = [
    "Function", "Project Description", "Project Number", "Type", "MTSF Service Outcome", "IUDF",
    "Own Strategic Objectives", "Asset Class", "Asset Sub-Class", "Ward Location", "GPS Longitude", "GPS Latitude",
]  # fmt: skip
SA36 = [
    *COMMON,
    "Audited Outcome\n2017/18",
    "Full Year Forecast\n2018/19",
    "Budget year\n2019/20",
    "Budget year\n2020/21",
]
SC36 = [
    *COMMON, "Original Budget 2019/20", "Adjusted Budget 2019/20",
    *(f"M{month:02d}" for month in range(1, 13)), "Q1", "Q2", "Q3", "Q4", "YTD Actual",
]  # fmt: skip
KEY = ["Roads", "Resurface Main Road", "PC002003005_00002", "Renewal", "", "", "", "Roads", "", "Coastal", "0", "0"]


@pytest.fixture
def table(boundaries, tmp_path):
    """Import lines as a municipal table: `table(kind, header, *rows, title=…)`."""

    def run(kind, header, *rows, title=TITLE, unit="R thousands", as_at=MARCH, name="table.csv", **order):
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            width = [""] * (len(header) - 1)
            writer.writerows([[title, *width], [unit, *width], header, *rows])
        return run_import(kind, path, **{"by": system("tests"), "as_at": as_at, **order})

    return run


def test_a_line_of_sa36_becomes_a_project_of_its_municipality_with_its_years(table):
    report = table("sa36", SA36, [*KEY, 340609, 651391, 500000, 600000])
    assert report.rows_accepted == 1, report.issues
    project = Project.objects.get()
    assert (project.title, project.sector, project.nature) == ("Resurface Main Road", "Roads", "renewal")
    assert (project.implementing_id, project.space_id, project.audience) == ("mun-buf", "BUF", "public")
    years = {row.year: row for row in project.snapshots.get().money.all()}
    assert all(row.basis == "MFMA" for row in years.values())
    assert (years[2017].spent, years[2017].is_audited) == (Decimal(340609), True)
    assert years[2018].adjusted == Decimal(651391)
    assert (years[2019].budget, years[2020].budget) == (Decimal(500000), Decimal(600000))
    names = {(each.scheme, each.issuer, each.value) for each in project.identifiers.all()}
    assert ("mscoa", "BUF", "PC002003005_00002") in names
    assert ("sa36", "BUF", "roads|resurface main road|pc002003005 00002") in names


def test_rand_that_is_called_thousands_is_read_as_rand_and_said(table):
    assert ("odd_amount", 0, "warning") in said(table("sa36", SA36, [*KEY, "", "", 500000, ""]))
    assert ("odd_amount", 0, "warning") not in said(table("sa36", SA36, [*KEY, "", "", 500000, ""], unit="Rand"))
    assert Snapshot.objects.get().money.get().budget == Decimal(500000)


def test_a_misspelt_header_and_zero_coordinates_keep_the_row(table):
    report = table("sa36", ["Project Decription" if name == COMMON[1] else name for name in SA36], [*KEY, "", "", 1, 2])
    assert report.rows_accepted == 1
    kinds = [kind for kind, _row, _severity in said(report)]
    assert "missing_column" in kinds
    assert "bad_point" in kinds
    assert Project.objects.get().title == "Resurface Main Road"


def test_a_line_without_a_description_goes_by_its_number_and_one_without_both_is_refused(table):
    nameless, nothing = list(KEY), list(KEY)
    nameless[1] = nothing[1] = nothing[2] = ""
    report = table("sa36", SA36, [*nameless, "", "", 1, 2], [*nothing, "", "", 3, 4])
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert Project.objects.get().title == "PC002003005_00002"


def test_ward_numbers_without_a_year_are_kept_and_never_matched(table):
    wards = [*KEY]
    wards[9] = "Ward 5, Ward 6"
    table("sa36", SA36, [*wards, "", "", 1, 2])
    placement = Project.objects.get().placements.get()
    assert "ward_without_year" in placement.doubts
    assert placement.evidence["ward"] == "Ward 5, Ward 6"
    assert placement.shares.get().ward is None


def test_the_heading_names_the_municipality_and_without_one_the_file_is_refused(table):
    other = table("sa36", SA36, [*KEY, "", "", 1, 2], title="Detailed Capital Budget", name="nobody.csv")
    assert other.is_file_error
    assert "municipality" in other.issues[-1].message
    assert not Project.objects.exists()


def test_the_next_year_of_one_municipality_lets_only_its_own_vanish(table):
    other = [*KEY]
    other[1] = "Another road"
    table("sa36", SA36, [*KEY, "", "", 1, 2], [*other, "", "", 1, 2])
    table("sa36", SA36, [*KEY, "", "", 1, 2], title=TITLE.replace("Buffalo City(BUF)", "Cape Town(CPT)"))
    table("sa36", SA36, [*KEY, "", "", 1, 3], as_at=date(2021, 3, 31))
    gone = Project.objects.get(standing=ProjectStanding.VANISHED)
    assert (gone.title, gone.implementing_id) == ("Another road", "mun-buf")


def test_a_line_of_sc36_gives_the_year_in_quarters_to_the_project_of_sa36(table):
    table("sa36", SA36, [*KEY, "", "", 500000, 600000])
    months = [1, 2, 3, 10, 20, 30, "", "", "", "", "", ""]
    report = table("sc36", SC36, [*KEY, 500000, 450000, *months, 6, 61, "", "", 66])
    assert report.rows_accepted == 1, report.issues
    project = Project.objects.get()
    assert project.snapshots.count() == 2
    money = project.snapshots.get(submission__feed="sc36").money.get()
    assert (money.year, money.basis, money.budget, money.adjusted) == (2019, "MFMA", Decimal(500000), Decimal(450000))
    assert (money.q1, money.q2, money.q3, money.spent) == (Decimal(6), Decimal(61), None, Decimal(66))
    assert ("odd_amount", 4, "warning") in said(report)  # the months of Q2 make 60, not 61


@pytest.mark.shared
def test_the_real_sheets_are_read(boundaries, shared_data):
    def taken(name):
        return run_import("sa36", shared_data / "projects" / name, by=system("tests"), as_at=MARCH)

    assert taken("mscoa_sa36_test.xlsx").rows_accepted == 2
    report = taken("mscoa_sa36_failtest.xlsx")  # called BYU, of BUF; two rows are in the first file too
    assert (report.rows_read, report.rows_unchanged, report.rows_refused) == (31, 2, 0)
    assert report.rows_left_out == {"note under the table": 4}
    assert {kind for kind, _row, _severity in said(report)} >= {"bad_code", "odd_amount", "required"}
    assert Project.objects.count() == 2 + report.rows_accepted


def test_generated_tables_of_a_whole_city_are_read_to_the_rand(boundaries, tmp_path):
    rows = 600
    for kind, made in (("sa36", municipal.sa36(rows, seed=5)), ("sc36", municipal.sc36(rows, seed=5))):
        path = workbooks.write(tmp_path / f"{kind}.xlsx", made)
        report = run_import(kind, path, by=system("tests"), as_at=MARCH)
        assert (report.rows_accepted, report.rows_refused) == (rows, 0), report.issues[:5]
        assert all(total.read == total.accepted for total in report.totals.values())
    assert Project.objects.count() == rows  # the in-year table speaks of the projects of the medium-term one
    stored = SnapshotMoney.objects.filter(snapshot__submission__feed="sc36")
    spent = sum((row.spent or Decimal(0) for row in stored), Decimal(0))
    assert spent == sum(number * month for number in range(rows) for month in range(1, 10))
