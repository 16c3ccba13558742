"""Returns of before mSCOA, quarters of projects, kinds of amounts, and municipalities as Acts print them."""

from decimal import Decimal

import pytest

from oneplan.access.actors import PUBLIC
from oneplan.budgets.choices import AmountType, Length, Statement
from oneplan.budgets.cube import answer, ask_by
from oneplan.budgets.facts import number_of
from oneplan.budgets.feeds.charts import charts
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.tests.conftest import served
from oneplan.budgets.tests.files import ESTIMATES, estimates, raw, write_csv
from oneplan.platform.errors import RuleBroken

pytestmark = pytest.mark.django_db
OLD = ("Demarcation Code", "YEARPERIOD", "FUNCTION_CDE", "INCEXP_CDE", "ACT_OR_BUD")
CAPITAL = (
    "Demarcation Code", "YEARPERIOD", "FUNCTION_CDE", "CAPITAL_CDE", "New Assets", "Renewal of Existing Assets",
    "Total Assets", "Repairs and Maintenance", "Asset Register Summary",
)  # fmt: skip


def test_a_return_of_before_mscoa_is_recognised_and_read_by_its_own_codes(take, tmp_path):
    report = take(raw(
        tmp_path, ("BUF", "2012AUDA", "1201", "1700", 10614), ("BUF", "2012AUDA", "1201", "3000", "70.50"),
        ("BUF", "2012AUDA", "1201", "2000", -5), ("BUF", "2012AUDA", "1201", "5000", 4),
        ("BUF", "2012AUDA", "1201", "0100", ""), header=OLD,
    ))  # fmt: skip
    assert [issue.message for issue in report.issues] == [
        "The columns are those of the layout “municipal-income-expenditure-v1”; read so."
    ]
    assert (report.rows_accepted, report.rows_left_out) == (2, {
        "No amount is stated": 1, "charged within the municipality; it nets out against the other side": 1,
        "revenue foregone was written with either sign, so that it cannot be taken off; revenue is before it": 1,
    })  # fmt: skip
    assert served(
        "SELECT functions.code, functions.label, items.code, items.label, statement, year, amount FROM facts "
        "JOIN functions ON functions.id = function JOIN items ON items.id = item ORDER BY amount"
    ) == [
        ("v1-1201", "Water Distribution", "v1-3000", "Employee related costs - wages and salaries", 0, 2011,
         Decimal("70.50")),
        ("v1-1201", "Water Distribution", "v1-1700", "Other revenue", 3, 2011, Decimal(10614)),
    ]  # fmt: skip


def test_capital_of_before_mscoa_is_what_was_bought_and_renewed(take, tmp_path):
    report = take(write_csv(tmp_path / "capital.csv", CAPITAL, [
        ("CPT", "2012AUDA", "0102", "0300", 100, 20, 120, 7, 900),
        ("CPT", "2012AUDA", "0102", "1300", 100, 20, 120, 7, 900),
        ("CPT", "2012AUDA", "0102", "4400", 120, "", 120, "", ""), ("CPT", "2012AUDA", "0191", "0400", 1, 1, 3, "", ""),
    ]))  # fmt: skip
    assert report.rows_accepted == 2
    assert [(issue.row, issue.column) for issue in report.issues if issue.kind == "subtotal"] == [(5, "Total Assets")]
    assert BudgetRelease.objects.get().reconciliation["columns"]["New Assets"]["accepted"] == "101.00"
    assert served("SELECT cells.label, items.code, amount FROM facts JOIN cells ON cells.id = cell "
                  "JOIN items ON items.id = item ORDER BY amount DESC LIMIT 2") == [
        ("New Assets", "v1-0300", Decimal(100)), ("Renewal of Existing Assets", "v1-0300", Decimal(20)),
    ]  # fmt: skip


@pytest.mark.parametrize(("layout", "header", "code", "label"), [
    ("municipal-cash-flow-v1", ("DEMARCATION_CDE", "YEARPERIOD", "CFLOW_CDE", "ACT_OR_BUD"), "3030",
     "Service charges - electricity revenue"),
    ("municipal-position-v1", ("Demarcation Code", "YEARPERIOD", "BALANCE_CDE", "ACT_OR_BUD"), "1800", "Cash"),
])  # fmt: skip
def test_cash_flow_and_position_of_before_mscoa_are_recognised(layout, header, code, label, take, tmp_path):
    take(write_csv(tmp_path / "old.csv", header, [("BUF", "2015M02", code, 117)]))
    assert BudgetRelease.objects.get().layout == layout
    assert served("SELECT items.label, period, amount FROM facts JOIN items ON items.id = item") == [
        (label, 2, Decimal(117))
    ]


