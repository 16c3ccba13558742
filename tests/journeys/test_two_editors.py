"""Two people write the same finding at the same time. The second sees what changed and chooses; nothing is lost."""

from playwright.sync_api import expect

from tests.journeys.conftest import House, Open
from tests.journeys.steps import SAMPLE_PASSWORD, fill, reads, send

EDITION = "/spaces/DC36/plan/2/"
FINDING = EDITION + "elements/F-003/"


def test_the_second_to_save_sees_both_versions_and_chooses(waterberg: House, visit: Open) -> None:
    refilwe, kagiso = visit(waterberg), visit(waterberg)
    refilwe.sign_in("refilwe@oneplan.example", SAMPLE_PASSWORD)
    kagiso.sign_in("kagiso@oneplan.example", SAMPLE_PASSWORD)
    before = refilwe.go(FINDING + "edit/").get_by_label("What was found").input_value()
    kagiso.go(FINDING + "edit/")

    send(
        refilwe.page,
        "Save",
        {"What was found": "Clinics in Bela-Bela lose patients because follow-up stops at the district border."},
    )

    fill(
        kagiso.page, {"What was found": "Clinics lose patients because files do not travel with them.", "Value": "41,5"}
    )
    kagiso.page.get_by_role("main").get_by_role("button", name="Save", exact=True).click()
    page = kagiso.page
    expect(page.get_by_role("heading", level=1)).to_have_text("F-003: two versions")
    kagiso.look("Two versions of F-003")
    reads(page, "Refilwe Moagi", "follow-up stops at the district border", "files do not travel with them")
    stored = refilwe.go(FINDING).get_by_role("main").inner_text()
    assert "district border" in stored, "nothing was overwritten"
    assert "do not travel" not in stored

    # Kagiso joins the statements and keeps the new figure.
    joined = "Clinics in Bela-Bela lose patients: follow-up stops at the district border and files do not travel."
    page.get_by_text("Write a version that joins both").first.click()
    page.locator("#merge_statement").fill(joined)
    send(page, "Save what I chose")
    page = refilwe.go(FINDING)
    reads(page, joined, "41,5")
    refilwe.look("The finding with its history")
    reads(page, "Refilwe Moagi", "Kagiso Maake")
    assert before not in " ".join(page.locator("h1, main .prose").all_inner_texts())
