"""The main pages, seen by each kind of person: a heading, a title of its own, accessible, no broken script."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import House, Open
from tests.journeys.steps import SAMPLE_PASSWORD

PUBLIC = (
    "/", "/spaces/", "/spaces/DC36/", "/plans/", "/plans/DC36/", "/plans/DC36/downloads/",
    "/plans/DC36/editions/1/promises/DC36-C-0077/", "/verify/", "/verify/keys/", "/institutions/",
    "/institutions/nat-dws/", "/roles/", "/help/", "/style/", "/account/login/", "/projects/", "/spaces/DC36/projects/",
    "/layers/", "/layers/dc36-nodes/", "/budgets/cycle/", "/budgets/", "/budgets/facts/", "/budgets/equity/",
    "/budgets/spatial/", "/budgets/rules/", "/budgets/releases/", "/spaces/DC36/budget/", "/spaces/DC36/gap/",
    "/spaces/DC36/profile/", "/spaces/DC36/profile/full/", "/spaces/DC36/outlook/", "/spaces/DC36/outlook/services/",
    "/indicators/", "/indicators/population/", "/indicators/scorecard/", "/indicators/compare/",
    "/indicators/freshness/", "/indicators/releases/", "/indicators/targets/",
    "/indicators/performance/", "/indicators/measures/", "/indicators/measures/gini/",
    "/indicators/borders/", "/indicators/borders/EC157/", "/indicators/definitions/",
)  # fmt: skip
SIGNED_IN = (
    "/inbox/", "/board/", "/commitments/", "/account/", "/posts/nat-dws.director-general/", "/search/?q=water",
    "/contributions/", "/board/answers/", "/board/money/", "/provinces/LIM/", "/projects/", "/projects/PR-0000002/",
    "/projects/review/", "/projects/matches/", "/projects/submissions/", "/programmes/", "/clashes/",
)  # fmt: skip
DRAFTS = (
    "/spaces/DC36/commitments/", "/spaces/DC36/plan/", "/spaces/DC36/plan/2/", "/spaces/DC36/plan/2/diagnostic/",
    "/spaces/DC36/plan/2/commitments/", "/spaces/DC36/plan/2/stages/", "/spaces/DC36/plan/2/participation/",
    "/spaces/DC36/plan/2/adoption/", "/spaces/DC36/plan/2/compare/", "/spaces/DC36/plan/2/elements/F-001/",
    "/spaces/DC36/committees/", "/spaces/DC36/champions/", "/spaces/DC36/immediate/", "/immediate/",
    "/history/space:DC36/", "/spaces/DC36/plan/2/downloads/", "/spaces/DC36/workbooks/",
    "/spaces/DC36/plan/2/results/", "/spaces/DC36/plan/2/results/?view=table", "/spaces/DC36/timeline/",
    "/spaces/DC36/gap/",
)  # fmt: skip
HUB = (
    "/imports/", "/imports/new/commitments/", "/people/", "/people/invite/", "/spaces/DC36/commitments/propose/",
    "/spaces/DC36/plan/2/elements/add/finding/", "/spaces/DC36/plan/2/elements/add/section/",
    "/spaces/DC36/plan/2/elements/F-001/edit/", "/spaces/DC36/plan/2/elements/removed/",
    "/spaces/DC36/plan/2/rules/change/", "/spaces/DC36/plan/2/participation/ask/", "/projects/register/",
    "/projects/PR-0000002/place/", "/projects/PR-0000002/correct/", "/projects/PR-0000002/milestones/",
)  # fmt: skip
WALKS = {
    "": PUBLIC,
    "refilwe": SIGNED_IN + DRAFTS + HUB,
    "sipho": (
        "/inbox/",
        "/institutions/nat-dws/commitments/",
        "/institutions/nat-dws/board/",
        "/contributions/",
        "/spaces/DC36/plan/2/",
    ),
    "zanele": ("/log/", "/history/space:DC36/", "/imports/", "/board/"),
    "ruan": ("/people/", "/people/invite/", "/institutions/nat-dws/", "/log/", "/imports/"),
}


@pytest.mark.parametrize("who", WALKS, ids=lambda who: who or "public")
def test_every_page_stands(waterberg: House, visit: Open, who: str) -> None:
    visitor = visit(waterberg)
    if who:
        visitor.sign_in(f"{who}@oneplan.example", SAMPLE_PASSWORD)
    titles: dict[str, str] = {}
    for path in WALKS[who]:
        page = visitor.go(path, f"{who} {path}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        title = page.title()
        assert title not in titles, f"{path} and {titles[title]} are both called {title!r}"
        titles[title] = path


def test_the_editor_draws_a_table_within_the_content_policy(waterberg: House, visit: Open) -> None:
    visitor = visit(waterberg)
    visitor.sign_in("refilwe@oneplan.example", SAMPLE_PASSWORD)
    page = visitor.go("/spaces/DC36/plan/2/elements/add/section/")
    page.get_by_role("button", name="Table, or a row more").first.click()
    expect(page.locator("[contenteditable] table")).to_be_visible()
    visitor.look("the editor with a table")
