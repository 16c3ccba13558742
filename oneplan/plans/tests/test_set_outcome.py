from decimal import Decimal
from typing import Any

import pytest

from oneplan.plans import actions
from oneplan.plans.models import Edition, Outcome
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from tests.world import World

SAYS = "Every household has water in its yard."


def test_a_hub_manager_sets_an_outcome(outcome: Outcome):
    assert (outcome.ref, outcome.direction, outcome.target) == ("O-001", "up", Decimal(100))
    assert history(outcome)[0].event == "outcome.set"


def test_who_does_not_write_here_sets_nothing(world: World, edition: Edition):
    with pytest.raises(NotAllowed):
        actions.set_outcome(edition, area="services", statement=SAYS, by=world.thandi)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"statement": ""}, "empty"),
        ({"direction": "sideways"}, "higher or lower"),
        ({"target_year": 2025}, "2026 to 2055"),
        ({"target_year": 2056}, "2026 to 2055"),
        ({"baseline_year": 2099}, "was measured"),
        ({"baseline_year": 1980}, "was measured"),
        ({"baseline": Decimal(50), "target": Decimal(40)}, "Higher is better"),
        ({"direction": "down", "baseline": Decimal(40), "target": Decimal(50)}, "Lower is better"),
        ({"target": "many"}, "must be a number"),
    ],
)
def test_it_refuses_what_can_never_be_right(world: World, edition: Edition, fields: dict[str, Any], sentence: str):
    with pytest.raises(RuleBroken, match=sentence):
        actions.set_outcome(edition, by=world.hub36, **{"area": "services", "statement": SAYS, **fields})


@pytest.mark.parametrize("year", [2026, 2055])
def test_the_horizon_includes_both_its_ends(world: World, edition: Edition, year: int):
    assert actions.set_outcome(edition, area="people", statement=SAYS, target_year=year, by=world.hub36).ref == "O-001"


def test_an_outcome_is_revised_as_seen(world: World, outcome: Outcome):
    assert actions.revise_outcome(outcome, revision=1, by=world.hub36, target=Decimal(95)).target == Decimal(95)
    with pytest.raises(StaleRevision):
        actions.revise_outcome(outcome, revision=1, by=world.hub36, target=Decimal(90))
    with pytest.raises(RuleBroken, match="Higher is better"):
        actions.revise_outcome(outcome, revision=2, by=world.hub36, target=Decimal(10))
