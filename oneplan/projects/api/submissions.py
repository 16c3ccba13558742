"""What came from which source, and what it changed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query

from oneplan.access.middleware import ActorHttpRequest
from oneplan.platform.rest.codes import LAST_ID
from oneplan.platform.rest.paging import Count, Listed, Paging, paged
from oneplan.projects.api.routes import router
from oneplan.projects.api.shapes import ChangeShown, SubmissionShown, submission
from oneplan.projects.choices import Change
from oneplan.projects.models import Submission
from oneplan.projects.queries.changes import refs_of
from oneplan.projects.queries.submissions import changes_for, submissions_for


class ChangeFilter(Paging):
    change: list[Change] = Field([], description="Kinds of change; several are alternatives.")


@router.get("/submissions", response=Listed[SubmissionShown], summary="Submissions")
def list_submissions(request: ActorHttpRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Submissions that say something of a project that I may see, the newest day first."""
    return paged(request, response, submissions_for(request.actor), asked, submission)


def _find(request: ActorHttpRequest, number: int) -> Submission:
    return get_object_or_404(submissions_for(request.actor), pk=number if number <= LAST_ID else None)


@router.get("/submissions/{number}", response=SubmissionShown, summary="One submission")
def read_submission(request: ActorHttpRequest, number: Count) -> SubmissionShown:
    """A submission, where I may see any project in it."""
    return submission(_find(request, number))


@router.get("/submissions/{number}/changes", response=Listed[ChangeShown], summary="What a submission changed")
def list_changes(
    request: ActorHttpRequest, response: HttpResponse, number: Count, asked: Query[ChangeFilter]
) -> dict[str, Any]:
    """What changed against the submission before, of projects that I may see, by reference."""
    found = changes_for(request.actor, _find(request, number))
    found = [each for each in found if each.change in asked.change] if asked.change else found
    refs = refs_of(found)
    return paged(
        request, response, found, asked,
        lambda each: ChangeShown(
            ref=each.ref, title=each.title, change=each.change.value,
            was=None if each.was is None else str(each.was), now=None if each.now is None else str(each.now),
            days=each.days or None, others=[refs[key] for key in each.others if key in refs],
        ),
    )  # fmt: skip
