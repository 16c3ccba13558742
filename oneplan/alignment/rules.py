"""What must hold before a clash or a tie is decided on: each refusal is a sentence."""

from django.utils.translation import gettext as _

from oneplan.alignment.choices import ALLOWED_MOVES, ClashState, TieState
from oneplan.alignment.models import Clash, Tie
from oneplan.platform.errors import RuleBroken

LEAST_REASON = 10


def check_reason(reason: str) -> None:
    """A reason that says something. Raises RuleBroken."""
    if len(reason.strip()) < LEAST_REASON:
        raise RuleBroken(_("Give the reason in at least %(n)s signs: it is kept and shown.") % {"n": LEAST_REASON})


def check_can_move(clash: Clash, to: ClashState) -> None:
    """Whether a person may bring a clash into a state. One that is gone comes back when it is found. RuleBroken."""
    if clash.state == ClashState.GONE or to not in ALLOWED_MOVES[clash.state]:
        raise RuleBroken(
            _("This clash is %(state)s, so that cannot be done with it.")
            % {"state": str(clash.get_state_display()).lower()}
        )


def check_can_decide(tie: Tie, to: TieState) -> None:
    """Whether a tie may be decided, or its decision taken back. Raises RuleBroken."""
    is_decided = tie.state != TieState.PROPOSED
    if is_decided and to != TieState.PROPOSED:
        raise RuleBroken(_("This pair is decided already. Take the decision back first."))
    if not is_decided and to == TieState.PROPOSED:
        raise RuleBroken(_("Nobody has decided on this pair yet: there is nothing to take back."))
