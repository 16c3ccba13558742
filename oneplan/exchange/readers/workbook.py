"""Excel workbooks and tables of Word documents, read by a child process (child.py).

A hostile file can take down nothing but that.
"""

import marshal
import struct
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused, IssueLog
from oneplan.exchange.readers.guard import Limits
from oneplan.exchange.readers.table import Head, RawRow
from oneplan.exchange.rows import Cell
from oneplan.platform.web.numerals import grouped

_CHILD = Path(__file__).with_name("child.py")


def _letters(column: int) -> str:
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _unpacked(row: list[Any]) -> list[Cell]:
    """Dates back from the plain form in which they travel."""
    for index, cell in enumerate(row):
        if type(cell) is tuple:
            kind, value = cell
            if kind == "d":
                row[index] = date.fromordinal(value)
            elif kind == "t":
                row[index] = datetime.fromisoformat(value)
            elif kind == "h":
                row[index] = time.fromisoformat(value)
            else:
                row[index] = timedelta(seconds=value)
    return row


class WorkbookTable:
    """An Excel workbook, or a Word document whose tables are its sheets, in the hands of its child process.

    Hidden sheets are left alone, but for those named in `hidden`. `merged` holds, by sheet, the merged areas as
    (top, left, bottom, right), counted from 0.
    """

    def __init__(self, path: Path, log: IssueLog, limits: Limits, hidden: tuple[str, ...] = ()) -> None:
        command = [sys.executable, "-I", str(_CHILD), str(path), str(limits.child_memory), str(limits.child_seconds)]
        command += hidden
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.heads: list[Head] = []
        self.merged: dict[str, list[list[int]]] = {}
        self._indexes: dict[str, int] = {}
        try:
            self._look(log, hidden)
        except BaseException:
            self.close()
            raise

    def _look(self, log: IssueLog, wanted: tuple[str, ...]) -> None:
        message = self._next()
        hidden = []
        for index, (name, visible, is_table, merged) in enumerate(message[1]):
            if not is_table:
                continue
            if not visible and name not in wanted:
                hidden.append(name)
                continue
            self._indexes[name] = index
            if merged:
                self.merged[name] = merged
        while (message := self._next())[0] == "head":
            name = next(name for name, index in self._indexes.items() if index == message[1])
            self.heads.append(Head(name, [_unpacked(row) for row in message[2]]))
        for name in hidden:
            log.warn(
                IssueKind.HIDDEN_SHEET,
                _("The sheet “%(sheet)s” is hidden and was not read. Show it in Excel if its rows are meant.")
                % {"sheet": name},
                sheet=name,
            )
        for name, merged in self.merged.items():
            top, left, bottom, right = merged[0]
            first = f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"
            log.warn(
                IssueKind.MERGED_CELLS,
                _("%(count)s merged areas, the first at %(first)s: only the top left cell of each holds a value.")
                % {"count": grouped(len(merged)), "first": first},
                sheet=name,
                row=top + 1,
            )

    def rows(self, sheet: str) -> Iterator[RawRow]:
        child_input = self._child.stdin
        if child_input is None:  # pragma: no cover - opened with a pipe
            return
        child_input.write(f"{self._indexes[sheet]}\n".encode())
        child_input.flush()
        odd: dict[int, dict[int, str]] = {}
        nothing: dict[int, str] = {}
        while (message := self._next())[0] != "end":
            if message[0] == "cells":
                odd = message[1]
                continue
            first = message[1]
            for offset, row in enumerate(message[2]):
                yield RawRow(first + offset + 1, _unpacked(row), odd.get(first + offset, nothing))

    def _next(self) -> tuple[Any, ...]:
        out = self._child.stdout
        head = out.read(4) if out else b""
        if out is None or len(head) < 4:
            self._child.wait()
            raise FileRefused(
                IssueKind.TOO_LARGE,
                _(
                    "Reading the workbook needs more memory or time than one import may take."
                    " Copy the rows into a new workbook (values only) or split it by rows."
                ),
            )
        message: tuple[Any, ...] = marshal.loads(out.read(struct.unpack(">I", head)[0]))  # noqa: S302 - plain values
        if message[0] == "refused":
            raise _refusal(message[1])
        return message

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                pipe.close()


def _refusal(kind: str) -> FileRefused:
    if kind == "encrypted":
        return FileRefused(
            IssueKind.ENCRYPTED, _("The workbook is protected by a password. Save it without one and import again.")
        )
    if kind == "no_table":
        return FileRefused(
            IssueKind.NOT_A_TABLE,
            _("The document holds no table. Put what is to be read into a table with a header row, or into Excel."),
        )
    if kind == "too_large":
        return FileRefused(
            IssueKind.TOO_LARGE, _("The file needs more memory than one import may take. Split it by rows.")
        )
    return FileRefused(
        IssueKind.DAMAGED,
        _("The file is damaged or was cut off on the way. Save it again and send it again."),
    )
