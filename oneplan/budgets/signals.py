"""Announcements of this room, sent on commit: for what can be refreshed later."""

from django.dispatch import Signal

# What is in force changed (received or withdrawn): the warehouse is to be built anew. release=BudgetRelease, by=Actor
releases_changed = Signal()
