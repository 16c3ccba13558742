"""Municipal figures: the cubes of Municipal Money, raw uploads, and what is wrong with them."""

from datetime import date
from decimal import Decimal

import pytest

from oneplan.access.actors import system
from oneplan.budgets.actions import withdraw_budget
from oneplan.budgets.choices import Statement
from oneplan.budgets.facts import number_of
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.tests.conftest import served
from oneplan.budgets.tests.files import CUBE, RAW, raw, write_csv
from oneplan.exchange.report import REFUSED

pytestmark = pytest.mark.django_db
BY = system("tests")
OPERATING, REVENUE = number_of(Statement.OPERATING), number_of(Statement.REVENUE)
LAYOUT = "municipal-income-expenditure"
GOOD = ("BUF", "2020ORGB", "1110", "2000", "1500.10")


def kinds(report):
    return [(str(issue.kind), str(issue.severity), issue.row) for issue in report.issues]


def test_a_raw_upload_is_read_to_the_cent(take, tmp_path):
    report = take(raw(
        tmp_path, GOOD, ("CPT", "2020M01", "1110", "0200", 7), ("CPT", "2018AUDA", "2101", "2700", "-0.01"),
        ("DC15", "2021IBY1", "1110", "2000", 3), ("BUF", "2020ADJB", "1110", "2000", ""),
    ), LAYOUT)  # fmt: skip
    assert (report.rows_read, report.rows_accepted, report.rows_left_out) == (5, 4, {"No amount is stated": 1})
    assert report.issues == []
    assert report.totals["TCOST"].as_dict() == {"read": "1510.09", "accepted": "1510.09"}
    assert served(
        "SELECT institutions.code, year, length, period, amount_type, statement, items.code, functions.code,"
        ' amount, "row"'
        " FROM facts JOIN institutions ON institutions.id = institution JOIN items ON items.id = item "
        'JOIN functions ON functions.id = function ORDER BY "row"'
    ) == [
        ("mun-buf", 2019, 0, 0, 0, OPERATING, "2000", "1110", Decimal("1500.10"), 2),
        ("mun-cpt", 2019, 2, 1, 4, REVENUE, "0200", "1110", Decimal(7), 3),
        ("mun-cpt", 2017, 0, 0, 6, OPERATING, "2700", "2101", Decimal("-0.01"), 4),
        ("mun-dc15", 2021, 0, 0, 8, OPERATING, "2000", "1110", Decimal(3), 5),
    ]


@pytest.mark.parametrize("blank", [" ", "\u00a0"], ids=["a blank", "one that does not break"])
def test_blanks_around_a_code_are_none_of_it(take, tmp_path, blank):
    report = take(raw(
        tmp_path, GOOD, ("BUF", f"{blank}2021ORGB", "1110", f"2000{blank}", "2.00"),
        (f"{blank}CPT{blank}", "2020ORGB", f"1110{blank}", "2000", "3.00"),
    ), LAYOUT)  # fmt: skip
    assert (report.rows_accepted, report.issues) == (3, [])
    assert served(
        "SELECT institutions.code, year, functions.code, items.code FROM facts JOIN institutions ON "
        "institutions.id = institution JOIN functions ON functions.id = function JOIN items ON items.id = item "
        "ORDER BY amount"
    ) == [
        ("mun-buf", 2020, "1110", "2000"), ("mun-cpt", 2019, "1110", "2000"), ("mun-buf", 2019, "1110", "2000"),
    ]  # fmt: skip


def test_the_cube_s_own_csv_is_recognised_without_naming_a_layout(take, tmp_path):
    row = ["MAN", "Mangaung", "0200", "Property rates", 1, "line_item", "", "1204", "Finance", 2021, "month", 3, "ACT",
           "Actual", "12.50"]  # fmt: skip
    report = take(write_csv(tmp_path / "cube.csv", CUBE, [row]))
    assert report.rows_accepted == 1
    assert [issue.message for issue in report.issues] == [
        "The columns are those of the layout “municipal-income-expenditure”; read so."
    ]
    assert served("SELECT year, length, period, amount_type, amount FROM facts") == [(2020, 2, 3, 4, Decimal("12.50"))]


def test_an_item_that_its_chart_does_not_know_is_refused_with_the_nearest(take, tmp_path):
    report = take(raw(tmp_path, GOOD, ("BUF", "2020ORGB", "1110", "2001", 5)), LAYOUT)
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    [issue] = report.issues
    assert (issue.row, issue.column, issue.kind) == (3, "INCEXP_CDE", "unknown_code")
    assert "“2001” is not in the chart" in issue.message
    assert "2000 Employee related costs" in issue.message
    assert "Correct the code." in issue.message


