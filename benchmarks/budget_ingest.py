"""A CSV of 5 million budget figures, validated, placed, sorted and queryable: beside DuckDB and PostgreSQL in one run.

The file is in Municipal Money's layout for capital expenditure: municipality, period code, function, item, type and
rand, in no order, one row in a thousand at fault (a code that no chart has, an amount that is none, a row that says
what another said already). Ours is what `oneplan import budget` does: read, judge each row with its report, keep the
record, place, sort, roll up, prove to the cent, publish.

DuckDB does the same validation by SQL, written as one who knows DuckDB writes it for this one layout: rows with cells
too few or too many, each code against its list, codes against the years of their chart, periods taken apart into year,
type and month, amounts exact to the ten-thousandth, also as people write them, rows that repeat, codes that are told
and kept, budgets of one body a thousand times apart, and the rand of the file against that of what was taken and
refused. It sets the faulty rows aside with their text and the reason, gives each figure its place, sorts by the same
columns, and writes a native file. What ours does besides, and DuckDB need not:

- the whole file kept as a document under its SHA-256, and that it was not written to while it was read;
- its lines counted, so that no row went missing unseen; encoding, delimiter and header found out;
- each finding in a sentence with row, column and remedy, in the database; what became of each row of the file; the
  refused rows for correction; the sums of what was read, taken, refused and rounded; its entry in the log;
- the record of the release (Parquet, with the source's codes), whole returns, and what was reported before;
- places by the cascade of rules, with how and by which rule; 23 columns for each figure where DuckDB keeps ten;
- the facts as Parquet besides the native file, five roll-ups, the same of both; each sum proven to the cent;
- all on the disk (fsync) before it is published.

PostgreSQL takes the file by COPY as it stands, without looking at it, and makes three indexes. Each pass is a process
of its own, in which libraries are loaded before it is timed; Python's bytecode is kept from pass to pass, as wherever
OnePlan is installed. Best of three. Both must take the same rows and the same rand.

Promised: at least half of DuckDB's speed. With `--large`, 100 million rows as well (about 40 GB of disk and half an
hour; not part of `make bench`): promised are less than 2 GB of memory at the peak.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks._setting import ROOT, SEED, is_small, maybe_postgres, tell, tell_left_out
from benchmarks.import_rows import prepare

ROWS, LARGE = (100_000, 500_000) if is_small() else (5_000_000, 100_000_000)
PASSES = 1 if is_small() else 3
MOST_TIMES, MOST_MEMORY = 2.0, 2_000_000_000
LAYOUT, TYPES, YEARS = "municipal-capital", ("NEW", "RENEWAL", "UPGRADING"), range(2019, 2025)
PERIODS = tuple(
    f"{year}{rest}" for year in YEARS for rest in ("ORGB", "ADJB", "AUDA", *(f"M{m:02d}" for m in range(1, 13)))
)
FROM_YEAR = 2017  # from which the charts of both are those of today
SHORT = {
    "demarcation_code": "municipality", "period_code": "period", "function_code": "function", "item_code": "item",
    "capital_type_code": "kind",
}  # fmt: skip
KEPT = ("function_code", "item_code")  # a code that these charts do not have is told, and its figure kept without it
STEP = 7_368_787  # goes through all combinations in no visible order, each once
HEADER = "demarcation_code,period_code,function_code,item_code,capital_type_code,amount"


def codes() -> dict[str, list[str]]:
    """What each column can hold: codes of the register and of the charts that are no subtotal."""
    from oneplan.budgets.feeds.charts import charts
    from oneplan.institutions.choices import MUNICIPAL_KINDS
    from oneplan.institutions.models import Institution

    bodies = Institution.objects.filter(kind__in=MUNICIPAL_KINDS).order_by("municipality_code")

    def chart(name: str) -> list[str]:
        return [each.code for each in charts()[name].entries if not each.is_subtotal and not each.apart]

    return {
        "demarcation_code": list(bodies.values_list("municipality_code", flat=True)), "period_code": list(PERIODS),
        "function_code": chart("municipal-functions-v2"), "item_code": chart("municipal-capital-items-v2"),
        "capital_type_code": list(TYPES),
    }  # fmt: skip


def write_csv(path: Path, rows: int, listed: dict[str, list[str]]) -> None:
    """So many rows, the same for the same seed; one in a thousand is at fault, in turn in each of six ways."""
    import duckdb

    combinations = 1
    digits = []
    for values in listed.values():
        digits.append(f"(j // {combinations}) % {len(values)}")
        combinations *= len(values)
    assert combinations > rows and combinations % STEP
    columns = []
    for place, (name, values) in enumerate(listed.items()):
        texts = "[" + ", ".join(f"'{value}'" for value in values) + "]"
        columns.append(f"CASE WHEN fault = {place} THEN 'X9' ELSE ({texts})[1 + {digits[place]}] END AS {name}")
    with duckdb.connect(config={"threads": "2", "memory_limit": "1GB", "preserve_insertion_order": "true"}) as cursor:
        cursor.execute(
            f"COPY (SELECT {', '.join(columns)}, CASE WHEN fault = 5 THEN 'none' ELSE "
            f"(hash(i + {SEED}) % 1000000000 / 100)::DECIMAL(12, 2)::VARCHAR END AS amount FROM ("
            f"SELECT i, ((CASE WHEN i % 9001 = 9000 THEN i - 1 ELSE i END) * {STEP} + {SEED}) % {combinations} AS j, "
            f"CASE WHEN i % 1000 = 999 THEN (i // 1000) % 6 ELSE -1 END AS fault FROM range({rows}) t(i))) "
            f"TO '{path}' (FORMAT csv, HEADER true)"
        )


# --- the passes, each in a process of its own ------------------------------------------------------------------------


def ours(path: Path, _listed: dict[str, list[str]]) -> dict[str, Any]:
    """The import and the build, as the command line runs them."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "oneplan.config.settings"
    import django
    import pyarrow.parquet
    import rapidfuzz  # noqa: F401

    django.setup()
    pyarrow.array([0])  # the first one loads what arrays need
    from oneplan.access.actors import system
    from oneplan.budgets.actions import build_warehouse
    from oneplan.budgets.models import BudgetRelease
    from oneplan.exchange.pipeline import run_import

    began = time.perf_counter()
    report = run_import(
        "budget", path, by=system("bench"), source="bench", as_at=date(2024, 7, 1), layout=LAYOUT,
    )  # fmt: skip
    read = time.perf_counter()
    assert not report.is_file_error, report.issues[:3]
    build_warehouse(by=system("bench"))
    done = time.perf_counter()
    release = BudgetRelease.objects.get()
    return {
        "seconds": done - began, "import": read - began, "build": done - read, "rows": release.figures,
        "rand": str(release.total), "refused": report.rows_refused,
    }  # fmt: skip


