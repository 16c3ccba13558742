"""Slow work of this room. Ids in; harmless to repeat."""

import time

from django.utils.translation import gettext as _
from django_tasks import task

from oneplan.access.actors import actor_for, system
from oneplan.accounts.models import User
from oneplan.budgets.actions import build_warehouse
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse import store

_SECONDS_BETWEEN, _TRIES = 5.0, 120


@task()
def build_warehouse_anew(user_id: int | None, reason: str) -> None:
    """Build although the releases are the same: the rules by which rand is placed have changed. Waits for its turn."""
    by = actor_for(User.objects.get(pk=user_id)) if user_id else system("budgets")
    for _attempt in range(_TRIES):
        try:
            build_warehouse(by=by, reason=reason)
        except store.BuildUnderWay:
            time.sleep(_SECONDS_BETWEEN)
        else:
            return
    raise RuleBroken(_("The warehouse has been under construction for too long. Ask whoever runs this OnePlan."))