def test_rand_of_a_function_that_its_chart_does_not_know_is_kept_outside_every_category(take, tmp_path):
    report = take(raw(tmp_path, GOOD, ("BUF", "2020ORGB", "9999", "2000", 5)), LAYOUT)
    assert kinds(report) == [("unknown_code", "warning", 3)]
    assert served("SELECT category, amount FROM facts JOIN functions f ON f.id = function ORDER BY amount") == [
        ("Not in the chart", Decimal(5)), ("Municipal governance and administration", Decimal("1500.10")),
    ]  # fmt: skip


def test_zeros_that_a_spreadsheet_dropped_in_front_of_codes_are_no_matter(take, tmp_path):
    report = take(raw(tmp_path, ("BUF", "2020ORGB", "1110", "200", 5)), LAYOUT)
    assert report.rows_accepted == 1
    assert served("SELECT label FROM facts JOIN items ON items.id = item") == [("Property rates",)]


def test_repairs_and_depreciation_are_no_capital_expenditure(take, tmp_path):
    header = ("DEMARCATION_CDE", "YEARPERIOD", "FUNCTION_CDE", "CAPITAL_CDE", "CAPEX_TYPE", "TCOST")
    report = take(write_csv(tmp_path / "capital.csv", header, [
        ("CPT", "2018AUDA", "1110", "0280", "REPAIR_MNT", 1185), ("CPT", "2018AUDA", "1110", "0280", "NEW", 40),
        ("CPT", "2018AUDA", "1110", "0280", "UPGRADING", 2),
    ]), "municipal-capital")  # fmt: skip
    assert report.rows_accepted == 2
    assert sum(report.rows_left_out.values()) == 1
    assert report.totals["TCOST"].as_dict() == {"read": "1227.00", "accepted": "42.00"}
    release = BudgetRelease.objects.get()
    assert release.reconciliation["whole"] == {
        "read": "1227.0000", "accepted": "42.00", "refused": "0.0000", "apart": "1185.0000", "rounding": "0.0000",
    }  # fmt: skip
    assert served("SELECT items.code, category, amount FROM facts JOIN items ON items.id = item ORDER BY amount") == [
        ("0280/UPGRADING", "Upgrading", Decimal(2)), ("0280/NEW", "New", Decimal(40)),
    ]  # fmt: skip


def test_subtotals_are_set_apart_and_compared_with_their_parts(take, tmp_path):
    header = ("demarcation_code", "period_code", "item_code", "amount")
    report = take(write_csv(tmp_path / "position.csv", header, [
        ("BUF", "2020AUDA", "0120", 10), ("BUF", "2020AUDA", "0170", 5), ("BUF", "2020AUDA", "0180", 15),
        ("CPT", "2020AUDA", "0120", 10), ("CPT", "2020AUDA", "0180", 11),
    ]), "municipal-position")  # fmt: skip
    assert (report.rows_accepted, report.rows_left_out) == (3, {"Subtotal: the sum of other lines": 2})
    [issue] = report.issues
    assert (issue.kind, issue.severity, issue.row) == ("subtotal", "warning", 6)
    assert "“Total current assets” is R11.00, but its parts in the file add up to R10.00" in issue.message


def test_a_municipality_that_no_longer_exists_keeps_its_history_under_its_successor(take, tmp_path):
    header = ("demarcation_code", "period_code", "grant_code", "amount")
    report = take(write_csv(tmp_path / "grants.csv", header, [
        ("EC103", "2015ORGB", "MIG", 10), ("EC103", "2019ORGB", "MIG", 5), ("EC999", "2019ORGB", "MIG", 2),
    ]), "municipal-grants")  # fmt: skip
    assert (report.rows_accepted, report.rows_refused) == (1, 2)
    said = {(str(issue.severity), issue.row): issue for issue in report.issues}
    assert "no longer exists since 2016-08-03" in said["warning", 2].message
    assert said["error", 3].kind == "ended"
    assert "The register knows no institution “EC999”" in said["error", 4].message
    assert served("SELECT code FROM facts JOIN institutions i ON i.id = institution") == [("mun-ec101",)]


