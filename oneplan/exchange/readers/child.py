"""Reads one workbook in a process of its own, within limits on memory and time, and writes rows to standard output.

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
    import python_calamine as calamine

    try:
        read(path, calamine)
    except calamine.PasswordError:
        send("refused", "encrypted", "")
    except MemoryError:
        send("refused", "too_large", "")
    except BaseException as error:  # whatever the reader trips over, a panic included: the file is the cause
        send("refused", "damaged", f"{type(error).__name__}: {error}"[:200])
    sys.stdout.buffer.flush()


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


if __name__ == "__main__":
    main()
