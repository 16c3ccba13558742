"""How much of a set of projects has a place, in projects and in rand, and what is not on the ground at all."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from oneplan.platform.web.numerals import grouped
from oneplan.projects.choices import Nature, ProjectKind, Stage
from oneplan.projects.models import Project
from oneplan.spaces.choices import PlaceMethod

# How a place is known, best first, as a code of platform.web.states.
METHOD_STATES: dict[PlaceMethod, str] = {
    PlaceMethod.GEOMETRY: "by_geometry",
    PlaceMethod.WARD: "by_ward",
    PlaceMethod.MUNICIPALITY: "by_municipality",
    PlaceMethod.SERVICE_AREA: "by_service_area",
    PlaceMethod.SPACE: "by_space",
    PlaceMethod.APPORTIONED: "by_apportionment",
    PlaceMethod.NOT_PLACED: "not_placed",
}
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

    Real and invented projects are never in one total: where there are both, `invented` holds the totals of the latter;
    where there are invented ones alone, these are their totals, and `is_sample`.
    """

    works: Tally = field(default_factory=Tally)
    by_method: "defaultdict[str, Tally]" = field(default_factory=_tallies)
    by_confidence: "defaultdict[str, Tally]" = field(default_factory=_tallies)
    by_both: "dict[tuple[str, str], Tally]" = field(default_factory=dict)
    apart: "defaultdict[str, Tally]" = field(default_factory=_tallies)
    by_attribute: "defaultdict[str, Tally]" = field(default_factory=_tallies)
    every: Tally = field(default_factory=Tally)
    invented: "PlacedTotals | None" = None
    is_sample: bool = False

    @property
    def placed(self) -> Tally:
        """The works with any place at all."""
        found = Tally()
        for method, tally in self.by_method.items():
            if method != PlaceMethod.NOT_PLACED:
                found.add(tally.projects, tally.rand, tally.projects - tally.without_cost)
        return found

    @property
    def words(self) -> str:
        """How much of the works on the ground has a place, in one sentence without its full stop."""
        if not self.works.projects:
            return _("None of these stands on the ground")
        return _("%(placed)s of %(works)s projects on the ground are placed") % {
            "placed": grouped(self.placed.projects), "works": grouped(self.works.projects),
        }  # fmt: skip

    @property
    def method_lines(self) -> list[tuple[str, str, Tally]]:
        """The works on the ground by how their place is known: (state, in words, tally)."""
        return [
            (state, str(method.label), self.by_method[method])
            for method, state in METHOD_STATES.items() if method in self.by_method
        ]  # fmt: skip

    @property
    def method_parts(self) -> list[tuple[str, int, str]]:
        """The same as the parts of a bar."""
        return [(state, tally.projects, words) for state, words, tally in self.method_lines]

    @property
    def apart_lines(self) -> list[tuple[str, str, Tally]]:
        """What is not on the ground, by kind: (kind, in words, tally)."""
        return [(kind.value, str(kind.label), self.apart[kind]) for kind in ProjectKind if kind in self.apart]


def placed_share(rows: "QuerySet[Project]") -> PlacedTotals:
    """The totals of a set of projects, real ones and invented ones apart, in one query."""
    real, invented = PlacedTotals(), PlacedTotals(is_sample=True)
    groups = rows.order_by().values_list("is_sample", "kind", "method", "confidence", "stage", "nature")
    for is_sample, kind, method, confidence, stage, nature, count, rand, priced in groups.annotate(
        Count("pk"), Sum("total_cost"), Count("total_cost")
    ):
        totals = invented if is_sample else real
        totals.every.add(count, rand, priced)
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
    if not real.every.projects and invented.every.projects:
        return invented
    real.invented = invented if invented.every.projects else None
    return real
