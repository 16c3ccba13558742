"""The places of a view over all times that are known of them, whatever source and borders: what the time chart draws.

As published, a line ends where the borders changed. On borders that are asked for, what was published on others is
converted, and drawn as such.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from oneplan.access.actors import Actor
from oneplan.indicators import exploring, queries
from oneplan.indicators.choices import Level, Status
from oneplan.indicators.comparing.values import Break
from oneplan.indicators.demarcations.book import book
from oneplan.indicators.demarcations.series import converted_values
from oneplan.indicators.exploring import Asked, Stock, When
from oneplan.indicators.measuring import parted
from oneplan.indicators.queries import Value
from oneplan.platform.errors import RuleBroken

Lines = Mapping[str, Sequence[Value]]


def timelines(
    asked: Asked, stock: Sequence[Stock], found: Sequence[Value], series: Lines, around: Collection[str], *, by: Actor
) -> tuple[Lines, Lines]:
    """Of each place of `series`, and of the country and the provinces of `around`, one value for each time: of those
    that compete the one on the borders and of the source of the view, then the surest.

    `found` are the values that the view has read. Others are read only where they add a time.
    """
    here = [
        each for each in stock
        if each.stated and each.level == asked.level and each.dimension == asked.dimension
        and each.is_sample == asked.is_sample
    ]  # fmt: skip
    own = {each.when for each in here if each.boundary == asked.boundary}
    others = {each.boundary for each in here if each.boundary != asked.boundary and each.when not in own}
    if asked.borders:
        others |= {each.boundary for each in here if str(each.boundary) in book().drawn_alike(str(asked.borders))}
    places = series
    if others or any(each.source != asked.source for each in here if each.boundary == asked.boundary):
        told = [each for boundary in sorted(others) for each in _told(asked, boundary, by=by)]
        known = (each for each in [*found, *told] if each.category == asked.category and each.place in series)
        places = _chosen(known, asked)
    beside = [] if asked.dimension else [
        value for value in exploring.around(asked.code, by=by)
        if value.place in around and value.is_sample == asked.is_sample
    ]  # fmt: skip
    return places, _chosen(beside, asked)


def _told(asked: Asked, boundary: int, *, by: Actor) -> list[Value]:
    """What was told on other borders: as it is, or converted where a view asks for borders. Nothing where it cannot."""
    values: Sequence[Value]
    code, level, dimension = asked.code, asked.level, asked.dimension
    if not asked.borders or str(boundary) in book().drawn_alike(str(asked.borders)):
        values = queries.values_of(
            code, by=by, level=level, boundary=boundary, within=asked.within, dimension=dimension
        )
    else:
        try:
            values = converted_values(
                code, by=by, level=level, source=boundary, boundary=asked.borders, dimension=dimension
            )
        except RuleBroken:
            values = []
    return [value for value in values if value.is_sample == asked.is_sample]


def _chosen(values: Iterable[Value], asked: Asked) -> Lines:
    """One value for each place and time, by time."""
    sureness = list(Status)

    def rank(value: Value) -> tuple[object, ...]:
        is_recount = bool(asked.borders) and not value.converted_from and value.value is not None
        return (
            value.value is None, not is_recount, value.boundary != asked.shown_on, value.source != asked.source,
            sureness.index(value.status),
        )  # fmt: skip

    best: dict[tuple[str, When], Value] = {}
    for value in values:
        at = value.place, When.of(value)
        if at not in best or rank(value) < rank(best[at]):
            best[at] = value
    found: dict[str, list[Value]] = {}
    for (place, _when), value in sorted(best.items(), key=lambda each: each[0]):
        found.setdefault(place, []).append(value)
    return found


def apart(one: Value, other: Value) -> tuple[Break, ...]:
    """Why no line is drawn between two values of one place.

    The borders inside the country do not part it from itself; what was converted to the same borders is drawn on, and
    marked as converted.
    """
    why = parted(one, other)
    if one.level == Level.COUNTRY:
        why = tuple(each for each in why if each != Break.BOUNDARY)
    if Status.CONVERTED in (one.status, other.status) and (one.boundary == other.boundary or _alike(one, other)):
        why = tuple(each for each in why if each not in (Break.METHOD, Break.BOUNDARY))
    return why


def _alike(one: Value, other: Value) -> bool:
    return str(other.boundary) in book().drawn_alike(str(one.boundary))
