"""Reads one workbook, or the tables of one Word document, in a process of its own, within limits on memory and time.

It writes rows to standard output.

Run by file name with `python -I`: it imports nothing of OnePlan, so it starts fast and holds no secrets.
Messages are marshalled (no code can ride in them), each after its length in four bytes:
  ("sheets", [(name, is_visible, is_table, merged), ...])
  ("head", sheet_index, rows)                    the first rows of each visible sheet
  then, for each line with a sheet's index on standard input,
  ("cells", {row: {column: "f" | "e"}})          where formulas and error values stand, 0-based
  ("rows", first_row, rows), ...                 and at last ("end",)
Hidden sheets are read only where they are named after the limits.
  ("refused", kind, message)                     instead of anything, where the file cannot be read
Dates travel as ("d", ordinal), instants as ("t", iso), times as ("h", iso), durations as ("s", seconds).
"""

import datetime as dt
import marshal
import re
import struct
import sys
import zipfile
from typing import Any

try:
    import resource
except ImportError:  # Windows has no limits of this kind; the zip directory was checked all the same
    resource = None  # type: ignore[assignment]

BATCH = 1000
HEAD = 40
CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(\s*<(?:\w+:)?f[\s/>])?)")
PLACE = re.compile(rb"\br=\"([A-Z]+)(\d+)\"")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")  # not <formula1>, which stands under every drop-down
CHUNK = 1 << 20


def send(*message: Any) -> None:
    body = marshal.dumps(message)
    sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)


def plain(row: list[Any]) -> list[Any]:
    for index, cell in enumerate(row):
        kind = type(cell)
        if kind is float and cell - cell != 0:  # not a number, or without end: no JSON and no sum can hold it
            row[index] = str(cell)
            continue
        if kind is str or kind is float or kind is int or kind is bool:
            continue
        if kind is dt.date:
            row[index] = ("d", cell.toordinal())
        elif kind is dt.datetime:
            row[index] = ("t", cell.isoformat())
        elif kind is dt.time:
            row[index] = ("h", cell.isoformat())
        elif kind is dt.timedelta:
            row[index] = ("s", cell.total_seconds())
        else:
            row[index] = str(cell)
    return row


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def sheet_parts(archive: zipfile.ZipFile) -> list[str]:
    """Sheet name → part name, as the workbook says."""
    book = archive.read("xl/workbook.xml")
    relations = archive.read("xl/_rels/workbook.xml.rels")
    targets = {}
    for tag in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", relations):
        name, target = re.search(rb'\bId="([^"]*)"', tag), re.search(rb'\bTarget="([^"]*)"', tag)
        if name and target:
            part = target[1].decode()
            targets[name[1]] = part.lstrip("/") if part.startswith("/") else "xl/" + part
    return [
        targets.get(found[1], "") if (found := re.search(rb'\b(?:\w+:)?id="([^"]*)"', tag)) else ""
        for tag in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", book)
    ]


def odd_cells(archive: zipfile.ZipFile, part: str) -> dict[int, dict[int, str]]:
    """Cells with a formula ("f") or an error value ("e"): the reader gives only results, and hides errors."""
    odd: dict[int, dict[int, str]] = {}
    tail, first = b"", True
    with archive.open(part) as sheet:
        while chunk := sheet.read(CHUNK):
            text = tail + chunk
            if first and (text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in text[:64]):
                raise ValueError("sheet is not UTF-8")
            first = False
            cut = text.rfind(b"<c ")
            cut = max(cut, text.rfind(b":c "), 0)
            text, tail = (text[:cut], text[cut:]) if cut else (b"", text)
            scan(text, odd)
    scan(tail, odd)
    return odd


def scan(text: bytes, odd: dict[int, dict[int, str]]) -> None:
    if b't="e"' not in text and not FORMULA.search(text):
        return
    for attributes, formula in CELL.findall(text):
        kind = "e" if b't="e"' in attributes else "f" if formula else ""
        if kind and (place := PLACE.search(attributes)):
            odd.setdefault(int(place[2]) - 1, {})[column_number(place[1])] = kind


