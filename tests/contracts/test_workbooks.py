"""A workbook's way through the interface: made, downloaded, filled, handed in, read on three sides, taken in."""

import hashlib
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneplan.commitments.actions import amend_commitment
from oneplan.commitments.models import Commitment
from oneplan.platform.documents import Document
from oneplan.platform.models import LogEntry
from oneplan.workbooks.models import Workbook, WorkbookReturn
from oneplan.workbooks.tests.conftest import Waterberg, kept_waterberg, load
from tests.contracts.calling import ROOT, Caller, content_of, token_for
from tests.contracts.test_api import problem

__all__ = ["kept_waterberg"]  # a fixture
HAND_IN = "/spaces/DC36/workbook-returns"
TAG = '"' + "a" * 32 + '"'
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def waterberg(kept_waterberg, world, tmp_path, settings):
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "documents"
    settings.API_CALLS = settings.API_PUBLIC_CALLS = 1_000_000
    return replace(kept_waterberg.lend(world, tmp_path), folder=tmp_path)


@pytest.fixture
def hub(waterberg):
    return Caller(token_for(waterberg.world.hub36))


@pytest.fixture
def capture(django_capture_on_commit_callbacks):
    """What the worker would do afterwards, done at the end of the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def make(hub, capture):
    def make(**body):
        with capture():
            answer = hub.send("POST", "/workbooks", {"space": "DC36", **body})
        assert answer.status_code == 202, answer.content
        return answer.json()["id"]

    return make


@pytest.fixture
def give_back(hub, capture):
    """Hands a filled paper in; gives the address of the return."""

    def give_back(paper, by=None):
        with capture():
            answer = (by or hub).upload(HAND_IN, paper.save().read_bytes(), name="filled.xlsx")
        assert answer.status_code == 202, answer.content
        return f"/workbook-returns/{answer.json()['id']}"

    return give_back


@pytest.fixture
def filled(waterberg: Waterberg, make, give_back):
    """A return with a change, a stale row, a refused one, a new one and a deleted one; and its address."""
    paper = waterberg.paper(Workbook.objects.get(pk=make()))
    paper.put("commitments", waterberg.water.ref, title="Bulk water for all", description="Theirs")
    paper.put("commitments", waterberg.clinic.ref, title="A bigger clinic")
    paper.put("pledges", paper.sheet("pledges").cell(paper.sheet("pledges").max_row, 1).value or "", amount="many")
    paper.add("outcomes", area="services", statement="Roads are passable.")
    return paper, give_back(paper)


def rows_of(caller, address, query=""):
    return {each["key"]: each for each in caller.get(f"{address}/rows?limit=200{query}").json()["items"]}


def test_it_is_made_behind_the_call_and_then_downloaded(hub, make, waterberg):
    answer = hub.send("POST", "/workbooks", {"space": "DC36"})  # no worker has taken it up
    assert answer.status_code == 202
    path = answer["Location"].removeprefix(ROOT)
    assert hub.get(path).json() == answer.json()
    assert answer.json()["state"] == "asked" and answer.json()["file"] is None
    assert "still being made" in problem(hub.get(f"{path}/file"), 409)["detail"]

    told = hub.get(f"/workbooks/{make()}").json()
    assert told["state"] == "issued" and told["rows"] > 0
    file = hub.get(told["file"]["href"].removeprefix(ROOT), accept=EXCEL)
    content = content_of(file)
    assert file["Content-Type"] == EXCEL and told["file"]["name"] in file["Content-Disposition"]
    assert told["file"]["sha256"] == hashlib.sha256(content).hexdigest() and len(content) == told["file"]["size"]
    assert file["Cache-Control"].startswith("private") and file["X-Content-Type-Options"] == "nosniff"
    assert load(content).sheetnames[:2] == ["Read me", "Commitments"]
    again = hub.get(f"/workbooks/{told['id']}/file", **{"if-none-match": file["ETag"]})
    assert again.status_code == 304 and not again.content
    problem(hub.get(f"/workbooks/{told['id']}/file", accept="text/html"), 406)
    assert LogEntry.objects.filter(event="workbook.issued", actor=waterberg.world.hub36.user).count() == 1


def test_what_could_not_be_made_says_why(hub, make):
    number = make()
    Workbook.objects.filter(pk=number).update(state="failed", message="The disk was full.", document=None)
    assert hub.get(f"/workbooks/{number}").json()["message"] == "The disk was full."
    assert "The disk was full." in problem(hub.get(f"/workbooks/{number}/file"), 409)["detail"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"space": "XX99"}, 409, "XX99"),
        ({"space": "DC36", "institution": "lim-moon"}, 409, "lim-moon"),
        ({"space": "DC36", "institution": "nat-tourism"}, 409, "takes no part"),
        ({"space": "DC36", "language": "tlh"}, 409, "do not speak tlh"),
        ({"space": "DC15"}, 403, "draft"),
        ({"space": "DC36", "edition": 1}, 422, "no such field"),
        ({}, 422, "missing"),
    ],
)
def test_a_workbook_that_cannot_be_is_refused(hub, body, status, words):
    assert words in problem(hub.send("POST", "/workbooks", body), status)["detail"]
    assert not Workbook.objects.exists()


def test_a_party_s_people_have_their_own_and_no_other(waterberg, make, capture):
    health = Caller(token_for(waterberg.world.ayanda))
    whole, own = make(), make(institution="lim-health")
    assert health.get(f"/workbooks/{own}").json()["institution"] == "lim-health"
    problem(health.get(f"/workbooks/{whole}"), 404)
    problem(health.get(f"/workbooks/{whole}/file"), 404)
    problem(health.send("POST", "/workbooks", {"space": "DC36"}), 403)
    assert [each["id"] for each in health.get("/workbooks").json()["items"]] == [own]
    assert health.get("/workbooks?institution=nat-dws").json()["total"] == 0
    assert health.get("/workbooks?space=DC36&institution=lim-health").json()["total"] == 1


def test_the_three_sides_of_each_row_are_shown(hub, waterberg, filled):
    _paper, address = filled
    amend_commitment(
        waterberg.water, revision=Commitment.objects.get(pk=waterberg.water.pk).revision, by=waterberg.world.hub36,
        reason="The name was too long.", title="Bulk water",
    )  # fmt: skip
    told = hub.get(address).json()
    assert told["state"] == "compared" and told["is_mine"] and told["file_name"] == "filled.xlsx"
    assert {name: told["counts"][name] for name in ("stale", "changed", "new", "refused")} == {
        "stale": 1, "changed": 1, "new": 1, "refused": 1,
    }  # fmt: skip
    assert told["chosen"] == 2, "changed and new rows; nothing stale, nothing refused"
    rows = rows_of(hub, address)
    stale = next(each for each in rows.values() if each["standing"] == "stale")
    title = next(each for each in stale["fields"] if each["column"] == "title")
    assert (title["issued"], title["returned"], title["now"]) == (
        "Bulk water to Lephalale", "Bulk water for all", "Bulk water",
    )  # fmt: skip
    assert title["changed_in_file"] and title["changed_in_oneplan"] and title["side"] == "now"
    assert [each["standing"] for each in rows.values()] == ["stale", "refused", "changed", "new"]
    refused = next(each for each in rows.values() if each["standing"] == "refused")
    assert refused["issues"][0]["column"] and refused["issues"][0]["message"] and refused["take"] is False
    assert [each["sheet"] for each in rows_of(hub, address, "&sheet=outcomes").values()] == ["outcomes"]
    assert len(rows_of(hub, address, "&standing=stale&standing=new")) == 2
    answer = hub.get(f"{address}/annotated")
    assert answer.status_code == 200 and "Commitments" in load(content_of(answer)).sheetnames
    assert hub.get(f"{address}/annotated", **{"if-none-match": answer["ETag"]}).status_code == 304


def test_what_is_chosen_is_taken_in_and_nothing_else(hub, waterberg, filled, capture):
    _paper, address = filled
    rows = {each["id"] or "new": each for each in rows_of(hub, address).values()}
    clinic, new = rows[waterberg.clinic.ref]["key"], rows["new"]["key"]
    water = rows[waterberg.water.ref]["key"]
    choice = {"rows": [{"key": clinic, "take": True}, {"key": new, "take": False}, {"key": water, "take": False}]}
    now = hub.change(f"{address}/decide", choice, of=address)
    assert now.status_code == 200 and now.json()["chosen"] == 1, now.content
    assert rows_of(hub, address)[new]["is_decided"] and not rows_of(hub, address)[new]["take"]
    with capture():
        asked = hub.change(f"{address}/take-in", None, of=address)
        assert asked.status_code == 202 and asked["Location"] == ROOT + address
        assert asked.json()["state"] == "taking"
        problem(hub.change(f"{address}/decide", choice, of=address), 409)
    told = hub.get(address).json()
    assert told["state"] == "taken_in" and told["taken"] == [waterberg.clinic.ref]
    assert Commitment.objects.get(pk=waterberg.clinic.pk).title == "A bigger clinic"
    assert Commitment.objects.get(pk=waterberg.water.pk).title == "Bulk water to Lephalale"
    assert {key: each["take"] for key, each in rows_of(hub, address).items() if each["take"]} == {clinic: True}
    assert [each["key"] for each in hub.get(f"{address}/rows?standing=new").json()["items"]] == [new]
    for verb, body in (("decide", choice), ("take-in", None), ("refuse", {"reason": "It came twice to us."})):
        assert "Taken in" in problem(hub.change(f"{address}/{verb}", body, of=address), 409)["detail"]
    entry = LogEntry.objects.get(event="workbook.taken_in")
    assert entry.actor == waterberg.world.hub36.user


def test_of_a_row_changed_on_both_sides_each_column_is_chosen(hub, waterberg, filled, capture):
    _paper, address = filled
    amend_commitment(
        waterberg.water, revision=Commitment.objects.get(pk=waterberg.water.pk).revision, by=waterberg.world.hub36,
        reason="The name was too long.", title="Bulk water",
    )  # fmt: skip
    stale = next(each for each in rows_of(hub, address).values() if each["standing"] == "stale")

    def decide(**row):
        return hub.change(f"{address}/decide", {"rows": [{"key": stale["key"], **row}]}, of=address)

    assert "Say in which" in problem(decide(take=True), 409)["detail"]
    assert "Say in which" in problem(decide(take=False, sides={"title": "returned"}), 409)["detail"]
    assert "unit" in problem(decide(take=True, sides={"unit": "returned"}), 409)["detail"]
    problem(decide(take=True, sides={"title": "both"}), 422)
    assert decide(take=True, sides={"description": "returned"}).json()["chosen"] == 3
    chosen = rows_of(hub, address)[stale["key"]]
    assert {each["column"]: each["side"] for each in chosen["fields"]} == {"title": "now", "description": "returned"}
    with capture():
        assert hub.change(f"{address}/take-in", None, of=address).status_code == 202
    water = Commitment.objects.get(pk=waterberg.water.pk)
    assert (water.title, water.description) == ("Bulk water", "Theirs")


def test_no_row_is_chosen_that_is_none_or_refused(hub, filled):
    _paper, address = filled
    refused = next(each for each in rows_of(hub, address).values() if each["standing"] == "refused")
    changed = next(each for each in rows_of(hub, address).values() if each["standing"] == "changed")

    def decide(key, **row):
        return hub.change(f"{address}/decide", {"rows": [{"key": key, "take": True, **row}]}, of=address)

    assert "Correct it in the workbook" in problem(decide(refused["key"]), 409)["detail"]
    assert "no row" in problem(decide("commitments:9999"), 409)["detail"]
    problem(decide(changed["key"], sides={"title": "returned"}), 409)
    assert WorkbookReturn.objects.get().choices == {}


def test_a_decision_says_which_version_it_decides(hub, waterberg, filled):
    _paper, address = filled
    seen = hub.get(address)["ETag"]
    bodies = {"decide": {"rows": [{"key": "x", "take": True}]}, "take-in": None, "refuse": {"reason": "It came twice."}}
    for verb, body in bodies.items():
        problem(hub.send("POST", f"{address}/{verb}", body), 428)
        problem(hub.send("POST", f"{address}/{verb}", body, tag=TAG), 412)
    amend_commitment(
        waterberg.clinic, revision=Commitment.objects.get(pk=waterberg.clinic.pk).revision, by=waterberg.world.hub36,
        reason="The name was too short.", title="A clinic in Marapong ward",
    )  # fmt: skip
    stale = hub.send("POST", f"{address}/take-in", tag=seen)
    problem(stale, 412)
    assert stale["ETag"] == hub.get(address)["ETag"] != seen
    changed = next(each for each in rows_of(hub, address).values() if each["standing"] == "new")
    before = hub.get(address)["ETag"]
    hub.change(f"{address}/decide", {"rows": [{"key": changed["key"], "take": False}]}, of=address)
    problem(hub.send("POST", f"{address}/take-in", tag=before), 412)
    assert WorkbookReturn.objects.get().state == "compared"


def test_a_return_is_refused_with_the_reason(hub, filled):
    _paper, address = filled
    for reason in ("No.", "x" * 401):
        problem(hub.change(f"{address}/refuse", {"reason": reason}, of=address), 422)
    told = hub.change(f"{address}/refuse", {"reason": "It came twice to us."}, of=address).json()
    assert (told["state"], told["reason"], told["chosen"]) == ("refused", "It came twice to us.", 0)
    assert hub.get("/workbook-returns?state=refused").json()["total"] == 1
    assert hub.get("/workbook-returns?state=compared&space=DC36").json()["total"] == 0


def test_what_stood_in_the_way_of_taking_in_is_told(hub, waterberg, filled, capture):
    _paper, address = filled
    with capture():
        hub.change(f"{address}/take-in", None, of=address)
        amend_commitment(
            waterberg.clinic, revision=Commitment.objects.get(pk=waterberg.clinic.pk).revision,
            by=waterberg.world.hub36, reason="The name was too short.", title="A clinic in Marapong ward",
        )  # fmt: skip
    told = hub.get(address).json()
    assert told["state"] == "compared" and "nothing was taken in" in told["stopped"]


# --- who and what is refused -----------------------------------------------------------------------------------------


def test_who_only_reads_hands_nothing_in_and_decides_nothing(waterberg, filled):
    paper, address = filled
    auditor = Caller(token_for(waterberg.world.auditor))
    assert auditor.get(address).status_code == 200 and not auditor.get(address).json()["is_mine"]
    problem(auditor.upload(HAND_IN, paper.path.read_bytes()), 403)
    [row, *_others] = rows_of(auditor, address).values()
    assert {each["standing"] for each in rows_of(auditor, address).values()} == {"refused"}, "as the reader may take it"
    bodies = {
        "decide": {"rows": [{"key": row["key"], "take": True}]}, "take-in": None,
        "refuse": {"reason": "It came twice to us."},
    }  # fmt: skip
    for verb, body in bodies.items():
        problem(auditor.change(f"{address}/{verb}", body, of=address), 403)
    stranger = Caller(token_for(waterberg.world.sipho))
    problem(stranger.get(address), 404)
    for verb, body in bodies.items():
        problem(stranger.send("POST", f"{address}/{verb}", body, tag=TAG), 404)
    assert stranger.get("/workbook-returns").json()["total"] == 0


def test_a_file_that_is_no_workbook_is_refused_and_not_kept(hub, settings):
    for content in (b"no workbook", b"PK\x03\x04 broken"):
        told = problem(hub.upload(HAND_IN, content, name="filled.xlsx"), 409)
        assert "xlsx" in told["detail"] or "Excel" in told["detail"]
    assert not Document.objects.exists() and not WorkbookReturn.objects.exists()
    settings.FILE_UPLOAD_MAX_BYTES = 10
    problem(hub.upload(HAND_IN, b"x" * 11), 413)
    problem(Client().generic("POST", ROOT + HAND_IN, b"PK", content_type=EXCEL, headers=hub.headers), 415)
    problem(hub.upload("/spaces/DC15/workbook-returns", b"PK"), 404)


def test_another_s_workbook_is_refused_without_saying_whose_it_is(waterberg, make, give_back):
    paper = waterberg.paper(Workbook.objects.get(pk=make()))
    health = Caller(token_for(waterberg.world.ayanda))
    told = health.get(give_back(paper, by=health)).json()
    assert (told["state"], told["workbook"]) == ("refused", None)
    assert "No such workbook was issued here to you" in told["issues"][0]["message"]


@pytest.mark.parametrize("path", ["/workbooks/99999999999999999999", "/workbook-returns/99999999999999999999/rows"])
def test_a_number_beyond_what_is_stored_is_nothing(hub, path):
    problem(hub.get(path), 404)


def test_a_list_costs_the_same_however_long_it_is(hub, waterberg, make, give_back):
    paper = waterberg.paper(Workbook.objects.get(pk=make()))
    give_back(paper)

    def price(path):
        with CaptureQueriesContext(connection) as queries:
            assert hub.get(path).status_code == 200
        return len(queries)

    before = {path: price(path) for path in ("/workbooks", "/workbook-returns")}
    for _ in range(2):
        make()
        give_back(paper)
    assert {path: price(path) for path in before} == before
