"""The pages that people open on the road fit a phone of 360 pixels, and a space prints on a few sheets."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import CUT_OFF, House, Open
from tests.journeys.steps import SAMPLE_PASSWORD

# Boards and matrices whose rows stand as cards on a phone: nothing in them is scrolled sideways.
CARDS = (
    "/board/", "/board/answers/", "/board/money/", "/provinces/LIM/", "/institutions/", "/institutions/nat-dws/",
    "/institutions/nat-dws/board/", "/spaces/DC36/plan/2/", "/spaces/DC36/plan/2/participation/",
    "/commitments/DC36-C-0001/", "/plans/DC36/",
)  # fmt: skip
ON_THE_ROAD = (
    "/", "/spaces/DC36/", "/spaces/DC36/commitments/", "/plans/DC36/", "/inbox/", "/board/", "/verify/",
    "/spaces/DC36/plan/2/", "/spaces/DC36/plan/2/participation/", "/projects/", "/projects/PR-0000002/", "/clashes/",
    "/projects/review/", "/projects/PR-0000002/place/", "/layers/",
)  # fmt: skip


def test_pages_fit_a_phone(waterberg: House, visit: Open) -> None:
    hub = visit(waterberg, phone=True)
    hub.sign_in("refilwe@oneplan.example", SAMPLE_PASSWORD)
    for path in ON_THE_ROAD:
        hub.go(path, f"{path} on a phone")


def test_boards_are_read_on_a_phone_without_scrolling_sideways(waterberg: House, visit: Open) -> None:
    hub = visit(waterberg, phone=True)
    hub.sign_in("refilwe@oneplan.example", SAMPLE_PASSWORD)
    for path in CARDS:
        page = hub.go(path, f"{path} as cards")
        assert page.evaluate(CUT_OFF) == [], path


def test_stages_and_areas_fold_on_a_phone_and_open_where_the_address_points(waterberg: House, visit: Open) -> None:
    hub = visit(waterberg, phone=True)
    hub.sign_in("refilwe@oneplan.example", SAMPLE_PASSWORD)
    page = hub.go("/spaces/DC36/plan/2/stages/")
    expect(page.get_by_text("Every finding names its source")).to_be_hidden()
    expect(page.get_by_text("Every pledge has been accepted or declined")).to_be_visible()  # of the current stage
    page.get_by_role("link", name="Diagnostic", exact=True).click()
    expect(page.get_by_text("Every finding names its source")).to_be_visible()
    page = hub.go("/spaces/DC36/plan/2/diagnostic/#F-008")
    expect(page.locator("#F-008")).to_be_visible()
    expect(page.locator("#F-001")).to_be_hidden()


def test_a_space_prints_on_three_sheets_at_most(waterberg: House, visit: Open) -> None:
    hub = visit(waterberg)
    hub.sign_in("refilwe@oneplan.example", SAMPLE_PASSWORD)
    hub.go("/spaces/DC36/")
    printed = hub.page.pdf(format="A4", prefer_css_page_size=True)
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 1 <= sheets <= 3, f"It takes {sheets} sheets"
