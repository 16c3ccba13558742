"""When a commitment may change, be delivered, withdrawn or proposed again."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from oneplan.commitments import queries
from oneplan.commitments.choices import ALLOWED_MOVES, CommitmentState
from oneplan.commitments.models import Commitment
from oneplan.commitments.rules.terms import LEAST_REASON, check_reason
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken


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


def check_can_deliver(commitment: Commitment, delivered_on: date, evidence: str) -> None:
    """A signed commitment, a day that has come, what shows it, and no signing copy out.

    The copy says what is still promised, and the signature may yet fall with it: nothing is delivered on its word.
    """
    if commitment.state != CommitmentState.SIGNED:
        raise RuleBroken(
            _("This commitment is %(state)s. Only a signed commitment can be delivered.")
            % {"state": commitment.get_state_display().lower()}
        )
    if delivered_on > clock.today():
        raise RuleBroken(_("The day of delivery lies ahead. Report it when it has happened."))
    for edition in queries.frozen_editions(queries.share_codes(commitment)):
        raise RuleBroken(
            _(
                "%(space)s edition %(number)s is out for signing, and its copy lists what is promised apart from what"
                " was delivered. Report the delivery once the edition is adopted, or withdraw the signing copy first."
            )
            % {"space": edition.plan_id, "number": edition.number}
        )
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
