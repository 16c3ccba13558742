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

_PUBLIC, _SAMPLE = str(number_of(Standing.PUBLIC)), str(number_of(Standing.SAMPLE))
_LENGTHS, _STATUSES = list(Length), [str(each) for each in Status]
COLUMNS = (
    "place", "label", "period", "category", "value", "numerator", "denominator", "denominator_year", "status", "table",
    "release",
)  # fmt: skip
SELECTED = (
    "SELECT p.code, p.label, v.year, v.length, v.period, b.category, v.value, v.above, v.below, v.below_year, "
    'v.status, s.code, r.ref FROM "values" v JOIN places p ON p.id = v.place JOIN breakdowns b ON b.id = v.breakdown '
    'JOIN series s ON s.id = v."table" JOIN releases r ON r.id = v.release'
)
SORTED = "ORDER BY v.place, v.year, v.length, v.period, v.breakdown, v.status"


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

    def rows(self) -> tuple[str, list[tuple[Any, ...]]]:
        """The build that answered, and its rows. Raises NothingBuilt."""
        told: dict[str, int | str] = {"boundary": self.boundary}
        conditions = [
            f"v.indicator = {queries.numbers()[self.defined.code]}", f"v.level = {number_of(self.level)}",
            "v.boundary = $boundary", f"v.standing IN ({_SAMPLE if self.is_sample else self.standings})",
        ]  # fmt: skip
        if self.years:
            conditions.append(f"v.year IN ({', '.join(str(int(year)) for year in sorted(set(self.years)))})")
        if self.dimension:
            conditions.append("b.dimension = $dimension")
            told["dimension"] = self.dimension
        else:
            conditions.append("v.breakdown = 0")
        if self.within:
            conditions.append("(p.province = $within OR p.space = $within)")
            told["within"] = self.within
        with reading() as turn:
            return turn.build.name, turn.look_up(f"{SELECTED} WHERE {' AND '.join(conditions)} {SORTED}", told)


def inside_government(standings: str) -> str:
    """The standings that a reader may see, without the sample, which is asked for by itself."""
    return ", ".join(each for each in standings.split(", ") if each != _SAMPLE)


def written(asked: DataAsked) -> tuple[str, bytes]:
    """The build that answered and its answer as JSON. `values` are lists in the order of `columns`. Raises
    NothingBuilt."""
    build, rows = asked.rows()
    values = [
        (
            code, label, year if not length else str(When(year, _LENGTHS[length], period)), category, value, above,
            below, below_year, _STATUSES[status], table, release,
        )
        for code, label, year, length, period, category, value, above, below, below_year, status, table, release in rows
    ]  # fmt: skip
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