def duckdb_sql(path: Path, listed: dict[str, list[str]]) -> dict[str, Any]:
    """The same validation, placing and sorting, as one who knows DuckDB writes it."""
    import duckdb

    names, costly = list(listed), [name for name in listed if name not in KEPT]
    with tempfile.TemporaryDirectory(prefix="oneplan-bench-duckdb-", dir=path.parent) as folder:
        file = Path(folder, "facts.duckdb")
        began = time.perf_counter()
        with duckdb.connect(str(file), config={"threads": "2", "memory_limit": "1200MB"}) as cursor:
            for name, values in listed.items():
                cursor.execute(
                    f"CREATE TABLE of_{SHORT[name]} AS SELECT (row_number() OVER ())::SMALLINT AS id, code, "
                    f"{FROM_YEAR}::SMALLINT AS from_year FROM (SELECT unnest($codes) AS code)", {"codes": values},
                )  # fmt: skip
            cursor.execute(
                "CREATE OR REPLACE TABLE of_period AS SELECT id, code, (left(code, 4)::INTEGER - 1)::SMALLINT AS year, "
                "coalesce(list_position(['ORGB', 'ADJB', 'AUDA'], code[5:]), 0)::TINYINT AS type, "
                "CASE WHEN code[5] = 'M' THEN code[6:]::TINYINT ELSE 0::TINYINT END AS month FROM of_period"
            )
            # Text first, as a row is set aside as it stands; `beyond` takes what stands behind the last column.
            columns = ", ".join(f"'{name}': 'VARCHAR'" for name in (*HEADER.split(","), "beyond"))
            cursor.execute(
                f"CREATE TEMP TABLE source AS SELECT * FROM read_csv($path, columns = {{{columns}}}, header = true, "
                "auto_detect = false, delim = ',', quote = '\"', null_padding = true)", {"path": str(path)},
            )  # fmt: skip
            cursor.execute("SET preserve_insertion_order = false")  # until they are sorted: every row has its number
            known = ", ".join(
                f"coalesce(of_{SHORT[name]}.id, {'0' if name in KEPT else 'NULL'}) AS {SHORT[name]}" for name in names
            )
            joins = " ".join(
                f"LEFT JOIN of_{SHORT[name]} ON of_{SHORT[name]}.code = trim(source.{name})" for name in names
            )
            exact, plain = "TRY_CAST({} AS DECIMAL(18, 4))", "regexp_replace(amount, '[R ]', '', 'g')"
            amount = f"coalesce({exact.format('amount')}, {exact.format(plain)})"
            cursor.execute(
                f"CREATE TEMP TABLE typed AS SELECT source.rowid + 2 AS row, {known}, year, type, month, {amount} AS "
                f"exact, beyond IS NOT NULL OR amount IS NULL AS ragged, "
                f"year < of_function.from_year OR year < of_item.from_year AS outside FROM source {joins}"
            )
            fit = " AND ".join((*(f"{SHORT[name]} IS NOT NULL" for name in costly), "exact IS NOT NULL", "NOT ragged"))
            fit += " AND outside IS NOT true"
            why = " ".join(f"WHEN {SHORT[name]} IS NULL THEN 'unknown {name}'" for name in costly)
            told = ", ".join(SHORT[name] for name in names)
            # In order like stands beside like, which takes half of what counting each hash does.
            cursor.execute(
                f"CREATE TEMP TABLE repeated AS SELECT row FROM (SELECT row, min(row) OVER (PARTITION BY {told}) AS "
                f"first FROM typed WHERE {fit} AND hash({told}) IN (SELECT h FROM (SELECT h, lag(h) OVER (ORDER BY h) "
                f"AS before FROM (SELECT hash({told}) AS h FROM typed WHERE {fit})) WHERE h = before)) "
                "WHERE row > first"
            )
            cursor.execute(
                "CREATE TABLE refused AS SELECT source.*, row, why, exact FROM source JOIN ("
                f"SELECT row, CASE WHEN ragged THEN 'ragged' {why} WHEN exact IS NULL THEN 'no amount' "
                f"ELSE 'not in the chart of its year' END AS why, exact FROM typed WHERE NOT ({fit}) "
                "UNION ALL SELECT row, 'repeated', exact FROM repeated JOIN typed USING (row)) told "
                "ON told.row = source.rowid + 2"
            )
            cursor.execute(
                "CREATE TABLE unknown AS " + " UNION ALL ".join(
                    f"SELECT '{name}' AS column, source.{name} AS code, count(*) AS rows, min(row) AS first FROM typed "
                    f"JOIN source ON typed.row = source.rowid + 2 WHERE {SHORT[name]} = 0 GROUP BY 2" for name in KEPT
                )
            )  # fmt: skip
            cursor.execute("SET preserve_insertion_order = true")
            cursor.execute(
                "CREATE TABLE facts AS SELECT municipality, municipality AS place, year, type, function, item, month, "
                "kind, row, round(exact, 2)::DECIMAL(18, 2) AS amount FROM typed ANTI JOIN refused USING (row) "
                "ORDER BY municipality, year, type, function, item, month"
            )
            # Budgets of one body that differ by a thousand; amounts with parts of a cent; the rand of the file.
            cursor.execute(
                "CREATE TABLE odd AS SELECT municipality FROM (SELECT municipality, year, type, sum(amount) AS rand "
                "FROM facts WHERE month = 0 GROUP BY ALL) GROUP BY 1 HAVING max(rand) > 300 * min(rand)"
            )
            [(read, _rounded)] = cursor.execute(
                "SELECT sum(exact), count(*) FILTER (exact <> round(exact, 2)) FROM typed"
            ).fetchall()
            [(rows, rand)] = cursor.execute("SELECT count(*), sum(amount) FROM facts").fetchall()
            [(refused, lost)] = cursor.execute("SELECT count(*), sum(exact) FROM refused").fetchall()
            assert read == rand + lost
            cursor.execute("CHECKPOINT")
        seconds = time.perf_counter() - began
    return {"seconds": seconds, "rows": rows, "rand": str(rand), "refused": refused}


