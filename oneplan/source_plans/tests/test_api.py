"""Source plans at the interface: what it tells, every act of the pages, and what it refuses."""

from __future__ import annotations

from datetime import date

import pytest

from oneplan.access.roles import Role
from oneplan.accounts.actions import make_token
from oneplan.source_plans.actions import register_plan, write_items
from oneplan.source_plans.rules import ItemTerms

pytestmark = pytest.mark.django_db
PLANS = "/api/v1/source-plans"
ONE = f"{PLANS}/idp-dc36"
GOAL = {"ref": "1", "kind": "goal", "title": "Water for every household"}
PROJECT = {
    "ref": "1.1", "kind": "project", "title": "Steiloop reservoir", "parent_ref": "1", "cost": "5000000.50",
    "institution": "lim-health", "municipal_area": "LIM362", "start_year": 2026, "finish_year": 2027, "basis": "MFMA",
}  # fmt: skip


@pytest.fixture
def hub(world):
    return world._person("Hendrik", Role.HUB_MANAGER, "space:DC36")


@pytest.fixture
def plan(world, hub):
    return register_plan(
        by=hub, code="idp-dc36", kind="idp", title="IDP 2022–2027", reference="Council, 31 May 2022", space=world.dc36,
        valid_from=date(2022, 7, 1),
    )  # fmt: skip


@pytest.fixture
def call(client, hub):
    """Send a call as the hub (or as `by`), with the tag of `tag_of` where one is asked for."""
    secrets = {}

    def send(method, address, body=None, *, tag_of="", by=hub):
        headers = {}
        if by:
            if by.user_id not in secrets:
                secrets[by.user_id] = make_token(by.user, name="Program", may_write=True, days=30, by=by)[1]
            headers["Authorization"] = f"Bearer {secrets[by.user_id]}"
        if tag_of:
            headers["If-Match"] = client.get(tag_of, headers=headers)["ETag"]
        return getattr(client, method)(address, body, content_type="application/json", headers=headers)

    return send


def test_a_plan_is_registered_amended_and_withdrawn(call):
    asked = {"code": "app-lim", "kind": "app", "title": "APP", "reference": "Tabled in March 2026", "space": "DC36",
             "valid_from": "2026-04-01"}  # fmt: skip
    made = call("post", PLANS, asked)
    assert (made.status_code, made["Location"]) == (201, f"{PLANS}/app-lim")
    one = f"{PLANS}/app-lim"
    amended = call("patch", one, {"title": "APP 2026/27", "reason": "As its cover says"}, tag_of=one)
    assert (amended.status_code, amended.json()["title"]) == (200, "APP 2026/27")
    assert call("patch", one, {"title": "Late", "reason": "Without having read it"}).status_code == 428
    gone = call("post", f"{one}/withdraw", {"reason": "It was never tabled"}, tag_of=one)
    assert gone.json()["withdrawn_reason"] == "It was never tabled"
    assert "app-lim" not in [each["code"] for each in call("get", PLANS).json()["items"]]
    shown = call("get", PLANS + "?withdrawn=yes&kind=app").json()["items"]
    assert [each["code"] for each in shown] == ["app-lim"]


def test_items_are_written_all_or_none_and_read_as_a_tree_by_everybody(call, plan):
    body = {"reason": "As the council adopted it", "items": [PROJECT, GOAL]}
    written = call("post", f"{ONE}/items", body, tag_of=ONE)
    assert written.status_code == 200, written.json()
    assert {name: written.json()[name] for name in ("added", "changed", "unchanged")} == {
        "added": 2, "changed": 0, "unchanged": 0,
    }  # fmt: skip
    told = call("get", f"{ONE}/items", by=None).json()
    assert [(each["ref"], each["depth"], each["parent_ref"]) for each in told["items"]] == [
        ("1", 0, None), ("1.1", 1, "1"),
    ]  # fmt: skip
    item = told["items"][1]
    assert (item["cost"], item["basis"]) == ({"amount": "5000000.50", "unit": "ZAR"}, "MFMA")
    assert (item["institution"]["code"], item["municipal_area"]["code"]) == ("lim-health", "LIM362")
    assert call("get", f"{ONE}/items/{item['id']}", by=None).json() == {**item, "depth": None}
    assert [each["ref"] for each in call("get", f"{ONE}/items?kind=project", by=None).json()["items"]] == ["1.1"]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([{**GOAL, "parent_ref": "2"}, {**GOAL, "ref": "2", "parent_ref": "1"}], "leads back to itself"),
        ([GOAL, {**GOAL, "ref": "2"}, PROJECT, {**PROJECT, "parent_ref": "2"}], "claimed by two parents"),
        ([PROJECT], "which this plan does not have"),
        ([{**GOAL, "institution": "nobody"}], "There is no institution “nobody”"),
    ],
)
def test_what_is_no_tree_is_refused_and_nothing_is_written(call, plan, items, words):
    answer = call("post", f"{ONE}/items", {"reason": "As the council adopted it", "items": items}, tag_of=ONE)
    assert answer.status_code == 409, answer.content
    assert words in answer.content.decode()
    assert not plan.items.exists()


def test_an_item_is_withdrawn_once_nothing_stands_under_it(call, plan, hub):
    items = [ItemTerms("1", "goal", "Water"), ItemTerms("1.1", "goal", "Taps", parent_ref="1")]
    write_items(plan, items, revision=plan.revision, reason="As adopted", by=hub)
    goal, taps = (f"{ONE}/items/{each.pk}" for each in plan.items.order_by("ref"))
    why = {"reason": "The council dropped it"}
    assert "stand under 1" in call("post", f"{goal}/withdraw", why, tag_of=goal).content.decode()
    assert call("post", f"{taps}/withdraw", why, tag_of=taps).status_code == 200
    assert call("post", f"{goal}/withdraw", why, tag_of=goal).status_code == 200
    assert call("get", goal).status_code == 404


def test_who_does_not_keep_the_plan_writes_nothing_and_the_public_neither(call, world, plan):
    stranger = world._person("Sipho", Role.HUB_MANAGER, "space:DC15")
    body = {"reason": "As the council adopted it", "items": [GOAL]}
    assert call("post", f"{ONE}/items", body, tag_of=ONE, by=stranger).status_code == 403
    assert call("post", f"{ONE}/items", body, tag_of=ONE, by=None).status_code in (401, 403)
    assert not plan.items.exists()
    assert call("get", f"{PLANS}/nowhere").status_code == 404
