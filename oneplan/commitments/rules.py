"""Decisions about commitments: what may be written, when, and by whose word. Never writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from oneplan.commitments import queries
from oneplan.commitments.choices import (
    ALLOWED_MOVES,
    SECURED,
    Acceptance,
    CommitmentKind,
    CommitmentState,
    Funding,
    FundingStatus,
    Novelty,
    PartyRole,
    PlaceQuality,
    ProjectStage,
)
from oneplan.commitments.models import Commitment, Party, Pledge
from oneplan.frameworks.definitions import Standing
from oneplan.frameworks.loading import load
from oneplan.frameworks.queries import markers
from oneplan.money import format_rand
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.documents import Document
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import Space

PARAMETERS = Path(__file__).parent / "parameters"
LEAST_REASON = 10  # characters: enough for a sentence, too long for "ok"
WHOLE = Decimal(1)


# --- medium-term budgets ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MediumTermBudget:
    """One tabled medium-term budget: which years it covers, on which basis, since when."""

    basis: Basis
    tabled_on: date
    first_year: int
    last_year: int
    standing: Standing
    reference: str

    @property
    def last(self) -> FinancialYear:
        """The last financial year that it covers."""
        return FinancialYear(self.last_year, self.basis)


@dataclass(frozen=True)
class MediumTermBudgets:
    """The parameter file."""

    budgets: tuple[MediumTermBudget, ...]


@lru_cache(maxsize=1)
def medium_term_budgets() -> tuple[MediumTermBudget, ...]:
    """Every tabled medium-term budget known, from `parameters/medium_term_budgets.yaml`."""
    return load(PARAMETERS / "medium_term_budgets.yaml", MediumTermBudgets).budgets


def latest_tabled(basis: Basis, on: date) -> MediumTermBudget | None:
    """The latest medium-term budget of a basis that was tabled on or before a day."""
    tabled = [each for each in medium_term_budgets() if each.basis == basis and each.tabled_on <= on]
    return max(tabled, key=lambda each: each.tabled_on, default=None)


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


# --- money against need ----------------------------------------------------------------------------------------------


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


# --- shares ----------------------------------------------------------------------------------------------------------


def check_shares(shares: Mapping[str, Decimal]) -> None:
    """Fractions over 0, in at most 8 decimals, that sum to 1 exactly."""
    if not shares:
        raise RuleBroken(_("A commitment lies in at least one space. Give its share, for example 1."))
    for code, fraction in shares.items():
        if not 0 < fraction <= 1:
            raise RuleBroken(
                _(
                    "The share of %(space)s is %(fraction)s. A share is more than 0 and at most 1; leave out"
                    " who has none."
                )
                % {"space": code, "fraction": fraction}
            )
        if fraction != round(fraction, 8):
            raise RuleBroken(_("The share of %(space)s has more than 8 decimals. Round it.") % {"space": code})
    total = sum(shares.values(), Decimal(0))
    if total != WHOLE:
        raise RuleBroken(
            _("The shares sum to %(total)s, not to 1. Change one of them by %(difference)s.")
            % {"total": total, "difference": WHOLE - total}
        )


def check_shares_may_start(commitment: Commitment, valid_from: date) -> None:
    """Shares are set forwards: what held before stays as it was."""
    latest = max((share.valid_from for share in commitment.shares.all()), default=None)
    if latest and valid_from < latest:
        raise RuleBroken(
            _(
                "Shares are set from %(day)s on already. Choose that day or a later one; earlier shares stay as"
                " they were."
            )
            % {"day": latest.isoformat()}
        )


# --- what is written -------------------------------------------------------------------------------------------------


def check_terms_make_sense(commitment: Commitment) -> None:
    """Title, dates in order, money not negative, coordinates in South Africa's part of the world."""
    if not commitment.title.strip():
        raise RuleBroken(_("A commitment needs a title: what will be done, in a few words."))
    start, finish = commitment.start_on, commitment.finish_on
    if start and finish and finish < start:
        raise RuleBroken(
            _("It would finish on %(finish)s, before it starts on %(start)s. Swap or correct the dates.")
            % {"start": start.isoformat(), "finish": finish.isoformat()}
        )
    for amount in (commitment.total_cost, commitment.spent_before):
        if amount is not None and amount < 0:
            raise RuleBroken(
                _("A cost of %(amount)s is negative. Leave it empty if it is unknown.") % {"amount": amount}
            )
    if (commitment.longitude is None) != (commitment.latitude is None):
        raise RuleBroken(_("A point has a longitude and a latitude. Give both, or neither."))
    if commitment.longitude is not None and point_flaw(commitment.longitude, commitment.latitude or 0.0):
        raise RuleBroken(_("The point %(longitude)s, %(latitude)s does not lie in South Africa. Longitude is 16 to 38 east, latitude 22 to 47 south, written −22 to −47.") % {"longitude": commitment.longitude, "latitude": commitment.latitude})  # fmt: skip # noqa: E501


def point_flaw(longitude: float, latitude: float) -> str:
    """What is wrong with a point: "" nothing, "zero", "swapped" (or the sign lost), "outside".

    The box holds South Africa with the Prince Edward Islands.

    >>> [point_flaw(*point) for point in ((27.8, -23.7), (0.0, 0.0), (-23.7, 27.8), (27.8, 23.7), (2.0, 1.0))]
    ['', 'zero', 'swapped', 'swapped', 'outside']
    """
    if longitude == 0 or latitude == 0:
        return "zero"
    if 16 <= longitude <= 38.5 and -47.5 <= latitude <= -22:
        return ""
    if (16 <= abs(latitude) <= 38.5 and 22 <= abs(longitude) <= 47.5) or (
        16 <= longitude <= 38.5 and 22 <= latitude <= 47.5
    ):
        return "swapped"
    return "outside"


