"""The places that want a look: which they are, worst value first, and why."""

from collections import Counter
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

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
    """How many places wait for one reason, and the planned cost of those that state one."""

    doubt: str
    label: str
    projects: int
    rand: Decimal


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
    costs = dict(rows.order_by().values_list("pk", "total_cost"))
    projects: Counter[str] = Counter()
    rand: Counter[str] = Counter()
    for pk, doubts in doubts_of(rows).items():
        for doubt in doubts:
            projects[doubt] += 1
            rand[doubt] += costs.get(pk) or Decimal(0)  # type: ignore[assignment]  # a counter of rand
    lines = [
        QueueCount(code, str(Doubt(code).label) if code in Doubt.values else code, count, Decimal(rand[code]))
        for code, count in projects.items()
    ]
    return sorted(lines, key=lambda line: (-line.rand, line.label))


def queue_totals(rows: "QuerySet[Project]") -> dict[str, Any]:
    """How many places wait, their planned cost, and how many state none."""
    return rows.order_by().aggregate(count=Count("pk"), rand=Sum("total_cost"), priced=Count("total_cost"))
