from datetime import date
from decimal import Decimal

import pytest

from oneplan.access.actors import system
from oneplan.exchange.pipeline import run_import
from oneplan.projects.models import Project
from oneplan.projects.queries import ProjectFilters, projects_list
from oneplan.projects.tests.conftest import JUNE

NATIONAL = "projects/vulekamali_national_infrastructure_2019-20.csv"
HEAD = "id,title,institution,space,municipality,ward,ward year,latitude,longitude,stage,kind,2023/24 PFMA,2024/25 PFMA"
ROW = "A1,Library,lim-health,DC36,Lephalale,,,-23.69,27.7,Design,,R1 000.50,2000"
MAPPING = {
    "columns": {
        "key": "id", "title": "title", "implementing": "institution", "space": "space", "municipality": "municipality",
        "ward": "ward", "ward_year": "ward year", "latitude": "latitude", "longitude": "longitude", "stage": "stage",
        "kind": "kind", "budgets": {"2023/24 PFMA": "2023/24 PFMA", "2024/25 PFMA": "2024/25 PFMA"},
    }
}  # fmt: skip


@pytest.fixture
def table(boundaries, tmp_path):
    def run(*rows, mapping=MAPPING, **order):
        path = tmp_path / "projects.csv"
        path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
        given = {"by": system("tests"), "as_at": JUNE, "source": "A department's list", "mapping": mapping, **order}
        return run_import("projects", path, **given)

    return run


def test_a_table_of_ones_own_is_read_by_a_mapping_and_stays_inside_government(table):
    assert table(ROW).rows_accepted == 1
    project = Project.objects.get()
    assert (project.title, project.stage, project.audience) == ("Library", "design", "government")
    assert [(row.year, row.budget) for row in project.snapshots.get().money.all()] == [
        (2023, Decimal("1000.50")), (2024, Decimal(2000)),
    ]  # fmt: skip
    assert [each.scheme for each in project.identifiers.all()] == ["source"]


def test_columns_called_as_the_elements_are_need_no_mapping(table):
    table(ROW.replace("2000", ""), mapping="")
    project = Project.objects.get()
    assert (project.title, project.stage, project.implementing_id, project.space_id) == (
        "Library", "design", "lim-health", "DC36",
    )  # fmt: skip
    table(ROW.replace("Design", "Tender"), mapping="", as_at=date(2023, 9, 30))
    project.refresh_from_db()
    assert project.stage == "tender"


def test_one_id_in_two_sources_is_two_projects(table):
    table(ROW)
    table(ROW, source="Another list")
    assert Project.objects.count() == 2


def test_columns_that_a_later_file_lacks_leave_what_is_known_alone(table):
    table(ROW)
    narrow = {"columns": {"key": "id", "title": "title"}}
    table(ROW.replace("Library", "Big library"), mapping=narrow, as_at=date(2023, 9, 30))
    project = Project.objects.get()
    assert (project.title, project.stage, project.implementing_id) == ("Big library", "design", "lim-health")


def test_a_ward_counts_with_its_code_and_year_alone(table):
    table("A1,Library,lim-health,,,93602001,2021,,,Design,,,", "A2,Hall,lim-health,DC36,,93602001,,,,Design,,,")
    dated, undated = Project.objects.order_by("ref")
    assert dated.placements.get().evidence["ward_year"] == 2021
    assert "ward_year" not in undated.placements.get().evidence
    assert undated.ward is None


def test_a_corrected_year_of_a_national_project_keeps_its_other_years(boundaries, tmp_path):
    head = "project_slug,project_name,government_institution,financial_year,budget_phase,amount_rands"
    rows = ["dam,A dam,Water and Sanitation,2018,Audited Outcome,10", "dam,A dam,Water and Sanitation,2019,MTEF,20"]
    for name, lines in (("a.csv", rows), ("b.csv", [rows[0], rows[1].replace("20", "25").replace("2519", "2019")])):
        path = tmp_path / name
        path.write_text("\n".join([head, *lines]), encoding="utf-8")
        assert not run_import("national", path, by=system("tests"), as_at=date(2019, 2, 20)).rows_refused
    newest = Project.objects.get().snapshots.latest("pk")
    assert [(row.year, row.spent, row.budget) for row in newest.money.all()] == [
        (2018, Decimal(10), None), (2019, None, Decimal(25)),
    ]  # fmt: skip


@pytest.mark.shared
def test_the_rows_of_one_national_project_become_one_with_its_years(boundaries, shared_data, world):
    report = run_import("national", shared_data / NATIONAL, by=system("tests"), as_at=date(2019, 2, 20))
    assert (report.rows_read, report.rows_accepted) == (175, 175)
    assert Project.objects.count() == 25
    giyani = projects_list(world.public, ProjectFilters(q=("giyani",))).get()
    assert (giyani.space_id, giyani.implementing_id, giyani.sphere) == ("DC33", "nat-dws", "national")
    years = {row.year: row for row in giyani.snapshots.get().money.all()}
    assert sorted(years) == list(range(2015, 2022))
    assert (years[2015].spent, years[2015].is_audited) == (Decimal(799_829_000), True)
    assert years[2018].adjusted == Decimal(214_500_000)
    assert years[2019].budget is not None
    again = run_import("national", shared_data / NATIONAL, by=system("tests"), as_at=date(2019, 2, 20))
    assert again.rows_unchanged == 175
