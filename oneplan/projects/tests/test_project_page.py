"""The page of one project: its proofs, its course, its places and what its sources said."""

from datetime import date
from decimal import Decimal

import pytest

from oneplan.projects.choices import Audience, Purpose, Scheme, Stage
from oneplan.projects.models import Identifier
from oneplan.projects.tests import factories
from oneplan.projects.views.course import Dated, Told, course_of
from oneplan.spaces.choices import Confidence, Doubt, PlaceMethod
from tests.world import World


@pytest.fixture
def row(db: None):
    """A project of two submissions, with money, a doubtful place and a name in a register."""
    made = factories.project("Clinic at Mookgophong", longitude=28.4, latitude=-24.7, is_doubtful=True)
    first = factories.submission(date(2026, 6, 30))
    second = factories.submission(headers=["Project Name", "Note"])
    factories.snapshot(made, first, total_cost=Decimal("10000000.00"), stage=Stage.DESIGN, finish_on=date(2027, 3, 31))
    latest = factories.snapshot(made, second, finish_on=date(2028, 3, 31), cells=[made.title, "Roof is late"])
    factories.money(latest, budget=Decimal("4000000.00"), adjustment=Decimal("-500000.00"), q1=Decimal("100.00"))
    factories.placement(
        made, areas={"LIM366": 1.0}, doubts=[Doubt.MUNICIPALITY_DIFFERS], evidence={"municipal_areas": ["LIM367"]}
    )
    Identifier.objects.create(project=made, scheme=Scheme.IRM, value="30714")
    return made


def text_of(world: World, actor, ref: str) -> str:
    page = world.client(actor).get(f"/projects/{ref}/")
    assert page.status_code == 200, page.status_code
    return " ".join(page.content.decode().split())


def test_it_draws_the_course_from_every_submission(world: World, row):
    text = text_of(world, world.hub36, row.ref)
    assert "The estimate rose from R10" in text
    assert text.count('class="course-estimate"') >= 4
    assert "2 submissions" in text


def test_it_tells_what_a_submission_changed(world: World, row):
    text = text_of(world, world.hub36, row.ref)
    assert "31 Mar 2027" in text
    assert "31 Mar 2028" in text
    assert "first seen" in text


def test_money_that_is_not_stated_is_not_zero(world: World, row):
    text = text_of(world, world.hub36, row.ref)
    assert 'value="-500000.00"' in text
    assert "it is not zero" in text
    assert 'value="0.00"' not in text


def test_its_place_shows_doubt_and_evidence(world: World, row):
    text = text_of(world, world.hub36, row.ref)
    assert str(Doubt.MUNICIPALITY_DIFFERS.label) in text
    assert "LIM367" in text
    assert "No boundaries are known." in text


def test_the_row_as_read_is_for_those_who_signed_in(world: World, row):
    assert "Roof is late" in text_of(world, world.hub36, row.ref)
    row.audience = Audience.PUBLIC
    row.save(update_fields=["audience"])
    assert "Roof is late" not in text_of(world, world.public, row.ref)


def test_who_may_not_see_it_gets_what_does_not_exist(world: World, row):
    for actor in (world.public, world.charlie, world.thandi):
        assert world.client(actor).get(f"/projects/{row.ref}/").status_code == 404
    assert world.client(world.office).get("/projects/PR-9999999/").status_code == 404


def test_the_area_served_is_a_place_of_its_own(world: World, row):
    factories.placement(
        row, purpose=Purpose.SERVICE, areas={"LIM361": 0.5, "LIM362": 0.5}, method=PlaceMethod.SERVICE_AREA,
        confidence=Confidence.MEDIUM, longitude=None, latitude=None,
    )  # fmt: skip
    text = text_of(world, world.hub36, row.ref)
    assert "Thabazimbi" in text
    assert text.count("50 %") == 2


def test_a_project_of_which_nothing_is_known_says_so(world: World):
    bare = factories.project("Something", space=None, stage="", total_cost=None, spent_to_date=None)
    text = text_of(world, world.office, bare.ref)
    assert "Not placed" in text
    assert "Cost not stated" in text
    assert "stage not stated" in text


def test_a_course_without_any_day_is_not_drawn():
    assert course_of([], [], date(2026, 11, 22)) is None


def test_an_estimate_holds_until_another_is_stated():
    told = [
        Told(date(2025, 3, 31), Stage.TENDER, Decimal(100), None),
        Told(date(2026, 3, 31), Stage.TENDER, None, Decimal(10)),
        Told(date(2026, 9, 30), Stage.CONSTRUCTION_25, Decimal(200), Decimal(50)),
    ]
    drawn = course_of(told, [Dated("Start", date(2024, 1, 1))], date(2026, 11, 22))
    assert drawn is not None
    flat = [piece for piece in drawn.estimate if piece.y1 == piece.y2]
    assert [spot.said for spot in drawn.estimates] == ["R100", "R200"]
    assert flat[0].x2 == drawn.estimates[1].x
    assert [band.stretch.code for band in drawn.bands] == [Stage.TENDER, Stage.CONSTRUCTION_25]
    assert len(drawn.spending) == 1
