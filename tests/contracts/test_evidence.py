"""Files that show a pledge or a delivery: handed in first, then named by their hash."""

import hashlib

import pytest
from django.test import Client

from oneplan.commitments.models import Commitment, Pledge
from oneplan.periods import clock
from oneplan.platform.documents import Document, open_document
from oneplan.platform.models import LogEntry
from tests.contracts.calling import ROOT, Caller
from tests.contracts.test_api import problem

ONE = "/commitments/DC36-C-0001"
EVIDENCE, PLEDGES = f"{ONE}/evidence", f"{ONE}/parties/lim-health/pledges"
CONTRACT = b"%PDF-1.7 a contract"
SHA = hashlib.sha256(CONTRACT).hexdigest()
FAR = {"year": "2040-PFMA", "amount": "5.00", "status": "committed", "evidence_reference": "Contract 7 of 2026"}


@pytest.fixture
def hub(stage):
    return stage["callers"]["hub"]


def test_a_file_is_kept_as_it_was_sent(hub, stage):
    before = hub.get(ONE)["ETag"]
    answer = hub.upload(EVIDENCE, CONTRACT)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["sha256"], told["name"], told["size"]) == (SHA, "contract.pdf", len(CONTRACT))
    document = Document.objects.get(sha256=SHA)
    with open_document(document) as file:
        assert file.read() == CONTRACT
    assert document.stored_by == stage["cast"]["hub"].user
    assert LogEntry.objects.get(event="document.stored", subject=f"document:{document.pk}").actor == document.stored_by
    assert hub.get(ONE)["ETag"] == before, "nothing of the commitment changed yet"


def test_a_contract_makes_money_of_a_far_year_firm(hub):
    told = problem(hub.change(PLEDGES, FAR, of=ONE), 409)
    assert "attach the contract" in told["detail"]
    told = problem(hub.change(PLEDGES, {**FAR, "evidence_sha256": SHA}, of=ONE), 409)
    assert "handed in no file" in told["detail"]
    hub.upload(EVIDENCE, CONTRACT)
    made = hub.change(PLEDGES, {**FAR, "evidence_sha256": SHA}, of=ONE)
    assert made.status_code == 201, made.content
    [pledge] = [
        each for party in made.json()["parties_in_full"] for each in party["pledges"] if each["year"] == "2040-PFMA"
    ]
    assert pledge["evidence_sha256"] == SHA and pledge["status"] == "committed"


def test_a_revised_pledge_keeps_its_file_until_another_is_named(hub, stage):
    path = f"{ONE}/pledges/{stage['arguments']['$pledge']}"
    Pledge.objects.filter(pk=stage["arguments"]["$pledge"]).update(evidence=None, evidence_reference="")
    other = hashlib.sha256(b"a statute").hexdigest()
    hub.upload(EVIDENCE, CONTRACT)
    hub.upload(EVIDENCE, b"a statute", name="statute.txt")

    def revise(**sent):
        return hub.change(path, {"reason": "The contract was signed.", **sent}, of=ONE, method="PATCH")

    problem(revise(evidence_sha256=SHA), 409)  # a file is cited
    assert revise(evidence_sha256=SHA, evidence_reference="Contract 7 of 2026").status_code == 200
    assert revise(amount="9.00").status_code == 200
    pledge = Pledge.objects.get(pk=stage["arguments"]["$pledge"])
    assert pledge.evidence is not None and pledge.evidence.sha256 == SHA
    assert revise(evidence_sha256=other).status_code == 200
    pledge.refresh_from_db()
    assert pledge.evidence is not None and pledge.evidence.sha256 == other


def test_nobody_names_a_file_that_another_handed_in(hub, stage):
    hub.upload(EVIDENCE, CONTRACT)
    contributor = stage["callers"]["contributor"]
    told = problem(contributor.change(PLEDGES, {**FAR, "evidence_sha256": SHA}, of=ONE), 409)
    assert SHA in told["detail"]
    assert contributor.upload(EVIDENCE, CONTRACT).status_code == 201
    assert contributor.change(PLEDGES, {**FAR, "evidence_sha256": SHA}, of=ONE).status_code == 201


