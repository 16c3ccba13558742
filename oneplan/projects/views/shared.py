"""What the pages of this room share: finding a project, the looks of stages and places."""

from django.http import Http404

from oneplan.access.middleware import ActorHttpRequest
from oneplan.projects import queries
from oneplan.projects.choices import BUILDING, DONE, PLANNING, STOPPED
from oneplan.projects.models import Project

POSTING = ["GET", "HEAD", "POST"]


def phase_of(stage: str) -> str:
    """The phase of a stage, as a code of platform.web.states."""
    for code, stages in (("planning", PLANNING), ("building", BUILDING), ("done", DONE), ("stopped", STOPPED)):
        if stage in stages:
            return code
    return "unknown" if not stage else "none"


def project_for(request: ActorHttpRequest, ref: str) -> Project:
    """The project, where the reader may see it; else 404, as if it did not exist."""
    row = queries.project_named(request.actor, ref)
    if row is None:
        raise Http404
    return row
