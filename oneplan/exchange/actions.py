"""Verbs of imports: the only place that writes this room's tables."""

import hashlib
import json
import uuid
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from tempfile import NamedTemporaryFile

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.exchange import rules
from oneplan.exchange.checking import Checked
from oneplan.exchange.choices import Event, RunState
from oneplan.exchange.collector import patient_collector
from oneplan.exchange.kinds import ColumnReader, ImportOrder, Kind, get_kind
from oneplan.exchange.mapping import MappingSpec
from oneplan.exchange.models import ImportRun, Issue, Mapping, QuarantinedRow, StoredRow
from oneplan.exchange.readers.guard import guard
from oneplan.exchange.readers.packed import opening
from oneplan.exchange.report import Report
from oneplan.exchange.rows import Row
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.bulk import insert_rows, roomy_cache, upsert_rows
from oneplan.platform.documents import Aside, keep
from oneplan.platform.errors import RuleBroken, StaleRevision

_BATCH = 1000
_IN_FLIGHT = 5_000  # a room names the subject of a row before it asks for this many more
_STORED = ("kind", "source", "version", "run_id", "key", "digest", "subject")
_MEDIA = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@transaction.atomic
def start_import(path: Path, *, kind: Kind, order: ImportOrder, by: Actor) -> ImportRun:
    """Take a file in: it waits beside the database until it is accepted or discarded.

    Raises NotAllowed, RuleBroken (the order lacks something) or FileRefused (the file is not safe or not a table).
    """
    check(by, kind.permission, kind.scopes(order))
    rules.check_order(kind, order)
    if kind.read is None:
        with opening(path, kind.limits) as plain:  # the check unpacks the whole, in the background
            guard(plain, kind.limits)
    run = _new_run(kind, order, by=by)
    with path.open("rb") as file:
        run.staged = default_storage.save(f"imports/{uuid.uuid4().hex}{path.suffix}", File(file))
    run.save()
    record(Event.IMPORT_STARTED, run, by=by, kind=kind.name, file=order.file_name, sha256=order.file_sha256)
    return run


def _new_run(kind: Kind, order: ImportOrder, *, by: Actor) -> ImportRun:
    return ImportRun(
        kind=kind.name, source=order.source, licence=order.licence, as_at=order.as_at, level=order.level,
        space_code=order.space, province_code=order.province,
        scope_keys="|" + "|".join(kind.scopes(order)) + "|", file_name=order.file_name[-200:],
        file_sha256=order.file_sha256, details=dict(order.details), retrieved_at=clock.now(),
        started_by_id=by.user_id,
    )  # fmt: skip


@transaction.atomic
def check_import(run: ImportRun, *, kind: Kind, order: ImportOrder, spec: MappingSpec | None, by: Actor) -> ImportRun:
    """Ask for a dry run with these columns matched; a task does it (tasks.py)."""
    check(by, kind.permission, kind.scopes(order))
    run = _locked(run)
    rules.check_can_move(run, RunState.CHECKING)
    run.state, run.rows_seen = RunState.CHECKING, 0
    run.mapping = spec.as_dict() if spec else {}
    run.mapping_name = spec.name if spec else ""
    run.save()
    return run


@transaction.atomic
def propose_mapping(run: ImportRun, *, kind: Kind, order: ImportOrder, spec: MappingSpec, by: Actor) -> ImportRun:
    """Fill the match page of a run with a mapping that was handed in. Nothing is checked with it yet."""
    check(by, kind.permission, kind.scopes(order))
    run = _locked(run)
    rules.check_can_move(run, RunState.CHECKING)
    run.mapping = spec.as_dict()
    run.save(update_fields=["mapping"])
    return run


@transaction.atomic
def keep_check(run: ImportRun, checked: Checked) -> ImportRun:
    """Keep what a dry run found: the report and its issues; no row is stored."""
    run = _locked(run)
    if run.state != RunState.CHECKING:
        return run  # discarded meanwhile
    run.state = RunState.FAILED if checked.report.is_file_error else RunState.CHECKED
    _keep_report(run, checked.report)
    return run


@transaction.atomic
def fail_import(run: ImportRun, report: Report) -> ImportRun:
    """Keep why a run was refused as a whole."""
    run = _locked(run)
    run.state = RunState.FAILED
    _keep_report(run, report)
    return run


