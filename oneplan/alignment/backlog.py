"""What is counted of the need for services in a place. Services name it by code; whose count it is, is said with it.

One door for whatever counts need: what the build of observations serves, and where it tells nothing of a need, the
extract of Census 2011 that comes with OnePlan. Invented counts stand by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.access.actors import Actor
from oneplan.alignment.services import Service
from oneplan.budgets.people import People, people, series
from oneplan.indicators.needs import Without, without_of
from oneplan.platform.web.numerals import grouped
from oneplan.warehouse.connection import NothingBuilt

_EXTRACT: Mapping[str, tuple[Promise, Callable[[People], Decimal | None]]] = {
    "toilet": (gettext_lazy("%(share)s of households without a toilet"), lambda life: life.no_toilet),
    "water": (gettext_lazy("%(share)s of people without water from a scheme"), lambda life: life.no_water_scheme),
    "refuse": (gettext_lazy("%(share)s of people without refuse removal every week"),
               lambda life: life.no_weekly_refuse),
    "work": (gettext_lazy("%(share)s of the labour force without work"), lambda life: life.unemployed),
}  # fmt: skip


@dataclass(frozen=True)
class Backlog:
    """How many are without, in words that name who is counted, by whom, and on which day.

    `share` is in per cent, `count` None where only a share is told. `status` is a state of the house, `address` the
    page of the value; both "" for the extract. `is_delivered`: deliveries a year can be set beside it.
    """

    code: str
    share: Decimal
    count: int | None
    words: str
    source: str
    as_at: date | None
    status: str = ""
    address: str = ""
    is_delivered: bool = False
    is_sample: bool = False

    @property
    def is_need(self) -> bool:
        return self.share > 0


def backlog_of(
    services: Iterable[Service], place: str, *, by: Actor, sample: bool = False
) -> Mapping[str, Sequence[Backlog]]:
    """What is counted in a space under the codes of each service, by its code; what is not known is left out."""
    try:
        served = without_of(place, by=by, sample=sample)
    except NothingBuilt:
        served = {}
    life = None if sample else people().get(place)
    found = {}
    for service in services:
        told = [
            _served(served[code][-1]) if code in served else _extracted(code, life) for code in service.backlog
        ]  # fmt: skip
        found[service.code] = [each for each in told if each]
    return found


def _served(told: Without) -> Backlog:
    words = {
        "title": told.need.title, "share": _percent(told.share * 100), "universe": told.need.defined.universe.label,
        "count": grouped(told.count),
    }  # fmt: skip
    said = _("%(title)s: %(share)s of %(universe)s") if told.count is None else _(
        "%(title)s: %(count)s, %(share)s of %(universe)s"
    )  # fmt: skip
    return Backlog(
        told.need.code, round(Decimal(told.share) * 100, 4), told.count, said % words, told.figure.source,
        told.figure.as_at, str(told.figure.status), told.figure.address, told.need.is_delivered, told.figure.is_sample,
    )  # fmt: skip


def _extracted(code: str, life: People | None) -> Backlog | None:
    if life is None or code not in _EXTRACT:
        return None
    words, count = _EXTRACT[code]
    share = count(life)
    return (
        None if share is None else Backlog(code, share, None, str(words) % {"share": _percent(share)}, series(), None)
    )


def _percent(share: Decimal | float) -> str:
    return f"{grouped(str(share), 1)}\u00a0%"
