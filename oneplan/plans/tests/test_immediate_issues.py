from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from oneplan.institutions.models import Post
from oneplan.institutions.queries import posts_of
from oneplan.periods import clock
from oneplan.plans import actions, queries
from oneplan.plans.exports import plan_content
from oneplan.plans.models import Edition, Finding, ImmediateIssue, Involvement
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from tests.world import World

HOW = "A new borehole supplies the village since Monday."


@pytest.fixture
def fields(world: World, edition: Edition) -> dict[str, Any]:
    return {
        "kind": "basic_service",
        "service": "Water supply",
        "households": 1200,
        "households_source": "Municipal register",
        "owner_post": posts_of(world.dws)[0],
        "due_on": edition.opened_on + timedelta(days=10),
    }


@pytest.fixture
def issue(world: World, finding: Finding, fields: dict[str, Any]) -> ImmediateIssue:
    return actions.raise_immediate_issue(finding.edition, finding.ref, by=world.hub36, **fields)


def test_an_urgent_element_stands_on_the_board_and_its_owner_may_read_the_plan(world: World, issue: ImmediateIssue):
    assert list(queries.immediate_issues(world.hub36, world.dc36)) == [issue]
    assert list(queries.immediate_issues(world.planner)) == [issue]
    assert Involvement.objects.get().institution == world.dws
    assert history(issue)[0].after["owner_post"] == issue.owner_post.code


def test_a_board_shows_nothing_of_drafts_that_the_reader_may_not_see(world: World, issue: ImmediateIssue):
    assert not queries.immediate_issues(world.thandi).exists()
    assert not queries.immediate_issues(world.public).exists()


def test_a_commitment_can_be_urgent_too(world: World, edition: Edition, fields: dict[str, Any]):
    assert actions.raise_immediate_issue(edition, "DC36-C-0001", by=world.hub36, **fields).ref == "DC36-C-0001"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "soon"}, "Say which"),
        ({"service": "tbc"}, "Name the service"),
        ({"owner_post": None}, "Name the post"),
        ({"due_on": None}, "Give the day"),
        ({"households": -1}, "Households"),
        ({"households_source": ""}, "where the number"),
    ],
)
def test_it_refuses_an_urgency_without_owner_or_day(
    world: World, finding: Finding, fields: dict[str, Any], changes: dict[str, Any], sentence: str
):
    with pytest.raises(RuleBroken, match=sentence):
        actions.raise_immediate_issue(finding.edition, finding.ref, by=world.hub36, **{**fields, **changes})


def test_it_refuses_a_day_before_the_edition_an_unknown_element_and_a_second_time(
    world: World, issue: ImmediateIssue, fields: dict[str, Any]
):
    edition = issue.edition
    early = {**fields, "due_on": edition.opened_on - timedelta(days=1)}
    for ref, given in (("F-009", fields), ("nonsense", fields), ("F-001", fields), ("DC36-C-0002", early)):
        with pytest.raises(RuleBroken):
            actions.raise_immediate_issue(edition, ref, by=world.hub36, **given)


def test_who_does_not_write_here_raises_nothing(world: World, finding: Finding, fields: dict[str, Any]):
    with pytest.raises(NotAllowed):
        actions.raise_immediate_issue(finding.edition, finding.ref, by=world.thandi, **fields)


def test_an_issue_is_revised_with_a_reason_as_seen(world: World, issue: ImmediateIssue):
    later = issue.due_on + timedelta(days=5)
    revised = actions.revise_immediate_issue(issue, revision=1, by=world.hub36, reason="Pump was stolen.", due_on=later)
    assert (revised.due_on, revised.revision) == (later, 2)
    with pytest.raises(StaleRevision):
        actions.revise_immediate_issue(issue, revision=1, by=world.hub36, reason="Pump was stolen.", due_on=later)
    with pytest.raises(RuleBroken, match="Say why"):
        actions.revise_immediate_issue(issue, revision=2, by=world.hub36, reason="", due_on=later)


@pytest.mark.parametrize("name", ["hub36", "coordinator", "planner"])
def test_who_writes_the_plan_or_owns_the_issue_resolves_it(world: World, issue: ImmediateIssue, name: str):
    actor = getattr(world, name)
    done = actions.resolve_immediate_issue(issue, how=HOW, revision=1, by=actor)
    assert (done.resolved_on, done.resolution, done.revision) == (clock.today(), HOW, 2)
    assert not queries.overdue(queries.immediate_issues(actor), clock.today() + timedelta(days=99)).exists()


def test_it_refuses_to_resolve_without_saying_how_or_ahead_of_time_or_twice(world: World, issue: ImmediateIssue):
    with pytest.raises(RuleBroken, match="how it was resolved"):
        actions.resolve_immediate_issue(issue, how="done", revision=1, by=world.hub36)
    with pytest.raises(RuleBroken, match="future"):
        tomorrow = clock.today() + timedelta(days=1)
        actions.resolve_immediate_issue(issue, how=HOW, resolved_on=tomorrow, revision=1, by=world.hub36)
    with pytest.raises(StaleRevision):
        actions.resolve_immediate_issue(issue, how=HOW, revision=5, by=world.hub36)
    actions.resolve_immediate_issue(issue, how=HOW, revision=1, by=world.hub36)
    with pytest.raises(RuleBroken, match="already"):
        actions.resolve_immediate_issue(issue, how=HOW, revision=2, by=world.hub36)


def test_outsiders_resolve_nothing(world: World, issue: ImmediateIssue):
    for actor in (world.thandi, world.analyst, world.auditor, world.charlie, world.public):
        with pytest.raises(NotAllowed):
            actions.resolve_immediate_issue(issue, how=HOW, revision=1, by=actor)


def test_a_need_that_comes_back_is_raised_again(world: World, issue: ImmediateIssue, fields: dict[str, Any]):
    actions.resolve_immediate_issue(issue, how=HOW, revision=1, by=world.hub36)
    assert actions.raise_immediate_issue(issue.edition, issue.ref, by=world.hub36, **fields).pk != issue.pk


def test_resolving_is_delivery_so_it_happens_while_frozen_and_leaves_the_sealed_content(
    world: World, issue: ImmediateIssue, freeze: Callable[[Edition], Edition]
):
    frozen = freeze(issue.edition)
    sealed = plan_content(frozen)
    actions.resolve_immediate_issue(issue, how=HOW, revision=1, by=world.hub36)
    assert plan_content(frozen) == sealed


def test_an_issue_carried_forward_is_resolved_in_both_editions(
    world: World, issue: ImmediateIssue, freeze: Callable[[Edition], Edition]
):
    actions.adopt_edition(freeze(issue.edition), by=world.hub36)
    following = actions.open_edition(world.dc36, ruleset="framework_2020", start_year=2027, by=world.hub36)
    carried = ImmediateIssue.objects.get(edition=following)
    assert list(queries.immediate_issues(world.hub36)) == [carried]
    assert list(queries.immediate_issues(world.public)) == [issue]
    actions.resolve_immediate_issue(carried, how=HOW, revision=1, by=world.hub36)
    issue.refresh_from_db()
    assert issue.resolution == HOW


def test_posts_of_the_space_can_own_issues(world: World, edition: Edition, post: Post):
    assert post in queries.owner_posts(world.dc36)
    assert all(each.institution.province_id in {None, "LIM"} for each in queries.owner_posts(world.dc36))
