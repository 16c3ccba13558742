import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.commitments import actions
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment
from oneplan.commitments.tests.factories import BY, COPY, MFMA_2026, agreed, freeze, pledge, propose
from oneplan.commitments.views import places
from oneplan.institutions.models import Institution
from oneplan.institutions.queries import signing_post
from oneplan.periods import clock
from oneplan.plans.actions import open_edition
from oneplan.platform.documents import store
from oneplan.spaces.choices import Quality
from oneplan.spaces.models import MunicipalArea
from oneplan.spaces.queries import Shape, SpaceMap

MOST_QUERIES = 15


@pytest.fixture
def thirty(world):
    for number in range(6):
        commitment = propose(title=f"Reservoir {number}", by=world.thandi)
        pledge(commitment.parties.get(), f"{number + 1}000.50")
    return world


def queries_of(client: Any, path: str) -> tuple[int, str]:
    with CaptureQueriesContext(connection) as seen:
        response = client.get(path)
    assert response.status_code == 200, response.content[:2000]
    return len(seen), response.content.decode()


@pytest.mark.parametrize("path", ["/spaces/DC15/commitments/", "/commitments/"])
def test_the_ledger_asks_the_same_few_questions_whatever_it_holds(world, path):
    def fill(count: int) -> None:
        for number in range(count):
            commitment = propose(title=f"Reservoir {number}")
            pledge(commitment.parties.get(), "1000.50")

    client = world.client(world.thandi)
    fill(3)
    few, _page = queries_of(client, path)
    fill(30)
    many, _page = queries_of(client, path)
    assert many == few
    assert many <= MOST_QUERIES


def test_the_ledger_shows_proposed_as_proposed_and_totals_by_basis(thirty):
    _count, page = queries_of(thirty.client(thirty.thandi), "/spaces/DC15/commitments/")
    assert "Total of 6 commitments, PFMA years" in page
    assert "Proposed" in page and "Reservoir 3" in page
    assert 'value="21003.00"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=dc15-c-0004+reservoir", 1), ("q=nothing", 0), ("state=proposed", 6), ("state=signed", 0),
        ("area=infrastructure", 6),
        ("area=people", 0), ("party=nat-dws", 6), ("party=lim-health", 0), ("sphere=national", 6), ("sphere=local", 0),
        ("funding=part", 6), ("funding=funded", 0), ("placed=not_placed", 6), ("placed=placed", 0), ("novelty=new", 6),
        ("catalytic=no", 6), ("catalytic=yes", 0), ("year=2026-PFMA", 6), ("year=2026-MFMA", 0), ("marker=jobs", 0),
        ("kind=project", 6), ("immediate=no", 6), ("immediate=yes", 0), ("late=no", 6), ("late=yes", 0),
        ("municipality=EC157", 0), ("state=proposed&state=signed", 6), ("year=rubbish", 0),
    ],
)  # fmt: skip
def test_filters_stand_in_the_address(thirty, query, found):
    _count, page = queries_of(thirty.client(thirty.thandi), f"/spaces/DC15/commitments/?{query}")
    assert page.count('class="code" href="/commitments/') == found


def test_an_institution_s_ledger_asks_few_questions_and_offers_only_copies_that_hold_a_share(world):
    here, later = agreed(world.sipho), agreed(world.sipho)
    half = {"DC15": Decimal("0.5"), "DC36": Decimal("0.5")}
    actions.set_shares(later, half, valid_from=clock.today() + timedelta(days=1), by=BY)
    actions.agree_commitment(later.parties.get(), by=world.sipho)
    client, address = world.client(world.sipho), "/institutions/nat-dws/commitments/"
    count, page = queries_of(client, address)
    assert count <= 15
    assert here.ref in page and later.ref in page and "To sign" not in page
    freeze("DC36", "b" * 64)
    assert "To sign" not in client.get(address).content.decode()
    freeze("DC15")
    page = client.get(address).content.decode()
    assert "2 agreed commitments wait" in page
    assert f'<li><a href="/commitments/{here.ref}/">' in page and f'<li><a href="/commitments/{later.ref}/">' in page
    assert "To sign" not in world.client(world.planner).get(address).content.decode()


def test_the_csv_is_the_current_filter_and_runs_no_formula(world):
    propose(title="=cmd|' /C calc'!A0", by=world.thandi)
    propose(title="Other", by=world.thandi)
    response = world.client(world.thandi).get("/spaces/DC15/commitments/ledger.csv?q=calc")
    text = b"".join(response.streaming_content).decode()
    assert "'=cmd|" in text
    assert "Other" not in text
    assert "source_row,sample" in text


