"""The items of a plan as a table that the import reads back unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from oneplan.platform.web.sheets import Sheet
from oneplan.source_plans import queries
from oneplan.source_plans.choices import COLUMNS, RESPONSIBLE
from oneplan.source_plans.models import SourcePlan


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
