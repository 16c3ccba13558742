"""A file comes back: kept as it is, read, compared, and rehearsed; what was interrupted is begun again."""

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor, system
from oneplan.access.checks import passes
from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import FileRefused, IssueFound, IssueLog
from oneplan.exchange.readers.guard import guard, sha256_of
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.documents import store
from oneplan.platform.errors import NotAllowed
from oneplan.spaces.models import Space
from oneplan.workbooks import queries, rules
from oneplan.workbooks.actions.keeping import ISSUES_KEPT, MEDIA, is_late, lock_return, lock_rows, refuse, taking
from oneplan.workbooks.choices import Event, ReturnState, Standing, WorkbookState
from oneplan.workbooks.comparing import Comparison, compare, with_refusals
from oneplan.workbooks.models import Workbook, WorkbookReturn
from oneplan.workbooks.reading import Difference, Returned, check_is, facts_of, open_returned, read_rows
from oneplan.workbooks.rights import with_rights
from oneplan.workbooks.taking import Taken

_TAKEABLE = (Standing.CHANGED, Standing.NEW, Standing.STALE)


@transaction.atomic
def return_workbook(path: Path, *, file_name: str, space: Space | None = None, by: Actor) -> WorkbookReturn:
    """Take a returned file in. It is kept as it is; `compare_return` reads it.

    `space` is that on whose page it was handed in. Raises NotAllowed for who writes nothing there, FileRefused where
    the file is not safe to open or no Excel workbook; nothing is kept then.
    """
    if space is not None:
        rules.check_may_hand_in(by, space)
    if guard(path) != "xlsx":
        raise FileRefused(
            IssueKind.NOT_A_TABLE,
            _("This is not an Excel workbook (.xlsx). Return the workbook itself, saved as an Excel workbook."),
        )
    with path.open("rb") as file:
        document = store(file, name=file_name, media_type=MEDIA, by=by)
    now = clock.now()
    row = WorkbookReturn.objects.create(
        space=space, document=document, file_name=file_name[-200:], file_sha256=sha256_of(path), returned_by=by.user,
        returned_at=now, at_work_since=now,
    )  # fmt: skip
    record(Event.WORKBOOK_RETURNED, row, by=by, file=row.file_name, sha256=row.file_sha256)
    return row


def compare_return(row: WorkbookReturn, path: Path, *, by: Actor, attempt: int | None = None) -> WorkbookReturn:
    """Read a returned file and compare it; what the house would refuse is found by a rehearsal that leaves no trace.

    Nothing is taken in. A file that is no return of a standing workbook becomes refused, with the sentence. The file is
    read before the short transaction that keeps what was found. A job names its `attempt`; a late one keeps nothing.
    """
    rules.check_can_move(row, ReturnState.COMPARED)
    try:
        workbook, returned = _read(row, path, by)
    except FileRefused as refusal:
        return refuse_file(row, refusal, by=by, attempt=attempt)
    return _keep_comparison(row, workbook, returned, by, attempt)


def _read(row: WorkbookReturn, path: Path, by: Actor) -> tuple[Workbook, Returned]:
    log = IssueLog()
    with open_returned(path, log) as table:
        facts = facts_of(table)
        workbook = _workbook(facts.workbook, by)
        check_is(facts, workbook)
        rules.check_is_current(workbook, row.space)
        return workbook, read_rows(table, workbook, log)


@transaction.atomic
def _keep_comparison(
    row: WorkbookReturn, workbook: Workbook, returned: Returned, by: Actor, attempt: int | None
) -> WorkbookReturn:
    row = lock_return(row)
    if is_late(row, attempt):
        return row
    rules.check_can_move(row, ReturnState.COMPARED)
    row.workbook, row.space = workbook, workbook.space
    row.rows = [_kept(each) for each in returned.differences]
    row.gone = [list(each) for each in returned.gone]
    row.errors = [issue.as_dict() for issue in returned.warnings[:ISSUES_KEPT]]
    row.choices = {}
    lock_rows(row)
    house = queries.house_of(workbook)
    found = compare(workbook, returned.differences, row.gone, house, queries.taken_before(workbook, row))
    refusals = _rehearse(found, row)
    for each in row.rows:
        each["refusals"] = [issue.as_dict() for issue in refusals.get(f"{each['sheet']}:{each['row']}", [])]
    counts = with_rights(with_refusals(found, refusals), house, by).counts
    row.summary = {"rows_read": returned.rows_read, "unchanged": returned.unchanged + found.already, **counts}
    row.state = ReturnState.COMPARED
    row.save()
    return row