@transaction.atomic
def ask_acceptance(run: ImportRun, *, kind: Kind, order: ImportOrder, by: Actor) -> ImportRun:
    """Have a checked file stored; a task does it (tasks.py), checking it once more against what is stored by then."""
    check(by, kind.permission, kind.scopes(order))
    run = _locked(run)
    rules.check_can_move(run, RunState.ACCEPTING)
    run.state, run.rows_seen = RunState.ACCEPTING, 0
    run.save()
    return run


@transaction.atomic
@patient_collector()
@roomy_cache()
def accept_import(
    checked: Checked, *, kind: Kind, order: ImportOrder, spec: MappingSpec | None, file: Aside, by: Actor,
    run: ImportRun | None = None,
) -> ImportRun:  # fmt: skip
    """Store a checked file: its rows through the room's actions, its issues, its refused rows, the file itself.

    One transaction: an exception of the room undoes everything. `file` was set aside when it began to be read. Raises
    NotAllowed; RuleBroken also where what was set aside is not what was handed in.
    """
    check(by, kind.permission, kind.scopes(order))
    if run:
        run = _locked(run)
        rules.check_can_move(run, RunState.ACCEPTED)
    else:
        run = _new_run(kind, order, by=by)
        run.mapping = spec.as_dict() if spec else {}
        run.mapping_name = spec.name if spec else ""
        run.save()
    reader = checked.reader
    if reader is None or checked.report.is_file_error:
        raise RuleBroken(_("The file was refused as a whole; there is nothing to store."))
    if isinstance(reader, ColumnReader):
        rows_digest = reader.store(checked.report, run=run, by=by)
    else:
        remembered = _Remembered(checked, run, kind, order)
        reader.accept(remembered.rows(), run=run, by=by)
        rows_digest = remembered.finish()
    run.state, run.finished_at = RunState.ACCEPTED, clock.now()
    checked.report.run_id = run.pk
    _keep_report(run, checked.report)
    _keep_refused(run, checked)
    media = _MEDIA.get(Path(order.file_name).suffix.lower(), "application/octet-stream")
    if file.has_changed() or file.sha256 != order.file_sha256:
        raise RuleBroken(_("The file was changed while it was being read. Import it again."))
    run.document = keep(file, name=order.file_name, media_type=media, by=by)
    staged, run.staged = run.staged, ""
    run.save()
    report = checked.report
    record(
        Event.IMPORT_ACCEPTED, run, by=by, kind=kind.name, source=order.source, sha256=order.file_sha256,
        rows_accepted=report.rows_accepted, rows_refused=report.rows_refused, rows_updated=report.rows_updated,
        rows_digest=rows_digest,
    )  # fmt: skip
    _forget(staged)
    return run


@transaction.atomic
def discard_import(run: ImportRun, *, kind: Kind, order: ImportOrder, by: Actor, reason: str = "") -> ImportRun:
    """Give a file up before it is stored: the file and what was found in it are removed, the fact remains."""
    check(by, kind.permission, kind.scopes(order))
    run = _locked(run)
    rules.check_can_move(run, RunState.DISCARDED)
    return _discard(run, by=by, reason=reason)


def _discard(run: ImportRun, *, by: Actor, reason: str) -> ImportRun:
    run.issues.all().delete()
    run.quarantined.all().delete()
    staged, run.staged = run.staged, ""
    run.state, run.finished_at, run.summary, run.outcomes = RunState.DISCARDED, clock.now(), {}, b""
    run.save()
    record(Event.IMPORT_DISCARDED, run, by=by, reason=reason, file=run.file_name, sha256=run.file_sha256)
    _forget(staged)
    return run


@transaction.atomic
def remember_mapping(
    name: str, *, kind: Kind, spec: MappingSpec, by: Actor, order: ImportOrder, revision: int = 0
) -> Mapping:
    """Keep a mapping under a name, for the next file of the same source.

    `revision` is that of the mapping being replaced (0: a new name). Raises StaleRevision, RuleBroken, NotAllowed.
    """
    check(by, kind.permission, kind.scopes(order))
    name = name.strip()
    if not name:
        raise RuleBroken(_("Give the mapping a name."))
    mapping = Mapping.objects.select_for_update().filter(name=name).first()
    if mapping and mapping.kind != kind.name:
        raise RuleBroken(_("“%(name)s” is the name of a mapping for another kind. Choose another.") % {"name": name})
    if mapping and mapping.revision != revision:
        raise StaleRevision(mapping)
    before = mapping.as_dict() if mapping else None
    mapping = mapping or Mapping(name=name, kind=kind.name, revision=0)
    parts = spec.as_dict()
    mapping.source = spec.source or order.source
    mapping.columns = parts.pop("columns", {})
    mapping.constants = parts.pop("constants", {})
    mapping.value_maps = parts.pop("values", {})
    mapping.leave_out = parts.pop("leave_out", [])
    mapping.options = {key: value for key, value in parts.items() if key not in {"name", "source"}}
    mapping.revision += 1
    mapping.save()
    record(Event.MAPPING_REMEMBERED, mapping, by=by, before=before, after=mapping.as_dict())
    return mapping


