"""Verbs of workbooks: the only place that writes this room's tables."""

import hashlib
import json
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor, system
from oneplan.access.checks import passes
from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import FileRefused, IssueFound, IssueLog
from oneplan.exchange.readers.guard import guard, sha256_of
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.documents import store
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.spaces.models import Space
from oneplan.workbooks import queries, rules
from oneplan.workbooks.choices import Event, ReturnState, Standing, WorkbookState
from oneplan.workbooks.comparing import Compared, Comparison, compare, with_refusals
from oneplan.workbooks.contents import as_issued
from oneplan.workbooks.models import FORMAT, Workbook, WorkbookReturn
from oneplan.workbooks.reading import Difference, Returned, check_is, facts_of, open_returned, read_rows
from oneplan.workbooks.taking import Taken, Taking
from oneplan.workbooks.writing import write_workbook

_MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ISSUES_KEPT = 2_000


class RowsRefused(RuleBroken):
    """Chosen rows cannot be taken in now, so nothing was. `issues` names each row and why."""

    def __init__(self, issues: list[IssueFound]) -> None:
        first = issues[0]
        super().__init__(
            _("Nothing was taken in: %(count)s of the chosen rows cannot be. The first, %(sheet)s row %(row)s: %(why)s")
            % {"count": len(issues), "sheet": first.sheet, "row": first.row, "why": first.message}
        )
        self.issues = issues


# --- issuing ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_workbook(
    space: Space, *, institution: Institution | None = None, language: str = "en-za", by: Actor
) -> Workbook:
    """Ask for a workbook of a space, or of one party in it; `make_workbook` fills it.

    Raises NotAllowed, RuleBroken (no edition, the party takes no part, a language that the house does not speak).
    """
    rules.check_may_issue(by, space, institution)
    rules.check_language(language)
    edition = rules.current_edition(space)
    if institution:
        rules.check_takes_part(space, institution)
    return Workbook.objects.create(
        space=space, edition=edition, institution=institution, language=language, format=FORMAT, issued_by=by.user,
        issued_at=clock.now(),
    )  # fmt: skip


@transaction.atomic
def make_workbook(workbook: Workbook, *, by: Actor) -> Workbook:
    """Write the file of a workbook that was asked for, and keep every cell as issued. Harmless to repeat."""
    workbook = _locked_workbook(workbook)
    if workbook.is_issued:
        return workbook
    rules.check_may_issue(by, workbook.space, workbook.institution)
    with translation.override(workbook.language):
        house = queries.house_of(workbook)
        issued = as_issued(house)
        packed = json.dumps(issued, ensure_ascii=False, separators=(",", ":")).encode()
        workbook.packed, workbook.digest = zlib.compress(packed, 3), hashlib.sha256(packed).hexdigest()
        workbook.rows = sum(len(sheet["rows"]) for sheet in issued["sheets"].values())
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            write_workbook(workbook, issued, house.lists, file.name)
            with Path(file.name).open("rb") as made:
                workbook.document = store(made, name=workbook.file_name, media_type=_MEDIA, by=by)
    workbook.state, workbook.message = WorkbookState.ISSUED, ""
    workbook.save()
    record(
        Event.WORKBOOK_ISSUED, workbook, by=by, space=workbook.space_id, edition=workbook.edition.number,
        party=workbook.institution_id or "", rows=workbook.rows, digest=workbook.digest,
    )  # fmt: skip
    return workbook


def issue_workbook(
    space: Space, *, institution: Institution | None = None, language: str = "en-za", by: Actor
) -> Workbook:
    """Ask for a workbook and make it at once. `open_document(workbook.document)` is the file."""
    return make_workbook(ask_workbook(space, institution=institution, language=language, by=by), by=by)


