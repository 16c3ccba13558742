"""Storing and opening documents. The bytes lie under their own hash, so equal files are kept once."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.audit.log import Doer
from oneplan.platform.errors import RuleBroken
from oneplan.platform.models import Classification, Document

_CHUNK = 1024 * 1024


def _path(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


@dataclass(frozen=True)
class _Copied:
    """A file as it lies beside the shelf, on the disk."""

    staged: Path
    sha256: str
    size: int


class Aside:
    """A file that is being copied beside the shelf: see `set_aside`."""

    def __init__(self, path: Path) -> None:
        # opened here, not by the thread: a file that is taken away before its turn comes is copied all the same
        self._path, self._given_up, self._file = path, False, _opened(path)
        self._stamp = _stamp(os.fstat(self._file.fileno()))
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="set-aside")
        self._copying = self._pool.submit(self._copy)

    @property
    def sha256(self) -> str:
        """What its bytes are known by, as they were copied. Waits for the copy; raises RuleBroken as `copied` does."""
        return self.copied().sha256

    def has_changed(self) -> bool:
        """Whether the file was written to since: then what was read of it may not be what was copied."""
        try:
            now = _stamp(self._path.stat())
        except FileNotFoundError:
            return True
        return now != self._stamp or self.copied().size != self._stamp[0]

    def copied(self) -> _Copied:
        """Waits for the copy. Raises RuleBroken where the file cannot be read, or the data folder takes no more."""
        try:
            return self._copying.result()
        except OSError as error:
            raise _not_copied(error) from error

    def _copy(self) -> _Copied:
        with self._file as file:
            return _copy(file, is_wanted=lambda: not self._given_up)

    def close(self) -> None:
        """Remove the copy, unless it was kept; one that is not finished yet is given up."""
        self._given_up = True
        self._pool.shutdown()
        if self._copying.exception() is None:
            self.copied().staged.unlink(missing_ok=True)


@contextmanager
def set_aside(path: Path) -> Iterator[Aside]:
    """Copy a file beside the shelf, hashed on the way and written to the disk, while others read it; `keep` stores it.

    What is not kept within the block is removed after it.
    """
    aside = Aside(path)
    try:
        yield aside
    finally:
        aside.close()


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise _not_copied(error) from error


def _not_copied(error: OSError) -> RuleBroken:
    return RuleBroken(
        _("The file could not be copied into the data folder: %(why)s. Nothing of it was stored.")
        % {"why": error.strerror or error}
    )


def _stamp(told: os.stat_result) -> tuple[int, int, int]:
    return told.st_size, told.st_mtime_ns, told.st_ino


class _NotWanted(Exception):
    """Nobody wants the copy any more."""


def _copy(file: IO[bytes], *, is_wanted: Callable[[], bool] = lambda: True) -> _Copied:
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    sha, size = hashlib.sha256(), 0
    handle, staged = tempfile.mkstemp(dir=root)
    try:
        with os.fdopen(handle, "wb") as out:
            while chunk := file.read(_CHUNK):
                if not is_wanted():
                    raise _NotWanted
                sha.update(chunk)
                size += len(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        Path(staged).unlink(missing_ok=True)
        raise
    return _Copied(Path(staged), sha.hexdigest(), size)


def store(
    file: IO[bytes],
    *,
    name: str,
    media_type: str,
    by: Doer,
    classification: str = Classification.INTERNAL,
    file_plan_code: str = "",
) -> Document:
    """Keep a file for good. `file` is read to its end. Raises RuleBroken for an empty file."""
    copied = _copy(file)
    try:
        return _keep(copied, name, media_type, by, classification, file_plan_code)
    except BaseException:
        copied.staged.unlink(missing_ok=True)
        raise


def keep(aside: Aside, *, name: str, media_type: str, by: Doer) -> Document:
    """Keep a file that was set aside for good. Raises RuleBroken for an empty file, or one that was not copied."""
    return _keep(aside.copied(), name, media_type, by, Classification.INTERNAL, "")


@transaction.atomic
def _keep(
    copied: _Copied, name: str, media_type: str, by: Doer, classification: str, file_plan_code: str
) -> Document:  # fmt: skip
    if not copied.size:
        raise RuleBroken("The file is empty. Choose the file again.")
    target = _path(copied.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    copied.staged.replace(target)
    document = Document.objects.create(
        sha256=copied.sha256,
        name=Path(name).name[:200] or "unnamed",
        media_type=media_type[:120],
        size=copied.size,
        classification=classification,
        file_plan_code=file_plan_code,
        stored_at=clock.now(),
        stored_by_id=by.user_id,
    )
    record("document.stored", document, by=by, sha256=document.sha256, name=document.name, size=copied.size)
    return document


def open_document(document: Document) -> IO[bytes]:
    """The document's bytes. Raises FileNotFoundError where the data folder lost them (`oneplan doctor` says so)."""
    return _path(document.sha256).open("rb")


def is_intact(sha256: str) -> bool:
    """Whether the bytes kept under a hash still have it. Raises FileNotFoundError where they are gone."""
    with _path(sha256).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
