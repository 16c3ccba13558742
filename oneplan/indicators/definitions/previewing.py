"""What a formula gives with what is served, before anybody saves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators import queries, times
from oneplan.indicators.assembling import tried
from oneplan.indicators.choices import Length, Level, Standing
from oneplan.indicators.facts import number_of
from oneplan.indicators.registry import Defined
from oneplan.indicators.shelf import reading
from oneplan.indicators.tables import sources, tables
from oneplan.warehouse.connection import NothingBuilt

_SHOWN = {Level.COUNTRY: 1, Level.PROVINCE: 9, Level.SPACE: 5, Level.MUNICIPAL_AREA: 5}


@dataclass(frozen=True)
class Line:
    """The newest value of one place, with what is divided; `below` is None where nothing is."""

    place: str
    code: str
    level: str
    when: str
    borders: str
    value: float
    above: float | None
    below: float | None
    source: str


@dataclass(frozen=True)
class Preview:
    """Some lines, and how many places have a value (`known`) and have none although the source tells of them."""

    lines: Sequence[Line]
    known: int
    unknown: int
    sentence: str


def preview(indicator: Defined, *, by: Actor) -> Preview:
    """What the formulas of an indicator give with what is served. Sample figures count where there are no others."""
    try:
        with reading() as turn:
            rows = tried(turn.cursor, indicator)
    except NothingBuilt as nothing:
        return Preview((), 0, 0, nothing.sentence)
    seen = {int(each) for each in queries.seen_standings(by).split(",")}
    invented = number_of(Standing.SAMPLE)
    rows = [row for row in rows if row[0] in seen]
    rows = [row for row in rows if row[0] != invented] or rows
    newest = [next((row for row in of if row[8] is not None), None) for _at, of in groupby(rows, lambda row: row[1:3])]
    known = [row for row in newest if row is not None]
    lines, left = list[Line](), dict(_SHOWN)
    for _standing, level, code, label, boundary, year, length, period, value, above, below, _status, table in known:
        place = list(Level)[level]
        if left.get(place, 0):
            left[place] -= 1
            lines.append(Line(
                label, code, str(place.label), times.label(year, list(Length)[length], period, tables()[table].basis),
                str(boundary or _("any year")), value, above, below,
                sources()[tables()[table].source].title,
            ))  # fmt: skip
    sentence = "" if known else _("Nothing that is served has these rows yet. Values come with a file that has them.")
    return Preview(lines, len(known), len(newest) - len(known), sentence)
