"""Verbs of projects: the only place that writes this room's tables."""

from oneplan.projects.actions.received import MoneyOfYear, Name, ReceivedProject
from oneplan.projects.actions.receiving import STATED, Received, receive_submission

__all__ = ["STATED", "MoneyOfYear", "Name", "Received", "ReceivedProject", "receive_submission"]