@transaction.atomic
def sweep_abandoned(*, before: datetime, by: Actor) -> int:
    """Discard files that were handed in before that time and never stored; the fact that they came remains.

    Returns how many. Whoever wants one after all hands it in again. Raises NotAllowed.
    """
    waiting = (RunState.RECEIVED, RunState.CHECKED, RunState.FAILED)
    swept = 0
    late = ImportRun.objects.select_for_update().filter(state__in=waiting, retrieved_at__lt=before)
    for run in late.exclude(staged=""):
        check(by, get_kind(run.kind).permission, run.scopes())
        _discard(run, by=by, reason=_("Nobody took it up for two weeks."))
        swept += 1
    return swept


def note_progress(run_id: int, rows: int) -> None:
    """How many rows a task has read; for the page that waits for it."""
    ImportRun.objects.filter(pk=run_id).update(rows_seen=rows)


@contextmanager
def staged_file(run: ImportRun) -> Iterator[Path]:
    """The waiting file of a run on this machine's disk, fetched first where the store is elsewhere."""
    try:
        local = Path(default_storage.path(run.staged))
    except NotImplementedError:
        with default_storage.open(run.staged) as far, NamedTemporaryFile(suffix=Path(run.staged).suffix) as near:
            copyfileobj(far, near)
            near.flush()
            yield Path(near.name)
        return
    yield local


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update().get(pk=run.pk)


def _keep_report(run: ImportRun, report: Report) -> None:
    run.issues.all().delete()
    run.summary = report.summary()
    run.rows_seen, run.rows_accepted, run.rows_refused = report.rows_read, report.rows_accepted, report.rows_refused
    run.outcomes = zlib.compress(report.outcomes)
    run.save()
    insert_rows(
        Issue, ("run_id", "sheet", "row", "column", "value", "kind", "severity", "message"),
        (
            (run.pk, issue.sheet[:100], issue.row, issue.column[:300], issue.value[:200], str(issue.kind),
             str(issue.severity), str(issue.message))
            for issue in report.issues
        ),
    )  # fmt: skip


def _keep_refused(run: ImportRun, checked: Checked) -> None:
    rows = ((run.pk, sheet[:100], number, cells) for sheet, number, cells in checked.refused)
    insert_rows(QuarantinedRow, ("run_id", "sheet", "row", "cells"), rows)


class _Remembered:
    """Hands rows to the room and remembers each under its key, with the subject the room gives it."""

    def __init__(self, checked: Checked, run: ImportRun, kind: Kind, order: ImportOrder) -> None:
        self._checked = checked
        self._common = (kind.name, order.source, kind.version(order), run.pk)
        self._waiting: deque[tuple[Row, str]] = deque()
        self._digest = hashlib.sha256()

    def rows(self) -> Iterator[Row]:
        for row, row_digest in self._checked.rows():
            self._waiting.append((row, row_digest))
            yield row
            if len(self._waiting) >= _IN_FLIGHT + _BATCH:
                self._write(_BATCH)

    def finish(self) -> str:
        """Remember the rest, now that the room is done. Returns the digest of all rows, for the log."""
        self._write(len(self._waiting))
        return self._digest.hexdigest()

    def _write(self, count: int) -> None:
        rows = []
        for _index in range(count):
            row, row_digest = self._waiting.popleft()
            self._digest.update(json.dumps([row.key, row_digest, row.subject]).encode())
            rows.append((*self._common, row.key, row_digest, row.subject))
        upsert_rows(StoredRow, _STORED, rows, key=("kind", "source", "version", "key"))


def _forget(staged: str) -> None:
    if staged:
        transaction.on_commit(lambda: default_storage.delete(staged))
