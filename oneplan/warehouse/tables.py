"""Making and filling tables of a build: columns by their Ibis types, rows all at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from oneplan.warehouse.connection import Cursor
from oneplan.warehouse.texts import quoted

_TYPES = {
    "int8": "TINYINT", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT", "string": "VARCHAR",
    "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP", "float64": "DOUBLE",
}  # fmt: skip

# Of one column of a Parquet file: past these (amounts, numbers of rows) a dictionary is begun, found useless and thrown
# away, for a fifth of the work of writing.
MOST_WORDS = 2_000


def sql_columns(columns: Mapping[str, str], *, in_runs: Collection[str] = ()) -> str:
    """Columns with their types as SQL writes them; a decimal is written alike in both.

    `in_runs`: those known to lie in long runs of one value, for which no other way of packing need be tried.
    """
    packed = dict.fromkeys(in_runs, " USING COMPRESSION rle")
    return ", ".join(
        f'"{name}" {_TYPES.get(kind, kind.upper())}{packed.get(name, "")}' for name, kind in columns.items()
    )


def insert(cursor: Cursor, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows into a table, all at once: DuckDB takes single rows a thousand times slower than columns."""
    if not rows:
        return
    columns = [column for column, *_rest in cursor.execute(f'DESCRIBE "{table}"').fetchall()]
    held = pa.table({name: pa.array(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)})
    cursor.register("given_rows", held)
    cursor.execute(f'INSERT INTO "{table}" SELECT * FROM given_rows')
    cursor.unregister("given_rows")


def count(cursor: Cursor, source: str) -> int:
    """How many rows a table has; it may be followed by a condition."""
    [(found,)] = cursor.execute(f"SELECT count(*) FROM {source}").fetchall()
    return int(found)


def parquet(paths: Sequence[Path]) -> str:
    """Parquet files as one table whose rows say their `filename`."""
    return f"read_parquet([{', '.join(quoted(str(path)) for path in paths)}], filename = true)"
