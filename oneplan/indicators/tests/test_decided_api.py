"""Baselines and targets over the interface: everybody reads them, who plans for a place sets them."""

import pytest

from oneplan.indicators.models import Baseline, Target
from oneplan.periods import clock
from tests.contracts.calling import Caller, token_for

pytestmark = pytest.mark.django_db
REASON = "The plan of the space says so"
NEXT = clock.today().year + 2
TOLD = {"indicator": "unemployment", "level": "space", "place": "DC36", "time": str(NEXT), "value": "20.5",
        "reason": REASON}  # fmt: skip
REF = f"unemployment:space:DC36:{NEXT}:calendar"


@pytest.fixture
def hub(world):
    return Caller(token_for(world.hub36))


def test_a_target_is_set_read_by_everybody_and_set_anew_with_what_stood_before_beside_it(hub):
    made = hub.send("POST", "/targets", TOLD)
    assert (made.status_code, made["Location"], made.json()["ref"]) == (201, f"/api/v1/targets/{REF}", REF)
    public = Caller()
    assert public.get(f"/targets/{REF}")["ETag"] == made["ETag"]
    anew = hub.send("PUT", f"/targets/{REF}", {"value": "18", "reason": "The council asked for more"}, tag=made["ETag"])
    told = anew.json()
    assert (anew.status_code, told["value"], told["version"], told["is_changed_late"]) == (200, "18", 2, False)
    assert [(each["value"], each["reason"]) for each in told["earlier"]] == [("20.5", REASON)]
    listed = public.get("/targets?indicator=unemployment&place=DC36").json()
    assert [(each["ref"], each["value"]) for each in listed["items"]] == [(REF, "18")]
    assert public.get("/targets?place=DC35").json()["total"] == 0


def test_a_baseline_is_no_target(hub):
    assert hub.send("POST", "/baselines", {**TOLD, "time": "2016-Q3", "basis": "PFMA"}).status_code == 201
    assert (Baseline.objects.get().period, Target.objects.exists()) == (3, False)
    ref = "unemployment:space:DC36:2016-Q3:PFMA"
    assert Caller().get(f"/baselines/{ref}").json()["time"] == "2016-Q3"
    assert Caller().get(f"/targets/{ref}").status_code == 404


def test_who_may_not_and_what_may_not_is_refused_in_words(hub, world):
    assert Caller().send("POST", "/targets", TOLD).status_code == 401
    assert Caller(token_for(world.thandi)).send("POST", "/targets", TOLD).status_code == 403
    for wrong, status in (
        ({"value": "120"}, 409), ({"indicator": "happiness"}, 409), ({"place": "DC99"}, 409), ({"reason": "so"}, 409),
        ({"time": "soon"}, 422), ({"value": 20}, 422), ({"level": "ward"}, 422), ({"colour": "red"}, 422),
    ):  # fmt: skip
        answer = hub.send("POST", "/targets", {**TOLD, **wrong})
        assert (answer.status_code, bool(answer.json()["detail"])) == (status, True), wrong
    assert not Target.objects.exists()
    hub.send("POST", "/targets", TOLD)
    twice = hub.send("POST", "/targets", TOLD)
    assert (twice.status_code, "set already" in twice.json()["detail"]) == (409, True)


def test_of_two_who_read_the_same_version_the_second_is_told_that_it_is_stale(hub):
    tag = hub.send("POST", "/targets", TOLD)["ETag"]
    body = {"value": "18", "reason": "The council asked for more"}
    assert hub.send("PUT", f"/targets/{REF}", body).status_code == 428
    assert hub.send("PUT", f"/targets/{REF}", body, tag=tag).status_code == 200
    assert hub.send("PUT", f"/targets/{REF}", {**body, "value": "17"}, tag=tag).status_code == 412
    assert Target.objects.get(is_in_force=True).value == 18


@pytest.mark.parametrize("ref", ["nothing", "unemployment:space:DC36:soon:calendar", "a:b:c:2020:d", REF])
def test_what_was_never_set_is_not_there(ref):
    assert Caller().get(f"/targets/{ref}").status_code == 404
