"""Households without a service, by year, under deliveries a year: none, as until now, as asked, as many as needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

import numpy as np
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators.computed.checking import Floats
from oneplan.indicators.computed.services import backlog_cost
from oneplan.indicators.needs import Need, Pace, Without, households_of, needs, pace_of, without_of
from oneplan.indicators.outlook.projecting import Asked, Outlook
from oneplan.indicators.projection.backlog import Scenario, backlog, needed
from oneplan.indicators.projection.intervals import Interval, interval
from oneplan.periods import clock

NONE, PACE, MINE, FINISH = "none", "pace", "mine", "finish"
MOST_A_YEAR, MOST_COST = 10_000_000, Decimal("1e9")
_MOST_WORDS, _MOST_DIGITS = 200, 12


@dataclass(frozen=True)
class Wanted:
    """What an address asks of deliveries. None: nothing was asked.

    `a_year` households a year, `finish` the year by which none is left, `served_new` per cent of new households that
    come with the service (None: as many as of all households have it), `counted` households without as whoever asks
    counts them, `cost` rand a household, and `cost_source` where that is from, in the words of whoever asks.
    """

    need: str
    a_year: int | None = None
    finish: int | None = None
    served_new: int | None = None
    counted: int | None = None
    cost: Decimal | None = None
    cost_source: str = ""
    refused: Sequence[str] = field(default=(), compare=False)

    @property
    def state(self) -> dict[str, str]:
        """As it stands in addresses."""
        told = {
            "need": self.need, "deliver": self.a_year, "by": self.finish, "new": self.served_new,
            "counted": self.counted, "cost": self.cost, "cost_source": self.cost_source or None,
        }  # fmt: skip
        return {name: str(value) for name, value in told.items() if value is not None}


def wanted(query: Mapping[str, str], *, need: str, most: int = MOST_A_YEAR) -> Wanted:
    """What an address asks; what cannot be is left out and told in `refused`. There are `most` households."""
    refused: list[str] = []

    def whole(name: str, most: int, least: int = 0) -> int | None:
        text = query.get(name, "").strip().replace(" ", "").replace("\u00a0", "")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS) or not least <= int(text) <= most:
            refused.append(_("“%(text)s” is no whole number from %(least)s to %(most)s, and is left out.") % {
                "text": text[:40], "least": least, "most": most,
            })  # fmt: skip
            return None
        return int(text)

    cost = _cost(query.get("cost", ""), refused)
    return Wanted(
        need, whole("deliver", MOST_A_YEAR), whole("by", 2200, 1900), whole("new", 100),
        whole("counted", most), cost, query.get("cost_source", "").strip()[:_MOST_WORDS] if cost else "",
        tuple(refused),
    )  # fmt: skip


def _cost(text: str, refused: list[str]) -> Decimal | None:
    written = text.strip().removeprefix("R").replace(" ", "").replace("\u00a0", "").replace(",", ".")
    if not written:
        return None
    try:
        cost = Decimal(written)
    except InvalidOperation:
        cost = Decimal("NaN")
    if not cost.is_finite() or not 0 < cost <= MOST_COST or cost != cost.quantize(Decimal("0.01")):
        refused.append(_("“%(text)s” is no cost in rand and whole cents, such as 21750,50, and is left out.") % {
            "text": text[:40]
        })  # fmt: skip
        return None
    return cost


@dataclass(frozen=True)
class Track:
    """One scenario: so many households a year, and how many are without at each year's end (the start year first).

    `cleared` is the share of draws in which none is left in the last year. `reached` is how many households are
    reached in the middle of the draws. `cost` is rand for these, `left_cost` for those still without; None: no unit
    cost is known.
    """

    code: str
    label: str
    a_year: int
    without: Interval
    cleared: float
    reached: int
    cost: Decimal | None
    left_cost: Decimal | None

    @property
    def left(self) -> int:
        """Households without in the last year, in the middle of the draws."""
        return round(float(self.without.middle[-1]))


@dataclass(frozen=True)
class Delivering:
    """Scenarios of one need of a space. `start` are the households without in the first year; `known` what is counted.

    `served_new` is how many per cent of new households come with the service. `is_own_count`: whoever asks typed the
    number. `needed` is the range of what it takes a year to finish by `finish`.
    """

    need: Need
    known: Without | None
    is_own_count: bool
    start: int
    years: Sequence[int]
    finish: int
    served_new: int
    needed: Interval
    pace: Pace | None
    tracks: Sequence[Track]
    now_cost: Decimal | None


def start_year(outlook: Outlook) -> int:
    """The year from which deliveries are counted: this one, as far as it is projected with a year to come."""
    return min(max(clock.today().year, outlook.years[0]), outlook.years[-1] - 1)


def households_now(outlook: Outlook) -> int:
    """Households in the year from which deliveries are counted, in the middle of the draws."""
    return round(float(np.median(outlook.households_drawn[outlook.at(start_year(outlook))])))


def known_needs(code: str, asked: Asked, *, by: Actor) -> dict[str, list[Without]]:
    """What is known of every need of a space, earliest first. Raises NothingBuilt."""
    return without_of(code, by=by, sample=asked.is_sample)


def delivering(
    outlook: Outlook, asked: Wanted, known: Mapping[str, Sequence[Without]], *, by: Actor
) -> Delivering | None:  # fmt: skip
    """The scenarios of a need; None where nobody counted it and whoever asks gives no number either.

    Those without are counted of the middle of the draws, so that every draw starts there and differs by its growth. Who
    asks counts at most `households_now`; more raise NotComputable.
    """
    told = known.get(asked.need, ())
    latest = told[-1] if told else None
    first = outlook.at(start_year(outlook))
    middle = households_now(outlook)
    drawn = outlook.households_drawn[first:]
    drawn = middle * drawn / drawn[0]
    if asked.counted is not None:
        start = asked.counted
    elif latest is not None:
        start = round(latest.share * middle)
    else:
        return None
    years = list(outlook.years)[first:]
    finish = asked.finish if asked.finish in years[1:] else years[-1]
    new = round(100 * (1 - start / middle)) if asked.served_new is None else asked.served_new
    served = new / 100
    span = years.index(finish)
    takes = needed(drawn[: span + 1], start, served_share=served)
    enough = interval(takes[None], of="deliveries", horizon=span)
    pace = pace_of(told, households_of(outlook.code, by=by, sample=outlook.asked.is_sample)) if latest else None
    asks = [(NONE, _("No delivery"), 0)]
    if pace and pace.a_year > 0:
        asks.append((PACE, _("As fast as until now"), round(pace.a_year)))
    if asked.a_year is not None:
        asks.append((MINE, _("As asked"), asked.a_year))
    asks.append((FINISH, _("To finish by %(year)s") % {"year": finish}, int(np.ceil(enough.middle[0]))))
    tracks = [_track(code, label, count, drawn, start, served, asked.cost) for code, label, count in asks]
    return Delivering(
        needs()[asked.need], latest, asked.counted is not None, start, years, finish, new, enough, pace, tracks,
        _rand(start, asked.cost),
    )  # fmt: skip


def _track(
    code: str, label: str, a_year: int, drawn: Floats, start: int, served: float, cost: Decimal | None
) -> Track:  # fmt: skip
    count = len(drawn) - 1
    found = backlog(drawn[None], [start], Scenario(code, np.full(count, float(a_year)), served))
    reached = round(float(np.median(a_year * count - found.wasted[0])))
    without = interval(found.without[0], of="backlog", horizon=count)
    left = round(float(without.middle[-1]))
    return Track(
        code, label, a_year, without, float(found.cleared[0, -1]), reached, _rand(reached, cost), _rand(left, cost)
    )


def _rand(households: int, cost: Decimal | None) -> Decimal | None:
    return None if cost is None else backlog_cost(households, cost)
