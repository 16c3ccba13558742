"""Projects as lists show them."""

from django.db.models import QuerySet

from oneplan.access.actors import Actor
from oneplan.projects.models import Project
from oneplan.projects.queries.filters import ProjectFilters
from oneplan.projects.queries.readers import visible_to


def projects_list(actor: Actor, filters: ProjectFilters) -> "QuerySet[Project]":
    """The projects that the actor may see and that fit, by reference."""
    return filters.apply(visible_to(actor)).order_by("ref")


def for_list(rows: "QuerySet[Project]") -> "QuerySet[Project]":
    """The rows with the names that a line of a list shows, without a query of their own."""
    return rows.select_related("implementing", "funder", "province", "space", "municipal_area", "ward", "programme")


def project_named(actor: Actor, ref: str) -> Project | None:
    """The project of that reference as the actor may see it; None where there is none or it is not for the actor."""
    return for_list(visible_to(actor)).select_related("merged_into", "latest__submission").filter(ref=ref).first()
