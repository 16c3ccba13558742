"""Decisions about budgets. Never writes."""

from django.utils.translation import gettext as _

from oneplan.budgets.choices import ReleaseState
from oneplan.budgets.models import BudgetRelease
from oneplan.platform.errors import RuleBroken


def check_can_be_received(figures: int) -> None:
    """There is something to receive. Raises RuleBroken."""
    if not figures:
        raise RuleBroken(
            _("No row of the file could be taken, so there is nothing to store. Mend it and import again.")
        )


def check_can_be_withdrawn(release: BudgetRelease, reason: str) -> None:
    """It is in force, and somebody says why it should not be. Raises RuleBroken."""
    if release.state != ReleaseState.IN_FORCE:
        raise RuleBroken(_("This release was withdrawn already."))
    if not reason.strip():
        raise RuleBroken(_("Say why the release is withdrawn: it is kept, and shown with the release."))
