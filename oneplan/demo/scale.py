"""A large sample: up to all 52 spaces with 60,000 commitments, written set by set from one seed.

The texts are those of the three pilots, set in the places of each space. It measures how the house behaves when it is
full; it tells no story. Spaces that have a plan already are left as they are. Unlike the pilots it is written straight
into the tables, as a bulk import is, and remembered by one entry with a digest of what was written.
"""

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Count

from oneplan.access.actors import system
from oneplan.commitments.choices import Event
from oneplan.commitments.models import Commitment
from oneplan.demo.drafts import Drafts
from oneplan.demo.projects import write_projects
from oneplan.demo.sample import PILOTS, CommitmentRow, read_sample
from oneplan.frameworks.queries import ruleset
from oneplan.institutions.models import Institution
from oneplan.joint_planning.clocks import stage_dates
from oneplan.joint_planning.models import Contribution, StageProgress
from oneplan.plans.models import (
    Edition,
    Finding,
    ImpactStatement,
    Involvement,
    OnePlan,
    Outcome,
    Section,
    Strategy,
    VisionStatement,
)
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import MunicipalArea, Space

SOURCE = "Sample at scale"
SEED = 2026
RULES = ("framework_2020", "regulations_2024")
BATCH = 2000
COMMITMENTS_A_ROUND = 120  # one round of the projects' sample file for so many commitments of a space


@dataclass(frozen=True)
class Scale:
    """How much to write: how many spaces, how many commitments in all, how many in the largest space."""

    spaces: int
    commitments: int
    largest: int


SCALES = {scale.spaces: scale for scale in (Scale(1, 1_500, 1_500), Scale(10, 11_500, 1_500), Scale(52, 60_000, 1_500))}


