"""Which project delivers which commitment: proposed by what registers call both, or by likeness; never decided here."""

from decimal import Decimal

import pytest

from oneplan.access.actors import system
from oneplan.alignment.actions import propose_ties, reject_tie
from oneplan.alignment.choices import TieState
from oneplan.alignment.models import Tie
from oneplan.commitments.models import Commitment
from oneplan.commitments.tests.factories import propose
from oneplan.platform.errors import NotAllowed
from oneplan.projects.models import Identifier
from oneplan.projects.tests import factories

BY = system("tests")


@pytest.fixture
def commitment(db) -> Commitment:
    row: Commitment = propose()
    Commitment.objects.filter(pk=row.pk).update(
        title="Bulk water supply to Mthatha", external_ids={"project_id": "4711"}, total_cost=Decimal("5000000")
    )
    row.refresh_from_db()
    return row


def test_what_came_from_the_same_row_is_proposed_as_the_same(commitment):
    project = factories.project("Mthatha scheme", space="DC15")
    Identifier.objects.create(project=project, scheme="irm", value="4711")
    factories.project("Something else", space="DC15")
    assert propose_ties(by=BY) == 1
    tie = Tie.objects.get()
    assert (tie.commitment, tie.project, tie.likeness, tie.state) == (commitment, project, 1.0, TieState.PROPOSED)
    assert tie.evidence == {"identifier": "4711", "scheme": "irm"}


def test_else_what_reads_alike_in_the_same_space_is(commitment):
    near = factories.project("Mthatha bulk water supply", space="DC15", total_cost=Decimal("5200000"))
    factories.project("Mthatha bulk water supply", space="DC36", total_cost=Decimal("5200000"))
    assert propose_ties(by=BY) == 1
    tie = Tie.objects.get()
    assert tie.project == near and 0.8 < tie.likeness < 1 and tie.evidence["title"] > 0.9


def test_what_was_decided_is_not_proposed_again(commitment, world):
    factories.project("Mthatha bulk water supply", space="DC15", total_cost=Decimal("5200000"))
    propose_ties(by=BY)
    reject_tie(Tie.objects.get(), revision=1, by=world.thandi, reason="Another scheme of the same town")
    assert propose_ties(by=BY) == 0 and Tie.objects.get().state == TieState.REJECTED


def test_only_who_may_for_the_whole_country_proposes(commitment, world):
    for actor in (world.thandi, world.charlie, world.public):
        with pytest.raises(NotAllowed):
            propose_ties(by=actor)
    assert propose_ties(by=world.office) == 0
