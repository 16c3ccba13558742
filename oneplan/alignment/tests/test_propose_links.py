"""Links that the engine proposes: with evidence, harmless when repeated, and never over what a person decided."""

import pytest

from oneplan.access.actors import system
from oneplan.alignment.actions import propose_links
from oneplan.alignment.candidates import Thing, find
from oneplan.alignment.choices import LinkOrigin, LinkState
from oneplan.alignment.evidence import evidence_sentences
from oneplan.alignment.models import Link
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment
from oneplan.commitments.tests.factories import propose
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed
from oneplan.source_plans.models import PlanItem

BY, KINDS = system("tests"), ["commitment_item"]


@pytest.fixture
def commitment(db) -> Commitment:
    row: Commitment = propose()
    Commitment.objects.filter(pk=row.pk).update(title="Seven-day clinic and hospital theatre", is_sample=False)
    row.refresh_from_db()
    return row


def health() -> PlanItem:
    return PlanItem.objects.get(ref="ndp-10")


def test_a_link_is_proposed_with_evidence_in_words(commitment):
    told = propose_links(by=BY, kinds=KINDS)
    link = Link.objects.get(commitment=commitment, item=health())
    assert told.found == Link.objects.count() and (link.state, link.origin) == (LinkState.PROPOSED, LinkOrigin.COMPUTED)
    assert link.confidence is not None and 0.5 <= link.confidence < 1 and not link.counts
    assert any(sentence.startswith("Both are about") and "health" in sentence for sentence in evidence_sentences(link))


def test_a_second_search_changes_nothing(commitment):
    propose_links(by=BY, kinds=KINDS)
    before = list(Link.objects.order_by("pk").values())
    told = propose_links(by=BY, kinds=KINDS)
    assert (told.found, told.gone, told.kept) == (0, 0, len(before))
    assert list(Link.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("state", [LinkState.REJECTED, LinkState.CONFIRMED, LinkState.DISPUTED])
def test_what_a_person_decided_stays_even_when_it_is_no_longer_found(commitment, state):
    propose_links(by=BY, kinds=KINDS)
    Link.objects.filter(item=health()).update(state=state, revision=7)
    Commitment.objects.filter(pk=commitment.pk).update(title="Xyzzy", objective="", indicator="")
    propose_links(by=BY, kinds=KINDS)
    link = Link.objects.get()
    assert (link.item, link.state, link.revision) == (health(), state, 7)


def test_what_was_withdrawn_is_not_proposed_and_its_proposals_go(commitment):
    propose_links(by=BY, kinds=KINDS)
    PlanItem.objects.filter(pk=health().pk).update(withdrawn_at=clock.now())
    propose_links(by=BY, kinds=KINDS)
    assert not Link.objects.filter(item=health()).exists()
    Commitment.objects.update(state=CommitmentState.WITHDRAWN)
    propose_links(by=BY, kinds=KINDS)
    assert not Link.objects.exists()


def test_a_search_in_one_space_leaves_the_proposals_of_others(commitment):
    propose_links(by=BY, kinds=KINDS)
    count = Link.objects.count()
    assert count and propose_links(by=BY, kinds=KINDS, spaces=["ETH"]).gone == 0
    assert Link.objects.count() == count


def test_only_who_may_for_the_whole_country_searches(commitment, world):
    for actor in (world.thandi, world.public):
        with pytest.raises(NotAllowed):
            propose_links(by=actor)
    assert not Link.objects.exists()


def test_sample_meets_sample_alone_and_another_province_speaks_against():
    clinic = Thing("Clinic at Ngcobo", province="EC")
    others = [
        Thing("Health facilities clinic", province=p, is_sample=s)
        for p, s in (("EC", True), ("EC", False), ("LIM", False))
    ]
    assert [each.object for each in find([clinic], others)] == [1]


def test_nothing_is_found_among_nothing():
    assert find([], [Thing("Clinic")]) == [] and find([Thing("Clinic")], []) == []
