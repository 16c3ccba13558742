"""What this room announces, after it happened."""

from django.dispatch import Signal

asks_changed = Signal()  # asks: their keys
