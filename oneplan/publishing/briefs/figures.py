"""The figures of a brief, from either of two sources: what was sealed, or what stands in the ledger today."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.portal.figures import YearOfMoney
from oneplan.publishing.parts import Commitment, Stage
from oneplan.publishing.pdf.blocks import day
from oneplan.publishing.reading import Plan


@dataclass(frozen=True)
class OutcomeLine:
    """What shows that an area has changed: baseline and target, None where unknown."""

    what: str
    baseline: Decimal | None
    target: Decimal | None
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
    due_on: date | None


@dataclass(frozen=True)
class Figures:
    """What a brief says of an edition. Counts are of commitments; refs name the first few."""

    vision: str
    stages: Sequence[Stage]
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
        return sum((year.secured for year in years), Decimal(0))


NAMED = 3  # how many references or parties a sentence names
GAPS = 2


def sealed_figures(plan: Plan, today: date) -> Figures:
    """From the sealed content alone: what anybody may know. Lateness is as at today, all else as it was adopted."""
    rows, asked = plan.commitments, plan.participation
    late = [each.ref for each in rows if each.finish_on and each.finish_on < today and each.state != "delivered"]
    short = [each for each in rows if each.funding != "funded"]
    gaps = sorted((_gap(each) for each in rows), key=lambda gap: (-gap.rand, gap.ref))
    return Figures(
        vision=plan.vision.text if plan.vision else "",
        stages=plan.stages,
        areas=[_area(plan, code, label) for code, label in plan.areas.items()],
        states=plan.states_by_area,
        money=plan.money,
        every=len(rows),
        funded=len(rows) - len(short),
        placed=len(rows) - len(plan.landing.unplaced),
        unplaced_refs=list(plan.landing.unplaced[:NAMED]),
        late=len(late),
        late_refs=late[:NAMED],
        landing=plan.landing.by_area,
        short=Counter(area for each in short for area in each.municipal_areas),
        gaps=[gap for gap in gaps[:GAPS] if gap.rand],
        participation=Counter(each.state for each in asked),
        silent=sorted({each.name for each in asked if each.state == "silent"}),
        unsigned=[each["name"] for each in plan.outstanding],
        urgent=[
            Urgent(each.ref, each.service or each.kind, each.owner, each.due_on)
            for each in plan.immediate_issues
            if each.due_on and each.due_on < today
        ],
        source=plan.source,
    )


def _gap(row: Commitment) -> Gap:
    return Gap(row.ref, row.title, row.lead, row.sums.unfunded)


def _area(plan: Plan, code: str, label: str) -> AreaLine:
    findings = [each for each in plan.findings if each.area == code]
    impact = plan.impacts.get(code)
    return AreaLine(
        label,
        findings[0].statement if findings else "",
        len(findings),
        impact.text if impact else "",
        [
            OutcomeLine(each.indicator or each.statement, each.baseline, each.target, each.unit, each.target_year)
            for each in plan.outcomes
            if each.area == code
        ],
    )


def live_source(number: int, today: date, others: int = 0, *, is_sample: bool = False) -> str:
    """The source and date under what is read from the ledger of an edition in progress, and what is left out of it.

    `others` are commitments of the other kind: invented ones beside a real plan, real ones beside a sample.
    """
    said = _("Source: edition %(number)s, not adopted, as at %(day)s.") % {"number": number, "day": day(today)}
    if not others:
        return said
    if is_sample:
        left_out = ngettext(
            "%(n)s real commitment is in no figure.", "%(n)s real commitments are in no figure.", others
        )
    else:
        left_out = ngettext(
            "%(n)s invented commitment is in no figure.", "%(n)s invented commitments are in no figure.", others
        )
    return f"{said} {left_out % {'n': others}}"
