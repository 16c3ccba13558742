"""Decisions about observations: what may be received, published and withdrawn."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from oneplan.indicators.choices import Length, Level, ReleaseState, Unit
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.registry import Share, registry
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken

LEAST_REASON = 10


def check_can_be_received(observations: int, as_at: date) -> None:
    """Whether a file holds anything, as at a day that has been: the newest replaces what was told before. Raises
    RuleBroken."""
    if not date(1900, 1, 1) <= as_at <= clock.today():
        raise RuleBroken(_("A file cannot hold as at %(day)s. Write the day of the count, or of the register.")
                         % {"day": as_at.isoformat()})  # fmt: skip
    if not observations:
        raise RuleBroken(
            _("No row of the file could be taken, so there is nothing to store. Mend it and import again.")
        )


def check_can_be_published(release: ObservationRelease, reason: str) -> None:
    """Whether a release with errors may be published all the same: once, and with a reason. Raises RuleBroken."""
    if release.state != ReleaseState.HELD:
        raise RuleBroken(_("%(ref)s is not held back, so there is nothing to decide.") % {"ref": release.ref})
    check_reason(reason, _("Say why it is published although errors stand: in %(least)s letters or more."))


def check_can_be_withdrawn(release: ObservationRelease, reason: str) -> None:
    """Whether a release may be taken out of force: once, and with a reason. Raises RuleBroken."""
    if release.state == ReleaseState.WITHDRAWN:
        raise RuleBroken(_("%(ref)s is withdrawn already.") % {"ref": release.ref})
    check_reason(reason, _("Say why it is withdrawn: in %(least)s letters or more."))


def check_can_be_stated(
    indicator: str, value: Decimal, reason: str, *, level: Level, year: int, length: Length, period: int
) -> None:
    """Whether a baseline or a target says something of an indicator that there is. Raises RuleBroken."""
    defined = registry().get(indicator)
    if defined is None:
        raise RuleBroken(_("The registry knows no indicator “%(code)s”.") % {"code": indicator})
    if not 1994 <= year <= 2100:
        raise RuleBroken(_("%(year)s is no year between 1994 and 2100.") % {"year": year})
    most = {Length.YEAR: 0, Length.QUARTER: 4, Length.MONTH: 12}[length]
    if not (1 <= period <= most if most else period == 0):
        raise RuleBroken(_("There is no such quarter or month in a year."))
    levels = list(Level)
    if levels.index(level) > levels.index(defined.lowest):
        raise RuleBroken(
            _("“%(title)s” is told down to %(level)s only, so nothing can be measured against a value below that.")
            % {"title": defined.title, "level": str(defined.lowest.label).lower()}
        )
    if defined.unit == Unit.NUMBER and value < 0:
        raise RuleBroken(_("A count cannot be less than nothing."))
    is_share = defined.unit == Unit.PERCENT and any(isinstance(each, Share) for each in defined.formulas)
    if is_share and not 0 <= value <= 100:
        raise RuleBroken(_("A percentage lies between 0 and 100."))
    check_reason(reason, _("Say why, and where it comes from: in %(least)s letters or more."))


def check_reason(reason: str, sentence: str) -> None:
    """Whether a reason says something. Raises RuleBroken with the sentence, in which %(least)s is the least length."""
    if len(reason.strip()) < LEAST_REASON:
        raise RuleBroken(sentence % {"least": LEAST_REASON})
