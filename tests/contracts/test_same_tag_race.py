"""Two programs that read the same version and change it at the same moment: one is served, the other is told so."""

import pytest
from django.db import connection

from oneplan.api import guard
from oneplan.commitments.models import Pledge
from oneplan.joint_planning.tests.test_freeze_race import overlap, register, register_for_the_next
from oneplan.plans.models import Finding
from oneplan.workbooks.models import WorkbookReturn
from tests.architecture.matrix_stage import set_stage
from tests.contracts.calling import Caller, token_for
from tests.world import World

__all__ = ["register", "register_for_the_next"]  # fixtures: these tests commit, and put the register back
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite lets one transaction write at a time, so nobody is overtaken; PostgreSQL must hold locks",
    ),
]


@pytest.fixture
def hub(register, settings):
    guard.forget()
    return Caller(token_for(set_stage(World())["cast"]["hub"]))


@pytest.mark.parametrize("verb", ["pledge", "withdraw", "amend", "shares", "party"])
def test_of_two_changes_to_one_commitment_the_second_is_stale(hub, verb):
    path = "/commitments/DC36-C-0001"
    tag, pledges = hub.get(path)["ETag"], Pledge.objects.count()
    pledge = {"year": "2027-PFMA", "amount": "5.00", "status": "indicative"}

    def first():
        return hub.send("POST", f"{path}/parties/lim-health/pledges", {**pledge, "funding_source": "A"}, tag=tag)

    def second():
        if verb == "pledge":
            body = {**pledge, "funding_source": "B"}
            return hub.send("POST", f"{path}/parties/lim-health/pledges", body, tag=tag)
        if verb == "withdraw":
            return hub.send("POST", f"{path}/withdraw", {"reason": "The need is gone by now."}, tag=tag)
        if verb == "shares":
            whole = [{"space": "DC36", "fraction": "1"}]
            return hub.send("PUT", f"{path}/shares", {"shares": whole, "valid_from": "2031-01-01"}, tag=tag)
        if verb == "party":
            body = {"institution": "nat-tourism", "responsibility": "Brings guests"}
            return hub.send("POST", f"{path}/parties", body, tag=tag)
        return hub.send("PATCH", path, {"title": "Another", "reason": "It was misspelt before."}, tag=tag)

    one, two, waited = overlap(first, second)
    assert (one.result().status_code, two.result().status_code, waited) == (201, 412, True)
    assert Pledge.objects.count() == pledges + 1
    assert two.result()["ETag"] == hub.get(path)["ETag"]


def test_of_two_changes_to_one_element_the_second_is_stale(hub):
    path = "/plans/DC36/editions/1/findings/F-001"
    tag = hub.get(path)["ETag"]
    one, two, _waited = overlap(
        lambda: hub.send("PATCH", path, {"unit": "km"}, tag=tag),
        lambda: hub.send("PATCH", path, {"unit": "mile"}, tag=tag),
    )
    assert (one.result().status_code, two.result().status_code) == (200, 412)
    assert Finding.objects.get(ref="F-001", edition__plan="DC36").unit == "km"


def test_of_two_who_decide_one_return_the_second_is_stale(hub):
    path = f"/workbook-returns/{WorkbookReturn.objects.get().pk}"
    tag = hub.get(path)["ETag"]
    one, two, waited = overlap(
        lambda: hub.send("POST", f"{path}/refuse", {"reason": "It came twice to us."}, tag=tag),
        lambda: hub.send("POST", f"{path}/take-in", tag=tag),
    )
    assert (one.result().status_code, two.result().status_code, waited) == (200, 412, True)
    assert WorkbookReturn.objects.get().state == "refused"
