"""Verbs of projects: the only place that writes this room's tables."""

from oneplan.projects.actions.placing import locate_project, review_placement
from oneplan.projects.actions.received import MoneyOfYear, Name, ReceivedProject
from oneplan.projects.actions.receiving import STATED, Received, receive_submission
from oneplan.projects.actions.renewing import Moved, Renewal, renew_placements

__all__ = [
    "STATED",
    "MoneyOfYear",
    "Moved",
    "Name",
    "Received",
    "ReceivedProject",
    "Renewal",
    "locate_project",
    "receive_submission",
    "renew_placements",
    "review_placement",
]
