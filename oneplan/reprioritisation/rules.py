"""What must hold before an ask is drafted, routed, answered or moved on: each refusal is a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment
from oneplan.institutions.models import Institution
from oneplan.money import format_rand
from oneplan.periods.years import FinancialYear
from oneplan.platform.errors import RuleBroken
from oneplan.reprioritisation.choices import ALLOWED_MOVES, FROM_RELEASES_ONLY, AskState, Instrument, ReplyCode
from oneplan.reprioritisation.instruments import instruments_for
from oneplan.reprioritisation.models import Ask
from oneplan.reprioritisation.windows import LegalWindow, open_window, why_closed

LEAST_SIGNS = 10
BY_HAND = (AskState.IN_SUBMISSION, AskState.RECOMMENDED)  # what an institution says of its own submission


def check_words(words: str, what: str) -> None:
    """Words that say something. Raises RuleBroken."""
    if len(words.strip()) < LEAST_SIGNS:
        raise RuleBroken(_("Give %(what)s in at least %(n)s signs.") % {"what": what, "n": LEAST_SIGNS})


def check_can_draft(
    commitment: Commitment, institution: Institution, year: FinancialYear, amount: Decimal, instrument: Instrument,
    motivation: str, *, is_party: bool, day: date,
) -> None:  # fmt: skip
    """Whether an ask can be written down, though no window may be open yet. Raises RuleBroken."""
    if commitment.state == CommitmentState.WITHDRAWN:
        raise RuleBroken(_("Commitment %(ref)s was withdrawn: nothing is asked for it.") % {"ref": commitment.ref})
    if not is_party:
        raise RuleBroken(
            _("%(institution)s is no party of %(ref)s. Add it as a party first, so that it can agree to take part.")
            % {"institution": institution.name, "ref": commitment.ref}
        )
    if amount <= 0:
        raise RuleBroken(_("An ask is for more than R0."))
    if year.ends_on < day:
        raise RuleBroken(
            _("%(year)s is over: its budget is locked. Ask for a year that is still to come, or that runs.")
            % {"year": year.long}
        )
    known = {each.code: each for each in instruments_for(institution)}
    if instrument not in known or known[instrument].duty.basis is not year.basis:
        raise RuleBroken(why_closed(instrument, institution, year, day))
    check_words(motivation, _("why the money is needed there"))


def check_is_draft(ask: Ask) -> None:
    """Whether its terms can still be changed. Raises RuleBroken."""
    if ask.state != AskState.DRAFT:
        raise RuleBroken(_("This ask was routed, so its terms stand. Withdraw it and draft another one."))


def window_for(ask: Ask, day: date) -> LegalWindow:
    """The window in which an ask can be routed today. Raises RuleBroken where none is open, with rule and days."""
    check_can_move(ask, AskState.ROUTED)
    if ask.commitment.state == CommitmentState.WITHDRAWN:
        raise RuleBroken(_("Commitment %(ref)s was withdrawn: nothing is asked for it.") % {"ref": ask.commitment.ref})
    found = open_window(Instrument(ask.instrument), ask.institution, ask.financial_year, day)
    if found is None:
        raise RuleBroken(why_closed(Instrument(ask.instrument), ask.institution, ask.financial_year, day))
    return found


def check_can_answer(
    ask: Ask, code: ReplyCode, reason: str, amount: Decimal | None, year: int | None, day: date
) -> None:
    """Whether an answer can be given now, and says what its code asks for. Raises RuleBroken."""
    if ask.state not in (AskState.ROUTED, AskState.ANSWERED):
        raise RuleBroken(
            _("This ask is %(state)s, so it cannot be answered.") % {"state": str(ask.get_state_display()).lower()}
        )
    if ask.closes_on is not None and day > ask.closes_on:
        raise RuleBroken(
            _("The window of this ask closed on %(day)s (%(rule)s). An answer after that changes no budget; "
              "ask again in the next window.")
            % {"day": ask.closes_on.isoformat(), "rule": ask.window_reference}
        )  # fmt: skip
    check_words(reason, _("the reason"))
    if code == ReplyCode.AGREED_IN_PART:
        if amount is None or not 0 < amount < ask.amount:
            raise RuleBroken(
                _("Say how much of %(asked)s is agreed: more than R0 and less than was asked.")
                % {"asked": format_rand(ask.amount)}
            )
    elif amount is not None:
        raise RuleBroken(_("Only “agreed in part” says an amount. Leave it away."))
    if code == ReplyCode.LATER_YEAR:
        if year is None or year <= ask.year:
            raise RuleBroken(_("Say which year after %(year)s is meant.") % {"year": ask.financial_year.label})
    elif year is not None:
        raise RuleBroken(_("Only “in a later year” names a year. Leave it away."))


def check_can_move(ask: Ask, to: AskState) -> None:
    """Whether an ask may come into a state from its own. Raises RuleBroken."""
    if to not in ALLOWED_MOVES[ask.state]:
        raise RuleBroken(
            _("This ask is %(now)s, so it cannot become “%(then)s”.")
            % {"now": str(ask.get_state_display()).lower(), "then": to.label}
        )


def check_can_say(ask: Ask, to: AskState, source: str, on: date, agreed: bool, day: date) -> None:
    """Whether an institution may say by itself that an ask came so far. Raises RuleBroken."""
    if to in FROM_RELEASES_ONLY:
        raise RuleBroken(
            _("“%(state)s” is never typed: OnePlan finds it in a budget that was received.") % {"state": to.label}
        )
    if to not in BY_HAND:
        raise RuleBroken(_("Only “in submission” and “recommended” are said by the institution."))
    check_can_move(ask, to)
    if not agreed:
        raise RuleBroken(_("Only what was agreed, wholly or in part, goes into a submission."))
    if on > day:
        raise RuleBroken(_("That day is still to come."))
    if ask.routed_at is not None and on < ask.routed_at.date():
        raise RuleBroken(_("That day lies before the ask was routed."))
    check_words(source, _("the source: which document says so"))
