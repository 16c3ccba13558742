"""Records become what is served: numbers for codes, one observation of each thing, and what indicators make of them.

Everything here is SQL over Parquet; Python sees only codes. The order: dimensions → observations, the newest release of
the same thing in force → values by the formulas of the registry → all as Parquet too → proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oneplan.indicators import facts
from oneplan.indicators.choices import Level, Standing
from oneplan.indicators.facts import number_of
from oneplan.indicators.formulas import Cell, Computed, computed, computed_digest
from oneplan.indicators.tables import tables
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.connection import Cursor
from oneplan.warehouse.tables import count, insert, parquet, sql_columns

_KEY = ", ".join(facts.KEY)
_WHEN = "boundary, year, length, period"


@dataclass(frozen=True)
class Sourced:
    """One release to be built in: its record's folder, and what observations are told of it."""

    number: int  # from 1, in the order in which newer replaces older
    ref: str
    standing: Standing
    label: str
    source: str
    as_at: date
    retrieved_at: datetime
    rows: int
    observations: int
    margin: str
    folder: Path


@dataclass(frozen=True)
class Given:
    """What a build is made from: releases, and the rows of the table of places."""

    releases: Sequence[Sourced]
    places: Sequence[tuple[Any, ...]]


def registry_digest() -> str:
    """Tells registries apart: a build by another one is made anew."""
    told = repr([(each.code, each.universe, each.unit) for each in tables().values()]) + computed_digest()
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def assemble(cursor: Cursor, given: Given, folder: Path) -> dict[str, Any]:
    """Build into `folder` (Parquet) and into the file that `cursor` has open. Returns what the build says of itself.

    Raises RuleBroken where an observation went missing: nothing may be published then.
    """
    _make_tables(cursor, given)
    _number_codes(cursor)
    _observe(cursor, given)
    _compute(cursor)
    for name in facts.SERVED:
        cursor.execute(f"COPY {name} TO '{folder / name}.parquet' (FORMAT parquet)")
    _prove(cursor, given)
    return {
        "tables": list(facts.SERVED), "releases": [each.ref for each in given.releases],
        "registry": registry_digest(), "observations": count(cursor, "observations"),
        "replaced": count(cursor, "earlier"), "values": count(cursor, '"values"'),
    }  # fmt: skip


def _make_tables(cursor: Cursor, given: Given) -> None:
    for name, columns in facts.TABLES.items():
        cursor.execute(f"CREATE TABLE {name} ({sql_columns(columns)})")
    insert(cursor, "places", given.places)
    insert(
        cursor, "releases",
        [
            (r.number, r.ref, r.label, r.source, r.as_at, r.retrieved_at.astimezone(UTC).replace(tzinfo=None), r.rows,
             r.margin)
            for r in given.releases
        ],
    )  # fmt: skip
    insert(
        cursor, "tables",
        [
            (number, each.code, each.title, str(each.universe), each.unit)
            for number, each in enumerate(tables().values(), start=1)
        ],
    )  # fmt: skip
    cursor.execute("CREATE TEMP TABLE sourced (release SMALLINT, standing TINYINT, folder VARCHAR)")
    insert(cursor, "sourced", [(r.number, number_of(r.standing), str(r.folder)) for r in given.releases])
    for name, columns in facts.RECORD_TABLES.items():
        cursor.execute(f"CREATE TEMP TABLE nothing_{name} (filename VARCHAR, {sql_columns(columns)})")
        paths = [each.folder / f"{name}.parquet" for each in given.releases]
        told = parquet(paths) if paths else f"nothing_{name}"
        cursor.execute(
            f"CREATE TEMP VIEW told_{name} AS SELECT sourced.release, sourced.standing, told.* EXCLUDE (filename) "
            f"FROM {told} told JOIN sourced ON told.filename = sourced.folder || '/{name}.parquet'"
        )


def _number_codes(cursor: Cursor) -> None:
    kinds = "sex, age, population_group, disability, other, is_apart"
    cursor.execute(
        f'INSERT INTO categories SELECT row_number() OVER (ORDER BY "table", category), * FROM ('
        f'SELECT DISTINCT ON (tables.id, category) tables.id AS "table", category, {kinds} FROM told_categories told '
        'JOIN tables ON tables.code = told."table" ORDER BY tables.id, category, release DESC)'
    )
    cursor.execute("INSERT INTO cells VALUES (0, '')")
    cursor.execute("INSERT INTO methods VALUES (0, '')")
    for name, column in (("cells", "cell"), ("methods", "method")):
        cursor.execute(
            f"INSERT INTO {name} SELECT row_number() OVER (ORDER BY word), word "
            f"FROM (SELECT DISTINCT {column} AS word FROM told_record WHERE {column} <> '')"
        )


def _observe(cursor: Cursor, given: Given) -> None:
    """Every observation, sorted as it is asked for; what a newer release says too is kept apart."""
    for name in ("observations", "earlier"):
        cursor.execute(f"CREATE TABLE {name} ({sql_columns(facts.OBSERVATIONS)})")
    columns = ", ".join(facts.OBSERVATIONS)
    numbered = (
        f"SELECT {columns} FROM (SELECT told.standing, c.id AS category, boundary, year, length, period, told.level, "
        'p.id AS place, value, status, m.id AS method, told.release, "row", s.id AS cell FROM told_record told '
        'JOIN tables t ON t.code = told."table" '
        'JOIN categories c ON c."table" = t.id AND c.category = told.category '
        "JOIN places p ON p.level = told.level AND p.code = told.place "
        "JOIN cells s ON s.label = told.cell JOIN methods m ON m.label = told.method)"
    )
    order = ", ".join(facts.SORTED_BY)
    if not _is_told_again(cursor):
        cursor.execute(f"INSERT INTO observations {numbered} ORDER BY {order}")
        return
    cursor.execute(f"CREATE TEMP TABLE numbered AS {numbered}")
    newest = f"row_number() OVER (PARTITION BY {_KEY} ORDER BY release DESC)"
    cursor.execute(f"CREATE TEMP TABLE told_in_turn AS SELECT *, {newest} AS turn FROM numbered")
    for name, condition in (("observations", "turn = 1"), ("earlier", "turn > 1")):
        cursor.execute(f"INSERT INTO {name} SELECT {columns} FROM told_in_turn WHERE {condition} ORDER BY {order}")


