from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StageState(TextChoices):
    NOT_STARTED = "not_started", _("Not started")
    CURRENT = "current", _("Current")
    PASSED = "passed", _("Gate passed")
    PASSED_WITH_EXCEPTIONS = "passed_with_exceptions", _("Gate passed with exceptions")


class ContributionState(TextChoices):
    """The participation ledger. Silent is never stored: it is asked or opened, past the due date."""

    ASKED = "asked", _("Asked")
    OPENED = "opened", _("Opened")
    CONTRIBUTED = "contributed", _("Contributed")
    DECLINED = "declined", _("Declined")


SILENT = "silent"
NOT_ASKED = "not_asked"

ALLOWED_MOVES: dict[str, tuple[str, ...]] = {
    ContributionState.ASKED: (ContributionState.OPENED, ContributionState.CONTRIBUTED, ContributionState.DECLINED),
    ContributionState.OPENED: (ContributionState.CONTRIBUTED, ContributionState.DECLINED),
    ContributionState.CONTRIBUTED: (ContributionState.OPENED,),
    ContributionState.DECLINED: (ContributionState.OPENED, ContributionState.CONTRIBUTED),
}


class Event(TextChoices):
    PLANNING_STARTED = "planning.started", _("Joint planning of an edition began")
    COPY_FROZEN = "copy.frozen", _("A signing copy was made")
    COPY_WITHDRAWN = "copy.withdrawn", _("A signing copy was withdrawn")
    CONTRIBUTION_REQUESTED = "contribution.requested", _("A contribution was asked for")
    CONTRIBUTION_REMINDED = "contribution.reminded", _("A reminder was sent")
    CONTRIBUTION_ASKED_AGAIN = "contribution.asked_again", _("More was asked of a party")
    CONTRIBUTION_OPENED = "contribution.opened", _("The request was opened")
    CONTRIBUTION_MADE = "contribution.made", _("A contribution was made")
    CONTRIBUTION_DECLINED = "contribution.declined", _("A contribution was declined")
    STAGE_SCHEDULED = "stage.scheduled", _("The dates of a stage were set")
    GATE_PASSED = "gate.passed", _("A quality gate was passed")
    GATE_REOPENED = "gate.reopened", _("A stage was opened again")
    EXCEPTION_GRANTED = "exception.granted", _("An exception was recorded")
    EXCEPTION_WITHDRAWN = "exception.withdrawn", _("An exception was withdrawn")
    EDITION_SEALED = "edition.sealed", _("The edition was sealed")
