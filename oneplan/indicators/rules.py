"""Decisions about observations: what may be received, published and withdrawn."""

from __future__ import annotations

from django.utils.translation import gettext as _

from oneplan.indicators.choices import ReleaseState
from oneplan.indicators.models import ObservationRelease
from oneplan.platform.errors import RuleBroken

LEAST_REASON = 10


def check_can_be_received(observations: int) -> None:
    """Whether a file holds anything. Raises RuleBroken."""
    if not observations:
        raise RuleBroken(
            _("No row of the file could be taken, so there is nothing to store. Mend it and import again.")
        )


def check_can_be_published(release: ObservationRelease, reason: str) -> None:
    """Whether a release with errors may be published all the same: once, and with a reason. Raises RuleBroken."""
    if release.state != ReleaseState.HELD:
        raise RuleBroken(_("%(ref)s is not held back, so there is nothing to decide.") % {"ref": release.ref})
    _check_reason(reason, _("Say why it is published although errors stand: in %(least)s letters or more."))


def check_can_be_withdrawn(release: ObservationRelease, reason: str) -> None:
    """Whether a release may be taken out of force: once, and with a reason. Raises RuleBroken."""
    if release.state == ReleaseState.WITHDRAWN:
        raise RuleBroken(_("%(ref)s is withdrawn already.") % {"ref": release.ref})
    _check_reason(reason, _("Say why it is withdrawn: in %(least)s letters or more."))


def _check_reason(reason: str, sentence: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise RuleBroken(sentence % {"least": LEAST_REASON})
