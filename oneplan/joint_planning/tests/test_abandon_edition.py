"""Giving an edition up on its page: a reason, the code typed, and only by whoever may freeze it."""

import pytest

from oneplan.joint_planning.tests import factories
from oneplan.platform.audit import history

pytestmark = pytest.mark.django_db

ADDRESS = "/spaces/DC36/plan/1/abandon/"


def form(edition, **changed):
    return {"reason": "Begun before the election.", "confirm": "dc36", "revision": edition.revision, **changed}


def test_the_hub_abandons_an_open_edition_and_opens_the_next(world):
    edition = factories.edition_of(world.dc36, by=world.hub36)
    client = world.client(world.hub36)
    assert ADDRESS in client.get("/spaces/DC36/plan/1/").content.decode()
    assert "not undone" in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, form(edition))["Location"] == "/spaces/DC36/plan/"
    edition.refresh_from_db()
    assert edition.state == "abandoned"
    assert history(edition)[0].reason == "Begun before the election."
    assert ADDRESS not in client.get("/spaces/DC36/plan/1/").content.decode()
    assert client.post(ADDRESS, form(edition)).status_code == 409
    assert "Only an open edition" in client.get(ADDRESS).content.decode()
    assert factories.edition_of(world.dc36, by=world.hub36).number == 2


def test_it_needs_a_reason_the_code_and_the_edition_as_it_stands(world):
    edition = factories.edition_of(world.dc36, by=world.hub36)
    client = world.client(world.hub36)
    for field, value in (("reason", "x"), ("reason", ""), ("confirm", "DC15")):
        answer = client.post(ADDRESS, form(edition, **{field: value}))
        assert answer.status_code == 422 and field in answer.context["form"].errors
    assert client.post(ADDRESS, form(edition, revision=99)).status_code == 409
    edition.refresh_from_db()
    assert edition.is_open


def test_who_may_not_freeze_may_not_abandon(world, client):
    edition = factories.edition_of(world.dc36, by=world.hub36)
    for actor, status in ((world.technical, 403), (world.coordinator, 403), (world.thandi, 404), (world.charlie, 404)):
        assert world.client(actor).post(ADDRESS, form(edition)).status_code == status
    assert client.post(ADDRESS, form(edition)).status_code == 302
    edition.refresh_from_db()
    assert edition.is_open
