"""Rules of where rand belongs: set with a reason, ended with a reason, never changed or deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.budgets import rules
from oneplan.budgets.choices import Event
from oneplan.budgets.models import PlacementRule
from oneplan.budgets.signals import rules_changed
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import StaleRevision

_TOLD = (*rules.MATCHERS, "how", "places", "indicator", "valid_from", "valid_to")


@transaction.atomic
def set_placement_rule(
    *,
    by: Actor,
    how: str,
    places: Sequence[str],
    reason: str,
    indicator: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    **matchers: str,
) -> PlacementRule:
    """Say where rand belongs that no evidence of its own places, from a day (today) on. The newest that fits counts.

    `matchers` are those of `rules.MATCHERS`; what is left out fits everything. The next build uses it; it is announced.
    Raises NotAllowed, RuleBroken.
    """
    check(by, Permission.BUDGET_PLACE, "national")
    given = {name: matchers.pop(name, "").strip() for name in rules.MATCHERS}
    if matchers:
        raise TypeError(f"unknown matchers: {', '.join(matchers)}")
    begins = valid_from or clock.today()
    rules.check_can_set_placement_rule(given, how, places, indicator, begins, valid_to, reason)
    last = PlacementRule.objects.select_for_update().order_by("-pk").first()
    rule = PlacementRule.objects.create(
        ref=f"PR{last.pk + 1 if last else 1}", how=how, places=list(places), indicator=indicator, valid_from=begins,
        valid_to=valid_to, reason=reason.strip(), set_at=clock.now(), set_by=by.user, **given,
    )  # fmt: skip
    record(Event.RULE_SET, rule, by=by, reason=rule.reason, after=_told(rule))
    _announce(rule, rule.reason, by)
    return rule


@transaction.atomic
def end_placement_rule(
    rule: PlacementRule, *, by: Actor, revision: int, reason: str, on: date | None = None
) -> PlacementRule:
    """Let a rule count no more from a day (today) on. Raises NotAllowed, StaleRevision, RuleBroken."""
    check(by, Permission.BUDGET_PLACE, rule)
    row = PlacementRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if row.revision != revision:
        raise StaleRevision(row)
    day = on or clock.today()
    rules.check_can_end_placement_rule(row, day, reason)
    before = {"valid_to": row.valid_to}
    row.valid_to, row.revision = day, row.revision + 1
    row.save(update_fields=["valid_to", "revision"])
    record(Event.RULE_ENDED, row, by=by, reason=reason.strip(), before=before, after={"valid_to": day})
    _announce(row, reason.strip(), by)
    return row


def _told(rule: PlacementRule) -> dict[str, object]:
    return {name: value for name in _TOLD if (value := getattr(rule, name)) not in ("", [], None)}


def _announce(rule: PlacementRule, reason: str, by: Actor) -> None:
    transaction.on_commit(lambda: rules_changed.send(PlacementRule, rule=rule, reason=f"{rule.ref}: {reason}", by=by))
