"""Spaces beside each other: the values of a set of indicators with their peers, province and country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oneplan.access.actors import Actor
from oneplan.indicators import exploring, queries
from oneplan.indicators.choices import Level
from oneplan.indicators.comparing.peers import PeerGroup, peers_of_all
from oneplan.indicators.comparing.sentences import Beside, no_value, sentence
from oneplan.indicators.comparing.values import Column, Period, Place, Standing
from oneplan.indicators.measuring import column, period_of, placed
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import registry
from oneplan.indicators.shelf import reading

# What is shown where nothing else is asked: the best known of each chapter.
HEADLINES = (
    "population", "income-poor-persons", "matric-or-more", "unemployment", "youth-unemployment", "water-from-scheme",
    "no-toilet", "refuse-weekly", "electric-lighting", "informal-dwelling",
)  # fmt: skip
COUNTRY = "ZA"
_LEVELS = (Level.COUNTRY, Level.PROVINCE, Level.SPACE)


@dataclass(frozen=True)
class Compared:
    """A set of indicators over the 52 spaces, their provinces and the country. `columns` hold the spaces alone."""

    codes: Sequence[str]
    spaces: Mapping[str, queries.Place]
    places: Sequence[Place]
    peers: Mapping[str, PeerGroup]
    columns: Mapping[str, Column]
    around: Mapping[str, Column]
    values: Mapping[tuple[str, str, Period], Value]

    def value_of(self, code: str, place: str) -> Value | None:
        """The newest known value of a place."""
        series = {**self.columns[code].by_place(), **self.around[code].by_place()}.get(place)
        return self.values[code, place, series[-1].period] if series else None

    def words(self, code: str, space: str) -> str:
        """One sentence of an indicator in a space: beside province and country, its peers, and itself earlier."""
        what, here = self.columns[code].measured, self.spaces[space]
        known, around = self.columns[code].by_place(), self.around[code].by_place()
        series = known.get(space, ())
        if not series:
            return no_value(what, here.label, registry()[code].owner)
        standing = series[-1]
        peers = [
            each for code_of_peer in self.peers[space].codes for each in known.get(code_of_peer, ())
            if each.period == standing.period
        ]  # fmt: skip
        names = ((here.province, self.province_of(space)), (COUNTRY, self.country))
        beside = [(name, each) for place, name in names for each in [_like(around.get(place, ()), standing)] if each]
        earlier = series[-2] if len(series) > 1 else None
        return sentence(what, here.label, standing, Beside(beside, self.peers[space], peers, earlier))

    @property
    def country(self) -> str:
        return queries.places_of(Level.COUNTRY)[0].label

    def province_of(self, space: str) -> str:
        """The name of the province that holds a space."""
        code = self.spaces[space].province
        return next(each.label for each in queries.places_of(Level.PROVINCE) if each.code == code)


def compared(codes: Sequence[str], *, by: Actor, is_sample: bool = False) -> Compared:
    """The values of indicators over all spaces. Raises NothingBuilt, KeyError."""
    spaces = {each.code: each for each in queries.places_of(Level.SPACE)}
    provinces = [each.code for each in queries.places_of(Level.PROVINCE)]
    found = [
        value for value in queries.values_at([COUNTRY, *provinces, *spaces], by=by, codes=codes)
        if value.level in _LEVELS and value.is_sample == is_sample
    ]  # fmt: skip
    of_code: dict[str, list[Value]] = {code: [] for code in codes}
    for value in found:
        of_code[value.indicator].append(value)
    columns, around, values = dict[str, Column](), dict[str, Column](), dict[tuple[str, str, Period], Value]()
    for code, every in of_code.items():
        kept = _on_one_set_of_borders(every)
        defined = registry()[code]
        columns[code] = column(defined, [each for each in kept if each.level == Level.SPACE])
        around[code] = column(defined, [each for each in kept if each.level != Level.SPACE])
        for each in reversed(kept):
            if each.value is not None:
                values[code, each.place, period_of(each)] = each
    places, peers = _peers(spaces, by, is_sample)
    return Compared(codes, spaces, places, peers, columns, around, values)


def figures_asked(asked: str, *, by: Actor) -> tuple[bool, bool]:
    """Whether invented figures are shown, and whether there is a choice: they are where they are asked for, or where
    no real ones are known. Raises NothingBuilt."""
    has_real, has_sample = exploring.figures_known(by=by)
    return asked == "yes" or (has_sample and not has_real), has_real and has_sample


def _peers(
    spaces: Mapping[str, queries.Place], by: Actor, is_sample: bool
) -> tuple[Sequence[Place], Mapping[str, PeerGroup]]:
    """The spaces with their sizes, and the fair peers of each. Kept for each build."""
    with reading() as turn:
        kept: dict[object, tuple[Sequence[Place], Mapping[str, PeerGroup]]] = turn.memory.setdefault("peers", {})
    key = (queries.seen_standings(by), is_sample)
    if key not in kept:
        sizes = _populations(by, is_sample)
        places = [placed(each, sizes.get(each.code)) for each in spaces.values()]
        kept[key] = (places, peers_of_all(places))
    return kept[key]


def _populations(by: Actor, is_sample: bool) -> Mapping[str, float]:
    """How large each space is, on the newest borders on which that is known."""
    for boundary in exploring.borders(by=by):
        if sizes := exploring.populations(Level.SPACE, boundary, by=by, is_sample=is_sample):
            return sizes
    return {}


def _on_one_set_of_borders(values: Sequence[Value]) -> list[Value]:
    """Of each place and time one set of borders: that of the newest values, else the newest. Surest first."""
    known = [each for each in values if each.value is not None]
    newest = max(known, key=lambda each: (each.year, each.boundary), default=None)
    first = newest.boundary if newest else 0
    ordered = sorted(known, key=lambda each: (each.boundary != first, -each.boundary))
    taken: dict[tuple[str, Period], int] = {}
    return [each for each in ordered if taken.setdefault((each.place, period_of(each)), each.boundary) == each.boundary]


def _like(series: Sequence[Standing], standing: Standing) -> Standing | None:
    """Of a place around, the value of the same time, or its newest where there is none."""
    newest = series[-1] if series else None
    return next((each for each in series if each.period == standing.period), newest)


def known_codes(codes: Sequence[str]) -> list[str]:
    """Those of the codes that the registry has, each once."""
    return [code for code in dict.fromkeys(codes) if code in registry()]