def main() -> None:
    path, memory, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if resource:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        if "word/document.xml" in zipfile.ZipFile(path).namelist():
            read_document(path)
        else:
            read_workbook(path)
    except MemoryError:
        send("refused", "too_large", "")
    except BaseException as error:  # whatever the reader trips over, a panic included: the file is the cause
        send("refused", "damaged", f"{type(error).__name__}: {error}"[:200])
    sys.stdout.buffer.flush()


def read_workbook(path: str) -> None:
    import python_calamine as calamine

    try:
        read(path, calamine)
    except calamine.PasswordError:
        send("refused", "encrypted", "")


def read(path: str, calamine: Any) -> None:
    archive = zipfile.ZipFile(path)
    for entry in archive.infolist():  # reading to the end proves sizes and checksums before the reader trusts them
        if not entry.filename.startswith("xl/worksheets/"):
            with archive.open(entry) as stream:
                while stream.read(CHUNK):
                    pass
    parts = sheet_parts(archive)
    odd = {}
    for part in parts:
        if part.startswith("xl/worksheets/"):
            odd[part] = odd_cells(archive, part)
    book = calamine.load_workbook(path)
    facts: list[Any] = []
    sheets: list[Any] = []
    for index, meta in enumerate(book.sheets_metadata):
        visible = meta.visible == calamine.SheetVisibleEnum.Visible
        table = meta.typ == calamine.SheetTypeEnum.WorkSheet
        sheet = book.get_sheet_by_index(index) if table and (visible or meta.name in sys.argv[4:]) else None
        merged = list(sheet.merged_cell_ranges or ()) if sheet else []
        facts.append((meta.name, visible, table, [[*first, *last] for first, last in merged]))
        sheets.append(sheet)
    send("sheets", facts)
    for index, sheet in enumerate(sheets):
        if sheet is not None and sheet.start is not None:
            send("head", index, [plain(row) for row in sheet.to_python(skip_empty_area=False, nrows=HEAD)])
    send("headed")
    sys.stdout.buffer.flush()
    while (line := sys.stdin.readline()).strip():
        index = int(line)
        send("cells", odd.get(parts[index] if index < len(parts) else "", {}))
        send_rows(sheets[index])
        sys.stdout.buffer.flush()


def send_rows(sheet: Any) -> None:
    if sheet.start is not None:
        number, batch, gap = 0, list[Any](), sheet.start[1]
        for number, row in enumerate(sheet.iter_rows()):  # starts at row 0, whatever the sheet's first used row
            batch.append(plain([""] * gap + row if gap else row))
            if len(batch) == BATCH:
                send("rows", number - BATCH + 1, batch)
                batch = []
        if batch:
            send("rows", number - len(batch) + 1, batch)
    send("end")


# --- Word documents ---------------------------------------------------------------------------------------------------


