"""The kind `plan-items`: the columns wanted and the names under which documents print them; by whom it is imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.exchange.kinds import Kind
from oneplan.exchange.models import ImportRun
from oneplan.exchange.readers.guard import MIB, Limits
from oneplan.exchange.targets import Target, TargetType
from oneplan.exchange.values import fold
from oneplan.periods.years import Basis
from oneplan.source_plans.choices import ItemKind, PlanKind
from oneplan.source_plans.imports.rows import PlanItemRows, plan_named
from oneplan.source_plans.models import SourcePlan


def _target(name: str, label: Any, *aliases: str, type: TargetType = TargetType.TEXT, **more: Any) -> Target:  # noqa: A002
    return Target(name, label, type, aliases=aliases, **more)


_OF_LEVEL = _l("Each text in this column is an item under the one in the level to its left.")
LEVELS = tuple(
    _target(kind, _l("%(kind)s, a level") % {"kind": label}, *aliases, most=500, help=_OF_LEVEL)
    for (kind, label), aliases in zip(
        ItemKind.choices,
        (
            ("Priority", "Priorities", "National priority", "MTDP priority", "MTSF priority", "Strategic priority",
             "NDP chapter", "KPA", "Key performance area", "National KPA", "NKPA", "Municipal KPA", "Pillar",
             "Strategic focus area", "Focus area"),
            ("Goal", "Goals", "Strategic goal", "Strategic goals", "IDP goal", "Development goal", "Goal statement",
             "Impact", "Impact statement"),
            ("Outcome", "Outcomes", "Strategic outcome", "IDP outcome", "Outcome statement", "MTSF outcome",
             "MTDP outcome", "NDP outcome", "Expected outcome", "Outcome 9 output"),
            ("Objective", "Objectives", "Strategic objective", "Strategic objectives", "IDP objective",
             "Development objective", "Municipal objective", "Predetermined objective", "Measurable objective",
             "IDP strategic objective", "Output", "Outputs"),
            ("Indicator", "Indicators", "KPI", "KPIs", "Key performance indicator", "Key performance indicators",
             "Performance indicator", "Output indicator", "Output indicators", "Outcome indicator",
             "Outcome indicators", "KPI description", "Performance measure"),
            ("Project", "Projects", "Project name", "Project title", "Name of project", "Programme/project",
             "Programme / project", "Project/programme", "Projects and programmes", "Project description"),
        ), strict=True,
    )
)  # fmt: skip

TARGETS = (
    _target(
        "ref", _l("Number in the document"), "Number", "No", "No.", "Nr", "Ref", "Ref.", "Ref no", "Ref no.",
        "Reference",
        "Reference number", "Item no", "Item number", "IDP ref", "IDP ref no", "IDP number", "IDP reference",
        "KPI no", "KPI no.", "KPI number", "KPI ref", "Indicator no", "Indicator number", "Project no", "Project no.",
        "Project number", "Objective no", "Code", "ID", type=TargetType.CODE, most=60,
        help=_l("What the document calls the item. Where a table has levels side by side it may be left out."),
    ),
    _target(
        "parent", _l("Number of the item above"), "Under", "Parent ref", "Parent number", "Parent item", "Falls under",
        "Part of", type=TargetType.CODE, most=60,
    ),
    _target("kind", _l("Kind"), "Item kind", "Item type", "Type of item", type=TargetType.CHOICE,
            choices=dict(ItemKind.choices)),
    _target("title", _l("Title"), "Item", "Item title", "Title of the item", "Statement", most=500),
    *LEVELS,
    _target("description", _l("Description"), "Definition", "Details", "Strategy", "Strategies", most=20_000),
    _target(
        "institution", _l("Who answers for it"), "Institution", "Responsible institution", "Responsible department",
        "Lead department", "Lead institution", "Responsible", "Responsibility", "Responsible directorate",
        "Directorate", "Department", "Implementing agent", "Implementing agency", "Custodian",
        type=TargetType.INSTITUTION, most=300,
        help=_l("A name or code; what the register does not know is kept as text."),
    ),
    _target("space", _l("Space"), "Space code", "District", "District municipality", "District or metro",
            type=TargetType.PLACE, most=300),
    _target("municipality", _l("Municipality"), "Local municipality", "Municipal area", type=TargetType.PLACE,
            most=300),
    _target("place", _l("Place, as the document says it"), "Place", "Location", "Ward", "Wards", "Village", "Town",
            "Area", "Locality", most=300),
    _target("unit", _l("Unit"), "Unit of measure", "Unit of measurement", "UoM", most=60),
    _target("baseline", _l("Baseline"), "Baseline value", "Base line", "Status quo", "Current status", most=120),
    _target("target", _l("Target"), "Targets", "Annual target", "5 year target", "Five year target", "5-year target",
            "Five-year target", "End of term target", "Planned target", most=120),
    _target("targets", _l("Targets by year"), many=True, most=120,
            help=_l("Columns of one year each: they are written into the target, each with its year.")),
    _target("first_year", _l("First year"), "Start year", "From year", type=TargetType.INTEGER),
    _target("last_year", _l("Last year"), "Finish year", "End year", "To year", type=TargetType.INTEGER),
    _target("basis", _l("Basis of the years"), type=TargetType.CHOICE,
            choices={each.value: each.value for each in Basis}),
    _target("cost", _l("Cost in rand"), "Cost", "Cost rand", "Budget", "Estimated cost", "Project cost", "Total cost",
            "Budget (R)", "Budget in rand", "Total budget", "Estimated budget", type=TargetType.AMOUNT),
)  # fmt: skip


def _offered() -> list[tuple[str, Any]]:
    """Plans that can be written to, by kind."""
    rows = SourcePlan.objects.filter(is_shipped=False, withdrawn_at=None).order_by("title", "code")
    of_kind: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        of_kind.setdefault(str(PlanKind(row.kind).label), []).append((row.code, f"{row.title} ({row.code})"))
    return sorted(of_kind.items())


def _suggest(headers: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """Columns that are called target and name a year are targets of that year."""
    return {
        header: "targets" for header in headers if "target" in fold(header) and any(sign.isdigit() for sign in header)
    }


def _became(run: ImportRun, by: Actor) -> Iterator[tuple[str, str]]:
    """The plan that the items stand in now."""
    for plan in SourcePlan.objects.filter(code=run.details.get("plan", "")):
        yield _("Open “%(plan)s”") % {"plan": plan}, reverse("source_plans:plan", args=[plan.code])


def _templates() -> Iterator[tuple[str, str]]:
    """A list and levels side by side, each as Excel and CSV."""
    for layout, words in (("levels", _("Levels side by side")), ("list", _("A list with numbers"))):
        for form, called in (("xlsx", "Excel"), ("csv", "CSV")):
            yield f"{words} ({called})", reverse("source_plans:template", args=[f"{layout}.{form}"])


KIND = Kind(
    name="plan-items",
    title=_l("Items of a source plan"),
    permission=Permission.SOURCE_PLAN_REGISTER,
    targets=TARGETS,
    reader=PlanItemRows,
    scopes=lambda order: plan_named(order).scopes(),
    takes=frozenset(),
    suffixes=(".csv", ".xlsx", ".docx"),
    details=(
        Target("plan", _l("Plan"), TargetType.CODE, required=True, most=60, offers=_offered,
               help=_l("The edition whose items they are. It is registered first.")),
    ),
    version=lambda order: order.details.get("plan", ""),
    limits=Limits(file_bytes=50 * MIB),
    suggest=_suggest,
    templates=lambda: list(_templates()),
    became=lambda run, by: list(_became(run, by)),
)  # fmt: skip
