"""What a population or an economy is made of: dependency, location quotients, concentration; why no shift-share."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators import exploring, queries
from oneplan.indicators.choices import Level
from oneplan.indicators.computed import structure
from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.queries import Place, Value
from oneplan.indicators.registry import registry
from oneplan.indicators.tables import tables
from oneplan.indicators.worked.given import (
    AROUND,
    Offer,
    asked_of,
    cells_at,
    complete,
    places_around,
    places_there,
    values_at,
)
from oneplan.indicators.worked.results import Column, Line, Number, Role, Worked

AGES, SECTORS = ("dependency-ratio",), ("formal-sector",)
CHILDREN = ("0-4", "5-9", "10-14")
WORKING = ("15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60-64")


def dependency(offer: Offer, *, by: Actor) -> Worked:
    """Of each place, of children, of the old and of both. Raises NotComputable."""
    levels = (offer.level, *AROUND)
    values = {level: values_at(AGES[0], offer, by=by, level=level) for level in levels}
    table = _table_of(values, _("No ages are served. Import a file of persons by age."))
    aged = _old(table)
    cells = {level: cells_at(table, offer, by=by, level=level, kind="age") for level in levels}

    def line(place: Place) -> Line:
        here = cells[place.level].get(place.code, {})
        counts = [complete(here, part) for part in (CHILDREN, WORKING, aged)]
        value = values[place.level].get(place.code)
        if any(each is None for each in counts):
            return Line(place, [Number(None, value), *[Number(None)] * 5], _("An age is not told here."))
        young, working, old = (sum(each or ()) for each in counts)
        try:
            found = structure.dependency(children=[young], working_age=[working], old=[old])
        except NotComputable as why:
            counted = [Number(each) for each in (young, working, old)]
            return Line(place, [Number(None, value), *[Number(None)] * 2, *counted], why.sentence)
        ratios = [float(each[0]) for each in (found.total, found.young, found.old)]
        inputs = [Number(each, value) for each in (young, working, old)]
        return Line(place, [*map(Number, ratios), *inputs])

    columns = [
        Column("total", _("Dependants"), 1, _("per 100")), Column("young", _("Children"), 1, _("per 100")),
        Column("old", _("Old"), 1, _("per 100")), Column("persons_0_14", _("Persons under 15"), 0, role=Role.INPUT),
        Column("persons_15_64", _("Persons of 15 to 64"), 0, role=Role.INPUT),
        Column("persons_65", _("Persons of 65 and more"), 0, role=Role.INPUT),
    ]  # fmt: skip
    lines, around = ([line(each) for each in some] for some in (places_there(offer, by=by), places_around()))
    notes = [_("Says nothing of who works: age stands for it.")]
    return Worked("dependency", offer, columns, lines, around, False, notes)


def _old(table: str) -> list[str]:
    """The ages of a table from 65 on."""
    told = tables()[table]
    known = (*told.set_apart, told.total, *CHILDREN, *WORKING)
    return [each for each in told.categories["age"] if each not in known]


def quotients(offer: Offer, *, by: Actor) -> Worked:
    """Of each place and type of sector, beside the country. Raises NotComputable."""
    levels = (offer.level, *AROUND)
    values = {level: values_at(SECTORS[0], offer, by=by, level=level) for level in levels}
    table = _table_of(values, _("No employment by sector is served. Import a file that tells it."))
    sectors = asked_of(table)
    cells = {level: cells_at(table, offer, by=by, level=level) for level in levels}
    whole = next((complete(each, sectors) for each in cells[Level.COUNTRY].values()), None)
    if whole is None:
        raise NotComputable(_("The sectors of the country are not told: there is nothing to compare with."))

    def line(place: Place) -> Line:
        counts, value = complete(cells[place.level].get(place.code, {}), sectors), values[place.level].get(place.code)
        if counts is None:
            return Line(place, [Number(None)] * 2 * len(sectors), _("A sector is not told here."))
        inputs = [Number(each, value) for each in counts]
        try:
            found = structure.location_quotients([counts], whole)[0]
        except NotComputable as why:
            return Line(place, [*[Number(None)] * len(sectors), *inputs], why.sentence)
        return Line(place, [*(Number(None if np.isnan(each) else float(each)) for each in found), *inputs])

    columns = [
        *(Column(f"quotient_{at}", _(each), 2) for at, each in enumerate(sectors, start=1)),
        *(
            Column(f"workers_{at}", _("Workers: %(sector)s") % {"sector": _(each).lower()}, 0, role=Role.INPUT)
            for at, each in enumerate(sectors, start=1)
        ),
    ]  # fmt: skip
    lines, around = ([line(each) for each in some] for some in (places_there(offer, by=by), places_around()))
    notes = [
        _("Types of employment, not industries: no file that is served tells industries by place."),
        _("Workers are counted where they live. Who did not know the sector is left out."),
    ]
    return Worked("location-quotients", offer, columns, lines, around, False, notes)


def shift_share(_offer: Offer | None, *, by: Actor) -> Worked:
    """Raises NotComputable: no file that is served tells sectors at two moments."""
    moments = sorted({str(each.when) for each in exploring.stock_of(SECTORS[0], by=by) if each.stated})
    told = ", ".join(moments) or _("none")
    raise NotComputable(
        _("Employment by sector is served of one moment alone (%(told)s), and a shift lies between two on the same "
          "borders. Who holds both can have them worked out from a file on its page. Official employment by industry "
          "ends at the province.") % {"told": told}
    )  # fmt: skip


def concentration(offer: Offer, *, by: Actor, indicator: str) -> Worked:
    """Of a count, over the municipal areas of each space. Raises NotComputable."""
    areas = values_at(indicator, offer, by=by, level=Level.MUNICIPAL_AREA)
    spaces = values_at(indicator, offer, by=by, level=Level.SPACE)
    there = exploring.places_on(Level.MUNICIPAL_AREA, offer.boundary, by=by)
    inside: dict[str, list[Place]] = {}
    for area in queries.places_of(Level.MUNICIPAL_AREA):
        if area.code in there:
            inside.setdefault(area.space, []).append(area)

    def line(place: Place) -> Line:
        parts, whole = inside.get(place.code, []), spaces.get(place.code)
        amounts = [areas[each.code].value if each.code in areas else None for each in parts]
        found = [each for each in amounts if each is not None]
        inputs = [Number(float(len(parts))), Number(whole.value if whole else None, whole)]
        nothing = [Number(None)] * 3
        if len(found) < len(parts):
            return Line(place, [*nothing, *inputs], _("The value of one of its municipal areas is unknown."))
        try:
            worked = structure.concentration(found)
        except NotComputable:
            return Line(place, [*nothing, *inputs], _("It has one municipal area, or nothing is counted in any."))
        told = float(worked.normalised), float(worked.herfindahl), 100 * max(found) / sum(found)
        return Line(place, [*map(Number, told), *inputs])

    title = registry()[indicator].title
    columns = [
        Column("normalised", _("Concentration, 0 to 1"), 3), Column("herfindahl", _("Sum of squared shares"), 3),
        Column("largest", _("In the largest area"), 1, "%"), Column("areas", _("Municipal areas"), 0, role=Role.INPUT),
        Column("whole", title, 0, role=Role.INPUT),
    ]  # fmt: skip
    notes = [
        _("Of: %(title)s.") % {"title": title},
        _("A metropolitan space has one municipal area, of which nothing can be told."),
    ]  # fmt: skip
    lines = [line(each) for each in places_there(offer, by=by)]
    return Worked("concentration", offer, columns, lines, [], False, notes)


def _table_of(values: dict[Level, dict[str, Value]], sentence: str) -> str:
    for found in values.values():
        for each in found.values():
            return each.table
    raise NotComputable(sentence)
