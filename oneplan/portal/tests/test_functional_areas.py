"""Functional areas: on the space home, on their own pages, in search; and the door to what cannot wait."""

import pytest

from oneplan.joint_planning.tests import factories

pytestmark = pytest.mark.django_db


def test_the_list_and_a_functional_area_are_public_and_say_what_is_unverified(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        text = client.get("/functional-areas/").content.decode()
    assert "uMzimvubu catchment" in text and "Unverified" in text
    assert "uMzimvubu" not in client.get("/functional-areas/", {"q": "corridor"}).content.decode().split("<main")[1]
    with django_assert_max_num_queries(6):
        page = client.get("/functional-areas/umzimvubu-catchment/").content.decode()
    for word in ("EC441", "/spaces/DC44/", "/spaces/DC43/", "to be checked against the DWS drainage layer", "2011"):
        assert word in page, word
    assert client.get("/functional-areas/nowhere/").status_code == 404


def test_a_space_shows_what_crosses_it_with_the_other_spaces(client):
    text = client.get("/spaces/DC15/").content.decode()
    assert "/functional-areas/umzimvubu-catchment/" in text and "/functional-areas/n2-wild-coast/" in text
    assert "/spaces/DC44/" in text


def test_search_finds_a_functional_area_by_name_and_by_kind(client):
    assert "/functional-areas/umzimvubu-catchment/" in client.get("/search/", {"q": "umzimvubu"}).content.decode()
    assert "/functional-areas/n3-corridor/" in client.get("/search/", {"q": "corridor"}).content.decode()


def test_the_board_of_what_cannot_wait_has_its_door_and_the_space_and_the_workspace_lead_there(world, client):
    factories.edition_of(world.dc36, by=world.hub36)
    hub = world.client(world.hub36)
    assert 'href="/immediate/"' in hub.get("/").content.decode()
    assert 'href="/immediate/"' not in client.get("/").content.decode()
    assert "/spaces/DC36/immediate/" in hub.get("/spaces/DC36/").content.decode()
    workspace = hub.get("/spaces/DC36/plan/1/").content.decode()
    assert "/spaces/DC36/immediate/" in workspace and "/spaces/DC36/plan/1/elements/removed/" in workspace
    assert "elements/removed/" not in world.client(world.analyst).get("/spaces/DC36/plan/1/").content.decode()
