"""What the sheets hold: their columns, and a row for each part of the plan. How they look is in `writing`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _

from oneplan.portal.figures import MONTHS, ZERO
from oneplan.publishing.parts import Commitment
from oneplan.publishing.reading import Plan


class Kind(Enum):
    """What a column holds. An unknown number or day is written as the word, so that it is not taken for nought."""

    TEXT = "text"
    NUMBER = "number"
    RAND = "rand"
    SHARE = "share"
    DAY = "day"
    COORDINATE = "coordinate"


@dataclass(frozen=True)
class Column:
    """A column: its heading (with the unit, where it has one), what it holds, and its width in characters."""

    heading: str
    kind: Kind = Kind.TEXT
    width: int = 18
    unknown: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet of the workbook."""

    name: str
    about: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def sheets(plan: Plan) -> Iterator[Sheet]:
    """Every sheet with a table, in the order of the workbook; the read-me comes before them."""
    yield from (_findings(plan), _outcomes(plan), _strategies(plan), _commitments(plan), _parties(plan), _pledges(plan))
    yield _money(plan)
    yield from (_immediate_issues(plan), _participation(plan), _signatures(plan), _sources(plan))


def _ref() -> Column:
    return Column(_("Ref"), width=13)


def _area() -> Column:
    return Column(_("Transformation area"), width=26)


def _joined(refs: Iterable[str]) -> str:
    return ", ".join(refs)


def _yes(holds: bool) -> str:
    return _("yes") if holds else _("no")


def _findings(plan: Plan) -> Sheet:
    columns = (
        _ref(), _area(), Column(_("Finding"), width=60), Column(_("Evidence"), width=50),
        Column(_("Value"), Kind.NUMBER, 12), Column(_("Unit"), width=14), Column(_("Source"), width=34, unknown=True),
        Column(_("Date of source"), Kind.DAY, 14, unknown=True), Column(_("Place"), width=30, unknown=True),
        Column(_("Owner"), width=36), Column(_("Reported by"), width=30),
    )  # fmt: skip
    rows = (
        (each.ref, plan.areas.get(each.area, each.area), each.statement, each.evidence, each.value, each.unit,
         each.source, each.source_date, each.place, each.owner, each.reported_by)
        for each in plan.findings
    )  # fmt: skip
    return Sheet(_("Findings"), _("What the diagnostic found: value, unit, source, date and place"), columns, rows)


def _outcomes(plan: Plan) -> Sheet:
    columns = (
        _ref(), _area(), Column(_("Outcome"), width=50), Column(_("Indicator"), width=40), Column(_("Unit"), width=14),
        Column(_("Wanted direction"), width=14), Column(_("Baseline"), Kind.NUMBER, 12, unknown=True),
        Column(_("Baseline: calendar year"), width=14, unknown=True),
        Column(_("Baseline: source"), width=34, unknown=True),
        Column(_("Target"), Kind.NUMBER, 12, unknown=True),
        Column(_("Target: calendar year"), width=14, unknown=True), Column(_("Owner"), width=36),
        Column(_("National priorities"), width=40),
    )  # fmt: skip
    rows = (
        (each.ref, plan.areas.get(each.area, each.area), each.statement, each.indicator, each.unit,
         _("down") if each.is_falling else _("up"), each.baseline, each.baseline_year and str(each.baseline_year),
         each.baseline_source, each.target, each.target_year and str(each.target_year), each.owner,
         _joined(each.label for each in each.links.priorities))
        for each in plan.outcomes
    )  # fmt: skip
    return Sheet(_("Outcomes"), _("The changes wanted, from baseline to target"), columns, rows)


def _strategies(plan: Plan) -> Sheet:
    columns = (
        _ref(), _area(), Column(_("Strategy"), width=40), Column(_("Description"), width=60),
        Column(_("Answers findings"), width=20), Column(_("Serves outcomes"), width=20),
        Column(_("Place"), width=30, unknown=True), Column(_("Owner"), width=36),
    )  # fmt: skip
    rows = (
        (each.ref, plan.areas.get(each.area, each.area), each.title, each.description, _joined(each.findings),
         _joined(each.outcomes), each.place, each.owner)
        for each in plan.strategies
    )  # fmt: skip
    return Sheet(_("Strategies"), _("How they are to be reached, and which findings they answer"), columns, rows)


