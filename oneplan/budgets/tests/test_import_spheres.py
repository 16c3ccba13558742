"""National and provincial estimates, spending in the year, projects, grants, entities' plans, and tables by mapping."""

from datetime import date
from decimal import Decimal

import pytest

from oneplan.access.actors import system
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.choices import AmountType, Flow, Statement
from oneplan.budgets.facts import number_of
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.placing import Placer
from oneplan.budgets.tests.conftest import served
from oneplan.budgets.tests.files import LEDGER, estimates, ledger, projects_sheet, write_csv

pytestmark = pytest.mark.django_db
SALARIES = ("Current payments", "Compensation of employees", "Salaries and wages")
TO_MUNICIPALITIES = (
    "Transfers and subsidies",
    "Provinces and municipalities",
    "Municipalities",
    "Municipal bank accounts",
)


def test_estimates_give_each_phase_its_amount_type_and_count_the_years_ahead(take, tmp_path):
    report = take(estimates(
        tmp_path, ("Audited Outcome", "Water and Sanitation", SALARIES, 2019, "10.50"),
        ("Main appropriation", "Water and Sanitation", SALARIES, 2021, 12),
        ("Main appropriation", "Water and Sanitation", SALARIES, 2022, 13),
        ("Medium Term Estimates", "Water and Sanitation", SALARIES, 2023, 14),
        ("Medium Term Estimates", "Water and Sanitation", SALARIES, 2024, 15),
    ), "ene")  # fmt: skip
    assert (report.rows_accepted, report.issues) == (5, [])
    assert served("SELECT year, amount_type, basis, amount FROM facts ORDER BY year") == [
        (2019, number_of(AmountType.AUDITED), 4, Decimal("10.50")),
        (2021, number_of(AmountType.ORIGINAL), 4, Decimal(12)), (2022, number_of(AmountType.ORIGINAL), 4, Decimal(13)),
        (2023, number_of(AmountType.INDICATIVE_1), 4, Decimal(14)),
        (2024, number_of(AmountType.INDICATIVE_2), 4, Decimal(15)),
    ]  # fmt: skip
    assert served(
        "SELECT DISTINCT i.code, p.vote, p.vote_name, p.programme, p.programme_name, items.label,"
        " items.category FROM facts "
        "JOIN institutions i ON i.id = institution JOIN programmes p ON p.id = facts.programme "
        "JOIN items ON items.id = item"
    ) == [
        (
            "nat-dws",
            "nat-dws:41",
            "Water and Sanitation",
            "1",
            "Administration",
            "Salaries and wages",
            "Current payments",
        )
    ]


def test_a_grant_passed_to_municipalities_is_followed_where_their_own_figures_are_in(take, tmp_path):
    take(estimates(tmp_path, ("Main appropriation", "Water and Sanitation", TO_MUNICIPALITIES, 2020, 100),
                   ("Main appropriation", "Water and Sanitation", SALARIES, 2020, 7)), "ene")  # fmt: skip
    flows = (
        "SELECT amount, flow FROM facts JOIN datasets ON datasets.id = dataset "
        "WHERE datasets.code = 'national-expenditure' ORDER BY amount"
    )
    assert served(flows) == [
        (Decimal(7), number_of(Flow.SPENT)), (Decimal(100), number_of(Flow.NOT_FOLLOWED)),
    ]  # fmt: skip
    header = ("DEMARCATION_CDE", "YEARPERIOD", "FUNCTION_CDE", "INCEXP_CDE", "TCOST")
    take(
        write_csv(tmp_path / "m.csv", header, [("BUF", "2021ORGB", "1110", "2000", 90)]), "municipal-income-expenditure"
    )
    assert served(flows) == [(Decimal(7), number_of(Flow.SPENT)), (Decimal(100), number_of(Flow.TO_LOCAL))]


def test_an_estimate_without_its_main_budget_is_refused(take, tmp_path):
    report = take(estimates(
        tmp_path, ("Audited Outcome", "Water and Sanitation", SALARIES, 2019, 10),
        ("Medium Term Estimates", "Water and Sanitation", SALARIES, 2023, 14),
    ), "ene")  # fmt: skip
    [issue] = report.issues
    assert (issue.row, report.rows_refused) == (3, 1)
    assert "the file has no main budget" in issue.message


