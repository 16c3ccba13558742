"""Which submissions a reader may see, and which one came before."""

from django.db.models import Exists, OuterRef, QuerySet

from oneplan.access.actors import Actor
from oneplan.projects.models import Snapshot, Submission
from oneplan.projects.queries.readers import reads_all, visible_to


def submissions_for(actor: Actor) -> "QuerySet[Submission]":
    """The submissions that say something of a project that the actor may see, the newest day first."""
    rows = Submission.objects.select_related("run").order_by("-as_at", "-pk")
    if reads_all(actor):
        return rows
    if not actor.is_signed_in:
        return rows.none()
    said = Snapshot.objects.filter(submission=OuterRef("pk"), project__in=visible_to(actor).values("pk"))
    return rows.filter(Exists(said))


def before(submission: Submission) -> Submission | None:
    """The submission of the same source before this one: of an earlier day, or of the same day and received earlier."""
    earlier = Submission.objects.filter(feed=submission.feed, source=submission.source)
    same_day = earlier.filter(as_at=submission.as_at, pk__lt=submission.pk).order_by("-pk").first()
    return same_day or earlier.filter(as_at__lt=submission.as_at).order_by("-as_at", "-pk").first()
