"""Writing the Excel file of a workbook: protected headings, open cells, drop-downs, typed amounts and days."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from textwrap import wrap
from typing import Any

from oneplan.workbooks.cells import Column, Kind, listed
from oneplan.workbooks.instructions import Pair, draft_notice, glossary, paragraphs, state_of, title_of
from oneplan.workbooks.languages import ENGLISH, Speaker
from oneplan.workbooks.lists import Lists
from oneplan.workbooks.models import FORMAT, Workbook
from oneplan.workbooks.sheets import COMMITMENTS, ID, LISTS, META, REVISION, SHEETS, Sheet

HEADER_ROW = 3  # counted from 0; rows follow it
FIRST_COLUMN = 2  # after the hidden identity and revision
_PAGE_WIDTH = 260  # characters
_READ_ME_ENGLISH, _READ_ME_BESIDE = (30, 95), (32, 62, 28, 62)
_LINE, _TITLE_LINE, _MOST_LINES = 13.5, 21, 12  # points; a longer text is read in its cell
_TOOL_TIP, _TIP_TITLE = 255, 32  # characters that a drop-down's message and its title hold
NEW_ROWS = 200  # open rows at the bottom of a sheet that takes new ones
_FIRST_DAY = "1900-03-01"  # before it, programs disagree which day a number is
_OPTIONS = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True,
}  # fmt: skip
_INK, _RULE, _OPEN, _QUIET, _SAMPLE = "#1d4f63", "#c9d3d8", "#fffdf2", "#eef2f4", "#7a2e00"
_ASIDE, _NOTICE = "#4a5a63", "#fdeccb"
_NUMBERS = {
    Kind.AMOUNT: "#,##0.00", Kind.DECIMAL: "General", Kind.DEGREES: "0.00000", Kind.INTEGER: "0",
    Kind.DAY: "yyyy-mm-dd", Kind.TEXT: "@", Kind.LINE: "@", Kind.CODE: "@", Kind.CODES: "@", Kind.REFS: "@",
    Kind.YEAR: "@", Kind.CHOICE: "@",
}  # fmt: skip
_NUMERIC = (Kind.AMOUNT, Kind.DECIMAL, Kind.DEGREES, Kind.INTEGER, Kind.DAY)
_PROTECTION = {
    "objects": True, "format_cells": True, "format_columns": True, "format_rows": True, "sort": True,
    "autofilter": True, "select_locked_cells": True, "select_unlocked_cells": True, "insert_rows": True,
}  # fmt: skip


def row_digest(row: list[Any]) -> str:
    """What a row said when it was issued, in sixteen letters."""
    return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()[:16]


def write_workbook(workbook: Workbook, issued: dict[str, Any], lists: Lists, path: Path | str) -> None:
    """Write the file. `issued` is contents.as_issued(); its words are those of the language of the lists."""
    import xlsxwriter  # here: slow to load, and only this function writes a workbook

    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        book.set_properties({"title": title_of(workbook, lists.say), "author": "OnePlan", "subject": workbook.name})
        writer = _Writer(book, workbook, issued, lists)
        writer.read_me()
        for sheet in SHEETS:
            writer.table(sheet)
        writer.hidden_lists()
        writer.hidden_facts()


def _sample(say: Speaker) -> Pair:
    return say("SAMPLE"), say("Invented for demonstration. Nothing here was promised.")


def _lines(words: str, width: int) -> int:
    """In how many lines words stand in a column so many figures wide; letters are narrower than figures."""
    width = int(width * 1.2)
    if len(words) <= width and "\n" not in words:
        return 1
    return sum(max(1, len(wrap(line, width))) for line in words.split("\n"))


class _Writer:
    def __init__(self, book: Any, workbook: Workbook, issued: dict[str, Any], lists: Lists) -> None:
        self.book, self.workbook, self.issued, self.lists = book, workbook, issued, lists
        self.say, self.named, self.line = lists.say, title_of(workbook, lists.say), 0
        # Sheets stand in the file in the order in which they are added: hidden ones last.
        self.readme = book.add_worksheet(self.say("Read me"))
        self.sheets = {sheet.key: book.add_worksheet(issued["sheets"][sheet.key]["title"]) for sheet in SHEETS}
        self.hidden = book.add_worksheet(LISTS)
        self.meta = book.add_worksheet(META)
        self.ranges: dict[str, str] = {}
        self.basic: dict[str, Any] = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        self.styles: dict[tuple[Kind, bool], Any] = {}
        self.title = self._style(bold=True, font_size=14, font_color=_INK)
        self.bold, self.plain = self._style(bold=True, text_wrap=True), self._style(text_wrap=True)
        self.bold_quiet = self._style(bold=True, text_wrap=True, font_color=_ASIDE, indent=2)
        self.quiet = self._style(text_wrap=True, font_color=_ASIDE)
        self.notice = self._style(bold=True, text_wrap=True, bg_color=_NOTICE)
        self.wide = self._style(bold=True)
        self.heading = self._style(
            bold=True, font_color="#ffffff", bg_color=_INK, text_wrap=True, border=1, border_color=_RULE
        )
        self.banner = self._style(bold=True, font_color="#ffffff", bg_color=_SAMPLE)
        self.new_row = self._style(locked=False, bg_color=_OPEN, text_wrap=True)

    def _style(self, **more: Any) -> Any:
        return self.book.add_format({**self.basic, **more})

    def cell_style(self, kind: Kind, is_open: bool) -> Any:
        key = (kind, is_open)
        if key not in self.styles:
            self.styles[key] = self._style(
                num_format=_NUMBERS[kind], locked=not is_open, bg_color=_OPEN if is_open else _QUIET, border=1,
                border_color=_RULE, text_wrap=kind not in _NUMERIC,
            )  # fmt: skip
        return self.styles[key]

    # --- what people see ---------------------------------------------------------------------------------------------

    def read_me(self) -> None:
        """What this is, what to fill, by when, to whom it goes back; the English beside it where it is translated."""
        sheet, workbook, say = self.readme, self.workbook, self.say
        widths = _READ_ME_ENGLISH if say.is_english else _READ_ME_BESIDE
        sheet.hide_gridlines(2)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.write_string(0, 0, title_of(workbook, say), self.title)
        sheet.set_row(0, _TITLE_LINE)
        self.line = 1
        if workbook.edition.is_sample:
            self._beside(_sample, self.banner)
            self.line += 1
        if not say.is_english:
            self._beside(lambda words: (words.name, draft_notice(words)), self.notice)
        self.line += 1
        beside = paragraphs(workbook, Speaker(ENGLISH))
        for pair, english in zip(paragraphs(workbook, say), beside, strict=True):
            self._pairs(pair, english)
        if not say.is_english:
            self.line += 1
            self._pairs((say("Words of this workbook"), ""), ("Words of this workbook", ""))
            last = ""
            for where, word, where_english, english_word in glossary(self.issued, self.lists):
                is_same, last = where == last, where
                self._pairs(("" if is_same else where, word), ("" if is_same else where_english, english_word))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{workbook.name}&R&P / &N")
        sheet.protect("", {"format_columns": True, "format_rows": True})

    def _beside(self, pair: "Callable[[Speaker], Pair]", style: Any) -> None:
        """A banner across the sheet: in the language of the workbook, and in English under it."""
        for say in (self.say,) if self.say.is_english else (self.say, Speaker(ENGLISH)):
            label, words = pair(say)
            self.readme.write_string(self.line, 0, label, style)
            if self.say.is_english:
                self.readme.write_string(self.line, 1, words, style)
            else:
                self.readme.merge_range(self.line, 1, self.line, 3, words, style)
            self.line += 1

    def _pairs(self, pair: Pair, english: Pair) -> None:
        """A heading and its words, in a row that is high enough; beside them the same in English."""
        widths = _READ_ME_ENGLISH if self.say.is_english else _READ_ME_BESIDE
        cells = pair if self.say.is_english else (*pair, *english)
        for place, words in enumerate(cells):
            self.readme.write_string(
                self.line, place, words, (self.bold, self.plain, self.bold_quiet, self.quiet)[place]
            )
        lines = max(_lines(words, width) for words, width in zip(cells, widths, strict=True))
        self.readme.set_row(self.line, _LINE * lines)
        self.line += 1

    def table(self, sheet: Sheet) -> None:
        """One sheet: a banner, protected headings, the rows as they are, open rows below, drop-downs."""
        target, issued = self.sheets[sheet.key], self.issued["sheets"][sheet.key]
        edition = self.workbook.edition
        target.write_string(0, FIRST_COLUMN, f"{issued['title']} · {self.named}", self.title)
        words = self.say(
            "%(name)s · edition %(n)s: %(state)s", name=self.workbook.name, n=edition.number,
            state=state_of(self.workbook, self.say),
        )  # fmt: skip
        if edition.is_sample:
            words = f"{self.say('SAMPLE')} · {words}"
        if edition.is_sample:
            for place in range(FIRST_COLUMN, FIRST_COLUMN + len(sheet.columns)):
                target.write_blank(1, place, None, self.banner)
        target.write_string(1, FIRST_COLUMN, words, self.banner if edition.is_sample else self.wide)
        target.set_row(0, _TITLE_LINE)
        widths = [self._width(each, header) for each, header in zip(sheet.columns, issued["headers"], strict=True)]
        target.set_row(HEADER_ROW, _height(issued["headers"], [width - 3 for width in widths]))
        target.write_string(HEADER_ROW, 0, ID, self.heading)
        target.write_string(HEADER_ROW, 1, REVISION, self.heading)
        target.set_column(0, 1, 4, None, {"hidden": True})
        for place, (column, header) in enumerate(zip(sheet.columns, issued["headers"], strict=True), FIRST_COLUMN):
            target.set_column(place, place, widths[place - FIRST_COLUMN])
            target.write_string(HEADER_ROW, place, header, self.heading)
            if note := self._note(column):
                look = {"width": 240, "height": 20 + 17 * _lines(note, 34), "author": "OnePlan"}
                target.write_comment(HEADER_ROW, place, note, look)
        self._rows(target, sheet, issued["rows"], widths)
        last = HEADER_ROW + len(issued["rows"])
        bottom = last
        if issued["takes_new"]:
            bottom = last + NEW_ROWS
            for number in range(last + 1, bottom + 1):
                target.set_row(number, None, self.new_row)
        self._drop_downs(target, sheet, bottom)
        self._frame(target, sheet, words, last)

    def _width(self, column: Column, header: str) -> int:
        """Wide enough for the longest word of the heading and of what the list offers."""
        words = header.split()
        if column.kind == Kind.CHOICE:
            words += [word for entry in self.lists.known(column.options).values() for word in entry.split()]
        return max(column.width, *(len(word) + 3 for word in words))  # beside the arrow of the filter

    def _note(self, column: Column) -> str:
        """What a heading means, and its English where it is translated."""
        own = self.say(column.help) if column.help else ""
        if self.say.is_english:
            return own
        english = Speaker(ENGLISH)
        told = f"English: {english(column.label)}" + (f". {english(column.help)}" if column.help else "")
        return f"{own}\n{told}".strip()

    def _rows(self, target: Any, sheet: Sheet, rows: list[list[Any]], widths: list[int]) -> None:
        wrapped = [place for place, column in enumerate(sheet.columns) if column.kind not in _NUMERIC]
        for number, (identity, revision, can_change, cells) in enumerate(rows, HEADER_ROW + 1):
            target.write_string(number, 0, identity)
            target.write_number(number, 1, revision)
            # Programs that are not told how high a row is show its first line only.
            target.set_row(
                number, _height([str(cells[place]) for place in wrapped], [widths[place] for place in wrapped])
            )
            for place, (column, cell) in enumerate(zip(sheet.columns, cells, strict=True), FIRST_COLUMN):
                is_open = bool(can_change) and column.is_open and not column.only_new
                _write(target, number, place, column, cell, self.cell_style(column.kind, is_open))

    def _frame(self, target: Any, sheet: Sheet, words: str, last: int) -> None:
        """Filters, frozen headings, and pages on which the words can be read."""
        target.autofilter(HEADER_ROW, FIRST_COLUMN, max(last, HEADER_ROW + 1), FIRST_COLUMN + len(sheet.columns) - 1)
        target.repeat_columns(FIRST_COLUMN, FIRST_COLUMN)
        target.freeze_panes(HEADER_ROW + 1, FIRST_COLUMN + 1)
        target.repeat_rows(HEADER_ROW)
        target.set_landscape()
        target.set_paper(8)  # A3
        target.fit_to_pages(1 + sum(column.width for column in sheet.columns) // _PAGE_WIDTH, 0)
        # On paper the title stands in the header of each page; in a cell the second page across would cut it off.
        target.print_area(HEADER_ROW, FIRST_COLUMN, max(last, HEADER_ROW + 1), FIRST_COLUMN + len(sheet.columns) - 1)
        title = self.issued["sheets"][sheet.key]["title"]
        target.set_header(f"&L{_literal(f'{title} · {self.named}')}&R{_literal(words)}")
        target.set_footer(f"&L{self.workbook.name}&R&P / &N")
        target.protect("", _PROTECTION)

    # --- drop-downs --------------------------------------------------------------------------------------------------

    def _drop_downs(self, target: Any, sheet: Sheet, bottom: int) -> None:
        if bottom == HEADER_ROW:
            return
        for place, column in enumerate(sheet.columns, FIRST_COLUMN):
            rule = self._rule(column)
            if rule and column.is_open:
                tip = self.say(column.help) if column.help else self.say("Choose from the list.")
                rule |= {"ignore_blank": True, "input_title": self.say(column.label)[:_TIP_TITLE]}
                rule["input_message"] = tip[:_TOOL_TIP]
                target.data_validation(HEADER_ROW + 1, place, bottom, place, rule)

    def _rule(self, column: Column) -> dict[str, Any]:
        if column.options:
            source = self._range(column)
            # Several may be written, or one that is not listed: the list helps and does not forbid.
            is_strict = column.kind in (Kind.CHOICE, Kind.YEAR)
            words = (
                self.say("Choose from the list.")
                if is_strict
                else self.say("This is not in the list. It is read if it is known.")
            )
            return {
                "validate": "list", "source": source, "error_type": "stop" if is_strict else "information",
                "error_title": self.say(column.label)[:_TIP_TITLE], "error_message": words,
            } if source else {}  # fmt: skip
        if column.kind == Kind.DAY:
            return {
                "validate": "date", "criteria": "between", "minimum": date(1900, 3, 1), "maximum": date(2100, 12, 31),
                "error_message": self.say("Write a day like 2026-11-22."),
            }  # fmt: skip
        if column.kind == Kind.AMOUNT:
            return {
                "validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning",
                "error_message": self.say("Write an amount in rand, without words."),
            }  # fmt: skip
        return {}

    def _range(self, column: Column) -> str:
        name = column.options
        if name not in self.ranges:
            entries = self._entries(name, column.kind)
            place = len(self.ranges)
            for number, entry in enumerate(entries):
                self.hidden.write_string(number, place, entry[:255])
            letters = _letters(place)
            self.ranges[name] = f"='{LISTS}'!${letters}$1:${letters}${len(entries)}" if entries else ""
        return self.ranges[name]

    def _entries(self, name: str, kind: Kind) -> list[str]:
        if name == "commitments":
            return [row[0] for row in self.issued["sheets"][COMMITMENTS.key]["rows"]]
        return list(listed(self.lists.offered(name), kind))

    # --- what programs read ------------------------------------------------------------------------------------------

    def hidden_lists(self) -> None:
        self.hidden.hide()
        self.hidden.protect()

    def hidden_facts(self) -> None:
        """Which workbook this is, and each row's revision and digest as it was issued."""
        sheet, workbook = self.meta, self.workbook
        facts = (
            ("oneplan", "workbook"), ("workbook", str(workbook.pk)), ("format", str(FORMAT)),
            ("space", workbook.space_id), ("edition", str(workbook.edition.number)),
            ("party", workbook.institution_id or ""), ("language", workbook.language),
            ("issued_at", workbook.issued_at.isoformat()), ("digest", workbook.digest),
        )  # fmt: skip
        for number, pair in enumerate(facts):
            for place, words in enumerate(pair):
                sheet.write_string(number, place, words)
        number = len(facts)
        for key, issued in self.issued["sheets"].items():
            for row in issued["rows"]:
                number += 1
                for place, words in enumerate((key, row[0], str(row[1]), row_digest(row))):
                    sheet.write_string(number, place, words)
        sheet.very_hidden()
        sheet.protect()


def _height(words: Sequence[str], widths: Sequence[int]) -> float:
    """How high a row is in which all words can be read, up to a limit; in points."""
    return _LINE * min(_MOST_LINES, max(_lines(cell, width) for cell, width in zip(words, widths, strict=True)))


def _write(target: Any, number: int, place: int, column: Column, cell: Any, style: Any) -> None:
    if cell == "":
        target.write_blank(number, place, None, style)
    elif not isinstance(cell, str):
        target.write_number(number, place, cell, style)
    elif column.kind == Kind.DAY and cell >= _FIRST_DAY:
        target.write_datetime(number, place, datetime.combine(date.fromisoformat(cell), time()), style)
    else:
        target.write_string(number, place, cell, style)


def _letters(column: int) -> str:
    return chr(65 + column) if column < 26 else _letters(column // 26 - 1) + chr(65 + column % 26)


def _literal(words: str) -> str:
    """Text in a page header, where & is a command."""
    return words.replace("&", "&&")[:100]
