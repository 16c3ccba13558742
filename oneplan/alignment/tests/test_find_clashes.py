"""Clashes: found on the ground and in time, explained, dismissed for good, gone when they are mended."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import shapely

from oneplan.access.actors import system
from oneplan.alignment import clashes
from oneplan.alignment.actions import dismiss_clash, find_clashes, reopen_clash
from oneplan.alignment.choices import ClashKind, ClashState
from oneplan.alignment.clashes import Works, find
from oneplan.alignment.models import Clash
from oneplan.alignment.sentences import sentence
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.platform.models import LogEntry
from oneplan.projects.choices import Nature, ProjectStanding, Stage
from oneplan.projects.models import Project
from oneplan.projects.tests import factories

BY = system("tests")
DAY = date(2026, 10, 1)
YEAR = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31)}
METRE = 1 / 95_000  # of longitude, in degrees, about where these works stand


def works(pk: int, title: str, *, east: float = 0.0, **more: Any) -> Works:
    """Works in Lephalale, `east` metres from a spot."""
    given = {"by": f"institution {pk}", "longitude": 28.0 + east * METRE, "latitude": -24.0,
             "municipal_area": "LIM362", "space": "DC36", **YEAR, **more}  # fmt: skip
    return Works(pk, title, **given)


def kinds(*items: Works) -> list[tuple[str, int, int | None]]:
    return [(alarm.rule, alarm.left, alarm.right) for alarm in find(items)]


# ---- same place, same time


def test_a_road_and_a_water_main_on_one_spot_in_one_year_clash_and_say_why():
    [alarm] = find([works(1, "Paving of Mandela Street"), works(2, "New water main, phase 2", east=60)])
    assert (alarm.kind, alarm.rule, alarm.left, alarm.right) == (ClashKind.SAME_PLACE, "trench_and_road", 1, 2)
    assert alarm.metres == pytest.approx(60, rel=0.2) and (alarm.starts_on, alarm.ends_on) == (*YEAR.values(),)
    assert alarm.evidence == {"kinds": ["road", "water_main"], "days_in_common": 365, "within_metres": 150.0}


@pytest.mark.parametrize(
    "other",
    [
        {"east": 900},
        {"starts_on": date(2028, 1, 1), "ends_on": date(2028, 6, 1)},
        {"starts_on": date(2027, 12, 28), "ends_on": date(2028, 6, 1)},
        {"ends_on": None},
        {"by": "institution 1"},
        {"by": ""},
        {"title": "Renovation of the town hall"},
        {"longitude": None},
    ],
)
def test_what_is_apart_in_place_time_hand_or_kind_does_not_clash(other):
    second = works(2, other.pop("title", "New water main, phase 2"), **other)
    assert kinds(works(1, "Paving of Mandela Street"), second) == []


def test_lines_clash_where_they_come_near_each_other():
    road = shapely.LineString([(28, -24), (28.3, -24)])
    main = shapely.LineString([(28.2, -24.1), (28.2, -23.9)])
    [alarm] = find([works(1, "Road R33", wkb=road.wkb), works(2, "Water main", wkb=main.wkb, east=20_000)])
    assert (alarm.rule, alarm.metres) == ("trench_and_road", 0)


def test_a_point_on_which_many_works_stand_is_an_office_and_raises_no_alarm():
    crowd = [works(pk, "Street paving" if pk % 2 else "Sewer outfall") for pk in range(1, clashes.CROWD + 1)]
    assert kinds(*crowd) == [] and len(kinds(*crowd[:-1])) > 10


# ---- what must be there first


def test_houses_that_are_ready_before_their_bulk_water_are_told_by_how_much():
    houses = works(1, "Housing project of 400 units", nature=Nature.NEW)
    water = works(2, "Bulk water supply scheme", east=3_000, ends_on=date(2029, 6, 30))
    [alarm] = find([houses, water])
    assert (alarm.kind, alarm.rule, alarm.left, alarm.right) == (
        ClashKind.MISSING_PREREQUISITE, "housing_before_bulk_water", 1, 2,
    )  # fmt: skip
    assert alarm.evidence["days_late"] == 547 and alarm.evidence["needs"] == "bulk_water"


@pytest.mark.parametrize(
    "water",
    [
        {"ends_on": date(2027, 6, 30)},
        {"ends_on": date(2028, 1, 15)},  # within the grace
        {"ends_on": None},
        {"ends_on": date(2029, 6, 30), "east": 30_000},
    ],
)
def test_it_is_silent_where_the_water_is_in_time_or_nothing_is_known(water):
    houses = works(1, "Housing project of 400 units", nature=Nature.NEW)
    assert kinds(houses, works(2, "Bulk water supply scheme", **{"east": 3_000, **water})) == []


def test_one_that_is_in_time_is_enough_and_renovation_needs_nothing():
    late = works(2, "Bulk water supply scheme", east=3_000, ends_on=date(2029, 6, 30))
    soon = works(3, "Reservoir", east=2_000, ends_on=date(2027, 3, 1), by="institution 2")
    assert kinds(works(1, "Housing project", nature=Nature.NEW), late, soon) == []
    assert kinds(works(1, "Housing project", nature=Nature.RENEWAL), late) == []


def test_nothing_near_is_told_only_where_the_files_speak_of_such_works():
    houses = works(1, "Housing project", nature=Nature.NEW)
    far = [works(pk, "Bulk water scheme", east=50_000 + 100 * pk, by="water board") for pk in (2, 3, 4)]
    assert kinds(houses, *far[:2]) == []
    [alarm] = find([houses, *far])
    assert (alarm.rule, alarm.left, alarm.right) == ("housing_before_bulk_water", 1, None)
    assert alarm.evidence["known_in_municipality"] == 3
    clinic = works(9, "New clinic", nature=Nature.NEW, east=90_000)
    roads = [works(pk, "Road", east=200_000 + 500 * pk, by="roads agency") for pk in range(20, 25)]
    assert kinds(clinic, *roads) == []  # that no road is in the files says nothing of the roads there are


def test_a_clinic_before_its_road_is_told():
    clinic = works(1, "New clinic at Steenbokpan", nature=Nature.NEW)
    road = works(2, "Upgrade of road D1675", east=800, ends_on=date(2030, 1, 1))
    assert ("clinic_before_road", 1, 2) in kinds(clinic, road)


# ---- the same works twice


def test_the_same_works_in_two_files_are_told():
    one = works(1, "Construction of Thabazimbi fire station", total_cost=Decimal("12000000"))
    two = works(2, "Thabazimbi Fire Station construction", east=90, total_cost=Decimal("11500000"))
    assert kinds(one, two) == [("same_works", 1, 2)]


@pytest.mark.parametrize(
    "other",
    [
        {"east": 9_000},
        {"total_cost": Decimal("1000000")},
        {"by": "institution 1"},
        {"municipal_area": "LIM361"},
        {"longitude": None, "total_cost": None},
    ],
)
def test_works_with_another_place_or_cost_or_of_one_hand_are_not_the_same(other):
    one = works(1, "Construction of Thabazimbi fire station", total_cost=Decimal("12000000"))
    two = works(2, "Thabazimbi Fire Station construction", **{"total_cost": Decimal("11500000"), **other})
    assert kinds(one, two) == []


# ---- kept


@pytest.fixture
def two(world) -> tuple[Project, Project]:
    more: dict[str, Any] = {"longitude": 28.0, "latitude": -24.0, "construction_start_on": YEAR["starts_on"],
            "construction_finish_on": YEAR["ends_on"]}  # fmt: skip
    left = factories.project("Paving of Mandela Street", implementing=world.dws, **more)
    right = factories.project("Water main, phase 2", implementing=world.health, **more)
    return left, right


def test_a_clash_is_kept_once_with_what_was_found(two):
    counts = find_clashes(by=BY, as_at=DAY)
    assert (counts.works, counts.found, counts.new) == (2, 1, 1)
    clash = Clash.objects.get()
    assert (clash.left, clash.right, clash.state, clash.weight) == (*two, ClashState.OPEN, 0.8)
    again = find_clashes(by=BY, as_at=DAY)
    assert (again.new, again.gone) == (0, 0) and Clash.objects.get().revision == 1
    assert LogEntry.objects.filter(event="clashes.found").count() == 1


def test_a_clash_explains_itself_with_its_facts(two):
    find_clashes(by=BY, as_at=DAY)
    assert sentence(Clash.objects.get()) == (
        "“Paving of Mandela Street” (a road) and “Water main, phase 2” (a water main) are at work in the same place at"
        " the same time, on the same spot, 1 Jan 2027 to 31 Dec 2027."
    )
    late = Clash(
        kind=ClashKind.MISSING_PREREQUISITE,
        left=two[0],
        right=two[1],
        evidence={"needs": "bulk_water", "days_late": 547},
    )
    assert "needs bulk water; “Water main, phase 2”, the soonest near it, is ready 547 days after it" in sentence(late)
    late.right, late.evidence = None, {"needs": "bulk_water", "within_km": 10}
    assert sentence(late) == "“Paving of Mandela Street” needs bulk water, and none is known within 10 km."


def test_what_was_dismissed_stays_dismissed_also_when_it_goes_and_comes_back(two, world):
    find_clashes(by=BY, as_at=DAY)
    clash = dismiss_clash(Clash.objects.get(), revision=1, by=world.hub36, reason="One contractor does both")
    assert find_clashes(by=BY, as_at=DAY).dismissed == 1
    Project.objects.filter(pk=two[1].pk).update(standing=ProjectStanding.VANISHED)
    assert find_clashes(by=BY, as_at=DAY).gone == 1
    clash.refresh_from_db()
    with pytest.raises(RuleBroken):
        reopen_clash(clash, revision=clash.revision, by=world.hub36, reason="It is a clash after all")
    Project.objects.filter(pk=two[1].pk).update(standing=ProjectStanding.LIVE)
    assert find_clashes(by=BY, as_at=DAY).dismissed == 1
    clash.refresh_from_db()
    assert (clash.state, clash.reason) == (ClashState.DISMISSED, "One contractor does both")


def test_one_that_is_mended_is_gone_and_opens_again_when_it_is_back(two):
    find_clashes(by=BY, as_at=DAY)
    Project.objects.filter(pk=two[0].pk).update(stage=Stage.FINAL_COMPLETION)
    assert find_clashes(by=BY, as_at=DAY).gone == 1 and Clash.objects.get().state == ClashState.GONE
    Project.objects.filter(pk=two[0].pk).update(stage=Stage.DESIGN)
    assert find_clashes(by=BY, as_at=DAY).opened_again == 1 and Clash.objects.get().state == ClashState.OPEN


def test_works_of_the_past_and_doubted_points_raise_no_alarm(two, world):
    assert find_clashes(by=BY, as_at=date(2028, 1, 1)).works == 0
    factories.placement(two[0], areas={"LIM362": 1.0}, doubts=["municipality_differs"])
    assert find_clashes(by=BY, as_at=DAY).found == 0


def test_only_who_decides_for_the_whole_country_looks_for_all(two, world):
    for actor in (world.hub36, world.charlie, world.public):
        with pytest.raises(NotAllowed):
            find_clashes(by=actor)
    assert find_clashes(by=world.office, as_at=DAY).found == 1
