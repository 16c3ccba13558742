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
from oneplan.demo.sample import PILOTS, OutcomeRow, Sample, StrategyRow, read_sample
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
    samples = [read_sample(pilot) for pilot in PILOTS]
    spaces = Space.objects.select_related("province").in_bulk(list(wanted))
    areas: dict[str, list[MunicipalArea]] = {}
    for area in MunicipalArea.objects.order_by("code").prefetch_related("wards"):
        areas.setdefault(area.space_id, []).append(area)
    drafts, seal, written = Drafts(samples), hashlib.sha256(), 0
    for place, (code, count) in enumerate(wanted.items()):
        rng = random.Random(f"{SEED}:{code}")
        space = spaces[code]
        edition = _edition(space, samples, areas[code], rng, RULES[place % len(RULES)], stage=1 + place % 5)
        rows = drafts.write(space, areas[code], count, rng, has_signed=place % 5 == 4)
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


def _edition(
    space: Space, samples: list[Sample], areas: list[MunicipalArea], rng: random.Random, rules: str, *, stage: int
) -> Edition:
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
    _content(edition, space, samples, areas, rng)
    return edition


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def _content(
    edition: Edition, space: Space, samples: list[Sample], areas: list[MunicipalArea], rng: random.Random
) -> None:
    """Vision, impacts, findings, outcomes and strategies: a pilot's texts that name no place of their own."""
    sample = rng.choice(samples)
    VisionStatement.objects.create(
        edition=edition, ref="V-001",
        text=f"By 2054 {space.name} has water, work and safe homes for everybody, planned as one space. (Sample)",
    )  # fmt: skip
    ImpactStatement.objects.bulk_create(
        ImpactStatement(edition=edition, ref=f"I-{area}", area=area, text=text, position=place)
        for place, (area, text) in enumerate(samples[0].impacts.items())
    )
    Section.objects.create(
        edition=edition, ref="N-001", chapter="introduction", title="Introduction",
        body=f"<p>This is a <strong>sample</strong> One Plan of {space.name}. Nothing in it is a fact.</p>",
    )  # fmt: skip
    findings = Finding.objects.bulk_create(
        Finding(
            edition=edition, ref=f"F-{number:03d}", area=row.area, position=number, unit=row.unit,
            statement=f"{row.indicator}: {space.name} is far from where it wants to be. (Sample)",
            evidence="Sample working session of the technical committee.", source="Sample survey",
            source_date=date(2025, 11, 30), value=Decimal(str(row.baseline)), whole_space=True,
        )
        for number, row in enumerate(sample.outcomes, 1)
    )  # fmt: skip
    outcomes = Outcome.objects.bulk_create(
        _outcome(edition, number, row) for number, row in enumerate(sample.outcomes, 1)
    )
    strategies = Strategy.objects.bulk_create(
        _strategy(edition, number, row) for number, row in enumerate(sample.strategies, 1)
    )
    answers, serves = Strategy.findings.through, Strategy.outcomes.through
    pairs = [
        (strategy, number - 1)
        for strategy, row in zip(strategies, sample.strategies, strict=True)
        for number in row.outcomes
    ]
    answers.objects.bulk_create(answers(strategy=each, finding=findings[place]) for each, place in pairs)
    serves.objects.bulk_create(serves(strategy=each, outcome=outcomes[place]) for each, place in pairs)


def _outcome(edition: Edition, number: int, row: OutcomeRow) -> Outcome:
    return Outcome(
        edition=edition, ref=f"O-{number:03d}", area=row.area, position=number, statement=row.statement,
        indicator=row.indicator, unit=row.unit, direction=row.direction, baseline=Decimal(str(row.baseline)),
        baseline_year=row.baseline_year, baseline_source="Sample working session", target=Decimal(str(row.target)),
        target_year=row.target_year,
    )  # fmt: skip


def _strategy(edition: Edition, number: int, row: StrategyRow) -> Strategy:
    return Strategy(
        edition=edition, ref=f"S-{number:03d}", area=row.area, position=number, title=row.title,
        description=row.description, whole_space=True,
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
