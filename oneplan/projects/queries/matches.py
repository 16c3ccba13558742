"""Who may see which proposals that two projects are one."""

from django.db.models import QuerySet

from oneplan.access.actors import Actor
from oneplan.projects.models import Match
from oneplan.projects.queries.readers import visible_to


def matches_visible_to(actor: Actor) -> "QuerySet[Match]":
    """Pairs of which the actor sees both, the likeliest first; none for who did not sign in."""
    rows = Match.objects.select_related("left__implementing", "right__implementing", "left__space", "right__space")
    if not (actor.is_signed_in or actor.is_system):
        return rows.none()
    seen = visible_to(actor).values("pk")
    return rows.filter(left__in=seen, right__in=seen).order_by("-likeness", "pk")
