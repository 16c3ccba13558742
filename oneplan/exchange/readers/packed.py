"""Files packed with gzip, as large tables are given out: unpacked beside, within limits, before anything reads them."""

import gzip
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused
from oneplan.exchange.readers.guard import MIB, Limits

_MAGIC = b"\x1f\x8b"


@contextmanager
def unpacked(path: Path, limits: Limits) -> Iterator[Path]:
    """The file itself, or what a gzip file holds, as a file that is gone after the block. Raises FileRefused."""
    with path.open("rb") as file:
        is_packed = file.read(2) == _MAGIC
    if not is_packed:
        yield path
        return
    with tempfile.NamedTemporaryFile(suffix=path.with_suffix("").suffix or ".csv") as plain:
        _unpack(path, Path(plain.name), limits)
        yield Path(plain.name)


def _unpack(path: Path, plain: Path, limits: Limits) -> None:
    packed, size = path.stat().st_size, 0
    try:
        with gzip.open(path) as source, plain.open("wb") as out:
            while chunk := source.read(MIB):
                size += len(chunk)
                if size > limits.unpacked_bytes or (size > limits.ratio_from and size > limits.ratio * packed):
                    raise FileRefused(
                        IssueKind.UNSAFE_ARCHIVE,
                        _("The file unpacks to more than %(size)s MB, which no honest table does. Send it unpacked.")
                        % {"size": size // MIB},
                    )
                out.write(chunk)
    except (EOFError, OSError, zlib.error):
        raise FileRefused(
            IssueKind.DAMAGED,
            _("The packed file is damaged or was cut off on the way. Fetch it again from its source."),
        ) from None
