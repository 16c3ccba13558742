from typing import Any

import pytest

from oneplan.plans import actions
from oneplan.plans.models import Edition, Finding, Outcome, Strategy
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from tests.world import World


def test_a_strategy_answers_findings_and_serves_outcomes(strategy: Strategy, finding: Finding, outcome: Outcome):
    assert strategy.ref == "S-001"
    assert list(finding.strategies.all()) == list(outcome.strategies.all()) == [strategy]
    assert history(strategy)[0].after["findings"] == ["F-001"]


def test_who_does_not_write_here_formulates_nothing(world: World, edition: Edition):
    with pytest.raises(NotAllowed):
        actions.formulate_strategy(edition, area="services", title="Bring water", by=world.lerato)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "too long"),
        ({"findings": ["F-099"]}, "no finding F-099"),
        ({"outcomes": ["F-001"]}, "no outcome F-001"),
        ({"area": ""}, "not a transformation area"),
    ],
)
def test_it_refuses_what_can_never_be_right(
    world: World, edition: Edition, finding: Finding, fields: dict[str, Any], sentence: str
):
    with pytest.raises(RuleBroken, match=sentence):
        actions.formulate_strategy(edition, by=world.hub36, **{"area": "services", "title": "Bring water", **fields})


def test_a_removed_finding_cannot_be_answered_and_a_restored_one_is_answered_again(
    world: World, edition: Edition, strategy: Strategy, finding: Finding
):
    gone = actions.remove_element(finding, revision=1, by=world.hub36)
    with pytest.raises(RuleBroken, match="F-001"):
        actions.formulate_strategy(edition, area="people", title="Another", findings=["F-001"], by=world.hub36)
    revised = actions.revise_strategy(strategy, revision=1, by=world.hub36, title="Bring water to all villages")
    assert revised.revision == 2
    actions.restore_element(gone, revision=gone.revision, by=world.hub36)
    again = actions.revise_strategy(strategy, revision=2, by=world.hub36, findings=["F-001"])
    assert [row.ref for row in again.findings.all()] == ["F-001"]


def test_a_strategy_is_revised_as_seen(world: World, strategy: Strategy):
    actions.revise_strategy(strategy, revision=1, by=world.hub36, findings=[])
    assert not strategy.findings.exists()
    with pytest.raises(StaleRevision):
        actions.revise_strategy(strategy, revision=1, by=world.hub36, title="Late")
