"""Links: proposed by whom, confirmed by whom, answered by whom they bind, and never more than the line."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.access.actors import PUBLIC
from oneplan.alignment import link_rules
from oneplan.alignment.actions.linking import (
    answer_link,
    confirm_link,
    dispute_link,
    reject_link,
    reopen_link,
    share_line,
    withdraw_link,
    write_link,
)
from oneplan.alignment.choices import LinkAnswerKind, LinkKind, LinkState
from oneplan.alignment.models import Link
from oneplan.alignment.queries.links import LinkFilters, links_of, links_visible_to
from oneplan.alignment.signals import links_changed
from oneplan.alignment.tests.links import BY, REASON, item, line, promise
from oneplan.budgets.choices import Standing
from oneplan.commitments.actions import withdraw_commitment
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.source_plans.actions import withdraw_item, withdraw_plan

PAYS = LinkKind.COMMITMENT_LINE


def written(world, **said):
    return write_link(PAYS, said.pop("left", None) or promise(), said.pop("right", None) or line(), by=world.hub36,
                      reason=REASON, **said)  # fmt: skip


def confirmed(link, **said):
    return confirm_link(link, by=BY, revision=link.revision, reason=REASON, **said)


def test_a_link_counts_when_it_is_confirmed_and_not_before(world):
    link = written(world)
    assert not link.counts and link.share is None
    link = confirmed(link)
    assert link.counts and link.share == 1
    assert [entry.event for entry in history(link)] == ["link.confirmed", "link.written"]


def test_who_may_propose_and_who_may_confirm(world):
    with pytest.raises(NotAllowed):
        write_link(PAYS, promise(), line(), by=world.lerato, reason=REASON)
    link = write_link(PAYS, promise(lead="nat-dws"), line("P2"), by=world.planner, reason=REASON)
    with pytest.raises(NotAllowed):
        confirm_link(link, by=world.planner, revision=link.revision, reason=REASON)
    assert confirm_link(link, by=world.sipho, revision=link.revision, reason=REASON).counts


def test_the_same_two_are_linked_once(world):
    link = written(world)
    with pytest.raises(RuleBroken, match=f"linked already; the link is proposed: /links/{link.pk}/"):
        write_link(PAYS, link.commitment, link.line, by=world.hub36, reason=REASON)
    assert Link.objects.count() == 1


def test_shares_of_a_line_never_exceed_it(world):
    confirmed(written(world), share=Decimal("0.6"))
    other = written(world, left=promise(title="Another main"))
    with pytest.raises(RuleBroken, match=r"70\s%.*cannot be given.*60\s%.*at most 40\s%"):
        confirmed(other, share=Decimal("0.7"))
    other.refresh_from_db()
    assert other.state == LinkState.PROPOSED
    assert confirmed(other).share == Decimal("0.4")
    third = written(world, left=promise(title="A third main"))
    with pytest.raises(RuleBroken, match="whole line is taken already"):
        confirmed(third)


def test_a_share_can_be_changed_within_the_line(world):
    link = confirmed(written(world))
    link = share_line(link, by=BY, revision=link.revision, reason=REASON, share=Decimal("0.25"))
    assert link.share == Decimal("0.25")
    with pytest.raises(RuleBroken, match="more than 0 and at most"):
        share_line(link, by=BY, revision=link.revision, reason=REASON, share=Decimal("1.5"))


@given(st.lists(st.decimals("0.01", "99.99", places=2), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_shares_entered_as_rand_never_come_to_more_than_the_line(amounts):
    whole = sum(amounts)
    shares = [link_rules.share_of(each, whole, "a source") for each in amounts]
    assert sum(shares) <= 1


def test_more_rand_than_the_line_is_refused_with_both_amounts():
    with pytest.raises(RuleBroken, match=r"R\s?120,00.*is more than the line itself, which is R\s?100,00 in Vote 41"):
        link_rules.share_of(Decimal(120), Decimal(100), "Vote 41")


def test_what_was_withdrawn_is_not_linked(world):
    gone = promise()
    withdraw_commitment(gone, by=BY, revision=gone.revision, reason="It was promised twice.")
    gone.refresh_from_db()
    with pytest.raises(RuleBroken, match=f"Commitment {gone.ref} was withdrawn"):
        written(world, left=gone)
    one, other = item("plan-a"), item("plan-b")
    withdraw_item(one, by=BY, revision=one.revision, reason="Not in the adopted text.")
    other.plan.refresh_from_db()
    withdraw_plan(other.plan, by=BY, revision=other.plan.revision, reason="Never adopted by council.")
    for end, why in ((one, "Item 1 was withdrawn"), (other, "was withdrawn. Link an item of one that stands")):
        end = type(end).objects.select_related("plan").get(pk=end.pk)
        with pytest.raises(RuleBroken, match=why):
            write_link(LinkKind.COMMITMENT_ITEM, promise(), end, by=world.hub36, reason=REASON)
    assert not Link.objects.exists()


def test_a_link_whose_end_was_withdrawn_is_not_confirmed(world):
    link = written(world)
    commitment = link.commitment
    withdraw_commitment(commitment, by=BY, revision=commitment.revision, reason="It was promised twice.")
    with pytest.raises(RuleBroken, match="was withdrawn"):
        confirmed(link)


def test_sample_and_real_are_never_linked_but_a_sample_may_serve_a_real_plan(world):
    invented = promise(is_sample=True)
    with pytest.raises(RuleBroken, match="Sample and real things are never linked"):
        written(world, left=invented)
    with pytest.raises(RuleBroken, match="Sample and real things are never linked"):
        written(world, right=line(standing=Standing.SAMPLE))
    assert write_link(LinkKind.COMMITMENT_ITEM, invented, item(), by=world.hub36, reason=REASON)


def test_items_of_one_plan_are_not_linked_with_each_other(world):
    one = item()
    with pytest.raises(RuleBroken, match="not linked with itself"):
        write_link(LinkKind.ITEM_ITEM, one, one, by=BY, reason=REASON)


def test_an_institution_whose_money_is_linked_disputes_it_and_it_counts_no_more(world):
    link = confirmed(written(world))
    told = answer_link(
        link, by=world.sipho, revision=link.revision, institution=world.dws, answer=LinkAnswerKind.DISPUTES,
        reason="This vote pays for another scheme.",
    )  # fmt: skip
    link.refresh_from_db()
    assert link.state == LinkState.DISPUTED and not link.counts
    assert told.answered_by.startswith("Sipho, ")
    again = answer_link(
        link, by=world.sipho, revision=link.revision, institution=world.dws, answer=LinkAnswerKind.AGREES,
        reason="It was looked into: it does.",
    )  # fmt: skip
    link.refresh_from_db()
    assert link.state == LinkState.DISPUTED  # until somebody confirms it again
    assert [each.is_standing for each in link.answers.order_by("pk")] == [False, True] and again.is_standing
    assert confirmed(link).counts


def test_nobody_answers_for_an_institution_that_it_does_not_bind(world):
    link = written(world)
    with pytest.raises(NotAllowed, match="binds no promise, project, plan or budget of"):
        answer_link(link, by=world.ayanda, revision=link.revision, institution=world.health,
                    answer=LinkAnswerKind.DISPUTES, reason=REASON)  # fmt: skip
    with pytest.raises(NotAllowed, match="Only the accounting officer of"):
        answer_link(link, by=world.hub36, revision=link.revision, institution=world.dws,
                    answer=LinkAnswerKind.DISPUTES, reason=REASON)  # fmt: skip
    assert not link.answers.exists()


def test_decisions_are_taken_back_and_what_was_rejected_stays_so(world):
    link = written(world)
    link = reject_link(link, by=BY, revision=link.revision, reason=REASON)
    with pytest.raises(RuleBroken, match="is rejected, so it cannot become confirmed"):
        confirmed(link)
    link = reopen_link(link, by=BY, revision=link.revision, reason=REASON)
    link = dispute_link(link, by=world.hub36, revision=link.revision, reason=REASON)
    link = withdraw_link(link, by=BY, revision=link.revision, reason=REASON)
    assert link.state == LinkState.WITHDRAWN


def test_a_decision_on_an_older_version_is_refused(world):
    link = written(world)
    confirmed(link)
    with pytest.raises(StaleRevision):
        reject_link(link, by=BY, revision=1, reason=REASON)


def test_who_sees_which_links(world):
    link = written(world)
    hidden = written(world, left=link.commitment, right=line("P9", standing=Standing.GOVERNMENT))
    assert set(links_visible_to(world.hub36)) == {link}
    assert set(links_visible_to(world.office)) == {link, hidden}
    assert not links_visible_to(world.thandi) and not links_visible_to(PUBLIC)
    assert links_of(world.hub36, link.commitment) == [link]
    assert list(LinkFilters(q=("Scheme",)).apply(links_visible_to(world.hub36))) == [link]
    assert not LinkFilters(state=("confirmed",)).apply(links_visible_to(world.hub36))


def test_all_who_share_a_line_are_told_of_when_one_changes(world, django_capture_on_commit_callbacks):
    first = written(world)
    second = written(world, left=promise(title="Another main"))
    heard = []

    def listen(commitments, **_more):
        heard.append(commitments)

    links_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            confirmed(first)
    finally:
        links_changed.disconnect(listen)
    assert heard == [sorted([first.commitment_id, second.commitment_id])]
