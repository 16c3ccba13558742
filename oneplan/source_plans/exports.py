"""The items of a plan as a table that the import reads back unchanged, and empty tables to fill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from oneplan.platform.web.sheets import Sheet
from oneplan.source_plans import queries
from oneplan.source_plans.choices import RESPONSIBLE
from oneplan.source_plans.models import SourcePlan

COLUMNS = (
    "ref", "kind", "parent", "title", "description", "institution", "space", "municipality", "place", "unit",
    "baseline", "target", "first_year", "last_year", "basis", "cost_rand", "standing", "source_row",
)  # fmt: skip
LEVELS = (
    "ref", "goal", "outcome", "objective", "indicator", "project", "baseline", "target", "unit", "cost_rand",
    "institution", "municipality", "place", "first_year", "last_year", "description",
)  # fmt: skip
TEMPLATES = {"list": COLUMNS[:-2], "levels": LEVELS}


def item_rows(plan: SourcePlan) -> Iterator[tuple[Any, ...]]:
    """Each item in the order of COLUMNS, those above before those below. An institution is its code, or its words."""
    for line in queries.tree_of(plan):
        item = line.item
        yield (
            item.ref, item.kind, item.parent.ref if item.parent else "", item.title, item.description,
            item.institution_id or item.external_ids.get(RESPONSIBLE, ""), item.space_id or "",
            item.municipal_area_id or "", item.place_text, item.unit, item.baseline, item.target, item.start_year,
            item.finish_year, item.basis, item.cost, item.standing, item.source_row,
        )  # fmt: skip


def items_sheet(plan: SourcePlan) -> Sheet:
    """The items as a sheet, with the document that they are of."""
    about = {
        _("Plan"): f"{plan.title} ({plan.code})", _("Document"): plan.reference, _("Unit"): _("rand where it is money"),
        _("Sample"): _("invented sample") if plan.is_sample else _("no"),
    }  # fmt: skip
    return Sheet(f"items-of-{plan.code}", COLUMNS, list(item_rows(plan)), frozenset({"cost_rand"}), about, _("Items"))


def template_sheet(name: str) -> Sheet:
    """An empty table to fill: `list`, a row for each item; `levels`, the levels side by side. Raises KeyError."""
    from oneplan.source_plans.imports.kind import TARGETS

    known = {target.name: target for target in TARGETS} | {
        "cost_rand": next(target for target in TARGETS if target.name == "cost")
    }
    about = {column: f"{known[column].label}. {known[column].help}".strip() for column in TEMPLATES[name]}
    return Sheet(f"plan-items-{name}", TEMPLATES[name], [], frozenset(), about, _("Items"))
