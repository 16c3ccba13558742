"""The sums that are kept for a space are those of its pledges; whoever changes one of them forgets them."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from oneplan.commitments import actions
from oneplan.commitments.models import Commitment, KeptSum, KeptSums, Party, SumsChanged
from oneplan.commitments.queries import Level, in_space, money_of, pledged_in, rollup
from oneplan.commitments.queries.sums import added_up as added_up_by_institution
from oneplan.commitments.tests.factories import BY, PFMA_2026, freeze, pledge, propose
from oneplan.commitments.tests.test_import_commitments import ROW, imported
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken

SPACES = ("DC15", "DC36")
WHY = "The council decided so on 3 March 2026."


def told(spaces=SPACES):
    """What pages read, one sum for each kind."""
    found: defaultdict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for *kind, rand in pledged_in(spaces):
        found[tuple(kind)] += rand
    return {kind: rand for kind, rand in found.items() if rand}


def added_up():
    """The same from the pledges themselves, by another way."""
    rows = Commitment.objects.all()
    return {code: rollup(rows.filter(in_space(code)), Level.SPACE).get(code) for code in SPACES}


def agrees():
    """Whether what pages read is what the pledges sum to."""
    return all(
        money_of(code).lines == (money.lines if money else []) for code, money in added_up().items()
    )  # fmt: skip


@pytest.fixture
def shared(world) -> Commitment:
    """Two commitments: one of OR Tambo alone, one that it shares with Waterberg; the sums of both are kept."""
    pledge(propose().parties.get(), "70.00")
    commitment = propose("DC36", "lim-health")
    pledge(commitment.parties.get(), "100.01")
    actions.set_shares(
        commitment, {"DC15": Decimal("0.33333333"), "DC36": Decimal("0.66666667")}, valid_from=clock.today(), by=BY
    )
    assert actions.keep_sums() == 2
    return commitment


def test_what_is_kept_is_what_is_pledged_and_costs_one_query(shared, django_assert_num_queries):
    with django_assert_num_queries(1):
        kept = told()
    assert sum(kept.values()) == Decimal("170.01")
    actions.forget_sums(SPACES)
    with django_assert_num_queries(2):
        assert told() == kept
    assert agrees()


def test_where_nothing_is_pledged_nothing_is_added_up_again(world, django_assert_num_queries):
    actions.set_shares(
        propose("DC15"), {"DC15": Decimal("0.5"), "DC36": Decimal("0.5")}, valid_from=clock.today(), by=BY
    )
    actions.keep_sums()
    with django_assert_num_queries(1):
        assert told() == {}


def test_it_is_kept_once_and_anew_only_after_a_change(shared):
    assert actions.keep_sums() == 0
    pledge(shared.parties.get(), "30.00", year=PFMA_2026.next())
    assert SumsChanged.objects.count() == 2
    assert actions.keep_sums() == 2
    assert (SumsChanged.objects.count(), KeptSums.objects.count(), agrees()) == (0, 2, True)


def _of(shared: Commitment) -> Party:
    return shared.parties.get()


def _of_now(shared: Commitment) -> Commitment:
    return Commitment.objects.get(pk=shared.pk)


def _withdrawn_and_restored(shared: Commitment) -> Commitment:
    """Taken back, its sums kept, and proposed again."""
    row = actions.withdraw_commitment(shared, by=BY, reason=WHY, revision=_of_now(shared).revision)
    actions.keep_sums()
    assert len(told()) == 1
    return actions.restore_commitment(row, by=BY, reason=WHY, revision=row.revision)


ACTS: dict[str, Callable[..., object]] = {
    "propose_commitment": lambda c, w, tmp: pledge(propose().parties.get(), "5.00"),
    "import_commitments": lambda c, w, tmp: imported(tmp, w, ROW),
    "draft_pledge": lambda c, w, tmp: pledge(_of(c), "5.00", year=PFMA_2026.next()),
    "revise_pledge": lambda c, w, tmp: actions.revise_pledge(
        _of(c).pledges.get(), revision=1, year=PFMA_2026, amount=Decimal("7.00"), status="indicative", reason=WHY, by=BY
    ),
    "remove_pledge": lambda c, w, tmp: actions.remove_pledge(_of(c).pledges.get(), by=BY, reason=WHY),
    "accept_pledge": lambda c, w, tmp: actions.accept_pledge(_of(c).pledges.get(), by=w.ayanda),
    "decline_pledge": lambda c, w, tmp: actions.decline_pledge(_of(c).pledges.get(), by=w.ayanda, reason=WHY),
    "agree_and_accept": lambda c, w, tmp: actions.agree_and_accept(_of(c), by=w.ayanda),
    "set_shares": lambda c, w, tmp: actions.set_shares(c, {"DC15": Decimal(1)}, valid_from=clock.today(), by=BY),
    "withdraw_commitment": lambda c, w, tmp: actions.withdraw_commitment(
        c, by=BY, reason=WHY, revision=_of_now(c).revision
    ),
    "change_lead": lambda c, w, tmp: actions.change_lead(
        c, Institution.objects.get(pk="lim-cogta"), revision=_of_now(c).revision, by=BY, reason=WHY
    ),
    "restore_commitment": lambda c, w, tmp: _withdrawn_and_restored(c),
}  # fmt: skip


SAME_RAND = {"change_lead", "restore_commitment"}  # in the end
NO_RAND = {
    "add_party", "agree_commitment", "amend_commitment", "decline_commitment", "deliver_commitment",
    "hand_in_evidence", "mark_commitment", "remove_party", "revise_party", "serve_elements", "sign_commitment",
    "sign_commitments", "unmark_commitment", "void_signatures",
}  # fmt: skip
SAME_AS_ANOTHER = {"draft_pledges"}


def test_every_act_is_sorted_by_whether_it_moves_rand():
    verbs = {name for name in actions.__all__ if name.islower()} - {"forget_sums", "keep_sums", "lock_together"}
    assert verbs == set(ACTS) | NO_RAND | SAME_AS_ANOTHER


@pytest.mark.parametrize("act", ACTS)
def test_whoever_changes_a_commitment_forgets_its_sums(shared, world, tmp_path, act):
    before = told()
    ACTS[act](shared, world, tmp_path)
    assert agrees()
    assert (told() == before) == (act in SAME_RAND)
    actions.keep_sums()
    assert agrees()


def test_a_refused_change_forgets_nothing(shared):
    freeze("DC36")
    with pytest.raises(RuleBroken):
        pledge(shared.parties.get(), "30.00", year=PFMA_2026.next())
    assert SumsChanged.objects.count() == 0


def test_a_change_that_comes_while_sums_are_made_is_not_lost(shared, monkeypatch):
    pledge(shared.parties.get(), "30.00", year=PFMA_2026.next())

    def changed_meanwhile(space):
        found = list(added_up_by_institution(space))
        actions.forget_sums([space])  # by somebody whose pledge was not yet among them
        return found

    monkeypatch.setattr("oneplan.commitments.actions.sums.added_up", changed_meanwhile)
    actions.keep_sums()
    assert SumsChanged.objects.count() == 2
    KeptSum.objects.update(amount=Decimal("1.00"))
    assert agrees()  # nobody reads them


def test_kept_sums_hold_until_the_day_on_which_a_share_changes(shared, monkeypatch):
    day = clock.today() + timedelta(days=30)
    actions.set_shares(shared, {"DC15": Decimal("0.5"), "DC36": Decimal("0.5")}, valid_from=day, by=BY)
    actions.keep_sums()
    assert set(KeptSums.objects.values_list("holds_until", flat=True)) == {day}
    before = told()
    monkeypatch.setattr(clock, "today", lambda: day)
    assert told() != before
    assert agrees()
    assert actions.keep_sums() == 2
    assert agrees()
