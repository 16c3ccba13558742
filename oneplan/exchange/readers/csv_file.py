"""CSV files: encoding and delimiter are found out, and said where they are not the usual ones."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused, IssueLog
from oneplan.exchange.readers.table import Head, RawRow
from oneplan.exchange.rows import Cell

_CHUNK = 1024 * 1024
_HEAD_ROWS = 40
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_LONGEST_CELL = 1_000_000


class CsvTable:
    """A CSV file. It has one sheet, without a name.

    `line_count` counts lines of text: a cell may hold several. `ends_open`: the last line has no end. `is_plain`: UTF-8
    with the usual ends of lines.
    """

    def __init__(self, path: Path, log: IssueLog) -> None:
        self.path = path
        self.encoding, lines = _encoding(path, log)
        self.line_count, self.ends_open = lines.count, lines.ends_open
        self.is_plain = self.encoding.startswith("utf-8") and not lines.old_ends
        self.delimiter = _delimiter(path, self.encoding)
        if self.delimiter != ",":
            log.warn(
                IssueKind.DELIMITER,
                _("Columns are parted by %(mark)s, not by comma; read so.") % {"mark": _DELIMITERS[self.delimiter]},
            )
        head = []
        for row in self.rows(""):
            head.append(row.cells)
            if len(head) == _HEAD_ROWS:
                break
        self.heads = [Head("", head)]

    def rows(self, sheet: str) -> Iterator[RawRow]:
        """Rows numbered as Excel would number them: a cell with line breaks inside stays one row."""
        csv.field_size_limit(_LONGEST_CELL)
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            number = 0
            try:
                for number, cells in enumerate(reader, start=1):
                    yield RawRow(number, list[Cell](cells))
            except csv.Error as error:
                raise FileRefused(
                    IssueKind.DAMAGED,
                    _(
                        "After row %(row)s a quotation mark is opened and not closed, or stands where none may"
                        " (%(error)s). The file was cut off or badly exported: export it again."
                    )
                    % {"row": number, "error": error},
                    row=number + 1,
                ) from None


@dataclass(frozen=True)
class _Lines:
    """The lines of a file; `old_ends`: some end in a carriage return alone, as on old Macintoshes."""

    count: int
    ends_open: bool
    old_ends: bool


def _encoding(path: Path, log: IssueLog) -> tuple[str, _Lines]:
    """utf-8-sig, or cp1252 with a warning; and its lines. The whole file is decoded: no later surprise."""
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise FileRefused(
                IssueKind.ENCODING,
                _("The file is in UTF-16. Export it as “CSV UTF-8 (comma delimited)” and import that."),
            )
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            lines = _decode(path, encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp1252":
            log.warn(
                IssueKind.ENCODING,
                _("The file is not UTF-8; it was read as Windows-1252. Check names with accents or carets (ḓ, š, é)."),
            )
        return encoding, lines
    raise FileRefused(
        IssueKind.ENCODING,
        _("The letters of the file are in no encoding that OnePlan knows. Export it as “CSV UTF-8 (comma delimited)”."),
    )


def _decode(path: Path, encoding: str) -> _Lines:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, last, returns = 0, b"\n", 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if b"\x00" in chunk:
                row = lines + chunk[: chunk.index(b"\x00")].count(b"\n") + 1
                raise FileRefused(
                    IssueKind.NOT_A_TABLE,
                    _("The file is not text: there is a NUL byte in line %(row)s. Export it again as CSV UTF-8.")
                    % {"row": row},
                    row=row,
                )
            lines += chunk.count(b"\n")
            if b"\r" in chunk:
                returns += chunk.count(b"\r") - chunk.count(b"\r\n")
            returns -= last == b"\r" and chunk.startswith(b"\n")
            if not chunk.isascii() or decoder.getstate()[0]:  # plain letters are sound where none was begun before
                decoder.decode(chunk)
            last = chunk[-1:]
        decoder.decode(b"", final=True)
    return _Lines(lines + (last != b"\n"), last not in (b"\n", b"\r"), returns > 0)


def _delimiter(path: Path, encoding: str) -> str:
    """The mark that parts the first rows into the most columns, most steadily; a comma where none does."""
    best, best_score = ",", (0, 0)
    for delimiter in _DELIMITERS:
        widths: Counter[int] = Counter()
        with path.open(encoding=encoding, newline="") as file:
            try:
                for index, cells in enumerate(csv.reader(file, delimiter=delimiter)):
                    if cells:
                        widths[len(cells)] += 1
                    if index >= _HEAD_ROWS:
                        break
            except csv.Error:
                continue
        if not widths:
            continue
        width, steady = widths.most_common(1)[0]
        if width > 1 and (steady, width) > best_score:
            best, best_score = delimiter, (steady, width)
    return best
