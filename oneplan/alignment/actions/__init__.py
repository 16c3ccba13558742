"""Verbs of this room: the only place that writes its tables."""

from oneplan.alignment.actions.deciding import confirm_tie, dismiss_clash, reject_tie, reopen_clash, undo_tie
from oneplan.alignment.actions.finding import ClashCounts, find_clashes
from oneplan.alignment.actions.proposing import Proposed, propose_links
from oneplan.alignment.actions.tying import propose_ties

__all__ = [
    "ClashCounts",
    "Proposed",
    "confirm_tie",
    "dismiss_clash",
    "find_clashes",
    "propose_links",
    "propose_ties",
    "reject_tie",
    "reopen_clash",
    "undo_tie",
]
