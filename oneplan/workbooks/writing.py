"""Writing the Excel file of a workbook: protected headings, open cells, drop-downs, typed amounts and days."""

import hashlib
import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.utils.dateformat import format as formatted
from django.utils.translation import gettext as _

from oneplan.periods.clock import JOHANNESBURG
from oneplan.workbooks.cells import Column, Kind, listed
from oneplan.workbooks.lists import Lists
from oneplan.workbooks.models import FORMAT, Workbook
from oneplan.workbooks.sheets import COMMITMENTS, ID, LISTS, META, REVISION, SHEETS, Sheet

HEADER_ROW = 3  # counted from 0; rows follow it
FIRST_COLUMN = 2  # after the hidden identity and revision
_READ_ME_WIDTH, _PAGE_WIDTH = 95, 260  # characters
NEW_ROWS = 200  # open rows at the bottom of a sheet that takes new ones
_FIRST_DAY = "1900-03-01"  # before it, programs disagree which day a number is
_OPTIONS = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True,
}  # fmt: skip
_INK, _RULE, _OPEN, _QUIET, _SAMPLE = "#1d4f63", "#c9d3d8", "#fffdf2", "#eef2f4", "#7a2e00"
_NUMBERS = {
    Kind.AMOUNT: "#,##0.00", Kind.DECIMAL: "General", Kind.DEGREES: "0.00000", Kind.INTEGER: "0",
    Kind.DAY: "yyyy-mm-dd", Kind.TEXT: "@", Kind.LINE: "@", Kind.CODE: "@", Kind.CODES: "@", Kind.REFS: "@",
    Kind.YEAR: "@", Kind.CHOICE: "@",
}  # fmt: skip
_PROTECTION = {
    "objects": True, "format_cells": True, "format_columns": True, "format_rows": True, "sort": True,
    "autofilter": True, "select_locked_cells": True, "select_unlocked_cells": True, "insert_rows": True,
}  # fmt: skip


def row_digest(row: list[Any]) -> str:
    """What a row said when it was issued, in sixteen letters."""
    return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()[:16]


def write_workbook(workbook: Workbook, issued: dict[str, Any], lists: Lists, path: Path | str) -> None:
    """Write the file. `issued` is contents.as_issued(); the words are of the language that is active."""
    import xlsxwriter  # here: slow to load, and only this function writes a workbook

    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        book.set_properties({"title": _title(workbook), "author": "OnePlan", "subject": workbook.name})
        writer = _Writer(book, workbook, issued, lists)
        writer.read_me()
        for sheet in SHEETS:
            writer.table(sheet)
        writer.hidden_lists()
        writer.hidden_facts()


def _title(workbook: Workbook) -> str:
    words = {"space": workbook.space.name, "n": workbook.edition.number, "party": workbook.institution}
    if workbook.institution:
        return _("%(party)s in the One Plan of %(space)s, edition %(n)s") % words
    return _("One Plan of %(space)s, edition %(n)s") % words


