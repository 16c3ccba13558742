"""Records become what is served: numbers for codes, one observation of each thing, and what indicators make of them.

Everything here is SQL over Parquet; Python sees only codes. The order: dimensions → observations, the newest release of
the same thing in force → values by the formulas of the registry → all as Parquet too → proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oneplan.indicators import facts, formulas
from oneplan.indicators.choices import Level, Standing
from oneplan.indicators.definitions.current import kept_while_defined
from oneplan.indicators.facts import number_of
from oneplan.indicators.formulas import WHOLE, Asked, Cell
from oneplan.indicators.registry import Defined, registry
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


@kept_while_defined
def registry_digest() -> str:
    """Tells registries apart: a build by another one is made anew."""
    told = repr([(each.code, each.universe, each.unit, each.basis) for each in tables().values()]) + formulas.digest()
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
        cursor, "series",
        [
            (number, each.code, each.title, str(each.universe), each.unit, number_of(each.basis))
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
        f'SELECT DISTINCT ON (series.id, category) series.id AS "table", category, {kinds} FROM told_categories told '
        'JOIN series ON series.code = told."table" ORDER BY series.id, category, release DESC)'
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
        'JOIN series t ON t.code = told."table" '
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

    Nothing is computed where a cell is missing that the formula needs: one above the line, or one below it that the
    source tells of other places at that time. Metropolitan spaces, which are one municipal area each, have its values
    where the source tells nothing of the space.
    """
    insert(
        cursor, "indicators",
        [
            (number, each.code, each.title, str(each.unit), str(each.universe), each.chapter)
            for number, each in enumerate(registry().values(), start=1)
        ],
    )  # fmt: skip
    _number_parts(cursor, list(formulas.asked(_cells(cursor), registry().values())))
    _add_up(cursor)
    as_table = f'CREATE TABLE "values" ({sql_columns(facts.VALUES)})'
    cursor.execute(as_table)
    cursor.execute(f'INSERT INTO "values" {_DIVIDED} ORDER BY {", ".join(facts.VALUES_SORTED_BY)}')


def tried(cursor: Cursor, indicator: Defined) -> list[tuple[Any, ...]]:
    """What the formulas of one indicator make of a build, by the statements that made the build: standing, level, code
    and label of the place, borders, year, length, period, value, what stands above and below, status and table.

    The whole only. `cursor` reads the build; nothing of it is changed.
    """
    for name in ("parts", "breakdowns"):  # of this indicator, before those of the build
        cursor.execute(f"CREATE TEMP TABLE {name} ({sql_columns(facts.TABLES[name])})")
    _number_parts(cursor, list(formulas.asked(_cells(cursor), [indicator])))
    _add_up(cursor)
    return cursor.execute(
        "SELECT v.standing, v.level, p.code, p.label, v.boundary, v.year, v.length, v.period, v.value, v.above, "
        f"v.below, v.status, s.code FROM ({_DIVIDED}) v JOIN places p ON p.id = v.place "
        'JOIN series s ON s.id = v."table" '
        "WHERE v.breakdown = 0 ORDER BY v.level, v.place, v.year DESC, v.boundary DESC, v.status"
    ).fetchall()


def _cells(cursor: Cursor) -> list[Cell]:
    found = cursor.execute(
        'SELECT categories.id, series.code, category FROM categories JOIN series ON series.id = "table"'
    ).fetchall()
    return [Cell(*row) for row in found]


def _number_parts(cursor: Cursor, asked: Sequence[Asked]) -> None:
    """Which categories stand above and below the line of each formula, by breakdown."""
    breakdowns = list(dict.fromkeys([WHOLE, *(part.breakdown for each in asked for part in each.parts)]))
    insert(cursor, "breakdowns", [(number, *each) for number, each in enumerate(breakdowns)])
    number_of_breakdown = {each: number for number, each in enumerate(breakdowns)}
    tables_by_code = {code: number for number, code in cursor.execute("SELECT id, code FROM series").fetchall()}
    cursor.execute(
        'CREATE TEMP TABLE asked (indicator SMALLINT, formula TINYINT, "table" SMALLINT, source VARCHAR, '
        "factor DOUBLE, divides BOOLEAN, is_ratio BOOLEAN)"
    )
    insert(
        cursor, "asked",
        [
            (each.indicator, each.number, tables_by_code[each.table], tables()[each.table].source, float(each.factor),
             each.divides, each.is_ratio)
            for each in asked
        ],
    )  # fmt: skip
    insert(
        cursor, "parts",
        [
            (each.indicator, each.number, number_of_breakdown[part.breakdown], part.cell, part.is_above, part.is_below)
            for each in asked for part in each.parts
        ],
    )  # fmt: skip


