"""Source plans and their items. Published plans are public documents: everybody reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from oneplan.source_plans.choices import ItemKind
from oneplan.source_plans.models import PlanItem, SourcePlan


@dataclass(frozen=True)
class PlanFilters:
    """What the address asks for. Plans that were withdrawn are shown only when asked for."""

    kind: str = ""
    space: str = ""
    province: str = ""
    text: str = ""
    withdrawn: str = ""

    @classmethod
    def read(cls, data: Any) -> PlanFilters:
        """From a query string."""
        return cls(**{name: (data.get(name) or "").strip() for name in cls.__dataclass_fields__})

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The plans that fit. `text` is looked for in titles, references, owners and items."""
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.space:
            rows = rows.filter(space=self.space)
        if self.province:
            rows = rows.filter(Q(province=self.province) | Q(space__province=self.province))
        if self.text:
            folded = self.text.casefold()
            of_items = PlanItem.objects.filter(search_text__contains=folded, withdrawn_at=None).values("plan")
            rows = rows.filter(
                Q(title__icontains=self.text) | Q(reference__icontains=self.text)
                | Q(owner__name__icontains=self.text) | Q(pk__in=of_items)
            )  # fmt: skip
        return rows if self.withdrawn else rows.filter(withdrawn_at=None)


def plans() -> QuerySet[Any]:
    """Every plan, with the number of its items (`item_count`)."""
    return SourcePlan.objects.select_related("owner", "space", "province").annotate(
        item_count=Count("items", filter=Q(items__withdrawn_at=None))
    )


def items_of(plan: SourcePlan, *, kind: str = "", text: str = "") -> QuerySet[PlanItem]:
    """The items of a plan that were not withdrawn, in the order of its document."""
    rows = plan.items.filter(withdrawn_at=None).select_related("parent", "institution", "space", "municipal_area")
    if kind in ItemKind.values:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(search_text__contains=text.casefold())
    return rows.order_by("position", "ref")


@dataclass(frozen=True)
class Line:
    """One item in its tree; `depth` counts from 0."""

    item: PlanItem
    depth: int


def tree_of(plan: SourcePlan) -> list[Line]:
    """All items, parents before their children, siblings in the order of the document."""
    children: dict[int | None, list[PlanItem]] = {}
    rows = list(items_of(plan))
    there = {row.pk for row in rows}
    for row in rows:
        children.setdefault(row.parent_id if row.parent_id in there else None, []).append(row)
    lines: list[Line] = []
    waiting = [Line(row, 0) for row in reversed(children.get(None, []))]
    while waiting:
        line = waiting.pop()
        lines.append(line)
        waiting.extend(Line(row, line.depth + 1) for row in reversed(children.get(line.item.pk, [])))
    return lines


def known_refs(plan: SourcePlan) -> dict[str, tuple[str, str]]:
    """Ref → kind and parent's ref of the items that stand: what `rules.faults_of` compares with."""
    rows = plan.items.filter(withdrawn_at=None).values_list("ref", "kind", "parent__ref")
    return {ref: (kind, parent or "") for ref, kind, parent in rows}


def newest_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    """By kind, then the plan in force last first; those without a day after them."""
    return rows.order_by("kind", F("valid_from").desc(nulls_last=True), "title", "code")
