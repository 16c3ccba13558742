"""What came from which source, and what each submission changed against the one before."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.periods import clock
from oneplan.platform.web.lists import paginate
from oneplan.projects.queries import submissions as queries

PER_PAGE = 25


@login_required
@require_safe
def submission_list(request: ActorHttpRequest) -> HttpResponse:
    """Every submission that says something of a project that the reader may see."""
    page = paginate(request, queries.submissions_for(request.actor), PER_PAGE)
    context = {"page": page, "is_sample": any(row.is_sample for row in page), "as_at": clock.now()}
    return render(request, "projects/submissions.html", context)


@login_required
@require_safe
def submission(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """One submission."""
    row = get_object_or_404(queries.submissions_for(request.actor), pk=pk)
    return render(request, "projects/submission.html", {"submission": row})
