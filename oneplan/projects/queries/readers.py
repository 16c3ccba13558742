"""Who may see which projects."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.projects.choices import Audience, ProjectStanding, Purpose
from oneplan.projects.models import PlacementShare, Project


def visible_to(actor: Actor) -> "QuerySet[Project]":
    """What the actor may read. Everybody: what its source has published and is not one with another project.

    Whoever reads projects at a scope also reads there what is inside government, and what was merged: of a space what
    lies in it by `Project.space` or by a share of the place where its works are now; of an institution what it
    implements or funds.
    """
    rows = Project.objects.all()
    if actor.is_national(Permission.PROJECT_READ):
        return rows
    seen = Q(audience=Audience.PUBLIC) & ~Q(standing=ProjectStanding.MERGED)
    if provinces := actor.codes_with(Permission.PROJECT_READ, "province"):
        seen |= Q(province__in=provinces) | Q(space__province__in=provinces)
    if spaces := actor.codes_with(Permission.PROJECT_READ, "space"):
        seen |= placed_in(spaces)
    if institutions := actor.codes_with(Permission.PROJECT_READ, "institution"):
        seen |= Q(implementing__in=institutions) | Q(funder__in=institutions)
    return rows.filter(seen)


def placed_in(spaces: Iterable[str]) -> Q:
    """Whether the works lie in one of these spaces, wholly or by a share."""
    codes = list(spaces)
    shares = PlacementShare.objects.filter(
        space__in=codes, placement__purpose=Purpose.WORKS, placement__superseded_at=None
    )
    return Q(space__in=codes) | Q(pk__in=shares.values("placement__project_id"))


def reads_all(actor: Actor) -> bool:
    """Whether the actor reads every project, so that what is drawn for it may be shared among all who do."""
    return actor.is_national(Permission.PROJECT_READ)
