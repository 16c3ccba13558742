"""Every page of the roof answers, to those it is for, in a fixed number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import World

PUBLIC_PAGES = [
    "/",
    "/plans/",
    "/verify/",
    "/verify/keys/",
    "/spaces/",
    "/spaces/DC36/",
    "/search/",
    "/search/?q=limpopo",
    "/help/",
    "/roles/",
]
SIGNED_IN_PAGES = ["/board/", "/board/?view=map", "/inbox/", "/account/"]
MOST_QUERIES = 15


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_anybody_reads_a_public_page_within_the_limit_of_queries(world: World, path: str):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = world.client(world.public).get(path)
    assert response.status_code == 200
    assert len(queries) <= MOST_QUERIES


@pytest.mark.parametrize("path", SIGNED_IN_PAGES)
def test_a_page_for_people_who_work_here_sends_the_public_to_sign_in(world: World, path: str):
    response = world.client(world.public).get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


@pytest.mark.parametrize("path", [*PUBLIC_PAGES, *SIGNED_IN_PAGES])
@pytest.mark.parametrize("who", ["hub36", "analyst", "planner", "charlie"])
def test_everybody_who_signed_in_reads_it_within_the_limit_of_queries(world: World, path: str, who: str):
    client = world.client(getattr(world, who))
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200
    assert len(queries) <= MOST_QUERIES, "\n".join(q["sql"][:160] for q in queries)


@pytest.mark.parametrize(
    "path", ["/spaces/DC99/", "/plans/DC36/", "/plans/XX/bundle.json", "/history/nonsense/", "/inbox/gates/DC36/"]
)
def test_what_does_not_exist_is_missing(world: World, path: str):
    assert world.client(world.charlie).get(path).status_code == 404


def test_the_page_that_verifies_asks_for_one_of_two_and_calls_neither_optional(world: World):
    client = world.client(world.public)
    page = client.get("/verify/").content.decode()
    assert "Give one of the two." in page
    assert "(optional)" not in page
    assert "Choose a file, or paste a hash." in client.post("/verify/", {}).content.decode()
