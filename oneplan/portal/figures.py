"""The sums of a content: one place for every form, so that page, PDF, Word and Excel cannot disagree. Pure.

A declined pledge is no money. What is said to be unfunded is a need and not a promise, so no answer can hide it. A
commitment shared with other spaces counts by this space's share. Years of the two Acts are two calendars: never added.
The same rule counts the live ledger (`commitments.queries.Money`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import Enum
from typing import Any

from oneplan.commitments.choices import PLACED, SECURED, Acceptance, FundingStatus, PlaceQuality

Json = Mapping[str, Any]
MONTHS = {"PFMA": "Apr–Mar", "MFMA": "Jul–Jun"}
CENT, ZERO = Decimal("0.01"), Decimal(0)


def decimal(text: Any) -> Decimal | None:
    """A number as sealed (text), or None."""
    try:
        return Decimal(str(text)) if text not in (None, "") else None
    except InvalidOperation:
        return None


# --- what a pledge counts as -----------------------------------------------------------------------------------------


class Counted(Enum):
    """As what a pledge's rand counts."""

    SECURED = "committed or tabled"
    INDICATIVE = "indicative"
    UNFUNDED = "unfunded"
    NOT = "not at all"


def counted_as(status: str, acceptance: str) -> Counted:
    """As what rand of such firmness and answer counts.

    >>> [counted_as(status, "declined").name for status in ("tabled", "unfunded")], counted_as("tabled", "asked").name
    (['NOT', 'UNFUNDED'], 'SECURED')
    """
    if status == FundingStatus.UNFUNDED:
        return Counted.UNFUNDED
    if acceptance == Acceptance.DECLINED:
        return Counted.NOT
    return Counted.SECURED if status in SECURED else Counted.INDICATIVE


@dataclass(frozen=True)
class Sums:
    """What stands behind one commitment, whole rand of all its spaces and years: a size, not a budget."""

    secured: Decimal
    indicative: Decimal
    unfunded: Decimal

    @property
    def pledged(self) -> Decimal:
        """Secured and indicative together."""
        return self.secured + self.indicative


def sums(pledges: Iterable[tuple[str, str, Decimal | None]]) -> Sums:
    """The sums of pledges given as (status, acceptance, rand)."""
    told = dict.fromkeys(Counted, ZERO)
    for status, acceptance, rand in pledges:
        told[counted_as(status, acceptance)] += rand or ZERO
    return Sums(told[Counted.SECURED], told[Counted.INDICATIVE], told[Counted.UNFUNDED])


# --- the answers beside the terms ------------------------------------------------------------------------------------


def standing_by_ref(content: Json) -> dict[str, Json]:
    """Where each commitment stood, by its reference."""
    return {row["ref"]: row for row in content["standing"]}


def answers_by_party(standing: Json) -> dict[str, Json]:
    """How each institution answered, by its code."""
    return {each["institution"]: each for each in standing.get("parties", [])}


def pledges_with_answers(party: Json, answer: Json) -> list[tuple[Json, Json]]:
    """The pledges of a party, each with its answer ({} where none was given)."""
    given = {(each["year"], each["basis"], each["funding_source"]): each for each in answer.get("pledges", [])}
    return [(each, given.get((each["year"], each["basis"], each["funding_source"]), {})) for each in party["pledges"]]


# --- the sums of a plan ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class YearOfMoney:
    """One financial year: secured rand by sphere ("" for partners), and what is only indicative or not funded."""

    label: str
    spheres: Mapping[str, Decimal] = field(default_factory=dict)
    indicative: Decimal = ZERO
    unfunded: Decimal = ZERO

    @property
    def secured(self) -> Decimal:
        return sum(self.spheres.values(), ZERO)

    @property
    def pledged(self) -> Decimal:
        """Secured and indicative together."""
        return self.secured + self.indicative


def money_by_year(content: Json) -> dict[str, list[YearOfMoney]]:
    """By basis, its years in order, by this space's share; each sum is rounded to the cent once."""
    rand: dict[tuple[str, str], dict[Counted | str, Decimal]] = {}
    stands = standing_by_ref(content)
    for commitment in content["copy"]["commitments"]:
        answers = answers_by_party(stands.get(commitment["ref"], {}))
        said = decimal(commitment["share"])
        share = Decimal(1) if said is None else said
        for party in commitment["parties"]:
            for pledge, answer in pledges_with_answers(party, answers.get(party["institution"], {})):
                kind = counted_as(pledge["status"], answer.get("acceptance", Acceptance.ASKED))
                if kind is not Counted.NOT:
                    line = rand.setdefault((pledge["basis"], pledge["year"]), {})
                    key = party["sphere"] if kind is Counted.SECURED else kind
                    line[key] = line.get(key, ZERO) + (decimal(pledge["amount"]) or ZERO) * share
    told: dict[str, list[YearOfMoney]] = {basis: [] for basis in MONTHS}
    for (basis, year), line in sorted(rand.items()):
        cents = {key: amount.quantize(CENT, ROUND_HALF_UP) for key, amount in line.items()}
        told.setdefault(basis, []).append(
            YearOfMoney(
                year, {key: amount for key, amount in cents.items() if isinstance(key, str)},
                cents.get(Counted.INDICATIVE, ZERO), cents.get(Counted.UNFUNDED, ZERO),
            )
        )  # fmt: skip
    return {basis: years for basis, years in told.items() if years}


def state_of(standing: Json) -> str:
    """Where a commitment stood: never more than is said of it."""
    return str(standing.get("state", "proposed"))


def states_by_area(content: Json, areas: Mapping[str, str]) -> list[tuple[str, Counter[str]]]:
    """How many commitments stand how, by the label of their area, in the order of `areas`."""
    stands = standing_by_ref(content)
    counts: dict[str, Counter[str]] = {code: Counter() for code in areas}
    for each in content["copy"]["commitments"]:
        counts.setdefault(each["area"], Counter())[state_of(stands.get(each["ref"], {}))] += 1
    return [(areas.get(code, code), count) for code, count in counts.items()]


def funding_counts(content: Json) -> Counter[str]:
    """How many commitments are funded, in part, unfunded, or unknown."""
    return Counter(each["funding"] or "unknown" for each in content["copy"]["commitments"])


@dataclass(frozen=True)
class Landing:
    """Where commitments land: by municipal area (one in two areas counts in both), and what names none."""

    by_area: Mapping[str, int]
    elsewhere: int
    without_place: int
    unplaced: tuple[str, ...]


def landing(content: Json) -> Landing:
    """Where the commitments of a content land; `unplaced` are those whose place does not count as placed."""
    rows = [(each["ref"], each["place"]) for each in content["copy"]["commitments"]]
    return Landing(
        Counter(area["code"] for _ref, place in rows for area in place["municipal_areas"]),
        sum(not place["municipal_areas"] for _ref, place in rows),
        sum(place["quality"] == PlaceQuality.NOT_PLACED for _ref, place in rows),
        tuple(ref for ref, place in rows if place["quality"] not in PLACED),
    )
