"""The workbook of waiting asks: what was asked stands locked, the answer is written beside it and read back."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import IO, Any

from django.utils.translation import gettext as _

from oneplan.money import BadAmount, parse_rand
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.responses import harmless
from oneplan.reprioritisation.choices import ReplyCode
from oneplan.reprioritisation.models import Ask

SHEET = "Answers"
MOST_ROWS = 200
_MOST_BYTES = 5 * 1024 * 1024
_HEADS = (
    "ask", "version", "space", "commitment", "year", "amount_rand", "instrument", "closes_on", "why",
    "answer", "agreed_rand", "later_year", "reason",
)  # fmt: skip
_OPEN = 4  # the last columns, into which people write
_WIDTHS = (20, 8, 22, 40, 10, 16, 26, 12, 50, 22, 16, 12, 50)
_FORMULAS_OFF = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def write_book(asks: Iterable[Ask]) -> bytes:
    """An Excel file with one row for each ask; only the columns of the answer can be written into."""
    import xlsxwriter  # here: slow to load

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _FORMULAS_OFF) as book:
        head = book.add_format({"bold": True, "bg_color": "#1d4f63", "font_color": "#ffffff", "text_wrap": True})
        kept = book.add_format({"bg_color": "#f5f7f8", "text_wrap": True, "valign": "top"})
        rand_kept = book.add_format({"bg_color": "#f5f7f8", "num_format": "#,##0.00", "valign": "top"})
        free = book.add_format({"locked": False, "text_wrap": True, "valign": "top", "border": 1})
        rand_free = book.add_format({"locked": False, "num_format": "#,##0.00", "valign": "top", "border": 1})
        page, words = book.add_worksheet(SHEET), book.add_worksheet("Codes")
        page.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
        page.freeze_panes(1, 1)
        page.write_row(0, 0, _HEADS, head)
        for place, width in enumerate(_WIDTHS):
            page.set_column(place, place, width)
        first_free, last = len(_HEADS) - _OPEN, 0
        for last, ask in enumerate(asks, start=1):
            told: tuple[Any, ...] = (
                ask.ref, ask.revision, ask.space.name, f"{ask.commitment.ref} {ask.commitment.title}",
                ask.financial_year.label, ask.amount, str(ask.get_instrument_display()),
                ask.closes_on.isoformat() if ask.closes_on else "", ask.motivation,
            )  # fmt: skip
            for place, cell in enumerate(told):
                if place in (1, 5):
                    page.write_number(last, place, cell, rand_kept if place == 5 else kept)
                else:
                    page.write_string(last, place, harmless(cell), kept)
            for place in range(first_free, len(_HEADS)):
                page.write_blank(last, place, None, rand_free if place == first_free + 1 else free)
        if last:
            page.data_validation(1, first_free, last, first_free, {
                "validate": "list", "source": [code.value for code in ReplyCode],
                "error_title": _("No such answer"), "error_message": _("Choose one of the codes of the list."),
            })  # fmt: skip
            page.data_validation(1, first_free + 1, last, first_free + 1, {
                "validate": "decimal", "criteria": ">", "value": 0, "error_title": _("No amount"),
                "error_message": _("Write rand above nothing, or leave it empty."),
            })  # fmt: skip
        words.set_column(0, 0, 22)
        words.set_column(1, 1, 90)
        words.write_row(0, 0, ("answer", "meaning"), head)
        for at, code in enumerate(ReplyCode, start=1):
            words.write_row(at, 0, (code.value, str(code.label)))
        words.write_string(len(ReplyCode) + 2, 0, _("“Agreed” is not money: only a received budget release says that."))
    return made.getvalue()


def read_book(file: IO[bytes], size: int) -> list[dict[str, str]]:
    """The rows that hold an answer: ref, revision, code, amount, year and reason, as people wrote them.

    Nothing is believed of the locked columns but the reference and the version. Raises RuleBroken for a file that is
    not this workbook.
    """
    import python_calamine  # here: slow to load

    if size > _MOST_BYTES:
        raise RuleBroken(_("The file is larger than 5 MB. Send back the workbook of this page, without pictures."))
    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.read())).get_sheet_by_name(SHEET)
        rows = sheet.to_python(nrows=MOST_ROWS + 2)
    except Exception as error:  # calamine raises several kinds for a file that is no workbook
        raise RuleBroken(_("This is no workbook of answers. Send back the Excel file of this page (.xlsx).")) from error
    if not rows or tuple(str(cell).strip() for cell in rows[0][: len(_HEADS)]) != _HEADS:
        raise RuleBroken(_("The headings are not those of the workbook of answers. Download it again and copy over."))
    if len(rows) > MOST_ROWS + 1:
        raise RuleBroken(_("The workbook holds more than %(n)s rows. Answer them in parts.") % {"n": MOST_ROWS})
    found, seen = [], set()
    for at, row in enumerate(rows[1:], start=2):
        cells = dict(zip(_HEADS, (_plain(cell) for cell in row), strict=False))
        ref = cells.get("ask", "")
        if not any(cells.get(name) for name in _HEADS[-_OPEN:]):
            continue
        if not ref or ref in seen:
            raise RuleBroken(_("Row %(row)s names no ask, or one that was named above.") % {"row": at})
        seen.add(ref)
        found.append({
            "ref": ref, "revision": cells["version"], "code": cells["answer"].lower(),
            "amount": _amount(cells["agreed_rand"], at), "year": cells["later_year"].split("/")[0],
            "reason": cells["reason"],
        })  # fmt: skip
    return found


def _plain(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else f"{cell:.2f}"
    return str(cell).strip()


def _amount(text: str, row: int) -> str:
    try:
        return f"{parse_rand(text):.2f}" if text else ""
    except BadAmount as error:
        raise RuleBroken(_("Row %(row)s: %(why)s") % {"row": row, "why": error}) from error