def test_a_department_is_found_in_its_province(take, tmp_path):
    report = take(estimates(
        tmp_path, ("Main appropriation", "Health", SALARIES, 2021, 12),
        ("Main appropriation", "Magic", SALARIES, 2021, 12), province="Eastern Cape",
    ), "epre")  # fmt: skip
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert "The register knows no institution “Magic” in Eastern Cape." in report.issues[0].message
    assert served("SELECT i.code, f.label, f.category FROM facts JOIN institutions i ON i.id = institution "
                  "JOIN functions f ON f.id = function") == [("ec-health", "Water", "Economic affairs")]  # fmt: skip


def test_the_ledger_gives_months_in_rand_and_sets_quarters_apart(take, tmp_path):
    report = take(ledger(
        tmp_path, ("MO MT FLETCHER 17", {"Budget": 12, "April": "1.45694", "May": 2, "Q1": "3.45694"}),
        ("LO CAPE TOWN 17", {"June": "0.5", "Q1": "0.7"}),
    ), "in-year", as_at=date(2022, 3, 31))  # fmt: skip
    assert report.rows_accepted == 2
    [issue] = report.issues
    assert (issue.kind, issue.row, issue.column) == ("subtotal", 3, "Q1")
    assert report.totals["April"].as_dict() == {"read": "1456.94", "accepted": "1456.94"}
    assert report.totals["Q1"].as_dict() == {"read": "4156.94", "accepted": "0.00"}
    assert served("SELECT year, length, period, amount_type, amount FROM facts WHERE amount <> 0 ORDER BY amount") == [
        (2021, 2, 3, number_of(AmountType.ACTUAL), Decimal(500)),
        (2021, 2, 1, number_of(AmountType.ACTUAL), Decimal("1456.94")),
        (2021, 2, 2, number_of(AmountType.ACTUAL), Decimal(2000)),
        (2021, 0, 0, number_of(AmountType.ORIGINAL), Decimal(12000)),
    ]  # fmt: skip


def test_the_ledger_s_regional_identifier_and_office_are_kept_as_evidence(take, tmp_path, monkeypatch):
    asked = []
    take(ledger(tmp_path, ("MO MT FLETCHER 17", {"April": "1.5"})), "in-year")
    original = Placer.__call__

    def listen(self, questions):
        asked.extend(questions)
        return original(self, questions)

    monkeypatch.setattr(Placer, "__call__", listen)
    build_warehouse(by=system("tests"))
    assert {each.region for each in asked} == {"EASTERN CAPE 17 | DISTR MUN: JOE GQABI 17 | MO MT FLETCHER 17"}


def test_whole_numbers_among_thousands_that_lost_their_point_are_refused(take, tmp_path):
    rows = [(f"OFFICE {number}", {"April": f"{number}.25", "May": f"{number}.5", "Q1": f"{number * 2}.75"})
            for number in range(1, 80)]  # fmt: skip
    lost = [(f"LOST {number}", {"April": number + 4000}) for number in range(60)]
    report = take(ledger(tmp_path, *rows, *lost), "in-year")
    assert (report.rows_accepted, report.rows_refused) == (79, 60)
    assert "its point was probably lost when the file was made (4.788 became 4788)" in report.issues[0].message
    assert take(ledger(tmp_path, *rows, *lost, name="b.csv"), "in-year", details={"unit": "1000"}).rows_refused == 0


def test_projects_of_a_municipality_are_read_in_rand_whatever_the_heading_says(take, tmp_path):
    report = take(projects_sheet(
        tmp_path, ("Community Halls and Facilities", "Hall", "PC002_1", 1, 2, 3, 4, 5.5),
        ("Community Halls and Facilities", "Hall two", "PC002_2", "", "", 7, "", ""),
        ("Must reconcile with the budget", "", "", "", "", "", "", ""),
    ), "sa36")  # fmt: skip
    assert (report.rows_accepted, report.rows_left_out, len(report.issues)) == (2, {"No amount is stated": 1}, 1)
    assert "files of this layout hold rand" in report.issues[0].message
    assert served(
        "SELECT i.code, year, amount_type, f.code, p.code, p.label, amount FROM facts "
        "JOIN institutions i ON i.id = institution JOIN functions f ON f.id = function "
        "JOIN projects p ON p.id = project ORDER BY amount"
    ) == [
        ("mun-buf", year, number_of(kind), "2106", f"mun-buf/PC002_{number}", label, Decimal(amount))
        for year, kind, number, label, amount in [
            (2017, AmountType.AUDITED, 1, "Hall", "1"), (2018, AmountType.FORECAST, 1, "Hall", "2"),
            (2019, AmountType.ORIGINAL, 1, "Hall", "3"), (2020, AmountType.INDICATIVE_1, 1, "Hall", "4"),
            (2021, AmountType.INDICATIVE_2, 1, "Hall", "5.5"), (2019, AmountType.ORIGINAL, 2, "Hall two", "7"),
        ]
    ]  # fmt: skip