def postgres_copy(path: Path, _listed: dict[str, list[str]]) -> dict[str, Any]:
    """COPY and three indexes, nothing checked."""
    import psycopg

    with psycopg.connect(os.environ["BENCH_POSTGRES"], autocommit=True) as database:
        database.execute("DROP TABLE IF EXISTS figures")
        began = time.perf_counter()
        *texts, _amount = HEADER.split(",")
        database.execute(f"CREATE TABLE figures ({', '.join(f'{name} text' for name in texts)}, amount text)")
        with path.open("rb") as file, database.cursor().copy("COPY figures FROM STDIN (FORMAT csv, HEADER)") as copy:
            while block := file.read(1 << 20):
                copy.write(block)
        database.execute("CREATE INDEX ON figures (demarcation_code, period_code)")
        database.execute("CREATE INDEX ON figures (function_code)")
        database.execute("CREATE INDEX ON figures (item_code)")
        seconds = time.perf_counter() - began
        database.execute("DROP TABLE figures")
    return {"seconds": seconds}


WAYS = {"ours": ours, "DuckDB": duckdb_sql, "PostgreSQL": postgres_copy}


def run(way: str, path: Path, base: Path, codes_at: Path) -> dict[str, Any]:
    """One pass, on its own copy of the prepared data folder; with the peak of its memory in bytes."""
    with tempfile.TemporaryDirectory(prefix="oneplan-bench-", dir=path.parent) as folder:
        shutil.copytree(base, f"{folder}/home")
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.budget_ingest", "--pass", way, str(path), str(codes_at)], cwd=ROOT,
            env=_environment() | {"ONEPLAN_HOME": f"{folder}/home", "PYTHONPYCACHEPREFIX": f"{base.parent}/bytecode"},
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def one_pass(way: str, path: Path, listed: dict[str, list[str]]) -> None:
    found = WAYS[way](path, listed)
    used = resource.getrusage(resource.RUSAGE_SELF)
    found |= {"memory": used.ru_maxrss * 1024, "processor": used.ru_utime + used.ru_stime}
    print(json.dumps(found))