@transaction.atomic
def fail_workbook(workbook: Workbook, sentence: str) -> None:
    """Remember why a workbook could not be made."""
    workbook = _locked_workbook(workbook)
    if workbook.state == WorkbookState.ASKED:
        workbook.state, workbook.message = WorkbookState.FAILED, sentence[:400]
        workbook.save(update_fields=["state", "message"])


# --- returning -------------------------------------------------------------------------------------------------------


@transaction.atomic
def return_workbook(path: Path, *, file_name: str, space: Space | None = None, by: Actor) -> WorkbookReturn:
    """Take a returned file in. It is kept as it is; `compare_return` reads it.

    Raises FileRefused where the file is not safe to open or no Excel workbook; nothing is kept then.
    """
    if guard(path) != "xlsx":
        raise FileRefused(
            IssueKind.NOT_A_TABLE,
            _("This is not an Excel workbook (.xlsx). Return the workbook itself, saved as an Excel workbook."),
        )
    with path.open("rb") as file:
        document = store(file, name=file_name, media_type=_MEDIA, by=by)
    row = WorkbookReturn.objects.create(
        space=space, document=document, file_name=file_name[-200:], file_sha256=sha256_of(path), returned_by=by.user,
        returned_at=clock.now(),
    )  # fmt: skip
    record(Event.WORKBOOK_RETURNED, row, by=by, file=row.file_name, sha256=row.file_sha256)
    return row


def compare_return(row: WorkbookReturn, path: Path, *, by: Actor) -> WorkbookReturn:
    """Read a returned file and compare it; what the house would refuse is found by a rehearsal that leaves no trace.

    Nothing is taken in. A file that is no return of a standing workbook becomes refused, with the sentence. The file is
    read before the short transaction that keeps what was found.
    """
    rules.check_can_move(row, ReturnState.COMPARED)
    try:
        workbook, returned = _read(row, path, by)
    except FileRefused as refusal:
        return refuse_file(row, refusal, by=by)
    return _keep_comparison(row, workbook, returned, by)


def _read(row: WorkbookReturn, path: Path, by: Actor) -> tuple[Workbook, Returned]:
    log = IssueLog()
    with open_returned(path, log) as table:
        facts = facts_of(table)
        workbook = _workbook(facts.workbook, by)
        check_is(facts, workbook)
        rules.check_is_current(workbook, row.space)
        return workbook, read_rows(table, workbook, log)


@transaction.atomic
def _keep_comparison(row: WorkbookReturn, workbook: Workbook, returned: Returned, by: Actor) -> WorkbookReturn:
    row = _locked_return(row)
    rules.check_can_move(row, ReturnState.COMPARED)
    row.workbook, row.space = workbook, workbook.space
    row.rows = [_kept(each) for each in returned.differences]
    row.gone = [list(each) for each in returned.gone]
    row.errors = [issue.as_dict() for issue in returned.warnings[:_ISSUES_KEPT]]
    row.choices = {}
    with translation.override(workbook.language):
        house = queries.house_of(workbook)
        found = compare(workbook, returned.differences, row.gone, house, queries.taken_before(workbook, row))
        taken = _rehearse(found, row, by)
    for each in row.rows:
        issues = taken.refusals.get(f"{each['sheet']}:{each['row']}", [])
        each["refusals"] = [issue.as_dict() for issue in issues]
    counts = with_refusals(found, taken.refusals).counts
    row.summary = {"rows_read": returned.rows_read, "unchanged": returned.unchanged + found.already, **counts}
    row.state = ReturnState.COMPARED
    row.save()
    return row


@transaction.atomic
def refuse_file(row: WorkbookReturn, refusal: FileRefused, *, by: Actor) -> WorkbookReturn:
    """Keep why a file is no return of a standing workbook."""
    return _refuse(_locked_return(row), by=by, errors=[refusal.issue])


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


def _rehearse(found: Comparison, row: WorkbookReturn, by: Actor) -> Taken:
    """Take every row that could be taken in, see what the house says, and undo it all."""
    chosen = [(each, each.values) for each in found.rows if each.standing in _TAKEABLE]
    if not chosen:
        return Taken()
    with transaction.atomic():
        taken = _taking(row, by).rows(chosen)
        transaction.set_rollback(True)
    return taken


