"""Opening, moving, superseding and carrying forward."""

from collections.abc import Callable
from typing import Any

import pytest

from oneplan.plans import actions, queries
from oneplan.plans.choices import ALLOWED_MOVES, EditionState
from oneplan.plans.exports import plan_content
from oneplan.plans.models import Edition, Finding, Involvement, Strategy
from oneplan.plans.rules import check_can_move
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from tests.world import World

OPENING: dict[str, Any] = {"ruleset": "framework_2020", "start_year": 2026}
WHY = "The figures of one department were wrong."


def test_the_first_edition_is_opened(world: World, edition: Edition):
    assert (edition.number, edition.state, edition.horizon_years) == (1, "open", 30)
    assert queries.edition_in_progress(world.dc36) == edition
    assert queries.edition_in_force(world.dc36) is None
    assert history(edition)[0].event == "edition.opened"


def test_one_edition_is_in_progress_at_a_time(world: World, edition: Edition):
    with pytest.raises(RuleBroken, match="still in progress"):
        actions.open_edition(world.dc36, by=world.hub36, **OPENING)


@pytest.mark.parametrize(
    "fields", [{"ruleset": "weather"}, {"horizon_years": 31}, {"horizon_years": 0}, {"start_year": 26}]
)
def test_it_refuses_unknown_rules_and_impossible_horizons(world: World, fields: dict[str, Any]):
    with pytest.raises(RuleBroken):
        actions.open_edition(world.dc36, by=world.hub36, **{**OPENING, **fields})
    assert not Edition.objects.exists()


def test_only_its_own_hub_its_province_and_the_country_open_an_edition(world: World):
    for actor in (world.thandi, world.technical, world.planner, world.analyst, world.admin, world.public):
        with pytest.raises(NotAllowed):
            actions.open_edition(world.dc36, by=actor, **OPENING)
    assert actions.open_edition(world.dc36, by=world.coordinator, **OPENING).number == 1
    assert actions.open_edition(world.dc15, by=world.office, **OPENING).number == 1


def test_every_state_and_every_move_is_in_the_table():
    assert set(ALLOWED_MOVES) == set(EditionState)
    for state in EditionState:
        for to in EditionState:
            edition = Edition(number=1, state=state)
            if to in ALLOWED_MOVES[state]:
                check_can_move(edition, to)
            else:
                with pytest.raises(RuleBroken):
                    check_can_move(edition, to)


def test_an_edition_is_frozen_as_seen_reopened_and_frozen_again(
    world: World, edition: Edition, freeze: Callable[[Edition], Edition]
):
    with pytest.raises(StaleRevision):
        actions.freeze_edition(edition, copy_hash="a" * 64, boundary_release=None, by=world.hub36, revision=9)
    with pytest.raises(RuleBroken, match="SHA-256"):
        actions.freeze_edition(edition, copy_hash="abc", boundary_release=None, by=world.hub36, revision=1)
    frozen = freeze(edition)
    assert (frozen.state, frozen.copy_hash, frozen.revision) == ("frozen", "a" * 64, 2)
    with pytest.raises(RuleBroken, match="cannot become"):
        freeze(edition)
    with pytest.raises(RuleBroken, match="Say why"):
        actions.reopen_edition(edition, by=world.hub36, reason=" ")
    reopened = actions.reopen_edition(edition, by=world.hub36, reason=WHY)
    assert (reopened.state, reopened.copy_hash, reopened.frozen_at) == ("open", "", None)
    assert history(edition)[0].reason == WHY
    assert freeze(edition).revision == 4


def test_only_the_hub_freezes_reopens_and_adopts(world: World, edition: Edition, freeze: Callable[[Edition], Edition]):
    for actor in (world.technical, world.thandi, world.coordinator, world.office, world.sipho):
        with pytest.raises(NotAllowed):
            actions.freeze_edition(edition, copy_hash="a" * 64, boundary_release=None, by=actor, revision=1)
    frozen = freeze(edition)
    for actor in (world.technical, world.thandi, world.coordinator, world.office, world.sipho):
        with pytest.raises(NotAllowed):
            actions.reopen_edition(frozen, by=actor, reason=WHY)
        with pytest.raises(NotAllowed):
            actions.adopt_edition(frozen, by=actor)