def test_who_may_not_see_gets_the_same_404_as_for_what_is_not_there(world):
    ref = propose(by=world.thandi).ref
    for actor in (world.charlie, world.hub36):
        client = world.client(actor)
        assert client.get(f"/commitments/{ref}/").status_code == 404
        assert client.get("/spaces/DC15/commitments/").status_code == 404
    assert world.client(world.public).get(f"/commitments/{ref}/").status_code == 302
    assert world.client(world.auditor).get(f"/commitments/{ref}/").status_code == 200
    assert world.client(world.planner).get(f"/commitments/{ref}/").status_code == 200


def test_the_page_shows_the_four_proofs_and_who_owes_what_is_missing(world):
    commitment = propose(by=world.thandi)
    pledge(commitment.parties.get())
    page = world.client(world.thandi).get(f"/commitments/{commitment.ref}/").content.decode()
    for word in ("Party", "Money", "Place", "Delivery", "An answer to 1 pledge", "Director-General"):
        assert word in page
    assert "Agree and accept" not in page


def test_only_the_accounting_officer_finds_the_buttons_that_bind(world):
    commitment = propose(by=world.thandi)
    pledge(commitment.parties.get())
    page = world.client(world.sipho).get(f"/commitments/{commitment.ref}/").content.decode()
    assert "Agree and accept 1 pledge" in page
    client = world.client(world.sipho)
    client.post(f"/commitments/{commitment.ref}/parties/nat-dws/agree/", {"pledges": "accept"})
    commitment.refresh_from_db()
    assert commitment.state == CommitmentState.AGREED
    assert world.client(world.thandi).post(f"/commitments/{commitment.ref}/parties/nat-dws/agree/").status_code == 403


def test_a_proposal_goes_through_the_form(world):
    client = world.client(world.thandi)
    assert client.get("/spaces/DC15/commitments/propose/").status_code == 200
    data = {
        "title": "Roads of Port St Johns", "lead": "nat-dws", "area": "infrastructure", "kind": "project",
        "novelty": "new",
        "total_cost": "R1 234,50",
    }  # fmt: skip
    response = client.post("/spaces/DC15/commitments/propose/", data)
    assert response.status_code == 302, response.content.decode()[:3000]
    assert Commitment.objects.get().total_cost == Decimal("1234.50")
    assert client.post("/spaces/DC15/commitments/propose/", {**data, "total_cost": "much"}).status_code == 422
    assert world.client(world.analyst).get("/spaces/DC15/commitments/propose/").status_code == 404


def test_two_people_amend_and_the_second_chooses(world):
    commitment = propose(by=world.thandi)
    client = world.client(world.thandi)
    data = {
        "title": "Mine", "area": "infrastructure", "kind": "project", "novelty": "new", "reason": "A better"
            " title for it",
        "revision": commitment.revision, "total_cost": "1000000.00",
    }  # fmt: skip
    actions.amend_commitment(commitment, revision=1, by=world.thandi, reason="Somebody was faster", title="Theirs")
    page = client.post(f"/commitments/{commitment.ref}/amend/", data)
    assert page.status_code == 412
    text = page.content.decode()
    assert "Mine" in text and "Theirs" in text
    commitment.refresh_from_db()
    assert commitment.title == "Theirs"
    answer = {"revision": commitment.revision, "choose_title": "yours", "yours_title": "Mine"}
    response = client.post(f"/commitments/{commitment.ref}/amend/?reason=A+better+title+for+it", answer)
    assert response.status_code == 302, response.content.decode()[:3000]
    commitment.refresh_from_db()
    assert commitment.title == "Mine"


@pytest.mark.parametrize(
    "path",
    [
        "amend/",
        "parties/",
        "parties/nat-dws/",
        "parties/nat-dws/pledges/",
        "shares/",
        "markers/",
        "serve/DC15/",
        "withdraw/",
    ],
)
def test_every_form_opens(world, path):
    ref = propose(by=world.thandi).ref
    assert world.client(world.thandi).get(f"/commitments/{ref}/{path}").status_code == 200


def test_an_institution_sees_and_signs_all_of_its_own(world):
    agreed(world.sipho)
    propose("DC36", by=world.hub36)
    freeze()
    client = world.client(world.sipho)
    terms = client.get("/commitments/DC36-C-0001/parties/nat-dws/sign/").content.decode()
    assert "The terms" in terms and "What Department of Water and Sanitation takes on" in terms
    page = client.get("/institutions/nat-dws/commitments/").content.decode()
    assert "Sign all of these" in page and "DC36-C-0001" in page
    assert client.post("/institutions/nat-dws/commitments/sign/", {"copy_hash": COPY}).status_code == 302
    assert Commitment.objects.get(home_space="DC15").state == CommitmentState.SIGNED
    assert world.client(world.charlie).get("/institutions/nat-dws/commitments/").status_code == 404


