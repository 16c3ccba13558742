"""In which spaces a commitment lies, and with what part."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from oneplan.commitments.models import Commitment
from oneplan.platform.errors import RuleBroken

WHOLE = Decimal(1)


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
