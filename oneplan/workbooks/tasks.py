"""Making, comparing and taking in, in the background. Ids in; harmless to repeat."""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task

from oneplan.access.actors import Actor, actor_for, system
from oneplan.accounts.models import User
from oneplan.exchange.issues import FileRefused
from oneplan.periods import clock
from oneplan.platform.documents import open_document
from oneplan.platform.errors import Refused
from oneplan.workbooks import actions, queries, rules
from oneplan.workbooks.choices import ReturnState, WorkbookState
from oneplan.workbooks.models import Workbook, WorkbookReturn

_log = logging.getLogger(__name__)


@task()
def make_workbook(workbook_id: int, user_id: int | None) -> None:
    """Write the file of a workbook that was asked for."""
    workbook = Workbook.objects.get(pk=workbook_id)
    if workbook.state != WorkbookState.ASKED:
        return
    try:
        actions.make_workbook(workbook, by=_actor(user_id))
    except Refused as refusal:
        actions.fail_workbook(workbook, refusal.sentence)
    except Exception:
        _log.exception("workbook %s", workbook_id)
        actions.fail_workbook(workbook, _("Something went wrong on our side. Make it again; if it fails again, report %(name)s.") % {"name": workbook.name})  # fmt: skip # noqa: E501


@task()
def compare_return(return_id: int, user_id: int | None, attempt: int = 1) -> None:
    """Read a returned file and compare it."""
    row = WorkbookReturn.objects.select_related("document", "space").get(pk=return_id)
    if row.state != ReturnState.RETURNED or row.attempt != attempt:
        return
    by = _actor(user_id)
    try:
        with on_disk(row) as path:
            actions.compare_return(row, path, by=by, attempt=attempt)
    except FileRefused as refusal:
        actions.refuse_file(row, refusal, by=by, attempt=attempt)
    except Exception:
        _log.exception("workbook return %s", return_id)
        actions.fail_return(row, _("Something went wrong on our side; nothing was taken in. Return it again, or report return %(id)s.") % {"id": return_id}, attempt=attempt)  # fmt: skip # noqa: E501


@task()
def take_in(return_id: int, seal: str, user_id: int | None, attempt: int = 1) -> None:
    """Take the chosen rows of an accepted comparison in."""
    row = WorkbookReturn.objects.get(pk=return_id)
    if row.state != ReturnState.TAKING or row.attempt != attempt:
        return
    try:
        actions.take_in(row, seal=seal, by=_actor(user_id), attempt=attempt)
    except actions.RowsRefused as refusal:
        actions.stop_taking(row, refusal.issues, refusal.sentence, attempt=attempt)
    except Refused as refusal:
        actions.stop_taking(row, [], refusal.sentence, attempt=attempt)
    except Exception:
        _log.exception("workbook return %s", return_id)
        actions.stop_taking(row, [], _("Something went wrong on our side; nothing was taken in. Try again, or report return %(id)s.") % {"id": return_id}, attempt=attempt)  # fmt: skip # noqa: E501


def put_again(row: WorkbookReturn) -> None:
    """Put the job of a return that was begun again, once that is committed."""
    if row.state == ReturnState.RETURNED:
        transaction.on_commit(lambda: compare_return.enqueue(row.pk, row.returned_by_id, row.attempt))


def begin_stalled_again() -> None:
    """Begin again what workers left undone; for the schedule. One that cannot be is left to the next time."""
    by, before = system("workbooks"), clock.now() - rules.PATIENCE
    for row in queries.stalled_returns(before, rules.MOST_ATTEMPTS):
        try:
            with transaction.atomic():
                put_again(actions.restart_return(row, by=by))
        except Refused:
            _log.info("workbook return %s went on by itself", row.pk)
    for workbook in queries.stalled_workbooks(before):
        actions.fail_workbook(workbook, _("The work ended before it was done. Make it again; if it fails again, report %(name)s.") % {"name": workbook.name})  # fmt: skip # noqa: E501


@contextmanager
def on_disk(row: WorkbookReturn) -> Iterator[Path]:
    """The returned file under a name that ends as it should."""
    with open_document(row.document) as file, tempfile.NamedTemporaryFile(suffix=".xlsx") as near:
        shutil.copyfileobj(file, near)
        near.flush()
        yield Path(near.name)


def _actor(user_id: int | None) -> Actor:
    return actor_for(User.objects.get(pk=user_id)) if user_id else system("workbooks")