_TAKEABLE = (Standing.CHANGED, Standing.NEW, Standing.STALE)


def _taking(row: WorkbookReturn, by: Actor) -> Taking:
    workbook = row.workbook
    assert workbook is not None  # noqa: S101 - only rows of a known workbook get here
    who = row.returned_by.name if row.returned_by else "OnePlan"
    reason = _("Workbook %(name)s, returned by %(who)s on %(day)s.") % {
        "name": workbook.name, "who": who, "day": row.returned_at.date().isoformat(),
    }  # fmt: skip
    return Taking(queries.house_of(workbook), by=by, reason=reason, source=_("Workbook %(name)s") % {"name": workbook.name})  # fmt: skip # noqa: E501


# --- deciding --------------------------------------------------------------------------------------------------------


@transaction.atomic
def decide_return(row: WorkbookReturn, choices: Mapping[str, Any], *, by: Actor) -> WorkbookReturn:
    """Keep what somebody chose for some rows: {"take": bool, "fields": {column: "theirs" | "now"}} by row key.

    Of a row that was deleted: {"take": True} withdraws it. Raises NotAllowed, RuleBroken (it is being taken in: what
    was accepted is not chosen anew).
    """
    row = _locked_return(row)
    rules.check_may_handle(by, row)
    rules.check_can_move(row, ReturnState.TAKING)
    row.choices = {**row.choices, **choices}
    row.save(update_fields=["choices"])
    return row


def chosen_rows(found: Comparison, choices: Mapping[str, Any]) -> list[tuple[Compared, dict[str, Any]]]:
    """The rows to take in with the values to take: what was decided, else changed and new rows, and nothing stale."""
    chosen = []
    for row in found.rows:
        decided = choices.get(row.key, {})
        if row.standing == Standing.REFUSED or not decided.get(
            "take", row.standing in (Standing.CHANGED, Standing.NEW)
        ):
            continue
        values = row.values
        if row.standing == Standing.STALE:
            sides = decided.get("fields", {})
            values = {
                each.key: each.value
                for each in row.fields
                if each.by_them and sides.get(each.key, "now" if each.is_conflict else "theirs") == "theirs"
            }
            if not values:
                continue
        chosen.append((row, values))
    return chosen


@transaction.atomic
def ask_taking(row: WorkbookReturn, *, seal: str, by: Actor) -> WorkbookReturn:
    """Accept the comparison that was shown; a task takes it in. Raises as take_in does for what was not shown."""
    row = _locked_return(row)
    rules.check_may_handle(by, row)
    rules.check_can_move(row, ReturnState.TAKING)
    _shown(row, seal)
    row.state = ReturnState.TAKING
    row.save(update_fields=["state"])
    return row


def _shown(row: WorkbookReturn, seal: str) -> Comparison:
    found = queries.comparison_of(row)
    if found.seal != seal:
        raise StaleRevision(
            row, _("Somebody changed rows while you were looking. They are shown anew below; nothing was taken in.")
        )
    return found


