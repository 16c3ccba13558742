"""Deciding a return: what is chosen, accepted and taken in, by whom; or that it is refused."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.exchange.issues import IssueFound
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken, StaleRevision
from oneplan.workbooks import queries, rules
from oneplan.workbooks.actions.keeping import ISSUES_KEPT, is_late, lock_return, lock_rows, refuse, taking
from oneplan.workbooks.choices import Event, ReturnState, Standing
from oneplan.workbooks.choosing import chosen_rows
from oneplan.workbooks.comparing import Comparison
from oneplan.workbooks.models import WorkbookReturn
from oneplan.workbooks.taking import Taken


class RowsRefused(RuleBroken):
    """Chosen rows cannot be taken in now, so nothing was. `issues` names each row and why."""

    def __init__(self, issues: list[IssueFound]) -> None:
        first = issues[0]
        super().__init__(
            _("Nothing was taken in: %(count)s of the chosen rows cannot be. The first, %(sheet)s row %(row)s: %(why)s")
            % {"count": len(issues), "sheet": first.sheet, "row": first.row, "why": first.message}
        )
        self.issues = issues


@transaction.atomic
def decide_return(row: WorkbookReturn, choices: Mapping[str, Any], *, by: Actor) -> WorkbookReturn:
    """Keep what somebody chose for some rows: {"take": bool, "fields": {column: "theirs" | "now"}} by row key.

    Of a row that was deleted: {"take": True} withdraws it. Who chose what is kept beside it; whoever confirms what
    another chose does not take its place. Raises NotAllowed, RuleBroken (it is being taken in: what was accepted is not
    chosen anew).
    """
    row = lock_return(row)
    rules.check_may_handle(by, row)
    rules.check_can_move(row, ReturnState.TAKING)
    for key, choice in choices.items():
        held = row.choices.get(key, {})
        if _says(held) != _says(choice):
            row.choices[key] = {**_says(choice), "by": by.user_id}
    row.save(update_fields=["choices"])
    return row


def _says(choice: Mapping[str, Any]) -> dict[str, Any]:
    """A choice without who made it."""
    return {name: choice[name] for name in ("take", "fields") if name in choice}


@transaction.atomic
def ask_taking(row: WorkbookReturn, *, seal: str, by: Actor) -> WorkbookReturn:
    """Accept the comparison that was shown; a task takes it in. Raises as take_in does for what was not shown."""
    row = lock_return(row)
    rules.check_may_handle(by, row)
    rules.check_can_move(row, ReturnState.TAKING)
    _shown(row, seal, by)
    row.state, row.at_work_since, row.attempt = ReturnState.TAKING, clock.now(), row.attempt + 1
    row.save(update_fields=["state", "at_work_since", "attempt"])
    return row


def _shown(row: WorkbookReturn, seal: str, by: Actor) -> Comparison:
    found = queries.comparison_of(row, by)
    if found.seal != seal:
        raise StaleRevision(
            row, _("Somebody changed rows while you were looking. They are shown anew below; nothing was taken in.")
        )
    return found


@transaction.atomic
def take_in(row: WorkbookReturn, *, seal: str, by: Actor, attempt: int | None = None) -> WorkbookReturn:
    """Take the chosen rows of a comparison in, all or none, through the actions of the rooms that own them.

    `seal` is that of the comparison that was shown (Comparison.seal). A job names its `attempt`; a late one takes
    nothing in. Raises NotAllowed, RuleBroken, StaleRevision (the house changed since it was shown), RowsRefused (a
    chosen row cannot be taken in; none was).
    """
    row = lock_return(row)
    if is_late(row, attempt):
        return row
    rules.check_may_handle(by, row)
    rules.check_can_move(row, ReturnState.TAKEN_IN)
    assert row.workbook is not None  # noqa: S101 - checked by check_may_handle
    rules.check_is_current(row.workbook, None)
    lock_rows(row)
    found = _shown(row, seal, by)
    chosen = chosen_rows(found, row.choices)
    taken = taking(row, by).rows(chosen)
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
        "kept_rows": _as_told(found, taken, row.choices),
    }
    row.save()
    record(
        Event.WORKBOOK_TAKEN_IN, row, by=by, rows=len(taken.references), references=row.summary["taken"][:200],
        file_sha256=row.file_sha256, chosen=_who_chose(found, row.choices),
    )  # fmt: skip
    return row


def _as_told(found: Comparison, taken: Taken, choices: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What became of each row, for the page of the result and the report."""
    return [
        {
            "sheet": row.sheet.key, "row": row.row, "id": taken.references.get(row.key, row.id),
            "words": row.words[:200], "standing": row.standing.value, "taken": row.key in taken.references,
            "chosen_by": choices.get(row.key, {}).get("by"),
        }
        for row in found.rows[:ISSUES_KEPT]
    ]  # fmt: skip


def _who_chose(found: Comparison, choices: Mapping[str, Any]) -> list[dict[str, Any]]:
    """For the log: each person by number, with the rows that were taken, left or decided field by field by that choice.

    Every row is named, so that nobody can be said to have chosen what another chose; rows that nobody touched, which
    went as they stood, are not.
    """
    told: dict[int | None, dict[str, Any]] = {}
    for row in found.rows:
        choice = choices.get(row.key)
        if choice is None:
            continue
        mine = told.setdefault(choice.get("by"), {"by": choice.get("by"), "take": [], "leave": [], "fields": {}})
        mine["take" if choice.get("take") else "leave"].append(row.key)
        if choice.get("fields"):
            mine["fields"][row.key] = choice["fields"]
    return list(told.values())


@transaction.atomic
def stop_taking(
    row: WorkbookReturn, issues: list[IssueFound], sentence: str, *, attempt: int | None = None
) -> WorkbookReturn:
    """Back to the comparison, with what stood in the way; nothing was taken in."""
    row = lock_return(row)
    if row.state == ReturnState.TAKING and not is_late(row, attempt):
        row.state = ReturnState.COMPARED
        row.summary |= {"stopped": sentence, "stopped_by": [issue.as_dict() for issue in issues[:ISSUES_KEPT]]}
        row.save()
    return row


@transaction.atomic
def refuse_return(row: WorkbookReturn, *, by: Actor, reason: str) -> WorkbookReturn:
    """Give a return up: nothing of it is taken in. Whoever returned it reads why. Raises NotAllowed, RuleBroken."""
    row = lock_return(row)
    rules.check_may_handle(by, row)
    rules.check_can_move(row, ReturnState.REFUSED)
    rules.check_reason(reason)
    return refuse(row, by=by, reason=reason)
