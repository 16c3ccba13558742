"""How much of a set of projects has a place, in projects and in rand, and what is not on the ground at all."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from oneplan.projects.choices import Nature, ProjectKind, Stage
from oneplan.projects.models import Project
from oneplan.spaces.choices import PlaceMethod

_ATTRIBUTES = {
    ProjectKind.COMPENSATION: ("stage", frozenset({Stage.COMPENSATION})),
    ProjectKind.PACKAGED: ("stage", frozenset({Stage.PACKAGED})),
    ProjectKind.TRANSFER: ("nature", frozenset({Nature.TRANSFER_CAPITAL, Nature.TRANSFER_CURRENT})),
    ProjectKind.NON_INFRASTRUCTURE: ("nature", frozenset({Nature.NON_INFRASTRUCTURE})),
}


@dataclass
class Tally:
    """Projects, the rand of those whose total cost is known, and how many have none stated."""

    projects: int = 0
    rand: Decimal = Decimal(0)
    without_cost: int = 0

    def add(self, projects: int, rand: Decimal | None, priced: int) -> None:
        self.projects += projects
        self.rand += rand or 0
        self.without_cost += projects - priced


def _tallies() -> "defaultdict[str, Tally]":
    return defaultdict(Tally)


@dataclass
class PlacedTotals:
    """Where a set of projects is, by the place of the works.

    `works` are the projects on the ground; `by_method`, `by_confidence` and `by_both` part them. `apart` holds the
    other kinds, each project once. `by_attribute` counts the same rows by what their source says of them, where one
    row may be of several kinds (a packaged transfer), so these counts overlap.
    """

    works: Tally = field(default_factory=Tally)
    by_method: "defaultdict[str, Tally]" = field(default_factory=_tallies)
    by_confidence: "defaultdict[str, Tally]" = field(default_factory=_tallies)
    by_both: "dict[tuple[str, str], Tally]" = field(default_factory=dict)
    apart: "defaultdict[str, Tally]" = field(default_factory=_tallies)
    by_attribute: "defaultdict[str, Tally]" = field(default_factory=_tallies)

    @property
    def placed(self) -> Tally:
        """The works with any place at all."""
        found = Tally()
        for method, tally in self.by_method.items():
            if method != PlaceMethod.NOT_PLACED:
                found.add(tally.projects, tally.rand, tally.projects - tally.without_cost)
        return found


def placed_share(rows: "QuerySet[Project]") -> PlacedTotals:
    """The totals of a set of projects, in one query."""
    totals = PlacedTotals()
    groups = rows.order_by().values_list("kind", "method", "confidence", "stage", "nature")
    for kind, method, confidence, stage, nature, count, rand, priced in groups.annotate(
        Count("pk"), Sum("total_cost"), Count("total_cost")
    ):
        said = {"stage": stage, "nature": nature}
        for attribute, (column, values) in _ATTRIBUTES.items():
            if said[column] in values:
                totals.by_attribute[attribute].add(count, rand, priced)
        if kind != ProjectKind.WORKS:
            totals.apart[kind].add(count, rand, priced)
            continue
        both = totals.by_both.setdefault((method, confidence), Tally())
        for tally in (totals.works, totals.by_method[method], totals.by_confidence[confidence], both):
            tally.add(count, rand, priced)
    return totals
