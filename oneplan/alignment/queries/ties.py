"""Ties of commitments to projects, of which the reader may see both ends."""

from django.db.models import QuerySet

from oneplan.access.actors import Actor
from oneplan.alignment.models import Tie
from oneplan.commitments import queries as commitments
from oneplan.commitments.models import Commitment
from oneplan.projects import queries as projects
from oneplan.projects.models import Project


def ties_visible_to(actor: Actor) -> "QuerySet[Tie]":
    """Ties whose commitment and project the actor may see."""
    rows = Tie.objects.select_related("commitment__home_space", "commitment__lead", "project__space")
    return rows.filter(
        commitment__in=commitments.visible_to(actor).values("pk"), project__in=projects.visible_to(actor).values("pk")
    )


def ties_of_project(actor: Actor, project: Project) -> list[Tie]:
    """The commitments that a project delivers, or perhaps delivers."""
    return list(ties_visible_to(actor).filter(project=project))


def ties_of_commitment(actor: Actor, commitment: Commitment) -> list[Tie]:
    """The projects by which a commitment is delivered, or perhaps is."""
    return list(ties_visible_to(actor).filter(commitment=commitment))
