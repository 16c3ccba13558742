"""Calls that mean harm, or that no program should send: each gets a problem with a remedy, and nothing breaks."""

import pytest
from django.test import Client

from oneplan.api import guard
from oneplan.commitments.models import Commitment
from oneplan.plans.models import Finding
from tests.contracts.calling import Caller, token_for
from tests.contracts.test_api import problem

CLINIC = {"space": "DC36", "lead": "lim-health", "area": "services", "title": "A clinic"}
CHANGE = {"title": "A larger clinic", "reason": "The need is greater than thought."}
JSON = "application/json"


@pytest.fixture
def hub(world, settings):
    guard.forget()
    settings.API_CALLS = settings.API_PUBLIC_CALLS = 1_000_000
    return Caller(token_for(world.hub36))


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-12:00", "2026-11-22", "now"])
def test_a_moment_without_an_offset_or_at_the_end_of_time_is_refused(hub, moment):
    problem(hub.get(f"/commitments?updated_since={moment}"), 422)


@pytest.mark.parametrize("day", ["2026-W47-7", "20261122--", "2026-02-30", "２０２６-11-22"])
def test_a_day_is_written_in_one_way(hub, day):
    problem(hub.send("POST", "/commitments", {**CLINIC, "start_on": day}), 422)


@pytest.mark.parametrize(
    "number", ["99999999999999.9999", "-99999999999999.9999", "1e5", "NaN", "1.00001", " 1", "٣", 3]
)
def test_a_number_that_no_database_gives_back_as_it_was_is_refused(hub, number):
    problem(hub.send("POST", "/commitments", {**CLINIC, "target": number}), 422)
    assert hub.get("/commitments").json()["total"] == 0


@pytest.mark.parametrize("number", ["99999999999.9999", "-99999999999.9999", "0.0001"])
def test_the_longest_number_comes_back_as_it_was(hub, number):
    assert hub.send("POST", "/commitments", {**CLINIC, "target": number}).json()["indicator"]["target"] == number


@pytest.mark.parametrize("amount", ["-1", "1.005", "99999999999999", "1e5", "NaN", "1 000", "1,5", "R1", 1])
def test_an_amount_that_is_none_is_refused(hub, amount):
    assert hub.send("POST", "/commitments", {**CLINIC, "total_cost": amount}).status_code in (409, 422)


def test_the_greatest_amount_keeps_its_cents(hub):
    made = hub.send("POST", "/commitments", {**CLINIC, "total_cost": "9999999999999.99"})
    assert made.json()["total_cost"]["amount"] == "9999999999999.99"


def test_shares_are_as_exact_as_on_the_page(world, hub):
    parts = {"DC35": "0.33333333", "DC36": "0.66666667"}
    body = {**CLINIC, "shares": [{"space": code, "fraction": part} for code, part in parts.items()]}
    made = Caller(token_for(world.coordinator)).send("POST", "/commitments", body).json()
    assert {each["space"]: each["fraction"] for each in made["shares"]} == parts


@pytest.mark.parametrize("sign", ["\x01", "\x0b", "\x1b", "\ufffe", "\uffff", "\x00", "\ud800"])
def test_signs_that_no_document_can_hold_are_refused(hub, sign):
    problem(hub.send("POST", "/commitments", {**CLINIC, "title": f"A{sign}clinic"}), 422)
    assert not Commitment.objects.exists()


def test_a_field_whose_name_is_no_text_is_refused(hub):
    body = '{"\\ud800": 1}'
    problem(Client().generic("POST", "/api/v1/commitments", body, content_type=JSON, headers=hub.headers), 422)


SHAPES = ["[" * 200_000, '{"a":' * 100_000, "1" * 6000, '{"x": ' + "9" * 6000 + "}", "null", "[]", '"x"', "1", ""]


