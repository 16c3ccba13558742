"""Files packed with gzip, as large tables are given out: unpacked beside, within limits, before anything reads them.

Whoever answers a person at once unpacks the beginning alone; the work in the background reads the whole.
"""

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused
from oneplan.exchange.readers.guard import MIB, Limits
from oneplan.warehouse.store import spill_folder

_MAGIC, _WORKBOOK = b"\x1f\x8b", b"PK"
OPENING = 8 * MIB  # of a table: far more than its first rows, and unpacked in a blink


@contextmanager
def unpacked(path: Path, limits: Limits) -> Iterator[Path]:
    """The file itself, or what a gzip file holds, as a file that is gone after the block. Raises FileRefused."""
    with _plain(path, limits, most=0) as plain:
        yield plain


@contextmanager
def opening(path: Path, limits: Limits) -> Iterator[Path]:
    """As `unpacked`, but of a packed text its first lines alone, which say what it is and which columns it has.

    A workbook can only be read whole: it is unpacked to the size that a workbook may have. Raises FileRefused.
    """
    with _plain(path, limits, most=OPENING) as plain:
        yield plain


@contextmanager
def _plain(path: Path, limits: Limits, *, most: int) -> Iterator[Path]:
    with path.open("rb") as file:
        is_packed = file.read(2) == _MAGIC
    if not is_packed:
        yield path
        return
    suffix = path.with_suffix("").suffix or ".csv"
    with tempfile.NamedTemporaryFile(suffix=suffix, dir=spill_folder()) as plain:
        _unpack(path, Path(plain.name), limits, most)
        yield Path(plain.name)


def _unpack(path: Path, plain: Path, limits: Limits, most: int) -> None:
    packed, size = path.stat().st_size, 0
    with plain.open("wb") as out:
        for chunk in _pieces(path):
            if most and not size and chunk.startswith(_WORKBOOK):
                most, limits = 0, replace(limits, unpacked_bytes=min(limits.unpacked_bytes, limits.file_bytes))
            size += len(chunk)
            if size > limits.unpacked_bytes or (size > limits.ratio_from and size > limits.packed_ratio * packed):
                raise FileRefused(
                    IssueKind.UNSAFE_ARCHIVE,
                    _("The file has %(packed)s kB and unpacks to more than %(size)s MB, which no honest table does."
                      " Unpack it yourself; if it is what you expect, send it unpacked.")
                    % {"packed": packed // 1024, "size": size // MIB},
                )  # fmt: skip
            if shutil.disk_usage(plain.parent).free < limits.free_bytes + len(chunk):
                raise FileRefused(
                    IssueKind.TOO_LARGE,
                    _("There is no room on the disk of this OnePlan to unpack the file: it has more than %(size)s MB."
                      " Have whoever runs it make room, or split the file by rows.") % {"size": size // MIB},
                )  # fmt: skip
            out.write(chunk)
            if most and size >= most:
                out.truncate(size - len(chunk) + chunk.rfind(b"\n") + 1)
                return


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path) as source:
            while chunk := source.read(MIB):
                yield chunk
    except (EOFError, OSError, zlib.error):
        raise FileRefused(
            IssueKind.DAMAGED,
            _("The packed file is damaged or was cut off on the way. Fetch it again from its source."),
        ) from None
