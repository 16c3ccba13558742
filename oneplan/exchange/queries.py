"""Reads of imports."""

from django.db.models import Count, Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.exchange.models import ImportRun, Issue, Mapping


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
