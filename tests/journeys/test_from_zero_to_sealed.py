"""Xhariep, an empty space, from nothing to an adopted and sealed One Plan: through pages and files alone.

Everybody acts in a window of their own. Nothing of the demonstration is used.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from oneplan.periods import clock
from tests.journeys.conftest import House, Open, Visitor
from tests.journeys.steps import (
    PASSWORD,
    add,
    changed_by_one_byte,
    fill_post,
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

SPACE = "/spaces/DC16/"
EDITION = "/spaces/DC16/plan/1/"
AREAS = (
    "Demographic change and people development",
    "Economic positioning",
    "Spatial restructuring and environmental sustainability",
    "Infrastructure engineering",
    "Integrated services provisioning",
    "Governance and finance",
)
MUNICIPALITIES = ("Letsemeng", "Kopanong", "Mohokare")
PARTIES = {
    "nat-dws": ("Department of Water and Sanitation", "director-general", "Mpho Nkosi", "mpho@water.example"),
    "fs-agriculture": ("Free State Department of Agriculture", "head-of-department", "Ann Brink", "ann@farms.example"),
    "mun-dc16": ("Xhariep District Municipality", "municipal-manager", "Tefo Mohapi", "tefo@xhariep.example"),
}
IN_OFFICE = {
    "nat-dws.minister": "Pemmy Dube",
    "fs-cogta.mec": "Saki Motsoeneng",
    "mun-dc16.executive-mayor": "Irene Mehlo",
    "mun-fs161.mayor": "Bram Visser",
    "mun-fs162.mayor": "Xola Mati",
    "mun-fs163.mayor": "Zodwa Mpeko",
    "fs-premier.provincial-director-general": "Kopung Ralikontsane",
    "fs-cogta.head-of-department": "Mokete Duma",
}
WORDS = (
    "Farm workers and their families in the small towns still fetch water from tankers because boreholes run dry and "
    "pumps stand broken, while clinics, schools, shops and sheep farmers wait for reliable electricity, safe roads, "
    "honest procurement, trained artisans, affordable transport, decent housing, working sanitation, early learning, "
    "better nutrition, land reform, solar parks and careful budgets that residents can follow from promise to delivery."
)
TABLE = Path(__file__).parent / "files" / "xhariep_commitments.csv"  # three rows, and one with a faulty institution
YEARS = ("2029/30 PFMA", "2029/30 MFMA")


@pytest.fixture
def administrator(empty_house: House, visit: Open) -> Visitor:
    """The first account is opened on the command line; all others by invitation."""
    oneplan_says(
        empty_house,
        "administrator",
        "ruan@oneplan.gov.example",
        "--name",
        "Ruan Botha",
        "--password",
        PASSWORD,
        ok=True,
    )
    visitor = visit(empty_house)
    visitor.sign_in("ruan@oneplan.gov.example", PASSWORD)
    return visitor


def test_an_empty_space_gets_a_sealed_one_plan(
    empty_house: House, visit: Open, administrator: Visitor, tmp_path: Path
) -> None:
    hub, signatories = _people_take_office(empty_house, visit, administrator)
    public = visit(empty_house)
    reads(public.go(SPACE), "No plan is adopted here yet")

    _planning_starts(hub)
    _the_diagnostic_is_written(hub)
    _vision_and_strategies_are_written(hub)
    refs = _a_table_of_commitments_is_imported(hub)
    _commitments_are_completed(hub, refs)
    _parties_answer(hub, signatories, refs)
    _the_narrative_is_written(hub)
    _parties_are_asked_for_the_draft(hub, signatories)
    assert "One Plan of Xhariep" not in public.go("/plans/").get_by_role("main").inner_text()

    _committees_are_constituted(hub)
    copy_hash = _the_signing_copy_is_frozen(hub)
    _parties_sign(signatories, copy_hash)
    _committees_resolve(hub, copy_hash)
    _the_edition_is_adopted(hub)

    bundle = _the_public_reads_and_downloads(public, tmp_path)
    assert "Genuine and unchanged" in verdict_by_page(public, bundle)
    assert "Not genuine, or changed" in verdict_by_page(public, changed_by_one_byte(bundle, tmp_path))
    oneplan_says(empty_house, "verify", str(bundle), ok=True)
    oneplan_says(empty_house, "verify", str(changed_by_one_byte(bundle, tmp_path)), ok=False)
    out = tmp_path / "exported.json"
    oneplan_says(empty_house, "export", "plan", "DC16", "--format", "json", "--out", str(out), ok=True)
    assert out.read_bytes() == bundle.read_bytes()


def _people_take_office(house: House, visit: Open, administrator: Visitor) -> tuple[Visitor, dict[str, Visitor]]:
    """The administrator invites the hub manager and three who sign, and records who holds which post."""
    hub = visit(house)
    invite(
        administrator,
        hub,
        name="Lebo Khumalo",
        email="lebo@xhariep.example",
        role="Hub manager",
        scope="Xhariep (DC16)",
    )
    fill_post(administrator, "nat-cogta.hub-manager.dc16", name="Lebo Khumalo", email="lebo@xhariep.example")
    signatories = {}
    for code, (institution, post, name, email) in PARTIES.items():
        signatories[code] = visit(house)
        invite(administrator, signatories[code], name=name, email=email, role="Contributor", scope=institution)
        fill_post(administrator, f"{code}.{post}", name=name, email=email)
    for post, name in IN_OFFICE.items():
        fill_post(administrator, post, name=name)
    return hub, signatories


def _planning_starts(hub: Visitor) -> None:
    page = hub.go(SPACE + "plan/start/")
    send(page, "Open it", {"Rule set": "Framework 2020", "Year 1 of the plan": "2027"})
    reads(page, "Edition 1", "Diagnostic")


def _the_diagnostic_is_written(hub: Visitor) -> None:
    """The gate names what is missing until every area and every local municipality has a finding."""
    for number, area in enumerate(AREAS, start=1):
        add(
            hub,
            EDITION,
            "finding",
            {
                "Transformation area": f"{number} {area}",
                "What was found": f"Too few people benefit from {area.lower()} in the small towns.",
                "Evidence": "Household interviews and municipal records of 2024.",
                "Source": "Statistics South Africa, Community Survey",
                "Date of the source": "2024-06-30",
                "Value": "31,5",
                "Unit": "% of households",
                "Or these municipal areas": [MUNICIPALITIES[number % 2]],
            },
        )
    page = hub.go(EDITION)
    reads(page, "Mohokare")
    page = hub.go(EDITION + "stages/")
    _press_refused(page, "Pass the gate", "Mohokare")
    add(
        hub,
        EDITION,
        "finding",
        {
            "Transformation area": "4 Infrastructure engineering",
            "What was found": "Zastron had no water on 96 days of last year.",
            "Source": "Mohokare incident register",
            "Date of the source": "2026-03-31",
            "Or these municipal areas": ["Mohokare"],
        },
    )
    _pass_gate(hub, "Diagnostic")


def _vision_and_strategies_are_written(hub: Visitor) -> None:
    page = hub.go(EDITION + "elements/V-001/edit/")
    send(
        page, "Save", {"Text": "By 2056 Xhariep is a place where nobody lacks water, work or safety, and farms thrive."}
    )
    for number, area in enumerate(AREAS, start=1):
        page = hub.go(EDITION + f"elements/I-{_code(hub, number)}/edit/")
        send(
            page, "Save", {"Text": f"In {area.lower()} every household notices better services and honest government."}
        )
        add(
            hub,
            EDITION,
            "outcome",
            {
                "Transformation area": f"{number} {area}",
                "Outcome": f"More people benefit from {area.lower()} than before.",
                "Indicator": "Households served",
                "Unit": "%",
                "Baseline": "31,5",
                "Year of the baseline": "2024",
                "Source of the baseline": "Community Survey",
                "Target": "60",
                "Year of the target": "2032",
            },
        )
        page = hub.go(EDITION + f"elements/O-{number:03}/priorities/")
        page.get_by_role("main").get_by_role("checkbox").first.check()
        send(page, "Save")
    _pass_gate(hub, "Vision setting")
    for number, area in enumerate(AREAS, start=1):
        found = [f"F-{number:03}", *(["F-007"] if number == 4 else [])]
        add(
            hub,
            EDITION,
            "strategy",
            {
                "Transformation area": f"{number} {area}",
                "Strategy": f"Bring {area.lower()} to the small towns first",
                "Description": "Start where fewest are served, with teams that stay.",
                "Findings it answers": found,
                "Outcomes it serves": [f"O-{number:03}"],
                "It concerns the whole space": True,
            },
        )
    _pass_gate(hub, "Strategy formulation")


def _a_table_of_commitments_is_imported(hub: Visitor) -> list[str]:
    """A CSV through column mapping: a dry run that names the faulty row, then three rows stored, none agreed."""
    page = hub.go("/imports/new/commitments/")
    send(
        page,
        primary(page),
        {
            "File": TABLE,
            "Source": "Xhariep hub, working table",
            "As at": "2026-11-01",
            "Space": "DC16",
        },
    )
    hub.look()
    reads(page, "Match columns")
    send(
        page,
        "Check the rows",
        {"2029/30 PFMA": "Amounts by financial year", "2029/30 MFMA": "Amounts by financial year"},
    )
    expect(page.get_by_role("main")).to_contain_text("4 rows read: 3 accepted, 1 refused", timeout=60_000)
    hub.look()
    reads(page, "Department of Better Days")
    reads(hub.go(SPACE + "commitments/"), "0 commitments")  # a dry run stores nothing
    page.go_back()
    store(page, 3)
    page = hub.go(SPACE + "commitments/")
    reads(page, "3 commitments: 0 signed or delivered", "Bulk water from the Orange River")
    titles = ("Bulk water", "Extension officers", "District road")
    links = [
        page.get_by_role("main").get_by_role("row").filter(has_text=title).get_by_role("link").first for title in titles
    ]
    return [link.inner_text() for link in links]


def _commitments_are_completed(hub: Visitor, refs: list[str]) -> None:
    """What the table did not say: the accountable office, and what each commitment serves in the plan."""
    for ref, (_institution, post, _name, _email) in zip(refs, PARTIES.values(), strict=True):
        page = hub.go(f"/commitments/{ref}/amend/")
        office = post.replace("-", " ").replace("director general", "Director-General")
        option = (
            page.get_by_label("Accountable office").locator("option").filter(has_text=re.compile(office, re.IGNORECASE))
        )
        page.get_by_label("Accountable office").select_option(option.first.get_attribute("value"))
        send(
            page,
            primary(page),
            {"Why it is changed": "The office is named."},
        )
    for index, ref in enumerate(refs):
        page = hub.go(f"/commitments/{ref}/serve/DC16/")
        served = [f"{letter}-{number:03}" for number in (2 * index + 1, 2 * index + 2) for letter in "OS"]
        send(page, primary(page), {"Serves": served})


def _parties_answer(hub: Visitor, signatories: dict[str, Visitor], refs: list[str]) -> None:
    """The gate waits for each accounting officer; each answers in a window of their own."""
    page = hub.go(EDITION + "stages/")
    _press_refused(page, "Pass the gate", "has not answered its pledge")
    for ref, (code, signatory) in zip(refs, signatories.items(), strict=True):
        reads(signatory.go("/inbox/"), ref)
        page = signatory.go(f"/commitments/{ref}/")
        reads(page, "Asked, not answered")
        send(page, "Agree and accept 1 pledge")
        signatory.look()
        reads(page, f"{PARTIES[code][2]}")
    reads(hub.go(SPACE + "commitments/"), "Agreed")
    _pass_gate(hub, "Implementation commitments")


def _the_narrative_is_written(hub: Visitor) -> None:
    for chapter in ("1 Introduction", "5 Implementation commitments", "6 Implementation, monitoring and review"):
        add(hub, EDITION, "section", {"Chapter": chapter, "Title": chapter[2:], "Text": WORDS})
    for chapter in ("2 Diagnostic", "3 Vision", "4 Strategies"):
        for number, area in enumerate(AREAS, start=1):
            add(
                hub,
                EDITION,
                "section",
                {
                    "Chapter": chapter,
                    "Transformation area": f"{number} {area}",
                    "Title": area,
                    "Text": WORDS,
                },
            )


def _parties_are_asked_for_the_draft(hub: Visitor, signatories: dict[str, Visitor]) -> None:
    page = hub.go(EDITION + "participation/ask/")
    send(
        page,
        "Ask them",
        {
            "Stage": "5 Draft One Plan",
            "National departments": ["Department of Water and Sanitation"],
            "Departments of the province": ["Free State Department of Agriculture"],
            "Municipalities of this space": ["Xhariep District Municipality"],
            "What you ask for": "Read your rows and say whether they are right.",
            "Answer by": (clock.today() + timedelta(days=14)).isoformat(),
        },
    )
    reads(page, "3 parties were asked")
    for code, signatory in signatories.items():
        page = signatory.go(f"{EDITION}participation/draft/{code}/")
        send(page, "Contribute", {"Your answer": "Our planners checked the rows against the annual performance plan."})
        signatory.look()
    _pass_gate(hub, "Draft One Plan")


def _committees_are_constituted(hub: Visitor) -> None:
    """Posts sit, not people; seats that the rule set leaves open are given by hand."""
    for kind in ("political", "technical"):
        page = hub.go(f"{SPACE}committees/{kind}/constitute/")
        send(page, primary(page), {"Rule set": "Framework 2020"})
    fill_post(hub, "nat-cogta.dcog-designate.dc16", name="Nomvula Radebe")
    for kind, post, capacity in (
        ("political", "nat-dws.minister", "Chair"),
        ("political", "fs-cogta.mec", "Deputy chair"),
        ("technical", "nat-cogta.dcog-designate.dc16", "Co-chair"),
        ("technical", "fs-cogta.head-of-department", "Member"),
    ):
        if _is_seated(hub, kind, post):
            continue
        page = hub.go(f"{SPACE}committees/{kind}/seat/")
        send(page, primary(page), {"Post": post, "Capacity": capacity})
    page = hub.go(SPACE + "committees/")
    reads(page, "Pemmy Dube", "Saki Motsoeneng", "Irene Mehlo", "Bram Visser", "Tefo Mohapi")


def _is_seated(hub: Visitor, kind: str, post: str) -> bool:
    page = hub.go(SPACE + "committees/")
    return page.locator(f'a[href*="/committees/{kind}/unseat/{post}/"]').count() > 0


def _the_signing_copy_is_frozen(hub: Visitor) -> str:
    page = hub.go(EDITION + "adoption/")
    reads(page, "the signing copy can be frozen")
    send(page, "Freeze the signing copy")
    found = re.search(r"\b[0-9a-f]{64}\b", page.get_by_role("main").inner_text())
    assert found
    hub.look("Adoption, frozen")
    return found[0]


def _parties_sign(signatories: dict[str, Visitor], copy_hash: str) -> None:
    for code, signatory in signatories.items():
        page = signatory.go(f"/institutions/{code}/commitments/")
        page.get_by_text("Read the list and sign all").click()
        reads(page, copy_hash[:16])
        send(page, "Sign all of these")
        signatory.look()
        expect(page.get_by_text("1 commitment is signed.")).to_be_visible()


def _committees_resolve(hub: Visitor, copy_hash: str) -> None:
    for link, decision, words in (
        ("Record the submission", "Submit", "The committee submits the signing copy to the political committee."),
        ("Record the approval", "Approve", "The committee approves the One Plan of Xhariep."),
    ):
        page = hub.go(EDITION + "adoption/")
        follow(page, page.get_by_role("link", name=link))
        hub.look()
        assert page.get_by_label("Hash of the signing copy").input_value() == copy_hash
        tick_all(page)
        send(
            page,
            primary(page),
            {"Decision": decision, "What was resolved": words},
        )
        reads(page, words)


def _the_edition_is_adopted(hub: Visitor) -> None:
    page = hub.go(EDITION + "adoption/")
    reads(page, "0 of 3 parties outstanding")
    send(page, "Adopt this edition", {"Type the code of the space to adopt": "DC16"})
    reads(page, "Adopted and sealed", "this is the first of the chain")
    hub.look("Adoption, sealed")


def _the_public_reads_and_downloads(public: Visitor, folder: Path) -> Path:
    reads(public.go("/plans/"), "Xhariep")
    page = public.go("/plans/DC16/")
    reads(
        page,
        "nobody lacks water, work or safety",
        "Bulk water from the Orange River",
        "Every party signed every promise.",
    )
    with page.expect_download() as download:
        page.get_by_role("link", name="Download, sealed").click()
    bundle = folder / "xhariep.json"
    download.value.save_as(bundle)
    return bundle


# --- small helps -----------------------------------------------------------------------------------------------------


def _code(hub: Visitor, number: int) -> str:
    """The code of an area, read from the links of the workspace."""
    page = hub.page
    if not page.url.endswith("/vision/"):
        page = hub.go(EDITION + "vision/")
    links = page.locator('main a[href*="/elements/I-"]')
    codes = list(
        dict.fromkeys(
            re.findall(
                r"/elements/I-([a-z_]+)/",
                " ".join(links.nth(n).get_attribute("href") or "" for n in range(links.count())),
            )
        )
    )
    return str(codes[number - 1])


def _pass_gate(hub: Visitor, stage: str) -> None:
    page = hub.go(EDITION + "stages/")
    send(page, "Pass the gate")
    hub.look(f"Stages, {stage} passed")
    expect(page.get_by_role("main")).to_contain_text(stage)


def _press_refused(page: Page, button: str, words: str) -> None:
    page.get_by_role("button", name=button).first.click()
    expect(page.get_by_role("alert").first).to_contain_text(words)