@transaction.atomic
def take_in(row: WorkbookReturn, *, seal: str, by: Actor) -> WorkbookReturn:
    """Take the chosen rows of a comparison in, all or none, through the actions of the rooms that own them.

    `seal` is that of the comparison that was shown (Comparison.seal). Raises NotAllowed, RuleBroken, StaleRevision
    (the house changed since it was shown), RowsRefused (a chosen row cannot be taken in; none was).
    """
    row = _locked_return(row)
    rules.check_may_handle(by, row)
    rules.check_can_move(row, ReturnState.TAKEN_IN)
    assert row.workbook is not None  # noqa: S101 - checked by check_may_handle
    rules.check_is_current(row.workbook, None)
    with translation.override(row.workbook.language):
        found = _shown(row, seal)
        chosen = chosen_rows(found, row.choices)
        taken = _taking(row, by).rows(chosen)
    if taken.refusals:
        raise RowsRefused([issue for issues in taken.refusals.values() for issue in issues])
    row.state, row.finished_at = ReturnState.TAKEN_IN, clock.now()
    row.taken = [
        [each.sheet.key, each.words, taken.references[each.key]] for each, _v in chosen if each.standing == Standing.NEW
    ]
    row.summary |= {
        "taken": sorted(set(taken.references.values())),
        "taken_count": len(taken.references),
        "left": len(found.rows) - len(taken.references),
        "kept_rows": _as_told(found, taken),
    }
    row.save()
    record(
        Event.WORKBOOK_TAKEN_IN, row, by=by, rows=len(taken.references), references=row.summary["taken"][:200],
        file_sha256=row.file_sha256,
    )  # fmt: skip
    return row


def _as_told(found: Comparison, taken: Taken) -> list[dict[str, Any]]:
    """What became of each row, for the page of the result and the report."""
    return [
        {
            "sheet": row.sheet.key, "row": row.row, "id": taken.references.get(row.key, row.id),
            "words": row.words[:200], "standing": row.standing.value, "taken": row.key in taken.references,
        }
        for row in found.rows[:_ISSUES_KEPT]
    ]  # fmt: skip


@transaction.atomic
def stop_taking(row: WorkbookReturn, issues: list[IssueFound], sentence: str) -> WorkbookReturn:
    """Back to the comparison, with what stood in the way; nothing was taken in."""
    row = _locked_return(row)
    if row.state == ReturnState.TAKING:
        row.state = ReturnState.COMPARED
        row.summary |= {"stopped": sentence, "stopped_by": [issue.as_dict() for issue in issues[:_ISSUES_KEPT]]}
        row.save()
    return row


@transaction.atomic
def refuse_return(row: WorkbookReturn, *, by: Actor, reason: str) -> WorkbookReturn:
    """Give a return up: nothing of it is taken in. Whoever returned it reads why. Raises NotAllowed, RuleBroken."""
    row = _locked_return(row)
    rules.check_may_handle(by, row)
    rules.check_can_move(row, ReturnState.REFUSED)
    rules.check_reason(reason)
    return _refuse(row, by=by, reason=reason)


@transaction.atomic
def fail_return(row: WorkbookReturn, sentence: str) -> WorkbookReturn:
    """Refuse a file that could not be compared at all."""
    row = _locked_return(row)
    if row.state != ReturnState.RETURNED:
        return row
    issue = IssueFound("", 0, "", "", IssueKind.DAMAGED, Severity.FILE_ERROR, sentence)
    return _refuse(row, by=system("workbooks"), errors=[issue])


def _refuse(
    row: WorkbookReturn, *, by: Actor, reason: str = "", errors: list[IssueFound] | None = None
) -> WorkbookReturn:
    row.state, row.finished_at, row.reason = ReturnState.REFUSED, clock.now(), reason[:400]
    if errors is not None:
        row.errors = [issue.as_dict() for issue in errors]
    row.save()
    why = reason or "; ".join(issue.message for issue in errors or ())
    record(Event.WORKBOOK_REFUSED, row, by=by, reason=why, file=row.file_name, sha256=row.file_sha256)
    return row


def _locked_workbook(workbook: Workbook) -> Workbook:
    rows = Workbook.objects.select_for_update(of=("self",))
    return rows.select_related("space__province", "edition", "institution", "issued_by").get(pk=workbook.pk)


def _locked_return(row: WorkbookReturn) -> WorkbookReturn:
    rows = WorkbookReturn.objects.select_for_update(of=("self",)).select_related(
        "space", "returned_by", "workbook__space__province", "workbook__edition", "workbook__institution"
    )
    return rows.get(pk=row.pk)
