"""What every program may rely on: problems, tags, pages, tokens, limits, and the price of a call."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneplan.accounts.models import Token
from oneplan.api import guard
from oneplan.commitments.models import Commitment
from oneplan.platform.models import LogEntry
from tests.contracts.calling import Caller, token_for

PROBLEM = {"type", "title", "status", "detail", "remedy", "instance", "errors"}


def problem(answer, status):
    """The problem that an answer is, in the form that every one has."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert set(told) == PROBLEM and told["status"] == status
    assert told["title"] and told["detail"] and told["remedy"] and told["instance"].startswith("urn:uuid:")
    return told


@pytest.fixture
def hub(world):
    return Caller(token_for(world.hub36))


# --- problems --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/spaces", "/api/v1/spaces/", "/api/nothing"])
def test_an_address_that_is_none_is_a_problem_too(db, path):
    problem(Client().get(path), 404)


def test_a_method_that_is_not_taken_says_which_are(db):
    answer = Client().delete("/api/v1/spaces")
    problem(answer, 405)
    assert answer["Allow"] == "GET"


def test_a_wrong_parameter_is_named_with_a_remedy(db):
    told = problem(Client().get("/api/v1/spaces?provinse=LIM"), 422)
    assert told["errors"] == [
        {
            "pointer": "?provinse",
            "sentence": "This address takes no such parameter.",
            "remedy": "It takes: limit, page, province.",
        }
    ]


def test_a_parameter_sent_twice_is_refused_where_one_is_meant(db):
    problem(Client().get("/api/v1/spaces?page=1&page=2"), 422)


def test_a_wrong_field_is_pointed_at(hub):
    told = problem(hub.send("POST", "/commitments", {"space": "DC36", "total_cost": 5, "colour": "red"}), 422)
    assert {each["pointer"] for each in told["errors"]} == {"#/title", "#/lead", "#/area", "#/total_cost", "#/colour"}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [("{", "application/json", 400), ("a=1", "application/x-www-form-urlencoded", 415), ("", "", 415)],
)
def test_a_body_that_is_no_json_is_refused(hub, body, kind, status):
    problem(Client().generic("POST", "/api/v1/commitments", body, content_type=kind, headers=hub.headers), status)


