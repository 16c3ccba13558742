"""What the verbs of returns share: the lock, the taking of rows, and how a return is refused."""

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.commitments.actions import lock_together
from oneplan.exchange.issues import IssueFound
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.workbooks import queries
from oneplan.workbooks.choices import Event, ReturnState
from oneplan.workbooks.models import WorkbookReturn
from oneplan.workbooks.sheets import COMMITMENTS, PLEDGES
from oneplan.workbooks.taking import Taking

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ISSUES_KEPT = 2_000


def lock_return(row: WorkbookReturn) -> WorkbookReturn:
    """The return as stored, locked until the transaction ends."""
    rows = WorkbookReturn.objects.select_for_update(of=("self",)).select_related(
        "space", "returned_by", "workbook__space__province", "workbook__edition", "workbook__institution"
    )
    return rows.get(pk=row.pk)


def lock_rows(row: WorkbookReturn) -> None:
    """Lock all that the rows of a return may change, at once, in the one order of the house, before they are compared.

    Row by row the locks would come as the rows do, and two returns of two spaces that share commitments could each hold
    what the other waits for. And what is compared under them is what is then changed.
    """
    assert row.workbook is not None  # noqa: S101 - only rows of a known workbook get here
    refs, is_entered = {identity for key, identity in row.gone if key == COMMITMENTS.key}, False
    for each in row.rows:
        if each["sheet"] == COMMITMENTS.key:
            refs.add(each["id"])
            is_entered |= not each["id"]
        elif each["sheet"] == PLEDGES.key:
            refs.add(str(each["cells"].get("commitment") or "").strip().upper())
    changed = {each["id"] for each in row.rows if each["id"]} | {identity for _key, identity in row.gone}
    refs |= {line[3][0] for line in row.workbook.issued["sheets"][PLEDGES.key]["rows"] if line[0] in changed}
    lock_together(refs - {""}, row.workbook.space, is_entered=is_entered)


def is_late(row: WorkbookReturn, attempt: int | None) -> bool:
    """Whether a job belongs to an attempt that was given up for a newer one: it then changes nothing."""
    return attempt is not None and row.attempt != attempt


def taking(row: WorkbookReturn, by: Actor) -> Taking:
    """Takes rows of this return in, each remembered with the workbook and whoever returned it."""
    workbook = row.workbook
    assert workbook is not None  # noqa: S101 - only rows of a known workbook get here
    who = row.returned_by.name if row.returned_by else "OnePlan"
    reason = _("Workbook %(name)s, returned by %(who)s on %(day)s.") % {
        "name": workbook.name, "who": who, "day": row.returned_at.date().isoformat(),
    }  # fmt: skip
    return Taking(queries.house_of(workbook), by=by, reason=reason, source=_("Workbook %(name)s") % {"name": workbook.name})  # fmt: skip # noqa: E501


def refuse(
    row: WorkbookReturn, *, by: Actor, reason: str = "", errors: list[IssueFound] | None = None
) -> WorkbookReturn:
    """Nothing of a locked return is taken in; why is kept."""
    row.state, row.finished_at, row.reason = ReturnState.REFUSED, clock.now(), reason[:400]
    if errors is not None:
        row.errors = [issue.as_dict() for issue in errors]
    row.save()
    why = reason or "; ".join(issue.message for issue in errors or ())
    record(Event.WORKBOOK_REFUSED, row, by=by, reason=why, file=row.file_name, sha256=row.file_sha256)
    return row
