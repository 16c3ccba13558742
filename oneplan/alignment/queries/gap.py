"""Need beside money in one space: findings and commitments by service, and what budgets give and spend on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from decimal import Decimal
from typing import Any

from oneplan.access.actors import Actor
from oneplan.alignment.backlog import Backlog
from oneplan.alignment.services import Service, ServiceList
from oneplan.budgets import cube
from oneplan.budgets.asking import Asked
from oneplan.budgets.choices import AmountType, Flow
from oneplan.budgets.coverage import Coverage
from oneplan.budgets.cube.apportioning import Apportioned
from oneplan.budgets.spending import LENGTH, TYPE, Progress, accounts, progress_of
from oneplan.commitments.choices import CommitmentState, Funding
from oneplan.commitments.models import Commitment
from oneplan.commitments.queries import in_space, reads_all, visible_to
from oneplan.institutions.choices import Sphere
from oneplan.plans.models import Finding
from oneplan.plans.queries import current_editions
from oneplan.spaces.models import Space

ZERO = Decimal(0)
SPENT = (AmountType.RESTATED, AmountType.AUDITED, AmountType.PRE_AUDIT, AmountType.ACTUAL)
_LIVE = (CommitmentState.PROPOSED, CommitmentState.AGREED, CommitmentState.SIGNED)
_PASSED_ON = (Flow.TO_NATIONAL, Flow.TO_PROVINCIAL, Flow.TO_LOCAL)
_BY = ("function", "institution", "programme.programme", "flow.code")


@dataclass
class Counted:
    """What counts for a service, told apart as it is matched: a municipal function, or a department's programme.

    `budgeted` is what is reported, `passed_on` what of it another sphere reports again; None where nothing is in.
    """

    sphere: str
    code: str
    label: str
    programme: str = ""
    budgeted: Decimal | None = None
    passed_on: Decimal = ZERO
    spent: Decimal | None = None
    spent_passed_on: Decimal = ZERO
    figures: int = 0

    @property
    def cuts(self) -> dict[str, list[str]]:
        """The cuts under which its figures stand, and no others."""
        if self.sphere == Sphere.LOCAL:
            return {"function.code": [self.code], "institution.sphere": [self.sphere]}
        return {"institution.code": [self.code], "programme.programme": [self.programme]}

    def add(self, gross: Decimal, passed_on: Decimal, figures: int, *, is_spent: bool) -> None:
        if is_spent:
            self.spent = (self.spent or ZERO) + gross
            self.spent_passed_on += passed_on
        else:
            self.budgeted = (self.budgeted or ZERO) + gross
            self.passed_on += passed_on
            self.figures += figures


@dataclass
class GapLine:
    """One service; `service` of None: what stands under none. Rand of None: no figure is in, which is not zero.

    Without `reads_promises` its reader may not read all that is promised, so that nobody can say whether it is funded.
    """

    service: Service | None
    reads_promises: bool
    findings: list[Finding] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
    backlog: Sequence[Backlog] = ()

    @property
    def allocated(self) -> Decimal | None:
        """Rand budgeted, counted once: without what another sphere reports again."""
        return _together((each.budgeted, each.passed_on) for each in self.counted)

    @property
    def spent(self) -> Decimal | None:
        return _together((each.spent, each.spent_passed_on) for each in self.counted)

    @property
    def figures(self) -> int:
        return sum(each.figures for each in self.counted)

    def of_sphere(self, sphere: str) -> list[Counted]:
        """What of it a sphere reports as budgeted."""
        return [each for each in self.counted if each.sphere == sphere and each.budgeted is not None]

    def budgeted_by(self, sphere: str) -> Decimal | None:
        """Rand as the sphere reports it; what it passes on stands in it."""
        return _together((each.budgeted, ZERO) for each in self.of_sphere(sphere))

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
        return bool(self.is_planned or any(each.is_need for each in self.backlog))

    @property
    def is_planned(self) -> bool:
        """Whether the plan speaks of it; a need may be counted of which it does not."""
        return bool(self.findings or self.commitments)

    @property
    def state(self) -> str:
        """How need and money stand to one another, as a state of the house."""
        if not self.has_need:
            return "none" if self.reads_promises else "unknown"
        if self.allocated is None:
            return "unfunded"
        if not (self.reads_promises or self.unfunded) or not self.is_planned:
            return "unknown"  # nobody says whether that rand is enough for those who are counted
        return "part_funded" if self.unfunded else "funded"


@dataclass(frozen=True)
class Gap:
    """All services of one space, need without money first. `spent_asked` says of which year and kind spending is.

    `spent_progress`: how far that year is, where somebody tells months or quarters.
    """

    lines: list[GapLine]
    reads_promises: bool
    spent_asked: Asked | None
    spent_progress: Progress | None = None
    years: Apportioned | None = None  # how years of two calendars were brought together, where they were: of budgets
    spent_years: Apportioned | None = None

    @property
    def without_money(self) -> list[GapLine]:
        return [line for line in self.lines if line.service and line.state == "unfunded"]

    @property
    def unmatched(self) -> GapLine | None:
        """What stands under no service."""
        return next((line for line in self.lines if line.service is None), None)


def gap_of(
    space: Space, asked: Asked | None, known: Coverage | None, services: ServiceList, actor: Actor, *,
    backlog: Mapping[str, Sequence[Backlog]], dataset: str = "",
) -> Gap:  # fmt: skip
    """Need as the actor may read it, beside money as the actor may see it. Raises RuleBroken where sums are refused.

    `backlog` is what is counted of the need, by service. `dataset`: the one that tells the money, where it is not the
    main ones.
    """
    reads_promises = reads_all(actor, space)
    lines: dict[str, GapLine] = {
        each.code: GapLine(each, reads_promises, backlog=backlog.get(each.code, ())) for each in services.services
    }  # fmt: skip
    other = GapLine(None, reads_promises)

    def line_of(service: Service | None) -> GapLine:
        return lines[service.code] if service else other

    findings = Finding.objects.filter(
        edition__in=current_editions(actor).filter(plan__space=space), removed_at=None
    ).select_related("edition")
    for finding in findings.order_by("ref"):
        line_of(services.of_words(f"{finding.statement} {finding.unit}")).findings.append(finding)
    for row in visible_to(actor).filter(in_space(space.pk), state__in=_LIVE).order_by("ref").distinct():
        line_of(services.of_words(f"{row.title} {row.objective}")).commitments.append(row)
    spent_asked = _spent_asked(asked, known, actor) if asked and known else None
    progress = None
    if spent_asked and not spent_asked.first_month:  # by months, whose year is not whole is left out and named
        reporters = accounts(spent_asked.question(without=(TYPE, LENGTH)), by=actor, told_by=dataset)
        progress = progress_of(reporters, AmountType(spent_asked.amount_type))
    years: dict[Asked, Apportioned | None] = {}
    if asked:
        for service, each in _counted(asked, spent_asked, services, actor, years):
            line_of(service).counted.append(each)
    order = {"unfunded": 0, "part_funded": 1, "unknown": 2, "funded": 3, "none": 4}
    found = sorted(lines.values(), key=lambda line: order[line.state])
    shown = [*found, other] if other.has_need or other.counted else found
    told = (years.get(each) if each else None for each in (asked, spent_asked))
    return Gap(shown, reads_promises, spent_asked, progress, *told)


def _counted(
    asked: Asked,
    spent_asked: Asked | None,
    services: ServiceList,
    actor: Actor,
    years: dict[Asked, Apportioned | None],
) -> list[tuple[Service | None, Counted]]:
    """Every figure of the space, budgeted and spent, under what it counts as; most rand first.

    `years` takes how the years of each were brought together.
    """
    found: dict[tuple[str, str, str], tuple[Service | None, Counted]] = {}
    for each in (asked, spent_asked):
        if each is None:
            continue
        for function, body, programme, cell in _cells(each, actor, years):
            is_local = body.get("sphere") == Sphere.LOCAL
            if is_local:
                key = (str(Sphere.LOCAL), str(function.get("code", "")), "")
            else:
                key = (str(body.get("sphere", "")), str(body.get("code", "")), programme)
            if key not in found:
                service = (
                    services.of_function(str(function.get("chart", "")), key[1], each.year) if is_local
                    else services.of_department(key[1], programme)
                )  # fmt: skip
                named = function if is_local else body
                found[key] = service, Counted(key[0], key[1], str(named.get("label") or key[1]), key[2])
            flow = list(Flow)[cell.key[3]]
            passed_on = cell.gross if flow in _PASSED_ON else ZERO
            found[key][1].add(cell.gross, passed_on, cell.figures, is_spent=each is spent_asked)
    return sorted(found.values(), key=lambda pair: (-(pair[1].budgeted or pair[1].spent or ZERO), pair[1].label))


def _cells(
    asked: Asked, actor: Actor, years: dict[Asked, Apportioned | None]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any], str, cube.Cell]]:
    """(function, institution, programme, cell) of all figures, page by page."""
    question = asked.question(*_BY)
    while True:
        answer = cube.answer(question, by=actor)
        years[asked] = answer.apportioned
        functions, bodies = answer.labels["function.code"], answer.labels["institution.code"]
        for cell in answer.cells:
            yield functions.get(cell.key[0], {}), bodies.get(cell.key[1], {}), str(cell.key[2] or ""), cell
        if question.page * question.page_size >= answer.cell_count:
            return
        question = changed(question, page=question.page + 1)


def _spent_asked(asked: Asked, known: Coverage, actor: Actor) -> Asked | None:
    """The newest year, not after the one asked, of which spending is in, and its best kind.

    Years by months: the newest of which anybody's whole year is in; else the newest, of which all are left out.
    """
    newest = None
    for year in [each for each in known.years if each <= asked.year]:
        kinds = known.amount_types(year)
        kind = next((kind for kind in SPENT if kind in kinds), None)
        if kind is None:
            continue
        found = changed(asked, year=year, amount_type=str(kind), length=str(known.length(year, kind)))
        if not asked.first_month or cube.answer(found.question(), by=actor).cells:
            return found
        newest = newest or found
    return newest


def _together(parts: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """The sum of what is in, less what is counted elsewhere; None where nothing is."""
    told: Sequence[Decimal] = [amount - less for amount, less in parts if amount is not None]
    return sum(told, ZERO) if told else None