def fill(scale: Scale) -> Iterator[str]:
    """Write the large sample; yields a line per space. Raises RuleBroken beside real plans, or the second time."""
    check_can_fill()
    empty = Space.objects.filter(one_plan=None).annotate(size=Count("municipal_areas__wards")).order_by("-size", "code")
    codes = list(empty.values_list("code", flat=True))[: scale.spaces]
    if not codes:
        raise RuleBroken("Every space has a plan already: there is nothing left to fill.")
    with transaction.atomic():
        yield from write(sizes(codes, scale))
        yield from write_projects(tuple(codes), rounds=max(1, scale.commitments // scale.spaces // COMMITMENTS_A_ROUND))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def check_can_fill() -> None:
    """Only beside other samples, and only once."""
    if OnePlan.objects.filter(is_sample=False).exists() or Commitment.objects.filter(is_sample=False).exists():
        raise RuleBroken(
            "This data folder holds real plans. Nothing was changed; name an empty folder in ONEPLAN_HOME."
        )
    if Commitment.objects.filter(source=SOURCE).exists():
        raise RuleBroken("The large sample is in this data folder already. Nothing was changed.")


def sizes(codes: list[str], scale: Scale) -> dict[str, int]:
    """How many commitments each space gets: evenly fewer from the first, the largest, to the last; the sum is exact.

    >>> sizes(["A", "B", "C"], Scale(3, 240, 100))
    {'A': 100, 'B': 80, 'C': 60}
    """
    count, total = len(codes), max(scale.commitments, len(codes))
    largest = max(scale.largest, -(-total // count))
    step = Decimal(0) if count == 1 else 2 * (Decimal(largest) - Decimal(total) / count) / (count - 1)
    given = [max(1, int(largest - step * place)) for place in range(count)]
    for place in range(abs(total - sum(given))):
        given[-1 - place % count] += 1 if total > sum(given) else -1
    return dict(zip(codes, given, strict=True))


def write(wanted: Mapping[str, int]) -> Iterator[str]:
    """Write so many further commitments into these spaces, with a plan in progress where there is none."""
    spaces = Space.objects.select_related("province").in_bulk(list(wanted))
    areas: dict[str, list[MunicipalArea]] = {}
    for area in MunicipalArea.objects.order_by("code").prefetch_related("wards"):
        areas.setdefault(area.space_id, []).append(area)
    drafts, seal, written = Drafts([read_sample(pilot) for pilot in PILOTS]), hashlib.sha256(), 0
    for place, (code, count) in enumerate(wanted.items()):
        space, first = spaces[code], Commitment.objects.filter(home_space_id=code).count() + 1
        rng = random.Random(f"{SEED}:{code}:{first}")
        rules = RULES[place % len(RULES)]
        edition = _edition(space, drafts.rows, random.Random(f"{SEED}:{code}"), rules, stage=1 + place % 5)
        rows = drafts.write(space, areas[code], range(first, first + count), rng, has_signed=place % 5 == 4)
        _ask(edition, sorted({party for row in rows for party in row.parties}), rng)
        for row in rows:
            seal.update(f"{row.ref}\t{row.title}\t{row.total_cost}\t{row.state}\n".encode())
        written += len(rows)
        yield f"{place + 1} of {len(wanted)}: {space.name}, {len(rows)} commitments ({written} so far)."
    record(
        Event.COMMITMENTS_IMPORTED, "sample:scale", by=system("demonstration"), source=SOURCE, spaces=len(wanted),
        proposed=written, sha256=seal.hexdigest(),
    )  # fmt: skip


# --- the plan that carries them ---------------------------------------------------------------------------------------


def _edition(space: Space, rows: list[CommitmentRow], rng: random.Random, rules: str, *, stage: int) -> Edition:
    """The edition in progress of a space; where there is none, one that has reached a stage, with its content."""
    known = Edition.objects.filter(plan_id=space.pk).order_by("-number").first()
    if known is not None:
        return known
    opened = date(2026, 1, 12) + timedelta(days=rng.randint(0, 60))
    plan = OnePlan.objects.create(space=space, is_sample=True)
    edition = Edition.objects.create(
        plan=plan, number=1, ruleset=rules, start_year=2026, opened_on=opened, is_sample=True
    )  # fmt: skip
    dates = stage_dates(ruleset(rules), opened, is_review=False)
    StageProgress.objects.bulk_create(
        StageProgress(
            edition=edition, stage=each.code, starts_on=dates.get(each.code, (None, None))[0],
            due_on=dates.get(each.code, (None, None))[1],
            state="passed" if each.number < stage else "current" if each.number == stage else "not_started",
            passed_at=_at(dates[each.code][1]) if each.number < stage else None,
            passed_by="Sample hub" if each.number < stage else "",
        )
        for each in ruleset(rules).stages
    )  # fmt: skip
    _content(edition, space, rows, rng)
    return edition


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def _content(edition: Edition, space: Space, rows: list[CommitmentRow], rng: random.Random) -> None:
    """Vision, impacts, findings, outcomes and strategies, drawn from what the pilots' commitments are for."""
    VisionStatement.objects.create(
        edition=edition, ref="V-001",
        text=f"By 2054 {space.name} has water, work and safe homes for everybody, planned as one space. (Sample)",
    )  # fmt: skip
    areas = ruleset(edition.ruleset).areas
    ImpactStatement.objects.bulk_create(
        ImpactStatement(
            edition=edition, ref=f"I-{area.code}", area=area.code, position=place,
            text=f"{area.label}: everybody in {space.name} can see the difference that this plan made. (Sample)",
        )
        for place, area in enumerate(areas)
    )  # fmt: skip
    Section.objects.create(
        edition=edition, ref="N-001", chapter="introduction", title="Introduction",
        body=f"<p>This is a <strong>sample</strong> One Plan of {space.name}. Nothing in it is a fact.</p>",
    )  # fmt: skip
    chosen: list[CommitmentRow] = []
    for area in areas:
        own = {row.objective: row for row in rows if row.area == area.code}
        chosen += rng.sample(sorted(own.values(), key=lambda row: row.objective), k=min(4, len(own)))
    findings = Finding.objects.bulk_create(_finding(edition, space, place, row) for place, row in enumerate(chosen, 1))
    outcomes = Outcome.objects.bulk_create(_outcome(edition, space, place, row) for place, row in enumerate(chosen, 1))
    strategies = Strategy.objects.bulk_create(
        _strategy(edition, space, place, row) for place, row in enumerate(chosen, 1)
    )
    answers, serves = Strategy.findings.through, Strategy.outcomes.through
    answers.objects.bulk_create(
        answers(strategy=strategy, finding=finding) for strategy, finding in zip(strategies, findings, strict=True)
    )
    serves.objects.bulk_create(
        serves(strategy=strategy, outcome=outcome) for strategy, outcome in zip(strategies, outcomes, strict=True)
    )


def _finding(edition: Edition, space: Space, place: int, row: CommitmentRow) -> Finding:
    return Finding(
        edition=edition, ref=f"F-{place:03d}", area=row.area, position=place, unit=row.unit,
        statement=f"{row.indicator}: {space.name} is far from where it wants to be. (Sample)",
        evidence="Sample working session of the technical committee.", source="Sample survey",
        source_date=date(2025, 11, 30), value=Decimal(str(row.target)) * 2 + 5, whole_space=True,
    )  # fmt: skip


def _outcome(edition: Edition, space: Space, place: int, row: CommitmentRow) -> Outcome:
    target = Decimal(str(row.target))
    return Outcome(
        edition=edition, ref=f"O-{place:03d}", area=row.area, position=place,
        statement=f"{row.objective.format(place=space.name).rstrip('.')}, everywhere in {space.name}. (Sample)",
        indicator=row.indicator, unit=row.unit, direction="down", baseline=target * 2 + 5, baseline_year=2025,
        baseline_source="Sample working session", target=target, target_year=2036,
    )  # fmt: skip


def _strategy(edition: Edition, space: Space, place: int, row: CommitmentRow) -> Strategy:
    return Strategy(
        edition=edition, ref=f"S-{place:03d}", area=row.area, position=place,
        title=row.objective.format(place=space.name).rstrip("."),
        description=f"{row.outputs}, in the places where it is needed most. (Sample)", whole_space=True,
    )  # fmt: skip


def _ask(edition: Edition, institutions: list[str], rng: random.Random) -> None:
    """The participation ledger: everybody who is a party was asked for the stages so far; some are silent."""
    known = set(Involvement.objects.filter(plan_id=edition.plan_id).values_list("institution_id", flat=True))
    Involvement.objects.bulk_create(
        Involvement(plan_id=edition.plan_id, institution_id=code, since=edition.opened_on)
        for code in institutions
        if code not in known
    )
    reached = StageProgress.objects.filter(edition=edition).exclude(state="not_started").values_list("stage", "due_on")
    have = set(Contribution.objects.filter(edition=edition).values_list("stage", "institution_id"))
    names = Institution.objects.in_bulk(institutions)
    rows = []
    for stage, due in reached:
        for code in institutions:
            lot = rng.random()
            if due is None or lot < 0.2 or (stage, code) in have:
                continue
            state = "contributed" if lot < 0.65 else "declined" if lot < 0.7 else "opened" if lot < 0.8 else "asked"
            answered = _at(due) if state in ("contributed", "declined") else None
            rows.append(
                Contribution(
                    edition=edition, stage=stage, institution_id=code, request="Say what you will do. (Sample)",
                    state=state, asked_at=_at(edition.opened_on), due_on=due, answered_at=answered,
                    opened_at=answered or (_at(due) if state == "opened" else None),
                    answered_by=f"Sample planner, {names[code].name}"[:200] if answered else "",
                    answer="Sample answer: our rows are right." if answered else "",
                )
            )  # fmt: skip
    Contribution.objects.bulk_create(rows, batch_size=BATCH)
