"""The four proofs of a commitment: party, money, place, delivery.

Each shows its evidence, or what is missing and who owes it.
"""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.commitments.choices import (
    PLACED,
    Acceptance,
    CommitmentState,
    Funding,
    FundingStatus,
    PlaceQuality,
)
from oneplan.commitments.models import Commitment, Party
from oneplan.commitments.rules import MoneyStanding, money_standing
from oneplan.institutions.queries import signing_post
from oneplan.money import format_rand_short
from oneplan.periods import clock
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.proofs import Missing, Proof


def proofs(commitment: Commitment) -> list[Proof]:
    """The four tiles, in order. `commitment` comes through queries.for_page."""
    parties = list(commitment.parties.all())
    money = money_standing(commitment, [pledge for party in parties for pledge in party.pledges.all()])
    return [_party(commitment, parties), _money(commitment, parties, money), _place(commitment), _delivery(commitment)]


def who_signs(party: Party) -> str:
    """The post that binds a party, in words."""
    post = signing_post(party.institution)
    title = post.title if post else _("signing authority not on record")
    return f"{title}, {party.institution.name}"


def lead_owes(commitment: Commitment) -> str:
    """The office that answers for the commitment."""
    post = commitment.accountable_post
    return f"{post.title}, {commitment.lead.name}" if post else str(commitment.lead.name)


def _party(commitment: Commitment, parties: list[Party]) -> Proof:
    agreed = [party for party in parties if party.acceptance == Acceptance.ACCEPTED]
    signed = [party for party in parties if any(s.voided_at is None for s in party.signatures.all())]
    state = (
        "signed" if len(signed) == len(parties)
        else "agreed" if len(agreed) == len(parties)
        else "declined" if any(party.acceptance == Acceptance.DECLINED for party in parties)
        else "proposed"
    )  # fmt: skip
    proof = Proof(
        _("Party"), state, _("%(agreed)s of %(all)s agreed") % {"agreed": len(agreed), "all": len(parties)},
        _("%(signed)s signed") % {"signed": len(signed)},
    )  # fmt: skip
    for party in parties:
        for signature in party.signatures.all():
            if signature.voided_at is None:
                proof.evidence.append(_("Signed: %(who)s") % {"who": signature.signed_by})
        if party.acceptance == Acceptance.ASKED:
            proof.missing.append(Missing(_("Agreement"), who_signs(party)))
        elif party.acceptance == Acceptance.DECLINED:
            proof.missing.append(Missing(_("Declined: %(why)s") % {"why": party.answer_reason}, who_signs(party)))
        elif party not in signed:
            proof.evidence.append(_("Agreed: %(who)s") % {"who": party.answered_by})
            if commitment.state == CommitmentState.AGREED:
                proof.missing.append(Missing(_("Signature"), who_signs(party)))
    return proof


_FUNDING = {
    Funding.FUNDED: "funded",
    Funding.PART: "part_funded",
    Funding.UNFUNDED: "unfunded",
    Funding.UNKNOWN: "unknown",
}


def _money(commitment: Commitment, parties: list[Party], money: MoneyStanding) -> Proof:
    figure = (
        _("%(secured)s of %(need)s")
        % {"secured": format_rand_short(money.secured), "need": format_rand_short(money.need)}
        if money.need is not None
        else _("Cost unknown")
    )
    notes = [_("committed or tabled")] if money.need is not None else []
    if money.spent_before:
        notes.append(_("%(rand)s spent before") % {"rand": format_rand_short(money.spent_before)})
    if money.indicative:
        notes.append(_("%(rand)s indicative") % {"rand": format_rand_short(money.indicative)})
    if money.missing:
        notes.append(_("%(rand)s not secured") % {"rand": format_rand_short(money.missing)})
    proof = Proof(_("Money"), _FUNDING[money.funding], figure, "; ".join(notes))
    if money.accepted:
        proof.evidence.append(
            _("%(rand)s accepted by accounting officers") % {"rand": format_rand_short(money.accepted)}
        )
    if money.need is None:
        proof.missing.append(Missing(_("A total cost, or pledges"), lead_owes(commitment)))
    for party in parties:
        asked = [
            p for p in party.pledges.all() if p.acceptance == Acceptance.ASKED and p.status != FundingStatus.UNFUNDED
        ]
        if asked:
            words = ngettext("An answer to %(n)s pledge", "Answers to %(n)s pledges", len(asked)) % {"n": len(asked)}
            proof.missing.append(Missing(words, who_signs(party)))
    if money.missing:
        proof.missing.append(
            Missing(_("A source for %(rand)s") % {"rand": format_rand_short(money.missing)}, lead_owes(commitment))
        )
    return proof


def _place(commitment: Commitment) -> Proof:
    areas = [area.name for area in commitment.municipal_areas.all()]
    quality = commitment.place_quality
    state = "placed" if quality in PLACED else "approximate" if quality == PlaceQuality.APPROXIMATE else "not_placed"
    if commitment.ward:
        figure = _("Ward %(ward)s") % {"ward": commitment.ward}
    elif areas:
        figure = ", ".join(areas)
    elif quality == PlaceQuality.WHOLE_SPACE:
        figure, state = _("The whole space"), "part"
    elif quality == PlaceQuality.APPROXIMATE:
        figure = _("An approximate point")
    else:
        figure = _("No place")
    proof = Proof(_("Place"), state, figure, str(commitment.get_place_quality_display()))
    if commitment.place_text:
        proof.evidence.append(commitment.place_text)
    if quality not in PLACED:
        proof.missing.append(Missing(_("A ward or the municipal areas it lands in"), lead_owes(commitment)))
    return proof


def _delivery(commitment: Commitment) -> Proof:
    today = clock.today()
    stage = str(commitment.get_project_stage_display()) if commitment.project_stage else ""
    if commitment.state == CommitmentState.DELIVERED:
        proof = Proof(_("Delivery"), "delivered", _("Delivered"), _day(commitment.delivered_on))
        proof.evidence.append(commitment.delivery_evidence)
        return proof
    if commitment.finish_on is None:
        proof = Proof(_("Delivery"), "unknown", _("No date"), stage)
        proof.missing.append(Missing(_("A start and a finish"), lead_owes(commitment)))
        return proof
    is_late = commitment.finish_on < today and commitment.state != CommitmentState.WITHDRAWN
    note = _("due %(day)s") % {"day": _day(commitment.finish_on)}
    if is_late:
        days = (today - commitment.finish_on).days
        proof = Proof(_("Delivery"), "late", _("%(n)s days late") % {"n": grouped(days)}, note)
        proof.missing.append(Missing(_("Proof of delivery, or a new date with its reason"), lead_owes(commitment)))
    else:
        proof = Proof(_("Delivery"), "due", stage or _("Not delivered yet"), note)
    if stage:
        proof.evidence.append(_("Stage as reported: %(stage)s") % {"stage": stage})
    return proof


def _day(day: date | Any) -> str:

    return date_format(day, "j M Y") if day else ""
