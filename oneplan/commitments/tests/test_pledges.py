from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from oneplan.commitments import actions, rules
from oneplan.commitments.choices import Acceptance, FundingStatus
from oneplan.commitments.terms import pledge_digest
from oneplan.commitments.tests.factories import BY, MFMA_2026, PFMA_2026, pledge, propose
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.documents import store
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision

FAR = FinancialYear(2031, Basis.PFMA)


@pytest.fixture
def party(world):
    return propose().parties.get()


def test_a_hub_or_contributor_drafts_and_only_the_accounting_officer_accepts(world, party):
    drafted = pledge(party, by=world.thandi)
    assert drafted.acceptance == Acceptance.ASKED
    for actor in (world.thandi, world.planner, world.ayanda, world.auditor, world.public):
        with pytest.raises(NotAllowed):
            actions.accept_pledge(drafted, by=actor)
    row = actions.accept_pledge(drafted, by=world.sipho)
    assert row.acceptance == Acceptance.ACCEPTED
    assert row.accepted_digest == pledge_digest(row)
    assert "Sipho, Director-General" in row.answered_by


def test_the_name_of_the_day_stays_when_the_holder_goes(world, party):
    row = actions.accept_pledge(pledge(party), by=world.sipho)
    world.sipho.user.name = "Somebody else"
    world.sipho.user.save()
    row.refresh_from_db()
    assert "Sipho" in row.answered_by


def test_readers_and_other_institutions_draft_nothing(world, party):
    for actor in (world.analyst, world.charlie, world.hub36, world.ayanda):
        with pytest.raises(NotAllowed):
            pledge(party, by=actor)


def test_no_lines_change_nothing_whoever_sends_them(world, party):
    before = party.commitment.revision
    assert actions.draft_pledges(party.commitment, [], by=world.public) == []
    party.commitment.refresh_from_db()
    assert party.commitment.revision == before


def test_who_answers_what_was_removed_meanwhile_is_told(world, party):
    drafted = pledge(party, by=world.thandi)
    actions.remove_pledge(drafted, by=world.thandi, reason="It was written down twice.")
    with pytest.raises(RuleBroken, match="removed while"):
        actions.accept_pledge(drafted, by=world.sipho)


@pytest.mark.parametrize("name", ["baseline", "target"])
def test_a_number_beyond_what_every_database_keeps_is_refused(world, name):
    beyond: Any = {name: Decimal(10) ** 11}
    with pytest.raises(RuleBroken, match="larger unit"):
        propose(**beyond)
    within: Any = {name: Decimal("99999999999.9999")}
    assert getattr(propose(**within), name) == within[name]


def test_revising_asks_anew(world, party):
    row = actions.accept_pledge(pledge(party), by=world.sipho)
    revised = actions.revise_pledge(
        row,
        revision=row.revision,
        year=PFMA_2026,
        amount=Decimal("5.00"),
        status=FundingStatus.TABLED,
        reason="The vote was cut",
        by=world.planner,
    )
    assert (revised.acceptance, revised.answered_by, revised.accepted_digest) == (Acceptance.ASKED, "", "")
    with pytest.raises(StaleRevision):
        actions.revise_pledge(
            row,
            revision=1,
            year=PFMA_2026,
            amount=Decimal(6),
            status=FundingStatus.TABLED,
            reason="Once more, please",
            by=BY,
        )


def test_declining_needs_a_reason_and_takes_the_money_out(world, party):
    drafted = pledge(party, "1000000.00")
    party.commitment.refresh_from_db()
    assert party.commitment.funding == "funded"
    with pytest.raises(RuleBroken):
        actions.decline_pledge(drafted, by=world.sipho, reason="no")
    actions.decline_pledge(drafted, by=world.sipho, reason="Not in the vote")
    party.commitment.refresh_from_db()
    assert (party.commitment.funding, party.commitment.pledged) == ("unfunded", 0)


def test_a_negative_pledge_and_a_second_of_the_same_source_are_refused(party):
    with pytest.raises(RuleBroken, match="negative"):
        pledge(party, "-1.00")
    pledge(party)
    with pytest.raises(RuleBroken, match="already"):
        pledge(party)
    assert pledge(party, year=MFMA_2026).basis == Basis.MFMA


def test_beyond_the_tabled_budget_nothing_is_committed_or_tabled(party):
    for status in (FundingStatus.COMMITTED, FundingStatus.TABLED):
        with pytest.raises(RuleBroken, match="beyond the latest tabled medium-term budget"):
            pledge(party, year=FAR, status=status)
    assert pledge(party, year=FAR, status=FundingStatus.INDICATIVE).year == 2031
    assert pledge(party, year=FAR.next(), status=FundingStatus.UNFUNDED).year == 2032


def test_a_contract_binds_beyond_it_when_it_is_attached_and_cited(world, party):
    contract = store(BytesIO(b"contract"), name="contract.pdf", media_type="application/pdf", by=BY)
    with pytest.raises(RuleBroken):
        pledge(party, year=FAR, evidence=contract)
    with pytest.raises(RuleBroken):
        pledge(party, year=FAR, evidence_reference="Contract 12 of 2025")
    held = pledge(party, year=FAR, evidence=contract, evidence_reference="Contract 12 of 2025")
    assert actions.accept_pledge(held, by=world.sipho).status == FundingStatus.COMMITTED


@pytest.mark.parametrize(
    ("basis", "on", "last"),
    [
        (Basis.PFMA, date(2023, 3, 1), 2025),
        (Basis.PFMA, date(2025, 5, 20), 2026),
        (Basis.PFMA, date(2025, 5, 21), 2027),
        (Basis.PFMA, date(2026, 11, 22), 2028),
        (Basis.MFMA, date(2026, 3, 30), 2027),
        (Basis.MFMA, date(2026, 3, 31), 2028),
    ],
)
def test_the_latest_tabled_budget_is_dated(basis, on, last):
    budget = rules.latest_tabled(basis, on)
    assert budget is not None and budget.last_year == last and budget.reference


def test_before_any_known_budget_nothing_is_tabled():
    assert rules.latest_tabled(Basis.PFMA, date(2000, 1, 1)) is None


def test_an_unfunded_line_carries_the_need_and_is_not_accepted(world, party):
    with pytest.raises(RuleBroken, match="how much is needed"):
        pledge(party, "0", status=FundingStatus.UNFUNDED)
    need = pledge(party, "250000.00", status=FundingStatus.UNFUNDED)
    with pytest.raises(RuleBroken, match="a need, not a promise"):
        actions.accept_pledge(need, by=world.sipho)
    actions.agree_commitment(party, by=world.sipho)
    party.commitment.refresh_from_db()
    assert (party.commitment.state, party.commitment.funding) == ("agreed", "unfunded")


def test_funding_follows_the_pledges(party):
    commitment = party.commitment
    pledge(party, "400000.00")
    commitment.refresh_from_db()
    assert (commitment.funding, commitment.pledged) == ("part", Decimal("400000.00"))
    pledge(party, "600000.00", funding_source="Grant")
    commitment.refresh_from_db()
    assert commitment.funding == "funded"


def test_indicative_money_alone_never_funds(party):
    pledge(party, "5000000.00", status=FundingStatus.INDICATIVE)
    party.commitment.refresh_from_db()
    assert party.commitment.funding == "unfunded"


def test_without_cost_and_pledges_funding_is_unknown(world):
    assert propose(total_cost=None).funding == ""
