"""What this room announces."""

from django.dispatch import Signal

releases_changed = Signal()  # release, by: a release was published or withdrawn
