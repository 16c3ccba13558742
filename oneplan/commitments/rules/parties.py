"""Who may be made a party, and when a party may answer and sign."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from oneplan.commitments import queries
from oneplan.commitments.choices import Acceptance, CommitmentState, PartyRole
from oneplan.commitments.models import Commitment, Party
from oneplan.commitments.rules.moves import check_terms_may_change
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken


def check_can_add_party(commitment: Commitment, institution_code: str) -> None:
    check_terms_may_change(commitment)
    if commitment.parties.filter(institution_id=institution_code).exists():
        raise RuleBroken(_("This institution is a party already. Change its responsibility instead."))


def check_can_take_part(institutions: Iterable[Institution]) -> None:
    """Only an institution that stands today can be asked: one that ended or was merged has nobody to answer for it."""
    for each in institutions:
        if each.merged_into_id or (each.valid_to and each.valid_to <= clock.today()):
            raise RuleBroken(
                _("%(institution)s does not stand any more. Name the institution that took its place.")
                % {"institution": each}
            )


def check_partners(lead: Institution, partners: Iterable[Institution]) -> None:
    if lead in partners:
        raise RuleBroken(
            _("%(institution)s leads this commitment; it is no partner of itself.") % {"institution": lead}
        )


def check_can_remove_party(party: Party) -> None:
    check_terms_may_change(party.commitment)
    if party.role == PartyRole.LEAD:
        raise RuleBroken(
            _("The leading institution cannot be removed. Name another lead first, or withdraw the commitment.")
        )
    if party.signatures.exists():
        raise RuleBroken(_("This party once signed; its voided signature stays on record. Let it decline instead."))
    if party.pledges.exclude(acceptance=Acceptance.ASKED).exists():
        raise RuleBroken(
            _("This party has answered its pledges. Remove or revise the pledges first, so that nothing is lost.")
        )


def check_can_answer_commitment(party: Party, answer: Acceptance) -> None:
    commitment = party.commitment
    if commitment.state not in (CommitmentState.PROPOSED, CommitmentState.AGREED):
        raise RuleBroken(
            _("This commitment is %(state)s. Parties agree while it is proposed.")
            % {"state": commitment.get_state_display().lower()}
        )
    if party.acceptance == answer:
        raise RuleBroken(_("%(institution)s has answered so already.") % {"institution": party.institution})


def check_can_sign_commitment(commitment: Commitment, party: Party, copy_hash: str) -> None:
    """An agreed commitment is signed on a standing signing copy, once by each party."""
    if commitment.state == CommitmentState.PROPOSED:
        waiting = [str(p.institution) for p in commitment.parties.all() if p.acceptance != Acceptance.ACCEPTED]
        raise RuleBroken(
            _("This commitment is proposed. Only an agreed commitment can be signed; waiting for: %(who)s.")
            % {"who": ", ".join(waiting) or _("answers to pledges")}
        )
    if commitment.state != CommitmentState.AGREED:
        raise RuleBroken(
            _("This commitment is %(state)s. Only an agreed commitment can be signed.")
            % {"state": commitment.get_state_display().lower()}
        )
    if not copy_hash or copy_hash not in queries.standing_copies(queries.share_codes(commitment)):
        raise RuleBroken(
            _(
                "There is no standing signing copy %(copy)s of a space of this commitment. Freeze the edition"
                " first, then sign."
            )
            % {"copy": copy_hash[:12] or "–"}
        )
    if party.signatures.filter(voided_at=None).exists():
        raise RuleBroken(_("%(institution)s has signed already.") % {"institution": party.institution})
