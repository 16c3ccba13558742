"""What must hold before territory is published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol

from django.utils.translation import gettext as _

from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.choices import Level


class Dated(Protocol):
    """Anything with a level, a code and a half-open validity."""

    level: str
    code: str
    valid_from: date
    valid_to: date | None


def check_versions_do_not_overlap(versions: Iterable[Dated]) -> None:
    """Raise RuleBroken when two versions of one code hold on the same day."""
    ordered = sorted(versions, key=lambda row: (row.level, row.code, row.valid_from))
    for before, after in pairwise(ordered):
        if (before.level, before.code) == (after.level, after.code) and (
            before.valid_to is None or before.valid_to > after.valid_from
        ):
            raise RuleBroken(
                _(
                    "%(code)s has two versions on %(day)s. End the earlier one on that day or "
                    "start the later one after it."
                )
                % {"code": after.code, "day": after.valid_from.isoformat()}
            )


def check_can_publish_boundaries(*, level: str, as_at: date, codes: Iterable[str]) -> None:
    """Raise RuleBroken unless the level is known, the date plausible, and each code given once."""
    if level not in Level.values:
        raise RuleBroken(
            _("%(level)s is not a level of territory. The levels are: %(levels)s.")
            % {"level": level, "levels": ", ".join(Level.values)}
        )
    if as_at > clock.today() + timedelta(days=730):
        raise RuleBroken(
            _("Boundaries as at %(day)s lie more than two years ahead. Check the date.") % {"day": as_at.isoformat()}
        )
    given = list(codes)
    if not given:
        raise RuleBroken(_("There is no outline to publish. Nothing was stored."))
    if len(set(given)) != len(given):
        twice = sorted({code for code in given if given.count(code) > 1})[:5]
        raise RuleBroken(
            _("These codes are given more than once: %(codes)s. Each territory has one outline in a release.")
            % {"codes": ", ".join(twice)}
        )
