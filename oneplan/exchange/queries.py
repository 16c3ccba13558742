"""Reads of imports."""

import zlib
from array import array
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.exchange.choices import IssueKind, RunState, Severity
from oneplan.exchange.issues import IssueFound
from oneplan.exchange.models import ImportRun, Issue, Mapping
from oneplan.exchange.report import Report, Total


def visible_to(actor: Actor) -> QuerySet[ImportRun]:
    """The runs an actor may see: those at scopes where it holds run:read, and its own."""
    runs = ImportRun.objects.select_related("started_by")
    if actor.is_national(Permission.RUN_READ):
        return runs
    seen = Q(started_by_id=actor.user_id) if actor.user_id else Q(pk__in=[])
    for key in actor.scopes_with(Permission.RUN_READ):
        seen |= Q(scope_keys__contains=f"|{key}|")
    return runs.filter(seen)


def issue_counts(run: ImportRun) -> list[tuple[str, str, int]]:
    """(kind, severity, count) of a run's issues, the worst and most frequent first."""
    rank = {"file_error": 0, "error": 1, "warning": 2}
    counted = run.issues.order_by().values_list("kind", "severity").annotate(count=Count("id"))
    return sorted(counted, key=lambda item: (rank[item[1]], -item[2], item[0]))


def issues_of(run: ImportRun, *, kind: str = "", text: str = "") -> QuerySet[Issue]:
    """A run's issues, filtered by kind and by a word in the message, column or value."""
    issues = run.issues.all()
    if kind:
        issues = issues.filter(kind=kind)
    if text:
        issues = issues.filter(Q(message__icontains=text) | Q(column__icontains=text) | Q(value__icontains=text))
    return issues


def mappings_for(kind: str) -> QuerySet[Mapping]:
    """The remembered mappings of a kind."""
    return Mapping.objects.filter(kind=kind)


def report_of(run: ImportRun) -> Report:
    """The report of a stored run, as it was when the run was checked or stored."""
    said = run.summary
    counts = {name: said.get(name, 0) for name in (
        "rows_read", "rows_accepted", "rows_updated", "rows_refused", "rows_unchanged", "header_row",
    )}  # fmt: skip
    report = Report(
        kind=run.kind, source=run.source, as_at=run.as_at, level=run.level, space=run.space_code,
        province=run.province_code, mapping=run.mapping_name, file_name=run.file_name, file_sha256=run.file_sha256,
        dry_run=run.state != RunState.ACCEPTED, run_id=run.pk, sheet=said.get("sheet", ""), **counts,
    )  # fmt: skip
    report.rows_left_out = said.get("rows_left_out", {})
    report.samples = said.get("samples", report.samples)
    report.totals = {
        name: Total(int(Decimal(total["read"]) * 100), int(Decimal(total["accepted"]) * 100))
        for name, total in said.get("totals", {}).items()
    }
    report.issues = [
        IssueFound(i.sheet, i.row, i.column, i.value, IssueKind(i.kind), Severity(i.severity), i.message)
        for i in run.issues.all()
    ]
    if run.outcomes:
        report.outcomes = array("H", zlib.decompress(bytes(run.outcomes)))
    return report