# --- what is measured ------------------------------------------------------------------------------------------------


def measure(folder: Path, rows: int, passes: int, ways: list[str]) -> dict[str, dict[str, Any]]:
    """The best pass of each, taken in turn."""
    base, path, codes_at = folder / "base", folder / f"{rows}.csv", folder / "codes.json"
    listed: dict[str, list[str]] = json.loads(codes_at.read_text())
    write_csv(path, rows, listed)
    print(f"{rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB", flush=True)
    best: dict[str, dict[str, Any]] = {}
    for _ in range(passes):
        for way in ways:
            found = run(way, path, base, codes_at)
            if way not in best or found["seconds"] < best[way]["seconds"]:
                best[way] = found
    path.unlink()
    for way, found in best.items():
        parts = f" (import {found['import']:.1f}, build {found['build']:.1f})" if "import" in found else ""
        print(
            f"  {way:<10} {found['seconds']:6.1f} s{parts}, {rows / found['seconds'] / 1e6:.2f} M rows a second, "
            f"{found['processor']:.1f} s of a processor, start included, {found['memory'] / 1e6:,.0f} MB at the peak",
            flush=True,
        )
    return best


def same(best: dict[str, dict[str, Any]]) -> None:
    """Ours and DuckDB's took and refused the same."""
    told = {(each["rows"], Decimal(each["rand"]), each["refused"]) for name, each in best.items() if "rand" in each}
    assert len(told) == 1, best


def main() -> int:
    """Measure and say whether the promises are kept."""
    well = True
    with tempfile.TemporaryDirectory(prefix="oneplan-bench-ingest-") as name, maybe_postgres() as url:
        folder = Path(name)
        prepare(folder / "base")
        known = [sys.executable, "-m", "benchmarks.budget_ingest", "--codes"]
        environment = {
            **os.environ, "ONEPLAN_HOME": str(folder / "base"), "DJANGO_SETTINGS_MODULE": "oneplan.config.settings",
        }  # fmt: skip
        told = subprocess.run(known, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        (folder / "codes.json").write_text(told.stdout.splitlines()[-1])
        ways = ["ours", "DuckDB"]
        if url is None:
            tell_left_out("COPY into PostgreSQL", "apt install postgresql")
        else:
            os.environ["BENCH_POSTGRES"] = url
            ways.append("PostgreSQL")
        best = measure(folder, ROWS, PASSES, ways)
        same(best)
        times = best["ours"]["seconds"] / best["DuckDB"]["seconds"]
        kept = times <= MOST_TIMES
        well &= kept or is_small()
        print(f"  {times:.2f} × DuckDB's time; at most {MOST_TIMES:g}")
        told_of = {
            way: f"{found['seconds']:.1f} s ({ROWS / found['seconds'] / 1e6:.2f} M rows a second)"
            for way, found in best.items()
        }
        beside = f"; PostgreSQL COPY {told_of['PostgreSQL']}" if url else ""
        tell(
            f"ingest of {ROWS:,} rows", f"{told_of['ours']}, DuckDB {told_of['DuckDB']}: {times:.2f} ×{beside}",
            f"≤ {MOST_TIMES:g} × DuckDB's time", kept=kept,
        )  # fmt: skip
        peak, of = best["ours"]["memory"], ROWS
        if "--large" in sys.argv:
            peak, of = measure(folder, LARGE, 1, ["ours"])["ours"]["memory"], LARGE
        kept = peak < MOST_MEMORY
        well &= kept
        tell(f"ingest of {of:,} rows: memory", f"{peak / 1e6:,.0f} MB at the peak", "< 2 GB of 100 M rows", kept=kept)
    return 0 if well else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--pass"]:
        one_pass(sys.argv[2], Path(sys.argv[3]), json.loads(Path(sys.argv[4]).read_text()))
    elif sys.argv[1:2] == ["--codes"]:
        import django

        django.setup()
        print(json.dumps(codes()))
    else:
        sys.exit(main())
