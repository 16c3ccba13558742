"""The computed measures of a space, chapter by chapter: worked out where that is honest, else why not."""

from __future__ import annotations

from collections.abc import Mapping

from oneplan.access.actors import Actor
from oneplan.indicators.choices import Level
from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.profile.parts import MeasureHere
from oneplan.indicators.worked.catalogue import Measure, measures
from oneplan.indicators.worked.drawing import shown
from oneplan.indicators.worked.registered import CHOSEN, NEIGHBOURS, offers_of, worked
from oneplan.indicators.worked.results import Column, Line, Worked

_EQUALS = ("single-deprivations", "location-quotients")  # whose columns stand beside each other, none before the others


def measured_in(space: str, *, by: Actor) -> Mapping[str, list[MeasureHere]]:
    """By chapter, the measures of a space at the newest time at which they can be worked out. Raises NothingBuilt.

    Whether neighbours resemble each other is told of the country, and stands on no profile.
    """
    found: dict[str, list[MeasureHere]] = {}
    for code, measure in measures().items():
        if code != NEIGHBOURS:
            found.setdefault(measure.chapter, []).append(_here(measure, space, by))
    return found


def _here(measure: Measure, space: str, by: Actor) -> MeasureHere:
    address, indicator = f"/indicators/measures/{measure.code}/", CHOSEN.get(measure.code, "")
    try:
        offered = [each for each in offers_of(measure.code, indicator, by=by) if each.level == Level.SPACE]
        done = worked(measure.code, next(iter(offered), None), indicator, by=by)
    except NotComputable as refused:
        return MeasureHere(measure.code, measure.title, None, "", "", "", "", address, refused.sentence)
    line = next((each for each in done.lines if each.place.code == space), None)
    value = line.numbers[done.first].value if line else None
    address = f"{address}?place={space}"
    if line is None or value is None:
        return MeasureHere(measure.code, measure.title, None, "", "", "", "", address, line.why if line else "")
    country = next((each for each in done.around if each.place.level == Level.COUNTRY), None)
    return MeasureHere(
        measure.code, measure.title, value, _told(done, line), _told(done, country) if country else "",
        done.offer.words, done.quality, address,
    )  # fmt: skip


def _told(done: Worked, line: Line) -> str:
    """The measure of a place; of equals each with its name."""
    told: list[tuple[Column, float | None]] = [
        (column, number.value) for column, number in zip(done.columns, line.numbers, strict=True)
        if number.value is not None
    ]  # fmt: skip
    if done.code in _EQUALS:
        equals = [(column, value) for column, value in told if column.role == done.columns[done.first].role]
        return "; ".join(f"{column.label.lower()} {shown(column, value)}" for column, value in equals)
    return shown(done.columns[done.first], line.numbers[done.first].value)
