"""A space in figures: a file is imported, and a resident reads of Waterberg, on a screen and a phone."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import House, Open
from tests.journeys.steps import follow, reads

DISTRICTS = {
    "DC36": 1100, "DC33": 1000, "DC34": 1050, "DC35": 1150, "DC47": 950, "DC1": 900, "DC2": 1200, "DC12": 1250,
    "DC13": 860, "DC14": 1300, "DC15": 1350,
}  # fmt: skip
AREAS = {"LIM361": 300, "LIM362": 240, "LIM366": 220, "LIM367": 180, "LIM368": 160}


@pytest.fixture
def census(tmp_path: Path) -> Path:
    """Persons by sex of eleven districts and the areas of Waterberg; a little more than half are women elsewhere."""
    path = tmp_path / "census.csv"
    places = [
        *(("district", *each) for each in DISTRICTS.items()),
        *(("municipality", *each) for each in AREAS.items()),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("table", "geo_version", "geo_level", "geo_code", "dimension", "category", "value"))
        for number, (level, code, persons) in enumerate(places):
            women = persons // 2 + (3 * (number % 5) if level == "district" else 0)  # Waterberg is the first
            for sex, count in (("Female", women), ("Male", persons - women)):
                rows.writerow(("gender", 2016, level, code, "gender", sex, count))
    return path


def test_from_a_file_to_the_profile_of_a_space(fresh_house: House, visit: Open, census: Path) -> None:
    resident = visit(fresh_house)
    page = resident.go("/spaces/DC36/profile/", "a profile before anything was published")
    reads(page, "No observation has been published yet")
    fresh_house.oneplan(
        "import", "indicators", str(census), "--layout", "wazimap", "--source", "A statistics office",
        "--as-at", "2011-10-09",
    )  # fmt: skip
    page = resident.go("/spaces/DC36/", "the home of a space")
    follow(page, page.get_by_role("link", name="In figures"))
    resident.look("a profile on one page")
    reads(page, "Waterberg in figures", "Nothing does: all", "no data", "No date is agreed.")
    page.get_by_text("How this is decided").click()
    expect(page.get_by_text("Iglewicz and Hoaglin, 1993")).to_be_visible()
    follow(page, page.get_by_role("link", name="Full profile"))
    page.locator("#population summary").first.click()
    expect(page.locator("#population")).to_contain_text("Thabazimbi")
    resident.look("a profile in full")
    for form in ("one-page.pdf", "full.pdf", "full.docx", "full.xlsx"):
        assert page.request.get(f"{fresh_house.address}/spaces/DC36/profile/{form}").ok, form


def test_a_profile_fits_a_phone(fresh_house: House, visit: Open, census: Path) -> None:
    fresh_house.oneplan(
        "import", "indicators", str(census), "--layout", "wazimap", "--source", "A statistics office",
        "--as-at", "2011-10-09",
    )  # fmt: skip
    resident = visit(fresh_house, phone=True)
    resident.go("/spaces/DC36/profile/", "a profile on a phone")
    resident.go("/spaces/DC36/profile/full/", "a profile in full on a phone")