def _workbook(number: int, by: Actor) -> Workbook:
    """The workbook of that number, where the actor may return it; else a refusal that does not tell whether it is."""
    workbook = (
        Workbook.objects.select_related("space__province", "edition", "institution")
        .filter(pk=number, state=WorkbookState.ISSUED)
        .first()
    )
    if workbook is None or not passes(rules.check_may_issue, by, workbook.space, workbook.institution):
        raise FileRefused(
            IssueKind.NOT_ALLOWED,
            _(
                "The file says that it is W-%(number)s. No such workbook was issued here to you or your institution;"
                " ask whoever gave it to you to return it."
            )
            % {"number": number},
        )
    try:
        rules.check_may_return(by, workbook)
    except NotAllowed as refusal:
        raise FileRefused(IssueKind.NOT_ALLOWED, refusal.sentence) from None
    return workbook


def _kept(found: Difference) -> dict[str, Any]:
    return {
        "sheet": found.sheet, "row": found.row, "id": found.id, "cells": found.cells,
        "flaws": [flaw.as_dict() for flaw in found.flaws],
    }  # fmt: skip


def _rehearse(found: Comparison, row: WorkbookReturn) -> dict[str, list[IssueFound]]:
    """Take every row that could be taken in, see what the house says, and undo it all.

    The house itself does it: what the rules refuse is refused to everybody, and kept. Who may is another question; it
    is asked anew of whoever looks (rights.py).
    """
    chosen = [(each, each.values) for each in found.rows if each.standing in _TAKEABLE]
    if not chosen:
        return Taken().refusals
    with transaction.atomic():
        taken = taking(row, system("workbooks")).rows(chosen)
        transaction.set_rollback(True)
    return taken.refusals


@transaction.atomic
def refuse_file(row: WorkbookReturn, refusal: FileRefused, *, by: Actor, attempt: int | None = None) -> WorkbookReturn:
    """Keep why a file is no return of a standing workbook."""
    row = lock_return(row)
    return row if is_late(row, attempt) else refuse(row, by=by, errors=[refusal.issue])


@transaction.atomic
def fail_return(row: WorkbookReturn, sentence: str, *, attempt: int | None = None) -> WorkbookReturn:
    """Refuse a file that could not be compared at all."""
    row = lock_return(row)
    if row.state != ReturnState.RETURNED or is_late(row, attempt):
        return row
    issue = IssueFound("", 0, "", "", IssueKind.DAMAGED, Severity.FILE_ERROR, sentence)
    return refuse(row, by=system("workbooks"), errors=[issue])


@transaction.atomic
def restart_return(row: WorkbookReturn, *, by: Actor) -> WorkbookReturn:
    """Begin again what a worker left undone. Raises NotAllowed, RuleBroken (over, or not at work for long enough).

    A comparison is made anew: the caller puts the job. What was being taken in goes back to its comparison, so that
    it is seen again before it counts; the rows are taken in all or none, so none was. A job of the attempt before
    that turns up after all does nothing.
    """
    row = lock_return(row)
    rules.check_may_restart(by, row)
    rules.check_can_restart(row, clock.now())
    before, since = row.state, row.at_work_since
    row.attempt += 1
    if row.state == ReturnState.TAKING:
        row.state = ReturnState.COMPARED
        words = _("The work ended before it was done, and nothing was taken in. Look the rows over and take them in again.")  # fmt: skip # noqa: E501
        row.summary |= {"stopped": words, "stopped_by": []}
    else:
        row.at_work_since = clock.now()
    row.save()
    record(Event.WORKBOOK_RESTARTED, row, by=by, state=before, since=since, attempt=row.attempt, file=row.file_name)
    return row
