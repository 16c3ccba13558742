"""Whether neighbours resemble each other: Moran's I of an indicator, and of each place where like lies beside like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils.translation import gettext as _
from scipy import sparse

from oneplan.access.actors import Actor
from oneplan.indicators.choices import Level
from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.computed.space import Cluster, Local, Moran, local_moran, moran
from oneplan.indicators.queries import Place, Value
from oneplan.indicators.worked.given import Offer, places_there, values_at
from oneplan.indicators.worked.results import Column, Line, Number, Role, Worked
from oneplan.platform.web.numerals import grouped
from oneplan.spaces.choices import Level as Territory
from oneplan.spaces.models import BoundaryRelease
from oneplan.spaces.queries import neighbours, releases_in_force

PERMUTATIONS = 9_999
LEVEL = 0.05
MOST_LEFT_OUT = 0.1  # of the places: beyond it the neighbourhood is another one
LEVELS = (Level.MUNICIPAL_AREA, Level.SPACE)


@dataclass(frozen=True)
class Resemblance:
    """What was found, on which outlines. `clusters` has a word for each place that took part, by its code.

    `left_out` are places of these borders without a value or without an outline, with the reason; `islands` took part
    without a neighbour.
    """

    worked: Worked
    whole: Moran
    clusters: dict[str, Cluster]
    release: BoundaryRelease
    left_out: list[tuple[Place, str]]
    islands: list[Place]

    def count(self, cluster: Cluster) -> int:
        return sum(1 for each in self.clusters.values() if each is cluster)


def resemblance(indicator: str, title: str, unit: str, decimals: int, offer: Offer, *, by: Actor) -> Resemblance:
    """Of an indicator at the places of a level. Raises NotComputable, NothingBuilt."""
    near = neighbours(Territory(str(offer.level)), _day_of(offer))
    if near is None:
        raise NotComputable(_("No outlines are known: nobody knows who is whose neighbour. Import boundaries."))
    values = values_at(indicator, offer, by=by)
    at = {code: number for number, code in enumerate(near.codes)}
    places = places_there(offer, by=by)
    left_out = [(place, why) for place in places if (why := _why_not(place, values, at))]
    gone = {place.code for place, _why in left_out}
    taking = [place for place in places if place.code not in gone]
    if len(left_out) > MOST_LEFT_OUT * len(places):
        bare = sum(1 for place, _why in left_out if place.code not in at)
        raise NotComputable(
            _("Of %(all)s places on the borders of %(year)s, %(n)s have no outline (%(release)s) and %(unknown)s more "
              "no value. What is left is another neighbourhood. Import the boundaries of that year, or choose other "
              "borders or districts.")
            % {"all": len(places), "year": offer.boundary, "n": bare, "release": near.release.name,
               "unknown": len(left_out) - bare}
        )  # fmt: skip
    matrix = _matrix(near.left, near.right, [at[place.code] for place in taking], len(near.codes))
    numbers = [value for place in taking if (value := values[place.code].value) is not None]
    whole = moran(numbers, matrix, permutations=PERMUTATIONS)
    local = local_moran(numbers, matrix, permutations=PERMUTATIONS)
    clusters = dict(zip((place.code for place in taking), local.clusters(LEVEL), strict=True))
    means = matrix @ np.array(numbers) / np.maximum(matrix.sum(axis=1), 1)
    lines = [
        Line(place, [
            Number(values[place.code].value, values[place.code]), Number(float(mean) if degree else None),
            Number(float(degree)), Number(float(local.value[row])), Number(float(local.p_value[row])),
        ])
        for row, (place, mean, degree) in enumerate(zip(taking, means, matrix.sum(axis=1), strict=True))
    ]  # fmt: skip
    lines += [Line(place, [Number(None, values.get(place.code)), *[Number(None)] * 4], why) for place, why in left_out]
    columns = [
        Column("value", title, decimals, unit, Role.INPUT), Column("lag", _("Mean of its neighbours"), decimals, unit),
        Column("neighbours", _("Neighbours"), 0), Column("local", _("Local I"), 2), Column("p", _("Pseudo p-value"), 4),
    ]  # fmt: skip
    worked = Worked("neighbours", offer, columns, lines, [], False, _notes(whole, local, near.release))
    return Resemblance(worked, whole, clusters, near.release, left_out, [taking[each] for each in whole.islands])


def outlines_of(offer: Offer) -> int:
    """The number of the boundary release whose outlines say who is whose neighbour; 0 where none is known."""
    wanted = Territory(str(offer.level))
    return next((each.pk for each in releases_in_force(_day_of(offer)) if each.level == wanted), 0)


def _day_of(offer: Offer) -> date | None:
    return date(offer.boundary, 12, 31) if offer.boundary else None


def _why_not(place: Place, values: dict[str, Value], at: dict[str, int]) -> str:
    if place.code not in values or values[place.code].value is None:
        return _("Its value is unknown.")
    return "" if place.code in at else _("It has no outline on these borders.")


def _matrix(left: np.ndarray, right: np.ndarray, taking: list[int], count: int) -> sparse.csr_array:
    """Who touches whom among those that take part, in their order."""
    whole = sparse.csr_array((np.ones(len(left)), (left, right)), shape=(count, count))
    return sparse.csr_array(whole[taking][:, taking])


def _notes(whole: Moran, local: Local, release: BoundaryRelease) -> list[str]:
    told = {"n": grouped(whole.permutations), "seed": whole.seed, "level": f"{100 * LEVEL:g}"}
    notes = [
        _("Chance: %(n)s shuffled maps from the seed %(seed)s, both sides counted. The same map gives the same answer "
          "every day.") % told,
        _("A place is named where its p-value, adjusted for testing all places at once, stays within %(level)s %%: at "
          "most so many of those named are named by chance.") % told,
        _("Neighbours share at least a point of their outlines; borders up to 100 m apart count as touching. Outlines: "
          "%(release)s, %(quality)s.") % {"release": release.name, "quality": release.get_quality_display()},
    ]  # fmt: skip
    if not release.is_legal:
        notes.append(_("These outlines are approximate: a few neighbours may be others on the legal map."))
    if local.islands:
        notes.append(_("An island has no neighbour: it counts in the mean alone."))
    return notes


def finding(found: Resemblance) -> str:
    """What the whole says, in one sentence."""
    whole = found.whole
    told = _("(Moran's I %(i)s, p %(p)s).") % {"i": grouped(whole.value, 2), "p": grouped(whole.p_value, 4)}
    if whole.p_value > LEVEL:
        said = _("No: neighbours are no more alike, and no more unlike, than chance makes them")
    elif whole.value > whole.expected:
        said = _("Yes: neighbours are more alike than chance makes them")
    else:
        said = _("No, the opposite: neighbours are more unlike than chance makes them")
    return f"{said} {told}"
