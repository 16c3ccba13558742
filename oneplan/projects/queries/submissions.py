"""Which submissions a reader may see, and what of their changes."""

from django.db.models import Exists, OuterRef, QuerySet

from oneplan.access.actors import Actor
from oneplan.projects.models import Snapshot, Submission
from oneplan.projects.queries.changes import Changed, changes_of
from oneplan.projects.queries.readers import reads_all, visible_to


def submissions_for(actor: Actor) -> "QuerySet[Submission]":
    """The submissions that say something of a project that the actor may see, the newest day first.

    The public reads projects, not the files in which they came.
    """
    rows = Submission.objects.select_related("run").order_by("-as_at", "-pk")
    if reads_all(actor):
        return rows
    if not actor.is_signed_in:
        return rows.none()
    said = Snapshot.objects.filter(submission=OuterRef("pk"), project__in=visible_to(actor).values("pk"))
    return rows.filter(Exists(said))


def changes_for(actor: Actor, submission: Submission) -> list[Changed]:
    """What the submission changed, as far as the actor may see its projects."""
    found = changes_of(submission)
    if reads_all(actor):
        return found
    keys = {each.project for each in found} | {key for each in found for key in each.others}
    seen = set(visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True))
    return [each for each in found if each.project in seen and seen.issuperset(each.others)]


def seen_in(actor: Actor, submission: Submission) -> int:
    """Of how many projects, among those that the actor may see, the submission says something."""
    if reads_all(actor):
        return submission.snapshot_count
    return submission.snapshots.filter(project__in=visible_to(actor).values("pk")).count()
