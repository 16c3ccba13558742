"""Inequality of earnings, from bands of income: the Gini coefficient, and Theil's T between and within areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators import queries
from oneplan.indicators.choices import Level
from oneplan.indicators.computed.bands import Bands, bands, gini_of_bands
from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.computed.inequality import theil, theil_parts
from oneplan.indicators.queries import Place, Value
from oneplan.indicators.tables import tables
from oneplan.indicators.worked.given import AROUND, Offer, asked_of, cells_at, complete, places_around, places_there
from oneplan.indicators.worked.given import values_at as values_of
from oneplan.indicators.worked.results import Column, Line, Number, Role, Worked
from oneplan.platform.web.numerals import grouped

NEEDS = ("low-earners",)  # its page shows every band: it divides some of them by all
UNSPECIFIED = "Unspecified"


class _Told:
    """The bands of every place of a level, and the value whose page shows them."""

    def __init__(self, offer: Offer, by: Actor) -> None:
        self.offer = offer
        levels = (offer.level, *AROUND)
        self.values = {level: values_of(NEEDS[0], offer, by=by, level=level) for level in levels}
        table = next((each.table for found in self.values.values() for each in found.values()), "")
        if not table:
            raise NotComputable(_("No incomes by band are served. Import a file that tells them."))
        self.table, self.bands = table, bands(asked_of(table))
        self.cells = {level: cells_at(table, offer, by=by, level=level) for level in levels}

    def counts(self, place: Place) -> list[float] | None:
        return complete(self.cells[place.level].get(place.code, {}), self.bands.labels)

    def unspecified(self, place: Place) -> float | None:
        return self.cells[place.level].get(place.code, {}).get(UNSPECIFIED)

    def value(self, place: Place) -> Value | None:
        return self.values[place.level].get(place.code)


def _lines(
    told: _Told, places: Sequence[Place], work: Callable[[Place, list[float]], Sequence[float | None]], width: int
) -> list[Line]:
    found = []
    for place in places:
        counts, value = told.counts(place), told.value(place)
        inputs = [Number(sum(counts) if counts else None, value), Number(told.unspecified(place))]
        if counts is None:
            found.append(Line(place, [*[Number(None)] * width, *inputs], _("A band of income is not told here.")))
            continue
        try:
            found.append(Line(place, [*map(Number, work(place, counts)), *inputs]))
        except NotComputable as why:
            found.append(Line(place, [*[Number(None)] * width, *inputs], why.sentence))
    return found


def _inputs() -> list[Column]:
    return [
        Column("told", _("Employed, income told"), 0, role=Role.INPUT),
        Column("unspecified", _("Income not told, left out"), 0, role=Role.INPUT),
    ]


def _notes(told: _Told) -> list[str]:
    rule = told.bands.rule
    typical = ", ".join(f"R{grouped(round(mean))}" for mean in told.bands.means)
    return [
        _("What stands for the income of each band, from the lowest: %(typical)s (rand, as the table tells them).")
        % {"typical": typical},
        rule.reference + ".", _("Compared with: %(what)s") % {"what": rule.compared_with},
        _("Not compared yet: %(what)s") % {"what": rule.not_compared}, tables()[told.table].note,
    ]  # fmt: skip


def gini(offer: Offer, *, by: Actor) -> Worked:
    """The coefficient of each place with its bounds. Raises NotComputable."""
    told = _Told(offer, by)

    def work(_place: Place, counts: list[float]) -> Sequence[float | None]:
        found = gini_of_bands(counts, told.bands)
        return found.value, found.bounds.least, found.bounds.most

    columns = [
        Column("gini", _("Gini coefficient"), 3), Column("least", _("at least"), 3), Column("most", _("at most"), 3),
        *_inputs(),
    ]  # fmt: skip
    places = places_there(offer, by=by)
    notes = [*_notes(told), _("At least and at most hold if the typical incomes are right: no limit is known of them.")]
    return Worked(
        "gini", offer, columns, _lines(told, places, work, 3), _lines(told, places_around(), work, 3), True, notes
    )


def theil_of(offer: Offer, *, by: Actor) -> Worked:
    """T of each place; of spaces, provinces and the country also its parts between and within municipal areas.

    Raises NotComputable.
    """
    told = _Told(offer, by)
    areas = cells_at(told.table, offer, by=by, level=Level.MUNICIPAL_AREA)
    known = {
        place.code: (place, complete(areas.get(place.code, {}), told.bands.labels))
        for place in queries.places_of(Level.MUNICIPAL_AREA)
    }  # fmt: skip

    def work(place: Place, counts: list[float]) -> Sequence[float | None]:
        whole = theil(told.bands.means, counts)
        if place.level == Level.MUNICIPAL_AREA:
            return whole, None, None, None
        inside = [code for code, (area, _c) in known.items() if _is_in(area, place) and code in areas]
        return _parted(told.bands, {code: known[code][1] for code in inside})

    columns = [
        Column("theil", _("Theil's T"), 3), Column("between", _("between areas"), 3),
        Column("within", _("within areas"), 3), Column("share", _("Between, of the whole"), 1, "%"), *_inputs(),
    ]  # fmt: skip
    places = places_there(offer, by=by)
    notes = [*_notes(told), _(
        "T of a space is that of the persons of its municipal areas put together; their rounded cells can differ by a "
        "few persons from those of the space."
    )]  # fmt: skip
    return Worked(
        "theil", offer, columns, _lines(told, places, work, 4), _lines(told, places_around(), work, 4), True, notes
    )


def _is_in(area: Place, place: Place) -> bool:
    return place.level == Level.COUNTRY or place.code in (area.province, area.space)


def _parted(told: Bands, inside: dict[str, list[float] | None]) -> Sequence[float | None]:
    """The whole, between, within, and what part between is, of the areas put together."""
    known = {code: counts for code, counts in inside.items() if counts is not None}
    if not known or len(known) < len(inside):
        raise NotComputable(_("A band of income is not told of one of its municipal areas."))
    weights = np.concatenate([np.asarray(counts) for counts in known.values()])
    groups = np.repeat(np.array(list(known)), len(told.means))
    parts = theil_parts(np.tile(told.means, len(known)), groups, weights)
    return parts.total, parts.between, parts.within, 100 * parts.between / parts.total
