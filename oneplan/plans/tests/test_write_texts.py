from typing import Any

import pytest

from oneplan.plans import actions
from oneplan.plans.models import Edition, VisionStatement
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from tests.world import World

VISION = "A Waterberg in which everybody drinks clean water."


def test_a_section_is_kept_clean_and_revised_as_seen(world: World, edition: Edition):
    body = '<p onclick="x()">Water <strong>is</strong> scarce<script>x()</script></p>'
    section = actions.write_section(edition, chapter="introduction", title="Why", body=body, by=world.hub36)
    assert (section.ref, section.body) == ("N-001", "<p>Water <strong>is</strong> scarce</p>")
    again: dict[str, Any] = {"chapter": "introduction", "title": "Why now", "body": "<p>Because</p>", "by": world.hub36}
    assert actions.write_section(edition, section=section, revision=1, **again).title == "Why now"
    with pytest.raises(StaleRevision):
        actions.write_section(edition, section=section, revision=1, **again)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"chapter": "weather"}, "no chapter"),
        ({"chapter": "diagnostic"}, "area by area"),
        ({"chapter": "introduction", "area": "people"}, "not divided"),
        ({"chapter": "introduction", "title": " "}, "title"),
        ({"chapter": "introduction", "body": "<p>" + "x" * 400_000 + "</p>"}, "too long"),
    ],
)
def test_it_refuses_a_section_that_has_no_place(world: World, edition: Edition, fields: dict[str, Any], sentence: str):
    with pytest.raises(RuleBroken, match=sentence):
        actions.write_section(edition, by=world.hub36, **{"title": "Why", "body": "", **fields})


def test_the_vision_is_written_once_and_then_revised(world: World, edition: Edition):
    vision = actions.write_vision(edition, text=VISION, by=world.hub36)
    assert vision.ref == "V-001"
    assert actions.write_vision(edition, text="Another vision of this space.", revision=1, by=world.hub36).revision == 2
    assert VisionStatement.objects.count() == 1
    assert history(vision)[0].before == {"text": VISION}


def test_two_people_cannot_both_write_the_first_vision(world: World, edition: Edition):
    actions.write_vision(edition, text=VISION, by=world.hub36)
    with pytest.raises(StaleRevision) as stale:
        actions.write_vision(edition, text="Mine, which came second.", by=world.technical)
    assert stale.value.current.text == VISION


def test_a_removed_vision_can_be_written_again(world: World, edition: Edition):
    vision = actions.write_vision(edition, text=VISION, by=world.hub36)
    actions.remove_element(vision, revision=1, by=world.hub36)
    again = actions.write_vision(edition, text=VISION, by=world.hub36)
    assert (again.pk, again.removed_at, again.revision) == (vision.pk, None, 3)


def test_each_area_has_one_impact_statement(world: World, edition: Edition):
    impact = actions.write_impact(edition, area="people", text="Nobody is hungry.", by=world.hub36)
    assert impact.ref == "I-people"
    with pytest.raises(StaleRevision):
        actions.write_impact(edition, area="people", text="Nobody is poor.", by=world.hub36)
    with pytest.raises(RuleBroken, match="transformation area"):
        actions.write_impact(edition, area="weather", text="It rains.", by=world.hub36)


def test_who_does_not_write_here_writes_nothing(world: World, edition: Edition):
    with pytest.raises(NotAllowed):
        actions.write_vision(edition, text=VISION, by=world.thandi)
    with pytest.raises(NotAllowed):
        actions.write_impact(edition, area="people", text=VISION, by=world.sipho)
    with pytest.raises(NotAllowed):
        actions.write_section(edition, chapter="introduction", title="a", body="", by=world.public)
