"""The words of this room: ties between commitments and projects, clashes between projects."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TieState(TextChoices):
    PROPOSED = "proposed", _("Perhaps the same")
    CONFIRMED = "confirmed", _("The same")
    REJECTED = "rejected", _("Not the same")


class ClashKind(TextChoices):
    """What gets in the way of what."""

    SAME_PLACE = "same_place", _("Same place, same time")
    MISSING_PREREQUISITE = "missing_prerequisite", _("What must be there first is not")
    DUPLICATE = "duplicate", _("Perhaps the same works twice")


class WorksKind(TextChoices):
    """Kinds of works that get in each other's way, or need one another (words for them: parameters/clashes.yaml)."""

    ROAD = "road", _("a road")
    WATER_MAIN = "water_main", _("a water main")
    SEWER = "sewer", _("a sewer")
    ELECTRICITY = "electricity", _("an electricity line")
    STORMWATER = "stormwater", _("a stormwater drain")
    FIBRE = "fibre", _("a fibre cable")
    BULK_WATER = "bulk_water", _("bulk water")
    HOUSING = "housing", _("housing")
    SCHOOL = "school", _("a school")
    CLINIC = "clinic", _("a clinic")


class ClashState(TextChoices):
    OPEN = "open", _("Open")
    DISMISSED = "dismissed", _("Dismissed")
    GONE = "gone", _("No longer found")


ALLOWED_MOVES: dict[str, tuple[str, ...]] = {
    ClashState.OPEN: (ClashState.DISMISSED, ClashState.GONE),
    ClashState.DISMISSED: (ClashState.OPEN, ClashState.GONE),
    ClashState.GONE: (ClashState.OPEN, ClashState.DISMISSED),
}


class Event(TextChoices):
    TIES_PROPOSED = "ties.proposed", _("Ties of commitments to projects were proposed")
    TIE_CONFIRMED = "tie.confirmed", _("A commitment was tied to its project")
    TIE_REJECTED = "tie.rejected", _("A commitment and a project were declared different")
    TIE_UNDONE = "tie.undone", _("A tie of a commitment to a project was undone")
    CLASHES_FOUND = "clashes.found", _("Clashes were looked for")
    CLASH_DISMISSED = "clash.dismissed", _("A clash was dismissed")
    CLASH_REOPENED = "clash.reopened", _("A dismissed clash was opened again")
