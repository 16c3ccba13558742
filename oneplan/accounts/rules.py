"""Decisions about tokens."""

from django.utils.translation import gettext as _

from oneplan.accounts.models import Token
from oneplan.accounts.queries import standing_tokens
from oneplan.platform.audit.log import Doer
from oneplan.platform.errors import NotAllowed, RuleBroken

LONGEST_DAYS = 366
MOST_TOKENS = 20


def check_own(by: Doer, user_id: int) -> None:
    """A token is its person's own affair: nobody makes or revokes one for somebody else."""
    if by.user_id != user_id:
        raise NotAllowed(_("A token is made and revoked by the person whom it stands for, and nobody else."))


def check_can_make(user_id: int, name: str, days: int) -> None:
    """A name not in use, a bounded life, a bounded number."""
    if not name.strip():
        raise RuleBroken(_("Name the token after what will use it, so that you know later which one to revoke."))
    if not 1 <= days <= LONGEST_DAYS:
        raise RuleBroken(_("A token lives from 1 to %(most)s days. Choose a number of days.") % {"most": LONGEST_DAYS})
    standing = standing_tokens(user_id)
    if standing.filter(name=name.strip()).exists():
        raise RuleBroken(_("You have a token of that name already. Revoke it first, or choose another name."))
    if standing.count() >= MOST_TOKENS:
        raise RuleBroken(
            _("You have %(most)s tokens, the most there may be. Revoke one first.") % {"most": MOST_TOKENS}
        )


def check_can_revoke(token: Token) -> None:
    if token.revoked_at:
        raise RuleBroken(_("This token was revoked already."))
