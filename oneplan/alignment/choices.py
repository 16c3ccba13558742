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
    LINK_WRITTEN = "link.written", _("A link was proposed")
    LINK_CONFIRMED = "link.confirmed", _("A link was confirmed")
    LINK_REJECTED = "link.rejected", _("A link was rejected")
    LINK_DISPUTED = "link.disputed", _("A link was disputed")
    LINK_WITHDRAWN = "link.withdrawn", _("A link was withdrawn")
    LINK_REOPENED = "link.reopened", _("A decision on a link was taken back")
    LINK_SHARED = "link.shared", _("The share of a budget line was changed")
    LINK_ANSWERED = "link.answered", _("An institution answered a link")
    LINKS_PROPOSED = "links.proposed", _("Links were looked for")


class LinkKind(TextChoices):
    """What is linked with what; the names of both ends, in the order of reading."""

    ITEM_ITEM = "item_item", _("Serves the item of another plan")
    COMMITMENT_ITEM = "commitment_item", _("Serves an item of a plan")
    COMMITMENT_LINE = "commitment_line", _("Is paid from a budget line")
    PROJECT_ITEM = "project_item", _("Is an item of a plan")
    PROJECT_LINE = "project_line", _("Is a project paid from a budget line")
    LINE_ITEM = "line_item", _("Pays for an item of a plan")


class LinkState(TextChoices):
    """A link counts only when it is confirmed and nobody disputes it."""

    PROPOSED = "proposed", _("Proposed")
    CONFIRMED = "confirmed", _("Confirmed")
    DISPUTED = "disputed", _("Disputed")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class LinkOrigin(TextChoices):
    COMPUTED = "computed", _("Found by OnePlan")
    PERSON = "person", _("Written by a person")


class LinkAnswerKind(TextChoices):
    """What an institution whose promise, project or money is linked says of it."""

    AGREES = "agrees", _("Agrees")
    DISPUTES = "disputes", _("Disputes")


ALLOWED_LINK_MOVES: dict[str, tuple[str, ...]] = {
    LinkState.PROPOSED: (LinkState.CONFIRMED, LinkState.REJECTED, LinkState.DISPUTED, LinkState.WITHDRAWN),
    LinkState.CONFIRMED: (LinkState.PROPOSED, LinkState.DISPUTED, LinkState.WITHDRAWN),
    LinkState.DISPUTED: (LinkState.CONFIRMED, LinkState.REJECTED, LinkState.WITHDRAWN),
    LinkState.REJECTED: (LinkState.PROPOSED,),
    LinkState.WITHDRAWN: (LinkState.PROPOSED,),
}
