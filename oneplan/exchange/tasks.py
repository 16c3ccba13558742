"""Reading and storing what was handed in on a page. Run ids in; safe to repeat."""

import logging
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from django.utils.translation import gettext as _
from django_tasks import task

from oneplan.access.actors import Actor, actor_for, system
from oneplan.accounts.models import User
from oneplan.exchange import actions
from oneplan.exchange.checking import Checked, Progress, check_file
from oneplan.exchange.choices import IssueKind, RunState
from oneplan.exchange.issues import FileRefused
from oneplan.exchange.kinds import Hashed, ImportOrder, Kind, get_kind
from oneplan.exchange.mapping import MappingSpec, spec_of
from oneplan.exchange.models import ImportRun
from oneplan.exchange.report import Report
from oneplan.platform.documents import Aside, set_aside
from oneplan.platform.errors import Refused

_SECONDS_BETWEEN = 1.0
_log = logging.getLogger(__name__)


def order_of(run: ImportRun, by: Actor) -> ImportOrder:
    """The order of a run, as its actor gives it."""
    return ImportOrder(
        kind=run.kind, by=by, source=run.source, as_at=run.as_at, level=run.level, space=run.space_code,
        province=run.province_code, licence=run.licence, file_name=run.file_name, file=Hashed(run.file_sha256),
        details=run.details,
    )  # fmt: skip


def spec_for(run: ImportRun, kind: Kind) -> MappingSpec | None:
    """The mapping kept with a run. Raises FileRefused."""
    return spec_of(run.mapping, kind) if run.mapping else None


@task()
def check_run(run_id: int, user_id: int | None) -> None:
    """Dry run of a file that was handed in."""
    _work(run_id, user_id, RunState.CHECKING)


@task()
def accept_run(run_id: int, user_id: int | None) -> None:
    """Store a file whose dry run was accepted; it is checked once more first, against what is stored by now."""
    _work(run_id, user_id, RunState.ACCEPTING)


def _work(run_id: int, user_id: int | None, state: RunState) -> None:
    run = ImportRun.objects.get(pk=run_id)
    if run.state != state:
        return  # done by an earlier attempt, or discarded
    by = actor_for(User.objects.get(pk=user_id)) if user_id else system("imports")
    kind, order = get_kind(run.kind), order_of(run, by)
    try:
        with actions.staged_file(run) as path, _aside(path, state) as file:
            spec = spec_for(run, kind)
            checked = check_file(path, order, kind, spec, progress=_teller(run_id))
            try:
                _settle(run, file, checked, kind, order, spec)
            finally:
                checked.close()
    except FileRefused as refusal:
        actions.fail_import(run, _failed(run, refusal))
    except Refused as refusal:
        actions.fail_import(run, _failed(run, FileRefused(IssueKind.RULE_BROKEN, refusal.sentence)))
    except Exception:
        _log.exception("import run %s", run_id)
        sentence = _(
            "Something went wrong on our side; nothing of the file was stored. Try again, or report run %(run)s."
        )
        actions.fail_import(run, _failed(run, FileRefused(IssueKind.DAMAGED, sentence % {"run": run_id})))


def _aside(path: Path, state: RunState) -> AbstractContextManager[Aside | None]:
    """The file on its way to be kept, where it is to be."""
    return set_aside(path) if state == RunState.ACCEPTING else nullcontext()


def _settle(
    run: ImportRun, file: Aside | None, checked: Checked, kind: Kind, order: ImportOrder, spec: MappingSpec | None
) -> None:
    if file is None:
        checked.report.dry_run = True
        actions.keep_check(run, checked)
    elif checked.report.is_file_error:
        actions.fail_import(run, checked.report)
    else:
        actions.accept_import(checked, kind=kind, order=order, spec=spec, file=file, by=order.by, run=run)


def _failed(run: ImportRun, refusal: FileRefused) -> Report:
    return Report(
        kind=run.kind, source=run.source, as_at=run.as_at, level=run.level, space=run.space_code,
        province=run.province_code, file_name=run.file_name, file_sha256=run.file_sha256, issues=[refusal.issue],
    )  # fmt: skip


def _teller(run_id: int) -> Progress:
    """Tells the page how many rows were read, at most once a second."""
    told = time.monotonic()

    def tell(rows: int) -> None:
        nonlocal told
        if time.monotonic() - told > _SECONDS_BETWEEN:
            actions.note_progress(run_id, rows)
            told = time.monotonic()

    return tell
