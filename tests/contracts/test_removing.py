"""Taking elements out and bringing them back: for who writes the plan, each as its sender saw it."""

import pytest

from oneplan.platform.models import LogEntry
from tests.contracts.calling import Caller
from tests.contracts.test_api import problem

EDITION = "/plans/DC36/editions/1"


@pytest.mark.parametrize(("kind", "ref"), [("outcomes", "O-001"), ("strategies", "S-001")])
def test_what_is_removed_is_gone_and_comes_back_as_it_was(stage, kind, ref):
    hub, path, removed = stage["callers"]["hub"], f"{EDITION}/{kind}/{ref}", f"{EDITION}/removed/{ref}"
    before = hub.get(path).json()
    problem(hub.send("POST", f"{path}/remove", {}), 428)
    problem(hub.get(removed), 404)
    assert hub.change(f"{path}/remove", {"reason": "It was written twice."}, of=path).status_code == 204
    problem(hub.get(path), 404)
    assert hub.get(removed).json()["kind"] == kind
    assert hub.get(f"{EDITION}/removed").json()["items"][0] == hub.get(removed).json()
    tag = hub.get(removed)["ETag"]
    problem(hub.send("POST", f"{removed}/restore"), 428)
    problem(hub.send("POST", f"{removed}/restore", tag='"' + "a" * 32 + '"'), 412)
    restored = hub.send("POST", f"{removed}/restore", tag=tag)
    assert restored.status_code == 204 and restored["Location"] == f"/api/v1{path}"
    assert hub.get(path).json() == before
    problem(hub.send("POST", f"{removed}/restore", tag=tag), 404)
    assert LogEntry.objects.filter(event="element.removed", reason="It was written twice.").count() == 1


def test_an_element_is_removed_at_its_own_address_alone(stage):
    hub = stage["callers"]["hub"]
    tag = hub.get(f"{EDITION}/outcomes/O-001")["ETag"]
    problem(hub.send("POST", f"{EDITION}/strategies/O-001/remove", {}, tag=tag), 404)


def test_what_was_removed_is_shown_to_who_writes_the_plan_alone(stage):
    for member in ("contributor", "analyst", "outsider", "public"):
        caller = stage["callers"].get(member, Caller())
        for path in (f"{EDITION}/removed", f"{EDITION}/removed/F-003"):
            assert caller.get(path).status_code in (401, 403, 404), (member, path)


def test_what_still_needs_an_answer_is_not_removed(stage):
    """An unresolved immediate issue rests on the finding."""
    hub, path = stage["callers"]["hub"], f"{EDITION}/findings/F-001"
    told = problem(hub.change(f"{path}/remove", {}, of=path), 409)
    assert "immediate issue" in told["detail"]
