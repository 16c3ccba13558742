"""Queries whose SQL is written once for each database connection; later calls bind other values to it.

Building the SQL of a rich query costs the ORM several times what the database needs to answer it. What is kept is the
statement alone, never a row.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.db import InterfaceError, OperationalError, connections
from django.db.models import QuerySet

P = ParamSpec("P")
Rows = TypeVar("Rows", bound=QuerySet[Any, Any])
Kept = TypeVar("Kept")

_KEPT = "_oneplan_statements"  # on the connection: it ends with it, and no other thread sees it


def prepared(write: Callable[P, Rows]) -> Callable[P, Rows]:
    """Decorates a function that makes a queryset from keyword values: texts, whole numbers, dates,
    and tuples of them (a statement for each length).

    Every value must reach the SQL as a value and nothing else: `write` is called with marks in their place, so that it
    can neither branch on them nor leave one out. The queryset that comes back is for reading to its end.
    Raises TypeError where a value did not reach the SQL or is of another kind, and where what comes back is filtered,
    cut, sorted or counted: the statement is written already.
    """

    @wraps(write)
    def read(*args: P.args, **values: P.kwargs) -> Rows:
        if args:
            raise TypeError(f"{write.__name__} takes its values by name.")
        if None in values.values():
            raise TypeError(f"{write.__name__}: nothing cannot be bound to a prepared query; IS NULL is another query.")
        connection = connections["default"]
        kept = connection.__dict__.setdefault(_KEPT, {})
        key = (write, *sorted((name, len(value)) for name, value in values.items() if isinstance(value, tuple)))
        statement = kept.get(key)
        if statement is None:
            statement = kept[key] = _Statement(write, values, connection)
        return cast(Rows, statement.bind(values))

    return read


def run_kept(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Read by a statement that is asked again and again; on PostgreSQL the server keeps its plan as well.

    It spares the question whether the connection still stands, which is half of a short call: one that has gone is
    opened anew, and asked again.
    """
    connection = connections["default"]
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found
    try:
        return _ask_server(connection, sql, params)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        return _ask_server(connection, sql, params)


def _ask_server(connection: Any, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    from psycopg import Cursor  # here: SQLite alone does without it

    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as kept:
        kept.execute(sql, params, prepare=True)
        return kept.fetchall()


class _Statement:
    """A queryset made with marks, its compiler, and where each value goes among the parameters."""

    def __init__(self, write: Callable[..., QuerySet[Any, Any]], values: dict[str, Any], connection: Any) -> None:
        marks = _marks(values)
        self.connection = connection
        self.rows = write(**_unflat(marks, values))
        self.compiler = self.rows.query.get_compiler(connection=connection)
        self.sql, self.params = self.compiler.as_sql()
        known = {_key(self._adapted(mark)): name for name, mark in marks.items()}
        self.places = [
            (place, known[_key(param)]) for place, param in enumerate(self.params) if _key(param) in known
        ]  # fmt: skip
        if lost := set(marks) - {name for _place, name in self.places}:
            raise TypeError(f"{write.__name__}: {', '.join(sorted(name for name, _n in lost))} did not reach the SQL.")

    def _adapted(self, value: Any) -> Any:
        return self.connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value

    def bind(self, values: dict[str, Any]) -> QuerySet[Any, Any]:
        params, given = list(self.params), _flat(values)
        for place, name in self.places:
            params[place] = self._adapted(given[name])
        compiler = _twin(self.compiler, as_sql=lambda *_args, **_kwargs: (self.sql, tuple(params)))
        query = _twin(
            self.rows.query, get_compiler=lambda *_args, **_kwargs: compiler, chain=_refuse, clone=_refuse
        )  # fmt: skip
        return _twin(self.rows, _query=query)


def _refuse(*_args: Any, **_kwargs: Any) -> Any:
    raise TypeError("The statement of a prepared query is written already: say in it what is wanted.")


def _twin(original: Kept, **changed: Any) -> Kept:
    """A shallow copy with some attributes changed (copy.copy would run the query)."""
    twin = object.__new__(type(original))
    twin.__dict__.update(original.__dict__ | changed)
    return twin


Flat = dict[tuple[str, int], Any]  # each value by its name and its place in a tuple


def _flat(values: dict[str, Any]) -> Flat:
    return {
        (name, place): each
        for name, value in values.items()
        for place, each in enumerate(value if isinstance(value, tuple) else (value,))
    }


def _unflat(flat: Flat, like: dict[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(flat[name, place] for place in range(len(value))) if isinstance(value, tuple) else flat[name, 0]
        for name, value in like.items()
    }


def _marks(values: dict[str, Any]) -> Flat:
    return {key: _mark(place, value) for place, (key, value) in enumerate(_flat(values).items(), 1)}


def _key(value: Any) -> tuple[bool, Any]:
    return (isinstance(value, str), value if isinstance(value, str | int | date) else None)


def _mark(place: int, value: Any) -> str | int | date:
    """A value that nobody writes, of the same kind."""
    if isinstance(value, str):
        return f"\ue000{place}"
    if isinstance(value, int) and not isinstance(value, bool):
        return -(2**30) - place
    if type(value) is date:
        return date.min + timedelta(days=place)
    raise TypeError(f"{value!r} cannot be bound to a prepared query: only texts, whole numbers and dates.")
