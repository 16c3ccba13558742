"""The verbs of this room, by noun. Nothing else writes its tables."""

from oneplan.commitments.actions.commitments import (
    amend_commitment,
    deliver_commitment,
    mark_commitment,
    propose_commitment,
    restore_commitment,
    serve_elements,
    unmark_commitment,
    withdraw_commitment,
)
from oneplan.commitments.actions.evidence import hand_in_evidence
from oneplan.commitments.actions.imported import Progress, import_commitments
from oneplan.commitments.actions.keeping import lock_together
from oneplan.commitments.actions.parties import (
    add_party,
    agree_and_accept,
    agree_commitment,
    change_lead,
    decline_commitment,
    remove_party,
    revise_party,
)
from oneplan.commitments.actions.pledges import (
    PledgeLine,
    accept_pledge,
    decline_pledge,
    draft_pledge,
    draft_pledges,
    remove_pledge,
    revise_pledge,
)
from oneplan.commitments.actions.shares import set_shares
from oneplan.commitments.actions.signatures import sign_commitment, sign_commitments, void_signatures
from oneplan.commitments.actions.sums import forget_sums, keep_sums

__all__ = [
    "PledgeLine", "Progress", "accept_pledge", "add_party", "agree_and_accept", "agree_commitment",
    "amend_commitment", "change_lead", "decline_commitment", "decline_pledge", "deliver_commitment", "draft_pledge",
    "draft_pledges", "forget_sums", "hand_in_evidence", "import_commitments", "keep_sums", "lock_together",
    "mark_commitment", "propose_commitment", "remove_party", "remove_pledge", "restore_commitment", "revise_party",
    "revise_pledge", "serve_elements", "set_shares", "sign_commitment", "sign_commitments", "unmark_commitment",
    "void_signatures", "withdraw_commitment",
]  # fmt: skip