@pytest.mark.parametrize(("code", "means"), [
    ("2020ORGBM03", (2019, 2, 3, 0)), ("2020ADJBM12", (2019, 2, 12, 1)), ("2020IBY2", (2021, 0, 0, 9)),
    ("2020TABB", (2019, 0, 0, 2)), ("2020RAUD", (2019, 0, 0, 7)), ("2020Q4", (2019, 1, 4, 4)),
])  # fmt: skip
def test_a_period_code_says_year_length_month_and_amount_type(code, means, take, tmp_path):
    take(raw(tmp_path, ("BUF", code, "1110", "2000", 5)), LAYOUT)
    assert served("SELECT year, length, period, amount_type FROM facts") == [means]


@pytest.mark.parametrize(("code", "words"), [
    ("2020M13", "numbered 1 to 12 from its beginning"), ("2020XXXX", "names no amount type"),
    ("1880ORGB", "no financial year between"),
    ("June", "is no period"), ("2020", "is no period"),
])  # fmt: skip
def test_a_period_that_is_none_is_refused_with_what_it_should_be(code, words, take, tmp_path):
    report = take(raw(tmp_path, GOOD, ("BUF", code, "1110", "2000", 5)), LAYOUT)
    [issue] = report.issues
    assert (issue.row, issue.column) == (3, "YEARPERIOD")
    assert words in issue.message


def test_amounts_are_read_as_people_write_them_and_refused_where_they_are_none(take, tmp_path):
    report = take(raw(
        tmp_path, ("BUF", "2020ORGB", "1110", "2000", "R1 234,50"), ("BUF", "2020ORGB", "1110", "2100", "(500)"),
        ("BUF", "2020ORGB", "1110", "2200", "plenty"), ("BUF", "2020ORGB", "1110", "2300", "1e20"),
        ("BUF", "2020ORGB", "1110", "2400", "0.125"),
    ), LAYOUT)  # fmt: skip
    assert (report.rows_accepted, report.rows_refused) == (3, 2)
    assert report.totals["TCOST"].as_dict() == {"read": "734.62", "accepted": "734.63"}
    assert kinds(report) == [("bad_amount", "error", 4), ("bad_amount", "error", 5), ("normalised", "warning", 6)]
    assert "parts of a cent" in report.issues[2].message


def test_a_period_uploaded_twice_in_one_file_counts_once(take, tmp_path, monkeypatch):
    monkeypatch.setattr("oneplan.budgets.feeds.repeated._AT_ONCE", 2)  # as of a file of many millions of rows
    monkeypatch.setattr("oneplan.exchange.columnar._AT_ONCE", 2)
    rows = [("BUF", "2020M01", "1110", "2000", 5), ("BUF", "2020M01", "1110", "2100", 6)]
    report = take(raw(tmp_path, *rows, GOOD, *rows), LAYOUT)
    assert (report.rows_accepted, report.rows_refused) == (3, 2)
    assert [outcome == REFUSED for outcome in report.outcomes] == [False, False, False, True, True]
    assert report.totals["TCOST"].as_dict()["accepted"] == "1511.10"
    whole, *singly = report.issues
    assert "2 rows of mun-buf, 2019/20, M01" in whole.message
    assert [(issue.row, "row 2" in issue.message or "row 3" in issue.message) for issue in singly] == [
        (5, True),
        (6, True),
    ]


def test_a_period_uploaded_in_two_files_is_served_from_the_later(take, tmp_path):
    take(raw(tmp_path, GOOD), LAYOUT)
    report = take(raw(tmp_path, (*GOOD[:4], "1600")), LAYOUT, as_at=date(2021, 6, 30))
    [issue] = report.issues
    assert issue.kind == "reported_before"
    assert "(mun-buf) stand in the release BR-0001" in issue.message
    assert served("SELECT amount, (SELECT sum(amount) FROM earlier) FROM facts") == [
        (Decimal(1600), Decimal("1500.10"))
    ]


def test_an_older_file_does_not_displace_a_newer_one(take, tmp_path):
    take(raw(tmp_path, GOOD), LAYOUT)
    report = take(raw(tmp_path, (*GOOD[:4], "1600")), LAYOUT, as_at=date(2020, 6, 30))
    assert "goes on being served" in report.issues[0].message
    assert served("SELECT amount FROM facts") == [(Decimal("1500.10"),)]