def test_a_commitment_shows_where_it_lands_on_an_approximate_map(world, monkeypatch):
    """The boundaries themselves are not published in tests: the outlines here are drawn by hand."""

    def drawn_map(space):
        areas = MunicipalArea.objects.filter(space=space)
        shapes = [Shape(each.code, each.name, "M0 0H9V9Z", 4.0, 4.0) for each in areas]
        return SpaceMap(shapes, "0 0 9 9", "Wards of 2020", Quality.APPROXIMATE, "", [])

    monkeypatch.setattr(places, "space_map", drawn_map)
    area = MunicipalArea.objects.filter(space="DC15").order_by("code").first()
    assert area is not None
    commitment = propose(municipal_areas=[area])
    page = world.client(world.thandi).get(f"/commitments/{commitment.ref}/")
    (drawn,) = page.context["maps"]
    assert drawn.named == [area.name]
    assert [shape["class"] for shape in drawn.shapes if shape["code"] == area.code] == ["seq-3"]
    text = page.content.decode()
    assert "Where it lands" in text and f"{area.name}: it lands here" in text
    assert "Import the Demarcation Board" in text


def test_who_writes_the_plan_may_say_that_a_commitment_cannot_wait(world):
    commitment = propose()
    open_edition(world.dc15, ruleset="framework_2020", start_year=2026, by=world.thandi)
    address = f"/spaces/DC15/plan/1/elements/{commitment.ref}/immediate/"
    page, hub = f"/commitments/{commitment.ref}/", world.client(world.thandi)
    assert address in hub.get(page).content.decode()
    assert address not in world.client(world.analyst).get(page).content.decode()
    assert world.client(world.analyst).post(address, {}).status_code == 403
    post = signing_post(Institution.objects.get(space="DC15", kind="district_municipality"))
    assert post is not None
    form = {
        "kind": "basic_service", "service": "Water", "owner_post": post.code, "households": "40",
        "households_source": "Counted", "due_on": (clock.today() + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    assert hub.get(address).status_code == 200
    assert hub.post(address, form).status_code == 302
    text = hub.get(page).content.decode()
    assert address not in text and "Immediate basic-service issue" in text
    assert commitment.ref in hub.get("/spaces/DC15/immediate/").content.decode()


def revision_of(pledge: Any, **changed: Any) -> dict[str, Any]:
    return {
        "year": f"{pledge.year}-{pledge.basis}", "amount": "500 000", "status": pledge.status,
        "funding_source": "Grant", "evidence_reference": "Contract 5",
        "reason": "The grant was gazetted", "revision": pledge.revision, **changed,
    }  # fmt: skip


def test_two_people_revise_a_pledge_and_the_second_chooses_field_by_field(world):
    pledged = pledge(propose().parties.get())
    commitment, client = pledged.party.commitment, world.client(world.thandi)
    address = f"/commitments/{commitment.ref}/pledges/{pledged.pk}/"
    actions.revise_pledge(
        pledged, revision=1, year=pledged.financial_year, amount=Decimal("700000.00"), status="committed",
        funding_source="Own revenue", reason="Council decided", by=world.planner,
    )  # fmt: skip
    contract = SimpleUploadedFile("contract.pdf", b"%PDF signed", content_type="application/pdf")
    mine = {**revision_of(pledged), "revision": 1, "evidence": contract}
    answer = client.post(address, mine)
    text = answer.content.decode()
    assert answer.status_code == 412
    parts = {part["name"]: part for part in answer.context["parts"]}
    assert set(parts) == {"amount", "funding_source", "evidence_reference", "kept"}
    assert "Somebody changed this" in text and "Own revenue" in text and "Grant" in text and "contract.pdf" in text
    assert answer.context["changed_by"] == "Nomsa"
    pledged.refresh_from_db()
    assert pledged.amount == Decimal("700000.00")
    chosen = {
        "revision": answer.context["revision"], "choose_amount": "stored", "yours_amount": parts["amount"]["value"],
        "choose_funding_source": "yours", "yours_funding_source": parts["funding_source"]["value"],
        "choose_kept": "yours", "yours_kept": parts["kept"]["value"],
        "choose_evidence_reference": "yours", "yours_evidence_reference": "Contract 5",
    }  # fmt: skip
    assert client.post(answer.context["action"], chosen).status_code == 302
    pledged.refresh_from_db()
    assert (pledged.amount, pledged.funding_source, pledged.revision) == (Decimal("700000.00"), "Grant", 3)
    assert pledged.evidence and pledged.evidence.name == "contract.pdf"


def test_nobody_takes_anothers_file_as_evidence_of_a_pledge(world):
    pledged = pledge(propose().parties.get())
    foreign = store(io.BytesIO(b"secret"), name="secret.txt", media_type="text/plain", by=world.sipho)
    address = f"/commitments/{pledged.party.commitment.ref}/pledges/{pledged.pk}/"
    answer = world.client(world.thandi).post(address, revision_of(pledged, kept=foreign.pk))
    assert answer.status_code == 422 and "kept" in answer.context["form"].errors


def test_a_pledge_that_nobody_else_touched_is_revised_and_keeps_its_file(world):
    pledged = pledge(propose().parties.get())
    client = world.client(world.thandi)
    address = f"/commitments/{pledged.party.commitment.ref}/pledges/{pledged.pk}/"
    contract = SimpleUploadedFile("contract.pdf", b"%PDF signed", content_type="application/pdf")
    assert client.post(address, {**revision_of(pledged), "evidence": contract}).status_code == 302
    pledged.refresh_from_db()
    assert client.post(address, revision_of(pledged, amount="6")).status_code == 302
    pledged.refresh_from_db()
    assert pledged.amount == Decimal("6.00") and pledged.evidence and pledged.evidence.name == "contract.pdf"


def test_another_institution_leads_and_the_former_stays_a_partner(world):
    commitment = propose()
    page = f"/commitments/{commitment.ref}/"
    thandi = world.client(world.thandi)
    assert f"{page}lead/" in thandi.get(page).content.decode()
    taken = {"institution": "mun-dc15", "reason": "The municipality owns the pipes.", "revision": commitment.revision}
    assert thandi.post(f"{page}lead/", {**taken, "reason": "No"}).status_code == 409
    assert thandi.post(f"{page}lead/", taken).status_code == 302
    parties = {party.institution_id: party.role for party in commitment.parties.all()}
    assert parties == {"nat-dws": "partner", "mun-dc15": "lead"}
    assert thandi.post(f"{page}lead/", {**taken, "institution": "nat-dws"}).status_code == 412, "somebody was faster"
    assert world.client(world.auditor).get(f"{page}lead/").status_code == 403


def test_what_shows_a_pledge_is_opened_by_whoever_reads_the_commitment(world):
    pledged = pledge(propose().parties.get())
    page = f"/commitments/{pledged.party.commitment.ref}/"
    contract = SimpleUploadedFile("contract.pdf", b"%PDF signed", content_type="application/pdf")
    world.client(world.thandi).post(f"{page}pledges/{pledged.pk}/", {**revision_of(pledged), "evidence": contract})
    pledged.refresh_from_db()
    assert pledged.evidence
    address = f"{page}evidence/{pledged.evidence.sha256}/"
    assert address in world.client(world.sipho).get(page).content.decode()
    assert b"".join(world.client(world.sipho).get(address).streaming_content) == b"%PDF signed"
    foreign = store(io.BytesIO(b"secret"), name="secret.txt", media_type="text/plain", by=world.sipho)
    assert world.client(world.sipho).get(f"{page}evidence/{foreign.sha256}/").status_code == 404
    assert world.client(world.charlie).get(address).status_code == 404


def test_the_pledges_of_a_commitment_stand_year_by_year_beside_their_parties(world):
    commitment = propose(by=world.thandi)
    first = commitment.parties.get()
    second = actions.add_party(commitment, institution=Institution.objects.get(pk="mun-dc15"), by=world.thandi)
    pledge(first, "1000.00")
    pledge(second, "250.00")
    pledge(second, "70.00", year=MFMA_2026)
    table = world.client(world.thandi).get(f"/commitments/{commitment.ref}/").context["table"]
    assert [party.institution_id for party in table["parties"]] == ["nat-dws", "mun-dc15"]
    told = [
        (year.label, year.basis, [cell and cell.pledged for _party, cell in cells], whole.pledged)
        for year, cells, whole in table["lines"]
    ]
    assert sorted(told) == [
        ("2026/27", "MFMA", [None, Decimal("70.00")], Decimal("70.00")),
        ("2026/27", "PFMA", [Decimal("1000.00"), Decimal("250.00")], Decimal("1250.00")),
    ]