def test_payments_without_a_minus_sign_are_not_added_to_what_was_received(take, tmp_path):
    """Before mSCOA the net increase of cash is receipts less payments; both stand without a sign."""
    header = ("DEMARCATION_CDE", "YEARPERIOD", "CFLOW_CDE", "ACT_OR_BUD")
    report = take(write_csv(tmp_path / "old.csv", header, [
        ("BUF", "2015M02", code, amount)
        for code, amount in (("3030", 117), ("3280", 117), ("4010", 100), ("4170", 100), ("4180", 17))
    ]))  # fmt: skip
    assert [issue.message for issue in report.issues if issue.kind == "subtotal"] == []
    assert served("SELECT statement, amount FROM facts ORDER BY amount") == [
        (number_of(Statement.CASH_OUT), Decimal(100)), (number_of(Statement.CASH_IN), Decimal(117)),
    ]  # fmt: skip
    told = {"dataset": "municipal-cash-flow"}
    with pytest.raises(RuleBroken, match="taken off what was received, not added to it"):
        answer(ask_by("institution", **told), by=PUBLIC)
    paid = answer(ask_by("institution", **told, statement="cash_out"), by=PUBLIC)
    assert [cell.amount for cell in paid.cells] == [Decimal(100)]
    assert len(answer(ask_by("item", **told), by=PUBLIC).cells) == 2


@pytest.mark.parametrize(("layout", "period", "other"), [
    ("municipal-income-expenditure", "2013AUDA", "municipal-income-expenditure-v1"),
    ("municipal-income-expenditure-v1", "2024AUDA", "municipal-income-expenditure"),
])  # fmt: skip
def test_a_return_of_other_years_is_refused_with_the_layout_that_reads_it(layout, period, other, take, tmp_path):
    header = ("demarcation_code", "period_code", "function_code", "item_code", "amount")
    rows = [("BUF", period, "1201", "2000" if other.endswith("v1") else "3000", 5)]
    report = take(write_csv(tmp_path / "cube.csv", header, rows), layout)
    assert report.is_file_error
    assert any(f"--layout {other}, or correct the year" in issue.message for issue in report.issues)
    assert not BudgetRelease.objects.exists()


@pytest.mark.parametrize("code", [code for code in charts() if code.endswith("-v1")])
def test_a_subtotal_of_an_old_chart_names_lines_that_are_there(code):
    known = {entry.code for entry in charts()[code].entries}
    assert len(known) == len(charts()[code].entries)
    assert {part.lstrip("-") for entry in charts()[code].entries for part in entry.parts} <= known


def test_quarters_of_projects_are_figures_where_the_sheet_has_no_months(take, tmp_path):
    header = ("Function", "Project Description", "Project Number", "Audited Outcome 2018/19", "Original Budget 2019/20",
              "Adjusted Budget 2019/20", "Q1 Sept Actual 2019/20", "Q2 Dec Actual 2019/20")  # fmt: skip
    report = take(write_csv(tmp_path / "sc36.csv", ("Table SC36 Buffalo City (BUF)",), [
        header, ("Community Halls and Facilities", "Hall", "PC1", 1, 30, 40, 5, 6),
    ]), "sc36")  # fmt: skip
    assert (report.rows_accepted, report.issues) == (1, [])
    quarter = number_of(Length.QUARTER)
    assert served("SELECT year, length, period, amount_type, amount FROM facts ORDER BY amount") == [
        (2018, 0, 0, number_of(AmountType.AUDITED), Decimal(1)),
        (2019, quarter, 1, number_of(AmountType.ACTUAL), Decimal(5)),
        (2019, quarter, 2, number_of(AmountType.ACTUAL), Decimal(6)),
        (2019, 0, 0, number_of(AmountType.ORIGINAL), Decimal(30)),
        (2019, 0, 0, number_of(AmountType.ADJUSTED), Decimal(40)),
    ]  # fmt: skip