_OF = f"standing, indicator, formula, breakdown, {_WHEN}"


def _add_up(cursor: Cursor) -> None:
    """The sums above and below the line, where every cell that other places have is there."""
    space, area = number_of(Level.SPACE), number_of(Level.MUNICIPAL_AREA)
    for side in ("above", "below"):
        needed = f"(SELECT count(*) FROM parts n WHERE n.is_{side} AND n.indicator = s.indicator" \
            " AND n.formula = s.formula AND n.breakdown = s.breakdown)"  # fmt: skip
        wanted = needed if side == "above" else f"max(cells) OVER (PARTITION BY {_OF}, status)"
        cursor.execute(
            f"""CREATE TEMP TABLE {side} AS
            WITH summed AS (
                SELECT {_OF}, level, place, status, sum(value)::DOUBLE AS total, count(value) AS cells,
                    max(release) AS release
                FROM observations JOIN parts USING (category) WHERE is_{side} GROUP BY ALL),
            metros AS (
                SELECT s.* REPLACE ({space}::TINYINT AS level, metro.id AS place) FROM summed s
                JOIN places ON places.id = s.place AND s.level = {area} AND places.category = 'A'
                JOIN places metro ON metro.level = {space} AND metro.code = places.code
                ANTI JOIN (SELECT * FROM summed WHERE level = {space}) told
                    ON told.place = metro.id AND told.standing = s.standing AND told.indicator = s.indicator
                    AND told.formula = s.formula AND told.breakdown = s.breakdown AND told.boundary = s.boundary
                    AND told.year = s.year AND told.length = s.length AND told.period = s.period
                    AND told.status = s.status)
            SELECT *, {wanted} AS wanted FROM (SELECT * FROM summed UNION ALL SELECT * FROM metros) s"""
        )


_SAME = """b.standing = a.standing AND b.indicator = a.indicator AND b.formula = a.formula
    AND b.breakdown = a.breakdown AND b.boundary = a.boundary AND b.level = a.level AND b.place = a.place"""
_DIVIDED = f"""
    SELECT {", ".join(f'"{name}"' for name in facts.VALUES)} FROM (
        SELECT a.standing, a.indicator, a.breakdown, a.boundary, a.year, a.length, a.period, a.level, a.place, "table",
            a.formula, greatest(a.status, coalesce(b.status, 0))::TINYINT AS status,
            CASE WHEN a.cells <> a.wanted THEN NULL WHEN NOT divides THEN factor * a.total
                WHEN b.cells = b.wanted AND b.total > 0 THEN round(factor * a.total / b.total, {facts.ROUNDED})
                END AS value,
            a.total AS above, b.total AS below, b.year AS below_year, greatest(a.release, coalesce(b.release, 0))
                AS release, source, a.status AS told_as
        FROM above a JOIN asked USING (indicator, formula)
        LEFT JOIN below b ON divides AND {_SAME} AND (
            is_ratio OR (b.year = a.year AND b.length = a.length AND b.period = a.period AND b.status = a.status))
        QUALIFY row_number() OVER (
            PARTITION BY a.standing, a.indicator, a.formula, a.breakdown, a.boundary, a.year, a.length, a.period,
                a.level, a.place, a.status
            ORDER BY abs(b.year - a.year), b.year DESC, b.length, b.period DESC, b.status) = 1)
    QUALIFY row_number() OVER (
        PARTITION BY standing, indicator, breakdown, source, boundary, year, length, period, level, place, told_as
        ORDER BY formula) = 1"""


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
