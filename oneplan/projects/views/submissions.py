"""What came from which source, and what each submission changed against the one before."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.periods import clock
from oneplan.platform.web.lists import paginate
from oneplan.platform.web.responses import csv_response
from oneplan.projects.choices import Change, Stage
from oneplan.projects.models import Submission
from oneplan.projects.queries.changes import Changed, previous_day, refs_of
from oneplan.projects.queries.submissions import changes_for, seen_in, submissions_for

PER_PAGE = 50


@dataclass(frozen=True)
class Line:
    """One change for reading: `kind` says how the two values are shown."""

    changed: Changed
    label: str
    kind: str
    was: Any
    now: Any
    others: list[str]


@login_required
@require_safe
def submission_list(request: ActorHttpRequest) -> HttpResponse:
    """Every submission that says something of a project that the reader may see."""
    page = paginate(request, submissions_for(request.actor), PER_PAGE)
    context = {"page": page, "is_sample": any(row.is_sample for row in page), "as_at": clock.now()}
    return render(request, "projects/submissions.html", context)


@login_required
@require_safe
def submission(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """One submission against the one before it."""
    row: Submission = get_object_or_404(submissions_for(request.actor), pk=pk)
    found = changes_for(request.actor, row)
    counts = Counter(each.change for each in found)
    asked = request.GET.get("change", "")
    page = paginate(request, [each for each in found if each.change == asked] if asked else found, PER_PAGE)
    refs = refs_of(page)
    context = {
        "submission": row, "page": page, "lines": [_line(each, refs) for each in page], "asked": asked,
        "counts": [(change.value, str(change.label), counts[change]) for change in Change if counts[change]],
        "counted": len(found), "previous": previous_day(row), "seen": seen_in(request.actor, row),
        "csv": f"{request.path}changes.csv", "is_sample": row.is_sample, "as_at": row.received_at,
    }  # fmt: skip
    return render(request, "projects/submission.html", context)


@login_required
@require_safe
def changes_csv(request: ActorHttpRequest, pk: int) -> StreamingHttpResponse:
    """Everything that a submission changed."""
    row: Submission = get_object_or_404(submissions_for(request.actor), pk=pk)
    return csv_response(_csv(changes_for(request.actor, row)), f"changes-{row.source}-{row.as_at}")


def _csv(found: list[Changed]) -> Iterator[list[Any]]:
    yield ["ref", "title", "change", "was", "now", "days", "other_projects"]
    refs = refs_of(found)
    for each in found:
        yield [
            each.ref, each.title, each.change.value, each.was, each.now, each.days or "",
            "; ".join(refs.get(key, "") for key in each.others),
        ]  # fmt: skip


def _line(changed: Changed, refs: Mapping[int, str]) -> Line:
    kind, was, now = "", changed.was, changed.now
    if isinstance(now, date):
        kind = "day"
    elif isinstance(now, Decimal):
        kind = "rand"
    elif changed.change in (Change.STAGE_FORWARD, Change.STAGE_BACK):
        was, now = str(Stage(was).label), str(Stage(now).label)
    elif isinstance(now, float):  # how alike two are, between 0 and 1
        kind, now = "likeness", round(100 * now)
    others = [refs[key] for key in changed.others if key in refs]
    return Line(changed, str(changed.change.label), kind, was, now, others)
