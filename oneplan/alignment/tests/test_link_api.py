"""Links by the interface: found, proposed, confirmed with rand of a year, answered; refusals as on the pages."""

from decimal import Decimal

import pytest

from oneplan.alignment.models import Link
from oneplan.alignment.tests.links import REASON, promise
from oneplan.budgets.tests import conftest as budgets
from oneplan.budgets.tests.records import figure
from tests.contracts.calling import Caller, token_for

warehouse = budgets.warehouse


@pytest.fixture
def budget(warehouse):
    warehouse(national_expenditure=[figure("nat-dws", "900.00", basis=4, year=2026, project="Giyani")])


def test_a_line_is_found_linked_confirmed_shared_and_answered(world, budget):
    commitment, hub = promise(), Caller(token_for(world.hub36))
    query = f"?kind=commitment_line&commitment={commitment.ref}&q=giyani"
    [choice] = hub.get(f"/link-choices{query}").json()["items"]
    said = {"kind": "commitment_line", "commitment": commitment.ref, "other": choice["value"], "reason": REASON}
    refused = hub.send("POST", "/links", {**said, "q": "olifants"})
    assert refused.status_code == 409 and "no such line any more" in refused.json()["detail"]
    made = hub.send("POST", "/links", {**said, "q": "giyani"})
    assert made.status_code == 201 and made.json()["state"] == "proposed"
    at, tag = made["Location"].removeprefix("/api/v1"), made["ETag"]
    rand = {"rand": "225.00", "year": 2026, "basis": "PFMA", "amount_type": "original", "reason": REASON}
    assert hub.send("POST", f"{at}/confirm", rand).status_code == 428
    much = hub.send("POST", f"{at}/confirm", {**rand, "rand": "900.01"}, tag=tag)
    assert much.status_code == 409 and "more than the line itself" in much.json()["detail"]
    none = hub.send("POST", f"{at}/confirm", {**rand, "year": 2020}, tag=tag)
    assert none.status_code == 409 and "no such figure in that year" in none.json()["detail"]
    done = hub.send("POST", f"{at}/confirm", rand, tag=tag)
    assert (done.json()["state"], done.json()["share"]) == ("confirmed", "0.25")
    stale = hub.send("POST", f"{at}/share", {"share": "0.5", "reason": REASON}, tag=tag)
    assert stale.status_code == 412
    half = hub.send("POST", f"{at}/share", {"share": "0.5", "reason": REASON}, tag=done["ETag"])
    assert half.json()["share"] == "0.5"
    answer = {"institution": "nat-dws", "answer": "disputes", "reason": REASON}
    assert hub.send("POST", f"{at}/answer", answer, tag=half["ETag"]).status_code == 403
    told = Caller(token_for(world.sipho)).send("POST", f"{at}/answer", answer, tag=half["ETag"])
    assert told.json()["state"] == "disputed" and told.json()["answers"][0]["answered_by"].startswith("Sipho")
    assert Link.objects.get().share == Decimal("0.5")
    assert hub.get("/links?state=disputed").json()["items"][0]["id"] == told.json()["id"]


def test_what_one_may_not_read_is_not_found(world, budget):
    commitment = promise()
    stranger = Caller(token_for(world.thandi))
    assert stranger.get(f"/link-choices?kind=commitment_line&commitment={commitment.ref}").status_code == 404
    assert stranger.get("/links").json()["items"] == []
