"""Who takes part, and whether they agree."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.commitments import rules
from oneplan.commitments.actions.keeping import Hand, hand_of, involve, lock, refresh, settle, void_standing
from oneplan.commitments.actions.pledges import answer_rows
from oneplan.commitments.choices import Acceptance, Event, PartyRole
from oneplan.commitments.models import Commitment, Party
from oneplan.commitments.terms import terms_digest
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.platform.audit import record


@transaction.atomic
def add_party(commitment: Commitment, institution: Institution, *, responsibility: str = "", by: Actor) -> Party:
    """Ask another institution to take part. Agreement and signatures of the others fall: the promise is another one."""
    check(by, Permission.COMMITMENT_AMEND, commitment)
    row = lock(commitment)
    rules.check_can_add_party(row, institution.pk)
    rules.check_can_take_part([institution])
    party = Party.objects.create(commitment=row, institution=institution, responsibility=responsibility)
    refresh(row)
    record(Event.PARTY_ADDED, row, by=by, after={"institution": institution, "responsibility": responsibility})
    void_standing(row, by=by, reason=_("A party was added."))
    involve(row, institution)
    return party


@transaction.atomic
def revise_party(party: Party, *, responsibility: str, by: Actor) -> Party:
    """Say anew what a party is responsible for."""
    check(by, Permission.COMMITMENT_AMEND, [*party.scopes(), *party.commitment.scopes()])
    row = lock(party.commitment)
    rules.check_terms_may_change(row)
    before = party.responsibility
    if before == responsibility:
        return party
    Party.objects.filter(pk=party.pk).update(responsibility=responsibility)
    refresh(row)
    record(
        Event.COMMITMENT_AMENDED, row, by=by, before={"responsibility": before},
        after={"responsibility": responsibility}, institution=party.institution_id,
    )  # fmt: skip
    void_standing(row, by=by, reason=_("A party's responsibility was changed."))
    return Party.objects.get(pk=party.pk)


@transaction.atomic
def remove_party(party: Party, *, by: Actor, reason: str) -> None:
    """Take a party out that has answered nothing; its unanswered pledges go with it and are remembered."""
    check(by, Permission.COMMITMENT_AMEND, party.commitment)
    row = lock(party.commitment)
    rules.check_can_remove_party(party)
    rules.check_reason(reason)
    void_standing(row, by=by, reason=reason)
    gone = [f"{p.financial_year.long}: {p.amount} {p.status}" for p in party.pledges.all()]
    party.pledges.all().delete()
    institution = party.institution
    party.delete()
    refresh(row)
    record(Event.PARTY_REMOVED, row, by=by, reason=reason, before={"institution": institution, "pledges": gone})


@transaction.atomic
def change_lead(
    commitment: Commitment, institution: Institution, *, revision: int, by: Actor, reason: str
) -> Commitment:
    """Name another leading institution; the former lead stays a partner."""
    check(by, Permission.COMMITMENT_AMEND, commitment)
    row = lock(commitment, revision)
    rules.check_terms_may_change(row)
    rules.check_reason(reason)
    before = row.lead
    if before.pk == institution.pk:
        return row
    rules.check_can_take_part([institution])
    row.parties.filter(role=PartyRole.LEAD).update(role=PartyRole.PARTNER)
    Party.objects.update_or_create(commitment=row, institution=institution, defaults={"role": PartyRole.LEAD})
    row.lead, row.accountable_post = institution, None
    row.save()
    refresh(row)
    record(Event.COMMITMENT_AMENDED, row, by=by, reason=reason, before={"lead": before}, after={"lead": institution})
    void_standing(row, by=by, reason=reason)
    involve(row, institution)
    return row


@transaction.atomic
def agree_commitment(party: Party, *, by: Actor, revision: int | None = None) -> Party:
    """An institution agrees to the commitment as it is written, through its own signing authority.

    `revision` is that of the commitment that was read: nobody agrees to terms that changed meanwhile.
    """
    check(by, Permission.COMMITMENT_SIGN, party)
    hand = hand_of(by, party.institution)
    row = lock(party.commitment, revision)
    return _agree(row, party, hand=hand, by=by)


def _agree(row: Commitment, party: Party, *, hand: Hand, by: Actor) -> Party:
    party = Party.objects.select_related("institution", "commitment").get(pk=party.pk)
    rules.check_can_answer_commitment(party, Acceptance.ACCEPTED)
    party.acceptance, party.answered_at, party.answered_by = Acceptance.ACCEPTED, clock.now(), hand.name
    party.answered_post, party.delegation, party.answer_reason = hand.post, hand.delegation, ""
    party.agreed_digest = terms_digest(row)
    party.save()
    record(
        Event.PARTY_AGREED, row, by=by, institution=party.institution_id, answered_by=hand.name,
        instrument=hand.instrument, digest=party.agreed_digest,
    )  # fmt: skip
    settle(row, by=by)
    return party


@transaction.atomic
def agree_and_accept(party: Party, *, by: Actor, revision: int | None = None) -> Party:
    """Accept every unanswered pledge of the institution and agree: the common case in one act, each remembered."""
    check(by, Permission.PLEDGE_ACCEPT, party)
    check(by, Permission.COMMITMENT_SIGN, party)
    hand = hand_of(by, party.institution)
    row = lock(party.commitment, revision)
    waiting = party.pledges.filter(acceptance=Acceptance.ASKED).exclude(status="unfunded")
    answer_rows(row, party, waiting.values_list("pk", flat=True), Acceptance.ACCEPTED, hand=hand, by=by)
    return _agree(row, party, hand=hand, by=by)


@transaction.atomic
def decline_commitment(party: Party, *, by: Actor, reason: str) -> Party:
    """An institution says no, and why. The commitment stays proposed, or goes back to it."""
    check(by, Permission.COMMITMENT_SIGN, party)
    hand = hand_of(by, party.institution)
    row = lock(party.commitment)
    party = Party.objects.select_related("institution").get(pk=party.pk)
    rules.check_can_answer_commitment(party, Acceptance.DECLINED)
    rules.check_reason(reason)
    party.acceptance, party.answered_at, party.answered_by = Acceptance.DECLINED, clock.now(), hand.name
    party.answered_post, party.delegation, party.answer_reason = hand.post, hand.delegation, reason
    party.agreed_digest = ""
    party.save()
    record(
        Event.PARTY_DECLINED, row, by=by, reason=reason, institution=party.institution_id, answered_by=hand.name,
        instrument=hand.instrument,
    )  # fmt: skip
    settle(row, by=by)
    return party
