"""What a pledge must say, when it is answered, and what all pledges together cover."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from oneplan.commitments.choices import SECURED, Acceptance, CommitmentState, Funding, FundingStatus
from oneplan.commitments.models import Commitment, Party, Pledge
from oneplan.commitments.rules.budgets import latest_tabled
from oneplan.money import format_rand
from oneplan.periods.years import FinancialYear
from oneplan.platform.documents import Document
from oneplan.platform.errors import RuleBroken


def check_status_fits_year(
    year: FinancialYear, status: str, *, evidence: Document | None, reference: str, on: date
) -> None:
    """Beyond the latest tabled medium-term budget a pledge is at most indicative, unless a contract or statute
    binds.
    """
    if status not in SECURED:
        return
    budget = latest_tabled(year.basis, on)
    if budget and year.start <= budget.last_year:
        return
    if evidence is not None and reference.strip():
        return
    raise RuleBroken(
        _(
            "%(year)s lies beyond the latest tabled medium-term budget (%(budget)s, up to %(last)s), so nothing can be"
            " %(status)s there. Make the pledge indicative, or attach the contract or statute and cite it."
        )
        % {
            "year": year.long,
            "budget": budget.reference if budget else _("none tabled"),
            "last": budget.last.label if budget else "–",
            "status": FundingStatus(status).label.lower(),
        }
    )


def check_pledge_terms(
    *,
    year: FinancialYear,
    amount: Decimal,
    status: str,
    evidence: Document | None,
    reference: str,
    on: date,
) -> None:
    """What a pledge must say whoever writes it: a known status, no negative rand, the need where it is unfunded."""
    if status not in FundingStatus.values:
        raise RuleBroken(
            _("%(status)s is not a funding status. Choose committed, tabled, indicative or unfunded.")
            % {"status": status}
        )
    if amount < 0:
        raise RuleBroken(
            _("A pledge of %(amount)s is negative. Write what the party puts in; reductions are a smaller pledge.")
            % {"amount": format_rand(amount)}
        )
    if status == FundingStatus.UNFUNDED and amount == 0:
        raise RuleBroken(_("An unfunded pledge says how much is needed. Write the amount that is missing."))
    if evidence is not None and not reference.strip():
        raise RuleBroken(_("Cite the contract or statute that you attach: its number, its date, its parties."))
    check_status_fits_year(year, status, evidence=evidence, reference=reference, on=on)


def check_pledge_is_the_only_one(party: Party, year: FinancialYear, source: str, *, but: Pledge | None = None) -> None:
    """One line for each party, year, basis and source."""
    twins = party.pledges.filter(year=year.start, basis=year.basis, funding_source=source)
    if (twins.exclude(pk=but.pk) if but else twins).exists():
        raise RuleBroken(
            _(
                "%(institution)s has a pledge for %(year)s from this source already. Revise that one, or name"
                " another source."
            )
            % {"institution": party.institution, "year": year.long}
        )


def check_can_answer_pledge(pledge: Pledge, answer: Acceptance) -> None:
    commitment = pledge.party.commitment
    if commitment.state not in (CommitmentState.PROPOSED, CommitmentState.AGREED):
        raise RuleBroken(
            _("This commitment is %(state)s. Pledges are answered while it is proposed or agreed.")
            % {"state": commitment.get_state_display().lower()}
        )
    if pledge.acceptance == answer:
        raise RuleBroken(_("This pledge is %(answer)s already.") % {"answer": answer.label.lower()})


def check_can_accept_pledge(pledge: Pledge, on: date) -> None:
    """Accepting repeats the rule of years: what was possible when drafted may have lapsed."""
    check_can_answer_pledge(pledge, Acceptance.ACCEPTED)
    check_pledge_terms(
        year=pledge.financial_year,
        amount=pledge.amount,
        status=pledge.status,
        evidence=pledge.evidence,
        reference=pledge.evidence_reference,
        on=on,
    )


@dataclass(frozen=True)
class MoneyStanding:
    """What stands behind a commitment, in rand. Declined pledges count as nothing."""

    need: Decimal | None
    secured: Decimal
    indicative: Decimal
    unfunded: Decimal
    spent_before: Decimal
    accepted: Decimal

    @property
    def pledged(self) -> Decimal:
        """Committed, tabled and indicative together."""
        return self.secured + self.indicative

    @property
    def missing(self) -> Decimal | None:
        """What no secured pledge covers; None where the need is unknown."""
        if self.need is None:
            return None
        return max(Decimal(0), self.need - self.spent_before - self.secured)

    @property
    def funding(self) -> Funding:
        """Funded where committed and tabled money (and what was spent before) reach the need; in part where some is.

        Indicative money alone funds nothing: it is shown beside, and the commitment as unfunded.
        """
        if self.missing is None:
            return Funding.UNKNOWN
        if self.missing == 0:
            return Funding.FUNDED
        return Funding.PART if self.secured > 0 else Funding.UNFUNDED


def money_standing(commitment: Commitment, pledges: Iterable[Pledge]) -> MoneyStanding:
    """Pledges against the total cost; without a total cost the need is what was pledged and what was called
    unfunded.
    """
    sums = dict.fromkeys(("secured", "indicative", "unfunded", "accepted"), Decimal(0))
    for pledge in pledges:
        if pledge.status == FundingStatus.UNFUNDED:
            sums["unfunded"] += pledge.amount
            continue
        if pledge.acceptance == Acceptance.DECLINED:
            continue
        sums["secured" if pledge.status in SECURED else "indicative"] += pledge.amount
        if pledge.acceptance == Acceptance.ACCEPTED:
            sums["accepted"] += pledge.amount
    named = sums["secured"] + sums["indicative"] + sums["unfunded"]
    return MoneyStanding(
        need=commitment.total_cost or named or None, spent_before=commitment.spent_before or Decimal(0), **sums
    )
