"""A table of text on disk, read columnar: each cell as it stands, each row known by its number in the file.

Nothing is guessed and nothing repaired here. A file that cannot be read so exactly (rows of broken length that DuckDB
would drop, blank lines it would skip, quotation marks left open) raises NotPlain; whoever asked rewrites it with
numbered rows, and reads that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
    number = "number::INTEGER" if is_numbered else f"(rowid + {skip + 1})::INTEGER"
    listed = ", ".join(f"c{index}" for index in range(width))
    view = f'CREATE OR REPLACE VIEW source AS SELECT {number} AS "row", {listed}, beyond FROM texts'
    cursor.execute(f"{view} WHERE NOT ({blank})")
    cursor.execute("SET preserve_insertion_order = false")  # every row has its number now
    [(filled,)] = cursor.execute("SELECT count(*) FROM source").fetchall()
    if filled == rows:
        cursor.execute(view)  # nothing is blank, so no statement need look again
    return int(filled)


def tidy_columns(cursor: Cursor, indexes: Collection[int]) -> frozenset[int]:
    """Those of the columns of `source` in which every row has a cell, and none can have a blank at its ends.

    Looked for is the usual blank; a column with any letter beyond ASCII, where there are other blanks, is left out.
    """
    listed = sorted(indexes)
    tidy = ", ".join(
        f"coalesce(bool_and(coalesce(strlen({cell}) = length({cell}) AND NOT starts_with({cell}, ' ') "
        f"AND NOT ends_with({cell}, ' '), false)), true)"
        for cell in (f"c{index}" for index in listed)
    )
    [found] = cursor.execute(f"SELECT {tidy} FROM source").fetchall()
    return frozenset(index for index, is_tidy in zip(listed, found, strict=True) if is_tidy)


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


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
