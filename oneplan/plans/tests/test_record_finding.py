from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from oneplan.periods import clock
from oneplan.plans import actions
from oneplan.plans.models import Edition, Finding
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.spaces.models import MunicipalArea, Ward
from tests.world import World

SAYS = "Most households lack piped water."


def test_a_hub_manager_records_a_finding(edition: Edition, finding: Finding):
    assert finding.ref == "F-001"
    assert finding.value == Decimal("31.5")
    assert sorted(area.code for area in finding.municipal_areas.all()) == ["LIM361", "LIM362"]
    edition.refresh_from_db()
    assert edition.content_revision == 1
    entry = history(finding)[0]
    assert entry.event == "finding.recorded"
    assert entry.after["municipal_areas"] == ["LIM361", "LIM362"]


def test_who_does_not_write_here_records_nothing(world: World, edition: Edition):
    for actor in (world.thandi, world.planner, world.analyst, world.auditor, world.admin, world.charlie, world.public):
        with pytest.raises(NotAllowed):
            actions.record_finding(edition, area="services", statement=SAYS, by=actor)
    assert not Finding.objects.exists()


@pytest.mark.parametrize("name", ["technical", "coordinator"])
def test_committee_and_province_write_too(world: World, edition: Edition, name: str):
    assert actions.record_finding(edition, area="services", statement=SAYS, by=getattr(world, name)).ref == "F-001"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"statement": " \n"}, "empty"),
        ({"area": "weather"}, "not a transformation area"),
        ({"source_date": clock.today() + timedelta(days=1)}, "future"),
        ({"value": Decimal("NaN"), "unit": "%"}, "must be a number"),
        ({"value": "about 40", "unit": "%"}, "must be a number"),
        ({"value": Decimal("1.23456"), "unit": "%"}, "four decimals"),
        ({"value": Decimal("1E+14"), "unit": "%"}, "four decimals"),
        ({"value": Decimal(4)}, "unit"),
        ({"municipal_areas": ["EC153"]}, "Not municipal areas of DC36: EC153"),
        ({"municipal_areas": ["LIM361"], "whole_space": True}, "one kind of place"),
        ({"source": "x" * 301}, "too long"),
    ],
)
def test_it_refuses_what_can_never_be_right(world: World, edition: Edition, fields: dict[str, Any], sentence: str):
    with pytest.raises(RuleBroken, match=sentence):
        actions.record_finding(edition, by=world.hub36, **{"area": "services", "statement": SAYS, **fields})
    assert not Finding.objects.exists()


def test_a_ward_of_this_space_is_a_place_and_one_of_another_is_not(world: World, edition: Edition):
    here = Ward.objects.filter(municipal_area__space_id="DC36")[0]
    there = Ward.objects.filter(municipal_area__space_id="DC15")[0]
    found = actions.record_finding(edition, area="services", statement=SAYS, ward=here.code, by=world.hub36)
    assert found.ward == here
    with pytest.raises(RuleBroken, match="its own space only"):
        actions.record_finding(edition, area="services", statement=SAYS, ward=there.code, by=world.hub36)


def test_a_draft_may_lack_evidence_source_and_place(world: World, edition: Edition):
    found = actions.record_finding(edition, area="people", statement="tbc", by=world.hub36)
    assert (found.source, found.source_date, found.whole_space) == ("", None, False)


def test_revising_names_only_what_changes(world: World, finding: Finding):
    revised = actions.revise_finding(finding, revision=1, by=world.hub36, statement="Half of the households lack it.")
    assert (revised.revision, revised.source) == (2, finding.source)
    assert revised.municipal_areas.count() == 2
    entry = history(finding)[0]
    assert list(entry.before) == ["statement"]


def test_naming_a_part_of_the_place_replaces_the_whole_place(world: World, finding: Finding):
    revised = actions.revise_finding(finding, revision=1, by=world.hub36, whole_space=True)
    assert revised.whole_space
    assert not revised.municipal_areas.exists()


def test_saving_the_same_again_changes_nothing(world: World, finding: Finding):
    entries = history(finding).count()
    assert actions.revise_finding(finding, revision=1, by=world.hub36, area="services").revision == 1
    assert history(finding).count() == entries


def test_the_second_of_two_editors_is_told(world: World, finding: Finding):
    actions.revise_finding(finding, revision=1, by=world.hub36, statement="The first editor was faster here.")
    with pytest.raises(StaleRevision) as stale:
        actions.revise_finding(finding, revision=1, by=world.technical, statement="The second one was slower.")
    assert stale.value.current.statement == "The first editor was faster here."


def test_a_reference_is_never_used_twice_in_a_plan(world: World, edition: Edition, finding: Finding):
    second = actions.record_finding(edition, area="people", statement=SAYS, by=world.hub36)
    actions.remove_element(second, revision=1, by=world.hub36)
    third = actions.record_finding(edition, area="people", statement=SAYS, by=world.hub36)
    assert (second.ref, third.ref) == ("F-002", "F-003")
    edition.refresh_from_db()
    actions.abandon_edition(edition, revision=edition.revision, by=world.hub36, reason="Begun in error by us.")
    after = actions.open_edition(world.dc36, ruleset="framework_2020", start_year=2027, by=world.hub36)
    assert actions.record_finding(after, area="people", statement=SAYS, by=world.hub36).ref == "F-004"


def test_references_go_on_past_999(world: World, edition: Edition, finding: Finding):
    Finding.objects.filter(pk=finding.pk).update(ref="F-1000")
    Finding.objects.create(edition=edition, ref="F-999", area="people", statement=SAYS)
    assert actions.record_finding(edition, area="people", statement=SAYS, by=world.hub36).ref == "F-1001"


def test_areas_are_those_of_the_register(world: World, edition: Edition):
    codes = list(MunicipalArea.objects.filter(space_id="DC36").values_list("code", flat=True))
    found = actions.record_finding(edition, area="people", statement=SAYS, municipal_areas=codes, by=world.hub36)
    assert found.municipal_areas.count() == len(codes) == 5
