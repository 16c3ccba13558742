"""Handing in what shows a pledge or a delivery: contracts, statutes, certificates, photographs."""

from typing import IO

from oneplan.access.actors import Actor
from oneplan.access.checks import check, passes
from oneplan.access.permissions import Permission
from oneplan.commitments import rules
from oneplan.commitments.models import Commitment
from oneplan.platform.documents import Document, store


def hand_in_evidence(commitment: Commitment, file: IO[bytes], *, name: str, media_type: str, by: Actor) -> Document:
    """Keep a file for good, so that a pledge or a delivery can name it. Nothing of the commitment changes yet.

    For whoever may draft a pledge of one of its parties, or report its delivery. Raises NotAllowed, RuleBroken (its
    terms stay as they are, a signing copy is out, the file is empty).
    """
    codes = commitment.parties.values_list("institution_id", flat=True)
    drafting = [*(f"institution:{code}" for code in codes), *commitment.home_space.scopes()]
    if not passes(check, by, Permission.PLEDGE_DRAFT, drafting):
        check(by, Permission.DELIVERY_REPORT, commitment)
    rules.check_terms_may_change(commitment)
    return store(file, name=name, media_type=media_type, by=by)
