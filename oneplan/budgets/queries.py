"""Reads of budget releases."""

from django.db.models import QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.budgets.choices import Standing
from oneplan.budgets.models import BudgetRelease


def visible_to(actor: Actor) -> QuerySet[BudgetRelease]:
    """The releases an actor may see: what is public and the sample; what stays inside government with budget:read."""
    releases = BudgetRelease.objects.select_related("run")
    if actor.is_national(Permission.BUDGET_READ):
        return releases
    return releases.exclude(standing=Standing.GOVERNMENT)
