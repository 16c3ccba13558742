"""What this room answers: which clashes and ties a reader may see."""

from oneplan.alignment.queries.clashes import ClashFilters, clashes_of, clashes_visible_to
from oneplan.alignment.queries.ties import ties_of_commitment, ties_of_project, ties_visible_to

__all__ = [
    "ClashFilters",
    "clashes_of",
    "clashes_visible_to",
    "ties_of_commitment",
    "ties_of_project",
    "ties_visible_to",
]
