"""What this room announces, after it happened."""

from django.dispatch import Signal

ledger_computed = Signal()  # cycle: its key; commitments: keys of those that were computed, None for all
