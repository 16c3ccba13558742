from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from oneplan.commitments import actions
from oneplan.commitments.choices import ALLOWED_MOVES, Acceptance, CommitmentState
from oneplan.commitments.terms import terms_digest
from oneplan.commitments.tests.factories import BY, COPY, agreed, freeze, pledge, propose
from oneplan.plans.actions import adopt_edition, reopen_edition
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision

HALF = Decimal("0.5")


def test_every_state_stands_in_the_table_of_moves():
    assert set(ALLOWED_MOVES) == set(CommitmentState)


def test_an_institution_agrees_through_its_own_accounting_officer(world):
    commitment = propose()
    party = actions.agree_commitment(commitment.parties.get(), by=world.sipho)
    assert party.acceptance == Acceptance.ACCEPTED
    assert party.agreed_digest == terms_digest(commitment)
    assert "Sipho" in party.answered_by
    commitment.refresh_from_db()
    assert commitment.state == CommitmentState.AGREED


def test_nobody_agrees_to_terms_that_changed_while_they_were_read(world):
    commitment = propose()
    seen = commitment.revision
    actions.amend_commitment(
        commitment, revision=seen, by=world.thandi, reason="The scope has grown", title="Twice the water"
    )
    page = world.client(world.sipho)
    address = f"/commitments/{commitment.ref}/parties/nat-dws/agree/"
    assert page.post(address, {"revision": str(seen)}).status_code == 412
    with pytest.raises(StaleRevision):
        actions.agree_and_accept(commitment.parties.get(), by=world.sipho, revision=seen)
    commitment.refresh_from_db()
    assert (commitment.state, commitment.parties.get().acceptance) == (CommitmentState.PROPOSED, Acceptance.ASKED)
    assert (
        f'name="revision" value="{commitment.revision}"' in page.get(f"/commitments/{commitment.ref}/").content.decode()
    )
    assert page.post(address, {"revision": str(commitment.revision)}).status_code == 302


@pytest.mark.parametrize("who", ["thandi", "planner", "ayanda", "auditor", "office", "admin", "charlie", "public"])
def test_nobody_else_agrees_for_it(world, who):
    with pytest.raises(NotAllowed):
        actions.agree_commitment(propose().parties.get(), by=getattr(world, who))


def test_it_is_not_agreed_while_a_pledge_is_unanswered(world):
    commitment = propose()
    drafted = pledge(commitment.parties.get())
    actions.agree_commitment(commitment.parties.get(), by=world.sipho)
    commitment.refresh_from_db()
    assert commitment.state == CommitmentState.PROPOSED
    actions.accept_pledge(drafted, by=world.sipho)
    commitment.refresh_from_db()
    assert commitment.state == CommitmentState.AGREED


def test_it_is_not_agreed_before_all_parties_agree(world):
    commitment = propose()
    other = actions.add_party(commitment, world.health, by=BY)
    actions.agree_commitment(commitment.parties.get(institution="nat-dws"), by=world.sipho)
    commitment.refresh_from_db()
    assert commitment.state == CommitmentState.PROPOSED
    actions.decline_commitment(other, by=world.ayanda, reason="There is no budget for it")
    commitment.refresh_from_db()
    assert commitment.state == CommitmentState.PROPOSED


def test_an_amendment_voids_agreement_and_is_remembered_with_its_reason(world):
    commitment = agreed(world.sipho)
    row = actions.amend_commitment(
        commitment, revision=commitment.revision, by=world.thandi, reason="The scope has grown", title="More water"
    )
    row.refresh_from_db()
    assert row.state == CommitmentState.PROPOSED
    assert row.parties.get().acceptance == Acceptance.ASKED
    entry = history(row).get(event="commitment.amended")
    assert (entry.reason, entry.before["title"], entry.after["title"]) == (
        "The scope has grown", "Bulk water to Mthatha", "More water",
    )  # fmt: skip


def test_an_amendment_that_changes_nothing_voids_nothing(world):
    commitment = agreed(world.sipho)
    actions.amend_commitment(
        commitment, revision=commitment.revision, by=world.thandi, reason="Saved once more", title=commitment.title
    )
    commitment.refresh_from_db()
    assert commitment.state == CommitmentState.AGREED


@pytest.mark.parametrize("change", ["party", "pledge", "shares", "marker", "responsibility", "lead"])
def test_every_change_of_terms_voids_signatures(world, change):
    commitment = agreed(world.sipho)
    edition = freeze()
    signature = actions.sign_commitment(commitment, party=commitment.parties.get(), copy_hash=COPY, by=world.sipho)
    reopen_edition(edition, by=BY, reason="Withdrawn for a change")
    party = commitment.parties.get()
    commitment.refresh_from_db()
    acts: dict[str, Callable[[], Any]] = {
        "party": lambda: actions.add_party(commitment, world.health, by=BY),
        "pledge": lambda: pledge(party, "1.00", funding_source="Another"),
        "shares": lambda: actions.set_shares(
            commitment, {"DC15": 1 - HALF, "DC36": HALF}, valid_from=commitment.shares.get().valid_from, by=BY
        ),
        "marker": lambda: actions.mark_commitment(commitment, "jobs", justification="Keeps forty jobs", by=BY),
        "responsibility": lambda: actions.revise_party(party, responsibility="Builds it", by=BY),
        "lead": lambda: actions.change_lead(
            commitment, world.health, revision=commitment.revision, by=BY, reason="Health takes over"
        ),
    }
    acts[change]()
    signature.refresh_from_db()
    commitment.refresh_from_db()
    assert signature.voided_at
    assert commitment.state == CommitmentState.PROPOSED