def test_the_same_file_again_changes_nothing(take, tmp_path):
    take(raw(tmp_path, GOOD), LAYOUT)
    again = take(raw(tmp_path, GOOD), LAYOUT, as_at=date(2021, 6, 30))
    assert (again.rows_accepted, again.rows_unchanged, again.exit_code()) == (0, 1, 0)
    assert not again.issues  # it takes the place of nothing, least of all of itself
    assert BudgetRelease.objects.count() == 1


def test_a_withdrawn_file_can_be_imported_again(take, tmp_path):
    take(raw(tmp_path, GOOD), LAYOUT)
    withdraw_budget(BudgetRelease.objects.get(), reason="Wrong file", revision=1, by=BY)
    assert take(raw(tmp_path, GOOD), LAYOUT).rows_accepted == 1
    assert served("SELECT sum(amount) FROM facts") == [(Decimal("1500.10"),)]


def test_another_delimiter_and_encoding_are_read_and_said(take, tmp_path):
    header = (*RAW[:-1], "Bedrag – rand")
    path = raw(tmp_path, GOOD, header=header, delimiter=";", encoding="cp1252")
    report = take(path, mapping={"columns": {
        "institution": RAW[0], "period_code": RAW[1], "function": RAW[2], "item": RAW[3],
        "amounts": {header[4]: header[4]},
    }, "constants": {"statement": "operating"}})  # fmt: skip
    assert report.rows_accepted == 0
    assert {issue.kind for issue in report.issues} >= {"delimiter", "encoding"}


def test_a_header_that_lost_a_column_is_refused_as_shifted(take, tmp_path):
    rows = [("1", *GOOD[:4], str(amount)) for amount in range(1, 6)]
    report = take(write_csv(tmp_path / "shifted.csv", (*RAW, "NOTE"), rows), LAYOUT)
    assert report.is_file_error
    assert "stand one column to the right of their headers: under “TCOST” stands “2000”" in report.issues[-1].message


def test_a_header_that_stands_lower_down_is_found(take, tmp_path):
    path = tmp_path / "lower.csv"
    path.write_text("Municipal Money\n\n" + raw(tmp_path, GOOD).read_text(), encoding="utf-8")
    report = take(path, LAYOUT)
    assert (report.header_row, report.rows_accepted) == (3, 1)
    assert served('SELECT "row" FROM facts') == [(4,)]


def test_a_file_that_was_cut_off_is_refused_as_a_whole_and_says_where(take, tmp_path, kept):
    path = raw(tmp_path, GOOD, ("BUF", "2020ORGB", "1110", "2100", 12345))
    path.write_bytes(path.read_bytes()[:-12])
    report = take(path, LAYOUT)
    [issue] = report.issues
    assert (report.is_file_error, issue.kind, issue.row) == (True, "damaged", 3)
    assert "row 3, its last, stops in the middle. Fetch it again from its source" in issue.message
    assert kept() == []


@pytest.mark.parametrize("end", ["\nSource: a treasury", "\n", ""])
def test_a_remark_under_the_table_or_a_last_line_without_end_is_no_file_that_was_cut_off(end, take, tmp_path):
    path = raw(tmp_path, GOOD)
    path.write_text(path.read_text(encoding="utf-8").rstrip("\r\n") + end, encoding="utf-8")
    assert take(path, LAYOUT).rows_accepted == 1


def test_a_file_with_far_fewer_figures_than_were_reported_before_is_doubted(take, tmp_path):
    codes = ("2000", "2100", "2200", "2300")
    take(raw(tmp_path, *((*GOOD[:3], code, 5) for code in codes)), LAYOUT)
    fewer = take(raw(tmp_path, (*GOOD[:3], "2000", 5)), LAYOUT, as_at=date(2021, 6, 30))
    assert "It has 1 figures of them where that release has 4: look whether the file is whole." in next(
        issue.message for issue in fewer.issues if issue.kind == "reported_before"
    )


def test_lines_that_end_as_on_old_macintoshes_are_rows(take, tmp_path):
    path = raw(tmp_path, GOOD, ("CPT", "2020ORGB", "1110", "2000", 2))
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\r"))
    assert take(path, LAYOUT).rows_accepted == 2


def test_columns_that_nothing_parts_are_said_so(take, tmp_path):
    report = take(raw(tmp_path, GOOD, delimiter="^"), LAYOUT)
    assert (report.is_file_error, report.issues[-1].kind) == (True, "delimiter")
    assert "The whole header stands in one cell" in report.issues[-1].message


