"""Setting and revising outcomes."""

from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.institutions.models import Post
from oneplan.plans import rules
from oneplan.plans.actions.writing import create, element_for_writing, open_for_writing, revise
from oneplan.plans.choices import Event
from oneplan.plans.models import Edition, Outcome
from oneplan.plans.queries import stated


class OutcomeFields(TypedDict, total=False):
    """What an outcome says. Years are calendar years; the target's lies within the horizon of the plan."""

    area: str
    statement: str
    indicator: str
    unit: str
    direction: str
    baseline: Decimal | None
    baseline_year: int | None
    baseline_source: str
    target: Decimal | None
    target_year: int | None
    owner_post: Post | None


@transaction.atomic
def set_outcome(edition: Edition, *, by: Actor, reason: str = "", **fields: Unpack[OutcomeFields]) -> Outcome:
    """Add an outcome (area and statement at least) under the next reference O-001. Raises RuleBroken, NotAllowed."""
    edition = open_for_writing(edition, by)
    return create(Outcome, edition, rules.clean_outcome(edition, fields), event=Event.OUTCOME_SET, by=by, reason=reason)


@transaction.atomic
def revise_outcome(
    outcome: Outcome, *, revision: int, by: Actor, reason: str = "", **changes: Unpack[OutcomeFields]
) -> Outcome:
    """Change the named fields of an outcome. Raises StaleRevision, RuleBroken, NotAllowed."""
    row = element_for_writing(outcome, revision, by)
    fields = rules.clean_outcome(row.edition, {**stated(row), **changes})
    return revise(row, fields, event=Event.OUTCOME_REVISED, by=by, reason=reason)
