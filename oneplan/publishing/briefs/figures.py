"""The figures of a brief, from either of two sources: what was sealed, or what stands in the ledger today."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from oneplan.commitments.choices import FundingStatus
from oneplan.publishing.charts import YearOfMoney
from oneplan.publishing.pdf.blocks import day
from oneplan.publishing.pdf.plan import source_of
from oneplan.publishing.pdf.reading import Json, Reading, decimal, post


@dataclass(frozen=True)
class OutcomeLine:
    """What shows that an area has changed: baseline and target, None where unknown."""

    what: str
    baseline: Any
    target: Any
    unit: str
    year: int | None


@dataclass(frozen=True)
class AreaLine:
    """One transformation area: the first finding, how many there are, what is wanted, and by what it will show."""

    label: str
    finding: str
    findings: int
    impact: str
    outcomes: Sequence[OutcomeLine]


@dataclass(frozen=True)
class Gap:
    """A commitment that says it lacks money."""

    ref: str
    title: str
    lead: str
    rand: Decimal


@dataclass(frozen=True)
class Urgent:
    """An immediate issue past its date."""

    ref: str
    what: str
    who: str
    due_on: str


@dataclass(frozen=True)
class Figures:
    """What a brief says of an edition. Counts are of commitments; refs name the first few."""

    vision: str
    stages: Sequence[Json]
    areas: Sequence[AreaLine]
    states: Sequence[tuple[str, Mapping[str, int]]]
    money: Mapping[str, Sequence[YearOfMoney]]
    every: int
    funded: int
    placed: int
    unplaced_refs: Sequence[str]
    late: int
    late_refs: Sequence[str]
    landing: Mapping[str, int]
    short: Mapping[str, int]
    gaps: Sequence[Gap]
    participation: Mapping[str, int]
    silent: Sequence[str]
    unsigned: Sequence[str]
    urgent: Sequence[Urgent]
    source: str

    @property
    def asked(self) -> int:
        return sum(self.participation.values())

    @property
    def contributed(self) -> int:
        return self.participation.get("contributed", 0)

    @property
    def unfunded_rand(self) -> Decimal:
        """Rand said to be unfunded, by the space's share, all years of both calendars: a size, not a budget."""
        return sum((year.unfunded for years in self.money.values() for year in years), Decimal(0))

    @property
    def secured_rand(self) -> Decimal:
        """Rand committed or tabled, by the space's share, all years of both calendars: a size, not a budget."""
        years = [year for rows in self.money.values() for year in rows]
        return sum((sum(year.spheres.values(), Decimal(0)) for year in years), Decimal(0))


NAMED = 3  # how many references or parties a sentence names
GAPS = 2


def sealed_figures(plan: Reading, today: date) -> Figures:
    """From the sealed content alone: what anybody may know. Lateness is as at today, all else as it was adopted."""
    rows, now = plan.commitments, today.isoformat()
    unplaced = [each["ref"] for each in rows if each["place"]["quality"] not in ("located", "named")]
    late = [
        each["ref"]
        for each in rows
        if (each["timeline"]["finish_on"] or "9999") < now and plan.state_of(each) != "delivered"
    ]
    short = [each for each in rows if each["funding"] != "funded"]
    gaps = sorted((_gap(each) for each in short), key=lambda gap: (-gap.rand, gap.ref))
    asked = plan.content["participation"]
    return Figures(
        vision=(plan.plan["vision"] or {}).get("text", ""),
        stages=plan.content["stages"],
        areas=[_area(plan, code, label) for code, label in plan.areas],
        states=plan.states_by_area(),
        money=plan.money,
        every=len(rows),
        funded=len(rows) - len(short),
        placed=len(rows) - len(unplaced),
        unplaced_refs=unplaced[:NAMED],
        late=len(late),
        late_refs=late[:NAMED],
        landing=plan.placed_counts,
        short=Counter(area["code"] for each in short for area in each["place"].get("municipal_areas") or ()),
        gaps=[gap for gap in gaps[:GAPS] if gap.rand],
        participation=Counter(each["state"] for each in asked),
        silent=sorted({each["name"] for each in asked if each["state"] == "silent"}),
        unsigned=[each["name"] for each in plan.content["outstanding"]],
        urgent=[
            Urgent(each["ref"], each["service"] or each["kind"]["label"], post(each["owner"]), each["due_on"])
            for each in plan.plan["immediate_issues"]
            if each["due_on"] < now
        ],
        source=source_of(plan),
    )


def _gap(row: Json) -> Gap:
    pledged = [each for party in row["parties"] for each in party["pledges"]]
    unfunded = [decimal(each["amount"]) or Decimal(0) for each in pledged if each["status"] == FundingStatus.UNFUNDED]
    return Gap(row["ref"], row["title"], row["lead_name"], sum(unfunded, Decimal(0)))


def _area(plan: Reading, code: str, label: str) -> AreaLine:
    findings, impacts = plan.of_area("findings", code), plan.of_area("impacts", code)
    return AreaLine(
        label,
        findings[0]["statement"] if findings else "",
        len(findings),
        impacts[0]["text"] if impacts else "",
        [
            OutcomeLine(
                each["indicator"] or each["statement"],
                each["baseline"]["value"],
                each["target"]["value"],
                each["unit"],
                each["target"]["year"],
            )
            for each in plan.of_area("outcomes", code)
        ],
    )


def live_source(number: int, today: date) -> str:
    """The source and date under what is read from the ledger of an edition in progress."""
    return _("Source: edition %(number)s, not adopted, as at %(day)s.") % {"number": number, "day": day(today)}