@pytest.mark.parametrize("body", SHAPES, ids=lambda body: body[:5])
def test_a_body_of_another_shape_breaks_nothing(hub, body):
    for path in ("/commitments", "/locate"):
        answer = Client().generic("POST", f"/api/v1{path}", body, content_type=JSON, headers=hub.headers)
        problem(answer, 422 if answer.status_code == 422 else 400 if body else 415)
    if body:
        told = Client().generic("POST", "/api/v1/verify", body, content_type=JSON, headers=hub.headers)
        assert told.status_code == 200 and told.json()["is_valid"] is False


@pytest.mark.parametrize(
    "field",
    [
        "is_sample", "state", "source", "revision", "ref", "pledged", "funding", "home_space", "place_quality",
        "proposed_at", "external_ids", "search_text", "source_run", "partners",
    ],
)  # fmt: skip
def test_what_no_page_lets_set_cannot_be_set(hub, field):
    problem(hub.send("POST", "/commitments", {**CLINIC, field: "x"}), 422)


@pytest.mark.parametrize("tag", ["", "*", '"a", *', ",", '""', "W/", '"' + "a" * 32 + '"'])
def test_a_tag_that_names_no_version_changes_nothing(hub, tag):
    path = f"/commitments/{hub.send('POST', '/commitments', CLINIC).json()['ref']}"
    assert hub.send("PATCH", path, CHANGE, tag=tag).status_code in (412, 428)
    assert hub.get(path).json()["title"] == "A clinic"


def test_one_of_several_tags_is_enough(hub):
    made = hub.send("POST", "/commitments", CLINIC)
    answer = hub.send("PATCH", f"/commitments/{made.json()['ref']}", CHANGE, tag=f'"b", {made["ETag"]}')
    assert answer.status_code == 200


def test_a_token_written_in_other_ways_is_counted_as_one(hub, settings):
    settings.API_CALLS = 2
    told = [
        Client().get("/api/v1/spaces", headers={"authorization": f"{scheme}{hub.secret}"}).status_code
        for scheme in ("Bearer ", "bearer ", "BEARER ", "Bearer   ")
    ]
    guard.forget()
    assert told == [200, 200, 429, 429]


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "TRACE", "DELETE", "FOO"])
def test_other_methods_are_refused_with_those_that_are_taken(hub, method):
    for path in ("/commitments", "/spaces", "/verify", "/me"):
        answer = Client().generic(method, f"/api/v1{path}", headers=hub.headers)
        problem(answer, 405)
        assert answer["Allow"]


@pytest.mark.parametrize("path", ["/plans/DC36/editions/99999999999", "/imports/99999999999", "/spaces/DC36%0D%0AX:y"])
def test_an_address_beyond_what_is_stored_is_nothing(hub, path):
    problem(hub.get(path), 404)


def test_elements_keep_to_the_same_bounds(stage):
    hub = stage["callers"]["hub"]
    path = "/plans/DC36/editions/1/findings"
    before = Finding.objects.count()
    body = {"area": "services", "statement": "Wells run dry"}
    problem(hub.send("POST", path, {**body, "value": "99999999999999.9999"}), 422)
    problem(hub.send("POST", path, {**body, "evidence": "A\x0bB"}), 422)
    assert Finding.objects.count() == before


def test_callers_meet_money_that_is_served(stage):
    """What strangers' random calls find on this stage: without it they would only ever hear that nothing is loaded."""
    hub, office = (stage["callers"][member] for member in ("hub", "office"))
    asked = "/budgets/aggregate?cut=amount_type.code:original&drilldown=function&order=amount:desc"
    said = hub.get(asked).json()
    assert [cell["amount.sum"] for cell in said["cells"]] == ["5000000.00", "1200.50", "77.00"]
    assert hub.get(f"{asked}&sample=yes").json()["summary"]["amount.sum"] == "1200.50"
    assert len(office.get(asked).json()["cells"]) == 4  # and what stays inside government
    assert len(hub.get("/budgets/facts").json()["items"]) == 7
    assert hub.get("/budgets/members/amount_type.code").json()["total"] >= 4
    assert {"name": "function.code", "label": "Function", "is_key": True} in hub.get("/budgets/model").json()
