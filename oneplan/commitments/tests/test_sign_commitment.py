from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from oneplan.commitments import actions, queries
from oneplan.commitments.choices import Acceptance, CommitmentState
from oneplan.commitments.exports import commitment_content
from oneplan.commitments.models import Signature
from oneplan.commitments.terms import terms_digest
from oneplan.commitments.tests.factories import BY, COPY, agreed, freeze, pledge, propose
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed, RuleBroken

HALF, OTHER = Decimal("0.5"), "b" * 64


def sign(commitment: Any, by: Any, copy_hash: str = COPY) -> Signature:
    return actions.sign_commitment(commitment, party=commitment.parties.first(), copy_hash=copy_hash, by=by)


def test_a_signing_authority_signs_an_agreed_commitment_on_the_copy(world):
    commitment = agreed(world.sipho)
    freeze()
    signature = sign(commitment, world.sipho)
    commitment.refresh_from_db()
    assert commitment.state == CommitmentState.SIGNED
    assert signature.copy_hash == COPY
    assert signature.digest == terms_digest(commitment)
    assert "Sipho" in signature.signed_by and "Director-General" in signature.signed_by


def test_it_refuses_what_is_only_proposed(world):
    commitment = propose()
    freeze()
    with pytest.raises(RuleBroken, match="Only an agreed commitment can be signed"):
        sign(commitment, world.sipho)


def test_it_refuses_another_copy_or_none(world):
    commitment = agreed(world.sipho)
    with pytest.raises(RuleBroken, match="no standing signing copy"):
        sign(commitment, world.sipho)
    freeze()
    with pytest.raises(RuleBroken, match="no standing signing copy"):
        sign(commitment, world.sipho, "b" * 64)


def test_a_share_that_begins_tomorrow_is_in_no_copy_of_today(world):
    commitment = agreed(world.sipho)
    actions.set_shares(commitment, {"DC15": HALF, "DC36": HALF}, valid_from=clock.today() + timedelta(days=1), by=BY)
    actions.agree_commitment(commitment.parties.get(), by=world.sipho)
    freeze("DC15", COPY)
    freeze("DC36", OTHER)
    assert queries.share_codes(commitment) == ["DC15", "DC36"]
    assert commitment_content(world.dc36) == []
    with pytest.raises(RuleBroken, match="does not stand in this signing copy"):
        sign(commitment, world.sipho, OTHER)
    with pytest.raises(RuleBroken, match="nothing to sign"):
        actions.sign_commitments(world.dws, copy_hash=OTHER, by=world.sipho)
    page = world.client(world.sipho).get(f"/commitments/{commitment.ref}/parties/nat-dws/sign/").content.decode()
    assert COPY in page and OTHER not in page
    assert sign(commitment, world.sipho, COPY).copy_hash == COPY


def test_a_pledge_cites_no_copy_of_a_share_to_come(world):
    commitment = propose()
    drafted = pledge(commitment.parties.get())
    actions.set_shares(commitment, {"DC15": HALF, "ETH": HALF}, valid_from=clock.today() + timedelta(days=1), by=BY)
    freeze("ETH", OTHER)
    assert actions.accept_pledge(drafted, by=world.sipho).copy_hash == ""
    freeze("DC15", COPY)
    again = actions.decline_pledge(drafted, by=world.sipho, reason="Not in the vote")
    assert actions.accept_pledge(again, by=world.sipho).copy_hash == COPY


def test_nobody_else_signs_for_an_institution(world):
    commitment = agreed(world.sipho)
    freeze()
    for actor in (world.thandi, world.planner, world.ayanda, world.admin, world.office, world.public, BY):
        with pytest.raises(NotAllowed):
            sign(commitment, actor)


def test_a_party_signs_once(world):
    commitment = agreed(world.sipho)
    freeze()
    sign(commitment, world.sipho)
    with pytest.raises(RuleBroken):
        sign(commitment, world.sipho)
    assert Signature.objects.count() == 1


def test_a_commitment_of_two_is_signed_when_both_have_signed(world):
    commitment = propose()
    actions.add_party(commitment, world.health, responsibility="Runs the clinic", by=BY)
    for party, actor in zip(commitment.parties.order_by("-role"), (world.ayanda, world.sipho), strict=True):
        actions.agree_commitment(party, by=actor)
    freeze()
    water, health = commitment.parties.get(institution="nat-dws"), commitment.parties.get(institution="lim-health")
    actions.sign_commitment(commitment, party=water, copy_hash=COPY, by=world.sipho)
    commitment.refresh_from_db()
    assert commitment.state == CommitmentState.AGREED
    actions.sign_commitment(commitment, party=health, copy_hash=COPY, by=world.ayanda)
    commitment.refresh_from_db()
    assert commitment.state == CommitmentState.SIGNED


def test_all_of_an_institution_are_signed_at_once_each_by_itself(world):
    commitments = [agreed(world.sipho) for _ in range(3)]
    other = propose()
    freeze()
    assert len(actions.sign_commitments(world.dws, copy_hash=COPY, by=world.sipho)) == 3
    for commitment in commitments:
        commitment.refresh_from_db()
        assert commitment.state == CommitmentState.SIGNED
    other.refresh_from_db()
    assert other.state == CommitmentState.PROPOSED
    with pytest.raises(RuleBroken, match="nothing to sign"):
        actions.sign_commitments(world.dws, copy_hash=COPY, by=world.sipho)
    with pytest.raises(NotAllowed):
        actions.sign_commitments(world.dws, copy_hash=COPY, by=world.ayanda)


def test_withdrawing_the_copy_voids_its_signatures_and_keeps_the_agreement(world):
    commitment = agreed(world.sipho)
    freeze()
    signature = sign(commitment, world.sipho)
    assert actions.void_signatures(COPY, by=world.thandi, reason="The copy was withdrawn") == 1
    signature.refresh_from_db()
    commitment.refresh_from_db()
    assert signature.voided_at and signature.void_reason == "The copy was withdrawn"
    assert commitment.state == CommitmentState.AGREED
    assert commitment.parties.get().acceptance == Acceptance.ACCEPTED
    with pytest.raises(NotAllowed):
        actions.void_signatures(COPY, by=world.planner, reason="no")
