"""Removing, restoring, marking, linking."""

from typing import Any

import pytest

from oneplan.plans import actions, queries
from oneplan.plans.models import Edition, Finding, Marking, Strategy
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from tests.world import World

HOW = "Women and girls carry the water every day."


def test_what_is_removed_keeps_its_row_and_comes_back_with_its_links(
    world: World, edition: Edition, finding: Finding, strategy: Strategy
):
    gone = actions.remove_element(finding, revision=1, by=world.hub36, reason="Counted twice in the census.")
    assert [row.ref for row in queries.content(edition).findings] == []
    assert queries.content(edition).answered_by == {}
    assert queries.removed_elements(edition) == [gone]
    assert history(finding)[0].reason == "Counted twice in the census."
    back = actions.restore_element(gone, revision=2, by=world.hub36)
    assert back.removed_at is None
    assert queries.content(edition).answered_by == {"F-001": [strategy]}


def test_removing_needs_the_revision_and_happens_once(world: World, finding: Finding):
    with pytest.raises(StaleRevision):
        actions.remove_element(finding, revision=7, by=world.hub36)
    actions.remove_element(finding, revision=1, by=world.hub36)
    with pytest.raises(RuleBroken, match="removed"):
        actions.remove_element(finding, revision=2, by=world.hub36)
    with pytest.raises(RuleBroken, match="removed"):
        actions.revise_finding(finding, revision=2, by=world.hub36, statement="Still here after all?")


def test_nothing_is_restored_that_was_not_removed(world: World, finding: Finding):
    with pytest.raises(RuleBroken, match="nothing to restore"):
        actions.restore_element(finding, revision=1, by=world.hub36)


def test_who_does_not_write_here_removes_and_restores_nothing(world: World, finding: Finding):
    with pytest.raises(NotAllowed):
        actions.remove_element(finding, revision=1, by=world.analyst)
    gone = actions.remove_element(finding, revision=1, by=world.hub36)
    with pytest.raises(NotAllowed):
        actions.restore_element(gone, revision=2, by=world.analyst)


def test_an_unresolved_urgent_element_is_not_removed(world: World, everything: dict[str, Any]):
    with pytest.raises(RuleBroken, match="Resolve it first"):
        actions.remove_element(everything["strategy"], revision=1, by=world.hub36)


def test_a_marker_needs_a_justification(world: World, edition: Edition, finding: Finding):
    marked = actions.mark_element(finding, "women", justification=HOW, revision=1, by=world.hub36)
    assert marked.revision == 2
    assert queries.content(edition).markings_by_ref["F-001"][0].justification == HOW
    for marker, justification in (("women", "tbc"), ("women", ""), ("weather", HOW)):
        with pytest.raises(RuleBroken):
            actions.mark_element(finding, marker, justification=justification, revision=2, by=world.hub36)
    assert Marking.objects.count() == 1


def test_a_marker_set_again_is_replaced_as_seen(world: World, finding: Finding):
    actions.mark_element(finding, "women", justification=HOW, revision=1, by=world.hub36)
    with pytest.raises(StaleRevision):
        actions.mark_element(finding, "women", justification=HOW + " Still.", revision=1, by=world.technical)
    actions.mark_element(finding, "women", justification=HOW + " Still.", revision=2, by=world.technical)
    assert Marking.objects.get().justification.endswith("Still.")


def test_a_marker_is_taken_off(world: World, finding: Finding):
    marked = actions.mark_element(finding, "women", justification=HOW, revision=1, by=world.hub36)
    actions.unmark_element(finding, "women", revision=marked.revision, by=world.hub36)
    assert not Marking.objects.exists()
    with pytest.raises(RuleBroken, match="does not carry"):
        actions.unmark_element(finding, "women", revision=3, by=world.hub36)


def test_markers_and_priorities_of_a_removed_element_wait_with_it(world: World, edition: Edition, finding: Finding):
    marked = actions.mark_element(finding, "women", justification=HOW, revision=1, by=world.hub36)
    linked = actions.link_priorities(marked, ["ndp-4"], revision=2, by=world.hub36)
    gone = actions.remove_element(linked, revision=3, by=world.hub36)
    assert not queries.content(edition).markings
    assert not queries.content(edition).priority_links
    actions.restore_element(gone, revision=4, by=world.hub36)
    assert len(queries.content(edition).markings) == len(queries.content(edition).priority_links) == 1


def test_priorities_are_replaced_as_a_whole(world: World, edition: Edition, finding: Finding):
    one = actions.link_priorities(
        finding, ["mtdp-1", "mtsf-4"], in_words={"pgds": ["Water for growth", ""]}, revision=1, by=world.hub36
    )
    two = actions.link_priorities(one, ["mtdp-1", "ndp-4"], revision=one.revision, by=world.hub36)
    links = queries.content(edition).priorities_by_ref["F-001"]
    assert [(link.priority, link.words) for link in links] == [("mtdp-1", ""), ("ndp-4", "")]
    assert actions.link_priorities(two, ["ndp-4", "mtdp-1"], revision=two.revision, by=world.hub36).revision == 3


@pytest.mark.parametrize(
    ("codes", "in_words"),
    [(["mtdp-99"], {}), ([], {"mtdp_2024": ["Water"]}), ([], {"pgds": ["tbc"]}), ([], {"pgds": ["water " * 50]})],
)
def test_it_refuses_a_priority_that_is_on_no_list(
    world: World, finding: Finding, codes: list[str], in_words: dict[str, Any]
):
    with pytest.raises(RuleBroken):
        actions.link_priorities(finding, codes, in_words=in_words, revision=1, by=world.hub36)


def test_who_does_not_write_here_marks_and_links_nothing(world: World, finding: Finding):
    with pytest.raises(NotAllowed):
        actions.mark_element(finding, "women", justification=HOW, revision=1, by=world.thandi)
    with pytest.raises(NotAllowed):
        actions.unmark_element(finding, "women", revision=1, by=world.thandi)
    with pytest.raises(NotAllowed):
        actions.link_priorities(finding, ["ndp-4"], revision=1, by=world.thandi)
