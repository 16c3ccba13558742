"""Real and invented projects in no total together; a cost that is hard to believe is marked wherever it stands."""

import csv
import json
import re
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from oneplan.exchange.choices import IssueKind
from oneplan.projects.actions import register_programme
from oneplan.projects.choices import Audience, ProjectKind
from oneplan.projects.files import FORMS, write_file
from oneplan.projects.models import BELIEVABLE_COST, Project
from oneplan.projects.queries import placed_share, sums_of
from oneplan.projects.tests.factories import placement, project
from oneplan.spaces.choices import Doubt

pytestmark = pytest.mark.django_db
INVENTED = "Besides, 1 invented project, in no total of real ones."


@pytest.fixture
def both(db):
    """A real clinic of R5 and R2 spent, an invented one of R1 000, both published, in DC36."""
    real = project("Clinic", total_cost=Decimal(5), spent_to_date=Decimal(2), audience=Audience.PUBLIC,
                   longitude=28.7, latitude=-24.2)  # fmt: skip
    project("Invented clinic", total_cost=Decimal(1000), audience=Audience.PUBLIC, is_sample=True, longitude=28.71,
            latitude=-24.21)  # fmt: skip
    return real


def plain(response):
    html = re.sub(
        r'<data class="rand num" value="([^"]*)"[^>]*>.*?</data>', r" [\1] ", response.content.decode(), flags=re.S
    )
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_list_sums_real_projects_and_tells_how_many_are_invented(both, client):
    said = plain(client.get("/projects/"))
    assert "Invented clinic" in said
    assert "1 of 1 projects on the ground are placed" in said
    assert re.search(rf"Total of this filter, projects: 1 \[5.00\] \[2.00\] .*{re.escape(INVENTED)}", said)
    assert "[1005.00]" not in said


def test_the_page_of_a_space_and_the_board_of_the_country_count_real_projects(both, client, world):
    here = plain(client.get("/spaces/DC36/"))
    assert "1 published projects lie here , [5.00] of planned cost" in here
    assert INVENTED in here
    client.force_login(world.analyst.user)
    board = plain(client.get("/board/"))
    assert "1 of 1 projects on the ground are placed" in board
    assert INVENTED in board


def test_the_map_s_sum_is_of_real_projects_and_its_list_pages_through_both(both, client):
    said = plain(client.get("/projects/map/in-view/?box=28,-25,29,-24"))
    assert "1 project, [5.00]" in said
    assert INVENTED in said
    assert said.index("Invented clinic") < said.index("Clinic")  # the dearest first


def test_where_there_are_invented_projects_alone_they_are_summed_and_said_to_be(both, client, world):
    said = plain(client.get("/projects/?sample=yes"))
    assert "All of these are invented for demonstration." in said
    assert re.search(r"Total of this filter, projects: 1 \[1000.00\]", said)
    both.delete()
    client.force_login(world.analyst.user)
    assert "All of these are invented for demonstration." in plain(client.get("/board/"))


def test_totals_of_real_and_invented_projects_are_those_of_each_alone(both):
    project("Grant", kind=ProjectKind.TRANSFER, total_cost=None, is_sample=True)
    together, every = placed_share(Project.objects.all()), Project.objects.all()
    assert (together.every.projects, together.every.rand, together.is_sample) == (1, Decimal(5), False)
    assert together.invented
    alone = placed_share(every.filter(is_sample=True))
    assert alone.is_sample
    assert (together.invented.every, together.invented.apart) == (alone.every, alone.apart)
    sums = sums_of(every)
    assert (sums.count, sums.invented, sums.rows, sums.cost, sums.spent) == (1, 2, 3, Decimal(5), Decimal(2))
    assert sums_of(Project.objects.none()).rows == 0


