"""Formulating and revising strategies."""

from collections.abc import Iterable
from typing import TypedDict, Unpack

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.institutions.models import Post
from oneplan.plans import rules
from oneplan.plans.actions.writing import create, element_for_writing, open_for_writing, revise
from oneplan.plans.choices import Event
from oneplan.plans.models import Edition, Strategy
from oneplan.plans.queries import stated, with_place


class StrategyFields(TypedDict, total=False):
    """What a strategy says. `findings` it answers and `outcomes` it serves are references of this edition."""

    area: str
    title: str
    description: str
    findings: Iterable[str]
    outcomes: Iterable[str]
    whole_space: bool
    municipal_areas: Iterable[str]
    ward: str | None
    owner_post: Post | None


@transaction.atomic
def formulate_strategy(edition: Edition, *, by: Actor, reason: str = "", **fields: Unpack[StrategyFields]) -> Strategy:
    """Add a strategy (area and title at least) under the next reference S-001. Raises RuleBroken, NotAllowed."""
    edition = open_for_writing(edition, by)
    return create(
        Strategy, edition, rules.clean_strategy(edition, fields), event=Event.STRATEGY_FORMULATED, by=by, reason=reason
    )


@transaction.atomic
def revise_strategy(
    strategy: Strategy, *, revision: int, by: Actor, reason: str = "", **changes: Unpack[StrategyFields]
) -> Strategy:
    """Change the named fields of a strategy. Naming any part of the place replaces the whole place.

    Raises StaleRevision, RuleBroken, NotAllowed.
    """
    row = element_for_writing(strategy, revision, by)
    fields = rules.clean_strategy(row.edition, {**stated(row), **with_place(changes)})
    return revise(row, fields, event=Event.STRATEGY_REVISED, by=by, reason=reason)
