"""What acts on single projects share."""

from oneplan.platform.errors import StaleRevision
from oneplan.projects.models import Identifier, Project
from oneplan.projects.queries import folded


def lock(project: Project, revision: int | None = None) -> Project:
    """The row, locked. Raises StaleRevision where somebody changed it since `revision` was read."""
    row = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if revision is not None and row.revision != revision:
        raise StaleRevision(current=row)
    return row


def found_by(project: Project) -> str:
    """What a project is found by: title, reference, what registers call it, who implements it; folded."""
    names = Identifier.objects.filter(project=project).values_list("value", flat=True) if project.pk else ()
    who = project.implementing_text or (project.implementing.name if project.implementing else "")
    return folded(" ".join((project.title, project.ref, *names, who)))
