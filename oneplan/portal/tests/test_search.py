"""Search finds places by any of their names, and nothing that the reader may not see."""

from oneplan.access.actors import Actor
from oneplan.joint_planning.tests import factories
from oneplan.portal.queries.search import find


def kinds(actor: Actor, words: str) -> dict[str, list[str]]:
    return {group.code: [hit.code for hit in group.hits] for group in find(words, actor, most=50)}


def test_a_space_is_found_by_code_name_and_start_of_a_word(world):
    assert kinds(world.public, "dc36")["spaces"] == ["DC36"]
    assert "DC15" in kinds(world.public, "tambo")["spaces"]
    assert "LIM" in kinds(world.public, "limpopo")["provinces"]


def test_a_name_of_two_places_gives_both(world):
    assert set(kinds(world.public, "Emalahleni")["municipalities"]) == {"EC136", "MP312"}


def test_an_institution_is_found_by_part_of_its_name(world):
    [group] = [each for each in find("water and sanitation", world.public, most=5) if each.code == "institutions"]
    assert any("Water and Sanitation" in hit.label for hit in group.hits)


def test_commitments_are_found_only_by_those_who_may_see_them(world):
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    ref = factories.commit(edition, world.dws, by=world.hub36).ref
    assert kinds(world.hub36, "bulk water villages")["commitments"] == [ref]
    assert kinds(world.planner, ref)["commitments"] == [ref]
    for who in (world.public, world.charlie, world.thandi):
        assert "commitments" not in kinds(who, "bulk water villages")


def test_suggestions_come_as_a_part_of_a_page(world):
    response = world.client(world.charlie).get("/search/?q=water", HTTP_HX_REQUEST="true")
    assert b"<html" not in response.content
    assert b"Waterberg" in response.content
    assert "HX-Request" in response["Vary"]
