"""Values as data: what one address asks, read and written in one go, without an object for each value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from oneplan.indicators import queries
from oneplan.indicators.choices import Length, Level, Standing, Status
from oneplan.indicators.exploring import When
from oneplan.indicators.facts import number_of
from oneplan.indicators.registry import Defined
from oneplan.indicators.shelf import reading
from oneplan.indicators.words import formula_words
from oneplan.warehouse.connection import Reading

_PUBLIC, _SAMPLE = str(number_of(Standing.PUBLIC)), str(number_of(Standing.SAMPLE))
_LENGTHS, _STATUSES = list(Length), [str(each) for each in Status]
COLUMNS = (
    "place", "label", "period", "category", "value", "numerator", "denominator", "denominator_year", "status", "table",
    "release",
)  # fmt: skip
_ASKED = (
    "SELECT v.place, v.year, v.length, v.period, v.breakdown, v.value, v.above, v.below, v.below_year, v.status, "
    'v."table", v.release FROM "values" v'
)
_SORTED = "ORDER BY v.place, v.year, v.length, v.period, v.breakdown, v.status"


@dataclass(frozen=True)
class _Names:
    """What the numbers of a build stand for."""

    places: dict[int, tuple[str, str, str, str]]  # code, label, province, space
    categories: dict[int, str]
    dimensions: dict[str, list[int]]
    tables: dict[int, str]
    releases: dict[int, str]


def _names(turn: Reading) -> _Names:
    """Asked once for each build: joining five tables costs more than the values themselves."""
    kept: _Names | None = turn.memory.get("names")
    if kept is None:
        breakdowns = turn.rows("SELECT id, dimension, category FROM breakdowns")
        dimensions: dict[str, list[int]] = {}
        for number, dimension, _category in breakdowns:
            dimensions.setdefault(dimension, []).append(number)
        places = turn.rows("SELECT id, code, label, province, space FROM places")
        kept = turn.memory["names"] = _Names(
            {number: (code, label, province, space) for number, code, label, province, space in places},
            {number: category for number, _dimension, category in breakdowns}, dimensions,
            dict(turn.rows("SELECT id, code FROM series")), dict(turn.rows("SELECT id, ref FROM releases")),
        )  # fmt: skip
    return kept


@dataclass(frozen=True)
class DataAsked:
    """Values of one level and borders. No years: all of them. `standings` are numbers, as a statement lists them."""

    defined: Defined
    level: Level
    boundary: int
    years: Sequence[int] = ()
    within: str = ""
    dimension: str = ""
    is_sample: bool = False
    standings: str = _PUBLIC

    def values(self) -> tuple[str, list[tuple[Any, ...]]]:
        """The build that answered, and its values in the order of COLUMNS. Raises NothingBuilt."""
        with reading() as turn:
            names = _names(turn)
            breakdowns = names.dimensions.get(self.dimension, [])
            if not breakdowns:
                return turn.build.name, []
            rows = turn.look_up(self._statement(breakdowns), {"boundary": self.boundary})
            build = turn.build.name
        places, categories, tables, releases = names.places, names.categories, names.tables, names.releases
        return build, [
            (
                *places[place][:2], year if not length else str(When(year, _LENGTHS[length], period)),
                categories[breakdown], value, above, below, below_year, _STATUSES[status], tables[table],
                releases[release],
            )
            for place, year, length, period, breakdown, value, above, below, below_year, status, table, release in rows
            if not self.within or self.within in places[place][2:]
        ]  # fmt: skip

    def _statement(self, breakdowns: Sequence[int]) -> str:
        conditions = [
            f"v.indicator = {queries.numbers()[self.defined.code]}", f"v.level = {number_of(self.level)}",
            "v.boundary = $boundary", f"v.standing IN ({_SAMPLE if self.is_sample else self.standings})",
            f"v.breakdown IN ({', '.join(map(str, breakdowns))})",
        ]  # fmt: skip
        if self.years:
            conditions.append(f"v.year IN ({', '.join(str(int(year)) for year in sorted(set(self.years)))})")
        return f"{_ASKED} WHERE {' AND '.join(conditions)} {_SORTED}"


def inside_government(standings: str) -> str:
    """The standings that a reader may see, without the sample, which is asked for by itself."""
    return ", ".join(each for each in standings.split(", ") if each != _SAMPLE)


def written(asked: DataAsked) -> tuple[str, bytes]:
    """The build that answered and its answer as JSON. `values` are lists in the order of `columns`. Raises
    NothingBuilt."""
    build, values = asked.values()
    defined = asked.defined
    told = {
        "edition": build, "indicator": defined.code, "title": defined.title, "definition": defined.definition,
        "unit": str(defined.unit), "universe": str(defined.universe), "direction": str(defined.direction),
        "formula": [
            {"times": each.times, "above": each.above, "below": each.below or None}
            for each in map(formula_words, defined.formulas)
        ],
        "sources": [
            {"title": each.title, "publisher": each.publisher, "licence": each.licence, "margin": each.margin or None,
             "is_official": each.is_official}
            for each in defined.sources
        ],
        "level": str(asked.level), "boundary": asked.boundary, "within": asked.within, "dimension": asked.dimension,
        "is_sample": asked.is_sample, "columns": COLUMNS, "values": values,
    }  # fmt: skip
    return build, json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
