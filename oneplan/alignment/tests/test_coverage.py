"""Coverage: confirmed links fill a cell, proposed ones stand beside, and what hangs loose is told."""

import pytest

from oneplan.access.actors import PUBLIC
from oneplan.alignment.actions.linking import confirm_link, write_link
from oneplan.alignment.choices import LinkKind
from oneplan.alignment.coverage import Carried, Covered, cover, open_cells, promised_twice
from oneplan.alignment.queries.coverage import coverage_of, loose_in
from oneplan.alignment.tests.links import BY, REASON, item, promise


def test_a_proposed_commitment_stands_beside_and_leaves_the_cell_open():
    cells = cover([Carried(1, 7, ("DC36",), False), Carried(2, 7, ("DC36", "DC35"), True)])
    assert cells[1, "DC36"] == Covered((), (7,))
    assert open_cells(cells, [1, 2], ["DC36", "DC35"]) == [(1, "DC36"), (1, "DC35")]


def test_a_commitment_that_is_confirmed_is_not_proposed_as_well():
    assert cover([Carried(1, 7, ("DC36",), True), Carried(1, 7, ("DC36",), False)]) == {(1, "DC36"): Covered((7,))}


def test_the_same_item_by_two_commitments_of_one_space_is_promised_twice():
    cells = cover([Carried(1, 7, ("DC36",), True), Carried(1, 8, ("DC36",), True), Carried(1, 9, ("DC15",), True)])
    assert promised_twice(cells) == [(1, "DC36")]


def _linked(commitment, goal, confirmed=True):
    link = write_link(LinkKind.COMMITMENT_ITEM, commitment, goal, by=BY, reason=REASON)
    return confirm_link(link, by=BY, revision=link.revision) if confirmed else link


@pytest.mark.django_db
def test_an_item_is_covered_where_its_confirmed_commitment_lies(world):
    goal, commitment = item(), promise()
    _linked(commitment, goal)
    told = coverage_of(goal.plan, by=BY)
    assert told.cells == {(goal.pk, "DC36"): Covered((commitment.pk,))}
    assert told.nowhere == () and (goal.pk, "DC15") in told.open_cells
    assert loose_in("DC36", by=BY).without_item == ()
    assert loose_in("DC36", by=BY).without_line == (commitment,)


@pytest.mark.django_db
def test_an_item_with_a_proposed_link_alone_is_covered_nowhere(world):
    goal, commitment = item(), promise()
    _linked(commitment, goal, confirmed=False)
    assert coverage_of(goal.plan, by=BY).nowhere == (goal,)
    assert loose_in("DC36", by=BY).without_item == (commitment,)


@pytest.mark.django_db
def test_the_public_is_told_nothing_of_commitments_that_it_may_not_read(world):
    goal = item()
    _linked(promise(), goal)
    assert coverage_of(goal.plan, by=PUBLIC).cells == {}


@pytest.mark.django_db
def test_questions_to_the_database_do_not_grow_with_the_plan(world, django_assert_max_num_queries):
    goal = item()
    for number in (1, 4):
        for _each in range(number):
            _linked(promise(), goal)
        with django_assert_max_num_queries(6):
            coverage_of(goal.plan, by=BY)
        with django_assert_max_num_queries(4):
            loose_in("DC36", by=BY)
