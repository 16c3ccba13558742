"""The annual review of Waterberg, from an imported table to a sealed second edition.

The demonstration has opened edition 2 and passed its first three gates; the hub manager continues it here.
The sample is large on purpose, so some things stay missing: each gate passes on a named exception with its reason.
"""

import re
from datetime import timedelta
from pathlib import Path

from openpyxl import Workbook
from playwright.sync_api import Page, expect

from oneplan.periods import clock
from tests.journeys.conftest import House, Open, Visitor
from tests.journeys.steps import (
    SAMPLE_PASSWORD,
    changed_by_one_byte,
    follow,
    invite,
    oneplan_says,
    primary,
    reads,
    send,
    store,
    tick_all,
    verdict_by_page,
)

SPACE = "/spaces/DC36/"
EDITION = "/spaces/DC36/plan/2/"
ROWS = (
    (
        "ID",
        "Title",
        "Lead department",
        "Local municipality",
        "Focus area",
        "Novelty",
        "Start date",
        "End date",
        "Objective",
        "Indicator",
        "Unit",
        "Baseline",
        "Target",
        "Outputs",
        "Responsibility",
        "Funding source",
        "2029/30 PFMA",
    ),
    (
        "W-1",
        "Second pipeline from Mokolo to Steenbokpan",
        "Department of Water and Sanitation",
        "Lephalale",
        "Infrastructure engineering",
        "Accelerated",
        "2027-04-01",
        "2030-03-31",
        "Villages on the pipeline have water each day",
        "Villages with water every day",
        "villages",
        3,
        14,
        "A pipeline of 41 kilometres",
        "Builds the pipeline",
        "Regional Bulk Infrastructure Grant",
        88_000_000,
    ),
    (
        "W-2",
        "Mobile clinics for farm workers",
        "Limpopo Department of Health",
        "Modimolle-Mookgophong",
        "Integrated services provisioning",
        "New",
        "2027-04-01",
        "2029-03-31",
        "Farm workers see a nurse twice a month",
        "Farms visited twice a month",
        "farms",
        40,
        260,
        "Six mobile clinics",
        "Runs the clinics",
        "Vote 7 programme 2",
        9_500_000,
    ),
    (
        "W-3",
        "A bridge by nobody",
        "Ministry of Bridges",
        "Lephalale",
        "Infrastructure engineering",
        "New",
        "2027-04-01",
        "2029-03-31",
        "Cars cross the river",
        "Bridges",
        "bridges",
        0,
        1,
        "A bridge",
        "Unknown",
        "Unknown",
        1_000_000,
    ),
)


def test_waterberg_adopts_its_second_edition(waterberg: House, visit: Open, tmp_path: Path) -> None:
    hub, nomsa, sipho, health, public = (visit(waterberg) for _ in range(5))
    for visitor, name in ((hub, "refilwe"), (nomsa, "nomsa"), (sipho, "sipho")):
        visitor.sign_in(f"{name}@oneplan.example", SAMPLE_PASSWORD)
    _health_gets_a_planner(waterberg, visit, health)

    water, _clinics = _a_table_is_imported(hub, tmp_path)
    _the_office_is_named(hub, water)
    _three_departments_are_asked(hub)
    _two_contribute(nomsa, health)
    _water_agrees(sipho, water)
    _the_gates_name_the_third(hub)

    copy_hash = _the_signing_copy_is_frozen(hub)
    _the_accounting_officer_signs(sipho, copy_hash, water)
    _the_committees_resolve(hub)
    _the_edition_is_adopted(hub)
    _the_public_verifies(waterberg, public, water, tmp_path)


def _health_gets_a_planner(house: House, visit: Open, health: Visitor) -> None:
    ruan = visit(house)
    ruan.sign_in("ruan@oneplan.example", SAMPLE_PASSWORD)
    invite(
        ruan,
        health,
        name="Karabo Mokone",
        email="karabo@health.example",
        role="Contributor",
        scope="Limpopo Department of Health",
    )


