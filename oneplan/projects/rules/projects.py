"""What must hold before a project, a milestone or a programme is written, and when a project may move."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from oneplan.platform.errors import RuleBroken
from oneplan.projects.choices import ALLOWED_MOVES, Audience, ProjectStanding
from oneplan.projects.models import Project

LEAST_REASON = 5
_SPANS = (
    ("start_on", "finish_on"),
    ("construction_start_on", "construction_finish_on"),
    ("actual_start_on", "actual_finish_on"),
)


def check_reason(reason: str) -> None:
    """A reason that somebody else can follow."""
    if len(reason.strip()) < LEAST_REASON:
        raise RuleBroken(_("Give the reason, in a few words: it stands in the history."))


def check_said(said: Mapping[str, Any]) -> None:
    """What is said of a project holds together. Raises RuleBroken with what does not."""
    if not str(said.get("title") or "").strip():
        raise RuleBroken(_("Give the project a title."))
    for first, last in _SPANS:
        start, end = said.get(first), said.get(last)
        if start and end and end < start:
            raise RuleBroken(
                _("It cannot end (%(end)s) before it begins (%(start)s). Correct one of the two days.")
                % {"end": end, "start": start}
            )
    for name in ("total_cost", "spent_to_date"):
        if (amount := said.get(name)) is not None and amount < 0:
            raise RuleBroken(_("An amount cannot be less than nothing. Leave it empty if it is not known."))


def check_can_move(project: Project, to: ProjectStanding) -> None:
    """The table of moves, in words."""
    if to not in ALLOWED_MOVES[project.standing]:
        raise RuleBroken(
            _("%(ref)s is %(now)s and cannot become %(to)s.")
            % {"ref": project.ref, "now": project.get_standing_display().lower(), "to": to.label.lower()}
        )


def check_can_correct(project: Project) -> None:
    """What is one with another project is corrected there."""
    if project.standing == ProjectStanding.MERGED:
        raise RuleBroken(
            _("%(ref)s is one with another project. Correct that one, or undo the merge first.") % {"ref": project.ref}
        )


def check_can_show(project: Project, to: Audience) -> None:
    """Whether a project may change its audience."""
    check_can_correct(project)
    if project.audience == to:
        raise RuleBroken(
            _("%(ref)s is public already.") % {"ref": project.ref}
            if to == Audience.PUBLIC
            else _("%(ref)s is inside government already.") % {"ref": project.ref}
        )


def check_milestone(title: str, due_on: date | None, reached_on: date | None, today: date) -> None:
    """A milestone has a title and a day, and nothing is reached tomorrow."""
    if not title.strip():
        raise RuleBroken(_("Give the milestone a title."))
    if due_on is None and reached_on is None:
        raise RuleBroken(_("Say when the milestone is due, or when it was reached."))
    if reached_on is not None and reached_on > today:
        raise RuleBroken(_("The day on which it was reached lies ahead. Set it when it has come."))
