"""Slow work of this room. Ids in; harmless to repeat."""

import time

from django.utils.translation import gettext as _
from django_tasks import task

from oneplan.access.actors import actor_for, system
from oneplan.accounts.models import User
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.choices import ReleaseState
from oneplan.budgets.models import BudgetRelease
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse import store

_SECONDS_BETWEEN, _TRIES = 5.0, 120


@task()
def build(user_id: int | None) -> None:
    """Build the warehouse anew where what is served is not what is in force; wait for a build that is under way."""
    by = actor_for(User.objects.get(pk=user_id)) if user_id else system("budgets")
    for _attempt in range(_TRIES):
        if _is_served():
            return
        try:
            build_warehouse(by=by, reason=_("What is in force changed"))
        except store.BuildUnderWay:
            time.sleep(_SECONDS_BETWEEN)
        else:
            return
    raise RuleBroken(_("The warehouse has been under construction for too long. Ask whoever runs this OnePlan."))


def _is_served() -> bool:
    served = store.current()
    in_force = BudgetRelease.objects.filter(state=ReleaseState.IN_FORCE).values_list("ref", flat=True)
    return sorted(served.facts["releases"] if served else []) == sorted(in_force)
