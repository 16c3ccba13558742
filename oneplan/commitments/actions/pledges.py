"""What each party puts in, year by year, and its accounting officer's answer."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.commitments import rules
from oneplan.commitments.actions.keeping import hand_of, lock, refresh, settle, void_standing
from oneplan.commitments.choices import Acceptance, CommitmentState, Event
from oneplan.commitments.models import Party, Pledge
from oneplan.commitments.queries import copies_of
from oneplan.commitments.terms import pledge_digest, pledge_terms
from oneplan.periods import clock
from oneplan.periods.years import FinancialYear
from oneplan.platform.audit import record
from oneplan.platform.documents import Document
from oneplan.platform.errors import RuleBroken, StaleRevision


def _scopes(party: Party) -> list[str]:
    return [*party.scopes(), *party.commitment.home_space.scopes()]


@transaction.atomic
def draft_pledge(
    party: Party,
    *,
    year: FinancialYear,
    amount: Decimal,
    status: str,
    funding_source: str = "",
    evidence: Document | None = None,
    evidence_reference: str = "",
    by: Actor,
) -> Pledge:
    """Write down what a party is to put in, in one year from one source, or what is missing (unfunded).

    Not yet accepted.
    """
    check(by, Permission.PLEDGE_DRAFT, _scopes(party))
    commitment = lock(party.commitment)
    rules.check_terms_may_change(commitment)
    rules.check_pledge_terms(
        year=year, amount=amount, status=status, evidence=evidence, reference=evidence_reference, on=clock.today()
    )
    rules.check_pledge_is_the_only_one(party, year, funding_source)
    pledge = Pledge.objects.create(
        party=party, year=year.start, basis=year.basis, amount=amount, status=status, funding_source=funding_source,
        evidence=evidence, evidence_reference=evidence_reference,
    )  # fmt: skip
    refresh(commitment)
    record(Event.PLEDGE_DRAFTED, commitment, by=by, after=pledge_terms(pledge), institution=party.institution_id)
    void_standing(commitment, by=by, reason=_("A pledge was drafted."))
    return pledge


@transaction.atomic
def revise_pledge(
    pledge: Pledge,
    *,
    revision: int,
    year: FinancialYear,
    amount: Decimal,
    status: str,
    funding_source: str = "",
    evidence: Document | None = None,
    evidence_reference: str = "",
    reason: str,
    by: Actor,
) -> Pledge:
    """Change a pledge. Its answer falls, and the commitment's agreement and signatures with it."""
    check(by, Permission.PLEDGE_DRAFT, _scopes(pledge.party))
    commitment = lock(pledge.party.commitment)
    row = Pledge.objects.select_for_update().select_related("party__institution", "party__commitment").get(pk=pledge.pk)
    if row.revision != revision:
        raise StaleRevision(current=row)
    rules.check_terms_may_change(commitment)
    rules.check_reason(reason)
    rules.check_pledge_terms(
        year=year, amount=amount, status=status, evidence=evidence, reference=evidence_reference, on=clock.today()
    )
    rules.check_pledge_is_the_only_one(row.party, year, funding_source, but=row)
    before = {**pledge_terms(row), "acceptance": row.acceptance}
    row.year, row.basis, row.amount, row.status = year.start, year.basis, amount, status
    row.funding_source, row.evidence, row.evidence_reference = funding_source, evidence, evidence_reference
    if pledge_terms(row) == {name: value for name, value in before.items() if name != "acceptance"}:
        return row
    row.acceptance, row.answered_at, row.answered_by, row.answered_post = Acceptance.ASKED, None, "", None
    row.delegation, row.answer_reason, row.accepted_digest, row.copy_hash = None, "", "", ""
    row.revision += 1
    row.save()
    refresh(commitment)
    record(
        Event.PLEDGE_REVISED, commitment, by=by, reason=reason, before=before,
        after={**pledge_terms(row), "acceptance": row.acceptance}, institution=row.party.institution_id,
    )  # fmt: skip
    void_standing(commitment, by=by, reason=reason)
    return row


@transaction.atomic
def remove_pledge(pledge: Pledge, *, by: Actor, reason: str) -> None:
    """Take a pledge away; the log keeps what it said and who had accepted it."""
    check(by, Permission.PLEDGE_DRAFT, _scopes(pledge.party))
    commitment = lock(pledge.party.commitment)
    rules.check_terms_may_change(commitment)
    rules.check_reason(reason)
    before = {**pledge_terms(pledge), "acceptance": pledge.acceptance, "answered_by": pledge.answered_by}
    institution = pledge.party.institution_id
    Pledge.objects.filter(pk=pledge.pk).delete()
    refresh(commitment)
    record(Event.PLEDGE_REMOVED, commitment, by=by, reason=reason, before=before, institution=institution)
    void_standing(commitment, by=by, reason=reason)


def _answer(pledge: Pledge, answer: Acceptance, *, reason: str, revision: int | None, by: Actor) -> Pledge:
    check(by, Permission.PLEDGE_ACCEPT, pledge)
    hand = hand_of(by, pledge.party.institution)
    commitment = lock(pledge.party.commitment)
    row = Pledge.objects.select_for_update().select_related("party__institution", "party__commitment").get(pk=pledge.pk)
    if revision is not None and row.revision != revision:
        raise StaleRevision(current=row)
    if row.status == "unfunded":
        raise RuleBroken(
            _("An unfunded line is a need, not a promise: there is nothing to accept. Revise it once there is money.")
        )
    if answer == Acceptance.ACCEPTED:
        rules.check_can_accept_pledge(row, clock.today())
    else:
        rules.check_can_answer_pledge(row, answer)
        rules.check_reason(reason)
    before = row.acceptance
    copies = copies_of(commitment)
    row.acceptance, row.answered_at, row.answered_by = answer, clock.now(), hand.name
    row.answered_post, row.delegation, row.answer_reason = hand.post, hand.delegation, reason
    row.accepted_digest = pledge_digest(row) if answer == Acceptance.ACCEPTED else ""
    row.copy_hash = copies[0] if copies and answer == Acceptance.ACCEPTED else ""
    row.revision += 1
    row.save()
    refresh(commitment, bump=False)  # an answer is no change of terms
    event = Event.PLEDGE_ACCEPTED if answer == Acceptance.ACCEPTED else Event.PLEDGE_DECLINED
    record(
        event, commitment, by=by, reason=reason, before={"acceptance": before}, after={"acceptance": answer},
        institution=row.party.institution_id, pledge=pledge_terms(row), answered_by=hand.name,
        instrument=hand.instrument, copy_hash=row.copy_hash, digest=row.accepted_digest,
    )  # fmt: skip
    if commitment.state in (CommitmentState.PROPOSED, CommitmentState.AGREED):
        settle(commitment, by=by)
    return row


@transaction.atomic
def accept_pledge(pledge: Pledge, *, by: Actor, revision: int | None = None) -> Pledge:
    """The institution's accounting officer, or written delegate, accepts.

    Name and post are kept as they stand today.
    """
    return _answer(pledge, Acceptance.ACCEPTED, reason="", revision=revision, by=by)


@transaction.atomic
def decline_pledge(pledge: Pledge, *, by: Actor, reason: str, revision: int | None = None) -> Pledge:
    """The institution's accounting officer, or written delegate, declines and says why."""
    return _answer(pledge, Acceptance.DECLINED, reason=reason, revision=revision, by=by)
