"""Evidence on pages: a census file is brought in, explored, followed to the row of a value, and compared."""

import csv
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import House, Open
from tests.journeys.steps import follow, reads

HEAD = ("table", "geo_version", "geo_level", "geo_code", "dimension", "category", "value")
SEXES = (("EC157", 70, 50), ("EC155", 50, 30), ("LIM366", 60, 40), ("ETH", 90, 110))
PAGES = (
    "/indicators/", "/indicators/female-share/?level=municipal_area", "/indicators/no-toilet/",
    "/indicators/values/female-share/EC157/2016/2011/", "/indicators/compare/?space=ETH&space=DC15",
    "/indicators/scorecard/?indicator=female-share",
)  # fmt: skip


@pytest.fixture(scope="module")
def counted(fresh_house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house whose administrator brought in persons by sex of four municipal areas."""
    path = tmp_path_factory.mktemp("census") / "census.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for code, women, men in SEXES:
            for sex, persons in (("Female", women), ("Male", men)):
                writer.writerow(("gender", 2016, "municipality", code, "gender", sex, persons))
    fresh_house.oneplan(
        "import", "indicators", str(path), "--layout", "wazimap", "--source", "A census", "--as-at", "2011-10-09"
    )
    deadline = time.monotonic() + 120
    while True:  # the command builds, or a worker of the house that was quicker
        try:
            urllib.request.urlopen(f"{fresh_house.address}/indicators/values/female-share/ETH/2016/2011/")  # noqa: S310
            break
        except urllib.error.HTTPError:
            assert time.monotonic() < deadline, "Nothing was built within two minutes"
            time.sleep(1)
    yield fresh_house


def test_from_the_list_to_the_row_behind_a_value(counted: House, visit: Open) -> None:
    visitor = visit(counted)
    page = visitor.go("/indicators/", "the list of indicators")
    follow(page, page.get_by_role("link", name="Women and girls"))
    page.get_by_label("Places", exact=True).select_option("Municipal areas")
    with page.expect_navigation():
        page.get_by_role("button", name="Filter").click()
    visitor.look("the explorer of an indicator")
    reads(page, "4 of 4 places have a value")
    expect(page.locator("svg.map-svg path")).to_have_count(4)
    row = page.locator("table[data-table=indicator] tbody tr").filter(has_text="EC157")
    expect(row).to_contain_text("58,3")
    with page.expect_download() as download:
        page.get_by_text("Download", exact=True).first.click()
        page.get_by_role("link", name="CSV", exact=True).first.click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert {line["place"]: line["denominator"] for line in csv.DictReader(lines)}["EC157"] == "120.0"
    follow(page, row.locator("a.num-link"))
    reads(page, "100 × 70 ÷ 120 = 58,33333333", "A census", "census.csv", "The 3 cells of the source behind it")
    cells = page.locator("table[data-table=cells] tbody tr").filter(has_text="Female")
    expect(cells.first).to_contain_text("2")  # the row of the file, as a spreadsheet counts
    visitor.look("the page of a value")


def test_the_data_of_a_view_name_their_edition(counted: House, visit: Open) -> None:
    page = visit(counted).go("/indicators/female-share/?level=municipal_area")
    page.get_by_text("Download", exact=True).first.click()
    address = page.get_by_role("link", name="JSON", exact=True).get_attribute("href") or ""
    answer = page.request.get(f"{counted.address}{address}")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert {row[0] for row in answer.json()["values"]} == {"EC157", "EC155", "LIM366", "ETH"}


def test_evidence_is_read_with_the_keyboard(counted: House, visit: Open) -> None:
    page = visit(counted).go("/indicators/female-share/?level=municipal_area")
    for _turn in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('table[data-table=indicator] a.num-link')"):
            break
    else:
        raise AssertionError("No value of the table is reached with the Tab key")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="How it is made")).to_be_visible()


def test_pages_of_evidence_are_for_everybody_on_any_screen(counted: House, visit: Open) -> None:
    for phone in (False, True):
        visitor = visit(counted, phone=phone)
        for path in PAGES:
            visitor.go(path, f"{path} on {'a phone' if phone else 'a screen'}")
