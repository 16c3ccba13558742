"""Money on pages: a file is handed in, looked at and served; a number is followed to its row; a rule moves rand."""

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import House, Open, Visitor
from tests.journeys.steps import SAMPLE_PASSWORD, follow, primary, reads, send, store

HEADER = ("DEMARCATION_CDE", "YEARPERIOD", "FUNCTION_CDE", "INCEXP_CDE", "TCOST")
ROWS = (
    ("LIM362", "2027ORGB", "4202", "2000", "48000000.25"),
    ("LIM362", "2027ORGB", "3205", "2700", "12500000.50"),
    ("LIM362", "2027ORGB", "3205", "2001", "7"),  # no such item
    ("LIM362", "2027ORGB", "9999", "2700", "100"),  # no such function
)
PAGES = (
    "/budgets/", "/spaces/DC36/budget/", "/spaces/DC36/gap/", "/budgets/equity/", "/budgets/spatial/",
    "/budgets/rules/", "/budgets/releases/", "/budgets/releases/BR-0001/",
    "/budgets/facts/?cut=space.code:DC36&sample=yes", "/budgets/builds/", "/budgets/cycle/",
)  # fmt: skip


@pytest.fixture
def budget(tmp_path: Path) -> Path:
    """Four rows of Lephalale, whose budget the sample has not: two sound ones, two with a mistake."""
    path = tmp_path / "lephalale.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    return path


def newest_build(visitor: Visitor) -> str:
    """The address of the build that the list names first."""
    page = visitor.go("/budgets/builds/")
    return page.locator("table[data-table=builds] tbody th a").first.get_attribute("href") or ""


def wait_for_build(visitor: Visitor, before: str) -> str:
    """Look at the list of builds until the worker has made one more; its address."""
    for _turn in range(60):
        if (newest := newest_build(visitor)) != before:
            return newest
        visitor.page.wait_for_timeout(1000)
    raise AssertionError("The worker built nothing within a minute")


def exact(page: Page, selector: str) -> list[Decimal]:
    """The rand that stands there, to the cent."""
    return [Decimal(each.get_attribute("value") or "") for each in page.locator(f"{selector} data.rand").all()]


def downloaded(page: Page, label: str) -> list[dict[str, str]]:
    """The rows of a table's file."""
    page.get_by_text("Download", exact=True).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name=label, exact=True).first.click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    head = next(at for at, line in enumerate(lines) if line.startswith("code,"))
    return list(csv.DictReader(lines[head:]))


def test_from_a_file_to_the_row_behind_a_number(waterberg: House, visit: Open, budget: Path) -> None:
    office = visit(waterberg)
    office.sign_in("naledi@oneplan.example", SAMPLE_PASSWORD)
    before = newest_build(office)
    page = office.go("/imports/new/budget/", "bring in a budget")
    send(page, primary(page), {
        "File": budget, "As at": "2026-11-02", "Who may see it": "Sample", "Title": "Sample: Lephalale",
        "Columns": "National Treasury, Municipal Money, income and expenditure (municipal-income-expenditure)",
    })  # fmt: skip
    expect(page.get_by_role("main")).to_contain_text("4 rows read: 3 accepted, 1 refused", timeout=60_000)
    reads(page, "“2001” is not in the chart", "2000 Employee related costs", "“9999” is not in the chart")
    office.look("what the dry run of a budget says")
    assert newest_build(office) == before  # nothing of a dry run is served
    office.page.go_back()
    store(page, 3)
    wait_for_build(office, before)

    page = office.go("/spaces/DC36/budget/?by=institution")
    follow(page, page.get_by_role("link", name=re.compile("Lephalale")))
    office.look("functions of one municipality")
    row = page.locator("table[data-table=spend] tbody tr").filter(has_text="Roads")
    assert exact(page, "table[data-table=spend] tfoot a.num-link") == [Decimal("60500100.75")]
    follow(page, row.locator("a.num-link"))
    reads(page, "Sample: Lephalale", "row 3", "column “TCOST”", "By the municipality whose budget it is")
    assert exact(page, "main tbody") == [Decimal("12500000.50")]
    office.look("the figures behind a number of a budget")


def test_a_table_s_file_is_the_table(waterberg: House, visit: Open) -> None:
    visitor = visit(waterberg)
    page = visitor.go("/spaces/DC15/budget/?by=institution", "who spends what in OR Tambo")
    shown = exact(page, "table[data-table=spend] td[data-label='Counted once']")
    rows = downloaded(page, "CSV")
    assert [Decimal(row["amount"]) for row in rows] == shown
    assert sum(shown[:-1]) == shown[-1] > 0
    page.goto(rows[0]["facts"])  # the way from the file back to the figures
    reads(page, "figures")
    assert exact(page, "main")[:1] == shown[:1]


def test_a_rule_moves_rand_and_the_build_says_what_moved(waterberg: House, visit: Open) -> None:
    office = visit(waterberg)
    office.sign_in("naledi@oneplan.example", SAMPLE_PASSWORD)
    before = newest_build(office)
    page = office.go("/budgets/rules/set/", "set a rule of where rand belongs")
    send(page, "Set the rule", {
        "Institution": "lim-health", "How the place is known": "Shared out by a named indicator", "Places": "LIM",
        "Shared out by": "Population", "From": "2026-04-01",
        "Reason": "Sample: hospitals of the province serve its people wherever they live.",
    })  # fmt: skip
    reads(page, "Sample: hospitals of the province")
    page = office.go(wait_for_build(office, before), "what moved with a rule")
    reads(page, "Waterberg", "Shared out by a named indicator")
    changes = exact(page, "table[data-table=moved] td[data-label='Change']")
    assert changes
    page = office.go("/spaces/DC36/budget/?sphere=provincial")
    reads(page, "Shared out by a named indicator")


def test_money_is_read_with_the_keyboard(waterberg: House, visit: Open) -> None:
    page = visit(waterberg).go("/budgets/")
    for _turn in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('table[data-table=spend] a.num-link')"):
            break
    else:
        raise AssertionError("No number of the table is reached with the Tab key")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The figures behind a number")
    page.go_back()
    menu = page.get_by_text("Download", exact=True).first
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="CSV", exact=True).first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="CSV", exact=True).first).to_be_focused()


def test_pages_of_money_fit_a_phone_and_say_that_they_are_a_sample(waterberg: House, visit: Open) -> None:
    office = visit(waterberg, phone=True)
    office.sign_in("naledi@oneplan.example", SAMPLE_PASSWORD)
    for path in PAGES:
        page = office.go(path, f"{path} on a phone")
        if path not in ("/budgets/rules/", "/budgets/cycle/", "/budgets/builds/"):
            expect(page.get_by_text("Sample", exact=True).first).to_be_visible()
