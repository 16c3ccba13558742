"""References of projects and programmes: one sequence for the country."""

from oneplan.projects.models import Programme, Project
from oneplan.spaces.models import Province

PROJECT, PROGRAMME = "PR", "PG"


def next_number(prefix: str) -> int:
    """The number after the last reference. The first province is locked, so that two never get the same."""
    list(Province.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)[:1])
    model = Project if prefix == PROJECT else Programme
    last = model.objects.filter(ref__startswith=f"{prefix}-").order_by("-ref").values_list("ref", flat=True).first()
    return int(last.rsplit("-", 1)[1]) + 1 if last else 1


def reference(prefix: str, number: int) -> str:
    """The public identity, such as PR-0000123; it sorts as it counts."""
    return f"{prefix}-{number:07d}"