def check_areas_lie_in(space_codes: Iterable[str], areas: Iterable[object]) -> None:
    """Named municipal areas belong to a space that has a share."""
    codes = set(space_codes)
    for area in areas:
        if getattr(area, "space_id", None) not in codes:
            raise RuleBroken(
                _("%(area)s does not lie in %(spaces)s. Name areas of these spaces, or give that space a share first.")
                % {"area": area, "spaces": ", ".join(sorted(codes))}
            )


def place_quality(commitment: Commitment, *, has_areas: bool, point_quality: str) -> PlaceQuality:
    """How well the place is known.

    `point_quality` is what the boundaries said of the point: legal, approximate, none.
    """
    if commitment.ward_id or point_quality == "legal":
        return PlaceQuality.LOCATED
    if has_areas:
        return PlaceQuality.NAMED
    if point_quality == "approximate":
        return PlaceQuality.APPROXIMATE
    return PlaceQuality.WHOLE_SPACE if commitment.whole_space else PlaceQuality.NOT_PLACED


def check_codes(commitment: Commitment) -> None:
    """Kind, area, novelty and stage are codes that the Framework's lists know."""
    known = {
        _("kind"): (commitment.kind, CommitmentKind.values),
        _("novelty"): (commitment.novelty, Novelty.values),
        _("transformation area"): (commitment.area, ["", *(area.code for area in queries.areas())]),
        _("project stage"): (commitment.project_stage, ["", *ProjectStage.values]),
    }
    for what, (value, codes) in known.items():
        if value not in codes:
            raise RuleBroken(
                _("%(value)s is no %(what)s. Choose one of: %(codes)s.")
                % {"value": value or "–", "what": what, "codes": ", ".join(code for code in codes if code)}
            )


def check_elements_exist(commitment: Commitment, space: Space, refs: Iterable[str]) -> None:
    """What is served stands in the plan of a space that has a share."""
    if space.pk not in queries.share_codes(commitment):
        raise RuleBroken(_("%(space)s has no share in this commitment. Give it one first.") % {"space": space})
    known = {element.ref for element in queries.servable(space)}
    if unknown := sorted(set(refs) - known):
        raise RuleBroken(
            _("The plan of %(space)s has no outcome or strategy %(refs)s.")
            % {"space": space, "refs": ", ".join(unknown)}
        )


def check_marker(marker: str) -> None:
    codes = [each.code for each in markers()]
    if marker not in codes:
        raise RuleBroken(
            _("%(marker)s is no marker. Choose one of: %(codes)s.") % {"marker": marker, "codes": ", ".join(codes)}
        )


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


def check_reason(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise RuleBroken(_("Say why, in a sentence: it is kept and shown with the change."))


def check_justification(justification: str) -> None:
    if len(justification.strip()) < LEAST_REASON:
        raise RuleBroken(_("Say in a sentence how the commitment serves this marker."))


# --- when ------------------------------------------------------------------------------------------------------------


def check_can_move(commitment: Commitment, to: CommitmentState) -> None:
    """The table of moves, in words."""
    if to not in ALLOWED_MOVES[commitment.state]:
        raise RuleBroken(
            _("This commitment is %(state)s and cannot become %(to)s.")
            % {"state": commitment.get_state_display().lower(), "to": to.label.lower()}
        )


def check_spaces_are_open(space_codes: Iterable[str]) -> None:
    """No space among them has a signing copy out: what is being signed does not change."""
    for edition in queries.frozen_editions(space_codes):
        raise RuleBroken(
            _(
                "%(space)s edition %(number)s is frozen as a signing copy. Withdraw the signing copy first,"
                " then change it."
            )
            % {"space": edition.plan_id, "number": edition.number}
        )


def check_terms_may_change(commitment: Commitment) -> None:
    """Terms change until delivery, and not while a signing copy is out in a space that has a share."""
    if commitment.state in (CommitmentState.DELIVERED, CommitmentState.WITHDRAWN):
        raise RuleBroken(
            _("This commitment is %(state)s. Its terms stay as they are.")
            % {"state": commitment.get_state_display().lower()}
        )
    check_spaces_are_open(queries.share_codes(commitment))


def check_can_add_party(commitment: Commitment, institution_code: str) -> None:
    check_terms_may_change(commitment)
    if commitment.parties.filter(institution_id=institution_code).exists():
        raise RuleBroken(_("This institution is a party already. Change its responsibility instead."))


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


def check_can_deliver(commitment: Commitment, delivered_on: date, evidence: str) -> None:
    if commitment.state != CommitmentState.SIGNED:
        raise RuleBroken(
            _("This commitment is %(state)s. Only a signed commitment can be delivered.")
            % {"state": commitment.get_state_display().lower()}
        )
    if delivered_on > clock.today():
        raise RuleBroken(_("The day of delivery lies ahead. Report it when it has happened."))
    if len(evidence.strip()) < LEAST_REASON:
        raise RuleBroken(
            _("Say what shows that it was delivered: a certificate, a photograph, a count, with its date.")
        )


def check_can_withdraw(commitment: Commitment, reason: str) -> None:
    check_can_move(commitment, CommitmentState.WITHDRAWN)
    check_reason(reason)
    check_spaces_are_open(queries.share_codes(commitment))


def check_can_restore(commitment: Commitment) -> None:
    if commitment.state != CommitmentState.WITHDRAWN:
        raise RuleBroken(_("Only a withdrawn commitment can be proposed again."))
    check_spaces_are_open(queries.share_codes(commitment))


def check_space_takes_proposals(space: Space) -> None:
    check_spaces_are_open([space.pk])
