"""The pages that people open on the road fit a phone of 360 pixels, and a space prints on a few sheets."""

import re

from tests.journeys.conftest import House, Open
from tests.journeys.steps import SAMPLE_PASSWORD

ON_THE_ROAD = (
    "/", "/spaces/DC36/", "/spaces/DC36/commitments/", "/plans/DC36/", "/inbox/", "/board/", "/verify/",
    "/spaces/DC36/plan/2/", "/spaces/DC36/plan/2/participation/",
)  # fmt: skip


def test_pages_fit_a_phone(waterberg: House, visit: Open) -> None:
    hub = visit(waterberg, phone=True)
    hub.sign_in("refilwe@oneplan.example", SAMPLE_PASSWORD)
    for path in ON_THE_ROAD:
        hub.go(path, f"{path} on a phone")


def test_a_space_prints_on_three_sheets_at_most(waterberg: House, visit: Open) -> None:
    hub = visit(waterberg)
    hub.sign_in("refilwe@oneplan.example", SAMPLE_PASSWORD)
    hub.go("/spaces/DC36/")
    printed = hub.page.pdf(format="A4", prefer_css_page_size=True)
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 1 <= sheets <= 3, f"It takes {sheets} sheets"
