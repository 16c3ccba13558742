"""Slow work of this room. Ids in; harmless to repeat."""

from django_tasks import task

from oneplan.access.actors import actor_for, system
from oneplan.accounts.models import User
from oneplan.budgets.actions import build_warehouse


@task()
def build_warehouse_anew(user_id: int | None, reason: str) -> None:
    """Build the warehouse although the releases are the same: the rules by which rand is placed have changed."""
    build_warehouse(by=actor_for(User.objects.get(pk=user_id)) if user_id else system("budgets"), reason=reason)
