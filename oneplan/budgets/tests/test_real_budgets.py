"""Real files reconciled to the cent: with sums taken from them here by csv and Decimal, and in the build."""

import csv
import gzip
from datetime import date
from decimal import Decimal

import pytest

from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.tests.conftest import served

pytestmark = [pytest.mark.django_db, pytest.mark.shared]
TINY = Decimal("0.00001")
MONEY = "scorecard__fixtures__tests__indicators__"
# Lines of the two excerpts that are subtotals, or neither revenue nor expenditure.
NO_INCOME = {
    "1900", "2100", "2300", "2700", "2800", "4600", "5100", "5200", "5400", "5500", "5600", "5800", "5900", "6200",
    "6210", "6280", "6600", "6700",
}  # fmt: skip
NO_ASSETS = {"1300", "2300", "2312", "2322", "3300", "4000", "4012", "4022", "4032", "4100"}
MONTHS = ("April", "May", "June", "July", "August", "September", "October", "November", "December", "January",
          "February", "March")  # fmt: skip


@pytest.fixture
def budget_files(shared_data):
    return shared_data / "budget"


def rows_of(path):
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(content.decode("utf-8").splitlines()))


def summed(rows, *columns):
    return sum((Decimal(row[column] or 0) for row in rows for column in columns), Decimal(0))


def whole():
    return {name: Decimal(each) for name, each in BudgetRelease.objects.latest("id").reconciliation["whole"].items()}


@pytest.mark.parametrize(("name", "layout"), [
    (f"{MONEY}uifw_expenditure__income_expenditure_facts_v2.csv", "municipal-income-expenditure-tables"),
    (f"{MONEY}capital_budget_spending__capital_facts_v2.csv", "municipal-capital-tables"),
    (f"{MONEY}cash_balance__cash_flow_facts_v2.csv", "municipal-cash-flow-tables"),
    (f"{MONEY}liquidity_ratio__financial_position_facts_v2.csv", "municipal-position-tables"),
    ("municipal_finance__fixtures__tests__update__grant_facts_v2__grant_facts_v2.csv", "municipal-grants-tables"),
])  # fmt: skip
def test_cubes_of_municipal_money_reconcile(name, layout, take, budget_files):
    path = budget_files / "municipal_data_fixtures" / name
    rows = rows_of(path)
    assert not take(path, layout, as_at=date(2021, 9, 30)).rows_refused
    spent = [row for row in rows if row.get("capital_type") not in ("1", "4")]  # depreciation, repairs
    assert whole()["read"] == summed(rows, "amount")
    assert whole()["accepted"] == summed(spent, "amount")
    assert whole()["read"] == whole()["accepted"] + whole()["apart"]
    assert served("SELECT sum(amount), count(*) FROM facts") == [
        (summed(spent, "amount"), sum(bool(row["amount"]) for row in spent))
    ]


@pytest.mark.parametrize(("name", "columns", "taken"), [
    ("income_and_expenditure_2015q4", ("ACT_OR_BUD",), lambda row: row["INCEXP_CDE"] not in NO_INCOME),
    ("capital_2015q4", ("New Assets", "Renewal of Existing Assets"),
     lambda row: row["CAPITAL_CDE"] not in NO_ASSETS and row["CAPITAL_CDE"] < "4200"),
])  # fmt: skip
def test_uploads_of_before_mscoa_reconcile(name, columns, taken, take, budget_files):
    path = budget_files / "municipal_data_fixtures" / f"municipal_finance__data_import__examples__{name}.csv"
    rows = rows_of(path)
    assert not take(path, as_at=date(2016, 1, 31)).rows_refused
    lines = [row for row in rows if taken(row)]
    told = whole()
    assert told["accepted"] == summed(lines, *columns) > 0
    assert told["read"] == told["accepted"] + told["apart"]
    assert served("SELECT sum(amount) FROM facts") == [(told["accepted"],)]


def test_the_cube_of_before_mscoa_reconciles(take, budget_files):
    path = budget_files / "municipal_data_fixtures" / f"{MONEY}current_debtors_collection_rate__incexp_facts_v1.csv"
    rows = rows_of(path)
    assert not take(path, "municipal-income-expenditure-v1", as_at=date(2020, 9, 30)).rows_refused
    told = whole()
    assert told["read"] == summed(rows, "amount")
    foregone = summed([row for row in rows if row["item_code"] == "2000"], "amount")
    assert told["apart"] == foregone > 0
    assert served("SELECT min(year), max(year), sum(amount) FROM facts")[0][2] == told["read"] - foregone


def test_a_month_by_month_ledger_reconciles_and_its_spoilt_cells_are_found(take, budget_files):
    path = budget_files / "iym_home_affairs_2021-22_q4_vulindlela.csv.gz"
    rows = rows_of(path)
    report = take(path, "in-year", as_at=date(2022, 3, 31))
    spoilt = [
        row for row in rows
        if any(row[name] not in ("", "0") and "." not in row[name] for name in (*MONTHS, "Q1", "Q2", "Q3", "Q4"))
    ]  # fmt: skip
    sound = [row for row in rows if row not in spoilt]
    assert (report.rows_accepted, report.rows_refused) == (len(sound), len(spoilt)) == (1271, 853)
    assert all(
        abs(summed([row], *MONTHS[3 * quarter : 3 * quarter + 3]) - Decimal(row[f"Q{quarter + 1}"])) < TINY
        for row in sound for quarter in range(4)
    )  # fmt: skip
    told = whole()
    assert told["read"] == 1000 * summed(rows, *MONTHS, "Q1", "Q2", "Q3", "Q4")
    assert told["read"] == told["accepted"] - told["rounding"] + told["refused"] + told["apart"]
    assert served("SELECT sum(amount) FROM facts") == [(told["accepted"],)]
    assert told["accepted"] - told["rounding"] == 1000 * summed(sound, *MONTHS)


def test_projects_of_a_metro_reconcile(take, shared_data):
    take(shared_data / "projects" / "mscoa_sa36_test.xlsx", "sa36", as_at=date(2020, 3, 31))
    assert served("SELECT sum(amount), count(*) FROM facts") == [(Decimal("44492000"), 9)]
    assert served("SELECT DISTINCT functions.code FROM facts JOIN functions ON functions.id = function ORDER BY 1") == [
        ("1201",), ("2106",),
    ]  # fmt: skip
    bad = take(shared_data / "projects" / "mscoa_sa36_failtest.xlsx", "sa36", as_at=date(2020, 3, 31))
    assert {str(issue.severity) for issue in bad.issues} <= {"warning", "error"}


def test_a_provincial_estimate_reconciles(take, budget_files):
    path = next((budget_files / "vulekamali").glob("*2018-19__epre__perfect*.csv"))
    report = take(path, "epre", as_at=date(2018, 3, 6))
    assert (report.rows_accepted, report.rows_refused) == (9, 0)
    assert served("SELECT sum(amount) FROM facts") == [(summed(rows_of(path), "Value"),)]
    again = take(
        next((budget_files / "vulekamali").glob("*2019-20__epre__perfect*.csv")), "epre", as_at=date(2019, 3, 5)
    )
    assert again.rows_accepted
