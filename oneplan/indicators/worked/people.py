"""How people live: basic services put together, deprivations one by one, and what the two indices lack."""

from __future__ import annotations

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators.choices import Status
from oneplan.indicators.computed import poverty
from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.computed.services import composition, service_delivery
from oneplan.indicators.queries import Place
from oneplan.indicators.registry import registry
from oneplan.indicators.worked.given import AROUND, Offer, places_around, places_there, values_at
from oneplan.indicators.worked.results import Column, Line, Number, Role, Worked
from oneplan.periods import clock

DEPRIVATIONS = {
    "fuel_for_lighting": "deprived-of-light", "fuel_for_heating": "deprived-of-heating-energy",
    "fuel_for_cooking": "deprived-of-cooking-energy",
}  # fmt: skip
PUBLISHED = ("sampi-headcount", "sampi-intensity")


def services(offer: Offer | None, *, by: Actor, code: str) -> Worked:
    """A composite of services at each place, with the share of each part. Raises NotComputable."""
    made = composition(code, clock.today())
    lacking = [part for part in made.parts if not part.indicator]
    if lacking or offer is None:
        there = {part.code: [0.0] for part in made.parts if part.indicator}
        service_delivery(there, made)
        raise NotComputable(_("Its parts are not served of one time, source and borders."))
    levels = (offer.level, *AROUND)
    values = {
        level: {part.code: values_at(part.indicator, offer, by=by, level=level) for part in made.parts}
        for level in levels
    }  # fmt: skip

    def line(place: Place) -> Line:
        told = [values[place.level][part.code].get(place.code) for part in made.parts]
        inputs = [Number(each.value if each else None, each) for each in told]
        lost = [part.label for part, each in zip(made.parts, told, strict=True) if each is None or each.value is None]
        if lost:
            why = _("Unknown here: %(parts)s.") % {"parts": ", ".join(lost)}
            return Line(place, [Number(None), *inputs], why)
        shares = {
            part.code: [(100 - (each.value or 0) if part.is_rest else each.value or 0) / 100]
            for part, each in zip(made.parts, told, strict=True) if each
        }  # fmt: skip
        return Line(place, [Number(100 * float(service_delivery(shares, made).index[0])), *inputs])

    columns = [
        Column("index", made.title, 1, _("of 100")),
        *(
            Column(
                part.indicator, registry()[part.indicator].title if part.is_rest else part.label, 1, "%", Role.INPUT
            )
            for part in made.parts
        ),
    ]  # fmt: skip
    lines, around = ([line(each) for each in some] for some in (places_there(offer, by=by), places_around()))
    weights = "; ".join(f"{part.label} {part.weight}" for part in made.parts)
    return Worked(code, offer, columns, lines, around, False, [
        _("Weights: %(weights)s. A part gives its weight times its share.") % {"weights": weights}, made.reference,
        _("Where a part is unknown there is no index: an index of fewer parts is another one."),
    ])  # fmt: skip


def single_deprivations(offer: Offer, *, by: Actor) -> Worked:
    """By deprivation, the share of persons in it: no index. Raises NotComputable."""
    made = poverty.structure("sampi", clock.today())
    labels = {each.code: each for group in made.dimensions for each in group.indicators}
    levels = (offer.level, *AROUND)
    values = {
        level: {code: values_at(one, offer, by=by, level=level) for code, one in DEPRIVATIONS.items()}
        for level in levels
    }  # fmt: skip

    def line(place: Place) -> Line:
        told = {code: values[place.level][code].get(place.code) for code in DEPRIVATIONS}
        counted = {
            code: (each.above, each.below) for code, each in told.items()
            if each and each.above is not None and each.below
        }  # fmt: skip
        found = poverty.headcounts_from_tables(counted, made).shares
        return Line(place, [Number(100 * found[code] if code in found else None, told[code]) for code in DEPRIVATIONS])

    columns = [Column(code, labels[code].label, 1, "%", Role.INPUT) for code in DEPRIVATIONS]
    lines, around = ([line(each) for each in some] for some in (places_there(offer, by=by), places_around()))
    rest = ", ".join(each.label.lower() for code, each in labels.items() if code not in DEPRIVATIONS)
    return Worked("single-deprivations", offer, columns, lines, around, False, [
        why_no_index(), *(f"{labels[code].label}: {labels[code].deprived_if}." for code in DEPRIVATIONS),
        _("In no table that is served: %(rest)s.") % {"rest": rest},
    ])  # fmt: skip


def why_no_index() -> str:
    """Why headcounts of single indicators make no index, as the method itself says it."""
    made = poverty.structure("sampi", clock.today())
    try:
        poverty.index_value(poverty.headcounts_from_tables({}, made))
    except NotComputable as why:
        return why.sentence
    raise AssertionError("an index was made of single headcounts")


def published_poverty(offer: Offer | None, *, by: Actor) -> Worked:
    """M0 from a published headcount and intensity. Raises NotComputable where none is served."""
    if offer is None:
        raise NotComputable(
            _("No published headcount and intensity is served: Statistics South Africa published them for 2001, 2011 "
              "and 2016, and no file of them has been imported. %(why)s") % {"why": why_no_index()}
        )  # fmt: skip
    levels = (offer.level, *AROUND)
    values = {level: [values_at(code, offer, by=by, level=level) for code in PUBLISHED] for level in levels}

    def line(place: Place) -> Line:
        head, deep = (found.get(place.code) for found in values[place.level])
        inputs = [Number(each.value if each else None, each) for each in (head, deep)]
        if any(each.value is None for each in inputs):
            return Line(place, [Number(None), *inputs], _("Its headcount or its intensity is not published."))
        shares = [(each.value or 0) / 100 for each in inputs]
        try:
            index = poverty.index_value(poverty.Published(shares[0], shares[1], offer.source))
        except NotComputable as why:
            return Line(place, [Number(None), *inputs], why.sentence)
        return Line(place, [Number(index), *inputs])

    columns = [Column("m0", _("SAMPI, M0"), 3)] + [
        Column(code, label, 1, "%", Role.INPUT)
        for code, label in zip(PUBLISHED, (_("Headcount H"), _("Intensity A")), strict=True)
    ]
    lines, around = ([line(each) for each in some] for some in (places_there(offer, by=by), places_around()))
    is_modelled = any(
        each.status == Status.MODELLED for found in values.values() for one in found for each in one.values()
    )
    notes = [
        _("Headcount and intensity were worked out from microdata that somebody brought; their release says by whom.")
        if is_modelled else _("Headcount and intensity as published; their product is computed here.")
    ]  # fmt: skip
    return Worked("multidimensional-poverty", offer, columns, lines, around, is_modelled, notes)


def human_development(_offer: Offer | None, *, by: Actor) -> Worked:
    """Raises NotComputable: none of its parts is published by place in a file that is served."""
    raise NotComputable(
        _("Missing: life expectancy at birth, mean years of schooling, expected years of schooling, and gross national "
          "income per person in PPP dollars. No file that is served tells any of them by district or municipality; "
          "figures told elsewhere for districts are modelled by private firms. Who holds all four can have the index "
          "worked out on its page.")
    )  # fmt: skip
