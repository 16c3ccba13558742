"""The sheets of a workbook and their columns: one table for writing, reading and comparing alike."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from oneplan.workbooks.cells import Column, Kind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

META = "_oneplan"  # the hidden sheet that says which workbook this is; its name is the same in every language
LISTS = "_lists"
ID, REVISION = "id", "revision"


@dataclass(frozen=True)
class Sheet:
    """One sheet. `names_row` is the column whose words tell a reader which row is meant."""

    key: str
    title: "StrOrPromise"
    columns: tuple[Column, ...]
    names_row: str
    takes_new: bool = True  # rows may be added at the bottom


_PLACE = (
    Column("municipal_areas", _("Municipal areas"), Kind.CODES, 30, "municipal_areas",
           help=_("Several are parted by semicolons.")),
    Column("ward", _("Ward"), Kind.CODE, 22, "wards", help=_("Where it lies in one ward.")),
    Column("whole_space", _("Whole space"), Kind.CHOICE, 10, "yes_no"),
)  # fmt: skip
_AREA = Column("area", _("Transformation area"), Kind.CHOICE, 26, "areas")
_OWNER = Column("owner_post", _("Owner"), Kind.CODE, 28, "posts", help=_("The post that answers for it."))
_REF = Column("ref", _("Reference"), Kind.LINE, 14, is_open=False)

COMMITMENTS = Sheet(
    "commitments", _("Commitments"), (
        Column("ref", _("Reference"), Kind.LINE, 14, only_new=True, most=24,
               help=_("Of a new row: a name of your own, such as NEW 1, by which pledges can cite it.")),
        Column("state", _("State"), Kind.LINE, 11, is_open=False),
        Column("title", _("Title"), Kind.LINE, 40, most=300, help=_("What will be done, in a few words.")),
        Column("lead", _("Leading institution"), Kind.CODE, 30, "institutions", only_new=True),
        Column("description", _("Description"), Kind.TEXT, 50),
        Column("kind", _("Kind"), Kind.CHOICE, 13, "kinds"),
        _AREA,
        Column("novelty", _("New or existing"), Kind.CHOICE, 13, "novelty"),
        Column("is_catalytic", _("Catalytic"), Kind.CHOICE, 10, "yes_no"),
        Column("project_stage", _("Project stage"), Kind.CHOICE, 22, "stages"),
        Column("objective", _("Objectives"), Kind.TEXT, 40),
        Column("indicator", _("Measurable indicator"), Kind.LINE, 32, most=300),
        Column("unit", _("Unit"), Kind.LINE, 14, most=60),
        Column("baseline", _("Baseline"), Kind.DECIMAL, 12),
        Column("target", _("Target"), Kind.DECIMAL, 12),
        Column("target_on", _("Target reached on"), Kind.DAY, 13),
        Column("outputs", _("Outcomes and outputs"), Kind.TEXT, 40),
        Column("start_on", _("Start"), Kind.DAY, 12),
        Column("finish_on", _("Finish"), Kind.DAY, 12),
        Column("total_cost", _("Total cost, rand"), Kind.AMOUNT, 18, help=_("Leave it empty if it is unknown.")),
        Column("spent_before", _("Spent before, rand"), Kind.AMOUNT, 18,
               help=_("Before the first pledged year.")),
        Column("accountable_post", _("Accountable office"), Kind.CODE, 28, "posts"),
        *_PLACE,
        Column("place_text", _("Place in words"), Kind.LINE, 28, most=300),
        Column("longitude", _("Longitude"), Kind.DEGREES, 12, help=_("East, for example 27.9.")),
        Column("latitude", _("Latitude"), Kind.DEGREES, 12, help=_("South, with a minus, for example -23.9.")),
        Column("serves", _("Serves"), Kind.REFS, 18,
               help=_("References of outcomes and strategies, such as O-001; S-002.")),
    ), "title",
)  # fmt: skip
PLEDGES = Sheet(
    "pledges", _("Pledges"), (
        Column("commitment", _("Commitment"), Kind.LINE, 16, "commitments", only_new=True,
               help=_("Its reference, or the name that you gave a new one, such as NEW 1.")),
        Column("title", _("Title of the commitment"), Kind.LINE, 40, is_open=False),
        Column("institution", _("Institution"), Kind.CODE, 30, "institutions", only_new=True),
        Column("year", _("Financial year"), Kind.YEAR, 16, "years",
               help=_("With its basis: PFMA is April to March, MFMA is July to June.")),
        Column("amount", _("Amount, rand"), Kind.AMOUNT, 18),
        Column("funding_source", _("Funding source"), Kind.LINE, 32, "sources", most=200,
               help=_("Vote and programme, grant, or own revenue: the budget line that pays.")),
        Column("status", _("Funding status"), Kind.CHOICE, 14, "statuses"),
        Column("evidence_reference", _("Contract or statute"), Kind.LINE, 30, most=300),
        Column("answer", _("Answer"), Kind.LINE, 18, is_open=False),
    ), "title",
)  # fmt: skip
PARTIES = Sheet(
    "parties", _("Parties"), (
        Column("commitment", _("Commitment"), Kind.LINE, 16, is_open=False),
        Column("title", _("Title of the commitment"), Kind.LINE, 40, is_open=False),
        Column("institution", _("Institution"), Kind.LINE, 40, is_open=False),
        Column("role", _("Role"), Kind.LINE, 10, is_open=False),
        Column("responsibility", _("Responsible for"), Kind.TEXT, 50, is_open=False),
        Column("answer", _("Answer"), Kind.LINE, 18, is_open=False),
    ), "institution", takes_new=False,
)  # fmt: skip
FINDINGS = Sheet(
    "findings", _("Findings"), (
        _REF, _AREA,
        Column("statement", _("Finding"), Kind.TEXT, 50),
        Column("evidence", _("Evidence"), Kind.TEXT, 40),
        Column("source", _("Source"), Kind.LINE, 30, most=300),
        Column("source_date", _("Date of the source"), Kind.DAY, 13),
        Column("value", _("Value"), Kind.DECIMAL, 12),
        Column("unit", _("Unit"), Kind.LINE, 16, most=60),
        *_PLACE,
        Column("reported_by", _("Reported by"), Kind.CODE, 28, "institutions"),
        _OWNER,
    ), "statement",
)  # fmt: skip
OUTCOMES = Sheet(
    "outcomes", _("Outcomes"), (
        _REF, _AREA,
        Column("statement", _("Outcome"), Kind.TEXT, 50),
        Column("indicator", _("Indicator"), Kind.LINE, 32, most=300),
        Column("unit", _("Unit"), Kind.LINE, 16, most=60),
        Column("direction", _("Which is better"), Kind.CHOICE, 16, "directions"),
        Column("baseline", _("Baseline"), Kind.DECIMAL, 12),
        Column("baseline_year", _("Year of the baseline"), Kind.INTEGER, 10),
        Column("baseline_source", _("Source of the baseline"), Kind.LINE, 28, most=300),
        Column("target", _("Target"), Kind.DECIMAL, 12),
        Column("target_year", _("Year of the target"), Kind.INTEGER, 10),
        _OWNER,
    ), "statement",
)  # fmt: skip
STRATEGIES = Sheet(
    "strategies", _("Strategies"), (
        _REF, _AREA,
        Column("title", _("Title"), Kind.LINE, 40, most=200),
        Column("description", _("Description"), Kind.TEXT, 50),
        Column("findings", _("Answers findings"), Kind.REFS, 18, help=_("References, such as F-001; F-007.")),
        Column("outcomes", _("Serves outcomes"), Kind.REFS, 18, help=_("References, such as O-001; O-002.")),
        *_PLACE, _OWNER,
    ), "title",
)  # fmt: skip

# As they stand in the file. What others refer to is taken in first: see taking.ORDER.
SHEETS: tuple[Sheet, ...] = (COMMITMENTS, PLEDGES, PARTIES, FINDINGS, OUTCOMES, STRATEGIES)
BY_KEY = {sheet.key: sheet for sheet in SHEETS}
