"""What a figure of a budget can be told by: the targets to which columns are matched, in groups that mean one thing."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from oneplan.exchange.targets import Target, TargetType

_T = TargetType
TARGETS = (
    Target("institution", _("Institution"), _T.INSTITUTION, aliases=("Municipality", "Department", "Demarcation code")),
    Target("province", _("Province"), _T.PLACE, aliases=("Government",)),
    Target("year_end", _("Month in which the institution's financial year ends")),
    Target("period_code", _("Period code (2020M01, 2020ORGB)"), _T.CODE, aliases=("YEARPERIOD",)),
    Target("year", _("Financial year"), _T.TEXT, aliases=("FinancialYear", "Year")),
    Target("length", _("Length of the period (year, quarter, month)")),
    Target("period", _("Month or quarter of the financial year")),
    Target("amount_type", _("Amount type"), aliases=("BudgetPhase", "Phase")),
    Target("amount_kind", _("Whether the amount is the total or a part of it"), aliases=("AmountKind",)),
    Target("statement", _("Statement")),
    Target("function", _("Function, code"), _T.CODE),
    Target("function_1", _("Function group 1, or function in words"), aliases=("Function", "FunctionGroup1")),
    Target("function_2", _("Function group 2"), aliases=("FunctionGroup2",)),
    Target("item", _("Item, code"), _T.CODE),
    Target("item_label", _("Item in words"), aliases=("Item", "Asset Class")),
    Target("subitem_label", _("Part of the item in words"), aliases=("Asset Sub-Class",)),
    Target("kind", _("Type of capital expenditure, code"), _T.CODE),
    Target("kind_label", _("Type in words")),
    *(
        Target(f"class_{level}", _("Economic classification, level %(level)s") % {"level": level},
               aliases=(f"EconomicClassification{level}",))
        for level in range(1, 6)
    ),
    Target("fund", _("Fund or grant, code"), _T.CODE),
    Target("fund_label", _("Fund or grant in words"), aliases=("Fund", "Grant")),
    Target("fund_category", _("Who gives the fund or grant")),
    Target("receiver", _("Receiver of a transfer")),
    Target("vote", _("Vote number"), _T.CODE, aliases=("VoteNumber",)),
    Target("vote_name", _("Vote in words")),
    Target("programme", _("Programme number"), _T.CODE, aliases=("ProgNumber",)),
    Target("programme_name", _("Programme in words"), aliases=("Programme",)),
    Target("subprogramme", _("Subprogramme number"), _T.CODE, aliases=("SubprogNumber",)),
    Target("subprogramme_name", _("Subprogramme in words"), aliases=("Subprogramme",)),
    Target("project", _("Project number"), _T.CODE),
    Target("project_name", _("Project"), aliases=("Project Description", "Project Name")),
    *(
        Target(f"region_{level}", _("Regional identifier, part %(level)s") % {"level": level})
        for level in range(1, 4)
    ),
    Target("municipality", _("Municipality in which it lies"), _T.PLACE),
    Target("ward", _("Ward (eight digits)"), _T.CODE),
    Target("ward_year", _("Year of the ward boundaries"), _T.INTEGER),
    Target("longitude", _("Longitude"), _T.NUMBER),
    Target("latitude", _("Latitude"), _T.NUMBER),
    Target("amounts", _("Amounts"), _T.AMOUNT, many=True, aliases=("Amount", "Value"),
           help=_("Label each column with what it is: original 2026/27, actual M03, adjusted. One column alone"
                  " needs no label.")),
)  # fmt: skip
LABELS: Mapping[str, str] = {target.name: str(target.label) for target in TARGETS}

# Texts that together mean one thing, which is found out once for each combination that occurs.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "institution": ("institution", "province", "year_end"),
    "period": ("period_code", "year", "length", "period", "amount_type", "amount_kind"),
    "function": ("function", "function_1", "function_2"),
    "item": ("item", "item_label", "subitem_label", "class_1", "class_2", "class_3", "class_4", "class_5", "kind",
             "kind_label", "statement"),
    "fund": ("fund", "fund_label", "fund_category"),
    "receiver": ("receiver",),
    "evidence": ("region_1", "region_2", "region_3", "municipality", "ward", "ward_year", "longitude", "latitude"),
}  # fmt: skip
PROGRAMME = ("vote", "vote_name", "programme", "programme_name", "subprogramme", "subprogramme_name")
PROJECT = ("project", "project_name")
