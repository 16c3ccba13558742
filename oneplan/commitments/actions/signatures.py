"""Putting names under commitments, on a signing copy named by its hash."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.commitments import rules
from oneplan.commitments.actions.keeping import Hand, hand_of, lock_editions
from oneplan.commitments.choices import CommitmentState, Event
from oneplan.commitments.models import Commitment, Party, Pledge, Share, Signature
from oneplan.commitments.queries import in_copy
from oneplan.commitments.terms import digest, terms, with_terms
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.plans.models import Edition
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken

_HAS_SIGNED = Exists(Signature.objects.filter(party=OuterRef("pk"), voided_at=None))


def _locked(keys: Sequence[int]) -> dict[int, Commitment]:
    """The rows, locked in one order after the editions that carry them, with all that their terms say: in a fixed
    number of queries.
    """
    lock_editions(Share.objects.filter(commitment__in=keys).values_list("space_id", flat=True))
    list(Commitment.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))
    return with_terms(Commitment.objects.all()).in_bulk(keys)


def _sign(parties: Sequence[Party], copy_hash: str, *, hand: Hand, by: Actor) -> list[Signature]:
    """One institution's name under each of its commitments; each is remembered by itself."""
    rows = _locked([party.commitment_id for party in parties])
    standing = set(in_copy(copy_hash).filter(pk__in=rows).values_list("pk", flat=True))
    signed = []
    for party in parties:
        row = rows[party.commitment_id]
        rules.check_can_sign_commitment(row, party, copy_hash)
        if row.pk not in standing:
            raise RuleBroken(
                _(
                    "%(ref)s does not stand in this signing copy. Sign it on the copy of a space it has a share in"
                    " today."
                )
                % {"ref": row.ref}
            )
        signature = Signature.objects.create(
            party=party, copy_hash=copy_hash, digest=digest(terms(row)), signed_at=clock.now(), signed_by=hand.name,
            post=hand.post, delegation=hand.delegation, instrument=hand.instrument,
        )  # fmt: skip
        before = row.state
        if not Party.objects.filter(commitment=row).exclude(_HAS_SIGNED).exists():
            row.state = CommitmentState.SIGNED
            row.save(update_fields=["state"])
        record(
            Event.COMMITMENT_SIGNED, row, by=by, before={"state": before}, after={"state": row.state},
            institution=party.institution_id, signed_by=hand.name, instrument=hand.instrument, copy_hash=copy_hash,
            digest=signature.digest,
        )  # fmt: skip
        signed.append(signature)
    return signed


@transaction.atomic
def sign_commitment(commitment: Commitment, *, party: Party, copy_hash: str, by: Actor) -> Signature:
    """Put a party's name to an agreed commitment, on the signing copy with this hash."""
    check(by, Permission.COMMITMENT_SIGN, party)
    if party.commitment_id != commitment.pk:
        raise RuleBroken(_("%(institution)s is no party of this commitment.") % {"institution": party.institution})
    return _sign([party], copy_hash, hand=hand_of(by, party.institution), by=by)[0]


@transaction.atomic
def sign_commitments(institution: Institution, *, copy_hash: str, by: Actor) -> list[Signature]:
    """Sign every agreed, unsigned commitment of an institution in a signing copy: one act each, all or none.

    Raises RuleBroken where there is nothing to sign.
    """
    check(by, Permission.COMMITMENT_SIGN, [f"institution:{institution.pk}"])
    hand = hand_of(by, institution)
    parties = (
        Party.objects.filter(institution=institution, commitment__state=CommitmentState.AGREED)
        .filter(commitment__in=list(in_copy(copy_hash).values_list("pk", flat=True)))
        .exclude(_HAS_SIGNED)
        .select_related("institution")
        .order_by("commitment__ref")
    )
    signed = _sign(list(parties), copy_hash, hand=hand, by=by)
    if not signed:
        raise RuleBroken(
            _("%(institution)s has nothing to sign on this copy: agree to its commitments first.")
            % {"institution": institution.name}
        )
    return signed


@transaction.atomic
def void_signatures(copy_hash: str, *, by: Actor, reason: str) -> int:
    """The signing copy is withdrawn: signatures on it fall, and pledges no longer cite it. Returns how many fell.

    What the parties agreed to has not changed, so a signed commitment goes back to agreed, not to proposed.
    """
    signatures = Signature.objects.filter(copy_hash=copy_hash, voided_at=None)
    keys = list(signatures.values_list("party__commitment_id", flat=True))
    commitments = list(Commitment.objects.select_for_update().filter(pk__in=keys))
    for edition in Edition.objects.filter(copy_hash=copy_hash).select_related("plan__space__province"):
        check(by, Permission.EDITION_FREEZE, edition)
    who = list(signatures.values_list("party__commitment__ref", "party__institution_id", "signed_by"))
    fallen = signatures.update(voided_at=clock.now(), void_reason=reason)
    Pledge.objects.filter(copy_hash=copy_hash).update(copy_hash="")
    for commitment in commitments:
        if commitment.state == CommitmentState.SIGNED:
            commitment.state = CommitmentState.AGREED
            commitment.save(update_fields=["state"])
        record(
            Event.SIGNATURES_VOIDED, commitment, by=by, reason=reason, copy_hash=copy_hash,
            signatures=[f"{code}: {name}" for ref, code, name in who if ref == commitment.ref],
        )  # fmt: skip
    return fallen
