"""Rows that say what an earlier row of the file says already, found by what makes a figure, hashed.

The hashes are put in order by NumPy, which takes a tenth of what any statement does, some millions at once so that
memory stays bounded; only of those that occur twice are the rows themselves compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from oneplan.budgets.feeds.binding import Bound

EVERYTHING = ("everything",)  # the key of a layout in which a row is known by all its cells but the amounts
_AT_ONCE = 8_000_000  # hashes: 64 MB
_BATCH = 500_000
_TOLD = (  # all that says what a figure is
    "institution", "statement", "amount_type", "year", "length", "period", "function", "item", "fund", "programme",
    "project", "evidence", "receiver", "cell",
)  # fmt: skip


def find_repeated(cursor: Any, bound: Bound, bad: int, key: Sequence[str]) -> None:
    """Make the table `repeated`: "row", and the "first" that said the same. `bad`: the faults that cost a row."""
    of, listed, fit = _looked_at(cursor, bound, bad, key)
    cursor.register(
        "hashes_given", pa.table({"h": _twice(cursor, f"SELECT hash({listed}) AS h FROM {of} WHERE {fit}")})
    )
    cursor.execute("CREATE TABLE hashes AS SELECT * FROM hashes_given")
    cursor.unregister("hashes_given")
    cursor.execute(
        f'CREATE TABLE repeated AS SELECT "row", "first" FROM (SELECT "row", min("row") OVER (PARTITION BY {listed}) '
        f'AS "first" FROM {of} WHERE {fit} AND hash({listed}) IN (SELECT h FROM hashes)) '
        'WHERE "row" <> "first" GROUP BY ALL'
    )


def _looked_at(cursor: Any, bound: Bound, bad: int, key: Sequence[str]) -> tuple[str, str, str]:
    """The table whose rows are compared, the columns by which, and the condition: rows that are not refused anyway."""
    faulty = f"(faults & {bad}) <> 0"
    if key == EVERYTHING:
        amounts = {cell.index for cell in bound.cells}
        told = [f"coalesce(source.c{index}, '')" for index in range(len(bound.headers)) if index not in amounts]
    else:
        told = [bound.text(target) for target in key]
    if not told and len(bound.cells) == 1:
        return "typed", ", ".join(_differing(cursor)), f"exact IS NOT NULL AND apart = 0 AND NOT {faulty}"
    [(is_any,)] = cursor.execute(f"SELECT count(*) > 0 FROM typed WHERE {faulty}").fetchall()
    fit = f'"row" NOT IN (SELECT "row" FROM typed WHERE {faulty})' if is_any else "true"
    if told:
        return "source", ", ".join(told), fit
    return "typed", ", ".join(_differing(cursor)), f"exact IS NOT NULL AND apart = 0 AND {fit}"


def _differing(cursor: Any) -> list[str]:
    """Of all that says what a figure is: that in which figures of this file differ at all."""
    spans = ", ".join(f"min({name}) IS DISTINCT FROM max({name})" for name in _TOLD)
    [differ] = cursor.execute(f"SELECT {spans} FROM typed").fetchall()
    return [name for name, differs in zip(_TOLD, differ, strict=True) if differs] or ["cell"]


def _twice(cursor: Any, select: str) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """The hashes that a statement gives more than once."""
    [(count,)] = cursor.execute(f"SELECT count(*) FROM ({select})").fetchall()
    parts = count // _AT_ONCE + 1
    hashes = np.empty(count, np.uint64)  # takes no more memory than is filled
    found = []
    for part in range(parts):
        given = cursor.sql(f"SELECT h FROM ({select}) WHERE h % {parts} = {part}" if parts > 1 else select)
        upto = 0
        for batch in given.to_arrow_reader(_BATCH):
            hashes[upto : upto + batch.num_rows] = batch.column(0).to_numpy()
            upto += batch.num_rows
        hashes[:upto].sort()
        after = hashes[1:upto]
        found.append(np.unique(after[after == hashes[: max(upto - 1, 0)]]))
    return np.concatenate(found)
