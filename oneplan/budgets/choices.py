"""Words of money. The order of each list is the order of its numbers in the warehouse: append, never insert."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AmountType(TextChoices):
    """What a figure is of a year: asked, given, expected, spent. Two of them are never added."""

    ORIGINAL = "original", _("Original budget")
    ADJUSTED = "adjusted", _("Adjusted budget")
    TABLED = "tabled", _("Tabled budget")
    REVISED = "revised", _("Revised estimate")
    ACTUAL = "actual", _("Actual, in the year")
    PRE_AUDIT = "pre_audit", _("Actual, before audit")
    AUDITED = "audited", _("Actual, audited")
    RESTATED = "restated", _("Actual, audited and restated")
    INDICATIVE_1 = "indicative_1", _("Indicative budget, one year ahead")
    INDICATIVE_2 = "indicative_2", _("Indicative budget, two years ahead")
    INDICATIVE_3 = "indicative_3", _("Indicative budget, three years ahead")
    FORECAST = "forecast", _("Forecast for the full year")
    ALLOCATED = "allocated", _("Allocated by the Division of Revenue Act")
    TRANSFERRED = "transferred", _("Transferred to the receiver")
    FINAL = "final", _("Final budget, after shifts between programmes")


class Statement(TextChoices):
    """Which statement a figure stands in. Only the first three, which are all spending, may be added to one another."""

    OPERATING = "operating", _("Operating expenditure")
    CAPITAL = "capital", _("Capital expenditure")
    EXPENDITURE = "expenditure", _("Expenditure, operating and capital not told apart")
    REVENUE = "revenue", _("Revenue")
    CASH_FLOW = "cash_flow", _("Cash flow")
    POSITION = "position", _("Financial position")
    ALLOCATION = "allocation", _("Grant allocations")
    CASH_IN = "cash_in", _("Cash received, before mSCOA")  # told apart, since payments have no minus sign there
    CASH_OUT = "cash_out", _("Cash paid, before mSCOA, without a minus sign")


SPENDING = (Statement.OPERATING, Statement.CAPITAL, Statement.EXPENDITURE)


class Length(TextChoices):
    """How long a time a figure is for. A year and its months are never added."""

    YEAR = "year", _("The whole year")
    QUARTER = "quarter", _("A quarter")
    MONTH = "month", _("A month")


class Flow(TextChoices):
    """Whether rand is spent by who reports it, or passed on to another sphere and reported there again."""

    SPENT = "spent", _("Spent by who reports it")
    TO_NATIONAL = "to_national", _("Passed on to the national sphere, whose own figures are in")
    TO_PROVINCIAL = "to_provincial", _("Passed on to a province, whose own figures are in")
    TO_LOCAL = "to_local", _("Passed on to a municipality, whose own figures are in")
    NOT_FOLLOWED = "not_followed", _("Passed on; the receiver's own figures are not in")


class How(TextChoices):
    """How the place of rand is known, best evidence first."""

    GEOMETRY = "geometry", _("By the coordinates or outline of its project")
    WARD = "ward", _("By a ward that is named")
    MUNICIPALITY = "municipality", _("By the municipality whose budget it is, or that is named")
    SPACE = "space", _("Somewhere in the space that is named")
    REGION = "region", _("By the regional identifier of the ledger")
    SERVICE_AREA = "service_area", _("By the area that it serves")
    APPORTIONED = "apportioned", _("Shared out by a named indicator")
    INDIVISIBLE = "indivisible", _("For the country or a province as a whole")
    NOT_PLACED = "not_placed", _("Not placed")


class HouseRule(TextChoices):
    """The rules that are always there, by which rand is placed where nobody set one."""

    EVIDENCE = "evidence", _("what the figure itself says: coordinates, a ward or a municipality")
    REGION = "region", _("what the regional identifier of the ledger names")
    OWN_BUDGET = "own-budget", _("the area of the institution whose budget it is")
    NOTHING = "nothing", _("nothing says where it belongs")


PLACED = (How.GEOMETRY, How.WARD, How.MUNICIPALITY)  # evidence: what the headline placed share counts
MODELLED = (How.SPACE, How.REGION, How.SERVICE_AREA, How.APPORTIONED)  # in the space by a rule, not by evidence


class Standing(TextChoices):
    """Who may see a figure and whether it is real. Real and invented figures are never in one total."""

    PUBLIC = "public", _("Public")
    GOVERNMENT = "government", _("Inside government")
    SAMPLE = "sample", _("Sample")


class ReleaseState(TextChoices):
    """What became of a budget release."""

    IN_FORCE = "in_force", _("In force")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Event(TextChoices):
    """What this room remembers."""

    BUDGET_RECEIVED = "budget.received", _("A budget was received.")
    BUDGET_WITHDRAWN = "budget.withdrawn", _("A budget was withdrawn.")
    WAREHOUSE_BUILT = "warehouse.built", _("The budget warehouse was built.")
    WAREHOUSE_SWEPT = "warehouse.swept", _("What interrupted imports and builds had left was removed.")
    BUILD_SERVED = "warehouse.build_served", _("An earlier build of the budget warehouse was put in service again.")
    RULE_SET = "placement_rule.set", _("A rule of where rand belongs was set.")
    RULE_ENDED = "placement_rule.ended", _("A rule of where rand belongs was ended.")
    CALENDAR_AMENDED = "calendar.amended", _("A day of the budget cycle was amended.")
    AMENDMENT_WITHDRAWN = "calendar.amendment_withdrawn", _("An amendment of the budget cycle was withdrawn.")