def test_a_programme_sums_its_real_projects_and_tells_how_many_are_invented(both, client, world):
    programme = register_programme(title="Clinics", institution=world.dws, by=world.planner)
    Project.objects.update(programme=programme)
    client.force_login(world.analyst.user)
    every = plain(client.get("/programmes/"))
    assert re.search(rf"Clinics .*? 1 .*?{re.escape(INVENTED)} \[5.00\]", every)
    one = plain(client.get(f"/programmes/{programme.ref}/"))
    assert re.search(rf"Total of 1 project \[5.00\] \[2.00\] cost stated by 1. .*{re.escape(INVENTED)}", one)
    both.delete()
    assert "All of these are invented for demonstration." in plain(client.get("/programmes/"))


def test_the_review_queue_counts_real_places_and_tells_how_many_are_invented(both, client, world):
    Project.objects.update(is_doubtful=True)
    for row in Project.objects.all():
        placement(row, doubts=[Doubt.SWAPPED])
    client.force_login(world.analyst.user)
    said = plain(client.get("/projects/review/"))
    assert "1 place waits for a look, [5.00] of planned cost" in said
    assert re.search(rf"{Doubt.SWAPPED.label} 1 .*?{re.escape(INVENTED)} \[5.00\]", said)
    assert "Total of 1 place to review [5.00]" in said
    assert "Invented clinic" in said
    assert "[1005.00]" not in said


@pytest.mark.parametrize(("cost", "is_doubtful"), [
    (BELIEVABLE_COST, False), (BELIEVABLE_COST + Decimal("0.01"), True), (Decimal(-1), True), (Decimal(0), False),
    (None, False),
])  # fmt: skip
def test_a_cost_that_is_hard_to_believe_is_marked_in_lists_on_its_page_and_beside_the_total(cost, is_doubtful, client):
    row = project("Dukuduku resettlement", total_cost=cost, audience=Audience.PUBLIC)
    project("Clinic", total_cost=Decimal(5), audience=Audience.PUBLIC)
    mark = "hard to believe"
    shown, page = plain(client.get("/projects/")), plain(client.get(f"/projects/{row.ref}/"))
    assert (mark in shown, f"{mark} for one project" in page) == (is_doubtful, is_doubtful)
    assert ("of it stated by 1 project is hard to believe" in shown) == is_doubtful
    assert Project.objects.get(pk=row.pk).is_cost_doubtful == is_doubtful


def test_a_cost_that_is_hard_to_believe_is_marked_in_the_interface_and_in_every_file(client, tmp_path):
    dear = project("Dukuduku resettlement", total_cost=BELIEVABLE_COST + 1, audience=Audience.PUBLIC, longitude=28.7,
                   latitude=-24.2)  # fmt: skip
    project("Clinic", total_cost=Decimal(5), audience=Audience.PUBLIC)
    project("Depot", total_cost=None, audience=Audience.PUBLIC)
    expected = {"Dukuduku resettlement": True, "Clinic": False, "Depot": False}
    lines = client.get("/api/v1/projects").json()["items"]
    assert {line["title"]: line["cost_doubtful"] for line in lines} == expected
    assert client.get(f"/api/v1/projects/{dear.ref}").json()["cost_doubtful"] is True
    found = client.get("/ogc/collections/projects/items").json()["features"]
    assert {one["properties"]["title"]: one["properties"]["cost_doubtful"] for one in found} == expected
    for form, _label in FORMS:
        write_file(Project.objects.all(), form, tmp_path / f"projects.{form}")
    rows = csv.DictReader((tmp_path / "projects.csv").read_text("utf-8-sig").splitlines())
    assert {row["title"]: row["cost_doubtful"] for row in rows} == {
        "Dukuduku resettlement": "yes", "Clinic": "no", "Depot": "no"
    }  # fmt: skip
    drawn = json.loads((tmp_path / "projects.geojson").read_text("utf-8"))["features"]
    assert {one["properties"]["title"]: one["properties"]["cost_doubtful"] for one in drawn} == expected
    table = pq.read_table(tmp_path / "projects.parquet").to_pydict()
    assert dict(zip(table["title"], table["cost_doubtful"], strict=True)) == expected


def test_the_mark_is_the_import_s_own_word_for_such_an_amount():
    assert "hard to believe" in str(IssueKind.ODD_AMOUNT.label)
