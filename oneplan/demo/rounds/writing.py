"""Acts about what the plan says: diagnostic, vision, strategies, chapters, and their review a year later."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from oneplan.demo.people import BY
from oneplan.demo.rounds.round import Round
from oneplan.frameworks.queries import ruleset
from oneplan.joint_planning import actions as joint_planning
from oneplan.plans.actions import (
    formulate_strategy,
    link_priorities,
    mark_element,
    raise_immediate_issue,
    record_finding,
    revise_finding,
    revise_outcome,
    set_outcome,
    write_impact,
    write_section,
)
from oneplan.plans.actions import write_vision as write_vision_statement
from oneplan.plans.models import Finding, Outcome

_MTDP = {"economy": "mtdp-1", "people": "mtdp-2", "services": "mtdp-2"}


def name_champions(round_: Round) -> None:
    """The national and the provincial champion, the mayors, the department's designate."""
    round_.cast.name_champions(round_.space, round_.sample.champions)


def start_planning(round_: Round, *, year: int) -> None:
    """Open the next edition."""
    round_.year = year
    joint_planning.start_planning(round_.space, ruleset=round_.sample.rules, start_year=year, by=BY, is_sample=True)


def write_diagnostic(round_: Round) -> None:
    """Record all findings."""
    edition, hub = round_.edition, round_.hub
    for row in round_.sample.findings:
        record_finding(
            edition, by=hub, area=row.area, statement=row.statement, evidence=row.evidence, source=row.source,
            source_date=row.source_date, value=Decimal(str(row.value)), unit=row.unit, **round_.where(row.place),
            owner_post=round_.manager(round_.marked(row.place)[0]),
        )  # fmt: skip


def mark_finding(round_: Round, *, finding: int, marker: str, why: str) -> None:
    """Set a cross-cutting marker on a finding."""
    row = Finding.objects.get(edition=round_.edition, ref=f"F-{finding:03d}")
    mark_element(row, marker, by=round_.hub, revision=row.revision, justification=why)


def raise_issue(
    round_: Round, *, finding: int, kind: str, service: str, households: int, source: str, due: date
) -> None:
    """Raise an immediate issue on a finding; it is owed by the municipality of the finding's place."""
    row = round_.sample.findings[finding - 1]
    raise_immediate_issue(
        round_.edition, f"F-{finding:03d}", by=round_.hub, kind=kind, service=service, households=households,
        households_source=source, owner_post=round_.manager(round_.marked(row.place)[0]), due_on=due,
    )  # fmt: skip


def write_vision(round_: Round) -> None:
    """The vision, an impact statement for each area, the outcomes with the priorities that they serve."""
    edition, hub = round_.edition, round_.hub
    write_vision_statement(edition, text=round_.sample.vision, by=hub)
    for area, text in round_.sample.impacts.items():
        write_impact(edition, area=area, text=text, by=hub)
    for row in round_.sample.outcomes:
        outcome = set_outcome(
            edition, by=hub, area=row.area, statement=row.statement, indicator=row.indicator, unit=row.unit,
            direction=row.direction, baseline=Decimal(str(row.baseline)), baseline_year=row.baseline_year,
            baseline_source="Sample working session", target=Decimal(str(row.target)), target_year=row.target_year,
        )  # fmt: skip
        priorities = [f"ndp-{row.ndp_chapter}", _MTDP.get(row.area, "mtdp-3")]
        link_priorities(outcome, priorities, revision=outcome.revision, by=hub)


def write_strategies(round_: Round) -> None:
    """All strategies, with the findings that they answer and the outcomes that they serve."""
    edition, hub = round_.edition, round_.hub
    for row in round_.sample.strategies:
        formulate_strategy(
            edition, by=hub, area=row.area, title=row.title, description=row.description,
            findings=[f"F-{number:03d}" for number in row.findings],
            outcomes=[f"O-{number:03d}" for number in row.outcomes],
            **round_.where(row.places), owner_post=round_.manager(round_.marked(row.places)[0]),
        )  # fmt: skip


def write_chapters(round_: Round, *, chapters: list[str] | None = None) -> None:
    """The narrative: the opening as it is written down, then what the plan says of each area."""
    edition, rules, sections = round_.edition, ruleset(round_.sample.rules), round_.sample.sections
    for chapter in rules.chapters:
        if chapters is not None and chapter.code not in chapters:
            continue
        opening = sections.get(chapter.code, sections["introduction"])
        if not chapter.is_per_area:
            write_section(edition, chapter=chapter.code, title=chapter.label, body=opening, by=round_.hub)
            continue
        for area in rules.areas:
            points = "".join(f"<li>{point}</li>" for point in _POINTS[chapter.code](round_, area.code))
            write_section(
                edition, chapter=chapter.code, area=area.code, title=area.label, by=round_.hub,
                body=f"{opening}<p><strong>{area.label}.</strong></p><ul>{points}</ul>",
            )  # fmt: skip


def _findings(round_: Round, area: str) -> list[str]:
    return [row.statement for row in round_.sample.findings if row.area == area]


def _outcomes(round_: Round, area: str) -> list[str]:
    return [
        f"{row.statement} {row.indicator} moves from {row.baseline:g} to {row.target:g} by {row.target_year}."
        for row in round_.sample.outcomes
        if row.area == area
    ]


def _strategies(round_: Round, area: str) -> list[str]:
    return [f"{row.title}: {row.description}" for row in round_.sample.strategies if row.area == area]


def _promises(round_: Round, area: str) -> list[str]:
    return [
        f"{row.outputs}, so as to {row.objective[0].lower()}{row.objective[1:]}".format(place="the places named")
        for row in round_.sample.commitments
        if row.area == area
    ]


_POINTS: dict[str, Callable[[Round, str], list[str]]] = {
    "diagnostic": _findings, "vision": _outcomes, "strategies": _strategies, "commitments": _promises,
}  # fmt: skip


def review_findings(round_: Round, *, count: int, as_at: date) -> None:
    """Measure the first findings anew."""
    rows = Finding.objects.filter(edition=round_.edition, value__isnull=False).order_by("ref")
    for finding in rows[:count]:
        change = Decimal(round_.rng.randint(92, 106)) / 100
        value = ((finding.value or Decimal(0)) * change).quantize(Decimal("0.1"))
        revise_finding(finding, revision=finding.revision, by=round_.hub, value=value, source_date=as_at)


def move_targets(round_: Round, *, count: int) -> None:
    """Move the target year of the first outcomes by one."""
    for outcome in Outcome.objects.filter(edition=round_.edition).order_by("ref")[:count]:
        year = (outcome.target_year or 2030) + 1
        revise_outcome(outcome, revision=outcome.revision, by=round_.hub, target_year=year)
