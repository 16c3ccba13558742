"""Sums of the facts by fewer columns, made while a build is made: each of a finer one where there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from oneplan.budgets import facts
from oneplan.budgets.facts import RollUp
from oneplan.warehouse.connection import Cursor
from oneplan.warehouse.tables import count

_FEW = 1_000_000  # facts that are added up fast enough whether rolled up or not
_MOST_OF_FACTS = 2 / 3


def roll_up(cursor: Cursor, alike: Mapping[str, str], folder: Path, write: Callable[[str], None]) -> list[str]:
    """The sums kept by fewer columns, as far as these are few, as tables and as Parquet. Returns their names.

    `alike`: the columns that hold the same in all facts, and what they hold, as SQL: nobody need group by them. `write`
    runs a statement while the next thing is made.
    """
    made: dict[str, frozenset[str]] = {}
    for each in sorted(_worth_keeping(cursor, alike), key=lambda each: -len(each.columns)):
        finer = [name for name, columns in made.items() if columns >= set(each.columns)]
        source = min(finer, key=lambda name: count(cursor, name), default="facts")
        rows, figures = ("sum(rows)", "sum(figures)") if finer else ("count(*)", "count(*) FILTER (part = 0)")
        listed = ", ".join(f"{alike[name]} AS {name}" if name in alike else name for name in each.all_columns)
        differ = ", ".join(name for name in (*each.columns, *facts.GUARDS) if name not in alike)
        cursor.execute(
            f"CREATE TABLE {each.name} AS SELECT {listed}, sum(amount)::DECIMAL(18, 2) AS amount, "
            f"{rows}::BIGINT AS rows, {figures}::BIGINT AS figures FROM {source} "
            + (f"GROUP BY {differ} ORDER BY {differ}" if differ else "HAVING count(*) > 0")
        )
        made[each.name] = frozenset(each.columns)
        write(f"COPY {each.name} TO '{folder / each.name}' (FORMAT parquet, PER_THREAD_OUTPUT true)")
    return list(made)


def _worth_keeping(cursor: Cursor, alike: Mapping[str, str]) -> Sequence[RollUp]:
    """The roll-ups that are plainly shorter than the facts: others cost as much to read, and more to make."""
    whole = count(cursor, "facts")
    if whole <= _FEW:
        return facts.ROLL_UPS
    counts = ", ".join(
        f"approx_count_distinct(hash({', '.join(name for name in each.all_columns if name not in alike) or '0'}))"
        for each in facts.ROLL_UPS
    )
    [lengths] = cursor.execute(f"SELECT {counts} FROM facts").fetchall()
    return [each for each, length in zip(facts.ROLL_UPS, lengths, strict=True) if length <= _MOST_OF_FACTS * whole]