def test_a_sheet_that_names_no_municipality_is_refused(take, tmp_path):
    report = take(projects_sheet(tmp_path, ("Roads", "A", "1", 1, 2, 3, 4, 5), title="Table SA36"), "sa36")
    assert report.rows_accepted == 1  # the sheet is called BUF


def test_columns_of_years_that_a_layout_does_not_read_are_named(take, tmp_path):
    report = take(projects_sheet(tmp_path, ("Roads", "A", "2", 1, 2, 3, 4, 5)), "sc36")
    [issue] = [issue for issue in report.issues if issue.kind == "bad_mapping"]
    assert "Full Year Forecast 2018/19, Budget year 2019/20, Budget year 2020/21, Budget year 2021/22" in issue.message


def test_spending_on_projects_in_the_year_is_of_the_year_of_their_budget(take, tmp_path):
    header = ("Function", "Project Description", "Project Number", "Original Budget 2023/24", "M01", "M02", "M03", "Q1",
              "YTD Actual")  # fmt: skip
    path = write_csv(tmp_path / "sc36.csv", ("Table SC36 Buffalo City (BUF)",), [
        header, ("Community Halls and Facilities", "Hall", "PC1", 100, 1, 2, 3, 6, 7),
    ])  # fmt: skip
    report = take(path, "sc36")
    assert report.rows_accepted == 1
    assert [(issue.kind, issue.column) for issue in report.issues] == [("subtotal", "YTD Actual")]
    assert served("SELECT year, length, period, amount FROM facts ORDER BY amount") == [
        (2023, 2, 1, Decimal(1)), (2023, 2, 2, Decimal(2)), (2023, 2, 3, Decimal(3)), (2023, 0, 0, Decimal(100)),
    ]  # fmt: skip


def test_grants_of_the_division_of_revenue_are_allocated_to_their_municipality(take, tmp_path):
    report = take(write_csv(tmp_path / "dora.csv", (
        "Municipality Code", "Grant", "Transferring Department", "Schedule", "Allocation 2024/25", "Allocation 2025/26",
        "Allocation 2026/27",
    ), [("EC157", "Municipal Infrastructure Grant", "Cooperative Governance", "5B", "250 410", 260, 270)]),
        "grant-allocations")  # fmt: skip
    assert report.rows_accepted == 1
    assert served(
        "SELECT i.code, funds.label, funds.category, year, amount_type, amount, places.code, flow FROM facts "
        "JOIN institutions i ON i.id = institution JOIN funds ON funds.id = fund JOIN places ON places.id = place "
        "ORDER BY year LIMIT 1"
    ) == [("mun-ec157", "Municipal Infrastructure Grant", "Cooperative Governance", 2024,
           number_of(AmountType.ALLOCATED),
           Decimal(250_410_000), "EC157", number_of(Flow.NOT_FOLLOWED))]  # fmt: skip


def test_each_entity_has_its_own_year_end(take, tmp_path):
    header = ("Entity", "Year End", "Project", "Municipality", "Budget 2024/25", "Budget 2025/26")
    report = take(write_csv(tmp_path / "soe.csv", header, [
        ("Eskom", "31 March", "Line", "EC157", 10, 20), ("Transnet", "December", "Port", "Atlantis-by-sea", 5, ""),
        ("ACSA", "", "Runway", "", 7, ""),
    ]), "entity-capital-plan")  # fmt: skip
    assert (report.rows_accepted, report.rows_refused) == (2, 1)
    assert [(issue.kind, issue.row) for issue in report.issues] == [("unknown_place", 3), ("year_without_basis", 4)]
    assert "--set year_end=March" in report.issues[1].message
    assert served("SELECT basis, year, amount_type, amount, places.code FROM facts JOIN places ON places.id = place "
                  "ORDER BY amount") == [
        (1, 2024, number_of(AmountType.ORIGINAL), Decimal(5), ""),
        (4, 2024, number_of(AmountType.ORIGINAL), Decimal(10), "EC157"),
        (4, 2025, number_of(AmountType.INDICATIVE_1), Decimal(20), "EC157"),
    ]  # fmt: skip


