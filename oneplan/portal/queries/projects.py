"""The projects of a space, for its home: how many, what they cost, how much is placed, and what waits."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import ngettext

from oneplan.access.actors import Actor
from oneplan.alignment.choices import ClashState
from oneplan.alignment.queries import ClashFilters, clashes_visible_to
from oneplan.platform.web.numerals import grouped
from oneplan.projects import queries as projects
from oneplan.projects.queries import PlacedTotals
from oneplan.projects.queries.review import ReviewFilters, review_queue
from oneplan.spaces.models import Space


@dataclass(frozen=True)
class ProjectsHere:
    """What the reader may see of a space's projects. `needs` are (state, sentence, where it is mended)."""

    totals: PlacedTotals
    needs: list[tuple[str, str, str]]

    @property
    def count(self) -> int:
        return self.totals.every.projects

    @property
    def rand(self) -> Decimal:
        return self.totals.every.rand

    @property
    def without_cost(self) -> int:
        return self.totals.every.without_cost

    @property
    def parts(self) -> list[tuple[str, int]]:
        """The bar: works that are placed, and those that are not."""
        placed = self.totals.placed.projects
        return [("placed", placed), ("not_placed", self.totals.works.projects - placed)]


def projects_of_country(actor: Actor) -> PlacedTotals:
    """How much of all that the reader may see has a place, by evidence. One query."""
    return projects.placed_share(projects.ProjectFilters().apply(projects.visible_to(actor)))


def projects_here(actor: Actor, space: Space) -> ProjectsHere:
    """What lies in a space wholly or by a share. Three queries; one for who did not sign in."""
    rows = projects.ProjectFilters().apply(projects.visible_to(actor)).filter(projects.placed_in([space.pk]))
    totals = projects.placed_share(rows)
    needs = _needs(actor, space) if actor.is_signed_in and totals.works.projects else []
    return ProjectsHere(totals, needs)


def _needs(actor: Actor, space: Space) -> list[tuple[str, str, str]]:
    needs = []
    if doubtful := review_queue(actor, ReviewFilters(space=(space.pk,))).count():
        words = ngettext("%(n)s place of a project to review", "%(n)s places of projects to review", doubtful)
        needs.append(("doubtful", words % {"n": grouped(doubtful)}, f"/projects/review/?space={space.pk}"))
    asked = ClashFilters(state=(ClashState.OPEN,), space=(space.pk,))
    if clashes := asked.apply(clashes_visible_to(actor)).count():
        words = ngettext("%(n)s open clash of projects", "%(n)s open clashes of projects", clashes)
        needs.append(("late", words % {"n": grouped(clashes)}, f"/clashes/?space={space.pk}"))
    return needs