def _commitments(plan: Plan) -> Sheet:
    columns = (
        _ref(), _area(), Column(_("Commitment"), width=50), Column(_("Objective"), width=50),
        Column(_("Description"), width=40), Column(_("Kind"), width=14), Column(_("New or existing"), width=14),
        Column(_("Catalytic"), width=10), Column(_("Project stage"), width=22), Column(_("State"), width=14),
        Column(_("Lead"), width=36), Column(_("Accountable post"), width=30), Column(_("Parties"), width=44),
        Column(_("Outputs"), width=40), Column(_("Indicator"), width=36), Column(_("Unit"), width=14),
        Column(_("Baseline"), Kind.NUMBER, 12, unknown=True), Column(_("Target"), Kind.NUMBER, 12, unknown=True),
        Column(_("Target date"), Kind.DAY, 12, unknown=True), Column(_("Starts"), Kind.DAY, 12, unknown=True),
        Column(_("Finishes"), Kind.DAY, 12, unknown=True), Column(_("Total cost (rand)"), Kind.RAND, 18, unknown=True),
        Column(_("Spent before (rand)"), Kind.RAND, 18, unknown=True),
        Column(_("Pledged, all years (rand)"), Kind.RAND, 20), Column(_("Funding"), width=24),
        Column(_("Share of this space"), Kind.SHARE, 12, unknown=True),
        Column(_("Place"), width=30, unknown=True), Column(_("How well the place is known"), width=30),
        Column(_("Longitude (WGS 84)"), Kind.COORDINATE, 12), Column(_("Latitude (WGS 84)"), Kind.COORDINATE, 12),
        Column(_("Serves"), width=24), Column(_("Source"), width=30),
    )  # fmt: skip
    return Sheet(
        _("Commitments"),
        _("What parties promise: cost, funding, place, time and state"),
        columns,
        (_commitment(each) for each in plan.commitments),
    )


def _commitment(each: Commitment) -> Sequence[Any]:
    return (
        each.ref, each.area_label, each.title, each.objective, each.description, each.kind, each.novelty,
        _yes(each.is_catalytic), each.project_stage, each.state_label, each.lead, each.office,
        "; ".join(party.name for party in each.parties), each.outputs, each.indicator, each.unit, each.baseline,
        each.target, each.target_on, each.start_on, each.finish_on, each.total_cost, each.spent_before,
        each.sums.pledged, each.funding_label, each.share, each.place, each.place_quality_label, each.longitude,
        each.latitude, _joined(each.serves), each.source,
    )  # fmt: skip


def _parties(plan: Plan) -> Sheet:
    columns = (
        Column(_("Commitment"), width=13), Column(_("Institution code"), width=16), Column(_("Institution"), width=44),
        Column(_("Role"), width=10), Column(_("Responsibility"), width=60), Column(_("Answer"), width=20),
        Column(_("Agreed to these terms"), width=12), Column(_("Answered by"), width=44),
        Column(_("Answered on"), Kind.DAY, 12), Column(_("Reason"), width=40), Column(_("Still owes"), width=28),
    )  # fmt: skip
    owed = {
        "agreement": _("agreement"),
        "declined": _("declined"),
        "pledges": _("pledges"),
        "signature": _("signature"),
    }
    rows = (
        (party.commitment, party.institution, party.name, party.role_label, party.responsibility,
         party.acceptance_label, _yes(party.has_agreed), party.answered_by, party.answered_on, party.reason,
         _joined(owed.get(each, each) for each in party.owes))
        for commitment in plan.commitments
        for party in commitment.parties
    )  # fmt: skip
    return Sheet(_("Parties"), _("Each institution in each commitment, and what it answered"), columns, rows)


def _pledges(plan: Plan) -> Sheet:
    columns = (
        Column(_("Commitment"), width=13), Column(_("Institution code"), width=16), Column(_("Institution"), width=44),
        Column(_("Financial year"), width=12), Column(_("Year runs under"), width=18),
        Column(_("Amount (rand)"), Kind.RAND, 18, unknown=True), Column(_("Source of funds"), width=34),
        Column(_("How firm"), width=14), Column(_("Answer"), width=20), Column(_("Answered by"), width=44),
        Column(_("Answered on"), Kind.DAY, 12), Column(_("Evidence"), width=30),
    )  # fmt: skip
    rows = (
        (each.commitment, each.institution, each.party, each.year, _runs(each.basis), each.amount,
         each.source, each.status_label, each.acceptance_label, each.answered_by, each.answered_on, each.evidence)
        for commitment in plan.commitments
        for each in commitment.pledges
    )  # fmt: skip
    return Sheet(_("Pledges"), _("Money by party, financial year and source, and how firm it is"), columns, rows)


