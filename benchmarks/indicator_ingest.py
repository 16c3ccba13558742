"""The real file of Census 2011 tables, read and checked: rows a second beside DuckDB doing the same, in one run.

Ours is what `oneplan import indicators --dry-run` does: guard the file, read it, say what every place, table and
category means, judge each cell, compare totals with their parts, write the record and the report. DuckDB does what one
who knows it writes for the same questions, with the lists of places and categories in tables: reads the file as text,
takes the numbers by TRY_CAST, looks up places and categories, finds rows that repeat, keeps what is right as Parquet,
and compares districts and provinces with their municipalities and each table with the one that counts the same
universe. It writes no report and tells no sentence. Processor time, best of several, in turn. Both must take the same
rows. Promised: at least 0.2 of DuckDB's rows a second.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks._setting import SHARED, is_small, start, tell, tell_left_out

FILE = SHARED / "indicators" / "wazimap_census2011_long.csv.gz"
PASSES = 2 if is_small() else 7
LEAST = 0.2
_RIGHT = "NOT (no_place OR no_table OR no_number OR too_low OR negative OR no_share OR left_out)"
_LEVELS = {"country": 0, "province": 1, "district": 2, "municipality": 3, "ward": 4}


def spent(act: Callable[[], int]) -> tuple[float, int]:
    """Processor seconds of this process, and what the act gave."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    told = act()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, told


def ours() -> int:
    """Rows that would be taken."""
    from oneplan.access.actors import system
    from oneplan.exchange.pipeline import run_import

    report = run_import(
        "indicators", FILE, by=system("bench"), layout="wazimap", source="bench", as_at=date(2011, 10, 9), dry_run=True
    )
    assert not report.is_file_error, report.issues[:3]
    return report.rows_accepted


def lists() -> dict[str, list[tuple[Any, ...]]]:
    """What both look up: places, the categories of each table on each borders, and which table another must equal."""
    from oneplan.indicators.dimensions import places
    from oneplan.indicators.tables import YEAR, tables

    known, categories = tables(), []
    for table in known.values():
        told = {each: each for parts in table.categories.values() for each in parts} | dict(table.spelled)
        one = len(table.by) == 1 and table.by[0] != YEAR
        for word, kept in told.items() if one else ():
            categories.append((table.reads, table.boundary, word, table.code, kept))
    return {
        "places": [(row[1], row[3], row[4], row[5]) for row in places()],
        "categories": categories,
        "named": [(t.reads, t.boundary, t.code, str(t.unit), number(t), t.checked_against) for t in known.values()],
        "skipped": [(t.code, _LEVELS_OF[level]) for t in known.values() for level in t.left_out],
    }  # fmt: skip


_LEVELS_OF: dict[Any, int] = {}


def number(table: Any) -> int:
    """The number of the narrowest level of which the source stands by a value."""
    return _LEVELS_OF[table.lowest]


