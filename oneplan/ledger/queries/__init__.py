"""Reads: which entries a reader may see, their totals, what changed, and whether all of it reconciles."""

from oneplan.ledger.queries.entries import (
    EntryFilters,
    Total,
    axes,
    changes_since,
    cycle_of,
    cycles,
    entries_visible_to,
    for_list,
    ledger_of,
    lines_of,
    totals,
    years_in,
)
from oneplan.ledger.queries.reconciling import Reconciled, Summed, by_dataset, lines_behind, reconciliation

__all__ = [
    "EntryFilters",
    "Reconciled",
    "Summed",
    "Total",
    "axes",
    "by_dataset",
    "changes_since",
    "cycle_of",
    "cycles",
    "entries_visible_to",
    "for_list",
    "ledger_of",
    "lines_behind",
    "lines_of",
    "reconciliation",
    "totals",
    "years_in",
]
