"""Stage 6, Approval and adoption: committees that stand, a copy that is signed, resolutions that cite it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from oneplan.commitments.models import Signature
from oneplan.committees.choices import CommitteeKind, Decision
from oneplan.committees.models import Resolution
from oneplan.joint_planning.gates.evidence import Evidence, Missing, Owed
from oneplan.joint_planning.gates.promises import Organ


def committees_constituted(evidence: Evidence) -> Iterator[Missing]:
    """Both committees stand, and every seat that the rule set requires is held."""
    for seat in evidence.unheld_seats:
        words = {"seat": seat.label, "committee": CommitteeKind(seat.kind).label.lower()}
        if seat.post is None:
            yield Missing("", _("%(seat)s is not seated on the %(committee)s.") % words, evidence.secretariat)
        else:
            owed = Owed(seat.post.title, seat.post.institution.name, seat.institution_code)
            yield Missing(
                "", _("%(seat)s: the post is vacant, so the seat on the %(committee)s is not held.") % words, owed
            )


def unsigned_parties(evidence: Evidence) -> dict[str, tuple[Organ, list[str]]]:
    """Parties whose name does not stand under a commitment of this plan: institution and references (one query).

    A commitment of several spaces is signed once, on whichever copy came first; any change of terms voids its
    signatures.
    """
    parties = [party.pk for commitment in evidence.commitments for party in commitment.parties]
    signed = set(Signature.objects.filter(party_id__in=parties, voided_at=None).values_list("party_id", flat=True))
    found: dict[str, tuple[Organ, list[str]]] = {}
    for commitment in evidence.commitments:
        for party in commitment.parties:
            if party.pk not in signed:
                found.setdefault(party.institution.pk, (party.institution, []))[1].append(commitment.ref)
    return dict(sorted(found.items()))


def copy_signed(evidence: Evidence) -> Iterator[Missing]:
    """A signing copy stands. Whoever has not signed is missing, unless the rule set prints it as outstanding."""
    if evidence.copy is None:
        yield Missing("", _("The edition is not frozen: there is no signing copy."), evidence.secretariat)
    elif not evidence.rules.adoption.may_proceed_with_outstanding:
        for institution, refs in unsigned_parties(evidence).values():
            sentence = _("%(party)s has not signed %(refs)s.") % {"party": institution.name, "refs": ", ".join(refs)}
            yield Missing("", sentence, evidence.institution(institution))


def _resolved(evidence: Evidence, kind: str, decision: str) -> Resolution | None:
    if evidence.copy is None:
        return None
    for each in evidence.resolutions:
        if (each.committee.kind, each.decision, each.copy_hash) == (kind, decision, evidence.copy.sha256):
            return each
    return None


def _steps(evidence: Evidence) -> list[tuple[str, str]]:
    adoption = evidence.rules.adoption
    return [(adoption.submits, Decision.SUBMIT.value), (adoption.approves, Decision.APPROVE.value)]


def quorum_reached(evidence: Evidence) -> Iterator[Missing]:
    """The resolution of each committee records who was present, and they made a quorum."""
    for kind, decision in _steps(evidence):
        found = _resolved(evidence, kind, decision)
        if found is None or found.seats_present < found.quorum_needed:
            sentence = _("No quorate meeting of the %(committee)s resolved about the signing copy.")
            yield Missing("", sentence % {"committee": CommitteeKind(kind).label.lower()}, evidence.secretariat)


def resolutions_cite_copy(evidence: Evidence) -> Iterator[Missing]:
    """The one committee submitted and the other approved, both citing the hash of the standing copy."""
    for kind, decision in _steps(evidence):
        if _resolved(evidence, kind, decision) is None:
            words = {"committee": CommitteeKind(kind).label}
            sentence = (
                _("The %(committee)s has not submitted the signing copy.")
                if decision == Decision.SUBMIT
                else _("The %(committee)s has not approved the signing copy.")
            )
            yield Missing("", sentence % {"committee": words["committee"].lower()}, evidence.secretariat)