def _a_table_is_imported(hub: Visitor, folder: Path) -> tuple[str, str]:
    """A workbook: the columns of years are suggested, one row is refused with its remedy, two become commitments."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    table = folder / "waterberg.xlsx"
    book.save(table)
    page = hub.go("/imports/new/commitments/")
    send(
        page,
        primary(page),
        {"File": table, "Source": "Waterberg hub, review table", "As at": "2026-11-01", "Space": "DC36"},
    )
    assert page.get_by_label("2029/30 PFMA").locator("option:checked").inner_text() == "Amounts by financial year"
    send(page, "Check the rows")
    expect(page.get_by_role("main")).to_contain_text("3 rows read: 2 accepted, 1 refused", timeout=60_000)
    reads(page, "The register knows no institution Ministry of Bridges")
    store(page, 2)
    refs = []
    for words in ("Second pipeline from Mokolo", "Mobile clinics for farm workers"):
        page = hub.go(f"{SPACE}commitments/?q={words.replace(' ', '+')}")
        line = page.get_by_role("row").filter(has_text=words)
        expect(line).to_contain_text("Proposed")
        refs.append(line.get_by_role("link").first.inner_text())
    return refs[0], refs[1]


def _the_office_is_named(hub: Visitor, ref: str) -> None:
    """Who is accountable, and what the new commitment serves in the plan."""
    page = hub.go(f"/commitments/{ref}/amend/")
    send(
        page,
        primary(page),
        {
            "Accountable office": "Department of Water and Sanitation · Director-General",
            "Why it is changed": "The office is named.",
        },
    )
    page = hub.go(f"/commitments/{ref}/serve/DC36/")
    page.get_by_role("main").get_by_role("checkbox").first.check()
    send(page, primary(page))


def _three_departments_are_asked(hub: Visitor) -> None:
    page = hub.go(EDITION + "participation/ask/")
    send(
        page,
        "Ask them",
        {
            "Stage": "5 Draft One Plan",
            "National departments": ["Department of Water and Sanitation"],
            "Departments of the province": ["Limpopo Department of Health", "Limpopo Department of Public Works"],
            "What you ask for": "Read the draft and say whether your rows are right.",
            "Answer by": (clock.today() + timedelta(days=10)).isoformat(),
        },
    )
    reads(page, "3 parties were asked")


def _two_contribute(nomsa: Visitor, health: Visitor) -> None:
    for visitor, code in ((nomsa, "nat-dws"), (health, "lim-health")):
        reads(visitor.go("/inbox/"), "Read the draft and say whether your rows are right")
        page = visitor.go(f"{EDITION}participation/draft/{code}/")
        send(page, "Contribute", {"Your answer": "Our planners checked every row against the annual performance plan."})
        reads(page, "The answer", "Our planners checked every row")


def _water_agrees(sipho: Visitor, ref: str) -> None:
    page = sipho.go(f"/commitments/{ref}/")
    send(page, "Agree and accept 1 pledge")
    reads(page, "Sipho Radebe", "Director-General")


def _the_gates_name_the_third(hub: Visitor) -> None:
    """Both gates say what is missing and who owes it; the third department is named, and stands in the sealed plan."""
    _pass_with_exceptions(
        hub, "commitments", "The review meeting of November decided to go on while these answers are outstanding."
    )
    page = hub.go(EDITION + "stages/")
    with page.expect_navigation():
        page.get_by_role("button", name="Pass the gate").click()
    expect(page.get_by_role("alert").first).to_contain_text("missing at the gate of stage 5")
    card = page.locator("#draft")
    expect(card).to_contain_text("Public Works, Roads and Infrastructure has not answered on stage 5 yet")
    expect(card).not_to_contain_text("Limpopo Department of Health has not answered on stage 5")
    _pass_with_exceptions(
        hub, "draft", "Public Works was reminded twice; the technical committee decided to go on without it."
    )


def _pass_with_exceptions(hub: Visitor, stage: str, reason: str) -> None:
    page = hub.go(EDITION + "stages/")
    while (link := page.locator(f"#{stage}").get_by_role("link", name="Record an exception")).count():
        follow(page, link)
        send(page, "Record it in my name", {"Reason": reason})
        page = hub.go(EDITION + "stages/")
    reads(page, reason)
    send(page, "Pass the gate")


def _the_signing_copy_is_frozen(hub: Visitor) -> str:
    page = hub.go(EDITION + "adoption/")
    send(page, "Freeze the signing copy")
    return hash_shown(page)


def hash_shown(page: Page) -> str:
    found = re.search(r"\b[0-9a-f]{64}\b", page.get_by_role("main").inner_text())
    assert found
    return found[0]


def _the_accounting_officer_signs(sipho: Visitor, copy_hash: str, ref: str) -> None:
    page = sipho.go("/institutions/nat-dws/commitments/")
    page.get_by_text("Read the list and sign all").click()
    reads(page, copy_hash[:16], ref)
    send(page, "Sign all of these")
    expect(page.get_by_text(re.compile(r"\d+ commitments? (is|are) signed\."))).to_be_visible()
    reads(sipho.go(f"/commitments/{ref}/"), "Signed", "Sipho Radebe", copy_hash[:16])


def _the_committees_resolve(hub: Visitor) -> None:
    for link, decision, words in (
        ("Record the submission", "Submit", "The committee submits the reviewed plan to the political committee."),
        ("Record the approval", "Approve", "The committee approves the reviewed One Plan of Waterberg."),
    ):
        page = hub.go(EDITION + "adoption/")
        follow(page, page.get_by_role("link", name=link))
        tick_all(page)
        send(page, primary(page), {"Decision": decision, "What was resolved": words})
        reads(page, words)


def _the_edition_is_adopted(hub: Visitor) -> None:
    page = hub.go(EDITION + "adoption/")
    send(page, "Adopt this edition", {"Type the code of the space to adopt": "DC36"})
    reads(page, "Adopted and sealed", "Outstanding parties")
    hub.look("Adoption, sealed with parties outstanding")


def _the_public_verifies(house: House, public: Visitor, ref: str, folder: Path) -> None:
    page = public.go("/plans/DC36/")
    reads(page, "edition 2", ref, "These parties had not signed", "decided to go on without it")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download, sealed").click()
    bundle = folder / "waterberg-2.json"
    download.value.save_as(bundle)
    said = verdict_by_page(public, bundle)
    assert "Genuine and unchanged" in said
    reads(public.page, "The editions it rests on", "Edition 1")
    assert "Not genuine, or changed" in verdict_by_page(public, changed_by_one_byte(bundle, folder))
    oneplan_says(house, "verify", str(bundle), ok=True)
