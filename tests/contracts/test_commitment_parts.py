"""Parties, lead, shares, what is served, markers: changed as on the pages, each as its sender saw it."""

from decimal import Decimal

import pytest

from oneplan.commitments.models import Commitment, Share
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.platform.models import LogEntry
from tests.contracts.calling import Caller
from tests.contracts.test_api import problem

ONE = "/commitments/DC36-C-0001"
TAG = '"' + "a" * 32 + '"'
TODAY = clock.today().isoformat()
WHY = "The department was reorganised."

CHANGES = {
    "add_party": ("POST", "/parties", {"institution": "nat-tourism", "responsibility": "Brings guests"}, 201),
    "revise_party": ("PATCH", "/parties/nat-dws", {"responsibility": "Drills two boreholes"}, 200),
    "remove_party": ("POST", "/parties/nat-dws/remove", {"reason": WHY}, 200),
    "change_lead": ("PUT", "/lead", {"institution": "nat-dws", "reason": WHY}, 200),
    "serve_elements": ("PUT", "/serves/DC36", {"refs": ["O-001"]}, 200),
    "mark_commitment": ("PUT", "/markings/youth", {"justification": "The young find work there."}, 200),
    "unmark_commitment": ("POST", "/markings/women/remove", None, 200),
    "set_shares": (
        "PUT", "/shares",
        {"shares": [{"space": "DC35", "fraction": "0.4"}, {"space": "DC36", "fraction": "0.6"}], "valid_from": TODAY},
        200,
    ),
}  # fmt: skip


@pytest.fixture
def hub(stage):
    return stage["callers"]["hub"]


@pytest.fixture
def coordinator(stage):
    """At home in every space of Limpopo."""
    return stage["callers"]["coordinator"]


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_says_which_version_it_changes(coordinator, name):
    method, path, body, status = CHANGES[name]
    before = coordinator.get(ONE)
    problem(coordinator.send(method, ONE + path, body), 428)
    stale = coordinator.send(method, ONE + path, body, tag=TAG)
    problem(stale, 412)
    assert stale["ETag"] == before["ETag"] == coordinator.get(ONE)["ETag"]
    done = coordinator.send(method, ONE + path, body, tag=before["ETag"])
    assert done.status_code == status, done.content
    assert done["ETag"] == coordinator.get(ONE)["ETag"] != before["ETag"]
    assert done.json() == coordinator.get(ONE).json()
    problem(coordinator.send(method, ONE + path, body, tag=before["ETag"]), 412)


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_asks_the_parties_anew_and_is_remembered(stage, coordinator, name):
    signatory = stage["callers"]["signatory"]
    agreed = signatory.change(f"{ONE}/parties/lim-health/agree", {"accept_pledges": True}, of=ONE)
    assert agreed.status_code == 200
    entries = LogEntry.objects.filter(subject="commitment:DC36-C-0001").count()
    method, path, body, _status = CHANGES[name]
    now = coordinator.change(ONE + path, body, of=ONE, method=method).json()
    assert {each["acceptance"] for each in now["parties_in_full"]} == {"asked"}
    assert LogEntry.objects.filter(subject="commitment:DC36-C-0001").count() == entries + 2


def test_a_party_comes_changes_and_goes(hub):
    now = hub.change(f"{ONE}/parties", CHANGES["add_party"][2], of=ONE).json()
    assert "nat-tourism" in now["parties"]
    told = problem(hub.change(f"{ONE}/parties", CHANGES["add_party"][2], of=ONE), 409)
    assert "party already" in told["detail"]
    part = f"{ONE}/parties/nat-tourism"
    now = hub.change(part, {"responsibility": "Trains guides"}, of=ONE, method="PATCH").json()
    assert [p["responsibility"] for p in now["parties_in_full"] if p["institution"]["code"] == "nat-tourism"] == [
        "Trains guides"
    ]
    now = hub.change(f"{part}/remove", {"reason": "It has no part in it after all."}, of=ONE).json()
    assert "nat-tourism" not in now["parties"]
    problem(hub.change(part, {"responsibility": "Trains guides"}, of=ONE, method="PATCH"), 404)


def test_an_institution_that_ended_takes_no_part_and_leads_nothing(hub):
    ended = Institution.objects.get(code="soe-eskom")  # merged on the stage
    body = {"institution": ended.pk, "responsibility": "Brings guests"}
    told = problem(hub.change(f"{ONE}/parties", body, of=ONE), 409)
    assert "does not stand any more" in told["detail"]
    told = problem(hub.change(f"{ONE}/lead", {"institution": ended.pk, "reason": WHY}, of=ONE, method="PUT"), 409)
    assert "does not stand any more" in told["detail"]
    assert hub.get(ONE).json()["lead"]["code"] == "lim-health"


