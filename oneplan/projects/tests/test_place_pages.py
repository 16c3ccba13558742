"""Placing on pages: what the boundaries say before it is kept, refining, the review queue, reading places again."""

import pytest

from oneplan.projects.choices import Purpose
from oneplan.projects.models import Placement
from oneplan.projects.tests import factories
from oneplan.spaces.choices import Confidence, Doubt, PlaceMethod
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(db: None):
    """Somewhere in Waterberg, and doubtful."""
    made = factories.project(is_doubtful=True)
    factories.placement(made, areas={"LIM366": 1.0}, doubts=[Doubt.UNKNOWN_NAME], method=PlaceMethod.MUNICIPALITY)
    return made


def answer(row, **more):
    return {
        "purpose": "works", "by": "areas", "areas": ["LIM362"], "reason": "The contract names the farm.",
        "revision": row.revision, "act": "place", **more,
    }  # fmt: skip


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_looking_says_what_the_boundaries_say_and_saves_nothing(world: World, row):
    page = world.client(world.hub36).post(f"/projects/{row.ref}/place/", answer(row, act="look", reason=""))
    assert page.status_code == 200
    assert "Lephalale" in text_of(page)
    assert "Nothing is saved yet" in text_of(page)
    assert row.placements.count() == 1


def test_a_hub_places_a_project_and_what_was_said_before_is_kept(world: World, row):
    page = world.client(world.hub36).post(f"/projects/{row.ref}/place/", answer(row), follow=True)
    row.refresh_from_db()
    assert (row.municipal_area_id, row.is_doubtful) == ("LIM362", False)
    assert row.placements.filter(superseded_at__isnull=False).count() == 1
    assert "1 earlier answer" in text_of(page)
    assert "The contract names the farm." in text_of(page)


def test_whom_it_serves_is_placed_apart_from_the_works(world: World, row):
    given = answer(row, purpose="service", areas=["LIM361", "LIM362"])
    world.client(world.hub36).post(f"/projects/{row.ref}/place/", given)
    current = Placement.objects.filter(project=row, superseded_at=None)
    assert set(current.values_list("purpose", flat=True)) == {Purpose.WORKS, Purpose.SERVICE}
    row.refresh_from_db()
    assert row.municipal_area_id is None


def test_a_means_without_its_evidence_is_refused_beside_the_field(world: World, row):
    page = world.client(world.hub36).post(f"/projects/{row.ref}/place/", answer(row, by="point", areas=[]))
    assert page.status_code == 422
    assert "This is needed to place it by what you chose." in text_of(page)


def test_a_point_that_is_no_place_is_refused_with_the_reason(world: World, row):
    given = answer(row, by="point", latitude="0", longitude="0")
    page = world.client(world.hub36).post(f"/projects/{row.ref}/place/", given)
    assert page.status_code == 409
    assert "This is no place" in text_of(page)


def test_who_was_slower_is_told_and_nothing_is_overwritten(world: World, row):
    client = world.client(world.hub36)
    client.post(f"/projects/{row.ref}/place/", answer(row))
    page = client.post(f"/projects/{row.ref}/place/", answer(row, areas=["LIM361"]))
    assert page.status_code == 412
    row.refresh_from_db()
    assert row.municipal_area_id == "LIM362"


def test_who_may_only_read_may_not_place(world: World, row):
    assert world.client(world.analyst).post(f"/projects/{row.ref}/place/", answer(row)).status_code == 403
    assert world.client(world.thandi).get(f"/projects/{row.ref}/place/").status_code == 404


def test_the_queue_shows_the_greatest_value_first_and_why_each_waits(world: World, row):
    dear = factories.project("Dam", is_doubtful=True, total_cost="900000000.00")
    factories.placement(dear, doubts=[Doubt.SWAPPED], confidence=Confidence.NONE)
    factories.project("Certain")
    text = text_of(world.client(world.hub36).get("/projects/review/"))
    assert text.index(dear.ref) < text.index(row.ref)
    assert str(Doubt.SWAPPED.label) in text
    assert "Certain" not in text


def test_the_queue_is_filtered_by_doubt(world: World, row):
    other = factories.project("Dam", is_doubtful=True)
    factories.placement(other, doubts=[Doubt.SWAPPED])
    text = text_of(world.client(world.hub36).get("/projects/review/?doubt=swapped"))
    assert other.ref in text
    assert row.ref not in text


def test_working_through_the_queue_leads_to_the_next(world: World, row):
    dear = factories.project("Dam", is_doubtful=True, total_cost="900000000.00")
    factories.placement(dear, doubts=[Doubt.UNKNOWN_NAME])
    client = world.client(world.hub36)
    assert "1 of 2" in text_of(client.get(f"/projects/review/{dear.ref}/"))
    done = client.post(f"/projects/review/{dear.ref}/", answer(dear))
    assert done.headers["Location"] == f"/projects/review/{row.ref}/"
    done = client.post(f"/projects/review/{row.ref}/", answer(row))
    assert done.headers["Location"] == "/projects/review/"


def test_a_doubtful_place_that_is_right_leaves_the_queue_with_a_reason(world: World, row):
    client = world.client(world.hub36)
    given = {"revision": row.revision, "reason": "Seen on site on Tuesday."}
    done = client.post(f"/projects/{row.ref}/place/right/?next=/projects/review/", given)
    assert done.headers["Location"] == "/projects/review/"
    row.refresh_from_db()
    assert not row.is_doubtful
    assert client.post(f"/projects/{row.ref}/place/right/", given).status_code == 412


def test_nobody_is_led_out_of_the_house(world: World, row):
    given = {"revision": row.revision, "reason": "Seen on site on Tuesday."}
    done = world.client(world.hub36).post(f"/projects/{row.ref}/place/right/?next=https://example.org/", given)
    assert done.headers["Location"] == f"/projects/{row.ref}/"


def test_reading_places_again_shows_what_would_move_first(world: World, row):
    client = world.client(world.office)
    page = client.post("/projects/renew-places/", {"as_at": "2026-11-22", "act": "look"})
    assert "Places that would move:" in text_of(page)
    assert row.placements.count() == 1


def test_only_who_places_in_the_whole_country_reads_places_again(world: World):
    assert world.client(world.hub36).get("/projects/renew-places/").status_code == 403
