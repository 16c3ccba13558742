"""The columns that files of projects may have, whichever feed they come from."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from oneplan.exchange.targets import Target, TargetType
from oneplan.institutions.choices import Sphere
from oneplan.projects.choices import Audience, Nature, ProjectKind, Stage, Tabling


def _target(name: str, label: Any, type: TargetType = TargetType.TEXT, **more: Any) -> Target:  # noqa: A002
    return Target(name, label, type, lenient=not more.get("required", False), **more)


def _amount(name: str, label: Any, *aliases: str, **more: Any) -> Target:
    return _target(name, label, TargetType.AMOUNT, aliases=aliases, **more)


def _date(name: str, label: Any, *aliases: str) -> Target:
    return _target(name, label, TargetType.DATE, aliases=aliases)


KEY = Target("key", _("Row id"), TargetType.CODE, required=True, most=200, aliases=("Project ID", "ID", "Ref", "Id"))
TITLE = Target(
    "title", _("Name of the project"), required=True, aliases=("Project Name", "Title", "Project", "Project title")
)
TARGETS = (
    _target("description", _("Description"), aliases=("Project Description", "Project Decription")),
    _target("number", _("Project number"), TargetType.CODE, aliases=("Project No", "Project Number", "mSCOA code")),
    _target("kind", _("Kind"), TargetType.CHOICE, choices=dict(ProjectKind.choices)),
    _target("province", _("Province"), TargetType.PLACE, aliases=("Province name",)),
    _target(
        "implementing", _("Implementing institution"), TargetType.INSTITUTION,
        aliases=("Department", "Implementing agent", "Institution", "government_institution"),
    ),
    _target("funder", _("Funding institution"), TargetType.INSTITUTION),
    _target("sphere", _("Sphere"), TargetType.CHOICE, choices=dict(Sphere.choices), aliases=("administration_type",)),
    _target("sector", _("Sector"), aliases=("Function",)),
    _target("function", _("Function")),
    _target("municipality", _("Municipality"), TargetType.PLACE, aliases=("Local Municipality",)),
    _target("space", _("Space"), TargetType.PLACE, aliases=("District Municipality", "District", "District or metro")),
    _target("ward", _("Ward"), TargetType.CODE, aliases=("Ward code", "Ward Location", "Wards")),
    _target("ward_year", _("Year of the ward's demarcation"), TargetType.INTEGER, aliases=("Ward year",)),
    _target("longitude", _("Longitude"), TargetType.NUMBER, aliases=("GPS Longitude", "Long", "X")),
    _target("latitude", _("Latitude"), TargetType.NUMBER, aliases=("GPS Latitude", "Lat", "Y")),
    _target("coordinates", _("Latitude and longitude in one cell"), aliases=("GPS", "GPS code", "Coordinates")),
    _target(
        "stage", _("Stage"), TargetType.CHOICE, choices=dict(Stage.choices),
        aliases=("Project Status", "Status", "current_project_stage"),
    ),
    _target(
        "nature", _("Nature of investment"), TargetType.CHOICE, choices=dict(Nature.choices),
        aliases=("Nature of Investment", "Type"),
    ),
    _target("funding", _("Funding status"), TargetType.CHOICE, choices=dict(Tabling.choices)),
    _target("fund", _("Fund"), aliases=("Primary Tabling Source", "Funding source")),
    _target("budget_programme", _("Budget programme"), aliases=("Budget Programme",)),
    _date("start_on", _("Start"), "Project Start Date", "Start date"),
    _date("finish_on", _("Finish"), "Estimated Project Completion Date", "End date", "Finish date"),
    _date("construction_start_on", _("Start of construction"), "Estimated Construction Start Date"),
    _date("construction_finish_on", _("End of construction"), "Estimated Construction End Date"),
    _date("contract_finish_on", _("End of construction by contract"), "Contracted Construction End Date"),
    _date("actual_start_on", _("Actual start")),
    _date("actual_finish_on", _("Actual finish")),
    _amount("professional_fees", _("Professional fees")),
    _amount("construction_costs", _("Construction costs")),
    _amount("variation_orders", _("Variation orders")),
    _amount("total_cost", _("Total cost"), "Total Project Cost", "Total budget", "total_project_cost"),
    _amount("spent_before", _("Spent in earlier years")),
    _amount("spent_to_date", _("Spent to date"), "Project Expenditure (TOTAL)"),
    _target("jobs", _("Jobs"), TargetType.INTEGER),
    _target(
        "basis", _("Basis of the years"), TargetType.CHOICE,
        choices={"PFMA": _("PFMA (Apr–Mar)"), "MFMA": _("MFMA (Jul–Jun)")},
    ),
    _target("year", _("Financial year"), TargetType.FINANCIAL_YEAR, basis_from="basis", aliases=("financial_year",)),
    _target(
        "phase", _("What the amount is"), TargetType.CHOICE,
        choices={"budget": _("Budget"), "adjusted": _("Adjusted budget"), "spent": _("Spent"),
                 "audited": _("Spent, audited")},
    ),
    _amount("amount", _("Amount of the year"), "Amount", "Budget", "amount_rands"),
    _amount("budget", _("Main budget of the year")),
    _amount("adjustment", _("Change by the adjustment budget")),
    _amount("q1", _("Spent in quarter 1"), "Actual Expenditure Q1"),
    _amount("q2", _("Spent in quarter 2"), "Actual Expenditure Q2"),
    _amount("q3", _("Spent in quarter 3"), "Actual Expenditure Q3"),
    _amount("q4", _("Spent in quarter 4"), "Actual Expenditure Q4"),
    _amount("spent", _("Spent in the year"), "YTD Actual"),
    _amount(
        "budgets", _("Budgets by financial year"), many=True,
        help=_("Label each column with its year, such as 2026/27, or 2026/27 MFMA."),
    ),
    _amount("adjusted_budgets", _("Adjusted budgets by financial year"), many=True),
    _amount("audited", _("Audited outcomes by financial year"), many=True),
    _amount("months", _("Spent by month, M01 to M12"), many=True),
    _target("contractors", _("Contractors"), many=True),
    _target("audience", _("Audience"), TargetType.CHOICE, choices=dict(Audience.choices)),
    _target("is_sample", _("Invented sample"), TargetType.YES_NO),
)  # fmt: skip
