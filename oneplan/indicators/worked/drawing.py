"""A measure as a map in stated classes, or by whom its neighbours resemble; and its places as dots by province."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oneplan.indicators import queries
from oneplan.indicators.choices import Level
from oneplan.indicators.computed.space import Cluster
from oneplan.indicators.words import value_address
from oneplan.indicators.worked.given import Offer
from oneplan.indicators.worked.resemblance import Resemblance
from oneplan.indicators.worked.results import Column, Line, Worked
from oneplan.platform.web.choropleth import UNKNOWN, Area, Classes, areas, by_quantiles
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.strips import Dot, Strip, Strips, strips
from oneplan.spaces.queries import national_map

DARKER_LOW = frozenset({"services-persons", "basic-services"})  # where little is the worse
CLUSTERS: Mapping[Cluster, str] = {
    Cluster.HIGH_HIGH: "div-7", Cluster.HIGH_LOW: "div-5", Cluster.LOW_HIGH: "div-3", Cluster.LOW_LOW: "div-1",
    Cluster.NONE: "div-4",
}  # fmt: skip


def cluster_words(cluster: Cluster) -> str:
    """What a place is part of, in words that need no colour."""
    return {
        Cluster.HIGH_HIGH: _("high among high"), Cluster.HIGH_LOW: _("high among low"),
        Cluster.LOW_HIGH: _("low among high"), Cluster.LOW_LOW: _("low among low"),
        Cluster.NONE: _("no more alike than by chance"),
    }[cluster]  # fmt: skip


def shown(column: Column, value: float | None) -> str:
    """A number with its unit; unknown is said."""
    if value is None:
        return _("unknown")
    return f"{grouped(repr(float(value)), column.places)}\u00a0{column.unit}".rstrip("\u00a0")


@dataclass(frozen=True)
class Key:
    """One line of a legend."""

    shade: str
    words: str
    places: int


@dataclass(frozen=True)
class Drawn:
    """A map. `left_out` counts places of these borders that have no outline here."""

    inner: SafeString
    view_box: str
    legend: Sequence[Key]
    method: str
    is_approximate: bool
    release: str
    left_out: int


def mapped(worked: Worked, here: str) -> Drawn | None:
    """The first column in fifths of the places; None where no outline is known."""
    first = worked.columns[worked.first]
    classes = _classes(worked)
    shades = {line.place.code: _shade(_value(worked, line), classes) for line in worked.lines}
    known = [_value(worked, line) for line in worked.known]
    counted = [classes.place(value) for value in known if value is not None] if classes else []
    legend = [
        Key(classes.shade(at), f"{shown(first, low)} – {shown(first, high)}", counted.count(at))
        for at, (low, high) in enumerate(classes.ranges())
    ] if classes else []  # fmt: skip
    if unknown := len(worked.lines) - len(worked.known):
        legend.append(Key(UNKNOWN, _("unknown"), unknown))
    titles = {line.place.code: shown(first, _value(worked, line)) for line in worked.lines}
    method = _("Classes are fifths of the places, as nearly as equal values allow.")
    return _drawn(worked, shades, titles, legend, method, here)


def clustered(found: Resemblance, here: str) -> Drawn | None:
    """Who is high among high, low among low, or stands out from its neighbours; None where no outline is known."""
    worked = found.worked
    first = worked.columns[worked.first]
    shades = {code: CLUSTERS[cluster] for code, cluster in found.clusters.items()}
    shades |= {place.code: UNKNOWN for place, _why in found.left_out}
    titles = {
        line.place.code: f"{shown(first, _value(worked, line))}, "
        + (cluster_words(found.clusters[line.place.code]) if line.place.code in found.clusters else line.why)
        for line in worked.lines
    }  # fmt: skip
    legend = [Key(shade, cluster_words(cluster), found.count(cluster)) for cluster, shade in CLUSTERS.items()]
    if found.left_out:
        legend.append(Key(UNKNOWN, _("left out"), len(found.left_out)))
    method = _("High and low are against the mean of all places.")
    return _drawn(worked, shades, titles, legend, method, here)


def _drawn(
    worked: Worked, shades: Mapping[str, str], titles: Mapping[str, str], legend: Sequence[Key], method: str, here: str
) -> Drawn | None:  # fmt: skip
    drawn = national_map(_day_of(worked.offer), str(worked.offer.level))
    if not drawn.shapes:
        return None
    lines = {line.place.code: line for line in worked.lines}
    inner = areas(
        Area(
            shape.code, shape.path, shades.get(shape.code, UNKNOWN), _address(line),
            f"{line.place.label} ({shape.code}): {titles[shape.code]}", shape.code == here,
        )
        for shape in drawn.shapes if (line := lines.get(shape.code))
    )  # fmt: skip
    there = {shape.code for shape in drawn.shapes}
    missing = sum(1 for code in lines if code not in there)
    return Drawn(inner, drawn.view_box, legend, method, drawn.is_approximate, drawn.release, missing)


def dots(worked: Worked, here: str) -> Strips | None:
    """The places by province, each a dot."""
    first, classes = worked.columns[worked.first], _classes(worked)
    found = []
    for province in queries.places_of(Level.PROVINCE):
        inside = [line for line in worked.known if line.place.province == province.code]
        found.append(Strip(province.label, [
            Dot(
                line.place.code, _value(worked, line) or 0.0,
                f"{line.place.label} ({line.place.code}): {shown(first, _value(worked, line))}",
                _shade(_value(worked, line), classes), line.place.code == here,
            )
            for line in inside
        ]))  # fmt: skip
    return strips(
        [each for each in found if each.dots], lambda value: grouped(repr(value), first.places), _("in the middle:")
    )


def _classes(worked: Worked) -> Classes | None:
    known = [value for line in worked.known if (value := _value(worked, line)) is not None]
    return by_quantiles(known, is_darker_low=worked.code in DARKER_LOW)


def _shade(value: float | None, classes: Classes | None) -> str:
    return UNKNOWN if value is None or classes is None else classes.shade(classes.place(value))


def _value(worked: Worked, line: Line) -> float | None:
    return line.numbers[worked.first].value


def _address(line: Line) -> str:
    """The page of the first value that went in."""
    return next((value_address(number.of) for number in line.numbers if number.of), "")


def _day_of(offer: Offer) -> date | None:
    return date(offer.boundary, 12, 31) if offer.boundary else None
