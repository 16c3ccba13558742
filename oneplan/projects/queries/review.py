"""The places that want a look: which they are, worst value first, and why."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.projects.choices import ProjectStanding, Purpose
from oneplan.projects.models import Placement, Project
from oneplan.projects.queries.readers import visible_to
from oneplan.spaces.choices import Doubt


@dataclass(frozen=True)
class ReviewFilters:
    """What the address asks of the queue. Several values of one field are alternatives."""

    space: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: Any) -> "ReviewFilters":
        """From a query string (anything with `getlist`); empty values are dropped."""
        return cls(**{f.name: tuple(value for value in data.getlist(f.name) if value) for f in fields(cls)})


@dataclass(frozen=True)
class QueueCount:
    """How many places of real projects wait for one reason, and the planned cost of those that state one.

    `invented` are places of invented projects besides; where there are no others, these are counted (`is_sample`).
    """

    doubt: str
    label: str
    projects: int
    rand: Decimal
    invented: int = 0
    is_sample: bool = False


def review_queue(actor: Actor, filters: ReviewFilters) -> "QuerySet[Project]":
    """Live projects whose place wants a look and that the actor may see, the greatest planned cost first."""
    rows = visible_to(actor).filter(is_doubtful=True, standing__in=(ProjectStanding.LIVE, ProjectStanding.VANISHED))
    if filters.space:
        rows = rows.filter(space__in=filters.space)
    if filters.institution:
        rows = rows.filter(Q(implementing__in=filters.institution) | Q(funder__in=filters.institution))
    if filters.doubt:
        wanted = set(filters.doubt)
        rows = rows.filter(pk__in=[pk for pk, doubts in doubts_of(rows).items() if wanted & set(doubts)])
    return rows.order_by(F("total_cost").desc(nulls_last=True), "ref")


def doubts_of(rows: "QuerySet[Project]") -> dict[int, list[str]]:
    """The doubts of the works place of each project. They are read, not asked for: no engine queries into JSON."""
    current = Placement.objects.filter(
        project__in=rows.order_by().values("pk"), purpose=Purpose.WORKS, superseded_at=None
    )
    return dict(current.order_by().values_list("project_id", "doubts"))


def queue_counts(rows: "QuerySet[Project]") -> list[QueueCount]:
    """Why the places of a queue wait, the most rand first. A place with two doubts counts in both lines."""
    known = {
        pk: (is_sample, cost or Decimal(0))
        for pk, is_sample, cost in rows.order_by().values_list("pk", "is_sample", "total_cost")
    }
    places: dict[str, dict[bool, list[Decimal]]] = {}
    for pk, doubts in doubts_of(rows).items():
        is_sample, cost = known.get(pk, (False, Decimal(0)))
        for doubt in doubts:
            places.setdefault(doubt, {False: [], True: []})[is_sample].append(cost)
    lines = [_counted(code, told[False], told[True]) for code, told in places.items()]
    return sorted(lines, key=lambda line: (line.is_sample, -line.rand, line.label))


def _counted(code: str, real: list[Decimal], invented: list[Decimal]) -> QueueCount:
    counted = real or invented
    label = str(Doubt(code).label) if code in Doubt.values else code
    return QueueCount(
        code, label, len(counted), sum(counted, Decimal(0)), len(invented) if real else 0, is_sample=not real
    )
