"""Need beside money in one space: findings and commitments by service, and what budgets give and spend on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from oneplan.access.actors import Actor
from oneplan.alignment.services import Service, ServiceList
from oneplan.budgets import cube
from oneplan.budgets.asking import Asked
from oneplan.budgets.choices import AmountType
from oneplan.budgets.coverage import Coverage
from oneplan.budgets.spending import LENGTH, TYPE, Progress, accounts, progress_of
from oneplan.commitments.choices import CommitmentState, Funding
from oneplan.commitments.models import Commitment
from oneplan.commitments.queries import in_space, visible_to
from oneplan.plans.models import Finding
from oneplan.plans.queries import current_editions
from oneplan.spaces.models import Space

ZERO = Decimal(0)
SPENT = (AmountType.RESTATED, AmountType.AUDITED, AmountType.PRE_AUDIT, AmountType.ACTUAL)
_LIVE = (CommitmentState.PROPOSED, CommitmentState.AGREED, CommitmentState.SIGNED)


@dataclass
class GapLine:
    """One service. Rand of None: no figure is in, which is not zero. `functions`: the codes of which it is budgeted."""

    service: Service | None
    findings: list[Finding] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    spent_functions: list[str] = field(default_factory=list)
    allocated: Decimal | None = None
    spent: Decimal | None = None
    spheres: dict[str, Decimal] = field(default_factory=dict)

    @property
    def unfunded(self) -> list[Commitment]:
        """Commitments to which nobody has pledged any rand."""
        return [each for each in self.commitments if each.funding == Funding.UNFUNDED or not each.pledged]

    @property
    def cost_without_money(self) -> Decimal:
        """What the commitments cost beyond what is pledged to them, where a cost is stated."""
        return sum(
            (max(ZERO, each.total_cost - each.pledged) for each in self.commitments if each.total_cost is not None),
            ZERO,
        )

    @property
    def has_need(self) -> bool:
        return bool(self.findings or self.commitments)

    @property
    def state(self) -> str:
        """How need and money stand to one another, as a state of the house."""
        if not self.has_need:
            return "none"
        if self.allocated is None:
            return "unfunded"
        return "part_funded" if self.unfunded else "funded"


@dataclass(frozen=True)
class Gap:
    """All services of one space, need without money first. `spent_asked` says of which year and kind spending is.

    `spent_progress`: how far that year is, where somebody tells months or quarters.
    """

    lines: list[GapLine]
    spent_asked: Asked | None
    spent_progress: Progress | None = None

    @property
    def without_money(self) -> list[GapLine]:
        return [line for line in self.lines if line.state == "unfunded"]


def gap_of(space: Space, asked: Asked | None, known: Coverage | None, services: ServiceList, actor: Actor) -> Gap:
    """Need as the actor may read it, beside money as the actor may see it. Raises RuleBroken where sums are refused."""
    lines: dict[str, GapLine] = {each.code: GapLine(each) for each in services.services}
    other = GapLine(None)

    def line_of(service: Service | None) -> GapLine:
        return lines[service.code] if service else other

    findings = Finding.objects.filter(
        edition__in=current_editions(actor).filter(plan__space=space), removed_at=None
    ).select_related("edition")
    for finding in findings.order_by("ref"):
        line_of(services.of_words(f"{finding.statement} {finding.unit}")).findings.append(finding)
    for row in visible_to(actor).filter(in_space(space.pk), state__in=_LIVE).order_by("ref").distinct():
        line_of(services.of_words(f"{row.title} {row.objective}")).commitments.append(row)
    spent_asked = progress = None
    if asked is not None and known is not None:
        _add_money(asked, services, line_of, actor)
        spent_asked = _spent_asked(asked, known)
        if spent_asked:
            reporters = accounts(spent_asked.question(without=(TYPE, LENGTH)), by=actor)
            progress = progress_of(reporters, AmountType(spent_asked.amount_type))
            for function, cell in _functions(spent_asked, actor):
                line = line_of(services.of_function(_names(function)))
                line.spent = (line.spent or ZERO) + cell.amount
                line.spent_functions.append(str(function.get("code", "")))
    order = {"unfunded": 0, "part_funded": 1, "funded": 2, "none": 3}
    found = sorted(lines.values(), key=lambda line: order[line.state])
    shown = [*found, other] if other.has_need or other.allocated is not None else found
    return Gap(shown, spent_asked, progress)


def _add_money(asked: Asked, services: ServiceList, line_of: Any, actor: Actor) -> None:
    for function, cell in _functions(asked, actor):
        line = line_of(services.of_function(_names(function)))
        line.allocated = (line.allocated or ZERO) + cell.amount
        line.functions.append(str(function.get("code", "")))
    answer = cube.answer(asked.question("function", "institution.sphere"), by=actor)
    labels = answer.labels["function.code"]
    for cell in answer.cells:
        line = line_of(services.of_function(_names(labels.get(cell.key[0], {}))))
        line.spheres[cell.key[1]] = line.spheres.get(cell.key[1], ZERO) + cell.gross


def _functions(asked: Asked, actor: Actor) -> list[tuple[Mapping[str, Any], cube.Cell]]:
    answer = cube.answer(asked.question("function"), by=actor)
    labels = answer.labels["function.code"]
    return [(labels.get(cell.key[0], {}), cell) for cell in answer.cells]


def _names(function: Mapping[str, Any]) -> str:
    """Its own name first; its groups speak where it does not."""
    return " ".join(str(function.get(name) or "") for name in ("label", "subcategory", "category"))


def _spent_asked(asked: Asked, known: Coverage) -> Asked | None:
    """The newest year, not after the one asked, of which spending is in, and its best kind."""
    for year in [each for each in known.years if each <= asked.year]:
        kinds = known.amount_types(year)
        for kind in SPENT:
            if kind in kinds:
                return Asked(year, str(kind), asked.sphere, asked.by, asked.cuts, asked.is_sample,
                             str(known.length(year, kind)), asked.within)  # fmt: skip
    return None
