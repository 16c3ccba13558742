"""The file back to its sender as an Excel workbook: every row with what OnePlan says about it, and a summary."""

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import FileRefused, IssueFound, IssueLog
from oneplan.exchange.mapping import clean_headers
from oneplan.exchange.readers import open_table
from oneplan.exchange.report import ACCEPTED, FIRST_REASON, REFUSED, UNCHANGED, UPDATED, Report
from oneplan.exchange.rows import Cell

_COMMENTS = 5_000  # Excel grows slow beyond; the sentence stands in the last column all the same
# Text stays text: nothing that a sender wrote may run in the workbook that goes back.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def write_annotated(report: Report, path: Path | str, *, source: Path | str) -> None:
    """Write the annotated workbook of a run to `path`; `source` is the file that was imported.

    The rows keep their numbers and columns; one column "OnePlan says" is added at the right. Where the file could
    not be opened at all the workbook holds the summary and the issues.
    """
    import xlsxwriter  # here: slow to load, and only this function writes a workbook

    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        styles = _styles(book)
        _summary(book, report, styles)
        _issues(book, report, styles)
        if report.header_row:
            try:
                _rows(book, report, Path(source), styles)
            except FileRefused:
                return  # its summary says why


def _styles(book: Any) -> dict[str, Any]:
    return {
        "head": book.add_format({"bold": True, "bg_color": "#1d4f63", "font_color": "#ffffff", "text_wrap": True}),
        "bold": book.add_format({"bold": True}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "error": book.add_format({"bg_color": "#f9dcd9"}),
        "error_day": book.add_format({"bg_color": "#f9dcd9", "num_format": "yyyy-mm-dd"}),
        "warning": book.add_format({"bg_color": "#fdeccb"}),
        "warning_day": book.add_format({"bg_color": "#fdeccb", "num_format": "yyyy-mm-dd"}),
    }


def _summary(book: Any, report: Report, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet(_("OnePlan summary"))
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 2, 24)
    lines: list[tuple[Any, ...]] = [
        (_("File"), report.file_name),
        (_("SHA-256"), report.file_sha256),
        (_("Source"), report.source),
        (_("As at"), report.as_at.isoformat() if report.as_at else ""),
        (_("Space"), report.space),
        (_("Stored"), _("no, this was a dry run") if report.dry_run else _("no") if report.is_file_error else _("yes")),
        (_("Rows read"), report.rows_read),
        (_("Rows accepted"), report.rows_accepted),
        (_("of these updates of rows stored before"), report.rows_updated),
        (_("Rows unchanged since an earlier import"), report.rows_unchanged),
        (_("Rows refused"), report.rows_refused),
        *(
            (_("Rows left out: %(reason)s") % {"reason": reason}, count)
            for reason, count in report.rows_left_out.items()
        ),
    ]
    number = 0
    for line in lines:
        sheet.write_string(number, 0, str(line[0]), styles["bold"])
        _write(sheet, number, 1, line[1], None)
        number += 1
    number += 1
    for column, words in enumerate((_("Money column"), _("Rand read"), _("Rand accepted"))):
        sheet.write_string(number, column, words, styles["head"])
    for name, total in report.totals.items():
        number += 1
        for column, words in enumerate((name, *total.as_dict().values())):
            sheet.write_string(number, column, words)


def _issues(book: Any, report: Report, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet(_("OnePlan issues"))
    sheet.set_column(0, 4, 18)
    sheet.set_column(5, 5, 12)
    sheet.set_column(6, 6, 90)
    sheet.freeze_panes(1, 0)
    heads = (_("Sheet"), _("Row"), _("Column"), _("Value"), _("Kind"), _("Severity"), _("Message"))
    for column, words in enumerate(heads):
        sheet.write_string(0, column, words, styles["head"])
    for number, issue in enumerate(report.issues, start=1):
        kind, severity = str(IssueKind(issue.kind).label), str(Severity(issue.severity).label)
        for column, cell in enumerate(
            (issue.sheet, issue.row, issue.column, issue.value, kind, severity, issue.message)
        ):
            _write(sheet, number, column, cell, None)


def _rows(book: Any, report: Report, source: Path, styles: dict[str, Any]) -> None:
    by_row: dict[int, list[IssueFound]] = defaultdict(list)
    for issue in report.issues:
        if issue.row > report.header_row and issue.sheet == report.sheet:
            by_row[issue.row].append(issue)
    reasons = list(report.rows_left_out)
    sheet = book.add_worksheet(_sheet_name(report.sheet))
    outcomes = iter(report.outcomes)
    with open_table(source, IssueLog()) as table:
        head = next(head for head in table.heads if head.sheet == report.sheet)
        headers = clean_headers(head.rows[report.header_row - 1])
        sheet.set_column(len(headers), len(headers), 80)
        sheet.freeze_panes(report.header_row, 0)
        places = {header: index for index, header in enumerate(headers)}
        commented = 0
        for raw in table.rows(report.sheet):
            number = raw.number - 1
            if raw.number <= report.header_row:
                style = styles["head"] if raw.number == report.header_row else None
                for column, cell in enumerate(raw.cells):
                    _write(sheet, number, column, cell, style)
                if style:
                    sheet.write_string(number, len(headers), _("OnePlan says"), style)
                continue
            if not any(cell not in ("", None) for cell in raw.cells) and not raw.odd:
                continue
            issues = by_row.get(raw.number, [])
            marked = _marked(issues, places)
            for column, cell in enumerate(raw.cells):
                _write_cell(sheet, number, column, cell, marked.get(column), styles)
            sheet.write_string(number, len(headers), _says(next(outcomes, ACCEPTED), reasons, issues))
            for column, issue in marked.items():
                if commented < _COMMENTS:
                    sheet.write_comment(number, column, issue.message, {"width": 320, "author": "OnePlan"})
                    commented += 1


def _marked(issues: list[IssueFound], places: dict[str, int]) -> dict[int, IssueFound]:
    """Column → the issue to show there; an error goes before a warning."""
    marked: dict[int, IssueFound] = {}
    for issue in issues:
        column = places.get(issue.column)
        if column is not None and (column not in marked or issue.severity == Severity.ERROR):
            marked[column] = issue
    return marked


def _write_cell(
    sheet: Any, number: int, column: int, cell: Cell, issue: IssueFound | None, styles: dict[str, Any]
) -> None:
    name = ("error" if issue.severity == Severity.ERROR else "warning") if issue else ""
    if isinstance(cell, date):
        name = f"{name}_day" if name else "day"
    _write(sheet, number, column, cell, styles.get(name))


def _write(sheet: Any, row: int, column: int, cell: Any, style: Any) -> None:
    if cell is None or cell == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, style)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell, style)
    elif isinstance(cell, datetime | date) and cell.year >= 1900:
        sheet.write_datetime(row, column, cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell, style)
    else:
        sheet.write_string(row, column, str(cell), style)


def _says(outcome: int, reasons: list[str], issues: list[IssueFound]) -> str:
    sentences = " ".join(dict.fromkeys(issue.message for issue in issues))
    if outcome >= FIRST_REASON:
        reason = reasons[outcome - FIRST_REASON] if outcome - FIRST_REASON < len(reasons) else ""
        return _("Left out: %(reason)s.") % {"reason": reason}
    if outcome == REFUSED:
        return _("Refused. %(why)s") % {"why": sentences}
    if outcome == UNCHANGED:
        return _("Unchanged since an earlier import.")
    said = _("Accepted as an update of the row stored before.") if outcome == UPDATED else _("Accepted.")
    return f"{said} {sentences}".strip()


def _sheet_name(name: str) -> str:
    """A name that Excel takes and that is not one of ours."""
    clean = "".join("_" if sign in "[]:*?/\\'" else sign for sign in name)[:31]
    return _("Rows") if not clean or clean.startswith("OnePlan ") or clean.casefold() == "history" else clean
