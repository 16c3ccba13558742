"""Where an indicator is named. Rooms above say here, when they start, how often they name it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneplan.indicators.models import Baseline, Target

Counter = Callable[[str], int]
_COUNTERS: dict[str, tuple[str | Promise, Counter]] = {}


@dataclass(frozen=True)
class Use:
    """How often an indicator is named by things of one kind."""

    code: str
    label: str
    count: int


def register_use(code: str, label: str | Promise, counter: Counter) -> None:
    """Say how many things of one kind name an indicator. The same code again replaces it."""
    _COUNTERS[code] = (label, counter)


def uses_of(indicator: str) -> list[Use]:
    """Where an indicator is named, kinds without any left out."""
    found = [Use(code, str(label), count(indicator)) for code, (label, count) in _COUNTERS.items()]
    return [each for each in found if each.count]


def _targets(code: str) -> int:
    return Target.objects.filter(indicator=code, is_in_force=True).count()


def _baselines(code: str) -> int:
    return Baseline.objects.filter(indicator=code, is_in_force=True).count()


register_use("targets", _("targets"), _targets)
register_use("baselines", _("baselines"), _baselines)
