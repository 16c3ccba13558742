"""Functional areas: catchments, corridors and economic regions that cross the borders of spaces."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from oneplan.periods import clock
from oneplan.platform.prepared import prepared
from oneplan.spaces.choices import AreaKind
from oneplan.spaces.models import FunctionalArea, MunicipalArea, Space
from oneplan.spaces.queries import functional_areas_of


@dataclass
class Crossing:
    """A functional area that reaches into a space, with the other spaces that it reaches."""

    code: str
    name: str
    kind: str
    is_verified: bool
    others: list[tuple[str, str]] = field(default_factory=list)  # (code, name)


def crossings(space: Space) -> list[Crossing]:
    """The functional areas that cross a space today, each with its other spaces, by name. One query."""
    found: dict[str, Crossing] = {}
    for code, name, kind, is_verified, other, other_name in _crossing(space=space.pk, today=clock.today()):
        area = found.setdefault(code, Crossing(code, name, str(AreaKind(kind).label), is_verified))
        if other != space.code:
            area.others.append((other, other_name))
    return list(found.values())


@prepared
def _crossing(*, space: str, today: date) -> QuerySet[Any, tuple[Any, ...]]:
    return (
        FunctionalArea.objects.filter(pk__in=functional_areas_of(space, today).values("pk"))
        .values_list("code", "name", "kind", "is_verified", "municipal_areas__space_id", "municipal_areas__space__name")
        .order_by("name", "municipal_areas__space__name")
        .distinct()
    )


def by_space(areas: Iterable[MunicipalArea]) -> list[tuple[Space, list[MunicipalArea]]]:
    """Municipal areas under their spaces; they must come in the order of their spaces' names."""
    return [(space, list(members)) for space, members in groupby(areas, key=lambda area: area.space)]
