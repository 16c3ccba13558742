"""What a return says for programs and for whoever sent it: the report as JSON and the workbook annotated."""

import tempfile
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.rows import shown
from oneplan.workbooks.choices import ReturnState, Standing
from oneplan.workbooks.comparing import Compared
from oneplan.workbooks.models import WorkbookReturn
from oneplan.workbooks.queries import comparison_of, issue_from
from oneplan.workbooks.sheets import BY_KEY

_OPTIONS = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True,
}  # fmt: skip
_TONES = {
    Standing.REFUSED.value: "#f9dcd9", Standing.STALE.value: "#fdeccb", Standing.CHANGED.value: "#e3f0e4",
    Standing.NEW.value: "#e3f0e4", Standing.GONE.value: "#eef2f4",
}  # fmt: skip


def report_of(row: WorkbookReturn, by: Actor) -> dict[str, Any]:
    """Everything that is known of a return, in plain JSON, as `by` may take it in."""
    found = comparison_of(row, by) if row.state == ReturnState.COMPARED else None
    workbook = row.workbook
    return {
        "workbook": workbook.name if workbook else None,
        "space": workbook.space_id if workbook else None,
        "edition": workbook.edition.number if workbook else None,
        "party": workbook.institution_id if workbook else None,
        "file_name": row.file_name,
        "file_sha256": row.file_sha256,
        "state": row.state,
        "returned_at": row.returned_at.isoformat(),
        "summary": {name: value for name, value in row.summary.items() if name != "kept_rows"}
        | (found.counts if found else {}),
        "reason": row.reason,
        "issues": row.errors,
        "rows": [_told(each) for each in found.rows] if found else row.summary.get("kept_rows", []),
    }


def _told(row: Compared) -> dict[str, Any]:
    return {
        "sheet": row.title, "row": row.row, "id": row.id, "words": row.words, "standing": row.standing.value,
        "fields": [
            {
                "key": each.key, "column": each.heading, "issued": each.issued, "theirs": each.theirs, "now": each.now,
                "changed_by_them": each.by_them, "changed_in_oneplan": each.by_house,
            }
            for each in row.fields
        ],
        "issues": [issue.as_dict() for issue in row.issues],
    }  # fmt: skip


def says(row: dict[str, Any]) -> str:
    """What OnePlan says of one row of the report, in a sentence."""
    why = " ".join(dict.fromkeys(issue["message"] for issue in row.get("issues", ())))
    if "taken" in row:
        words = (
            _("Taken in as %(id)s.") % {"id": row["id"]}
            if row["taken"]
            else _("Not taken in; OnePlan stays as it was.")
        )
    elif row["standing"] == Standing.REFUSED:
        words = _("Refused.")
    elif row["standing"] == Standing.STALE:
        both = ", ".join(each["column"] for each in row["fields"] if each["changed_in_oneplan"])
        words = _("Changed in OnePlan too since the workbook was made: %(columns)s. Somebody chooses.") % {"columns": both}  # fmt: skip # noqa: E501
    elif row["standing"] == Standing.GONE:
        words = _("Deleted here; it stays in OnePlan unless somebody chooses to withdraw it.")
    elif row["standing"] == Standing.NEW:
        words = _("New; a proposal once it is taken in.")
    else:
        words = _("Changed: %(columns)s.") % {
            "columns": ", ".join(each["column"] for each in row["fields"] if each["changed_by_them"])
        }
    return f"{words} {why}".strip()


def open_annotated(row: WorkbookReturn, by: Actor) -> IO[bytes]:
    """The annotated workbook as an open file, as `by` may take it in; closing it removes it."""
    made = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - whoever reads it closes it
    write_annotated(row, made.name, by)
    made.seek(0)
    return made


def write_annotated(row: WorkbookReturn, path: Path | str, by: Actor) -> None:
    """The rows that differ back to their sender, sheet by sheet: their cells and what OnePlan says about each row."""
    import xlsxwriter  # here: slow to load, and only this function writes a workbook

    report = report_of(row, by)
    by_place = {(each["sheet"], each["row"]): each for each in report["rows"]}
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        head = book.add_format({"bold": True, "bg_color": "#1d4f63", "font_color": "#ffffff", "text_wrap": True})
        tones = {
            standing: book.add_format({"bg_color": tone, "text_wrap": True, "valign": "top"})
            for standing, tone in _TONES.items()
        }
        _summary(book, report, head)
        _issues(book, report, head)
        for key in BY_KEY:
            differing = [each for each in row.rows if each["sheet"] == key]
            if not differing or row.workbook is None:
                continue
            issued = row.workbook.issued["sheets"][key]
            sheet = book.add_worksheet(issued["title"])
            sheet.freeze_panes(1, 2)
            headers = [_("Row"), _("OnePlan says"), *issued["headers"]]
            sheet.set_column(1, 1, 70)
            sheet.set_column(2, len(headers), 22)
            for place, words in enumerate(headers):
                sheet.write_string(0, place, words, head)
            for number, each in enumerate(differing, 1):
                told = by_place.get((issued["title"], each["row"])) or by_place.get((key, each["row"]))
                tone = tones[told["standing"]] if told else None
                words = says(told) if told else _("It says what OnePlan says already.")
                sheet.write_number(number, 0, each["row"], tone)
                sheet.write_string(number, 1, words, tone)
                for place, name in enumerate(issued["columns"], 2):
                    _cell(sheet, number, place, each["cells"].get(name, ""), tone)


def _cell(sheet: Any, number: int, place: int, cell: Any, tone: Any) -> None:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        sheet.write_number(number, place, cell, tone)
    else:
        sheet.write_string(number, place, str(cell), tone)


def _summary(book: Any, report: dict[str, Any], head: Any) -> None:
    sheet = book.add_worksheet(_("OnePlan summary"))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    counts = report["summary"]
    lines = [
        (_("Workbook"), report["workbook"] or _("not recognised")),
        (_("File"), report["file_name"]),
        ("SHA-256", report["file_sha256"]),
        (_("State"), str(ReturnState(report["state"]).label)),
        (_("Why"), report["reason"]),
        (_("Rows read"), shown(counts.get("rows_read"))),
        (_("Unchanged"), shown(counts.get("unchanged"))),
        *((str(each.label), shown(counts.get(each.value))) for each in Standing),
    ]
    for number, (label, words) in enumerate(lines):
        sheet.write_string(number, 0, label, head)
        sheet.write_string(number, 1, words)


def _issues(book: Any, report: dict[str, Any], head: Any) -> None:
    every = [*report["issues"], *(issue for row in report["rows"] for issue in row.get("issues", ()))]
    if not every:
        return
    sheet = book.add_worksheet(_("OnePlan issues"))
    sheet.set_column(0, 5, 18)
    sheet.set_column(6, 6, 100)
    for place, words in enumerate((_("Sheet"), _("Row"), _("Column"), _("Value"), _("Kind"), _("Severity"), _("Message"))):  # fmt: skip # noqa: E501
        sheet.write_string(0, place, words, head)
    for number, said in enumerate(every, 1):
        issue = issue_from(said)
        cells = (issue.sheet, str(issue.row), issue.column, issue.value, str(IssueKind(issue.kind).label), str(Severity(issue.severity).label), issue.message)  # fmt: skip # noqa: E501
        for place, words in enumerate(cells):
            sheet.write_string(number, place, words)
