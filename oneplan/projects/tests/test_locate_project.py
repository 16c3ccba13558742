"""A person says where a project is: refined step by step, every answer kept, the log told."""

from decimal import Decimal

import pytest
import shapely

from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.platform.models import LogEntry
from oneplan.projects.actions import locate_project, review_placement
from oneplan.projects.choices import Event, Purpose
from oneplan.projects.models import Placement
from oneplan.spaces.placing import PlaceEvidence

POINT = PlaceEvidence(longitude=28.7, latitude=-31.2)


def current(project, purpose="works"):
    return project.placements.get(purpose=purpose, superseded_at=None)


def shares(placement):
    return {(s.space_id, s.municipal_area_id): round(s.fraction, 4) for s in placement.shares.all()}


def test_a_lump_sum_is_refined_from_its_space_to_its_municipality_to_its_point(boxes, receive, world):
    [row] = receive({"at": {"spaces": ("DC15",)}, "total_cost": Decimal("5000000")})
    assert (row.method, row.space_id, row.municipal_area_id, row.cell) == ("space", "DC15", None, None)
    row = locate_project(
        row,
        PlaceEvidence(municipal_areas=("EC155",)),
        revision=row.revision,
        by=world.thandi,
        reason="The business plan",
    )
    assert (row.method, row.confidence, row.municipal_area_id) == ("municipality", "medium", "EC155")
    row = locate_project(row, POINT, revision=row.revision, by=world.thandi, reason="A site visit")
    assert (row.method, row.confidence, row.longitude) == ("geometry", "high", 28.7) and row.cell is not None
    held = list(row.placements.order_by("pk"))
    assert [each.method for each in held] == ["space", "municipality", "geometry"]
    assert [each.superseded_at is None for each in held] == [False, False, True]
    assert [each.reason for each in held] == ["", "The business plan", "A site visit"]
    entry = LogEntry.objects.filter(event=Event.PROJECT_LOCATED).order_by("-id")[0]
    assert entry.before["method"] == "municipality" and entry.after["method"] == "geometry"
    assert entry.reason == "A site visit" and entry.subject == f"project:{row.ref}"


def test_a_drawn_line_has_shares_of_all_the_spaces_that_it_touches(boxes, receive, world):
    [row] = receive({"at": {"spaces": ("DC15",)}})
    line = shapely.LineString([(28.5, -31.5), (30.5, -31.5)])
    row = locate_project(row, PlaceEvidence(wkb=line.wkb), revision=1, by=world.thandi, reason="The route")
    placement = current(row)
    assert {space for space, _area in shares(placement)} == {"DC15", "DC44"}
    assert sum(shares(placement).values()) == pytest.approx(1) and bytes(placement.wkb) == line.wkb
    assert (placement.minx, placement.maxx) == (28.5, 30.5) and row.municipal_area_id == "EC156"


def test_the_place_of_the_works_and_the_area_served_are_two(boxes, receive, world):
    [row] = receive({"at": {"longitude": 28.7, "latitude": -31.2}})
    served = PlaceEvidence(municipal_areas=("EC155", "EC156"))
    row = locate_project(row, served, purpose=Purpose.SERVICE, revision=1, by=world.thandi, reason="Design report")
    assert len(shares(current(row, "service"))) == 2 and shares(current(row)) == {("DC15", "EC155"): 1}
    assert (row.method, row.revision) == ("geometry", 2)


def test_a_person_who_places_a_doubtful_project_takes_it_out_of_the_queue(boxes, receive, world):
    [row] = receive({"at": {"longitude": 0.0, "latitude": 0.0, "spaces": ("DC15",)}})
    assert row.is_doubtful
    row = locate_project(row, POINT, revision=1, by=world.thandi, reason="A site visit")
    assert not row.is_doubtful and row.confidence == "high"


def test_a_new_point_that_contradicts_what_was_stated_is_kept_and_trusted_less(boxes, receive, world):
    [row] = receive({"at": {"municipal_areas": ("EC156",), "spaces": ("DC15",)}})
    row = locate_project(row, POINT, revision=1, by=world.thandi, reason="A site visit")
    assert (row.municipal_area_id, row.confidence) == ("EC155", "medium")


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (PlaceEvidence(longitude=0.0, latitude=-31.2), "A coordinate is 0"),
        (PlaceEvidence(longitude=2.3, latitude=48.8), "outside South Africa"),
        (PlaceEvidence(), "Nothing is said"),
        (PlaceEvidence(ward="21505001"), "without the year"),
        (PlaceEvidence(wkb=shapely.Polygon([(28, -31), (29, -32), (29, -31), (28, -32)]).wkb), "not valid"),
        (PlaceEvidence(wkb=b"nonsense"), "cannot be read"),
    ],
)
def test_it_refuses_what_is_no_place_and_changes_nothing(boxes, receive, world, evidence, words):
    [row] = receive({"at": {"spaces": ("DC15",)}})
    with pytest.raises(RuleBroken, match=words):
        locate_project(row, evidence, revision=1, by=world.thandi, reason="A guess")
    assert Placement.objects.filter(project=row).count() == 1


def test_it_refuses_a_point_for_what_does_not_stand_on_the_ground(boxes, receive, world):
    [row] = receive({"kind": "transfer", "at": {"spaces": ("DC15",)}})
    with pytest.raises(RuleBroken, match="does not stand on the ground"):
        locate_project(row, POINT, revision=1, by=world.thandi, reason="Office")
    row = locate_project(
        row, PlaceEvidence(municipal_areas=("EC155",)), revision=1, by=world.thandi, reason="The grant letter"
    )
    assert (row.municipal_area_id, row.cell) == ("EC155", None)


def test_it_refuses_who_may_not_what_is_stale_and_what_gives_no_reason(boxes, receive, world):
    [row] = receive({"at": {"spaces": ("DC15",)}})
    for actor in (world.hub36, world.charlie, world.public):
        with pytest.raises(NotAllowed):
            locate_project(row, POINT, revision=1, by=actor, reason="A site visit")
    with pytest.raises(StaleRevision):
        locate_project(row, POINT, revision=7, by=world.thandi, reason="A site visit")
    with pytest.raises(RuleBroken, match="how this is known"):
        locate_project(row, POINT, revision=1, by=world.thandi, reason=" ")


def test_a_doubtful_place_that_is_right_leaves_the_queue_with_a_reason(boxes, receive, world):
    [row, sure] = receive(
        {"at": {"longitude": 28.7, "latitude": -31.2, "municipal_areas": ("EC156",), "spaces": ("DC15",)}},
        {"at": {"longitude": 28.7, "latitude": -31.2}},
    )
    assert row.is_doubtful and not sure.is_doubtful
    for reason, words in (("", "right as it is"),):
        with pytest.raises(RuleBroken, match=words):
            review_placement(row, revision=1, by=world.thandi, reason=reason)
    row = review_placement(row, revision=1, by=world.thandi, reason="The file names the office of the ward")
    assert not row.is_doubtful and current(row).doubts == ["municipality_differs"] and row.confidence == "low"
    with pytest.raises(RuleBroken, match="waits for nobody"):
        review_placement(sure, revision=1, by=world.thandi, reason="No need")
    with pytest.raises(NotAllowed):
        review_placement(row, revision=2, by=world.charlie, reason="Because")
