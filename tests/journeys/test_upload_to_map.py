"""From an e-mailed workbook to the map: a hub brings in a file of the IRM, finds its projects, and mends one place."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from benchmarks import _irm_workbooks as workbooks
from tests.journeys.conftest import House, Open
from tests.journeys.steps import SAMPLE_PASSWORD, follow, primary, reads, send, store

TITLES = ("Marula clinic", "Marula school", "Marula library", "Marula bridge")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Four rows in the layout of the Infrastructure Reporting Model; the coordinates of the last are 0."""
    header, *rows = workbooks.invented(len(TITLES), seed=36)
    for number, (row, title) in enumerate(zip(rows, TITLES, strict=True)):
        row[workbooks.ID], row[workbooks.NO], row[workbooks.NAME] = 990_000 + number, f"M/{number}", title
        row[workbooks.PROVINCE], row[workbooks.MUNICIPALITY], row[7] = "Limpopo", "Lephalale", "Waterberg"
        row[workbooks.LATITUDE], row[workbooks.LONGITUDE] = -23.69 - number / 100, 27.70
        row[workbooks.COST] = 900_000_000.0 + number
    rows[-1][workbooks.LATITUDE] = rows[-1][workbooks.LONGITUDE] = 0.0
    return workbooks.write(tmp_path / "irm.xlsx", [header, *rows])


def test_from_upload_to_map_to_correcting_one_placement(waterberg: House, visit: Open, workbook: Path) -> None:
    hub = visit(waterberg)
    hub.sign_in("refilwe@oneplan.example", SAMPLE_PASSWORD)
    page = hub.go("/imports/new/irm/", "bring in a workbook of the IRM")
    send(page, primary(page), {"File": workbook, "Source": "Sample journey", "As at": "2026-09-30", "Space": "DC36"})
    expect(page.get_by_role("main")).to_contain_text("4 rows read: 4 accepted", timeout=60_000)
    hub.look("what the dry run says")
    store(page, 4)

    page = hub.go("/spaces/DC36/projects/?q=marula", "the list of a space")
    reads(page, *TITLES, "4 of 4 projects on the ground are placed")
    page = hub.go("/projects/map/?q=marula&space=DC36", "the map")
    expect(page.locator("[data-map-hole]")).to_be_visible()
    reads(page, *TITLES[:3])  # the fourth has no pin: its point was no place
    expect(page.locator("[data-map-found]")).not_to_contain_text(TITLES[3])

    page = hub.go("/projects/review/?space=DC36&doubt=zero", "the review queue")
    row = page.get_by_role("row").filter(has_text=TITLES[3])
    reads(page, "A coordinate is 0")
    follow(page, row.get_by_role("link", name=re.compile("Look")))
    hub.look("one place of the queue")
    answers = {"Latitude": "-23.75", "Longitude": "27.75", "How this is known": "The contract shows the drawing."}
    send(page, "See what the boundaries say", answers)
    reads(page, "What the boundaries say", "Lephalale", "Nothing is saved yet")
    hub.look("what the boundaries say of it")
    send(page, "Place it here")

    page = hub.go("/projects/map/?q=marula&space=DC36")
    expect(page.locator("[data-map-found]")).to_contain_text(TITLES[3])
    follow(page, page.get_by_role("main").get_by_role("link", name=re.compile(TITLES[3])))
    reads(page, "1 earlier answer to where it is", "The contract shows the drawing.")
    hub.look("the project with its history of places")
    page.get_by_text("1 earlier answer to where it is").click()
    reads(page, "A coordinate is 0")