def test_functions_by_words_are_lines_or_headings_of_their_chart_and_others_are_kept_and_said(take, tmp_path):
    header = ("Function", "Project Description", "Project Number", "Budget year 2019/20")
    report = take(write_csv(tmp_path / "sa36.csv", ("Table SA36 Buffalo City (BUF)",), [header, *(
        (words, words, f"PC{number}", number) for number, words in enumerate((
            "Trading services/Water Distribution", "Water Management", "Function: Housing: Core Function: Housing",
            "Waterworks",
        ), start=1)
    )]), "sa36")  # fmt: skip
    assert report.rows_accepted == 4
    assert [issue.row for issue in report.issues if issue.kind == "unknown_code"] == [6]
    assert served(
        "SELECT functions.code, functions.label, functions.category, amount FROM facts "
        "JOIN functions ON functions.id = function ORDER BY amount"
    ) == [
        ("4202", "Water Distribution", "Trading services", Decimal(1)),
        ("42", "Water management", "Trading services", Decimal(2)),
        ("2401", "Housing", "Community and public safety", Decimal(3)),
        ("Waterworks", "Waterworks", "Not in the chart", Decimal(4)),
    ]  # fmt: skip


def test_parts_of_an_adjustment_are_not_added_to_their_total(take, tmp_path):
    path = estimates(tmp_path, ("Adjusted appropriation", "Water and Sanitation", ("Current payments",), 2021, 0))
    row = path.read_text(encoding="utf-8").splitlines()[1].split(",")
    at = ESTIMATES.index("Value")
    lines = [[*row[:at], value, *row[at + 1 :], kind] for kind, value in (
        ("Total", "100"), ("Adjustments - Roll-overs", "20"), ("Adjustments - Virements and shifts", "-3"),
    )]  # fmt: skip
    report = take(write_csv(tmp_path / "aene.csv", (*ESTIMATES, "AmountKind"), lines), "ene")
    assert (report.rows_accepted, report.rows_left_out) == (
        1, {"Parts of an amount whose total stands beside them": 2},
    )  # fmt: skip
    assert served("SELECT amount_type, amount FROM facts") == [(number_of(AmountType.ADJUSTED), Decimal(100))]


def test_what_departments_spent_stands_beside_their_final_budget(take, tmp_path):
    header = ("Budget Phase", "Department", "Econ1", "Financial Year", "Programme", "Programme Number", "Value",
              "Vote Number", "Amount Kind", "Government")  # fmt: skip
    line = ("Water and Sanitation", "Current payments", 2018, "Administration", 1)
    report = take(write_csv(tmp_path / "spent.csv", header, [
        (phase, *line, value, 41, "Total", "South Africa") for phase, value in (
            ("Main appropriation", 10), ("Adjusted appropriation", 12), ("Final appropriation", 11),
            ("Audit Outcome", 9),
        )
    ]), "ene")  # fmt: skip
    assert report.rows_accepted == 4
    assert served("SELECT amount_type, amount FROM facts ORDER BY amount") == [
        (number_of(kind), Decimal(value)) for kind, value in (
            (AmountType.AUDITED, 9), (AmountType.ORIGINAL, 10), (AmountType.FINAL, 11), (AmountType.ADJUSTED, 12),
        )
    ]  # fmt: skip


def test_a_municipality_may_be_written_as_the_division_of_revenue_act_prints_it(take, tmp_path):
    report = take(write_csv(tmp_path / "dora.csv", ("Municipality", "Grant", "Allocation 2024/25"), [
        ("B EC157 King Sabata Dalindyebo", "Municipal Infrastructure Grant", 250), ("C DC15 O.R. Tambo", "Grant", 2),
        ("A BUF", "Grant", 3), ("Total: O.R. Tambo Municipalities", "Municipal Infrastructure Grant", 252),
    ]), "grant-allocations")  # fmt: skip
    assert (report.rows_accepted, report.rows_refused) == (3, 1)
    assert "Total: O.R. Tambo Municipalities" in report.issues[0].message
    assert served("SELECT code FROM facts JOIN institutions i ON i.id = institution ORDER BY code") == [
        ("mun-buf",), ("mun-dc15",), ("mun-ec157",),
    ]  # fmt: skip
