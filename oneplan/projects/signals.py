"""Announcements of this room, sent on commit: for what can be refreshed later."""

from django.dispatch import Signal

# A submission was taken in: submission=Submission
submission_received = Signal()
