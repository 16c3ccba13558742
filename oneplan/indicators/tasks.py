"""Slow work of this room. Ids in; harmless to repeat."""

import time

from django.utils.translation import gettext as _
from django_tasks import task

from oneplan.access.actors import actor_for, system
from oneplan.accounts.models import User
from oneplan.indicators.actions import build_observations
from oneplan.indicators.assembling import registry_digest
from oneplan.indicators.choices import ReleaseState
from oneplan.indicators.definitions.current import forget
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.shelf import shelf
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.store import BuildUnderWay

_SECONDS_BETWEEN, _TRIES = 5.0, 120


@task()
def build(user_id: int | None) -> None:
    """Build the observations anew where what is served is not what is published. Raises RuleBroken when it waited
    too long for a build under way."""
    by = actor_for(User.objects.get(pk=user_id)) if user_id else system("indicators")
    for _attempt in range(_TRIES):
        if is_served():
            return
        try:
            build_observations(by=by, reason=_("What is published changed"))
        except BuildUnderWay:
            time.sleep(_SECONDS_BETWEEN)
        else:
            return
    raise RuleBroken(_("The warehouse has been under construction for too long. Ask whoever runs this OnePlan."))


def is_served() -> bool:
    """Whether the build that is served holds what is published, by the definitions that stand."""
    forget()
    served = shelf.current()
    published = ObservationRelease.objects.filter(state=ReleaseState.PUBLISHED).values_list("ref", flat=True)
    if served is None:
        return not published
    return (
        served.is_readable and sorted(served.facts["releases"]) == sorted(published)
        and served.facts["registry"] == registry_digest()
    )  # fmt: skip
