"""Content is written while an edition is open, and never else: every action that writes is tried in every state."""

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from oneplan.plans import actions
from oneplan.plans.choices import EditionState
from oneplan.plans.exports import plan_content
from oneplan.plans.models import Edition
from oneplan.platform.errors import RuleBroken
from tests.world import World

HOW = "Women and girls carry the water every day."
WHY = "The figures were wrong."

# Moves of the edition itself follow ALLOWED_MOVES (test_editions.py); involving and resolving change no content.
NOT_CONTENT = {
    "open_edition", "freeze_edition", "reopen_edition", "adopt_edition", "abandon_edition", "involve_institution",
    "resolve_immediate_issue",
}  # fmt: skip

Rows = dict[str, Any]
WRITES: dict[str, Callable[[Edition, Rows, Any], Any]] = {
    "change_ruleset": lambda e, r, by: actions.change_ruleset(
        e, ruleset="regulations_2024", revision=e.revision, by=by
    ),
    "record_finding": lambda e, r, by: actions.record_finding(e, area="people", statement="Something new.", by=by),
    "revise_finding": lambda e, r, by: actions.revise_finding(
        r["finding"], revision=r["finding"].revision, statement="Something else.", by=by
    ),
    "set_outcome": lambda e, r, by: actions.set_outcome(e, area="people", statement="Something better.", by=by),
    "revise_outcome": lambda e, r, by: actions.revise_outcome(r["outcome"], revision=1, unit="%", by=by),
    "formulate_strategy": lambda e, r, by: actions.formulate_strategy(e, area="people", title="A way", by=by),
    "revise_strategy": lambda e, r, by: actions.revise_strategy(r["strategy"], revision=1, title="Another", by=by),
    "write_section": lambda e, r, by: actions.write_section(e, chapter="introduction", title="Why", body="", by=by),
    "write_vision": lambda e, r, by: actions.write_vision(e, text="Another vision.", revision=1, by=by),
    "write_impact": lambda e, r, by: actions.write_impact(e, area="economy", text="Everybody works.", by=by),
    "remove_element": lambda e, r, by: actions.remove_element(r["section"], revision=1, by=by),
    "restore_element": lambda e, r, by: actions.restore_element(r["removed"], revision=2, by=by),
    "mark_element": lambda e, r, by: actions.mark_element(r["outcome"], "youth", justification=HOW, revision=1, by=by),
    "unmark_element": lambda e, r, by: actions.unmark_element(
        r["finding"], "women", revision=r["finding"].revision, by=by
    ),
    "link_priorities": lambda e, r, by: actions.link_priorities(r["outcome"], ["ndp-3"], revision=1, by=by),
    "raise_immediate_issue": lambda e, r, by: actions.raise_immediate_issue(
        e, r["outcome"].ref, kind="short_term", service="Roads", owner_post=r["post"], due_on=e.opened_on, by=by
    ),
    "revise_immediate_issue": lambda e, r, by: actions.revise_immediate_issue(
        r["issue"], revision=1, reason=WHY, due_on=e.opened_on + timedelta(days=3), by=by
    ),
}


# Written while open in test_cite_observation.py, where there is something to cite.
CITES: dict[str, Callable[[Edition, Rows, Any], Any]] = {
    "cite_observation": lambda e, r, by: actions.cite_observation(
        r["finding"], indicator="population", place="DC36", revision=r["finding"].revision, by=by
    ),
    "remove_citation": lambda e, r, by: actions.remove_citation(
        r["finding"], indicator="population", place="DC36", revision=r["finding"].revision, by=by
    ),
}


@pytest.fixture
def rows(world: World, edition: Edition, everything: Rows, outcome: Any, post: Any) -> Rows:
    gone = actions.record_finding(edition, area="people", statement="This one is removed again.", by=world.hub36)
    removed = actions.remove_element(gone, revision=1, by=world.hub36)
    everything["finding"].refresh_from_db()
    return {**everything, "outcome": outcome, "post": post, "removed": removed}


def test_every_action_that_writes_content_is_tried():
    every = {name for name, act in vars(actions).items() if inspect.isfunction(act) and name in actions.__all__}
    assert every == set(actions.__all__)
    assert every - NOT_CONTENT == {*WRITES, *CITES}


@pytest.mark.parametrize("name", WRITES)
def test_it_is_written_while_open(world: World, edition: Edition, rows: Rows, name: str):
    edition.refresh_from_db()
    before = edition.content_revision, edition.revision
    WRITES[name](edition, rows, world.hub36)
    edition.refresh_from_db()
    assert (edition.content_revision, edition.revision) != before


@pytest.mark.parametrize("state", ["frozen", "adopted", "superseded", "abandoned"])
def test_nothing_is_written_in_any_other_state(
    world: World, edition: Edition, rows: Rows, freeze: Callable[[Edition], Edition], state: str
):
    edition.refresh_from_db()
    content = plan_content(edition)
    if state == "abandoned":
        actions.abandon_edition(edition, revision=edition.revision, by=world.hub36, reason=WHY)
    else:
        freeze(edition)
    if state in {"adopted", "superseded"}:
        actions.adopt_edition(edition, by=world.hub36)
    if state == "superseded":
        following = actions.open_edition(world.dc36, ruleset="framework_2020", start_year=2027, by=world.hub36)
        actions.adopt_edition(freeze(following), by=world.hub36)
    edition.refresh_from_db()
    assert edition.state == state != EditionState.OPEN
    for name, write in {**WRITES, **CITES}.items():
        with pytest.raises(RuleBroken, match="cannot be written"):
            write(edition, rows, world.hub36)
            pytest.fail(name)
    assert plan_content(edition) == content