def _runs(basis: str) -> str:
    """The Act and the months of its financial year."""
    return f"{basis} ({MONTHS.get(basis, basis)})"


def _money(plan: Plan) -> Sheet:
    columns = (
        Column(_("Financial year"), width=14), Column(_("Year runs under"), width=18),
        Column(_("National (rand)"), Kind.RAND, 18), Column(_("Provincial (rand)"), Kind.RAND, 18),
        Column(_("Local (rand)"), Kind.RAND, 18), Column(_("Partners (rand)"), Kind.RAND, 18),
        Column(_("Committed or tabled (rand)"), Kind.RAND, 18), Column(_("Indicative (rand)"), Kind.RAND, 18),
        Column(_("Unfunded (rand)"), Kind.RAND, 18),
    )  # fmt: skip
    rows = (
        (each.label, _runs(basis), *(each.spheres.get(code, ZERO) for code in ("national", "provincial", "local", "")),
         each.secured, each.indicative, each.unfunded)
        for basis, years in plan.money.items()
        for each in years
    )  # fmt: skip
    return Sheet(
        _("Money by year"),
        _("Pledged and not declined, by this space's share; committed or tabled by sphere. Add no two Acts"),
        columns,
        rows,
    )


def _immediate_issues(plan: Plan) -> Sheet:
    columns = (
        Column(_("Finding"), width=13), Column(_("Kind"), width=30), Column(_("Service"), width=44),
        Column(_("Households"), Kind.NUMBER, 12, unknown=True),
        Column(_("Source of the count"), width=34, unknown=True), Column(_("Owner"), width=40),
        Column(_("Raised on"), Kind.DAY, 12), Column(_("Due on"), Kind.DAY, 12, unknown=True),
    )  # fmt: skip
    rows = (
        (each.ref, each.kind, each.service, each.households, each.households_source, each.owner, each.raised_on,
         each.due_on)
        for each in plan.immediate_issues
    )  # fmt: skip
    return Sheet(_("Immediate issues"), _("What cannot wait, and who owns it"), columns, rows)


def _participation(plan: Plan) -> Sheet:
    columns = (
        Column(_("Stage"), width=26), Column(_("Institution code"), width=16), Column(_("Institution"), width=44),
        Column(_("State"), width=14), Column(_("Asked on"), Kind.DAY, 12), Column(_("Due on"), Kind.DAY, 12),
        Column(_("Answered on"), Kind.DAY, 12), Column(_("Answered by"), width=36),
        Column(_("Why it declined"), width=60),
    )  # fmt: skip
    rows = (
        (each.stage, each.institution, each.name, each.state_label, each.asked_on, each.due_on, each.answered_on,
         each.answered_post, each.reason)
        for each in plan.participation
    )  # fmt: skip
    return Sheet(_("Participation"), _("Who was asked in which stage, and what came of it"), columns, rows)


def _signatures(plan: Plan) -> Sheet:
    columns = (
        Column(_("Commitment"), width=13), Column(_("Institution code"), width=16), Column(_("Institution"), width=44),
        Column(_("Signed"), width=10), Column(_("Signed by"), width=50), Column(_("Signed on"), Kind.DAY, 12),
        Column(_("Post"), width=30), Column(_("Instrument"), width=30), Column(_("Of this signing copy"), width=12),
        Column(_("Of these terms"), width=12),
    )  # fmt: skip
    rows = (
        (party.commitment, party.institution, party.name, _yes(party.signature is not None),
         *((s.signed_by, s.signed_on, s.post, s.instrument, _yes(s.of_this_copy), _yes(s.of_these_terms))
           if (s := party.signature) else ("", None, "", "", "", "")))
        for commitment in plan.commitments
        for party in commitment.parties
    )  # fmt: skip
    return Sheet(_("Signatures"), _("Who signed which commitment, and who did not"), columns, rows)


def _sources(plan: Plan) -> Sheet:
    columns = (
        Column(_("Cited for"), width=30), Column(_("Source"), width=50), Column(_("Date"), Kind.DAY, 12, unknown=True),
        Column(_("References"), width=70),
    )  # fmt: skip
    rows = ((each.kind, each.source, each.day, _joined(each.refs)) for each in plan.sources)
    return Sheet(_("Sources"), _("Every source that is cited, with what rests on it"), columns, rows)