def test_the_lead_cannot_be_removed_but_another_can_lead(hub):
    told = problem(hub.change(f"{ONE}/parties/lim-health/remove", {"reason": WHY}, of=ONE), 409)
    assert "Name another lead first" in told["detail"]
    now = hub.change(f"{ONE}/lead", {"institution": "nat-dws", "reason": WHY}, of=ONE, method="PUT").json()
    assert now["lead"]["code"] == "nat-dws" and now["accountable_post"] is None
    roles = {each["institution"]["code"]: each["role"] for each in now["parties_in_full"]}
    assert roles == {"nat-dws": "lead", "lim-health": "partner"}


@pytest.mark.parametrize("path", ["/parties", "/lead"])
def test_an_institution_that_the_register_does_not_know_is_named(hub, path):
    body = {"institution": "lim-moon", "responsibility": "Shines"} if path == "/parties" else None
    body = body or {"institution": "lim-moon", "reason": WHY}
    told = problem(hub.change(ONE + path, body, of=ONE, method="POST" if path == "/parties" else "PUT"), 409)
    assert "lim-moon" in told["detail"]


def test_shares_are_set_from_a_day_on(coordinator):
    method, path, body, _status = CHANGES["set_shares"]
    now = coordinator.change(ONE + path, body, of=ONE, method=method).json()
    assert {each["space"]: each["fraction"] for each in now["shares"]} == {"DC35": "0.4", "DC36": "0.6"}
    commitment = Commitment.objects.get(ref="DC36-C-0001")
    held = Share.objects.filter(commitment=commitment, valid_to=None)
    assert sum(held.values_list("fraction", flat=True)) == Decimal(1)


@pytest.mark.parametrize(
    ("shares", "status", "words"),
    [
        ([{"space": "DC36", "fraction": "0.5"}], 409, "sum to 0.5"),
        ([{"space": "DC36", "fraction": "0.5"}, {"space": "DC36", "fraction": "0.5"}], 409, "stands twice"),
        ([{"space": "XX99", "fraction": "1"}], 409, "XX99"),
        ([{"space": "DC36", "fraction": 1}], 422, "decimal"),
        ([], 422, ""),
    ],
)
def test_shares_that_are_none_are_refused(coordinator, shares, status, words):
    body = {"shares": shares, "valid_from": TODAY}
    told = problem(coordinator.change(f"{ONE}/shares", body, of=ONE, method="PUT"), status)
    assert words in told["detail"]
    assert [each["fraction"] for each in coordinator.get(ONE).json()["shares"]] == ["1"]


def test_who_is_at_home_in_one_space_gives_no_other_space_a_share(hub):
    method, path, body, _status = CHANGES["set_shares"]
    problem(hub.change(ONE + path, body, of=ONE, method=method), 403)


def test_what_is_served_is_the_whole_list(hub):
    def serves(refs):
        return hub.change(f"{ONE}/serves/DC36", {"refs": refs}, of=ONE, method="PUT")

    def told(answer):
        return [each["ref"] for each in answer.json()["serves"]]

    assert told(serves(["S-001"])) == ["S-001"]
    assert told(serves(["O-001", "S-001", "O-001"])) == ["O-001", "S-001"]
    assert "O-999" in problem(serves(["O-999"]), 409)["detail"]
    assert told(hub.get(ONE)) == ["O-001", "S-001"]
    assert told(serves([])) == []
    problem(hub.change(f"{ONE}/serves/DC15", {"refs": []}, of=ONE, method="PUT"), 404)


def test_a_marker_is_set_changed_and_taken_away(hub):
    def mark(code, words):
        return hub.change(f"{ONE}/markings/{code}", {"justification": words}, of=ONE, method="PUT")

    now = mark("youth", "The young find work there.").json()
    assert {each["marker"] for each in now["markings"]} == {"women", "youth"}
    now = mark("youth", "The young are trained there.").json()
    assert "The young are trained there." in {each["justification"] for each in now["markings"]}
    assert "nobody" in problem(mark("nobody", "The young find work there."), 409)["detail"]
    now = hub.change(f"{ONE}/markings/youth/remove", None, of=ONE).json()
    assert [each["marker"] for each in now["markings"]] == ["women"]
    problem(hub.change(f"{ONE}/markings/youth/remove", None, of=ONE), 409)


def test_what_a_reader_may_not_see_it_cannot_change(stage):
    outsider = stage["callers"]["outsider"]
    for method, path, body, _status in CHANGES.values():
        problem(outsider.send(method, ONE + path, body, tag=TAG), 404)
        problem(Caller().send(method, ONE + path, body, tag=TAG), 401)


def test_while_a_signing_copy_is_out_nothing_changes(stage, coordinator):
    edition = stage["draft"].edition
    edition.state, edition.copy_hash = "frozen", "a" * 64
    type(edition).objects.filter(pk=edition.pk).update(state="frozen", copy_hash="a" * 64, frozen_at=clock.now())
    for method, path, body, _status in CHANGES.values():
        told = problem(coordinator.change(ONE + path, body, of=ONE, method=method), 409)
        assert "signing copy" in told["detail"]
