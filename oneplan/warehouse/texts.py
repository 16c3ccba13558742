"""A table of text on disk, read columnar: each cell as it stands, each row known by its number in the file.

Nothing is guessed and nothing repaired here. A file that cannot be read so exactly (rows of broken length that DuckDB
would drop, blank lines it would skip, quotation marks left open) raises NotPlain; whoever asked rewrites it with
numbered rows, and reads that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from oneplan.warehouse.connection import Cursor

_NEVER = (
    "\x01no such cell\x01"  # no cell is taken for "no value": empty is empty text, NULL is a cell that is not there
)
_LONGEST_LINE = 4_000_000


class NotPlain(Exception):
    """The file is not rows of text that can be read columnar, cell for cell."""


def read_texts(
    cursor: Cursor, path: Path, *, delimiter: str, skip: int, width: int, lines: int = 0, is_numbered: bool = False
) -> int:
    """Make the table `source`: `row` as the file counts it, `c0` to `c<width - 1>` as text, `beyond` (a cell too many).

    `spot` is where a row lies, and `spot_of("row")` says it of a number: few rows are found by it without reading all.
    A row that is too short has NULL in its last cells; blank rows are left out. `skip` is the number of lines before
    the first row; `lines` the number of lines of the file, which proves that no row went missing. A numbered file has
    its row numbers in a first column of their own. Returns how many rows there are. Raises NotPlain.
    """
    names = [*(["number"] if is_numbered else []), *(f"c{index}" for index in range(width)), "beyond"]
    columns = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in names) + "}"
    try:
        cursor.execute(
            f"CREATE TABLE texts AS SELECT * FROM read_csv(?, columns = {columns}, auto_detect = false, header"
            f" = false, "
            f"skip = {skip}, delim = ?, quote = '\"', escape = '\"', new_line = '\\n', null_padding = true, "
            f"nullstr = ?, max_line_size = {_LONGEST_LINE})",
            [str(path), delimiter, _NEVER],
        )
    except duckdb.Error as error:
        raise NotPlain(str(error)) from None
    [(rows,)] = cursor.execute("SELECT count(*) FROM texts").fetchall()
    if lines and rows != lines - skip:
        cursor.execute("DROP TABLE texts")
        raise NotPlain(f"{lines - skip} lines, {rows} rows")
    blank = " AND ".join(f"coalesce(c{index}, '') = ''" for index in range(width)) + " AND coalesce(beyond, '') = ''"
    number, spot = ("number::INTEGER", "number::BIGINT") if is_numbered else (f"(rowid + {skip + 1})::INTEGER", "rowid")
    cursor.execute(f"CREATE OR REPLACE MACRO spot_of(number) AS number::BIGINT - {0 if is_numbered else skip + 1}")
    listed = ", ".join(f"c{index}" for index in range(width))
    view = f'CREATE OR REPLACE VIEW source AS SELECT {number} AS "row", {listed}, beyond, {spot} AS spot FROM texts'
    cursor.execute(f"{view} WHERE NOT ({blank})")
    cursor.execute("SET preserve_insertion_order = false")  # every row has its number now
    [(filled,)] = cursor.execute("SELECT count(*) FROM source").fetchall()
    if filled == rows:
        cursor.execute(view)  # nothing is blank, so no statement need look again
    return int(filled)


def insert_rows(
    cursor: Cursor, table: str, columns: Mapping[str, pa.DataType], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Make a table of these rows, all at once: single rows are taken a thousand times slower."""
    by_column = zip(*rows, strict=True) if rows else [() for _name in columns]
    held = pa.table(
        {name: pa.array(list(values), kind) for (name, kind), values in zip(columns.items(), by_column, strict=True)}
    )
    cursor.register("rows_given", held)
    cursor.execute(f"CREATE TABLE {table} AS SELECT * FROM rows_given")
    cursor.unregister("rows_given")


def the_same(cursor: Cursor, held: Mapping[str, str]) -> dict[str, str]:
    """Which columns hold one value only, and that value as SQL. `held`: column → a query of the numbers it can hold."""
    asked = " UNION ALL ".join(
        f"SELECT '{name}', min(one) || '::' || typeof(min(one)) FROM ({query}) t(one) HAVING min(one) = max(one)"
        for name, query in held.items()
    )
    return dict(cursor.execute(asked).fetchall())


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
