"""Who may see which programmes."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.projects.models import Programme
from oneplan.projects.queries.readers import visible_to


def programmes_visible_to(actor: Actor) -> "QuerySet[Programme]":
    """Those of institutions for which the actor reads projects, and those of which it sees a project."""
    rows = Programme.objects.select_related("institution").order_by("ref")
    if actor.is_national(Permission.PROJECT_READ):
        return rows
    if not actor.is_signed_in:
        return rows.none()
    own = Q(institution__in=actor.codes_with(Permission.PROJECT_READ, "institution"))
    own |= Q(institution__province__in=actor.codes_with(Permission.PROJECT_READ, "province"))
    return rows.filter(own | Q(Exists(visible_to(actor).filter(programme=OuterRef("pk")))))
