"""What must hold before territory is published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol

from django.utils.translation import gettext as _

from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.choices import LayerKind, Level, Sensitivity
from oneplan.spaces.models import PlanningLayer

LAYER_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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


def check_layer_code(code: str) -> None:
    """Raise RuleBroken unless a layer's code is one that an address can carry."""
    if not LAYER_CODE.fullmatch(code):
        raise RuleBroken(
            _("“%(code)s” cannot be the code of a layer. Use small letters, digits and hyphens, such as dc36-nodes.")
            % {"code": code}
        )


def check_can_publish_layer(
    *, code: str, kind: str, sensitivity: str, adopted_on: date | None, keys: Sequence[str]
) -> None:
    """Raise RuleBroken unless the layer is named and typed, its adoption not ahead, and each feature given once."""
    check_layer_code(code)
    if kind not in LayerKind.values:
        raise RuleBroken(
            _("%(kind)s is no kind of layer. The kinds are: %(kinds)s.")
            % {"kind": kind, "kinds": ", ".join(LayerKind.values)}
        )
    if sensitivity not in Sensitivity.values:
        raise RuleBroken(_("Say who may see the layer: %(choices)s.") % {"choices": ", ".join(Sensitivity.values)})
    if adopted_on and adopted_on > clock.today():
        raise RuleBroken(
            _("The layer cannot have been adopted on %(day)s, a day to come. Leave the date out until it is adopted.")
            % {"day": adopted_on.isoformat()}
        )
    if not keys:
        raise RuleBroken(_("There is no feature to publish. Nothing was stored."))
    if len(set(keys)) != len(keys):
        twice = sorted(key for key, count in Counter(keys).items() if count > 1)[:5]
        raise RuleBroken(
            _("These ids are given more than once: %(keys)s. Each feature needs its own.") % {"keys": ", ".join(twice)}
        )


def check_can_withdraw_layer(layer: PlanningLayer, *, reason: str) -> None:
    """Raise RuleBroken where it is withdrawn already, or nobody says why."""
    if layer.withdrawn_at is not None:
        raise RuleBroken(
            _("Version %(version)s of %(name)s is not in force any more.")
            % {"version": layer.version, "name": layer.name}
        )
    if not reason.strip():
        raise RuleBroken(_("Say why the layer is withdrawn."))
