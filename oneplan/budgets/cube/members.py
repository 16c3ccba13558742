"""What the numbers of a build stand for, kept with the build that is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from oneplan.budgets import facts
from oneplan.budgets.cube.attributes import Attribute, is_list, whole_number
from oneplan.warehouse.connection import Reading

_KEPT = 60_000  # a table with more rows than this is asked for the numbers wanted, not kept


@dataclass(frozen=True)
class Range:
    """Numbers from first to last, both included: all that a cut allows where `numbers` is empty."""

    first: int
    last: int
    numbers: tuple[int, ...] = ()


NOTHING = Range(1, 0)


def members(turn: Reading, name: str) -> Mapping[int, Mapping[str, Any]]:
    """Every row of a dimension's table by number. Read once for each build."""
    kept: dict[int, Mapping[str, Any]] | None = turn.memory.get(name)
    if kept is None:
        columns = list(facts.DIMENSIONS[name])
        listed = ", ".join(columns)
        found = turn.rows(f"SELECT {listed} FROM {name} ORDER BY id")
        kept = turn.memory[name] = _named(columns, found)
    return kept


def some_members(turn: Reading, name: str, numbers: Iterable[int]) -> Mapping[int, Mapping[str, Any]]:
    """The rows of those numbers at least."""
    if _size(turn, name) <= _KEPT:
        return members(turn, name)
    wanted = sorted(set(numbers))
    columns = list(facts.DIMENSIONS[name])
    marks = ", ".join("?" * len(wanted))
    found = turn.rows(f"SELECT {', '.join(columns)} FROM {name} WHERE id IN ({marks})", tuple(wanted)) if wanted else []
    return _named(columns, found)


def _named(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[int, Mapping[str, Any]]:
    """Rows by number. Times are kept in UTC without saying so: DuckDB reads others only with a library of its own."""
    return {
        row[0]: {
            name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
            for name, value in zip(columns, row, strict=True)
        }
        for row in rows
    }


def numbers_of(turn: Reading, attribute: Attribute, values: Sequence[str]) -> tuple[Range, list[str]]:
    """The numbers that a cut allows, and those of its values that nothing has."""
    if is_list(attribute.column):
        words = [str(each) for each in facts.LISTS[attribute.column]]
        found = {value: [words.index(value)] for value in values if value in words}
    elif attribute.table:
        found = _found(turn, attribute, values)
    else:
        found = {value: [number] for value in values if (number := whole_number(value)) is not None}
    numbers = sorted({number for each in found.values() for number in each})
    unknown = [value for value in values if value not in found]
    if not numbers:
        return NOTHING, unknown
    is_whole = numbers[-1] - numbers[0] + 1 == len(numbers)
    return Range(numbers[0], numbers[-1], () if is_whole else tuple(numbers)), unknown


def _found(turn: Reading, attribute: Attribute, values: Sequence[str]) -> dict[str, list[int]]:
    if _size(turn, attribute.table) > _KEPT:
        marks = ", ".join("?" * len(values))
        rows = turn.rows(
            f"SELECT {attribute.field}, id FROM {attribute.table} WHERE {attribute.field} IN ({marks})", tuple(values)
        )
        found: dict[str, list[int]] = {}
        for value, number in rows:
            found.setdefault(value, []).append(number)
        return found
    by_value = turn.memory.get(attribute.name)
    if by_value is None:
        by_value = turn.memory[attribute.name] = {}
        for number, row in members(turn, attribute.table).items():
            by_value.setdefault(str(row[attribute.field]), []).append(number)
    return {value: by_value[value] for value in values if value in by_value}


def _size(turn: Reading, name: str) -> int:
    key = f"{name} rows"
    if key not in turn.memory:
        [(turn.memory[key],)] = turn.rows(f"SELECT count(*) FROM {name}")
    return int(turn.memory[key])
