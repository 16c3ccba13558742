"""What this room announces, after it happened."""

from django.dispatch import Signal

links_changed = Signal()  # commitments: keys of those whose money or alignment may read otherwise now