def test_a_body_larger_than_is_taken_is_refused(hub, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    problem(hub.send("POST", "/commitments", {"title": "x" * 200}), 413)


def test_only_json_is_spoken(db):
    problem(Client().get("/api/v1/spaces", headers={"accept": "text/html"}), 406)


def test_a_nul_sign_in_the_address_is_refused(db):
    problem(Client().get("/api/v1/spaces\0"), 400)


def test_what_breaks_is_a_problem_with_its_number(db, monkeypatch):
    def breaks(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("oneplan.spaces.queries.visible_to", breaks)
    problem(Client(raise_request_exception=False).get("/api/v1/spaces"), 500)


def test_a_rule_that_stands_against_it_is_told_in_its_own_sentence(hub):
    body = {"space": "DC36", "lead": "lim-health", "area": "nothing", "title": "A clinic"}
    told = problem(hub.send("POST", "/commitments", body), 409)
    assert "transformation area" in told["detail"]


def test_text_that_no_database_takes_is_refused(hub):
    body = {"space": "DC36", "lead": "lim-health", "area": "services", "title": "A \udc00 clinic"}
    problem(hub.send("POST", "/commitments", body), 422)


# --- who calls -------------------------------------------------------------------------------------------------------


def test_without_a_token_what_is_not_public_asks_for_one(db):
    answer = Client().get("/api/v1/commitments")
    problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic abc", "Bearer", "nonsense"])
def test_a_false_token_opens_nothing_not_even_what_is_public(db, header):
    problem(Client().get("/api/v1/spaces", headers={"authorization": header}), 401)


def test_a_session_reads(world):
    assert world.client(world.hub36).get("/api/v1/me").json()["name"] == "Hendrik"


def test_a_session_writes_nothing(world):
    body = {"space": "DC36", "lead": "lim-health", "area": "services", "title": "A clinic"}
    answer = world.client(world.hub36).post("/api/v1/commitments", json.dumps(body), content_type="application/json")
    problem(answer, 401)
    assert not Commitment.objects.exists()


def test_a_token_never_has_more_than_its_person_has_today(world):
    charlie = Caller(token_for(world.charlie))
    assert charlie.get("/me").json()["grants"] == []
    body = {"space": "DC36", "lead": "lim-health", "area": "services", "title": "A clinic"}
    problem(charlie.send("POST", "/commitments", body), 403)


def test_what_a_token_does_is_remembered_as_done_by_its_person(world, hub):
    body = {"space": "DC36", "lead": "lim-health", "area": "services", "title": "A clinic"}
    ref = hub.send("POST", "/commitments", body).json()["ref"]
    entry = LogEntry.objects.get(subject=f"commitment:{ref}", event="commitment.proposed")
    assert entry.actor == world.hub36.user


def test_when_a_token_was_last_used_is_kept_but_not_written_at_every_call(hub):
    hub.get("/me")
    first = Token.objects.get().last_used_at
    hub.get("/me")
    assert first and Token.objects.get().last_used_at == first


def test_too_many_calls_are_asked_to_wait(hub, settings):
    guard.forget()
    settings.API_CALLS = 2
    assert [hub.get("/spaces").status_code for _ in range(3)] == [200, 200, 429]
    answer = hub.get("/spaces")
    problem(answer, 429)
    assert 1 <= int(answer["Retry-After"]) <= 60
    guard.forget()


def test_guessing_tokens_is_limited_by_address(db, settings):
    guard.forget()
    settings.API_PUBLIC_CALLS = 2
    answers = [Client().get("/api/v1/me", headers={"authorization": f"Bearer {n}"}).status_code for n in range(3)]
    assert answers == [401, 401, 429]
    guard.forget()


def test_wrong_tokens_keep_no_good_one_from_the_same_address_waiting(hub, settings):
    guard.forget()
    settings.API_PUBLIC_CALLS = 2

    def guess(n):
        return Client().get("/api/v1/me", headers={"authorization": f"Bearer {n}"}).status_code

    assert [guess(n) for n in range(4)] == [401, 401, 429, 429]
    assert [hub.get("/me").status_code for _ in range(3)] == [200, 200, 200]
    assert guess(5) == 429, "a good call forgives no wrong one"
    Token.objects.update(revoked_at=Token.objects.get().expires_at)
    assert hub.get("/me").status_code == 429, "a revoked token is a wrong one"
    guard.forget()


def test_calls_without_a_token_count_as_no_wrong_token(hub, settings):
    guard.forget()
    settings.API_PUBLIC_CALLS = 2
    assert [Client().get("/api/v1/me").status_code for _ in range(3)] == [401, 401, 429]
    assert Client().get("/api/v1/me", headers={"authorization": "Bearer 1"}).status_code == 401
    guard.forget()


# --- tags and caches -------------------------------------------------------------------------------------------------


def test_what_is_held_is_not_sent_again(db):
    first = Client().get("/api/v1/spaces")
    again = Client().get("/api/v1/spaces", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and again.content == b"" and again["ETag"] == first["ETag"]


def test_what_a_person_sees_is_private_and_what_all_see_is_not(hub):
    assert hub.get("/commitments")["Cache-Control"].startswith("private")
    public = Client().get("/api/v1/spaces")
    assert public["Cache-Control"].startswith("public")
    assert {"Authorization", "Cookie"} <= {each.strip() for each in public["Vary"].split(",")}


def test_a_sealed_edition_is_known_by_its_hash(stage):
    path = f"/plans/ETH/editions/{stage['arguments']['$adopted']}"
    answer = Caller().get(path)
    assert answer.json()["content_hash"][:32] in answer["ETag"]
    assert answer["Cache-Control"].startswith("public")
    with CaptureQueriesContext(connection) as made:
        again = Caller().get(path, **{"if-none-match": answer["ETag"]})
    assert again.status_code == 304 and len(made) <= 3
    bundle = Caller().get(f"{path}/bundle")
    assert json.loads(bundle.content)["content"] == answer.json()["content"]


def test_a_change_says_which_version_it_changes(hub):
    body = {"space": "DC36", "lead": "lim-health", "area": "services", "title": "A clinic"}
    made = hub.send("POST", "/commitments", body)
    assert made.status_code == 201
    path = f"/commitments/{made.json()['ref']}"
    assert made["Location"] == f"/api/v1{path}" and made["ETag"] == hub.get(path)["ETag"]
    change = {"title": "A larger clinic", "reason": "The need is greater than thought."}
    problem(hub.send("PATCH", path, change), 428)
    problem(hub.send("PATCH", path, change, tag="*"), 428)
    changed = hub.send("PATCH", path, change, tag=made["ETag"])
    assert changed.status_code == 200 and changed["ETag"] == hub.get(path)["ETag"] != made["ETag"]
    stale = hub.send("PATCH", path, change, tag=made["ETag"])
    problem(stale, 412)
    assert stale["ETag"] == changed["ETag"]


def test_a_tag_that_compression_weakened_still_counts(hub):
    body = {"space": "DC36", "lead": "lim-health", "area": "services", "title": "A clinic"}
    made = hub.send("POST", "/commitments", body)
    path = f"/commitments/{made.json()['ref']}"
    change = {"title": "A larger clinic", "reason": "The need is greater than thought."}
    assert hub.send("PATCH", path, change, tag=f"W/{made['ETag']}").status_code == 200


def test_what_is_left_out_of_a_change_stays(hub):
    body = {
        "space": "DC36", "lead": "lim-health", "area": "services", "title": "A clinic", "total_cost": "12500000.50",
        "municipal_areas": ["LIM366"],
    }  # fmt: skip
    path = f"/commitments/{hub.send('POST', '/commitments', body).json()['ref']}"
    change = {"title": "A larger clinic", "reason": "The need is greater than thought."}
    now = hub.change(path, change, of=path, method="PATCH").json()
    assert now["title"] == "A larger clinic"
    assert now["total_cost"] == {"amount": "12500000.50", "unit": "ZAR"}
    assert now["place"]["municipal_areas"] == ["LIM366"]


# --- pages and prices ------------------------------------------------------------------------------------------------


def test_a_list_is_gone_through_by_its_links(db):
    seen, address = [], "/api/v1/municipal-areas?limit=100"
    while address:
        answer = Client().get(address)
        told = answer.json()
        seen += [each["code"] for each in told["items"]]
        links = [part.strip().split("; rel=") for part in answer["Link"].split(",")]
        address = next((where.strip("<>") for where, relation in links if relation == '"next"'), "")
    assert len(seen) == len(set(seen)) == told["total"] == 213
    assert seen == sorted(seen)


def test_a_page_past_the_last_is_empty(db):
    assert Client().get("/api/v1/provinces?page=9").json()["items"] == []


@pytest.mark.parametrize("query", ["limit=201", "limit=0", "page=0", "page=1.5", "page=%2B1", "limit=abc"])
def test_pages_and_sizes_out_of_bounds_are_refused(db, query):
    problem(Client().get(f"/api/v1/provinces?{query}"), 422)


MOST_QUERIES = {
    "/spaces": 4, "/spaces/DC36": 4, "/provinces": 4, "/municipal-areas": 4, "/institutions": 4,
    "/institutions/lim-health": 5, "/plans": 5, "/plans/DC36": 4, "/plans/DC36/editions": 5,
    "/plans/DC36/editions/1": 68, "/plans/DC36/editions/1/findings": 17, "/plans/DC36/editions/1/findings/F-001": 17,
    "/plans/DC36/editions/1/gates": 36, "/plans/DC36/editions/1/participation": 7, "/commitments": 9,
    "/commitments/DC36-C-0001": 14, "/imports": 4, "/me": 2,
}  # fmt: skip


def test_a_call_costs_the_same_however_much_there_is(stage):
    """Counted before and after the ledger and the plan have grown; token and grants take two."""
    hub = stage["callers"]["hub"]

    def prices():
        told = {}
        for path in MOST_QUERIES:
            with CaptureQueriesContext(connection) as made:
                assert hub.get(path).status_code == 200, path
            told[path] = len(made)
        return told

    prices()
    before = prices()
    assert {path: count for path, count in before.items() if count > MOST_QUERIES[path]} == {}
    for number in range(3):
        hub.send("POST", "/plans/DC36/editions/1/findings", {"area": "services", "statement": f"Well {number} is dry"})
        hub.send(
            "POST", "/commitments", {"space": "DC36", "lead": "nat-dws", "area": "services", "title": f"Well {number}"}
        )
    assert {path: (before[path], count) for path, count in prices().items() if count > before[path]} == {}


def test_sample_is_marked_wherever_content_goes_out(stage):
    hub = stage["callers"]["hub"]
    for path in ("/plans/DC36/editions/1", "/plans/DC36/editions/1/gates", "/commitments/DC36-C-0001", "/me"):
        assert "is_sample" in hub.get(path).json(), path
    for path in ("/plans/DC36/editions/1/findings", "/commitments", "/plans/DC36/editions/1/participation"):
        assert all("is_sample" in each for each in hub.get(path).json()["items"]), path


def test_the_reference_for_people_lists_every_operation(db):
    said = Client().get("/api/").content.decode()
    assert "GET /api/v1/commitments/{ref}" in said and "application/problem+json" in said
