"""What each party puts in, year by year, and its accounting officer's answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.commitments import rules
from oneplan.commitments.actions.keeping import Hand, hand_of, lock, refresh, settle, void_standing
from oneplan.commitments.choices import Acceptance, CommitmentState, Event
from oneplan.commitments.models import Commitment, Party, Pledge
from oneplan.commitments.queries import copies_of
from oneplan.commitments.terms import pledge_digest, pledge_terms
from oneplan.periods import clock
from oneplan.periods.years import FinancialYear
from oneplan.platform.audit import record
from oneplan.platform.documents import Document
from oneplan.platform.errors import RuleBroken, StaleRevision


def _scopes(party: Party) -> list[str]:
    return [*party.scopes(), *party.commitment.home_space.scopes()]


@dataclass(frozen=True)
class PledgeLine:
    """One line of what a party is to put in, as somebody writes it down."""

    year: FinancialYear
    amount: Decimal
    status: str
    funding_source: str = ""
    evidence: Document | None = None
    evidence_reference: str = ""


@transaction.atomic
def draft_pledges(
    commitment: Commitment, lines: Sequence[tuple[Party, PledgeLine]], *, by: Actor, reason: str = ""
) -> list[Pledge]:
    """Write down what the parties of a commitment are to put in, or what is missing (unfunded): all lines or none.

    Not yet accepted. Each line is remembered by itself. No lines change nothing. Raises NotAllowed, RuleBroken.
    """
    if not lines:
        return []
    for party in {party.pk: party for party, _line in lines}.values():
        if party.commitment_id != commitment.pk:
            raise RuleBroken(_("%(institution)s is no party of this commitment.") % {"institution": party.institution})
        check(by, Permission.PLEDGE_DRAFT, [*party.scopes(), *commitment.home_space.scopes()])
    commitment = lock(commitment)
    rules.check_terms_may_change(commitment)
    drafted = []
    for party, line in lines:
        rules.check_pledge_terms(
            year=line.year, amount=line.amount, status=line.status, evidence=line.evidence,
            reference=line.evidence_reference, on=clock.today(),
        )  # fmt: skip
        rules.check_pledge_is_the_only_one(party, line.year, line.funding_source)
        pledge = Pledge.objects.create(
            party=party, year=line.year.start, basis=line.year.basis, amount=line.amount, status=line.status,
            funding_source=line.funding_source, evidence=line.evidence, evidence_reference=line.evidence_reference,
        )  # fmt: skip
        drafted.append(pledge)
        record(
            Event.PLEDGE_DRAFTED, commitment, by=by, reason=reason, after=pledge_terms(pledge),
            institution=party.institution_id,
        )  # fmt: skip
    refresh(commitment)
    void_standing(commitment, by=by, reason=_("A pledge was drafted."))
    return drafted


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
    reason: str = "",
) -> Pledge:
    """Write down what a party is to put in, in one year from one source, or what is missing (unfunded).

    Not yet accepted.
    """
    line = PledgeLine(year, amount, status, funding_source, evidence, evidence_reference)
    return draft_pledges(party.commitment, [(party, line)], by=by, reason=reason)[0]


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


def _answer(
    pledges: Sequence[Pledge], answer: Acceptance, *, by: Actor, reason: str = "", revision: int | None = None
) -> list[Pledge]:
    """Answer pledges of one party; each answer is remembered by itself."""
    party = pledges[0].party
    check(by, Permission.PLEDGE_ACCEPT, party)
    hand = hand_of(by, party.institution)
    commitment = lock(party.commitment)
    answered = answer_rows(
        commitment, party, [pledge.pk for pledge in pledges], answer, hand=hand, by=by, reason=reason, revision=revision
    )
    if commitment.state in (CommitmentState.PROPOSED, CommitmentState.AGREED):
        settle(commitment, by=by)
    return answered


def answer_rows(
    commitment: Commitment, party: Party, keys: Iterable[int], answer: Acceptance, *, hand: Hand, by: Actor,
    reason: str = "", revision: int | None = None,
) -> list[Pledge]:  # fmt: skip
    """Answer pledges of one party of a locked commitment, inside an act that was checked already."""
    copies = copies_of(commitment)
    rows = Pledge.objects.select_for_update(of=("self",)).select_related("party__institution", "party__commitment")
    keys = set(keys)
    answered = list(rows.filter(party_id=party.pk, pk__in=keys))
    if len(answered) < len(keys):
        raise RuleBroken(_("A pledge was removed while it was being answered. Read the commitment again."))
    for row in answered:
        if revision is not None and row.revision != revision:
            raise StaleRevision(current=row)
        if row.status == "unfunded":
            raise RuleBroken(
                _(
                    "An unfunded line is a need, not a promise: there is nothing to accept. Revise it once there is"
                    " money."
                )
            )
        if answer == Acceptance.ACCEPTED:
            rules.check_can_accept_pledge(row, clock.today())
        else:
            rules.check_can_answer_pledge(row, answer)
            rules.check_reason(reason)
        before = row.acceptance
        row.acceptance, row.answered_at, row.answered_by = answer, clock.now(), hand.name
        row.answered_post, row.delegation, row.answer_reason = hand.post, hand.delegation, reason
        row.accepted_digest = pledge_digest(row) if answer == Acceptance.ACCEPTED else ""
        row.copy_hash = copies[0] if copies and answer == Acceptance.ACCEPTED else ""
        row.revision += 1
        row.save()
        record(
            Event.PLEDGE_ACCEPTED if answer == Acceptance.ACCEPTED else Event.PLEDGE_DECLINED,
            commitment, by=by, reason=reason, before={"acceptance": before}, after={"acceptance": answer},
            institution=party.institution_id, pledge=pledge_terms(row), answered_by=hand.name,
            instrument=hand.instrument, copy_hash=row.copy_hash, digest=row.accepted_digest,
        )  # fmt: skip
    if answered:
        refresh(commitment, bump=False)  # an answer is no change of terms
    return answered


@transaction.atomic
def accept_pledge(pledge: Pledge, *, by: Actor, revision: int | None = None) -> Pledge:
    """The institution's accounting officer, or written delegate, accepts.

    Name and post are kept as they stand today.
    """
    return _answer([pledge], Acceptance.ACCEPTED, by=by, revision=revision)[0]


@transaction.atomic
def decline_pledge(pledge: Pledge, *, by: Actor, reason: str, revision: int | None = None) -> Pledge:
    """The institution's accounting officer, or written delegate, declines and says why."""
    return _answer([pledge], Acceptance.DECLINED, by=by, reason=reason, revision=revision)[0]
