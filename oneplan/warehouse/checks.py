"""Checks of millions of rows at once: each a condition in SQL, with what is wrong where it holds.

A check is asked of a table whose rows have `row`. All are asked in one pass; each row keeps one number, in which bit n
says that check n holds. Which rows those are, and what stands in them, is only looked up for checks that hold anywhere,
and only for the first of them.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oneplan.warehouse.connection import Cursor

MOST_CHECKS = 62  # bits of one BIGINT


@dataclass(frozen=True)
class Check:
    """A condition under which a row is at fault.

    `column` and `value` are SQL: in which column of the source the fault stands, and what stands there. `words` names
    further expressions of the table, whose values whoever writes the sentence needs. `told_by` are the columns by which
    findings are told apart: a table may have several lines for one row of the source. `costs_row`: an error, not a
    warning.
    """

    name: str
    condition: str
    column: str = "''"
    value: str = "''"
    words: tuple[str, ...] = ()
    told_by: tuple[str, ...] = ('"row"',)
    costs_row: bool = True


@dataclass(frozen=True)
class Found:
    """One row at fault."""

    check: Check
    row: int
    column: str
    value: str
    words: tuple[Any, ...]


def mask(checks: Sequence[Check], *, first: int = 0) -> str:
    """The number of a row as SQL: 0 where nothing is wrong. `first`: the bit of the first of these checks."""
    if first + len(checks) > MOST_CHECKS:
        raise ValueError(f"at most {MOST_CHECKS} checks at once")
    numbered = enumerate(checks, start=first)
    bits = (f"CASE WHEN {check.condition} THEN {1 << bit}::BIGINT ELSE 0 END" for bit, check in numbered)
    return " + ".join(bits) or "0::BIGINT"


def costly(checks: Sequence[Check]) -> int:
    """The bits that cost a row, to compare a row's number with."""
    return sum(1 << bit for bit, check in enumerate(checks) if check.costs_row)


def counted(cursor: Cursor, checks: Sequence[Check], table: str) -> Mapping[str, int]:
    """How many rows each check holds for: name → count, without those that hold nowhere. `table` has `faults`."""
    sums = ", ".join(
        f"count(DISTINCT ({', '.join(check.told_by)})) FILTER ((faults & {1 << bit}) <> 0)"
        for bit, check in enumerate(checks)
    )
    if not checks:
        return {}
    [counts] = cursor.execute(f"SELECT {sums} FROM {table} WHERE faults <> 0").fetchall()
    return {check.name: count for check, count in zip(checks, counts, strict=True) if count}


def first_found(
    cursor: Cursor, checks: Sequence[Check], held: Container[str], table: str, *, most: int
) -> Iterator[Found]:
    """The first rows at fault of each check of `held` (by name), check by check, in the order of the file."""
    for bit, check in enumerate(checks):
        if check.name not in held:
            continue
        words, told_by = "".join(f", {word}" for word in check.words), ", ".join(check.told_by)
        rows = cursor.execute(
            f'SELECT DISTINCT ON ({told_by}) "row", {check.column}, {check.value}{words} FROM {table} '
            f"WHERE (faults & {1 << bit}) <> 0 ORDER BY {told_by} LIMIT {most}"
        ).fetchall()
        for row, at, value, *rest in rows:
            yield Found(check, row, at or "", value or "", tuple(rest))
