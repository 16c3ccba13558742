"""Announcements of this room, sent on commit: for what can be refreshed later."""

from django.dispatch import Signal

# A rule of where rand belongs was set or ended, so the warehouse is to be built anew: rule, reason, by=Actor
rules_changed = Signal()
# What is in force changed (received or withdrawn): the warehouse is to be built anew. release=BudgetRelease, by=Actor
releases_changed = Signal()
