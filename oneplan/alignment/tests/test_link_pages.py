"""Links by page: written where a commitment stands, decided in the queue, answered by whom they bind."""

from decimal import Decimal

import pytest

from oneplan.alignment.actions.linking import confirm_link, write_link
from oneplan.alignment.choices import LinkKind, LinkState
from oneplan.alignment.models import BudgetLine, Link
from oneplan.alignment.tests.links import BY, REASON, item, line, promise
from oneplan.budgets.tests import conftest as budgets
from oneplan.budgets.tests.records import figure

warehouse = budgets.warehouse


def proposed(left=None, right=None):
    return write_link(LinkKind.COMMITMENT_LINE, left or promise(), right or line(), by=BY, reason=REASON)


@pytest.fixture
def budget(warehouse):
    warehouse(national_expenditure=[
        figure("nat-dws", "900.00", basis=4, year=2026, project="Giyani", programme=("41", "Infrastructure", "")),
        figure("nat-dws", "100.00", basis=4, year=2026, project="Olifants", programme=("41", "Infrastructure", "")),
    ])  # fmt: skip


def test_a_line_is_looked_for_linked_and_confirmed_with_rand_of_a_year(world, budget):
    commitment, client = promise(), world.client(world.hub36)
    address = f"/links/new/?commitment={commitment.ref}&kind=commitment_line&q=giyani"
    page = client.get(address)
    assert "Giyani" in page.content.decode() and "Olifants" not in page.content.decode()
    [choice] = page.context["choices"]
    answer = client.post(address, {"other": choice.value, "reason": REASON}, follow=True)
    link = Link.objects.get()
    assert answer.redirect_chain[-1][0] == f"/links/{link.pk}/" and link.state == LinkState.PROPOSED
    assert "It counts nowhere until it is confirmed" in answer.content.decode()
    form = {"revision": link.revision, "rand": "225.00", "of": "PFMA-2026-original", "reason": REASON}
    too_much = client.post(f"/links/{link.pk}/confirm/", {**form, "rand": "900.01"})
    assert too_much.status_code == 422 and "is more than the line itself" in too_much.content.decode()
    client.post(f"/links/{link.pk}/confirm/", form)
    link.refresh_from_db()
    assert (link.state, link.share) == (LinkState.CONFIRMED, Decimal("0.25"))
    shown = client.get(f"/links/{link.pk}/").content.decode()
    assert "25\N{NO-BREAK SPACE}% of the line" in shown and "225,00" in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert f"/links/{link.pk}/" in client.get(f"/commitments/{commitment.ref}/").content.decode()


def test_a_line_that_is_no_longer_there_is_not_linked(world, budget):
    commitment, client = promise(), world.client(world.hub36)
    refused = client.post(f"/links/new/?commitment={commitment.ref}&q=giyani", {"other": "f" * 64, "reason": REASON})
    assert refused.status_code == 409 and "no such line any more" in refused.content.decode()
    assert not BudgetLine.objects.exists()


def test_an_item_of_a_plan_is_linked(world):
    found, commitment, client = item(), promise(), world.client(world.hub36)
    address = f"/links/new/?commitment={commitment.ref}&kind=commitment_item&q=water"
    client.post(address, {"other": str(found.pk), "reason": REASON})
    link = Link.objects.get()
    client.post(f"/links/{link.pk}/confirm/", {"revision": link.revision, "reason": REASON})
    link.refresh_from_db()
    assert link.counts and link.share is None


def test_the_queue_shows_what_is_proposed_and_filters_by_the_address(world):
    link, client = proposed(), world.client(world.hub36)
    page = client.get("/links/").content.decode()
    assert f"/links/{link.pk}/" in page and "Scheme P1" in page
    assert "No link fits this filter" in client.get("/links/?state=confirmed").content.decode()
    assert f"/links/{link.pk}/" in client.get("/links/?space=DC36&q=scheme&institution=nat-dws").content.decode()
    assert "No link fits" in client.get("/links/?space=ETH").content.decode()
    rows = b"".join(client.get("/links/list.csv").streaming_content).decode().splitlines()
    assert len(rows) == 2 and rows[1].startswith(f"{link.pk},commitment_line,proposed,{link.commitment.ref}")


def test_several_are_decided_at_once_and_what_is_refused_is_listed(world):
    first = proposed()
    second = proposed(left=promise(title="Another main"))
    client = world.client(world.hub36)
    chosen = {"link": [first.pk, second.pk], f"revision-{first.pk}": 1, f"revision-{second.pk}": 1}
    preview = client.post("/links/decide/", {**chosen, "decision": "confirm"})
    assert "Confirm several links" in preview.content.decode() and not Link.objects.filter(state="confirmed").exists()
    done = client.post("/links/decide/", {**chosen, "decision": "confirm", "reason": REASON})
    assert done.status_code == 409 and "The whole line is taken already" in done.content.decode()
    assert [each.state for each in Link.objects.order_by("pk")] == ["confirmed", "proposed"]
    nothing = client.post("/links/decide/", {"decision": "confirm", "reason": REASON}, follow=True)
    assert "No proposed link was chosen" in nothing.content.decode()


def test_the_accounting_officer_answers_and_a_stranger_does_not(world):
    link = confirm_link(proposed(), by=BY, revision=1, reason=REASON)
    form = {"revision": link.revision, "institution": "nat-dws", "answer": "disputes", "reason": REASON}
    assert world.client(world.hub36).post(f"/links/{link.pk}/answer/", form).status_code == 403
    world.client(world.sipho).post(f"/links/{link.pk}/answer/", form)
    link.refresh_from_db()
    assert link.state == LinkState.DISPUTED
    assert "Sipho" in world.client(world.sipho).get(f"/links/{link.pk}/").content.decode()


def test_links_of_what_one_may_not_read_are_not_there(world, client):
    link = proposed()
    assert client.get(f"/links/{link.pk}/").status_code == 404
    assert world.client(world.thandi).get(f"/links/{link.pk}/").status_code == 404
    assert world.client(world.thandi).get(f"/links/new/?commitment={link.commitment.ref}").status_code == 404
    assert f"/links/{link.pk}/" not in world.client(world.thandi).get("/links/").content.decode()


@pytest.mark.parametrize("act", ["confirm", "reject", "dispute", "withdraw", "reopen", "share"])
def test_acts_are_for_those_who_may(world, act):
    link = proposed()
    assert world.client(world.lerato).get(f"/links/{link.pk}/{act}/").status_code == 404
    assert world.client(world.technical).get(f"/links/{link.pk}/{act}/").status_code == (
        200 if act == "dispute" else 403
    )
    assert world.client(world.hub36).get(f"/links/{link.pk}/{act}/").status_code == 200
