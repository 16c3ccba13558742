"""Builds on disk: made beside the current one, published by one rename, kept a while for those who still read.

Every room that keeps figures has a shelf of its own: HOME/warehouse, or a folder of its name there.
  releases/<digest>/       the record of one accepted file, as it was read: Parquet, never changed
  builds/<name>/           what is served: facts/*.parquet, tables, serving.duckdb, build.json
  releases/<name>.making/  a record that is not finished, or whose writer was killed
  builds/<name>.making/    a build that is not finished, or whose maker was killed
  spill/                   what does not fit into memory while files are read and builds are made
  current                  the name of the build that is served
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_MAKING = ".making"
_KEPT = 2  # builds kept besides the current one, for readers that have them open and for a step back


@dataclass(frozen=True)
class Build:
    """A finished build: its folder and what its maker said of it (plain JSON values)."""

    name: str
    folder: Path
    facts: dict[str, Any]
    form: int  # that this version of OnePlan reads

    @property
    def serving(self) -> Path:
        """The DuckDB file that answers questions."""
        return self.folder / "serving.duckdb"

    @property
    def is_readable(self) -> bool:
        """Whether its tables are those of this version of OnePlan."""
        return self.facts.get("form") == self.form


class BuildUnderWay(RuleBroken):
    """Another process builds now."""

    def __init__(self) -> None:
        super().__init__(_("The warehouse is being built just now. Wait until that is done."))


def root() -> Path:
    return Path(settings.HOME) / "warehouse"


def spill_folder() -> Path:
    """Where to put what is too large for memory; killed processes leave it there, and it is swept."""
    folder = root() / "spill"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass(frozen=True)
class Shelf:
    """The records and builds of one room.

    form    of the tables of its builds: raised whenever one changes, since builds of another form are not read
    name    of its folder; "" for the first shelf, which lies in the root
    empty   what is said where nothing is built yet
    stale   what is said where what is served was built by a version of OnePlan with other tables
    """

    form: int
    name: str = ""
    empty: StrOrPromise = field(default="", compare=False)
    stale: StrOrPromise = field(default="", compare=False)

    def root(self) -> Path:
        return root() / self.name

    def release_folder(self, digest: str) -> Path:
        """Where the record of one accepted file lies."""
        return self.root() / "releases" / digest

    def current_name(self) -> str:
        """The name of the build that is served; "" where there is none. One small read: asked before every question."""
        try:
            return (self.root() / "current").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""

    def current(self) -> Build | None:
        """The build that is served, or None."""
        name = self.current_name()
        return self.read_build(name) if name else None

    def read_build(self, name: str) -> Build:
        """A finished build by its name. Raises FileNotFoundError."""
        folder = self.root() / "builds" / name
        return Build(name, folder, json.loads((folder / "build.json").read_text(encoding="utf-8")), self.form)

    def builds(self) -> list[Build]:
        """Every finished build, newest first."""
        folders = sorted((self.root() / "builds").glob("*/build.json"), reverse=True)
        return [self.read_build(path.parent.name) for path in folders if not path.parent.name.endswith(_MAKING)]

    @contextmanager
    def new_build(self) -> Iterator[Path]:
        """An empty folder to build in. Raises BuildUnderWay.

        What an earlier, killed build left is removed first. Leaving the block without `publish` leaves the served
        build as it is and removes the folder.
        """
        place = self.root() / "builds"
        place.mkdir(parents=True, exist_ok=True)
        with self._lock_file("building") as turn:
            if not _is_alone(turn):
                raise BuildUnderWay
            for left in place.glob(f"*{_MAKING}"):
                shutil.rmtree(left, ignore_errors=True)
            name = _new_name(place)
            folder = place / f"{name}{_MAKING}"
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def begin_receiving(self) -> IO[str]:
        """A turn at bringing a file in, until it is closed or its process ends: nothing is swept meanwhile."""
        turn = self._lock_file("receiving")
        fcntl.flock(turn, fcntl.LOCK_SH)
        return turn

    def sweep(self, wanted: Callable[[], Container[str]]) -> list[str]:
        """Remove what killed imports and builds left; returns its paths within the warehouse.

        `wanted` says which records are releases'. While a file is being brought in, or a build is made, nothing is
        swept: what looks left over then may be somebody's work. Other imports spill too, so what is spilt goes after
        a day.
        """
        stale = (clock.now() - timedelta(days=1)).timestamp()
        with self._lock_file("receiving") as receiving, self._lock_file("building") as building:
            if not (_is_alone(receiving) and _is_alone(building)):
                return []
            kept, finished = wanted(), {each.name for each in self.builds()}
            left = [path for path in self._inside("releases") if path.name not in kept]
            left += [path for path in self._inside("builds") if path.name not in finished]
            left += [path for path in self._inside("spill") if path.stat().st_mtime < stale]
            for path in left:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
            return [str(path.relative_to(self.root())) for path in left]

    def _inside(self, name: str) -> list[Path]:
        place = self.root() / name
        return sorted(place.iterdir()) if place.is_dir() else []

    def _lock_file(self, name: str) -> IO[str]:
        self.root().mkdir(parents=True, exist_ok=True)
        return (self.root() / name).open("w")

    def publish(self, folder: Path, facts: dict[str, Any]) -> Build:
        """Serve what was built in a folder of `new_build`, from the next question on: all or nothing."""
        told = json.dumps({"form": self.form, **facts}, ensure_ascii=False, indent=1)
        (folder / "build.json").write_text(told, encoding="utf-8")
        for path in (*folder.rglob("*"), folder):
            _to_disk(path)
        done = folder.with_name(folder.name.removesuffix(_MAKING))
        folder.rename(done)
        _to_disk(done.parent)
        self.serve(done.name)
        for old in self.builds()[_KEPT + 1 :]:
            if old.name != done.name:
                shutil.rmtree(old.folder, ignore_errors=True)
        return self.read_build(done.name)

    def serve(self, name: str) -> None:
        """Point readers at a finished build: also the step back to an earlier one. Raises FileNotFoundError."""
        self.read_build(name)
        pointer = self.root() / "current"
        fresh = pointer.with_name("current.new")
        fresh.write_text(name, encoding="ascii")
        _to_disk(fresh)
        fresh.replace(pointer)
        _to_disk(pointer.parent)


def _is_alone(turn: IO[str]) -> bool:
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _new_name(place: Path) -> str:
    """Builds sort by name in the order in which they were made."""
    stem = clock.now().strftime("%Y%m%dT%H%M%S%f")
    taken = {path.name.removesuffix(_MAKING) for path in place.iterdir()}
    latest = max(taken, default="")
    return stem if stem > latest else f"{latest}x"


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
