"""What this room answers: who may see which projects, what fits a filter, and how much of it has a place."""

from oneplan.projects.queries.filters import NO_VALUE, Placed, ProjectFilters, folded
from oneplan.projects.queries.lists import for_list, project_named, projects_list
from oneplan.projects.queries.placed import PlacedTotals, Tally, placed_share
from oneplan.projects.queries.readers import placed_in, reads_all, visible_to
from oneplan.projects.queries.sums import Sums, sums_by_programme, sums_of

__all__ = [
    "NO_VALUE",
    "Placed",
    "PlacedTotals",
    "ProjectFilters",
    "Sums",
    "Tally",
    "folded",
    "for_list",
    "placed_in",
    "placed_share",
    "project_named",
    "projects_list",
    "reads_all",
    "sums_by_programme",
    "sums_of",
    "visible_to",
]
