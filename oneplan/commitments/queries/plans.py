"""What a commitment takes from plans: the words of its area, what it can serve, the issues raised for it."""

from django.db.models import QuerySet

from oneplan.commitments.models import Commitment
from oneplan.frameworks.definitions import Area
from oneplan.frameworks.queries import ruleset_in_force
from oneplan.periods import clock
from oneplan.plans.choices import EditionState
from oneplan.plans.models import ImmediateIssue, Outcome, Strategy
from oneplan.plans.queries import edition_in_force, edition_in_progress
from oneplan.spaces.models import Space


def areas() -> tuple[Area, ...]:
    """The six transformation areas, in the words of the rule set in force today."""
    return ruleset_in_force(clock.today()).areas


def area_label(code: str) -> str:
    """What the rule set in force calls an area; the code itself where it is not known."""
    return next((area.label for area in areas() if area.code == code), code)


def servable(space: Space) -> list[Outcome | Strategy]:
    """The outcomes and strategies of a space's plan that a commitment can serve.

    Of the edition in progress, else in force.
    """
    edition = edition_in_progress(space) or edition_in_force(space)
    if edition is None:
        return []
    return [
        *Outcome.objects.filter(edition=edition, removed_at=None),
        *Strategy.objects.filter(edition=edition, removed_at=None),
    ]


def issues_of(commitment: Commitment) -> "QuerySet[ImmediateIssue]":
    """Immediate issues raised for this commitment in editions that count, the unresolved first."""
    states = (EditionState.OPEN, EditionState.FROZEN, EditionState.ADOPTED)
    return (
        ImmediateIssue.objects.filter(ref=commitment.ref, edition__state__in=states)
        .select_related("owner_post__institution", "edition")
        .order_by("resolved_on", "due_on")
    )
