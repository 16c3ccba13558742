"""How the workbook is written: typed cells, filters, frozen headings, the banner of a sample or draft on each sheet.

Equal contents give equal bytes: the only dates in the file are those of the plan.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from oneplan.publishing.content import Told
from oneplan.publishing.excel.sheets import Column, Kind, Sheet, sheets
from oneplan.publishing.reading import Plan, read

_LONGEST = 32_767  # characters that a cell can hold
_FORMULA_SIGNS = ("=", "+", "-", "@")
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
_INK, _RULE, _SAMPLE = "#1d4f63", "#c9d3d8", "#7a2e00"
_FORMATS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"text_wrap": True},
    Kind.NUMBER: {"num_format": "#,##0.###"},
    Kind.RAND: {"num_format": "#,##0.00"},
    Kind.SHARE: {"num_format": "0.0%"},
    Kind.DAY: {"num_format": "yyyy-mm-dd", "align": "left"},
    Kind.COORDINATE: {"num_format": "0.00000"},
}
_HEADING_ROW = 2
_A3, _A4 = 8, 9  # numbers of paper sizes in the file format
_A4_WIDTH, _A3_WIDTH = 180, 260  # characters that stay readable across a landscape page
_LINE, _MOST_LINES = 13.5, 14  # points; a longer text is read in the cell

Progress = Callable[[int, str], None]


def plan_workbook(told: Told, *, progress: Progress | None = None) -> bytes:
    """The whole plan as a workbook. `progress` hears per cent and a sentence."""
    import xlsxwriter  # here: slow to load, and only this function writes a workbook

    plan, file = read(told), io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        made = datetime.combine(told.as_at, time())
        book.set_properties(
            {
                "title": _("%(title)s, edition %(n)s") % {"title": told.title, "n": plan.number},
                "subject": told.standing_words, "author": "OnePlan", "created": made, "comments": told.banner,
                "keywords": told.content_hash,
            }
        )  # fmt: skip
        identity = _("Edition %(n)s · %(standing)s · %(day)s") % {
            "n": plan.number, "standing": told.standing_words, "day": told.as_at.isoformat(),
        }  # fmt: skip
        writer = Writer(book, Frame(told.title, identity, told.banner, told.content_hash))
        tables = list(sheets(plan))
        writer.read_me(_facts(told, plan), tables)
        for number, sheet in enumerate(tables, start=1):
            if progress:
                progress(100 * number // (len(tables) + 1), sheet.name)
            writer.table(sheet)
    return file.getvalue()


def _facts(told: Told, plan: Plan) -> list[tuple[str, str]]:
    """What stands on the first sheet of a plan."""
    boundaries = plan.boundaries
    where = _("unknown") if boundaries is None else f"{boundaries['name']} ({boundaries['quality']})"
    return [
        (_("Plan"), _("%(title)s, edition %(n)s") % {"title": told.title, "n": plan.number}),
        (_("Space"), f"{plan.space_name} ({plan.space_code}), {plan.province}"),
        (_("Years"), f"{plan.start_year}–{plan.end_year}"),
        (_("Standing"), told.standing_words),
        (_("Adopted on") if plan.adopted_on else _("As at"), told.as_at.isoformat()),
        (_("Rules"), f"{plan.rule_set['title']} ({plan.rule_set['reference']})"),
        (_("Boundaries"), where),
        (_("Hash of the content"), told.content_hash),
        (_("Sealed with key"), told.key_id or _("not sealed")),
        (
            _("How to read it"),
            _(
                "Amounts are in rand. Years of the PFMA (April to March) and the MFMA (July to June) are two "
                "calendars: do not add them. What the plan does not say is shown as unknown. A commitment shared "
                "with other spaces has its whole cost here; “Share of this space” says how much of it counts here. "
                "“Money by year” counts by that share and leaves declined pledges out; “Pledges” lists every one."
            ),
        ),
        (
            _("What counts"),
            _("The sealed file is the plan; this workbook is drawn from it. Verify the sealed file at /verify/.")
            if not told.is_draft
            else _("This is no adopted plan. It shows what was written on the day above; it may change."),
        ),
    ]


@dataclass(frozen=True)
class Frame:
    """What stands over and under each sheet: title, which version this is, a warning, and the mark of the content."""

    title: str
    identity: str
    banner: str
    mark: str


class Writer:
    """Writes sheets of one workbook."""

    def __init__(self, book: Any, frame: Frame) -> None:
        self.book, self.frame = book, frame
        basic = {"font_name": "Arial", "font_size": 10, "valign": "top"}

        def made(**more: Any) -> Any:
            return book.add_format({**basic, **more})

        self.formats = {kind: made(**more) for kind, more in _FORMATS.items()}
        self.quoted = made(text_wrap=True, quote_prefix=True)
        self.unknown = made(italic=True, font_color="#5b6770")
        white: dict[str, Any] = {"bold": True, "font_color": "#ffffff"}
        self.heading = made(**white, bg_color=_INK, text_wrap=True, border=1, border_color=_RULE)
        self.title = made(bold=True, font_size=14, font_color=_INK)
        self.banner = made(**white, bg_color=_SAMPLE)
        self.bold, self.plain = made(bold=True, text_wrap=True), made(text_wrap=True)

    def read_me(self, facts: Sequence[tuple[str, str]], tables: Sequence[Sheet]) -> None:
        """What this is, where it comes from, and what the sheets hold."""
        sheet = self.book.add_worksheet(_("Read me"))
        self._frame(sheet, self.frame.title, 2)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 96)
        row = _HEADING_ROW
        for label, words in facts:
            self._text(sheet, row, 0, label, self.bold)
            self._text(sheet, row, 1, words, self.plain)
            sheet.set_row(row, _height([words], [96]))
            row += 1
        row += 1
        for column, words in enumerate((_("Sheet"), _("Holds"))):
            self._text(sheet, row, column, words, self.heading)
        for table in tables:
            row += 1
            sheet.write_url(row, 0, f"internal:'{table.name}'!A1", string=table.name)
            self._text(sheet, row, 1, table.about, self.plain)
        sheet.fit_to_pages(1, 0)

    def table(self, table: Sheet) -> None:
        """A sheet with one table: headings frozen, filters on, printed on wide pages with its headings repeated."""
        sheet = self.book.add_worksheet(table.name)
        self._frame(sheet, f"{table.name} · {self.frame.title}", len(table.columns))
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(_HEADING_ROW, number, column.heading, self.heading)
        row = _HEADING_ROW
        widths = [column.width for column in table.columns]
        sheet.set_row(row, _height([column.heading for column in table.columns], widths))
        for row, cells in enumerate(table.rows, start=_HEADING_ROW + 1):
            sheet.set_row(row, _height([str(cell or "") for cell in cells], widths))
            for number, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
                self._cell(sheet, row, number, column, cell)
        sheet.autofilter(_HEADING_ROW, 0, max(row, _HEADING_ROW), len(table.columns) - 1)
        sheet.freeze_panes(_HEADING_ROW + 1, 1)
        sheet.repeat_rows(_HEADING_ROW)
        sheet.repeat_columns(0)
        sheet.set_landscape()
        sheet.set_paper(_A3 if sum(widths) > _A4_WIDTH else _A4)
        sheet.fit_to_pages(-(-sum(widths) // _A3_WIDTH), 0)

    def _frame(self, sheet: Any, title: str, width: int) -> None:
        banner, identity = self.frame.banner, self.frame.identity
        self._text(sheet, 0, 0, title, self.title)
        if banner:
            for column in range(width):
                sheet.write_blank(1, column, None, self.banner)
        self._text(
            sheet, 1, 0, f"{banner} · {identity}" if banner else identity, self.banner if banner else self.bold,
        )  # fmt: skip
        sheet.set_row(0, 22)
        sheet.set_row(1, 18)
        sheet.set_paper(_A4)
        sheet.set_header(f"&L{_literal(self.frame.title)}&R{_literal(banner)}")
        sheet.set_footer(f"&L{_literal(identity)}&C{self.frame.mark[:16]}&R&P / &N")

    def _cell(self, sheet: Any, row: int, number: int, column: Column, cell: Any) -> None:
        style = self.formats[column.kind]
        if cell is None or cell == "":
            if column.unknown:
                sheet.write_string(row, number, _("unknown"), self.unknown)
        elif isinstance(cell, date):
            sheet.write_datetime(row, number, datetime.combine(cell, time()), style)
        elif isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
            sheet.write_number(row, number, cell, style)
        else:
            self._text(sheet, row, number, str(cell), style)

    def _text(self, sheet: Any, row: int, number: int, words: str, style: Any) -> None:
        """Text as text: what looks like a formula keeps its first sign and is marked, so that editing cannot run it."""
        if len(words) > _LONGEST:
            words = f"{words[: _LONGEST - 1]}…"
        sheet.write_string(row, number, words, self.quoted if words.lstrip().startswith(_FORMULA_SIGNS) else style)


def _height(cells: list[str], widths: list[int]) -> float:
    """The height of a row in points. Programs that do not measure wrapped text themselves need to be told."""
    lines = (
        sum(-(-max(len(line), 1) // width) for line in words.split("\n"))
        for words, width in zip(cells, widths, strict=True)
    )
    return _LINE * min(max(lines, default=1), _MOST_LINES) + 2


def _literal(words: str) -> str:
    """Text in a page header, where & is a command."""
    return words.replace("&", "&&")[:80]
