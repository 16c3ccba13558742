"""Verbs of this room: the only place that writes its tables."""

from oneplan.ledger.actions.computing import Computed, compute_ledger
from oneplan.ledger.actions.cycles import close_cycle, open_cycle

__all__ = ["Computed", "close_cycle", "compute_ledger", "open_cycle"]