def test_terms_do_not_change_while_a_copy_is_out_but_answers_do(world):
    commitment = propose()
    freeze()
    with pytest.raises(RuleBroken, match="Withdraw the signing copy"):
        actions.amend_commitment(commitment, revision=1, by=world.thandi, reason="It is too late", title="X")
    with pytest.raises(RuleBroken, match="Withdraw the signing copy"):
        pledge(commitment.parties.get())
    with pytest.raises(RuleBroken, match="Withdraw the signing copy"):
        actions.withdraw_commitment(commitment, by=world.thandi, reason="Not any more", revision=1)
    actions.agree_commitment(commitment.parties.get(), by=world.sipho)


def test_a_pledge_accepted_on_a_copy_cites_it(world):
    commitment = propose()
    drafted = pledge(commitment.parties.get())
    freeze()
    assert actions.accept_pledge(drafted, by=world.sipho).copy_hash == COPY


def test_the_second_editor_is_told(world):
    commitment = propose()
    actions.amend_commitment(commitment, revision=1, by=world.thandi, reason="First of the two", title="First")
    with pytest.raises(StaleRevision):
        actions.amend_commitment(commitment, revision=1, by=world.thandi, reason="Second of the two", title="Second")


def test_withdrawn_is_kept_and_can_be_proposed_again(world):
    commitment = agreed(world.sipho)
    row = actions.withdraw_commitment(
        commitment, by=world.thandi, reason="Overtaken by events", revision=commitment.revision
    )
    assert row.state == CommitmentState.WITHDRAWN
    with pytest.raises(RuleBroken):
        actions.agree_commitment(row.parties.get(), by=world.sipho)
    row = actions.restore_commitment(row, by=world.thandi, reason="Needed after all", revision=row.revision)
    assert row.state == CommitmentState.PROPOSED
    assert row.parties.get().acceptance == Acceptance.ASKED
    with pytest.raises(NotAllowed):
        actions.withdraw_commitment(row, by=world.planner, reason="Overtaken by events", revision=row.revision)


def test_only_the_signed_is_delivered_and_with_evidence(world):
    from oneplan.periods import clock

    commitment = agreed(world.sipho)
    today = clock.today()
    with pytest.raises(RuleBroken, match="Only a signed"):
        actions.deliver_commitment(
            commitment,
            delivered_on=today,
            evidence="Certificate of 3 May",
            by=world.thandi,
            revision=commitment.revision,
        )
    edition = freeze()
    actions.sign_commitments(world.dws, copy_hash=COPY, by=world.sipho)
    commitment.refresh_from_db()
    with pytest.raises(RuleBroken, match="out for signing"):
        actions.deliver_commitment(
            commitment, delivered_on=today, evidence="Certificate of 3 May", by=world.thandi,
            revision=commitment.revision,
        )  # fmt: skip
    adopt_edition(edition, by=world.thandi)
    with pytest.raises(RuleBroken, match="what shows"):
        actions.deliver_commitment(
            commitment, delivered_on=today, evidence="ok", by=world.thandi, revision=commitment.revision
        )
    row = actions.deliver_commitment(
        commitment, delivered_on=today, evidence="Certificate of 3 May", by=world.planner, revision=commitment.revision
    )
    assert row.state == CommitmentState.DELIVERED
    with pytest.raises(RuleBroken):
        actions.amend_commitment(row, revision=row.revision, by=world.thandi, reason="Polish the title", title="X")


def test_a_marker_needs_its_justification_and_a_known_code(world):
    commitment = propose()
    with pytest.raises(RuleBroken):
        actions.mark_commitment(commitment, "jobs", justification="yes", by=world.thandi)
    with pytest.raises(RuleBroken):
        actions.mark_commitment(commitment, "moon", justification="Flies to the moon", by=world.thandi)
    actions.mark_commitment(commitment, "jobs", justification="Keeps forty jobs", by=world.thandi)
    actions.unmark_commitment(commitment, "jobs", by=world.thandi)
    with pytest.raises(RuleBroken):
        actions.unmark_commitment(commitment, "jobs", by=world.thandi)


def test_a_party_that_answered_is_not_removed(world):
    commitment = propose()
    party = actions.add_party(commitment, world.health, by=world.thandi)
    drafted = pledge(party)
    actions.accept_pledge(drafted, by=world.ayanda)
    with pytest.raises(RuleBroken, match="answered"):
        actions.remove_party(party, by=world.thandi, reason="No longer needed")
    with pytest.raises(RuleBroken, match="leading institution"):
        actions.remove_party(commitment.parties.get(role="lead"), by=world.thandi, reason="No longer needed")
    actions.remove_pledge(drafted, by=world.thandi, reason="No longer needed")
    actions.remove_party(party, by=world.thandi, reason="No longer needed")
    assert commitment.parties.count() == 1
