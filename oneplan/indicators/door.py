"""Values as data: what one address asks, read and written in one go, without an object for each value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from oneplan.access.actors import PUBLIC, Actor
from oneplan.indicators import queries
from oneplan.indicators.choices import Length, Level, Standing, Status
from oneplan.indicators.crossing import CONVERTED_COLUMNS, converted_cells
from oneplan.indicators.definitions.versions import is_computed_anew
from oneplan.indicators.demarcations.series import converted_values
from oneplan.indicators.exploring import When
from oneplan.indicators.facts import number_of
from oneplan.indicators.naming import Names, listed, names_in
from oneplan.indicators.registry import Defined
from oneplan.indicators.shelf import reading
from oneplan.indicators.words import formula_words
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.connection import Reading
from oneplan.warehouse.store import Build

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
class DataAsked:
    """Values of one level and borders. No years: all of them. `standings` are numbers, as a statement lists them.

    `borders` are those to convert to; 0: as published. `by` is who asks: for converted values alone.
    """

    defined: Defined
    level: Level
    boundary: int
    years: Sequence[int] = ()
    within: str = ""
    dimension: str = ""
    is_sample: bool = False
    standings: str = _PUBLIC
    borders: int = 0
    by: Actor = PUBLIC

    @property
    def columns(self) -> tuple[str, ...]:
        """What stands in each value, in order."""
        return (*COLUMNS, *CONVERTED_COLUMNS) if self.borders else COLUMNS

    def converted(self) -> tuple[str, list[tuple[Any, ...]]]:
        """The build that answered, and its values converted to `borders`, in the order of `columns`. Raises
        NothingBuilt, and RuleBroken where they cannot be converted or are being computed anew."""
        self._check_computed()
        with reading() as turn:  # the same build to the end
            found = converted_values(
                self.defined.code, by=self.by, level=self.level, source=self.boundary, boundary=self.borders,
                years=self.years, dimension=self.dimension,
            )  # fmt: skip
            inside = {each.code: (each.province, each.space, each.code) for each in queries.places_of(self.level)}
            values = [
                (
                    each.place, each.label, each.year if each.length == Length.YEAR else str(When.of(each)),
                    each.category, each.value, each.above, each.below, each.below_year, str(each.status), each.table,
                    each.release, *converted_cells(each),
                )
                for each in found
                if each.is_sample == self.is_sample
                and (not self.within or self.within in inside.get(each.place, ()))
            ]  # fmt: skip
            return turn.build.name, values

    def rows(self) -> tuple[Build, Names, list[tuple[Any, ...]]]:
        """The build that answered, what its numbers stand for, and its rows: place, year, length, period, breakdown,
        value, above, below, below_year, status, table, release. Raises NothingBuilt, and RuleBroken
        for values that are being computed anew, and for those converted to other borders, which `converted` gives."""
        if self.borders:
            raise RuleBroken(
                _("SDMX carries what was published. Converted values are had as JSON, with method and error.")
            )
        self._check_computed()
        with reading() as turn:
            names = names_in(turn)
            breakdowns = names.breakdowns_by(self.dimension)
            if not breakdowns:
                return turn.build, names, []
            rows = turn.look_up(self._statement(breakdowns, turn), {"boundary": self.boundary})
            build = turn.build
        if self.within:
            rows = [row for row in rows if self.within in names.places[row[0]][2:]]
        return build, names, rows

    def values(self) -> tuple[str, list[tuple[Any, ...]]]:
        """The build that answered, and its values in the order of COLUMNS. Raises NothingBuilt."""
        build, names, rows = self.rows()
        places, breakdowns, tables, releases = names.places, names.breakdowns, names.tables, names.releases
        return build.name, [
            (
                *places[place][:2], year if not length else str(When(year, _LENGTHS[length], period)),
                breakdowns[breakdown][1], value, above, below, below_year, _STATUSES[status], tables[table],
                releases[release],
            )
            for place, year, length, period, breakdown, value, above, below, below_year, status, table, release in rows
        ]  # fmt: skip

    def _check_computed(self) -> None:
        """Raises RuleBroken where the values served may be those of a definition that stands no more."""
        if self.defined.is_own and is_computed_anew():
            raise RuleBroken(_("Definitions were changed, and “%(title)s” is being computed anew. Ask again in some"
                               " minutes.") % {"title": self.defined.title})  # fmt: skip

    def _statement(self, breakdowns: Sequence[int], turn: Reading) -> str:
        conditions = [
            f"v.indicator = {queries.number_in_build(self.defined.code, turn)}", f"v.level = {number_of(self.level)}",
            "v.boundary = $boundary", f"v.standing IN ({_SAMPLE if self.is_sample else self.standings})",
            f"v.breakdown IN {listed(breakdowns)}",
        ]  # fmt: skip
        if self.years:
            conditions.append(f"v.year IN ({', '.join(str(int(year)) for year in sorted(set(self.years)))})")
        return f"{_ASKED} WHERE {' AND '.join(conditions)} {_SORTED}"


def inside_government(standings: str) -> str:
    """The standings that a reader may see, without the sample, which is asked for by itself."""
    return ", ".join(each for each in standings.split(", ") if each != _SAMPLE)


def written(asked: DataAsked) -> tuple[str, bytes]:
    """The build that answered and its answer as JSON. `values` are lists in the order of `columns`. Raises
    NothingBuilt, RuleBroken."""
    build, values = asked.converted() if asked.borders else asked.values()
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
             "is_official": each.is_official, "year_basis": str(each.basis)}
            for each in defined.sources
        ],
        "level": str(asked.level), "boundary": asked.borders or asked.boundary,
        "converted_from": asked.boundary if asked.borders else None, "within": asked.within,
        "dimension": asked.dimension, "is_sample": asked.is_sample, "columns": asked.columns, "values": values,
    }  # fmt: skip
    return build, json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
