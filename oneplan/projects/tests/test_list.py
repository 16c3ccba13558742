"""The lists of projects: who sees what, what fits a filter, and what the totals say."""

import csv
import io
from decimal import Decimal

import pytest

from oneplan.projects.choices import Audience, ProjectKind, ProjectStanding
from oneplan.projects.tests import factories
from tests.world import World

pytestmark = pytest.mark.django_db


def cells(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_public_sees_what_is_published_and_nothing_else(world: World):
    shown = factories.project("Road to Lephalale", audience=Audience.PUBLIC)
    hidden = factories.project("Secret reservoir")
    page = world.client(world.public).get("/projects/")
    assert page.status_code == 200
    assert shown.title in page.content.decode()
    assert hidden.title not in page.content.decode()


def test_a_hub_sees_what_lies_in_its_space_and_what_is_published(world: World):
    own = factories.project("Reservoir in Waterberg")
    other = factories.project("Reservoir in OR Tambo", space="DC15")
    text = world.client(world.hub36).get("/projects/").content.decode()
    assert own.title in text
    assert other.title not in text


def test_the_page_of_a_space_shows_what_lies_in_it_by_a_share(world: World):
    row = factories.project("Pipeline", space="DC35")
    factories.placement(row, areas={"LIM354": 0.6, "LIM366": 0.4})
    text = world.client(world.office).get("/spaces/DC36/projects/").content.decode()
    assert row.title in text


def test_the_file_of_a_space_holds_what_its_list_shows(world: World):
    row = factories.project("Pipeline", space="DC35")
    factories.placement(row, areas={"LIM354": 0.6, "LIM366": 0.4})
    factories.project("Elsewhere", space="DC35")
    client = world.client(world.office)
    assert "/projects/download/csv/?lies_in=DC36" in client.get("/spaces/DC36/projects/").content.decode()
    assert [each["title"] for each in cells(client.get("/projects/download/csv/?lies_in=DC36"))] == ["Pipeline"]


def test_a_space_that_does_not_exist_is_nothing(world: World):
    assert world.client(world.office).get("/spaces/DC99/projects/").status_code == 404


def test_the_share_counts_only_works_on_the_ground(world: World):
    factories.project("Clinic", longitude=28.4, latitude=-24.7)
    factories.project("School", space=None)
    factories.project("Salaries", space=None, kind=ProjectKind.COMPENSATION)
    text = " ".join(world.client(world.office).get("/projects/").content.decode().split())
    assert "1 of 2 projects on the ground are placed" in text
    assert "compensation of employees" in text


def test_the_totals_say_what_they_total(world: World):
    factories.project("Clinic", total_cost=Decimal("1000000.10"), spent_to_date=None)
    factories.project("School", total_cost=None, spent_to_date=Decimal("0.00"))
    text = world.client(world.office).get("/projects/").content.decode()
    assert 'value="1000000.10"' in text
    assert "Total of this filter, projects:" in text
    assert "not stated" in text


def test_a_merged_project_stands_only_where_it_is_asked_for(world: World):
    kept = factories.project("Kept")
    gone = factories.project("Gone", standing=ProjectStanding.MERGED, merged_into=kept)
    client = world.client(world.office)
    assert gone.ref not in client.get("/projects/").content.decode()
    assert gone.ref in client.get("/projects/?standing=merged").content.decode()


def test_the_file_holds_every_row_of_the_filter_and_nothing_for_what_is_not_stated(world: World):
    factories.project("Clinic", total_cost=None)
    factories.project("=1+1", total_cost=Decimal("5.05"))
    rows = cells(world.client(world.office).get("/projects/download/csv/?space=DC36"))
    assert [row["title"] for row in rows] == ["Clinic", "'=1+1"]
    assert [row["total_cost"] for row in rows] == ["", "5.05"]


def test_an_empty_list_says_what_to_do_next(world: World):
    assert "Bring in the file" in world.client(world.office).get("/projects/").content.decode()
    assert "Nothing is published here yet" in world.client(world.public).get("/projects/").content.decode()
    factories.project("Clinic")
    assert "Take a filter away" in world.client(world.office).get("/projects/?q=zebra").content.decode()
