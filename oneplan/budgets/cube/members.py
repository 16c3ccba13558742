"""What the numbers of a build stand for, kept with the build that is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.budgets import facts
from oneplan.budgets.choices import Standing
from oneplan.budgets.cube.attributes import Attribute, is_list, whole_number
from oneplan.warehouse.connection import Reading

_REGISTERS = ("datasets", "institutions", "places", "rules")  # kept by others, and the same whatever is reported
NOT_GOVERNMENT = f"standing <> {facts.number_of(Standing.GOVERNMENT)}"
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


def is_hidden_from(by: Actor, turn: Reading) -> bool:
    """Whether the build holds figures inside government that somebody may not read."""
    if by.is_national(Permission.BUDGET_READ):
        return False
    if "has government" not in turn.memory:
        [(count,)] = turn.rows(f"SELECT count(*) FROM returns WHERE NOT ({NOT_GOVERNMENT})")
        turn.memory["has government"] = bool(count)
    return bool(turn.memory["has government"])


def named_openly(attribute: Attribute) -> str:
    """The condition of a dimension's rows which figures name that everybody may see; registers are open as they are."""
    if attribute.table in _REGISTERS:
        return "true"
    tables = ("returns",) if attribute.table == "releases" else ("facts", "earlier")
    named = (f"SELECT {attribute.column} FROM {table} WHERE {NOT_GOVERNMENT}" for table in tables)
    return f"id IN ({' UNION ALL '.join(named)})"


def numbers_of(turn: Reading, attribute: Attribute, values: Sequence[str], by: Actor) -> tuple[Range, list[str]]:
    """The numbers that a cut allows, and those of its values that nothing has which its asker may see."""
    if is_list(attribute.column):
        words = [str(each) for each in facts.LISTS[attribute.column]]
        found = {value: [words.index(value)] for value in values if value in words}
    elif attribute.table:
        found = _found(turn, attribute, values)
    else:
        found = {value: [number] for value in values if (number := whole_number(value)) is not None}
    numbers = sorted({number for each in found.values() for number in each})
    unknown = [value for value in values if value not in found]
    if attribute.table and attribute.table not in _REGISTERS and is_hidden_from(by, turn):
        openly = _openly(turn, attribute, found)
        unknown = [value for value in values if value not in openly]
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


def _openly(turn: Reading, attribute: Attribute, values: Iterable[str]) -> set[str]:
    """Those of the values that figures name which everybody may see."""
    wanted = list(values)
    rows = turn.rows(
        f"SELECT DISTINCT {attribute.field} FROM {attribute.table} "
        f"WHERE {attribute.field} IN ({', '.join('?' * len(wanted))}) AND {named_openly(attribute)}", tuple(wanted)
    ) if wanted else []  # fmt: skip
    return {str(row[0]) for row in rows}


def _size(turn: Reading, name: str) -> int:
    key = f"{name} rows"
    if key not in turn.memory:
        [(turn.memory[key],)] = turn.rows(f"SELECT count(*) FROM {name}")
    return int(turn.memory[key])
