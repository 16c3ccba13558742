"""A sealed content made readable: plain words, charts and tables out of the canonical JSON. Pure; no database.

The content's form is that of `joint_planning.assembly.sealed_content`. Labels were copied in when it was frozen, so a
page of a sealed plan never changes when a register does. What a content does not say is shown as unknown.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from oneplan.commitments.choices import FundingStatus, PlaceQuality
from oneplan.frameworks.queries import gates
from oneplan.money import format_rand_short
from oneplan.platform.web.numerals import grouped
from oneplan.portal import figures
from oneplan.portal.figures import MONTHS, Json, decimal


def day(text: Any) -> date | None:
    """A date as sealed, or None."""
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None


# --- the chart of an outcome -----------------------------------------------------------------------------------------

CHART_WIDTH, BAR_HEIGHT = 260, 14


@dataclass(frozen=True)
class Change:
    """Baseline and target of an outcome as two bars from zero, labelled directly, with the words of the same."""

    baseline: Decimal | None
    baseline_year: str
    baseline_source: str
    target: Decimal | None
    target_year: str
    unit: str
    rises: bool

    @property
    def _scale(self) -> float:
        most = max(abs(self.baseline or Decimal(0)), abs(self.target or Decimal(0)))
        if self.unit.strip() in {"%", "per cent", "percent"}:
            most = max(most, Decimal(100))
        return float(most) or 1.0

    def _width(self, value: Decimal | None) -> str:
        return f"{CHART_WIDTH * abs(float(value or 0)) / self._scale:.1f}"

    @property
    def baseline_width(self) -> str:
        return self._width(self.baseline)

    @property
    def target_width(self) -> str:
        return self._width(self.target)

    @property
    def baseline_label_x(self) -> str:
        return f"{float(self.baseline_width) + 6:.1f}"

    @property
    def target_label_x(self) -> str:
        return f"{float(self.target_width) + 6:.1f}"

    @property
    def is_drawable(self) -> bool:
        return self.baseline is not None and self.target is not None

    def _said(self, value: Decimal | None) -> str:
        if value is None:
            return _("unknown")
        return f"{grouped(value)}\u00a0{self.unit}" if self.unit else grouped(value)

    @property
    def baseline_words(self) -> str:
        return self._said(self.baseline)

    @property
    def target_words(self) -> str:
        return self._said(self.target)

    @property
    def words(self) -> str:
        """The change in one sentence."""
        return _("from %(baseline)s (%(since)s) to %(target)s (%(until)s)") % {
            "baseline": self.baseline_words, "since": self.baseline_year or _("year unknown"),
            "target": self.target_words, "until": self.target_year or _("year unknown"),
        }  # fmt: skip


def change_of(outcome: Json) -> Change:
    """The change that an outcome of a sealed content states."""
    before, after = outcome.get("baseline") or {}, outcome.get("target") or {}
    return Change(
        decimal(before.get("value")), str(before.get("year") or ""), str(before.get("source") or ""),
        decimal(after.get("value")), str(after.get("year") or ""), str(outcome.get("unit") or ""),
        outcome.get("direction") != "down",
    )  # fmt: skip


# --- promises --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Money:
    """One pledge: whose, which year on which basis, how much, how firm."""

    party: str
    year: str
    basis: str
    amount: Decimal | None
    source: str
    status: str
    acceptance: str

    @property
    def months(self) -> str:
        """When the year runs: the basis in plain words."""
        return _months(self.basis)


def _months(basis: str) -> str:
    return f"({MONTHS.get(basis, basis)})"


@dataclass(frozen=True)
class PartyLine:
    name: str
    code: str
    role: str
    responsibility: str
    has_agreed: bool
    has_declined: bool
    signed_by: str
    signed_on: date | None
    instrument: str

    @property
    def state(self) -> str:
        """Where the party stood on the day of adoption; never more than it did."""
        if self.signed_by:
            return "signed"
        return "declined" if self.has_declined else "agreed" if self.has_agreed else "asked"


@dataclass
class Promise:
    """One commitment of a sealed plan, for a resident: who, what, where, when, with which money, in which state."""

    ref: str
    title: str
    area: str
    area_label: str
    description: str
    objective: str
    kind: str
    novelty: str
    is_catalytic: bool
    lead: str
    office: str
    parties: list[PartyLine]
    money: list[Money]
    total_cost: Decimal | None
    share: Decimal
    place: str
    place_state: str
    start_on: date | None
    finish_on: date | None
    indicator: str
    state: str
    funding: str
    is_sample: bool

    @property
    def is_shared(self) -> bool:
        return self.share < 1

    @property
    def sums(self) -> figures.Sums:
        """What stands behind it over all years; two bases are two calendars, so the page says so."""
        return figures.sums((each.status, each.acceptance, each.amount) for each in self.money)

    @property
    def pledged(self) -> Decimal:
        """What is pledged, not declined and not unfunded."""
        return self.sums.pledged

    @property
    def unfunded(self) -> Decimal:
        return self.sums.unfunded

    @property
    def payers(self) -> list[tuple[str, str, Decimal]]:
        """(who, the months of its years, how much over all years); what was declined or has no money is left out."""
        sums: dict[tuple[str, str], Decimal] = {}
        for each in self.money:
            if each.amount and each.status != FundingStatus.UNFUNDED and each.acceptance != "declined":
                key = (each.party, each.months)
                sums[key] = sums.get(key, Decimal(0)) + each.amount
        return [(party, months, rand) for (party, months), rand in sums.items()]

    @property
    def years(self) -> str:
        """From which year to which, as far as both are known."""
        known = [str(each.year) if each else _("unknown") for each in (self.start_on, self.finish_on)]
        return "" if not (self.start_on or self.finish_on) else "–".join(dict.fromkeys(known))

    @property
    def cost_words(self) -> str:
        return "" if self.total_cost is None else format_rand_short(self.total_cost)

    @property
    def funding_state(self) -> str:
        return "part_funded" if self.funding == "part" else self.funding


@dataclass(frozen=True)
class Signatory:
    """Who signed for an institution on a day, and how many promises."""

    institution: str
    signed_by: str
    signed_on: date | None
    instrument: str
    count: int


@dataclass
class AreaPage:
    """One of the six areas as a resident reads it."""

    code: str
    label: str
    found: list[Json] = field(default_factory=list)
    impact: str = ""
    changes: list[tuple[Json, Change]] = field(default_factory=list)
    ways: list[Json] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)


@dataclass
class PlanPage:
    """A sealed plan in plain words."""

    space_code: str
    space_name: str
    province: str
    number: int
    start_year: int
    end_year: int
    is_sample: bool
    vision: str
    areas: list[AreaPage]
    urgent: list[Json]
    promises: list[Promise]
    money: dict[str, list[figures.YearOfMoney]]
    outstanding: list[Json]
    outstanding_rule: str
    exceptions: list[Json]
    resolutions: list[Json]
    adopted_on: date | None
    rule_set: Json
    boundaries: Json | None
    seal: Json
    copy_sha256: str

    @property
    def money_by_year(self) -> list[tuple[str, str, Decimal, Decimal]]:
        """(year, its months, pledged, unfunded) in order of year; years of different Acts are different rows."""
        rows = {(each.label, basis): each for basis, years in self.money.items() for each in years}
        return [(label, _months(basis), each.pledged, each.unfunded) for (label, basis), each in sorted(rows.items())]

    @property
    def signatories(self) -> list[Signatory]:
        """Each signature once, with the number of promises it stands under; by institution."""
        signed = Counter(
            (party.name, party.signed_by, party.signed_on, party.instrument)
            for promise in self.promises
            for party in promise.parties
            if party.signed_by
        )
        return [Signatory(*each, count) for each, count in sorted(signed.items(), key=lambda pair: str(pair[0]))]

    def promise(self, ref: str) -> Promise | None:
        """The promise of that reference, or None."""
        return next((each for each in self.promises if each.ref == ref), None)


def read(content: Json) -> PlanPage:
    """A sealed content as a page; nothing is looked up, so that it says what was sealed and no more."""
    copy, sealed_edition = content["copy"], content["edition"]
    plan = copy["plan"]
    areas = {each["code"]: AreaPage(each["code"], each["label"]) for each in plan["areas"]}
    stands = figures.standing_by_ref(content)
    promises = [_promise(row, stands.get(row["ref"], {})) for row in copy["commitments"]]
    for each in plan["findings"]:
        _of(areas, each).found.append({**each, "where": place_words(each), "source_date": day(each["source_date"])})
    for each in plan["impacts"]:
        _of(areas, each).impact = each["text"]
    for each in plan["outcomes"]:
        _of(areas, each).changes.append((each, change_of(each)))
    for each in plan["strategies"]:
        _of(areas, each).ways.append({**each, "where": place_words(each)})
    for promise in promises:
        areas.setdefault(promise.area, AreaPage(promise.area, promise.area_label)).promises.append(promise)
    stages = {each["code"]: each["label"] for each in content["stages"]}
    edition = plan["edition"]
    return PlanPage(
        space_code=plan["space"]["code"], space_name=plan["space"]["name"], province=plan["space"]["province"]["name"],
        number=edition["number"], start_year=edition["start_year"],
        end_year=edition["start_year"] + edition["horizon_years"] - 1, is_sample=bool(content["is_sample"]),
        vision=(plan["vision"] or {}).get("text", ""), areas=list(areas.values()),
        urgent=[{**each, "due_on": day(each["due_on"])} for each in plan["immediate_issues"]], promises=promises,
        money=figures.money_by_year(content),
        outstanding=content["outstanding"], outstanding_rule=content["outstanding_rule"],
        exceptions=[
            {**each, "stage": stages.get(each["stage"], each["stage"]), "rule": _gate_words(each["rule"])}
            for each in content["exceptions"]
        ],
        resolutions=[{**each, "held_on": day(each["held_on"])} for each in content["resolutions"]],
        adopted_on=day(sealed_edition["adopted_on"]), rule_set=copy["rule_set"], boundaries=copy["boundaries"],
        seal=content["seal"], copy_sha256=content["copy_sha256"],
    )  # fmt: skip


def _gate_words(code: str) -> str:
    """The words of a gate rule; a rule that is no longer known is shown by its code."""
    known = gates().get(code)
    return known.sentence if known else code


def _of(areas: dict[str, AreaPage], element: Json) -> AreaPage:
    area = element["area"]
    return areas.setdefault(area["code"], AreaPage(area["code"], area["label"]))


def _promise(row: Json, stands: Json) -> Promise:
    answers = figures.answers_by_party(stands)
    parties, money = [], []
    for party in row["parties"]:
        answer = answers.get(party["institution"], {})
        signature = answer.get("signature") or {}
        parties.append(
            PartyLine(
                party["name"], party["institution"], party["role"], party["responsibility"],
                answer.get("acceptance") == "accepted" and bool(answer.get("agreed_to_these_terms")),
                answer.get("acceptance") == "declined", signature.get("signed_by", ""), day(signature.get("signed_at")),
                signature.get("instrument", ""),
            )
        )  # fmt: skip
        money += [
            _pledge(party["name"], pledge, said.get("acceptance", "asked"))
            for pledge, said in figures.pledges_with_answers(party, answer)
        ]
    place = row["place"]
    placed = place["quality"] in (PlaceQuality.LOCATED, PlaceQuality.NAMED)
    return Promise(
        ref=row["ref"], title=row["title"], area=row["area"], area_label=row["area_label"],
        description=row["description"], objective=row["objective"], kind=row["kind_label"],
        novelty=row["novelty_label"], is_catalytic=row["is_catalytic"], lead=row["lead_name"],
        office=row["accountable_post_title"], parties=parties,
        money=sorted(money, key=lambda each: (each.year, each.basis, each.party)),
        total_cost=decimal(row["total_cost"]), share=decimal(row["share"]) or Decimal(1), place=_place(place),
        place_state="placed" if placed else str(place["quality"]), start_on=day(row["timeline"]["start_on"]),
        finish_on=day(row["timeline"]["finish_on"]), indicator=row["indicator"]["statement"],
        state=figures.state_of(stands), funding=row["funding"], is_sample=row["is_sample"],
    )  # fmt: skip


def _pledge(party: str, row: Json, acceptance: str) -> Money:
    return Money(
        party, row["year"], row["basis"], decimal(row["amount"]), row["funding_source"], row["status"], acceptance
    )


def _place(place: Json) -> str:
    """Where, in words; empty where it does not say."""
    if place.get("text"):
        return str(place["text"])
    if areas := place.get("municipal_areas"):
        return ", ".join(each["name"] for each in areas)
    if ward := place.get("ward"):
        if isinstance(ward, Mapping):
            return _("ward %(number)s, %(area)s") % {"number": ward["number"], "area": ward["municipal_area"]["name"]}
        return _("ward %(ward)s") % {"ward": ward}
    if place.get("whole_space") or place.get("kind") == "whole_space":
        return _("the whole space")
    return ""


def place_words(element: Json) -> str:
    """Where an element or a commitment is, in words; empty where it does not say."""
    return _place(element.get("place") or {})