def test_any_long_table_is_read_by_a_mapping(take, tmp_path):
    path = write_csv(tmp_path / "any.csv", ("Who", "When", "What", "Kind", "Rand"), [
        ("Water and Sanitation", "2024/25", "Pipes", "spent", "10"),
        ("Water and Sanitation", "2024/25", "Pumps", "plan", 4),
    ])  # fmt: skip
    report = take(path, mapping={
        "columns": {"institution": "Who", "year": "When", "item_label": "What", "amount_type": "Kind",
                    "amounts": "Rand"},
        "constants": {"statement": "capital"}, "values": {"amount_type": {"spent": "actual", "plan": "original"}},
    }, details={"year_end": "March"}, source="A workbook")  # fmt: skip
    assert (report.rows_accepted, report.issues) == (2, [])
    assert BudgetRelease.objects.get().dataset == "other"
    assert served("SELECT basis, year, amount_type, statement, items.label, amount FROM facts "
                  "JOIN items ON items.id = item ORDER BY amount") == [
        (4, 2024, number_of(AmountType.ORIGINAL), number_of(Statement.CAPITAL), "Pumps", Decimal(4)),
        (4, 2024, number_of(AmountType.ACTUAL), number_of(Statement.CAPITAL), "Pipes", Decimal(10)),
    ]  # fmt: skip


def test_any_wide_table_is_read_by_the_labels_of_its_columns(take, tmp_path):
    path = write_csv(tmp_path / "wide.csv", ("Who", "Voted", "Spent in May"), [("Water and Sanitation", 100, 3)])
    report = take(path, mapping={
        "columns": {"institution": "Who",
                    "amounts": {"Voted": "original 2024/25", "Spent in May": "actual May 2024/25"}},
    }, details={"year_end": "March", "dataset": "other"})  # fmt: skip
    assert report.rows_accepted == 1
    assert served("SELECT year, length, period, amount_type, amount FROM facts ORDER BY amount") == [
        (2024, 2, 2, number_of(AmountType.ACTUAL), Decimal(3)),
        (2024, 0, 0, number_of(AmountType.ORIGINAL), Decimal(100)),
    ]  # fmt: skip


def test_a_table_that_does_not_say_what_its_rand_is_is_refused_with_the_remedy(take, tmp_path):
    path = write_csv(tmp_path / "mute.csv", ("Who", "Rand"), [("Water and Sanitation", 100)])
    report = take(path, mapping={"columns": {"institution": "Who", "amounts": "Rand"}}, details={"year_end": "March"})
    assert report.is_file_error
    assert any("Nobody says of which financial year" in issue.message for issue in report.issues)
    assert any("Nobody says whether this amount is a budget or spent" in issue.message for issue in report.issues)


def test_a_heading_in_thousands_that_a_layout_does_not_expect_is_asked_back(take, tmp_path):
    path = tmp_path / "thousand.csv"
    path.write_text("Estimates (R thousand)\n" + estimates(
        tmp_path, ("Main appropriation", "Water and Sanitation", SALARIES, 2021, 12)
    ).read_text(), encoding="utf-8")  # fmt: skip
    report = take(path, "ene")
    assert report.is_file_error
    assert "import with --set unit=1000" in report.issues[-1].message
    assert take(path, "ene", details={"unit": "1000"}).totals["Value"].as_dict()["accepted"] == "12000.00"


def test_every_column_of_the_ledger_that_a_layout_reads_is_in_the_test_file():
    from oneplan.budgets.feeds.layouts import layouts

    named = {name for names in layouts()["in-year"].columns.values() for name in names}
    assert named - set(LEDGER) == {"Vote No.", "Programme No.", "Subprogramme No."}