def test_what_another_attached_stays_attached_when_it_is_named_again(hub, stage):
    hub.upload(EVIDENCE, CONTRACT)
    path = f"{ONE}/pledges/{stage['arguments']['$pledge']}"
    body = {"reason": "The contract was signed.", "evidence_sha256": SHA, "evidence_reference": "Contract 7 of 2026"}
    assert hub.change(path, body, of=ONE, method="PATCH").status_code == 200
    again = {**body, "amount": "8.00"}
    assert stage["callers"]["contributor"].change(path, again, of=ONE, method="PATCH").status_code == 200


def test_a_delivery_names_what_shows_it(hub):
    Commitment.objects.filter(ref="DC36-C-0001").update(state="signed")
    sent = {"delivered_on": clock.today().isoformat(), "evidence": "Completion certificate 12 of today."}
    problem(hub.change(f"{ONE}/deliver", {**sent, "document_sha256": SHA}, of=ONE), 409)
    hub.upload(EVIDENCE, CONTRACT)
    now = hub.change(f"{ONE}/deliver", {**sent, "document_sha256": SHA}, of=ONE)
    assert now.status_code == 200, now.content
    assert now.json()["delivery"] == {**sent, "document_sha256": SHA}
    told = problem(hub.upload(EVIDENCE, CONTRACT), 409)
    assert "terms stay as they are" in told["detail"]


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("member", "status"), [("auditor", 403), ("technical", 403), ("outsider", 404)])
def test_who_neither_drafts_nor_delivers_hands_nothing_in(stage, member, status):
    problem(stage["callers"][member].upload(EVIDENCE, CONTRACT), status)
    problem(Caller().upload(EVIDENCE, CONTRACT), 401)
    assert not Document.objects.filter(sha256=SHA).exists()


def test_a_file_has_the_limit_of_the_pages(hub, settings):
    settings.FILE_UPLOAD_MAX_BYTES = 1024**2
    assert hub.upload(EVIDENCE, b"x" * 1024**2).status_code == 201
    assert "at most 1 MB" in problem(hub.upload(EVIDENCE, b"x" * (1024**2 + 1)), 413)["detail"]
    settings.FILE_UPLOAD_MAX_BYTES = -1024 * 1024  # announced alone: refused before a byte of it is read
    problem(hub.upload(EVIDENCE, b"x"), 413)


def test_a_file_comes_as_a_form_and_alone(hub):
    path, headers = ROOT + EVIDENCE, hub.headers
    told = problem(Client().generic("POST", path, CONTRACT, content_type="application/pdf", headers=headers), 415)
    assert "multipart/form-data" in told["remedy"]
    problem(Client().generic("POST", path, b"{}", content_type="application/json", headers=headers), 415)
    wrong = {
        "#/note": hub.upload(EVIDENCE, CONTRACT, note="more"),
        "#/file": Client().post(path, {"file": "text"}, headers=headers),
    }
    for pointer, answer in wrong.items():
        told = problem(answer, 422)
        assert [each["pointer"] for each in told["errors"]] == [pointer] and told["errors"][0]["remedy"]
    problem(Client().post(path, {}, headers=headers), 422)
    assert "empty" in problem(hub.upload(EVIDENCE, b""), 422)["detail"]
    assert not Document.objects.filter(sha256=SHA).exists()


def test_a_form_that_breaks_off_is_a_problem_too(hub):
    for kind in ("multipart/form-data", "multipart/form-data; boundary=ü", "multipart/form-data; boundary=x"):
        answer = Client().generic("POST", ROOT + EVIDENCE, b"--x\r\nbroken", content_type=kind, headers=hub.headers)
        assert answer.status_code in (400, 422), kind
        problem(answer, answer.status_code)


def test_a_name_that_would_climb_out_of_the_folder_is_only_a_name(hub):
    assert hub.upload(EVIDENCE, CONTRACT, name="../../etc/passwd").json()["name"] == "passwd"


def test_what_was_handed_in_and_named_is_given_to_readers_alone(hub, stage):
    hub.upload(EVIDENCE, CONTRACT)
    problem(hub.get(f"{EVIDENCE}/{SHA}"), 404)  # nothing of the commitment names it yet
    hub.change(PLEDGES, {**FAR, "evidence_sha256": SHA}, of=ONE)
    given = stage["callers"]["auditor"].get(f"{EVIDENCE}/{SHA}")
    assert (given.status_code, b"".join(given.streaming_content)) == (200, CONTRACT)
    problem(stage["callers"]["outsider"].get(f"{EVIDENCE}/{SHA}"), 404)
