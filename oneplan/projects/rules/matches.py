"""When two projects may be declared one, and parted."""

from django.utils.translation import gettext as _

from oneplan.platform.errors import RuleBroken
from oneplan.projects.choices import MatchState, ProjectStanding
from oneplan.projects.models import Match, Project
from oneplan.projects.rules.projects import check_can_move


def check_can_merge(match: Match, kept: Project, gone: Project) -> None:
    """Both stand by themselves, and the pair is not one already."""
    if match.state == MatchState.MERGED:
        raise RuleBroken(_("These two were declared one already."))
    if kept.standing == ProjectStanding.MERGED:
        raise RuleBroken(
            _("%(ref)s is one with another project. Keep the other of the two, or undo that merge first.")
            % {"ref": kept.ref}
        )
    if kept.is_sample != gone.is_sample:
        raise RuleBroken(_("A sample and a real project cannot be one."))
    check_can_move(gone, ProjectStanding.MERGED)


def check_can_part(match: Match, kept: Project, gone: Project) -> None:
    """What was merged by this pair is still merged so."""
    if match.state != MatchState.MERGED or gone.merged_into_id != kept.pk:
        raise RuleBroken(_("These two are not declared one, so there is nothing to part."))
