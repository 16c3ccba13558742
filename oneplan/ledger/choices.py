"""Words of the ledger: what became of a commitment's money, on three axes. Thresholds: parameters/thresholds.yaml."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Funding(TextChoices):
    """How much of what was pledged for a year stands in budget lines that were linked and confirmed."""

    FUNDED = "funded", _("Funded")
    PART_FUNDED = "part_funded", _("Part-funded")
    UNFUNDED = "unfunded", _("Unfunded")
    UNKNOWN = "unknown", _("Not known")  # no return, or nobody has linked it yet


class Movement(TextChoices):
    """What became of the budget of a year since the cycle before."""

    UNCHANGED = "unchanged", _("Unchanged")
    INCREASED = "increased", _("Increased")
    REDUCED = "reduced", _("Reduced")
    MOVED = "moved", _("Moved")  # to another year or line
    UNKNOWN = "unknown", _("Not known")


class Execution(TextChoices):
    """What was spent of the budget of a year that has ended."""

    SPENT = "spent", _("Spent")
    UNDERSPENT = "underspent", _("Underspent")
    LAPSED = "lapsed", _("Lapsed")
    UNKNOWN = "unknown", _("Not known")  # the year runs, or its spending is not in


class Event(TextChoices):
    """What this room remembers."""

    CYCLE_OPENED = "ledger_cycle.opened", _("A cycle of the ledger was opened.")
    CYCLE_COMPUTED = "ledger_cycle.computed", _("The ledger was computed.")
    CYCLE_CLOSED = "ledger_cycle.closed", _("A cycle of the ledger was closed.")
