"""Who may see which planning layers."""

from django.db.models import QuerySet

from oneplan.access.actors import Actor
from oneplan.spaces.choices import Sensitivity
from oneplan.spaces.models import PlanningLayer


def layers_visible_to(actor: Actor) -> QuerySet[PlanningLayer]:
    """The layers in force that the actor may see: what is inside government is for those who signed in."""
    rows = PlanningLayer.objects.filter(withdrawn_at=None).select_related("space")
    return rows if actor.is_signed_in or actor.is_system else rows.filter(sensitivity=Sensitivity.PUBLIC)
