"""The one door to DuckDB: a workshop to build in, and the serving file to ask.

Readers open the serving file read-only, after fork, with access to anything else switched off. When a new build is
published, the next question opens it; questions under way finish on the old one, which closes with the last of them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from oneplan.platform.errors import RuleBroken
from oneplan.warehouse import store

Cursor = duckdb.DuckDBPyConnection
Columns = dict[str, list[Any]]  # by name, all of one length
_MOST_PARSED = 2_000

# Whatever is not in the wheel would be fetched from a network at run time: never.
_CLOSED = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


class NothingBuilt(RuleBroken):
    """There is no build to ask."""

    def __init__(self, shelf: store.Shelf) -> None:
        super().__init__(str(shelf.empty))


class BuiltBefore(NothingBuilt):
    """What is served was built by a version of OnePlan with other tables."""

    def __init__(self, shelf: store.Shelf) -> None:
        RuleBroken.__init__(self, str(shelf.stale))


class _Open:
    """A serving file that is open, and how many are reading it."""

    def __init__(self, build: store.Build) -> None:
        self.build = build
        self.pid = os.getpid()
        self.readers = 0
        self.is_old = False
        self.memory: dict[str, Any] = {}  # what readers keep of this build; it goes when the build goes
        self.parsed: dict[str, duckdb.Statement] = {}
        self.connection = duckdb.connect(
            str(build.serving), read_only=True,
            config={
                **_CLOSED, "enable_external_access": "false", "threads": str(settings.WAREHOUSE_THREADS),
                "memory_limit": settings.WAREHOUSE_MEMORY, "lock_configuration": "true",
            },
        )  # fmt: skip


class Reading:
    """One reader's turn at a build: run statements on `cursor`, keep what holds for the whole build in `memory`."""

    def __init__(self, opened: _Open) -> None:
        self.build = opened.build
        self.memory = opened.memory
        self._parsed = opened.parsed
        self.cursor: Cursor = opened.connection.cursor()

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.cursor.execute(sql, values).fetchall()
        return found

    def ask(self, text: str, values: Mapping[str, int | str]) -> Columns:
        """What a text says that is asked again and again with other values: it is parsed once for each build.

        Rand is asked for as text: columns of decimals come as floating-point numbers, which are refused.
        """
        found = self.cursor.execute(self._statement(text), dict(values)).fetchnumpy()
        if any(column.dtype.kind == "f" for column in found.values()):
            raise TypeError(f"a number that is not whole: {text}")
        return {name: column.tolist() for name, column in found.items()}

    def look_up(self, text: str, values: Mapping[str, int | str]) -> list[tuple[Any, ...]]:
        """The rows of such a text, of whatever kinds its columns are."""
        found: list[tuple[Any, ...]] = self.cursor.execute(self._statement(text), dict(values)).fetchall()
        return found

    def _statement(self, text: str) -> duckdb.Statement:
        """A text as it was parsed for this build."""
        statement = self._parsed.get(text)
        if statement is None:
            if len(self._parsed) >= _MOST_PARSED:
                self._parsed.clear()
            [statement] = self.cursor.extract_statements(text)
            self._parsed[text] = statement
        return statement


_turn = threading.Lock()
_now: dict[store.Shelf, _Open] = {}


@contextmanager
def reading(shelf: store.Shelf) -> Iterator[Reading]:
    """Ask the build of a shelf that is served now. Raises NothingBuilt, where it is of another form BuiltBefore."""
    opened = _take(shelf)
    turn = Reading(opened)
    try:
        yield turn
    finally:
        turn.cursor.close()
        _give_back(opened)


def _take(shelf: store.Shelf) -> _Open:
    name = shelf.current_name()
    if not name:
        raise NothingBuilt(shelf)
    with _turn:
        now = _now.get(shelf)
        if now is None or now.build.name != name or now.pid != os.getpid():
            name = shelf.current_name()  # a newer one may have been opened, and this one removed, while we waited
        if now is None or now.build.name != name or now.pid != os.getpid():
            build = shelf.read_build(name)
            if not build.is_readable:
                raise BuiltBefore(shelf)
            fresh = _Open(build)
            if now is not None and now.pid == os.getpid():
                now.is_old = True
                _close_unread(now)
            _now[shelf] = now = fresh
        now.readers += 1
        return now


def _give_back(opened: _Open) -> None:
    with _turn:
        opened.readers -= 1
        _close_unread(opened)


def _close_unread(opened: _Open) -> None:
    if opened.is_old and not opened.readers:
        opened.connection.close()


@contextmanager
def all_match(cursor: Cursor) -> Iterator[None]:
    """Joins in which every row finds its partner: looking beforehand whether one can would be for nothing."""
    cursor.execute("SET disabled_optimizers = 'join_filter_pushdown'")
    try:
        yield
    finally:
        cursor.execute("RESET disabled_optimizers")


@contextmanager
def beside(cursor: Cursor) -> Iterator[Callable[[str], None]]:
    """Give statements to a second cursor on the same tables, which runs them one by one while the first goes on.

    It sees what has been made by then. All are done when the block is left; what went wrong with one is raised there.
    """
    second, pool = cursor.cursor(), ThreadPoolExecutor(1, thread_name_prefix="beside")
    given: list[Future[Any]] = []
    try:
        yield lambda statement: given.append(pool.submit(second.execute, statement))
        for each in given:
            each.result()
    finally:
        pool.shutdown(cancel_futures=True)
        second.close()


@contextmanager
def workshop(path: Path | str = ":memory:", *, memory: str = "", order_matters: bool = False) -> Iterator[Cursor]:
    """A DuckDB to read files and build in, with bounded memory that spills beside it.

    `order_matters` keeps rows in the order of the file (for numbering them), which costs memory.
    """
    connection = duckdb.connect(
        str(path),
        config={
            **_CLOSED, "memory_limit": memory or settings.WAREHOUSE_BUILD_MEMORY,
            "temp_directory": str(store.spill_folder()),
            "preserve_insertion_order": str(order_matters).lower(), "threads": str(settings.WAREHOUSE_BUILD_THREADS),
        },
    )  # fmt: skip
    try:
        yield connection
    finally:
        connection.close()