def test_a_row_with_a_cell_too_many_is_refused_and_others_keep_their_numbers(take, tmp_path):
    report = take(raw(tmp_path, ("BUF", "2020ORGB", "1110", "2100", "1", "234.00"), GOOD), LAYOUT)
    assert kinds(report) == [("ragged_row", "error", 2)]
    assert served('SELECT "row" FROM facts') == [(3,)]


def test_blank_lines_and_line_breaks_in_cells_do_not_move_row_numbers(take, tmp_path):
    path = tmp_path / "breaks.csv"
    path.write_text(
        ",".join((*RAW, "NOTE")) + '\nBUF,2020ORGB,1110,2000,1,"two\nlines"\n\n,,,,,\nCPT,2020ORGB,1110,2000,2,\n',
        encoding="utf-8",
    )
    report = take(path, LAYOUT)
    assert report.rows_read == 2
    assert served('SELECT "row", amount FROM facts ORDER BY amount') == [(2, Decimal(1)), (5, Decimal(2))]


def test_an_open_quotation_mark_is_a_file_error(take, tmp_path):
    path = tmp_path / "open.csv"
    path.write_text(",".join(RAW) + '\nBUF,2020ORGB,1110,2000,"1\nCPT,2020ORGB,1110,2000,2\n', encoding="utf-8")
    report = take(path, LAYOUT)
    assert report.is_file_error
    assert "quotation mark is opened and not closed" in report.issues[-1].message


def test_a_file_in_thousands_is_refused_by_what_is_known_of_the_same_municipalities(take, tmp_path, kept):
    codes = ("BUF", "CPT", "EKU", "ETH")
    take(raw(tmp_path, *((code, "2020ORGB", "1110", "2000", 5_000_000) for code in codes)), LAYOUT)
    before = kept()
    report = take(raw(tmp_path, *((code, "2021ORGB", "1110", "2000", 5_250) for code in codes)), LAYOUT)
    assert report.is_file_error
    assert "import with --set unit=1000" in report.issues[-1].message
    assert kept() == before
    told = take(
        raw(tmp_path, *((code, "2021ORGB", "1110", "2000", 5_250) for code in codes)), LAYOUT, details={"unit": "1000"}
    )
    assert told.totals["TCOST"].as_dict()["accepted"] == "21000000.00"


def test_one_municipality_in_thousands_is_named(take, tmp_path):
    take(raw(tmp_path, ("BUF", "2020ORGB", "1110", "2000", 5_000_000)), LAYOUT)
    report = take(raw(tmp_path, ("BUF", "2021ORGB", "1110", "2000", 5_000)), LAYOUT)
    assert report.rows_accepted == 1
    assert [issue.message for issue in report.issues if issue.kind == "odd_amount"] == [
        "mun-buf now reports 0.001 times what it reported before. If it sent thousands for rand, or the other"
        " way, have "
        "it corrected at the source."
    ]


def test_a_dry_run_leaves_nothing_behind(take, tmp_path, kept):
    report = take(raw(tmp_path, GOOD), LAYOUT, dry_run=True)
    assert report.rows_accepted == 1
    assert (kept(), BudgetRelease.objects.count()) == ([], 0)


def test_a_file_of_which_no_row_can_be_taken_is_refused_as_a_whole(take, tmp_path, kept):
    report = take(raw(tmp_path, ("XX1", "2020ORGB", "1110", "2000", 5)), LAYOUT)
    assert report.is_file_error
    assert "Not one of the 1 rows could be taken" in report.issues[-1].message
    assert kept() == []


def test_a_column_that_is_missing_is_named(take, tmp_path):
    report = take(raw(tmp_path, GOOD[:3], header=RAW[:3]), LAYOUT)
    assert report.is_file_error
    assert "There is no column “item.code” to read “Item, code” from" in report.issues[-1].message


def test_the_tables_of_municipal_money_number_the_lines_of_their_charts(take, tmp_path):
    header = ("demarcation_code", "period_code", "financial_year", "period_length", "financial_period", "id", "amount",
              "amount_type", "capital_type", "function", "item")  # fmt: skip
    row = ("CPT", "2018AUDA", 2018, "year", 2018, 1, 398286, 3, 5, 1, 17)
    assert take(write_csv(tmp_path / "t.csv", header, [row]), "municipal-capital-tables").rows_accepted == 1
    assert served(
        "SELECT f.code, i.code, year FROM facts JOIN functions f ON f.id = function JOIN items i ON i.id = item"
    ) == [("1110", "0310/UPGRADING", 2017)]