class _Writer:
    def __init__(self, book: Any, workbook: Workbook, issued: dict[str, Any], lists: Lists) -> None:
        self.book, self.workbook, self.issued, self.lists = book, workbook, issued, lists
        # Sheets stand in the file in the order in which they are added: hidden ones last.
        self.readme = book.add_worksheet(_("Read me"))
        self.sheets = {sheet.key: book.add_worksheet(issued["sheets"][sheet.key]["title"]) for sheet in SHEETS}
        self.hidden = book.add_worksheet(LISTS)
        self.meta = book.add_worksheet(META)
        self.ranges: dict[str, str] = {}
        self.basic: dict[str, Any] = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        self.styles: dict[tuple[Kind, bool], Any] = {}
        self.title = self._style(bold=True, font_size=14, font_color=_INK)
        self.bold, self.plain = self._style(bold=True, text_wrap=True), self._style(text_wrap=True)
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
                border_color=_RULE, text_wrap=kind in (Kind.TEXT, Kind.LINE, Kind.CODE, Kind.CODES),
            )  # fmt: skip
        return self.styles[key]

    # --- what people see ---------------------------------------------------------------------------------------------

    def read_me(self) -> None:
        """What this is, what to fill, by when, and to whom it goes back."""
        sheet, workbook = self.readme, self.workbook
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, _READ_ME_WIDTH)
        sheet.write_string(0, 0, _title(workbook), self.title)
        row = 1
        if workbook.edition.is_sample:
            for column, words in enumerate((_("SAMPLE"), _("Invented for demonstration. Nothing here was promised."))):
                sheet.write_string(row, column, words, self.banner)
            row += 1
        for label, words in (*self._facts(), *self._instructions()):
            row += 1
            sheet.write_string(row, 0, label, self.bold)
            sheet.write_string(row, 1, words, self.plain)
            sheet.set_row(row, 15 * (1 + len(words) // _READ_ME_WIDTH))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.protect("", {"format_columns": True, "format_rows": True})

    def _facts(self) -> list[tuple[str, str]]:
        workbook, edition = self.workbook, self.workbook.edition
        space = workbook.space
        who = workbook.issued_by.name if workbook.issued_by else "OnePlan"
        issued = formatted(workbook.issued_at.astimezone(JOHANNESBURG), "j F Y, H:i")
        return [
            (_("Workbook"), _("%(name)s, format %(format)s") % {"name": workbook.name, "format": workbook.format}),
            (_("Space"), f"{space.name} ({space.code})"),
            (_("Edition"), f"{edition.number} · {edition.get_state_display()}"),
            (_("For"), str(workbook.institution or _("the space and all its parties"))),
            (_("Issued"), _("%(when)s, by %(who)s") % {"when": issued, "who": who}),
            (
                _("Not adopted") if edition.state in ("open", "frozen") else _("Standing"),
                _("This is a working paper. Nothing in it counts as agreed until it is agreed in OnePlan."),
            ),
        ]

    def _instructions(self) -> list[tuple[str, str]]:
        workbook = self.workbook
        place = f"/institutions/{workbook.institution_id}/" if workbook.institution else f"/spaces/{workbook.space_id}/"
        theirs = (
            _(
                "The light yellow cells: the commitments that your institution leads, and its own pledges. Grey"
                " cells are for reading; they belong to others."
            )
            if workbook.institution
            else _("The light yellow cells. Grey cells are for reading; OnePlan keeps them.")
        )
        return [
            (_("What to fill"), theirs),
            (
                _("New rows"),
                _(
                    "Below the last row of a sheet. A new commitment becomes a proposal: give it a title, a"
                    " transformation area and, in Reference, a name of your own such as NEW 1, which pledges can cite."
                ),
            ),
            (
                _("Please do not"),
                _(
                    "rename columns, merge cells, paste formulas, or copy the hidden columns A and B. To take something"
                    " out of the plan do not delete its row: choose “withdraw” on the page when you return it."
                ),
            ),
            (
                _("Amounts and days"),
                _(
                    "Amounts are rand and cents, not thousands. Write days like 2026-11-22. A financial year names its"
                    " basis: PFMA is April to March, MFMA is July to June."
                ),
            ),
            (
                _("By when"),
                _(
                    "Soon: what is changed in OnePlan meanwhile is shown beside your value when you return it, and you "
                    "choose. A workbook of an edition that was replaced is no longer taken."
                ),
            ),
            (
                _("Where to return it"),
                _(
                    "In OnePlan at %(place)sworkbooks/ choose “Return a workbook”. You see every change before anything"
                    " is taken in. Without an account send it to the hub of %(space)s, which returns it for you."
                )
                % {"place": place, "space": workbook.space.name},
            ),
            (
                _("What changes undo"),
                _(
                    "Changing a commitment or a pledge that parties agreed to or signed asks all of them again: what"
                    " they agreed to is then no longer what is written."
                ),
            ),
        ]

    def table(self, sheet: Sheet) -> None:
        """One sheet: a banner, protected headings, the rows as they are, open rows below, drop-downs."""
        target, issued = self.sheets[sheet.key], self.issued["sheets"][sheet.key]
        edition = self.workbook.edition
        target.write_string(0, FIRST_COLUMN, f"{issued['title']} · {_title(self.workbook)}", self.title)
        words = _("%(name)s · edition %(n)s: %(state)s") % {
            "name": self.workbook.name, "n": edition.number, "state": edition.get_state_display(),
        }  # fmt: skip
        if edition.is_sample:
            words = f"{_('SAMPLE')} · {words}"
        if edition.is_sample:
            for place in range(FIRST_COLUMN, FIRST_COLUMN + len(sheet.columns)):
                target.write_blank(1, place, None, self.banner)
        target.write_string(1, FIRST_COLUMN, words, self.banner if edition.is_sample else self.wide)
        target.write_string(HEADER_ROW, 0, ID, self.heading)
        target.write_string(HEADER_ROW, 1, REVISION, self.heading)
        target.set_column(0, 1, 4, None, {"hidden": True})
        for place, (column, header) in enumerate(zip(sheet.columns, issued["headers"], strict=True), FIRST_COLUMN):
            target.set_column(place, place, column.width)
            target.write_string(HEADER_ROW, place, header, self.heading)
            if column.help:
                target.write_comment(HEADER_ROW, place, str(column.help), {"width": 220, "author": "OnePlan"})
        self._rows(target, sheet, issued["rows"])
        last = HEADER_ROW + len(issued["rows"])
        bottom = last
        if issued["takes_new"]:
            bottom = last + NEW_ROWS
            for number in range(last + 1, bottom + 1):
                target.set_row(number, None, self.new_row)
        self._drop_downs(target, sheet, bottom)
        self._frame(target, sheet, words, last)

    def _rows(self, target: Any, sheet: Sheet, rows: list[list[Any]]) -> None:
        for number, (identity, revision, can_change, cells) in enumerate(rows, HEADER_ROW + 1):
            target.write_string(number, 0, identity)
            target.write_number(number, 1, revision)
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
        target.set_header(f"&L{_literal(_title(self.workbook))}&R{_literal(words)}")
        target.set_footer(f"&L{self.workbook.name}&R&P / &N")
        target.protect("", _PROTECTION)

    # --- drop-downs --------------------------------------------------------------------------------------------------

    def _drop_downs(self, target: Any, sheet: Sheet, bottom: int) -> None:
        if bottom == HEADER_ROW:
            return
        for place, column in enumerate(sheet.columns, FIRST_COLUMN):
            rule = self._rule(column)
            if rule and column.is_open:
                rule |= {"ignore_blank": True, "input_title": str(column.label)[:32]}
                rule["input_message"] = str(column.help)[:255] or _("Choose from the list.")
                target.data_validation(HEADER_ROW + 1, place, bottom, place, rule)

    def _rule(self, column: Column) -> dict[str, Any]:
        if column.options:
            source = self._range(column)
            # Several may be written, or one that is not listed: the list helps and does not forbid.
            is_strict = column.kind in (Kind.CHOICE, Kind.YEAR)
            words = (
                _("Choose from the list.") if is_strict else _("This is not in the list. It is read if it is known.")
            )
            return {
                "validate": "list", "source": source, "error_type": "stop" if is_strict else "information",
                "error_title": str(column.label)[:32], "error_message": words,
            } if source else {}  # fmt: skip
        if column.kind == Kind.DAY:
            return {
                "validate": "date", "criteria": "between", "minimum": date(1900, 3, 1), "maximum": date(2100, 12, 31),
                "error_message": _("Write a day like 2026-11-22."),
            }  # fmt: skip
        if column.kind == Kind.AMOUNT:
            return {
                "validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning",
                "error_message": _("Write an amount in rand, without words."),
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
