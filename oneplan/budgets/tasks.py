"""Slow work of this room. Ids in; harmless to repeat."""

import time
from datetime import date

from django.utils.translation import gettext as _
from django_tasks import task

from oneplan.access.actors import actor_for, system
from oneplan.accounts.models import User
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.choices import ReleaseState
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.placement_rules import changed_between
from oneplan.budgets.shelf import shelf
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.store import BuildUnderWay

_SECONDS_BETWEEN, _TRIES = 5.0, 120


@task()
def build(user_id: int | None) -> None:
    """Build the warehouse anew where what is served is not what is in force."""
    _build(user_id, _("What is in force changed"), only_if_needed=True)


@task()
def build_warehouse_anew(user_id: int | None, reason: str) -> None:
    """Build although the releases are the same: the rules by which rand is placed have changed."""
    _build(user_id, reason)


@task()
def place_by_rules_of_the_day() -> None:
    """Build where a rule of placement began or ended since the build that is served; it says which.

    And where OnePlan was upgraded since, and reads builds of another form.
    """
    if reason := reason_to_build():
        _build(None, reason)


def reason_to_build() -> str:
    """Why what is served is not what should be, in words; "" where it is."""
    served = shelf.current()
    if served and not served.is_readable:
        return _("OnePlan was upgraded")
    return due_rules()


def due_rules() -> str:
    """Which rules began and ended since the newest build, in words; "" where none did or nothing is built.

    The newest build, not the served one: who put an earlier one in service again did so knowing today's rules.
    """
    placed = [each.facts["as_at"] for each in shelf.builds() if "as_at" in each.facts]
    if not placed:
        return ""
    began, ended = changed_between(date.fromisoformat(max(placed)), clock.today())
    said = []
    if began:
        said.append(_("Rules of placement begin: %(rules)s") % {"rules": ", ".join(rule.ref for rule in began)})
    if ended:
        said.append(_("Rules of placement end: %(rules)s") % {"rules": ", ".join(rule.ref for rule in ended)})
    return ". ".join(said)


def _build(user_id: int | None, reason: str, *, only_if_needed: bool = False) -> None:
    """Wait for a build that is under way, then build. Raises RuleBroken when the wait was too long."""
    by = actor_for(User.objects.get(pk=user_id)) if user_id else system("budgets")
    for _attempt in range(_TRIES):
        if only_if_needed and _is_served():
            return
        try:
            build_warehouse(by=by, reason=reason)
        except BuildUnderWay:
            time.sleep(_SECONDS_BETWEEN)
        else:
            return
    raise RuleBroken(_("The warehouse has been under construction for too long. Ask whoever runs this OnePlan."))


def _is_served() -> bool:
    served = shelf.current()
    if served and not served.is_readable:
        return False
    in_force = BudgetRelease.objects.filter(state=ReleaseState.IN_FORCE).values_list("ref", flat=True)
    return sorted(served.facts["releases"] if served else []) == sorted(in_force)
