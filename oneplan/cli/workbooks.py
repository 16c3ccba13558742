"""Workbooks on the command line: issue one, compare what came back, take it in."""

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from oneplan.access.actors import Actor
from oneplan.institutions.models import Institution
from oneplan.platform.documents import open_document
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import Space
from oneplan.workbooks import actions
from oneplan.workbooks.choices import ReturnState, Standing
from oneplan.workbooks.exports import report_of, says, write_annotated
from oneplan.workbooks.models import WorkbookReturn
from oneplan.workbooks.queries import comparison_of

_ROWS_TOLD = 40


@dataclass
class Outcome:
    """What is said on the screen, and how the command ends."""

    lines: list[str] = field(default_factory=list)
    is_refused: bool = False
    rows_refused: int = 0

    def exit_code(self, strict: bool) -> int:
        """1 for a refused file, or with `strict` for any refused row; else 0."""
        return int(self.is_refused or (strict and self.rows_refused > 0))


def issue(code: str, party: str | None, *, language: str, out: Path, by: Actor) -> str:
    """Issue a workbook to a file. Returns the sentence to say. Raises Refused, OSError."""
    space = Space.objects.select_related("province").filter(pk=code.upper()).first()
    if space is None:
        raise RuleBroken(f"There is no space {code}. Codes look like DC36 or ETH.")
    institution = Institution.objects.filter(pk=party).first() if party else None
    if party and institution is None:
        raise RuleBroken(f"There is no institution {party}. Codes look like nat-dws; the register lists them.")
    workbook = actions.issue_workbook(space, institution=institution, language=language, by=by)
    document = workbook.document
    if document is None:  # pragma: no cover - an issued workbook has a file
        raise RuleBroken("The workbook could not be made.")
    with open_document(document) as made, out.open("wb") as file:
        shutil.copyfileobj(made, file)
    return f"{workbook.name} of {space.name}, edition {workbook.edition.number}, {workbook.rows} rows: {out}"


def take_back(
    path: Path, *, by: Actor, take_in: bool, report: Path | None = None, annotated: Path | None = None
) -> Outcome:
    """Compare a returned file, and take it in where told. Raises Refused for an unsafe file; nothing is kept then."""
    row = actions.return_workbook(path, file_name=path.name, by=by)
    row = actions.compare_return(row, path, by=by)
    outcome = Outcome()
    if row.state == ReturnState.REFUSED:
        outcome.is_refused = True
        outcome.lines = [each["message"] for each in row.errors]
    else:
        _tell(row, outcome, by)
        if take_in:
            _take_in(row, outcome, by)
        else:
            outcome.lines.append("Nothing was taken in. Add --take-in, or choose row by row on the page:")
        outcome.lines.append(f"/workbooks/returns/{row.pk}/")
    row = WorkbookReturn.objects.select_related("workbook__edition").get(pk=row.pk)
    if report:
        report.write_text(json.dumps(report_of(row, by), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if annotated:
        write_annotated(row, annotated, by)
    return outcome


def _tell(row: WorkbookReturn, outcome: Outcome, by: Actor) -> None:
    summary, told = row.summary, report_of(row, by)
    outcome.rows_refused = summary[Standing.REFUSED.value]
    outcome.lines.append(f"{summary['rows_read']} rows read, {summary['unchanged']} unchanged.")
    outcome.lines += [f"{summary[each.value]} · {each.label}" for each in Standing if summary[each.value]]
    outcome.lines += [f"{each['sheet']}: {each['message']}" for each in row.errors]
    if not told["rows"]:
        outcome.lines.append("Nothing changed.")
    for each in told["rows"][:_ROWS_TOLD]:
        where = f"{each['sheet']}, row {each['row']}" if each["row"] else each["sheet"]
        outcome.lines.append(f"  {where} · {each['id'] or each['words']}: {says(each)}")
    if len(told["rows"]) > _ROWS_TOLD:
        outcome.lines.append(f"  and {len(told['rows']) - _ROWS_TOLD} more rows: see the report.")


def _take_in(row: WorkbookReturn, outcome: Outcome, by: Actor) -> None:
    taken = actions.take_in(row, seal=comparison_of(row, by).seal, by=by)
    outcome.lines.append(
        f"{taken.summary['taken_count']} rows were taken in, {taken.summary['left']} left as they were."
    )
