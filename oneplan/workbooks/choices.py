from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WorkbookState(TextChoices):
    ASKED = "asked", _("Being made")
    ISSUED = "issued", _("Issued")
    FAILED = "failed", _("Could not be made")


class ReturnState(TextChoices):
    """Where a returned file stands. Nothing of it is taken in before the comparison was shown."""

    RETURNED = "returned", _("Returned; being compared")
    COMPARED = "compared", _("Compared; nothing taken in yet")
    TAKING = "taking", _("Being taken in")
    TAKEN_IN = "taken_in", _("Taken in")
    REFUSED = "refused", _("Refused")


ALLOWED_MOVES: dict[str, tuple[str, ...]] = {
    ReturnState.RETURNED: (ReturnState.COMPARED, ReturnState.REFUSED),
    ReturnState.COMPARED: (ReturnState.TAKING, ReturnState.TAKEN_IN, ReturnState.REFUSED),
    ReturnState.TAKING: (ReturnState.TAKEN_IN, ReturnState.COMPARED),
    ReturnState.TAKEN_IN: (),
    ReturnState.REFUSED: (),
}


class Standing(TextChoices):
    """How a returned row stands to what was issued and to what the house says now."""

    STALE = "stale", _("Changed on both sides")
    REFUSED = "refused", _("Refused")
    CHANGED = "changed", _("Changed")
    NEW = "new", _("New")
    GONE = "gone", _("Deleted from the workbook")


class Event(TextChoices):
    WORKBOOK_ISSUED = "workbook.issued", _("A workbook was issued")
    WORKBOOK_RETURNED = "workbook.returned", _("A workbook was returned")
    WORKBOOK_RESTARTED = "workbook.restarted", _("Interrupted work on a returned workbook was begun again")
    WORKBOOK_REFUSED = "workbook.refused", _("A returned workbook was refused")
    WORKBOOK_TAKEN_IN = "workbook.taken_in", _("The changes of a workbook were taken in")
