"""What a file is, judged by its content, and whether it is safe to open. Reads a few bytes and the zip directory."""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How large an import may be. A real national snapshot (10,668 rows, 41 columns) is 2.3 MiB, 21 MiB unpacked."""

    file_bytes: int = 100 * MIB
    unpacked_bytes: int = 1024 * MIB
    entries: int = 2_000
    ratio: int = 300  # an honest sheet packs 10 to 60 times; a bomb a thousand times
    packed_ratio: int = 60  # the same of gzip: real tables of budgets pack 9 to 18 times, one of zeros 16 times
    ratio_from: int = 4 * MIB  # small parts may pack as well as they like
    free_bytes: int = 1024 * MIB  # of the disk, which unpacking leaves to others
    child_memory: int = 2048 * MIB
    child_seconds: int = 120


LIMITS = Limits()
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sha256_of(path: Path) -> str:
    """The file's SHA-256, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def guard(path: Path, limits: Limits = LIMITS) -> str:
    """ "xlsx", "docx" or "csv". Raises FileRefused, with a sentence that names the remedy, for everything else."""
    size = path.stat().st_size
    if not size:
        raise FileRefused(IssueKind.DAMAGED, _("The file is empty. Export it again."))
    if size > limits.file_bytes:
        raise FileRefused(
            IssueKind.TOO_LARGE,
            _("The file has %(size)s MB; at most %(most)s MB are read. Split it by rows.")
            % {"size": size // MIB, "most": limits.file_bytes // MIB},
        )
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK"):
        return _guard_archive(path, size, limits)
    if start == _OLE:
        _refuse_ole(path)
    if start.startswith((b"%PDF", b"{\\rtf", b"<", b"\x1f\x8b", b"7z", b"Rar!", b"\x89PNG", b"\xff\xd8")):
        raise FileRefused(
            IssueKind.NOT_A_TABLE,
            _("This is not a table. Save it as an Excel workbook (.xlsx) or as CSV, and import that."),
        )
    return "csv"


def _refuse_ole(path: Path) -> None:
    marker, word = "EncryptedPackage".encode("utf-16-le"), "WordDocument".encode("utf-16-le")
    is_word = False
    with path.open("rb") as file:
        tail = b""
        while chunk := file.read(MIB):
            if marker in tail + chunk:
                raise FileRefused(
                    IssueKind.ENCRYPTED,
                    _("The file is protected by a password. Save it without one and import again."),
                )
            is_word = is_word or word in tail + chunk
            tail = chunk[-len(marker) :]
    if is_word:
        raise FileRefused(
            IssueKind.NOT_A_TABLE,
            _("This is an old Word file (.doc). Open it in Word and save it as a Word document (.docx)."),
        )
    raise FileRefused(
        IssueKind.NOT_A_TABLE,
        _("This is an old Excel file (.xls). Open it in Excel and save it as an Excel workbook (.xlsx)."),
    )


def _guard_archive(path: Path, size: int, limits: Limits) -> str:
    """ "xlsx" or "docx", judged by the directory of the archive. Raises FileRefused."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileRefused(
            IssueKind.DAMAGED,
            _("The workbook is damaged or was cut off on the way. Save it again in Excel and send it again."),
        ) from None
    names = {entry.filename.lower() for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    bomb = any(
        entry.file_size > limits.ratio_from and entry.file_size > limits.ratio * max(entry.compress_size, 1)
        for entry in entries
    )
    if bomb or unpacked > limits.unpacked_bytes or len(entries) > limits.entries or packed > size:
        raise FileRefused(
            IssueKind.UNSAFE_ARCHIVE,
            _(
                "The workbook would unpack to %(unpacked)s MB in %(entries)s parts, which no honest table does."
                " Copy the rows into a new workbook and import that."
            )
            % {"unpacked": unpacked // MIB, "entries": len(entries)},
        )
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileRefused(
            IssueKind.ENCRYPTED, _("The file is protected by a password. Save it without one and import again.")
        )
    is_word = "word/document.xml" in names and "xl/workbook.xml" not in names
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names) or _is_macro_type(path, names):
        if is_word:
            raise FileRefused(
                IssueKind.MACRO,
                _("The document holds macros. Save it as “Word Document (.docx)”, without macros, and import that."),
            )
        raise FileRefused(
            IssueKind.MACRO,
            _("The workbook holds macros. Save it as “Excel Workbook (.xlsx)”, without macros, and import that."),
        )
    if "xl/workbook.bin" in names:
        raise FileRefused(
            IssueKind.NOT_A_TABLE, _("This is a binary workbook (.xlsb). Save it as “Excel Workbook (.xlsx)”.")
        )
    if is_word:
        return "docx"
    if "xl/workbook.xml" not in names:
        raise FileRefused(
            IssueKind.NOT_A_TABLE,
            _("This is a zip file but not an Excel workbook. Save the table as an Excel workbook (.xlsx) or as CSV."),
        )
    return "xlsx"


def _is_macro_type(path: Path, names: set[str]) -> bool:
    """Whether the workbook calls itself macro-enabled, even with the macros taken out."""
    if "[content_types].xml" not in names:
        return False
    try:
        with zipfile.ZipFile(path) as archive, archive.open("[Content_Types].xml") as types:
            return b"macroEnabled" in types.read(MIB)
    except (zipfile.BadZipFile, KeyError, OSError, EOFError):
        return False  # the child process will find the damage and say so