def test_adoption_needs_a_frozen_copy_and_supersedes_the_edition_in_force(
    world: World, edition: Edition, freeze: Callable[[Edition], Edition]
):
    with pytest.raises(RuleBroken, match="cannot become"):
        actions.adopt_edition(edition, by=world.hub36)
    first = actions.adopt_edition(freeze(edition), by=world.hub36)
    assert queries.edition_in_force(world.dc36) == first
    second = actions.open_edition(world.dc36, by=world.hub36, **OPENING)
    actions.adopt_edition(freeze(second), by=world.hub36)
    first.refresh_from_db()
    assert (first.state, queries.edition_in_force(world.dc36)) == ("superseded", second)


def test_an_edition_given_up_keeps_its_number(world: World, edition: Edition):
    with pytest.raises(RuleBroken, match="Say why"):
        actions.abandon_edition(edition, revision=1, by=world.hub36, reason="")
    with pytest.raises(StaleRevision):
        actions.abandon_edition(edition, revision=3, by=world.hub36, reason=WHY)
    actions.abandon_edition(edition, revision=1, by=world.hub36, reason=WHY)
    assert actions.open_edition(world.dc36, by=world.hub36, **OPENING).number == 2


def test_the_next_edition_carries_everything_forward(
    world: World, edition: Edition, everything: dict[str, Any], freeze: Callable[[Edition], Edition]
):
    gone = actions.record_finding(edition, area="people", statement="This one is removed again.", by=world.hub36)
    actions.remove_element(gone, revision=1, by=world.hub36)
    before = plan_content(edition)
    actions.adopt_edition(freeze(edition), by=world.hub36)
    following = actions.open_edition(world.dc36, by=world.hub36, **OPENING)
    after = plan_content(following)
    assert {**after, "edition": {}} == {**before, "edition": {}}
    assert (before["edition"]["number"], after["edition"]["number"]) == (1, 2)
    carried = queries.content(following)
    assert all(element.is_carried and element.revision == 1 for element in carried)
    assert {row.edition_id for row in carried.strategies[0].findings.all()} == {following.pk}
    entry = history(following)[0]
    assert (entry.event, entry.facts["counts"]["finding"]) == ("content.carried", 1)


def test_what_is_changed_later_leaves_the_edition_before_alone(
    world: World, edition: Edition, everything: dict[str, Any], freeze: Callable[[Edition], Edition]
):
    sealed = plan_content(edition)
    actions.adopt_edition(freeze(edition), by=world.hub36)
    following = actions.open_edition(world.dc36, by=world.hub36, **OPENING)
    finding = Finding.objects.get(edition=following)
    strategy = Strategy.objects.get(edition=following)
    actions.revise_finding(finding, revision=1, by=world.hub36, whole_space=True, statement="They say it is better.")
    actions.revise_strategy(strategy, revision=1, by=world.hub36, findings=[])
    assert plan_content(edition) == sealed


def test_what_follows_from_a_sample_is_a_sample(world: World, freeze: Callable[[Edition], Edition]):
    sample = actions.open_edition(world.dc36, by=world.hub36, is_sample=True, **OPENING)
    actions.adopt_edition(freeze(sample), by=world.hub36)
    assert actions.open_edition(world.dc36, by=world.hub36, **OPENING).is_sample


def test_an_institution_is_involved_once_by_those_who_may_ask_it(world: World, edition: Edition):
    with pytest.raises(NotAllowed):
        actions.involve_institution(edition.plan, world.dws, by=world.analyst)
    with pytest.raises(NotAllowed):
        actions.involve_institution(edition.plan, world.health, by=world.planner)
    first = actions.involve_institution(edition.plan, world.dws, by=world.hub36)
    assert actions.involve_institution(edition.plan, world.dws, by=world.hub36) == first
    assert Involvement.objects.count() == 1


def test_rules_are_changed_as_seen_while_the_edition_is_open(
    world: World, edition: Edition, freeze: Callable[[Edition], Edition]
):
    with pytest.raises(NotAllowed):
        actions.change_ruleset(edition, ruleset="regulations_2024", revision=1, by=world.technical)
    with pytest.raises(StaleRevision):
        actions.change_ruleset(edition, ruleset="regulations_2024", revision=2, by=world.hub36)
    with pytest.raises(RuleBroken, match="no rule set"):
        actions.change_ruleset(edition, ruleset="weather", revision=1, by=world.hub36)
    assert actions.change_ruleset(edition, ruleset="regulations_2024", revision=1, by=world.hub36).revision == 2
    freeze(edition)
    with pytest.raises(RuleBroken, match="signing copy"):
        actions.change_ruleset(edition, ruleset="framework_2020", revision=3, by=world.hub36)
