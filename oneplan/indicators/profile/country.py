"""All spaces, provinces and the country of one build, read once: peers, and what stands out of whom, need them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from oneplan.access.actors import PUBLIC, Actor, system
from oneplan.access.permissions import Permission
from oneplan.indicators import queries
from oneplan.indicators.choices import Level
from oneplan.indicators.comparing.peers import PeerGroup, peers_of_all
from oneplan.indicators.comparing.standing_out import standing_out
from oneplan.indicators.comparing.values import Column, Notable, Place, Standing
from oneplan.indicators.definitions.current import definitions
from oneplan.indicators.dimensions import COUNTRY
from oneplan.indicators.measuring import measured, preferred, standing_of
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import registry

_LEVELS = (Level.COUNTRY, Level.PROVINCE, Level.SPACE)
Known = Mapping[str, Sequence[Value]]
"""Of one place: the values of each indicator, one of each period, earliest first."""


@dataclass(frozen=True)
class Country:
    """One build as one kind of reader sees it. `known` is by level and place, `standings` by indicator and space: of
    each of its known values, in the same order."""

    edition: str
    known: Mapping[tuple[Level, str], Known]
    standings: Mapping[str, Mapping[str, Sequence[Standing]]]
    names: Mapping[str, str]
    peers: Mapping[str, PeerGroup]
    notable: Mapping[str, Notable]
    margins: Mapping[str, str]  # what releases say of their error


def country_of(by: Actor) -> Country:
    """The build that is served, for a reader. Raises NothingBuilt."""
    return _country(queries.edition(), definitions().version, by.is_national(Permission.OBSERVATION_READ))


def reader(sees_government: bool) -> Actor:
    """Somebody who sees that much and no more: what is kept is not of one person."""
    return system("profile") if sees_government else PUBLIC


@lru_cache(maxsize=4)
def _country(edition: str, _definitions: str, sees_government: bool) -> Country:
    by = reader(sees_government)
    places = [place for level in _LEVELS for place in queries.places_of(level)]
    known = known_at([place.code for place in places], by=by, levels=_LEVELS)
    spaces = [
        Place(place.code, place.label, place.category, population(known.get((Level.SPACE, place.code), {})))
        for place in places if place.level == Level.SPACE
    ]  # fmt: skip
    peers = peers_of_all(spaces)
    standings = {
        code: {
            space.code: [standing_of(value) for value in known.get((Level.SPACE, space.code), {}).get(code, ())]
            for space in spaces
        }
        for code in registry()
    }  # fmt: skip
    columns = [
        Column(measured(registry()[code]), tuple(each for series in of_spaces.values() for each in series))
        for code, of_spaces in standings.items()
    ]
    names = {place.code: place.label for place in places}
    return Country(edition, known, standings, names, peers, standing_out(columns, peers), queries.margins())


def known_at(codes: Sequence[str], *, by: Actor, levels: Sequence[Level]) -> dict[tuple[Level, str], Known]:
    """What is known of places of those levels (a metropolitan space and its municipal area have one code). One read."""
    found: dict[tuple[Level, str], dict[str, list[Value]]] = {}
    for value in queries.values_at(codes, by=by):
        if value.level in levels:
            found.setdefault((value.level, value.place), {}).setdefault(value.indicator, []).append(value)
    return {at: {code: preferred(values) for code, values in of.items()} for at, of in found.items()}


def population(known: Known) -> float | None:
    """The newest that is known."""
    return next((value.value for value in reversed(known.get("population", ())) if value.value), None)


COUNTRY_AT = (Level.COUNTRY, COUNTRY)
