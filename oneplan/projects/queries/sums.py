"""What a set of projects costs and has spent: real projects and invented ones never in one total."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from oneplan.projects.models import BELIEVABLE_COST, Project

_DOUBTFUL = Q(total_cost__gt=BELIEVABLE_COST) | Q(total_cost__lt=0)
_SUMMED = {
    "n": Count("pk"), "cost": Sum("total_cost"), "priced": Count("total_cost"), "spent": Sum("spent_to_date"),
    "reported": Count("spent_to_date"), "doubtful": Count("pk", filter=_DOUBTFUL),
    "doubtful_cost": Sum("total_cost", filter=_DOUBTFUL),
}  # fmt: skip


@dataclass(frozen=True)
class Sums:
    """Of real projects, or of invented ones where there are no others (`is_sample`).

    `cost` and `spent` are None where nobody states any. `doubtful` are those whose cost is hard to believe; `cost`
    counts them. `invented` are the invented projects besides.
    """

    count: int = 0
    cost: Decimal | None = None
    priced: int = 0
    spent: Decimal | None = None
    reported: int = 0
    doubtful: int = 0
    doubtful_cost: Decimal | None = None
    invented: int = 0
    is_sample: bool = False

    @property
    def rows(self) -> int:
        """All projects of the set."""
        return self.count + self.invented


def sums_of(rows: "QuerySet[Project]") -> Sums:
    """The sums of a set of projects, in one query."""
    return _apart(rows.order_by().values_list("is_sample").annotate(**_SUMMED))


def sums_by_programme(rows: "QuerySet[Project]") -> dict[int, Sums]:
    """The sums of the projects of each programme, in one query."""
    told: dict[int, list[Any]] = {}
    for programme, *values in rows.order_by().values_list("programme", "is_sample").annotate(**_SUMMED):
        told.setdefault(programme, []).append(values)
    return {programme: _apart(values) for programme, values in told.items()}


def _apart(told: Iterable[Sequence[Any]]) -> Sums:
    by_kind: Mapping[bool, Sequence[Any]] = {is_sample: values for is_sample, *values in told}
    if real := by_kind.get(False):
        return replace(Sums(*real), invented=by_kind[True][0] if True in by_kind else 0)
    return replace(Sums(*by_kind[True]), is_sample=True) if True in by_kind else Sums()
