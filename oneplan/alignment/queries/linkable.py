"""What may be linked, as the engine of candidates compares it. Whatever was withdrawn or merged is not among it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from oneplan.access.actors import Actor
from oneplan.alignment.candidates import Thing
from oneplan.alignment.lines import FoundLine, every_line
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment
from oneplan.institutions.models import Institution
from oneplan.projects.choices import ProjectKind, ProjectStanding
from oneplan.projects.models import Project
from oneplan.source_plans.choices import PlanKind
from oneplan.source_plans.models import PlanItem
from oneplan.spaces.models import Space

NATIONAL = (PlanKind.NDP, PlanKind.MEDIUM_TERM)  # plans whose items others serve


@dataclass
class Side:
    """Things with what names them: a primary key, or a found line."""

    names: list[Any] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)

    def add(self, name: Any, thing: Thing) -> None:
        self.names.append(name)
        self.things.append(thing)


def commitments(spaces: Iterable[str] | None) -> Side:
    """Commitments that stand."""
    rows, side = Commitment.objects.exclude(state=CommitmentState.WITHDRAWN), Side()
    if spaces is not None:
        rows = rows.filter(home_space__in=spaces)
    for row in rows.select_related("home_space").order_by("pk").iterator(chunk_size=5_000):
        side.add(row.pk, Thing(
            row.title, f"{row.objective} {row.indicator}", row.lead_id, row.home_space.province_id, row.home_space_id,
            years=_years(row.start_on, row.finish_on), amount=_amount(row.total_cost),
            identifiers=_named(row.external_ids), is_sample=row.is_sample,
        ))  # fmt: skip
    return side


def projects(spaces: Iterable[str] | None) -> Side:
    """Projects that are not merged into another; pay of staff is none."""
    rows = Project.objects.filter(standing__in=(ProjectStanding.LIVE, ProjectStanding.VANISHED))
    rows, side = rows.exclude(kind=ProjectKind.COMPENSATION), Side()
    if spaces is not None:
        rows = rows.filter(space__in=spaces)
    for row in rows.prefetch_related("identifiers").order_by("pk").iterator(chunk_size=5_000):
        side.add(row.pk, Thing(
            row.title, f"{row.sector} {row.budget_programme}", row.implementing_id or row.funder_id or "",
            row.province_id or "", row.space_id or "", str(row.municipal_area_id or ""),
            _years(row.start_on, row.finish_on), _amount(row.total_cost),
            frozenset(each.value.casefold() for each in row.identifiers.all()), row.is_sample,
        ))  # fmt: skip
    return side


def items(*, national: bool | None = None, spaces: Iterable[str] | None = None) -> Side:
    """Plan items that stand, of plans that stand. `national`: of the nation's plans alone, or of others alone."""
    rows = PlanItem.objects.filter(withdrawn_at=None, plan__withdrawn_at=None).select_related("plan", "space")
    if national is not None:
        rows = rows.filter(plan__kind__in=NATIONAL) if national else rows.exclude(plan__kind__in=NATIONAL)
    if spaces is not None:
        rows = rows.filter(Q(space__in=spaces) | Q(plan__space__in=spaces))
    side, provinces = Side(), _provinces()
    for row in rows.order_by("pk").iterator(chunk_size=5_000):
        space = row.space_id or row.plan.space_id or ""
        years = (row.start_year, row.finish_year) if row.start_year and row.finish_year else None
        side.add(row.pk, Thing(
            row.title, row.description, row.institution_id or "",
            str(provinces.get(space) or row.plan.province_id or ""), space, str(row.municipal_area_id or ""),
            years, _amount(row.cost), _named(row.external_ids), row.plan.is_sample,
        ))  # fmt: skip
    return side


def lines(spaces: Iterable[str] | None, *, by: Actor) -> Side:
    """Lines of the served build whose institution the register knows. Raises NothingBuilt."""
    side, provinces = Side(), _provinces()
    within = None if spaces is None else set(spaces)
    homes = {row.pk: str(row.province_id or "") for row in Institution.objects.all()}
    for line in every_line(by=by):
        if line.terms.codes.institution in homes and (within is None or line.space in within):
            province = provinces.get(line.space) or homes[line.terms.codes.institution]
            side.add(line, _of_line(line, str(province)))
    return side


def _of_line(line: FoundLine, province: str) -> Thing:
    codes = line.terms.codes
    year = line.year.start
    return Thing(
        line.terms.label, "", codes.institution, province, line.space, line.municipal_area, (year, year + 3),
        float(line.amount), frozenset({codes.project.casefold()} - {""}), codes.standing == "sample",
    )  # fmt: skip


def _provinces() -> dict[str, str]:
    return dict(Space.objects.values_list("code", "province_id"))


def _years(start: date | None, finish: date | None) -> tuple[int, int] | None:
    return (start.year, finish.year) if start and finish and start <= finish else None


def _amount(rand: Any) -> float | None:
    return None if rand is None else float(rand)  # for likeness alone: never shown


def _named(ids: dict[str, Any]) -> frozenset[str]:
    return frozenset(str(value).casefold() for value in ids.values() if value)