class Tables:
    """The tables of a document as rows of text. Of merged cells the first holds the text.

    A table inside a cell, deleted and moved text, and what older programs would see instead are left out.
    """

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []
        self._depth = self._unseen = 0
        self._row: list[str] = []
        self._text: list[str] = []
        self._span, self._is_below = 1, False

    def start(self, name: str, element: Any) -> None:
        if name == "tbl":
            self._depth += 1
            if self._depth == 1:
                self.found.append({"rows": [], "merged": {}})
        elif name in UNSEEN:
            self._unseen += 1
        elif self._depth == 1 and name == "tr":
            self._row = []
        elif self._depth == 1 and name == "tc":
            self._text, self._span, self._is_below = [], 1, False

    def end(self, name: str, element: Any) -> None:
        if name == "tbl":
            self._depth -= 1
            element.clear()
        elif name in UNSEEN:
            self._unseen -= 1
        elif self._depth == 1 and not self._unseen:
            self._end_inside(name, element)
        if name in ("p", "tr"):
            element.clear()

    def _end_inside(self, name: str, element: Any) -> None:
        if name == "t":
            self._text.append(element.text or "")
        elif name in ("p", "br", "cr"):
            self._text.append("\n")
        elif name in ("tab", "noBreakHyphen"):
            self._text.append(" " if name == "tab" else "-")
        elif name == "gridSpan":
            self._span = min(max(int(value_of(element) or 1), 1), WIDEST)
        elif name in ("vMerge", "hMerge"):
            self._is_below = value_of(element) in ("", "continue")
        elif name == "gridBefore":
            self._row += [""] * min(int(value_of(element) or 0), WIDEST)
        elif name == "tc":
            self._end_cell()
        elif name == "tr":
            self.found[-1]["rows"].append(self._row)

    def _end_cell(self) -> None:
        table, column = self.found[-1], len(self._row)
        row = len(table["rows"])
        if self._is_below and column in table["merged"]:
            table["merged"][column][-1][2] = row
        elif self._span > 1 or not self._is_below:
            areas = table["merged"].setdefault(column, [])
            areas.append([row, column, row, column + self._span - 1])
        text = "" if self._is_below else "".join(self._text).strip()
        self._row += [text, *[""] * (self._span - 1)]


UNSEEN = ("del", "moveFrom", "Fallback", "instrText")
WIDEST = 1_000  # columns; Word itself ends at 63


def value_of(element: Any) -> str:
    return next((value for name, value in element.attrib.items() if name.rpartition("}")[2] == "val"), "")


def read_document(path: str) -> None:
    from xml.etree import ElementTree

    tables = Tables()
    with zipfile.ZipFile(path) as archive:
        with archive.open("word/document.xml") as part:
            if b"<!DOCTYPE" in part.read(4096):
                raise ValueError("a document type declaration has no place here")
        with archive.open("word/document.xml") as part:
            # a child with limits of its own reads it, and the parser refuses entities that grow
            for event, element in ElementTree.iterparse(part, ("start", "end")):  # noqa: S314
                name = element.tag.rpartition("}")[2]
                (tables.start if event == "start" else tables.end)(name, element)
    joined = join([table for table in tables.found if any(any(row) for row in table["rows"])])
    if not joined:
        send("refused", "no_table", "")
        return
    send("sheets", [(name, True, True, merged) for name, _rows, merged in joined])
    for index, (_name, rows, _merged) in enumerate(joined):
        send("head", index, rows[:HEAD])
    send("headed")
    sys.stdout.buffer.flush()
    while (line := sys.stdin.readline()).strip():
        rows = joined[int(line)][1]
        send("cells", {})
        for first in range(0, len(rows), BATCH):
            send("rows", first, rows[first : first + BATCH])
        send("end")
        sys.stdout.buffer.flush()


def join(tables: list[dict[str, Any]]) -> list[tuple[str, list[list[str]], list[list[int]]]]:
    """(name, rows, merged areas): tables under the same header are one, as when a table goes on over several pages."""
    by_header: dict[tuple[str, ...], int] = {}
    parts: list[tuple[list[int], list[list[str]], list[list[int]]]] = []
    for number, table in enumerate(tables, start=1):
        rows = table["rows"]
        merged = sorted(area for areas in table["merged"].values() for area in areas if area[:2] != area[2:])
        header = tuple(" ".join(cell.split()).casefold() for cell in rows[0])
        before = by_header.get(header) if sum(bool(cell) for cell in header) > 1 else None
        if before is None:
            by_header[header] = len(parts)
            parts.append(([number], rows, merged))
            continue
        numbers, known, areas = parts[before]
        down = len(known) - 1
        numbers.append(number)
        known.extend(rows[1:])
        areas.extend([top + down, left, bottom + down, right] for top, left, bottom, right in merged if top)
    return [(called(numbers), rows, merged) for numbers, rows, merged in parts]


def called(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"Table {numbers[0]}"
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"Tables {numbers[0]} to {numbers[-1]}"
    return "Tables " + ", ".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")


if __name__ == "__main__":
    main()
