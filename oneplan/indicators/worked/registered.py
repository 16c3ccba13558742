"""Which function works out which measure, and of what it needs values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators import exploring, queries
from oneplan.indicators.choices import Level, Unit
from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.computed.services import composition
from oneplan.indicators.measuring import measured
from oneplan.indicators.registry import Defined, registry
from oneplan.indicators.worked import earnings, people, resemblance, structure
from oneplan.indicators.worked.given import Offer, kept, offers
from oneplan.indicators.worked.resemblance import Resemblance
from oneplan.indicators.worked.results import Worked
from oneplan.periods import clock

BOTH = (Level.SPACE, Level.MUNICIPAL_AREA)
NEIGHBOURS, CONCENTRATION = "neighbours", "concentration"
CHOSEN = {NEIGHBOURS: "unemployment", CONCENTRATION: "formal-workers"}  # whose indicator the reader chooses; unasked


@dataclass(frozen=True)
class _Way:
    """`needs` are the indicators of which every place must have a value; without any, `work` is asked with no offer."""

    work: Callable[..., Worked]
    needs: Sequence[str] = ()
    levels: Sequence[Level] = BOTH


_WAYS: dict[str, _Way] = {
    "multidimensional-poverty": _Way(people.published_poverty, people.PUBLISHED),
    "single-deprivations": _Way(people.single_deprivations, tuple(people.DEPRIVATIONS.values())),
    "human-development": _Way(people.human_development),
    "gini": _Way(earnings.gini, earnings.NEEDS),
    "theil": _Way(earnings.theil_of, earnings.NEEDS),
    "services-persons": _Way(partial(people.services, code="services-persons")),
    "basic-services": _Way(partial(people.services, code="basic-services")),
    "dependency": _Way(structure.dependency, structure.AGES),
    "location-quotients": _Way(structure.quotients, structure.SECTORS),
    "shift-share": _Way(structure.shift_share),
}


_COMPOSITES = ("services-persons", "basic-services")  # what they need is dated data


def _needs(code: str) -> Sequence[str]:
    if code not in _COMPOSITES:
        return _WAYS[code].needs
    try:
        parts = composition(code, clock.today()).parts
    except NotComputable:
        return ()
    return [part.indicator for part in parts] if all(part.indicator for part in parts) else ()


def level_of(code: str) -> Level:
    """The level that is shown where the reader asks for none."""
    return Level.MUNICIPAL_AREA if code == NEIGHBOURS else Level.SPACE


def choosable(code: str, *, by: Actor) -> list[Defined]:
    """The indicators of which a measure can be worked out at the reader's choice. Raises NothingBuilt."""
    return [each for each in registry().values() if _fits(code, each) and offers_of(code, each.code, by=by)]


def _fits(code: str, defined: Defined) -> bool:
    return code == NEIGHBOURS or (code == CONCENTRATION and defined.unit == Unit.NUMBER)


def offers_of(code: str, indicator: str = "", *, by: Actor) -> list[Offer]:
    """Where and when a measure can be worked out, newest first. Raises NothingBuilt."""
    if code == NEIGHBOURS:
        return offers([indicator], resemblance.LEVELS, by=by)
    if code == CONCENTRATION:
        areas = offers([indicator], [Level.MUNICIPAL_AREA], by=by)
        return [Offer(Level.SPACE, each.boundary, each.when, each.source) for each in areas]
    needs = _needs(code)
    return offers(needs, _WAYS[code].levels, by=by) if needs else []


def worked(code: str, offer: Offer | None, indicator: str = "", *, by: Actor) -> Worked:
    """A measure of an offer, kept for the build. Raises NotComputable, NothingBuilt."""
    if code == NEIGHBOURS:
        return resembling(offer, indicator, by=by).worked
    key = (code, offer, indicator, queries.seen_standings(by))
    if code == CONCENTRATION:
        if offer is None:
            raise NotComputable(
                _("No value of %(title)s is served by municipal area.") % {"title": registry()[indicator].title}
            )
        return kept(key, lambda: structure.concentration(offer, by=by, indicator=indicator))
    needs = _needs(code)
    if offer is None and needs and code != "multidimensional-poverty":
        raise NotComputable(_lacking(needs, by))
    return kept(key, lambda: _WAYS[code].work(offer, by=by))


def resembling(offer: Offer | None, indicator: str, *, by: Actor) -> Resemblance:
    """Whether neighbours resemble each other in an indicator, kept for the build and the outlines in force.

    Raises NotComputable, NothingBuilt.
    """
    defined = registry()[indicator]
    if offer is None:
        raise NotComputable(_("No value of %(title)s is served by municipal area or space.") % {"title": defined.title})
    told = measured(defined)
    key = (NEIGHBOURS, offer, indicator, queries.seen_standings(by), resemblance.outlines_of(offer))
    found: Any = kept(
        key, lambda: resemblance.resemblance(indicator, defined.title, told.unit, told.places, offer, by=by)
    )
    result: Resemblance = found
    return result


def _lacking(needs: Sequence[str], by: Actor) -> str:
    """Which indicators have no value, or that they have none of one time, source and borders."""
    empty = [registry()[each].title for each in needs if not any(one.stated for one in exploring.stock_of(each, by=by))]
    if empty:
        return _("No value is served of: %(titles)s. Import a file that tells them.") % {"titles": ", ".join(empty)}
    return _("Its inputs are not served of one time, source and borders. Import a file that tells them together.")
