from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.commitments import actions, queries, rules
from oneplan.commitments.choices import CommitmentState, PlaceQuality
from oneplan.commitments.exports import commitment_content, standing
from oneplan.commitments.measures import apportion
from oneplan.commitments.models import Commitment, Signature
from oneplan.commitments.queries import LedgerFilters, Level, rollup
from oneplan.commitments.tests.factories import BY, COPY, freeze, pledge, propose
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.spaces.models import Ward

CODES = ["DC15", "DC36", "ETH", "JHB", "DC1"]


@st.composite
def fractions(draw):
    """Fractions in 8 decimals that sum to 1."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, unique=True))
    cuts = sorted(
        draw(st.lists(st.integers(1, 10**8 - 1), min_size=len(codes) - 1, max_size=len(codes) - 1, unique=True))
    )
    edges = [0, *cuts, 10**8]
    return {c: Decimal(b - a) / 10**8 for c, a, b in zip(codes, edges[:-1], edges[1:], strict=True)}


@given(fractions(), st.integers(0, 10**15))
def test_apportioning_conserves_every_cent(shares, cents):
    amount = Decimal(cents) / 100
    parts = apportion(amount, shares)
    assert sum(parts.values()) == amount
    assert all(abs(parts[code] - amount * shares[code]) < Decimal("0.01") for code in shares)


@given(fractions())
def test_fractions_that_sum_to_one_pass(shares):
    rules.check_shares(shares)


@given(fractions(), st.sampled_from([Decimal("0.00000001"), Decimal("-0.00000001"), Decimal("0.1")]))
def test_anything_else_is_refused(shares, off):
    code = next(iter(shares))
    with pytest.raises(RuleBroken):
        rules.check_shares({**shares, code: shares[code] + off})


@pytest.fixture
def shared(world):
    """Two spaces in two provinces, in a split that does not divide."""
    commitment = propose()
    pledge(commitment.parties.get(), "100.01")
    actions.set_shares(
        commitment, {"DC15": Decimal("0.33333333"), "DC36": Decimal("0.66666667")}, valid_from=clock.today(), by=BY
    )
    return commitment


def test_rand_counts_once_at_every_level(world, shared):
    other = propose("DC36")
    pledge(other.parties.get(), "50.00")
    rows = Commitment.objects.all()
    spaces = {code: money.pledged for code, money in rollup(rows, Level.SPACE).items()}
    assert spaces == {"DC15": Decimal("33.34"), "DC36": Decimal("116.67")}
    provinces = {code: money.pledged for code, money in rollup(rows, Level.PROVINCE).items()}
    assert provinces == {"EC": Decimal("33.34"), "LIM": Decimal("116.67")}
    assert rollup(rows, Level.COUNTRY)["ZA"].pledged == sum(spaces.values()) == Decimal("150.01")


def test_it_stands_in_each_plan_and_is_signed_once(world, shared):
    actions.agree_and_accept(shared.parties.get(), by=world.sipho)
    freeze("DC15", COPY)
    freeze("DC36", "b" * 64)
    for space in (world.dc15, world.dc36):
        assert [row["ref"] for row in commitment_content(space)] == [shared.ref]
    actions.sign_commitment(shared, party=shared.parties.get(), copy_hash=COPY, by=world.sipho)
    shared.refresh_from_db()
    assert shared.state == CommitmentState.SIGNED
    assert Signature.objects.count() == 1
    for space in (world.dc15, world.dc36):
        [told] = standing(space, COPY)
        assert told["outstanding"] == []
        assert told["parties"][0]["signature"]["of_these_terms"]


def test_both_ledgers_show_it_and_only_those(world, shared):
    for actor, space in ((world.thandi, world.dc15), (world.hub36, world.dc36)):
        assert [row.ref for row in queries.ledger(actor, LedgerFilters(), space=space)] == [shared.ref]
    assert not queries.ledger(world.auditor, LedgerFilters(), space=world.eth).exists()


def test_earlier_shares_stay_on_record_and_sum_to_one_at_every_date(world):
    commitment = propose()
    start = commitment.shares.get().valid_from
    for step, split in enumerate(({"DC15": Decimal("0.5"), "DC36": Decimal("0.5")}, {"ETH": Decimal(1)}), start=1):
        actions.set_shares(commitment, split, valid_from=start + timedelta(days=10 * step), by=BY)
    for offset in range(0, 30, 5):
        held = queries.shares_on(start + timedelta(days=offset)).filter(commitment=commitment)
        assert sum(share.fraction for share in held) == 1
    assert commitment.shares.count() == 4
    on = start + timedelta(days=12)
    assert set(rollup(Commitment.objects.all(), Level.SPACE, on=on)) <= {"DC15", "DC36"}


def test_shares_are_not_set_backwards_and_not_by_strangers(world, shared):
    with pytest.raises(RuleBroken, match="already"):
        actions.set_shares(shared, {"ETH": Decimal(1)}, valid_from=date(2020, 1, 1), by=BY)
    with pytest.raises(RuleBroken, match="no space"):
        actions.set_shares(shared, {"XX": Decimal(1)}, valid_from=clock.today(), by=BY)
    with pytest.raises(NotAllowed):
        actions.set_shares(shared, {"DC15": Decimal(1)}, valid_from=clock.today(), by=world.hub36)


def test_a_share_that_moves_away_takes_the_place_of_the_point_with_it(world, monkeypatch):
    def legal_in_dc15(*_at):
        return SimpleNamespace(space="DC15", quality="legal")

    monkeypatch.setattr("oneplan.commitments.actions.keeping.locate_one", legal_in_dc15)
    commitment = propose(longitude=28.8, latitude=-31.6)
    assert commitment.place_quality == PlaceQuality.LOCATED
    for shares, quality in (
        ({"DC15": Decimal("0.5"), "DC36": Decimal("0.5")}, PlaceQuality.LOCATED),
        ({"DC36": Decimal(1)}, PlaceQuality.NOT_PLACED),
        ({"DC15": Decimal(1)}, PlaceQuality.LOCATED),
    ):
        actions.set_shares(commitment, shares, valid_from=clock.today(), by=BY)
        commitment.refresh_from_db()
        assert commitment.place_quality == quality


def test_a_space_keeps_its_share_while_the_ward_or_an_area_lies_in_it(world):
    ward = Ward.objects.filter(municipal_area__space_id="DC15")[0]
    for place in ({"ward": ward}, {"municipal_areas": [ward.municipal_area]}):
        commitment = propose(**place)
        with pytest.raises(RuleBroken, match="does not lie in DC36"):
            actions.set_shares(commitment, {"DC36": Decimal(1)}, valid_from=clock.today(), by=BY)
        assert [share.space_id for share in commitment.shares.all()] == ["DC15"]
        halves = {"DC15": Decimal("0.5"), "DC36": Decimal("0.5")}
        assert actions.set_shares(commitment, halves, valid_from=clock.today(), by=BY)


def test_a_space_that_is_out_for_signing_gains_no_share(world):
    commitment = propose()
    freeze("DC36")
    with pytest.raises(RuleBroken, match="signing copy"):
        actions.set_shares(
            commitment, {"DC15": Decimal("0.5"), "DC36": Decimal("0.5")}, valid_from=clock.today(), by=BY
        )


def test_the_content_is_terms_alone_and_does_not_change_by_answers(world, shared):
    before = commitment_content(world.dc15)
    actions.agree_and_accept(shared.parties.get(), by=world.sipho)
    assert commitment_content(world.dc15) == before
    actions.mark_commitment(shared, "jobs", justification="Keeps forty jobs", by=BY)
    assert commitment_content(world.dc15) != before


def test_a_hub_manager_shares_with_no_space_but_her_own(world):
    commitment = propose(by=world.thandi)
    with pytest.raises(NotAllowed):
        actions.set_shares(
            commitment, {"DC15": Decimal("0.5"), "DC36": Decimal("0.5")}, valid_from=clock.today(), by=world.thandi
        )
    assert list(commitment.shares.values_list("space_id", flat=True)) == ["DC15"]
