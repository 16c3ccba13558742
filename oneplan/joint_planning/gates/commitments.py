"""Stage 4, Implementation commitments: accountable, placed, dated, with money or openly without, and answered for."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from oneplan.commitments.choices import Acceptance, FundingStatus, PartyRole, PlaceQuality
from oneplan.joint_planning.gates.evidence import Evidence, Missing, Owed
from oneplan.joint_planning.gates.promises import Organ, PledgePart, Promise
from oneplan.plans.rules import is_substantive

# An approximate point is no place: it was tested against the approximate map alone.
_PLACED = (PlaceQuality.LOCATED, PlaceQuality.NAMED, PlaceQuality.WHOLE_SPACE)


def owes(evidence: Evidence, commitment: Promise) -> Owed:
    """The accountable post of a commitment, else whoever plans for its lead."""
    if commitment.accountable_post is not None:
        return evidence.owner(commitment.accountable_post)
    return evidence.institution(commitment.lead, _("DDM coordinator or planner"))


def pledges_of(commitment: Promise) -> list[tuple[Organ, PledgePart]]:
    """All pledges of all parties, each with who gives it."""
    return [(party.institution, pledge) for party in commitment.parties for pledge in party.pledges]


def commitment_has_accountable_office(evidence: Evidence) -> Iterator[Missing]:
    """There is a commitment, and every one names the post that is accountable for it."""
    if not evidence.commitments:
        yield Missing("", _("No commitment is proposed in this space."), evidence.secretariat)
    for commitment in evidence.commitments:
        if commitment.accountable_post is None:
            sentence = _("%(ref)s names no accountable post of %(lead)s.") % {
                "ref": commitment.ref,
                "lead": commitment.lead.name,
            }
            yield Missing(commitment.ref, sentence, owes(evidence, commitment))


def commitment_money_tied_or_unfunded(evidence: Evidence) -> Iterator[Missing]:
    """Every commitment has pledges; each names its source of funding or says that it is unfunded."""
    for commitment in evidence.commitments:
        pledges = pledges_of(commitment)
        if not pledges:
            sentence = _("%(ref)s has no pledge: tie its money to a budget line, or pledge it as unfunded.")
            yield Missing(commitment.ref, sentence % {"ref": commitment.ref}, owes(evidence, commitment))
        for institution, pledge in pledges:
            is_tied = (
                is_substantive(f"{pledge.funding_source} {pledge.evidence_reference}", least=1) or pledge.evidence_id
            )
            if pledge.status != FundingStatus.UNFUNDED and not is_tied:
                sentence = _("%(ref)s: the pledge of %(party)s for %(year)s names no budget line or source.") % {
                    "ref": commitment.ref, "party": institution.name, "year": pledge.financial_year.long,
                }  # fmt: skip
                yield Missing(commitment.ref, sentence, evidence.institution(institution))


def commitment_has_place(evidence: Evidence) -> Iterator[Missing]:
    """Every commitment says where it lands. An approximate point is not enough."""
    for commitment in evidence.commitments:
        if commitment.place_quality not in _PLACED:
            sentence = _("%(ref)s has no place that counts: name a ward, municipal areas, or the whole space.")
            yield Missing(commitment.ref, sentence % {"ref": commitment.ref}, owes(evidence, commitment))


def commitment_has_dates(evidence: Evidence) -> Iterator[Missing]:
    """Every commitment has a start and a finish."""
    for commitment in evidence.commitments:
        if commitment.start_on is None or commitment.finish_on is None:
            sentence = _("%(ref)s has no start or no finish.") % {"ref": commitment.ref}
            yield Missing(commitment.ref, sentence, owes(evidence, commitment))


def commitment_has_six_elements(evidence: Evidence) -> Iterator[Missing]:
    """Every commitment has the six elements of a protocol (the Framework, 5.2)."""
    for commitment in evidence.commitments:
        lacking = [word for word, is_there in six_elements(commitment) if not is_there]
        if lacking:
            sentence = _("%(ref)s lacks %(lacking)s.") % {"ref": commitment.ref, "lacking": ", ".join(lacking)}
            yield Missing(commitment.ref, sentence, owes(evidence, commitment))


def six_elements(commitment: Promise) -> list[tuple[str, bool]]:
    """Each of the six elements in words, and whether it is there."""
    leads = [party for party in commitment.parties if party.role == PartyRole.LEAD]
    return [
        (_("its objective"), is_substantive(commitment.objective)),
        (
            _("its indicator with a target"),
            is_substantive(commitment.indicator, least=2) and commitment.target is not None,
        ),
        (_("its outputs"), is_substantive(commitment.outputs, least=2)),
        (_("the responsibility of its lead"), any(is_substantive(party.responsibility, least=2) for party in leads)),
        (_("its timeline"), commitment.start_on is not None and commitment.finish_on is not None),
        (_("its budget"), bool(pledges_of(commitment))),
    ]


def pledges_answered(evidence: Evidence) -> Iterator[Missing]:
    """Every pledge was accepted or declined by the institution's own signing authority."""
    for commitment in evidence.commitments:
        for party in commitment.parties:
            years = [
                each.financial_year.label
                for each in party.pledges
                if each.acceptance == Acceptance.ASKED and each.status != FundingStatus.UNFUNDED
            ]
            if years:
                sentence = _("%(ref)s: %(party)s has not answered its pledge for %(years)s.") % {
                    "ref": commitment.ref, "party": party.institution.name, "years": ", ".join(years),
                }  # fmt: skip
                yield Missing(commitment.ref, sentence, evidence.institution(party.institution))


def parties_answered(evidence: Evidence) -> Iterator[Missing]:
    """Every party agreed to its part, or declined it. An amendment puts the question again."""
    for commitment in evidence.commitments:
        for party in commitment.parties:
            if party.acceptance == Acceptance.ASKED:
                sentence = _("%(ref)s: %(party)s has neither agreed to its part nor declined it.") % {
                    "ref": commitment.ref, "party": party.institution.name,
                }  # fmt: skip
                yield Missing(commitment.ref, sentence, evidence.institution(party.institution))
