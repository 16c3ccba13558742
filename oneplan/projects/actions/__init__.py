"""Verbs of projects: the only place that writes this room's tables."""

from oneplan.projects.actions.matching import keep_projects_apart, merge_projects, propose_matches, unmerge_projects
from oneplan.projects.actions.milestones import remove_milestone, set_milestone
from oneplan.projects.actions.placing import locate_project, review_placement
from oneplan.projects.actions.programmes import correct_programme, register_programme
from oneplan.projects.actions.projects import (
    close_project,
    correct_project,
    publish_project,
    register_project,
    reopen_project,
    withhold_project,
)
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
    "close_project",
    "correct_programme",
    "correct_project",
    "keep_projects_apart",
    "locate_project",
    "merge_projects",
    "propose_matches",
    "publish_project",
    "receive_submission",
    "register_programme",
    "register_project",
    "remove_milestone",
    "renew_placements",
    "reopen_project",
    "review_placement",
    "set_milestone",
    "unmerge_projects",
    "withhold_project",
]
