"""Words of source plans."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PlanKind(TextChoices):
    """What kind of plan it is; who makes it and how often: `domain` of the Framework and the Acts that ask for it."""

    NDP = "ndp", _("National Development Plan")
    MEDIUM_TERM = "medium_term", _("Medium-term plan (MTSF, MTDP)")
    NSDF = "nsdf", _("National Spatial Development Framework")
    IUDF = "iudf", _("Integrated Urban Development Framework")
    CEF = "cef", _("Capital expenditure framework")
    MASTER_PLAN = "master_plan", _("Master plan")
    PROVINCIAL = "provincial", _("Provincial growth and development strategy")
    SECTOR = "sector", _("Sector plan")
    STRATEGIC = "strategic", _("Strategic plan of an institution")
    APP = "app", _("Annual performance plan")
    IDP = "idp", _("Integrated development plan")
    SDF = "sdf", _("Spatial development framework")
    SDBIP = "sdbip", _("Service delivery and budget implementation plan")


class ItemKind(TextChoices):
    """What a plan item is. A parent is never of a later kind than its child."""

    PRIORITY = "priority", _("Priority")
    GOAL = "goal", _("Goal")
    OUTCOME = "outcome", _("Outcome")
    OBJECTIVE = "objective", _("Objective")
    INDICATOR = "indicator", _("Indicator")
    PROJECT = "project", _("Project")


class Event(TextChoices):
    """What this room remembers."""

    PLAN_REGISTERED = "source_plan.registered", _("A source plan was registered")
    PLAN_AMENDED = "source_plan.amended", _("A source plan was amended")
    PLAN_WITHDRAWN = "source_plan.withdrawn", _("A source plan was withdrawn")
    ITEMS_IMPORTED = "source_plan.items_imported", _("Items of a source plan were imported")
    ITEM_WRITTEN = "plan_item.written", _("An item of a source plan was written")
    ITEM_WITHDRAWN = "plan_item.withdrawn", _("An item of a source plan was withdrawn")


RESPONSIBLE = "responsible"  # in `external_ids`: who answers for an item, in words that the register does not know

# An item as a row of a table: what exports write and the import reads back; the last two it does not.
COLUMNS = (
    "ref", "kind", "parent", "title", "description", "institution", "space", "municipality", "place", "unit",
    "baseline", "target", "first_year", "last_year", "basis", "cost_rand", "standing", "source_row",
)  # fmt: skip
