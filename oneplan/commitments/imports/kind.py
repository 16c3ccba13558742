"""The kind `commitments`: the columns wanted, by whom it may be imported, and the layouts shipped."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from oneplan.access.permissions import Permission
from oneplan.commitments import queries
from oneplan.commitments.choices import CommitmentKind, FundingStatus, Novelty
from oneplan.commitments.imports.rows import STAGES, CommitmentRows
from oneplan.exchange.kinds import ImportOrder, Kind
from oneplan.exchange.targets import Target, TargetType
from oneplan.institutions.choices import Sphere
from oneplan.spaces.models import Space


def _scopes(order: ImportOrder) -> list[str]:
    space = Space.objects.filter(pk=order.space).select_related("province").first()
    return space.scopes() if space else ["national"]


def _target(name: str, label: Any, type: TargetType = TargetType.TEXT, **more: Any) -> Target:  # noqa: A002
    return Target(name, label, type, **more)


KIND = Kind(
    name="commitments",
    title=_("Commitments"),
    permission=Permission.COMMITMENT_IMPORT,
    targets=(
        _target(
            "key",
            _l("Row id"),
            TargetType.CODE,
            required=True,
            most=120,
            aliases=("ID", "No", "Ref", "Reference", "Commitment ID", "Project slug"),
        ),
        _target(
            "group",
            _l("Project that the row belongs to"),
            TargetType.CODE,
            most=120,
            help=_l("Rows with the same value become one commitment, with their years together."),
        ),
        _target(
            "title",
            _l("Title"),
            required=True,
            aliases=("Commitment", "Project", "Project name", "Programme/project name"),
        ),
        _target("description", _l("Description"), aliases=("Project description",)),
        _target(
            "lead",
            _l("Lead institution"),
            TargetType.INSTITUTION,
            required=True,
            aliases=("Lead department", "Lead", "Department", "Institution", "Implementing agent"),
        ),
        _target("province", _l("Province of the lead institution"), TargetType.TEXT, aliases=("Province",)),
        _target(
            "sphere",
            _l("Sphere of the lead institution"),
            TargetType.CHOICE,
            choices=dict(Sphere.choices),
            aliases=("Sphere", "Administration type"),
        ),
        _target("responsibility", _l("Responsibility of the lead")),
        _target(
            "accountable_post",
            _l("Accountable office"),
            aliases=("Accountable post", "Accountable official", "Responsible office", "Responsible official"),
            help=_l("The title or code of a post of the lead institution. Where none is named: the post that signs."),
        ),
        _target(
            "space",
            _l("Space"),
            TargetType.PLACE,
            aliases=("Space code", "District", "District Municipality", "District or metro"),
        ),
        _target(
            "municipality",
            _l("Municipality"),
            TargetType.PLACE,
            aliases=("Local Municipality", "Municipal area", "Locality"),
        ),
        _target("ward", _l("Ward"), TargetType.CODE, aliases=("Ward code",)),
        _target("whole_space", _l("Whole space"), TargetType.YES_NO),
        _target("place_text", _l("Place in words"), aliases=("Location", "Place")),
        _target("longitude", _l("Longitude"), TargetType.NUMBER, aliases=("GPS longitude", "Long", "X")),
        _target("latitude", _l("Latitude"), TargetType.NUMBER, aliases=("GPS latitude", "Lat", "Y")),
        _target("coordinates", _l("Latitude and longitude in one cell"), aliases=("GPS", "GPS code", "Coordinates")),
        _target("kind", _l("Kind"), TargetType.CHOICE, choices=dict(CommitmentKind.choices)),
        _target(
            "area",
            _l("Transformation area"),
            TargetType.CHOICE,
            choices={area.code: area.label for area in queries.areas()},
            aliases=("Focus area", "Area", "Sector"),
        ),
        _target(
            "novelty",
            _l("New, accelerated, redirected or existing"),
            TargetType.CHOICE,
            choices=dict(Novelty.choices),
            aliases=("Novelty",),
        ),
        _target("catalytic", _l("Catalytic"), TargetType.YES_NO),
        _target(
            "stage",
            _l("Project stage"),
            TargetType.CHOICE,
            choices=STAGES,
            aliases=("Stage", "Status", "Project status", "Current project stage"),
        ),
        _target("start_on", _l("Start"), TargetType.DATE, aliases=("Start date", "Project start date")),
        _target(
            "finish_on",
            _l("Finish"),
            TargetType.DATE,
            aliases=("End date", "Finish date", "Completion date", "Estimated project completion date"),
        ),
        _target("objective", _l("Objective"), aliases=("Objectives",)),
        _target("indicator", _l("Indicator"), aliases=("Indicators", "KPI")),
        _target("unit", _l("Unit")),
        _target("baseline", _l("Baseline"), TargetType.NUMBER),
        _target("target", _l("Target"), TargetType.NUMBER),
        _target("outputs", _l("Outcomes and outputs"), aliases=("Outputs", "Outcome", "Nature of investment")),
        _target(
            "serves",
            _l("Serves"),
            aliases=("Outcomes and strategies served", "Outcome or strategy", "Strategies served"),
            help=_l("References of outcomes and strategies of the space's plan, parted by semicolons or commas."),
        ),
        _target("total_cost", _l("Total cost"), TargetType.AMOUNT, aliases=("Total project cost", "Total budget")),
        _target("spent_before", _l("Spent in earlier years"), TargetType.AMOUNT),
        _target(
            "amounts",
            _l("Amounts by financial year"),
            TargetType.AMOUNT,
            many=True,
            help=_l("Label each column with its year and basis, such as 2026/27 PFMA."),
        ),
        _target(
            "basis",
            _l("Basis of the years"),
            TargetType.CHOICE,
            choices={"PFMA": "PFMA (Apr–Mar)", "MFMA": "MFMA (Jul–Jun)"},
        ),
        _target("year", _l("Financial year"), TargetType.FINANCIAL_YEAR, basis_from="basis", aliases=("Year", "FY")),
        _target(
            "amount",
            _l("Amount"),
            TargetType.AMOUNT,
            aliases=("Budget", "Amount (R)", "Amount in rand", "Amount rands", "Rand"),
        ),
        _target(
            "funding_status",
            _l("Funding status"),
            TargetType.CHOICE,
            choices=dict(FundingStatus.choices),
            aliases=("Funded", "Budget phase"),
        ),
        _target(
            "funding_source", _l("Funding source"), aliases=("Source of funding", "Fund", "Primary Funding Source")
        ),
        _target("project_id", _l("Project id of the source"), TargetType.CODE),
        _target("project_no", _l("Project number of the source"), TargetType.CODE),
        _target(
            "other_spaces",
            _l("Rows of other spaces"),
            TargetType.CHOICE,
            choices={"refuse": _l("Refuse them"), "leave_out": _l("The file covers more: count and leave out")},
        ),
        _target("past_before", _l("Leave out what was due to end before"), TargetType.DATE),
        _target("is_sample", _l("Invented sample"), TargetType.YES_NO),
    ),
    row_key=("key",),
    ordered=(("start_on", "finish_on"),),
    needs=frozenset({"source"}),
    reader=CommitmentRows,
    scopes=_scopes,
    layouts=Path(__file__).parent.parent / "layouts",
    version=lambda order: order.space,  # a file of the country is imported space by space: its other rows stay unseen
)
