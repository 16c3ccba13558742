"""Worlds that are built once for the tests of a file; each test is lent a copy, within a savepoint of its own.

A sealed plan takes half a second of work through the rooms' own actions, and most tests of some rooms begin with one.
What builds it is a fixture of the file, in a transaction that is taken back after the last test of the file; what a
test does is taken back to where the world was just built. Tests of the same file that ask for no world run before it
is built, so that they see nothing of it: conftest.py knows such fixtures by their names, `kept_…`. A file keeps one
world at most, and tests that commit keep none.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest
from django.db import connection, transaction
from django.test import override_settings

from tests.world import World

T = TypeVar("T")


@dataclass(frozen=True)
class Kept(Generic[T]):
    """What was built, by whose hands, and the data folder with its keys and documents."""

    world: World
    made: T
    folder: Path

    def lend(self, world: World, folder: Path) -> T:
        """A copy for one test: its people are those of the test's `world`, its files lie in the test's `folder`."""
        known: dict[int, Any] = {id(self.world): world}
        vars(world).update(deepcopy(vars(self.world), known))
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return deepcopy(self.made, known)


@contextmanager
def kept(build: Callable[[World], T], blocker: Any, folder: Path) -> Iterator[Kept[T]]:
    """Build a world with its data folder at `folder`; it stands until the context ends."""
    standing = transaction.atomic()
    with blocker.unblock(), override_settings(HOME=folder, MEDIA_ROOT=folder / "documents"):
        assert not connection.in_atomic_block, "a file keeps one world at most"
        standing.__enter__()
        world = World()
        made = build(world)
    yield Kept(world, made, folder)
    with blocker.unblock():
        transaction.set_rollback(True)
        standing.__exit__(None, None, None)


def kept_fixture(build: Callable[[World], Any]) -> Any:
    """A fixture of the file that keeps what `build` makes. Give it a name that begins with `kept_`."""

    @pytest.fixture(scope="module")
    def standing(
        django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[Kept[Any]]:
        with kept(build, django_db_blocker, tmp_path_factory.mktemp("kept")) as world:
            yield world

    return standing
