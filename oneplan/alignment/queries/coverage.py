"""Coverage of a plan as its reader may see it: items by space, and what hangs loose. Queries do not grow with size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from oneplan.access.actors import Actor
from oneplan.alignment.choices import LinkKind, LinkState
from oneplan.alignment.coverage import Carried, Cell, Covered, cover, loose, open_cells, promised_twice
from oneplan.alignment.models import Link
from oneplan.alignment.queries.links import links_visible_to
from oneplan.commitments import queries as commitments
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment, Share
from oneplan.source_plans.models import PlanItem, SourcePlan
from oneplan.spaces.models import Space

_COUNTS = (LinkState.CONFIRMED, LinkState.PROPOSED)


@dataclass(frozen=True)
class PlanCoverage:
    """A plan's items by space. Sample commitments have a coverage of their own and are never in that of real ones."""

    plan: SourcePlan
    items: tuple[PlanItem, ...]
    spaces: tuple[str, ...]
    cells: Mapping[Cell, Covered]
    refs: Mapping[int, str]  # of the commitments in the cells

    @property
    def nowhere(self) -> tuple[PlanItem, ...]:
        """Items that no confirmed commitment of any space serves."""
        held = {item for (item, _space), covered in self.cells.items() if not covered.is_open}
        free = set(loose((item.pk for item in self.items), held))
        return tuple(item for item in self.items if item.pk in free)

    @property
    def open_cells(self) -> list[Cell]:
        """Item and space where nothing confirmed stands."""
        return open_cells(self.cells, (item.pk for item in self.items), self.spaces)

    @property
    def promised_twice(self) -> list[Cell]:
        """Item and space with two or more confirmed commitments."""
        return promised_twice(self.cells)


@dataclass(frozen=True)
class LooseCommitments:
    """Living commitments that no confirmed link ties to a plan item, or to a budget line."""

    without_item: tuple[Commitment, ...]
    without_line: tuple[Commitment, ...]


def coverage_of(plan: SourcePlan, *, by: Actor, is_sample: bool = False) -> PlanCoverage:
    """What confirmed (and beside them proposed) commitments that `by` may read serve of the plan, by space."""
    links = (
        links_visible_to(by)
        .filter(kind=LinkKind.COMMITMENT_ITEM, item__plan=plan, item__withdrawn_at=None, state__in=_COUNTS)
        .filter(commitment__is_sample=is_sample)
        .exclude(commitment__state=CommitmentState.WITHDRAWN)
    )
    rows = list(links.order_by("pk").values_list("item", "commitment", "commitment__ref", "state"))
    spaces = _spaces_of({commitment for _item, commitment, _ref, _state in rows if commitment})
    cells = cover(
        Carried(item, commitment, spaces.get(commitment, ()), state == LinkState.CONFIRMED)
        for item, commitment, _ref, state in rows
        if item and commitment
    )
    return PlanCoverage(
        plan, tuple(plan.items.filter(withdrawn_at=None).order_by("position", "ref")),
        tuple(Space.objects.filter(is_sample=is_sample).order_by("code").values_list("code", flat=True)),
        cells, {commitment: ref for _item, commitment, ref, _state in rows if commitment and ref},
    )  # fmt: skip


def loose_in(space: str, *, by: Actor, is_sample: bool = False) -> LooseCommitments:
    """Commitments of a space that `by` may read and that hang loose."""
    shared = Share.objects.filter(space=space, valid_to=None).values("commitment")
    rows = list(
        commitments.visible_to(by)
        .filter(pk__in=shared, is_sample=is_sample)
        .exclude(state=CommitmentState.WITHDRAWN)
        .order_by("ref")
    )
    return LooseCommitments(_without(rows, LinkKind.COMMITMENT_ITEM), _without(rows, LinkKind.COMMITMENT_LINE))


def _without(rows: list[Commitment], kind: LinkKind) -> tuple[Commitment, ...]:
    held = Link.objects.filter(kind=kind, state=LinkState.CONFIRMED, commitment__in=[row.pk for row in rows])
    free = set(loose((row.pk for row in rows), set(held.values_list("commitment", flat=True))))
    return tuple(row for row in rows if row.pk in free)


def _spaces_of(those: set[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = defaultdict(list)
    shares = Share.objects.filter(commitment__in=those, valid_to=None).order_by("space")
    for commitment, space in shares.values_list("commitment", "space__code"):
        found[commitment].append(space)
    return {commitment: tuple(codes) for commitment, codes in found.items()}
