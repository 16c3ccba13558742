"""Many rows in and out of the database as tuples: what `bulk_create` does, without a model instance for each.

Values are those that fields hold in code (Decimal rand, date, aware datetime, dict); JSON may also be given as text
already. Nothing is validated here and no default is filled in: a column left out takes the database's null. The caller
is an action, inside its transaction, and has checked what it writes. Works on SQLite (executemany) and PostgreSQL
(COPY).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection, models

from oneplan.platform.fields import RandField

_AT_ONCE = 5_000
_ROOMY = 400_000  # KiB
_encode = json.JSONEncoder(ensure_ascii=False).encode
Rows = Iterable[Sequence[Any]]
Adapt = Callable[[Any], Any]


@contextmanager
def roomy_cache() -> Iterator[None]:
    """While much is stored, let SQLite keep more pages in memory: as a context or a decorator.

    Rows come in the order of their file and their indexes in none: pages that do not fit are written and read again.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        before = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{_ROOMY}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before}")


def reserve_ids(model: type[models.Model], count: int) -> range | list[int]:
    """So many primary keys of a model that no row has and no other transaction gets. Insert with them at once."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        # One transaction writes at a time. The counter also remembers rows that are gone.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
        return range(last + 1, last + 1 + count)


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Rows) -> None:
    """Insert rows; `columns` are names of fields (`project_id` for a foreign key) in the order of the values."""
    fields = [_field(model, name) for name in columns]
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    adapted = _adapted(fields, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in adapted:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(fields))
        while batch := list(islice(adapted, _AT_ONCE)):
            cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", batch)  # noqa: S608 - names of fields


def upsert_rows(model: type[models.Model], columns: Sequence[str], rows: Rows, *, key: Sequence[str]) -> None:
    """Insert rows, or where a row with the same `key` columns is there set the others: a unique constraint says so."""
    fields = [_field(model, name) for name in columns]
    names = {field.attname: connection.ops.quote_name(str(field.column)) for field in fields}
    quoted, marks = ", ".join(names.values()), ", ".join(["%s"] * len(fields))
    known = ", ".join(names[name] for name in key)
    sets = ", ".join(f"{column} = excluded.{column}" for name, column in names.items() if name not in key)
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"INSERT INTO {table} ({quoted}) VALUES ({marks}) ON CONFLICT ({known}) DO UPDATE SET {sets}"  # noqa: S608
    adapted = _adapted(fields, rows)
    with connection.cursor() as cursor:
        while batch := list(islice(adapted, _AT_ONCE)):
            cursor.executemany(statement, batch)


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Rows) -> None:
    """Set columns of rows known by primary key: each row is its values in the order of `columns`, then its key."""
    fields = [*(_field(model, name) for name in columns), _field(model, model._meta.pk.attname)]
    names = [connection.ops.quote_name(str(field.column)) for field in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    adapted = _adapted(fields, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            listed = ", ".join(names)
            cursor.execute(f"CREATE TEMP TABLE bulk_update ON COMMIT DROP AS SELECT {listed} FROM {table} LIMIT 0")  # noqa: S608
            with connection.wrap_database_errors, cursor.copy(f"COPY bulk_update ({listed}) FROM STDIN") as copy:
                for row in adapted:
                    copy.write_row(row)
            sets = ", ".join(f"{name} = given.{name}" for name in names[:-1])
            key = names[-1]
            change = f"UPDATE {table} AS held SET {sets} FROM bulk_update AS given WHERE held.{key} = given.{key}"  # noqa: S608
            cursor.execute(change)
            cursor.execute("DROP TABLE bulk_update")
            return
        sets = ", ".join(f"{name} = %s" for name in names[:-1])
        while batch := list(islice(adapted, _AT_ONCE)):
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {names[-1]} = %s", batch)  # noqa: S608 - names of fields


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    found = model._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
    if not isinstance(found, models.Field):  # pragma: no cover - a relation from elsewhere has no column
        raise TypeError(name)
    return found


def _adapted(fields: "Sequence[models.Field[Any, Any]]", rows: Rows) -> Iterator[Sequence[Any]]:
    """The rows as the driver takes them: only columns whose values it would not take are touched."""
    adapters = [(index, adapt) for index, field in enumerate(fields) if (adapt := _adapter(field))]
    for row in rows:
        values = list(row)
        for index, adapt in adapters:
            if values[index] is not None:
                values[index] = adapt(values[index])
        yield values


def _adapter(field: "models.Field[Any, Any]") -> Adapt | None:
    if isinstance(field, RandField):
        return lambda rand: int(rand.scaleb(2))
    if isinstance(field, models.JSONField):
        return _json_text
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, models.DateTimeField):
        return _instant
    if isinstance(field, models.DateField):
        return lambda day: day.isoformat()
    return None


def _json_text(value: Any) -> str:
    if type(value) is str:
        return value
    return "[]" if value == [] else _encode(value)


@lru_cache(maxsize=64)  # all rows of a set share their moments
def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
