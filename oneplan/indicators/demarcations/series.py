"""An indicator on borders on which it was not published: converted values, their errors, the way to their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators.choices import Level, Status
from oneplan.indicators.queries import Value, moments_of, places_of, seen_standings, values_of
from oneplan.indicators.registry import Formula, Ratio, Share, registry, tables_of
from oneplan.indicators.registry import Observed as AsPublished
from oneplan.indicators.shelf import reading
from oneplan.platform.errors import RuleBroken

from .book import book
from .converting import Converted, ConvertedShare, Method, Nature, Observed, convert, convert_shares
from .errors import ErrorStated, Standing, error_of, error_of_share
from .gaps import Gap, missing_for
from .pieces import People, Weights

PEOPLE = "population"  # the indicator by which areas that were split are shared out


@dataclass(frozen=True)
class ConvertedValue(Value):
    """An indicator at a place of `boundary`, converted from `sources`; each of these leads on to its `cells_of`.

    `value` None: a value that it needs is missing, or it may not be converted; `converted` says which and why. `above`
    and `below` are the counts of a share in whole units; the share is taken from what they were before these.
    `recount` is what was published on these borders by the same source of the same time; where there is one, it is what
    should be shown.
    """

    converted: Converted | ConvertedShare
    error: ErrorStated
    sources: tuple[Value, ...]
    recount: Value | None

    @property
    def converted_from(self) -> int:
        return self.sources[0].boundary

    @property
    def told_as(self) -> Status:
        """How sure the values are that it was converted from."""
        return self.sources[0].status

    @property
    def whole(self) -> Converted:
        """What says how it came about: of a share its denominator."""
        return self.converted if isinstance(self.converted, Converted) else self.converted.denominator

    @property
    def counts(self) -> tuple[Converted, ...]:
        """What was shared out: of a share what stands above the line and below it."""
        return (self.converted,) if isinstance(self.converted, Converted) else (
            self.converted.numerator, self.converted.denominator,
        )  # fmt: skip

    @property
    def method(self) -> Method:
        return self.whole.method

    @property
    def lineage(self) -> str:
        """From the value back to the values of its pieces, as sentences."""
        return " ".join(each.lineage for each in self.counts)


def gap_of(code: str, *, by: Actor, level: Level, boundary: int, is_sample: bool = False) -> Gap | None:
    """The warning where an indicator was not published on some borders; None where it was. Raises NothingBuilt."""
    _check_level(level)
    held: dict[str, set[str]] = defaultdict(set)
    for year in {moment.boundary for moment in moments_of(code, by=by) if moment.level == level and moment.boundary}:
        values = values_of(code, by=by, level=level, boundary=year)
        held[str(year)] = {each.place for each in values if each.value is not None and each.is_sample == is_sample}
    natures = {nature_of(code, each.code) for formula in registry()[code].formulas for each in tables_of(formula)}
    nature = natures.pop() if len(natures) == 1 else Nature.OTHER
    return missing_for(registry()[code].title, nature, held, str(boundary), of_spaces=level == Level.SPACE)


def converted_values(
    code: str, *, by: Actor, level: Level, source: int, boundary: int, years: Iterable[int] = (), dimension: str = ""
) -> list[ConvertedValue]:
    """Values from the borders of `source` to those of `boundary`, by time, category and place. No years: all of them.

    Places of which nothing is known on the old borders are left out. Raises RuleBroken, NothingBuilt, KeyError.
    """
    years = tuple(years)
    weights = weights_between(source, boundary, by=by, level=level)
    recounts = {
        _moment(value): value
        for borders in book().drawn_alike(str(boundary)) if int(borders) != source
        for value in values_of(code, by=by, level=level, boundary=int(borders), years=years, dimension=dimension)
    }  # fmt: skip
    series: dict[tuple[object, ...], list[Value]] = defaultdict(list)
    for value in values_of(code, by=by, level=level, boundary=source, years=years, dimension=dimension):
        series[_moment(value)[1:]].append(value)
    labels = {place.code: place.label for place in places_of(level)}
    return [each for values in series.values() for each in _converted(values, boundary, weights, recounts, labels)]


def weights_between(source: int, boundary: int, *, by: Actor, level: Level) -> Weights:
    """The weights by which values are converted, by the best basis that the served populations allow. Kept for each
    build. Raises RuleBroken, NothingBuilt."""
    _check_level(level)
    key = source, boundary, level, seen_standings(by)
    with reading() as turn:
        kept: dict[object, Weights] = turn.memory.setdefault("weights between borders", {})
    if key not in kept:
        kept[key] = book().weights(str(source), str(boundary), people_known(by=by), of_spaces=level == Level.SPACE)
    return kept[key]


def nature_of(code: str, table: str) -> Nature:
    """What may be done with the values that an indicator takes from a table."""
    formula = _formula(code, table)
    if isinstance(formula, AsPublished):
        return Nature.OTHER
    return Nature.SHARE if isinstance(formula, Share | Ratio) else Nature.COUNT


def people_known(*, by: Actor) -> People:
    """People of all municipal areas by demarcation: one table and year on two borders, else the newest of the later."""
    found: dict[str, dict[tuple[int, str], dict[str, int]]] = defaultdict(dict)
    for older, newer in book().shipped:
        for code in (older, newer):
            for value in values_of(PEOPLE, by=by, level=Level.MUNICIPAL_AREA, boundary=int(code)):
                if value.value is not None and not value.is_sample and value.value.is_integer():
                    found[code].setdefault((value.year, value.table), {})[value.place] = int(value.value)
            found[code] = {each: people for each, people in found[code].items() if people.keys() >= book().areas(code)}
        both = sorted(found[older].keys() & found[newer].keys())
        if both:
            return {older: found[older][both[-1]], newer: found[newer][both[-1]]}
        if found[newer]:
            return {newer: found[newer][max(found[newer])]}
    return {}


def _converted(
    values: Sequence[Value], boundary: int, weights: Weights, recounts: Mapping[tuple[object, ...], Value],
    labels: Mapping[str, str],
) -> list[ConvertedValue]:  # fmt: skip
    first, by_place = values[0], {value.place: value for value in values if value.place in weights.links}
    nature = nature_of(first.indicator, first.table)
    found = []
    for place, each in _by_place(nature, by_place, weights).items():
        parts = (each.denominator if isinstance(each, ConvertedShare) else each).parts
        sources = tuple(by_place[part.place] for part in parts if part.place in by_place)
        if sources:
            recount = recounts.get((place, *_moment(first)[1:]))
            above, below = _counted(each)
            found.append(
                ConvertedValue(
                    first.indicator, place, labels.get(place, place), first.level, boundary, first.year, first.length,
                    first.period, first.dimension, first.category, _number(each, first), above, below, first.below_year,
                    Status.CONVERTED, first.table, max(source.release for source in sources), first.standing,
                    each, _error(each, first, recount), sources, recount,
                )
            )  # fmt: skip
    return found


def _counted(each: Converted | ConvertedShare) -> tuple[float | None, float | None]:
    """Above and below the line, in whole units; nothing stands below what is no share."""
    if isinstance(each, Converted):
        return (None if each.value is None else float(each.value)), None
    top, bottom = each.numerator.value, each.denominator.value
    return (None if top is None else float(top)), (None if bottom is None else float(bottom))


def _by_place(
    nature: Nature, values: Mapping[str, Value], weights: Weights
) -> Mapping[str, Converted] | Mapping[str, ConvertedShare]:
    if nature == Nature.SHARE:
        above = {place: _observed(value.above, value) for place, value in values.items()}
        below = {place: _observed(value.below, value) for place, value in values.items()}
        return convert_shares(above, below, weights, Nature.AMOUNT)
    stated = {place: _observed(value.value, value) for place, value in values.items()}
    has_decimals = any(isinstance(each.value, Decimal) for each in stated.values())
    return convert(stated, weights, Nature.AMOUNT if nature == Nature.COUNT and has_decimals else nature)


def _observed(number: float | None, value: Value) -> Observed:
    if number is None or value.value is None:
        return Observed(None, value.release)
    return Observed(int(number) if number.is_integer() else Decimal(repr(number)), value.release)


def _number(each: Converted | ConvertedShare, like: Value) -> float | None:
    """In the unit of the indicator: a share is times what its published values are times."""
    if isinstance(each, Converted):
        return None if each.value is None else float(each.value)
    return None if each.share is None else float(each.share) * _times(like)


def _times(value: Value) -> int:
    formula = _formula(value.indicator, value.table)
    return formula.per if isinstance(formula, Ratio) else 100


def _error(each: Converted | ConvertedShare, like: Value, recount: Value | None) -> ErrorStated:
    again = None if recount is None or recount.value is None else Decimal(repr(recount.value))
    if isinstance(each, Converted):
        return error_of(each, again)
    if isinstance(_formula(like.indicator, like.table), Ratio):
        return ErrorStated(Standing.UNKNOWN, None, None, _("How far a ratio of two counts is off was not measured."))
    return error_of_share(each, None if again is None else again / 100)


def _formula(code: str, table: str) -> Formula:
    return next(each for each in registry()[code].formulas if table in {used.code for used in tables_of(each)})


def _moment(value: Value) -> tuple[object, ...]:
    return (
        value.place, value.year, value.length, value.period, value.status, value.source, value.standing,
        value.dimension, value.category,
    )  # fmt: skip


def _check_level(level: Level) -> None:
    if level not in (Level.MUNICIPAL_AREA, Level.SPACE):
        raise RuleBroken(_("Only values of municipal areas and of spaces are converted to other borders."))