def duckdb_sql(listed: dict[str, list[tuple[Any, ...]]], folder: Path) -> int:
    """The same checks, as one who knows DuckDB writes them. Rows taken."""
    import duckdb

    with duckdb.connect(config={"threads": "2", "memory_limit": "1GB"}) as cursor:
        for name, columns in (
            ("places", "code VARCHAR, level TINYINT, province VARCHAR, space VARCHAR"),
            ("categories", "name VARCHAR, borders SMALLINT, word VARCHAR, series VARCHAR, kept VARCHAR"),
            ("named", "name VARCHAR, borders SMALLINT, series VARCHAR, unit VARCHAR, lowest TINYINT, other VARCHAR"),
            ("skipped", "series VARCHAR, level TINYINT"),
        ):
            fill(cursor, name, columns, listed[name])
        source = f"read_csv('{FILE}', all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"')"
        levels = ", ".join(f"('{name}', {number})" for name, number in _LEVELS.items())
        cursor.execute(f"CREATE TABLE levels AS SELECT * FROM (VALUES {levels}) v(word, level)")
        cursor.execute(
            f"""CREATE TABLE judged AS SELECT f.*, l.level AS lvl, n.series, coalesce(c.kept, f.category) AS kept, unit,
                TRY_CAST(value AS DECIMAL(28, 8)) AS number, p.code IS NULL AS no_place, n.series IS NULL AS no_table,
                coalesce(value, '') <> '' AND TRY_CAST(value AS DECIMAL(28, 8)) IS NULL AS no_number,
                s.series IS NOT NULL AS left_out, l.level > n.lowest AND s.series IS NULL AS too_low,
                unit = 'number' AND coalesce(TRY_CAST(value AS DOUBLE) < 0, false) AS negative,
                unit = 'percent' AND coalesce(TRY_CAST(value AS DOUBLE) NOT BETWEEN 0 AND 100, false) AS no_share,
                count(*) OVER (PARTITION BY f."table", geo_version, geo_level, geo_code, category) AS times
            FROM {source} f LEFT JOIN levels l ON l.word = geo_level
            LEFT JOIN places p ON p.level = l.level AND p.code = geo_code
            LEFT JOIN named n ON n.name = f."table" AND n.borders IN (0, geo_version::SMALLINT)
            LEFT JOIN categories c ON c.name = f."table" AND c.borders IN (0, geo_version::SMALLINT)
                AND c.word = f.category
            LEFT JOIN skipped s ON s.series = n.series AND s.level = l.level"""
        )
        cursor.execute(
            f"""COPY (SELECT series, kept, geo_version, lvl, geo_code, sum(number) AS number FROM judged
                WHERE {_RIGHT}
                GROUP BY ALL ORDER BY series, kept, geo_version) TO '{folder / "taken.parquet"}' (FORMAT parquet)"""
        )
        cursor.execute(f"CREATE TABLE taken AS FROM '{folder / 'taken.parquet'}'")
        for whole, part, inside in ((0, 1, "''"), (1, 2, "province"), (2, 3, "space")):
            cursor.execute(
                f"""SELECT count(*) FROM (SELECT series, kept, geo_version, {inside} AS inside, sum(number) AS added
                    FROM taken JOIN places p ON p.level = lvl AND p.code = geo_code WHERE lvl = {part} GROUP BY ALL) s
                JOIN taken w USING (series, kept, geo_version) WHERE w.lvl = {whole} AND inside IN ('', w.geo_code)
                    AND abs(w.number - added) > 12"""
            ).fetchall()
        cursor.execute(
            """WITH wholes AS (SELECT series, geo_version, lvl, geo_code, sum(number) AS whole FROM taken GROUP BY ALL)
            SELECT count(*) FROM wholes one JOIN (SELECT DISTINCT series, other FROM named) n USING (series)
            JOIN wholes two ON two.series = n.other AND two.geo_version = one.geo_version AND two.lvl = one.lvl
                AND two.geo_code = one.geo_code WHERE abs(one.whole - two.whole) > 12"""
        ).fetchall()
        [(taken,)] = cursor.execute(f"SELECT count(*) FROM judged WHERE {_RIGHT}").fetchall()
        return int(taken)


def fill(cursor: Any, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    """A list as a table."""
    import pyarrow as pa

    cursor.execute(f"CREATE TABLE {name} ({columns})")
    names = [each.split()[0] for each in columns.split(", ")]
    held = pa.table({word: list(values) for word, values in zip(names, zip(*rows, strict=True), strict=True)})
    cursor.register("held", held)
    cursor.execute(f"INSERT INTO {name} SELECT * FROM held")
    cursor.unregister("held")


def main() -> int:
    if not FILE.is_file():
        tell_left_out("import of the real census file", "../shared/data/indicators/wazimap_census2011_long.csv.gz")
        return 0
    start()
    with tempfile.TemporaryDirectory() as name:
        from oneplan.indicators.choices import Level

        _LEVELS_OF.update({level: place for place, level in enumerate(Level)})
        listed = lists()
        mine, theirs = [], []
        for _turn in range(PASSES):
            mine.append(spent(ours))
            theirs.append(spent(lambda: duckdb_sql(listed, Path(name))))
    assert {rows for _seconds, rows in mine} == {rows for _seconds, rows in theirs}, (mine[0], theirs[0])
    ratio = min(theirs)[0] / min(mine)[0]
    kept = ratio >= LEAST
    figure = f"{ratio:.2f} × of DuckDB's rows a second ({min(mine)[1] / min(mine)[0]:,.0f} and "
    figure += f"{min(theirs)[1] / min(theirs)[0]:,.0f} a second of processor time)"
    print(figure)
    tell("import of the real census file", figure, f"≥ {LEAST:g} ×", kept=kept)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