def _is_told_again(cursor: Cursor) -> bool:
    """Whether some table is told by more than one release: only then can one observation replace another."""
    [(most,)] = cursor.execute(
        'SELECT coalesce(max(n), 0) FROM (SELECT count(DISTINCT release) AS n FROM told_categories GROUP BY "table")'
    ).fetchall()
    return bool(most > 1)


def _compute(cursor: Cursor) -> None:
    """What the formulas of the registry make of the observations, at each place and time.

    Nothing is computed where a cell is missing that the formula needs: a category above the line that the source does
    not tell there, or one below it that it tells of other places at that time. Metropolitan spaces, which are one
    municipal area each, have its values where the source tells nothing of the space.
    """
    formulas = computed()
    insert(
        cursor, "indicators",
        [(each.number, each.code, each.title, each.unit, each.universe) for each in formulas],
    )  # fmt: skip
    _number_parts(cursor, formulas)
    cursor.execute(
        "CREATE TEMP TABLE asked (indicator SMALLINT, formula TINYINT, factor DOUBLE, divides BOOLEAN, needed SMALLINT)"
    )
    insert(
        cursor, "asked",
        [
            (each.number, number, each_formula.factor, each_formula.divides, each_formula.needed)
            for each in formulas for number, each_formula in enumerate(each.formulas)
        ],
    )  # fmt: skip
    place = "standing, indicator, formula, boundary, year, length, period, level, place, status"
    cursor.execute(
        f"""CREATE TEMP TABLE added AS SELECT {place}, sum(value * above)::DOUBLE AS above,
            sum(value * below)::DOUBLE AS below, count(value) AS cells, count(value) FILTER (above <> 0) AS stated,
            max(release) AS release
        FROM observations JOIN formula_parts USING (category) GROUP BY ALL"""
    )
    space, area = number_of(Level.SPACE), number_of(Level.MUNICIPAL_AREA)
    cursor.execute(
        f"""INSERT INTO added SELECT added.* REPLACE ({space}::TINYINT AS level, metro.id AS place) FROM added
        JOIN places ON places.id = added.place AND added.level = {area} AND places.category = 'A'
        JOIN places metro ON metro.level = {space} AND metro.code = places.code
        WHERE (standing, indicator, formula, boundary, year, length, period, metro.id, status) NOT IN (
            SELECT (standing, indicator, formula, boundary, year, length, period, place, status) FROM added
            WHERE level = {space})"""
    )
    cursor.execute(
        f"""CREATE TABLE "values" AS SELECT {", ".join(facts.VALUES)} FROM (
            SELECT *, CASE WHEN cells = wanted AND stated = needed THEN
                CASE WHEN NOT divides THEN above * factor WHEN below > 0 THEN round(factor * above / below,
                    {facts.ROUNDED}) END END AS value
            FROM (SELECT *, max(cells) OVER (PARTITION BY standing, indicator, formula, {_WHEN}) AS wanted FROM added)
            JOIN asked USING (indicator, formula)
            QUALIFY row_number() OVER (
                PARTITION BY standing, indicator, {_WHEN}, level, place, status ORDER BY formula) = 1
        ) ORDER BY {", ".join(facts.VALUES_SORTED_BY)}"""
    )


def _number_parts(cursor: Cursor, formulas: Iterable[Computed]) -> None:
    """Which categories stand above and below the line of each formula."""
    found = cursor.execute(
        'SELECT tables.code, category, is_apart, categories.id FROM categories JOIN tables ON tables.id = "table"'
    ).fetchall()
    by_table: dict[str, list[Cell]] = {}
    for table, category, is_apart, number in found:
        by_table.setdefault(table, []).append(Cell(number, category, is_apart))
    cursor.execute(
        "CREATE TEMP TABLE formula_parts (indicator SMALLINT, formula TINYINT, category INTEGER, above TINYINT, "
        "below TINYINT)"
    )
    insert(
        cursor, "formula_parts",
        [
            (each.number, number, part.cell, part.above, part.below)
            for each in formulas for number, formula in enumerate(each.formulas)
            for part in formula.parts(by_table)
        ],
    )  # fmt: skip
    cursor.execute(
        "INSERT INTO parts SELECT indicator, category, max(above), max(below) FROM formula_parts GROUP BY ALL"
    )


def _prove(cursor: Cursor, given: Given) -> None:
    """Every observation of every release is there, in force or replaced."""
    found = dict(
        cursor.execute(
            "SELECT release, count(*) FROM (SELECT release FROM observations UNION ALL SELECT release FROM earlier) "
            "GROUP BY release"
        ).fetchall()
    )
    for release in given.releases:
        if (there := found.get(release.number, 0)) != release.observations:
            raise RuleBroken(
                _("%(release)s: %(built)s observations in the build, %(source)s in its record. A place or a table"
                  " may have left the registers. The build was given up.")
                % {"release": release.label, "built": there, "source": release.observations}
            )  # fmt: skip
