"""Who is asked beside us: DuckDB and PostgreSQL by tuned SQL, and babbage on PostgreSQL. All hold the same figures.

Each keeps the layout that suits it: numbers for codes, sorted by municipality, year and type, small tables for labels.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from benchmarks._budget_facts import FUNCTIONS, ITEMS, PROJECTS, TYPES, numbers
from benchmarks._budget_questions import Question, Told, municipalities

SHIM = """import collections
import collections.abc

for name in collections.abc.__all__:  # babbage's parser looks for them where Python had them until 3.9
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))
"""
BUILT = ("setuptools<81", "wheel", "psycopg2-binary==2.9.13", "python-dateutil", "six", "jsonschema", "pyyaml", "click")
BABBAGE = (
    "babbage==0.3.6", "SQLAlchemy==1.3.18", "grako==3.10.1", "flask==0.12.5", "werkzeug==0.16.1", "jinja2==2.11.3",
    "markupsafe==2.0.1", "itsdangerous==2.0.1",
)  # fmt: skip
HOW_TO_GET_BABBAGE = "it could not be installed from PyPI; name a folder for its environment in BENCH_BABBAGE"
COLUMNS = "municipality, year, type, function, item, period, fund, ward, project"
WHOLE = {"municipality", "year", "type", "function", "item", "period", "fund"}  # smallint; the others integer


class Peer(Protocol):
    name: str

    def ask(self, question: Question, values: dict[str, Any]) -> tuple[float, Told]:
        """Milliseconds, and what was told."""
        ...


# --- DuckDB ----------------------------------------------------------------------------------------------------------


def make_native(path: Path, rows: int) -> None:
    """The generated figures as a native file in the order in which they are asked for, with tables of labels."""
    import duckdb

    with duckdb.connect(str(path), config={"threads": "2", "memory_limit": "2GB"}) as cursor:
        cursor.execute("SET preserve_insertion_order = true")
        cursor.execute("CREATE TABLE municipalities (id SMALLINT, code VARCHAR, label VARCHAR, district VARCHAR)")
        cursor.executemany(
            "INSERT INTO municipalities VALUES (?, ?, ?, ?)",
            [(number, *row) for number, row in enumerate(municipalities(), start=1)],
        )
        for table, count, digits in (("functions", FUNCTIONS, 4), ("items", ITEMS, 4)):
            cursor.execute(
                f"CREATE TABLE {table} AS SELECT i::SMALLINT AS id, printf('%0{digits}d', i) AS code, "
                f"'{table} ' || i AS label FROM range({count}) t(i)"
            )
        cursor.execute(
            "CREATE TABLE projects AS SELECT i::INTEGER AS id, CASE WHEN i = 0 THEN '' ELSE 'P' || "
            "printf('%05d', i - 1) END AS code, CASE WHEN i = 0 THEN '' ELSE 'Project ' || (i - 1) END AS label "
            f"FROM range({PROJECTS} + 1) t(i)"
        )
        words = ", ".join(f"({number}::TINYINT, '{word}')" for number, word in enumerate(TYPES))
        cursor.execute(f"CREATE TABLE types AS SELECT * FROM (VALUES {words}) t(id, code)")
        numbers(cursor, rows)
        cursor.execute(
            "CREATE TABLE facts AS SELECT municipalities.id AS municipality, year::SMALLINT AS year, "
            "type::TINYINT AS type, function::SMALLINT AS function, item::SMALLINT AS item, period::TINYINT AS period, "
            "fund::SMALLINT AS fund, (bodies.first + ward % bodies.wards)::INTEGER AS ward, project, "
            "(cents / 100)::DECIMAL(18, 2) AS amount FROM generated JOIN bodies ON bodies.number = body "
            "JOIN municipalities ON municipalities.code = bodies.code ORDER BY 1, 2, 3, 4, 5, 6"
        )


class Native:
    """DuckDB on that file, in this process, with both cores."""

    name = "DuckDB"

    def __init__(self, path: Path) -> None:
        import duckdb

        self._cursor = duckdb.connect(str(path), read_only=True, config={"threads": "2", "memory_limit": "2GB"})

    def ask(self, question: Question, values: dict[str, Any]) -> tuple[float, Told]:
        sql = re.sub(r":(\w+)", r"$\1", question.sql)
        given = {name: values[name] for name in re.findall(r"\$(\w+)", sql)}
        began = time.perf_counter()
        rows = self._cursor.execute(sql, given).fetchall()
        return (time.perf_counter() - began) * 1000, question.told_by_sql(rows)

    def close(self) -> None:
        self._cursor.close()


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def fill_postgres(url: str, native: Path) -> None:
    """The same tables in PostgreSQL, in the same order, rand as whole cents, with the indexes that the six want."""
    import duckdb
    import psycopg

    with (
        duckdb.connect(str(native), read_only=True, config={"threads": "2", "memory_limit": "2GB"}) as cursor,
        psycopg.connect(url, autocommit=True) as database,
        tempfile.TemporaryDirectory(prefix="oneplan-bench-copy-") as folder,
    ):
        kinds = ", ".join(f"{name} {'smallint' if name in WHOLE else 'integer'}" for name in COLUMNS.split(", "))
        database.execute(f"CREATE TABLE facts ({kinds}, amount bigint)")
        for table, more in (("municipalities", ", district text"), ("functions", ""), ("items", ""), ("projects", "")):
            kind = "integer" if table == "projects" else "smallint"
            database.execute(f"CREATE TABLE {table} (id {kind} PRIMARY KEY, code text, label text{more})")
        database.execute("CREATE TABLE types (id smallint PRIMARY KEY, code text)")
        for table in ("municipalities", "functions", "items", "projects", "types", "facts"):
            columns = f"{COLUMNS}, (amount * 100)::BIGINT" if table == "facts" else "*"
            path = Path(folder, f"{table}.csv")
            quoted = "" if table == "facts" else ", FORCE_QUOTE *"  # empty text is not NULL
            cursor.execute(f"COPY (SELECT {columns} FROM {table}) TO '{path}' (FORMAT csv, HEADER false{quoted})")
            with path.open("rb") as file, database.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
                while block := file.read(1 << 20):
                    copy.write(block)
            path.unlink()
        database.execute("CREATE INDEX ON facts (municipality, year, type)")
        database.execute("CREATE INDEX ON facts (function, year, type) INCLUDE (item, amount)")
        database.execute("VACUUM (ANALYZE, FREEZE)")


class Postgres:
    """Tuned SQL, prepared, from this process."""

    name = "PostgreSQL"

    def __init__(self, url: str) -> None:
        import psycopg

        self._database = psycopg.connect(url, autocommit=True)

    def ask(self, question: Question, values: dict[str, Any]) -> tuple[float, Told]:
        sql = re.sub(r":(\w+)", r"%(\1)s", question.sql)
        given = {name: values[name] for name in re.findall(r"%\((\w+)\)s", sql)}
        began = time.perf_counter()
        rows = self._database.execute(sql, given, prepare=True).fetchall()
        took = (time.perf_counter() - began) * 1000
        return took, question.told_by_sql([(*row[:-1], int(row[-1])) for row in rows])

    def close(self) -> None:
        self._database.close()


# --- babbage ---------------------------------------------------------------------------------------------------------


def babbage_python() -> Path | None:
    """The Python of an environment that has babbage; None where it cannot be installed."""
    folder = Path(os.environ.get("BENCH_BABBAGE") or Path(tempfile.gettempdir()) / "oneplan-bench-babbage")
    python = folder / "bin" / "python"
    if not python.is_file():
        venv.create(folder, with_pip=True)
    known = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(subprocess.run([python, "-c", known], check=True, stdout=subprocess.PIPE, text=True).stdout.strip())
    (packages / "sitecustomize.py").write_text(SHIM, encoding="utf-8")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    well = not subprocess.run([*pip, *BUILT]).returncode
    well = well and not subprocess.run([*pip, "--no-build-isolation", "--no-deps", *BABBAGE]).returncode
    return python if well else None


class Babbage:
    """babbage's cube in a process of its own, which tells how long each answer took it: no HTTP in between."""

    name = "babbage"

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, question: Question, values: dict[str, Any]) -> tuple[float, Told]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(question.babbage(values)) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        return told["ms"], question.told_by_babbage(told["answer"])


@contextmanager
def babbage(python: Path, url: str) -> Iterator[Babbage]:
    """The cube on the same tables."""
    script = Path(__file__).with_name("_babbage_cube.py")
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.Popen(
        [str(python), "-W", "ignore", str(script), url.replace("postgres://", "postgresql://")], env=alone, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Babbage(process)
    finally:
        process.terminate()
        process.wait(timeout=20)
