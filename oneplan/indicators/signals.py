"""What this room announces."""

from django.dispatch import Signal

releases_changed = Signal()  # release, by: a release was published or withdrawn
definitions_changed = Signal()  # code, by: a source, a table or an indicator was defined, revised or retired
