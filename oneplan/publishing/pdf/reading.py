"""What a plan's content says, in the words and sums that pages print. Pure; what is not said shows as unknown."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from oneplan.commitments.choices import FundingStatus, PlaceQuality
from oneplan.frameworks.queries import markers
from oneplan.platform.web.numerals import grouped
from oneplan.publishing.charts import YearOfMoney

Json = Mapping[str, Any]
MONTHS = {"PFMA": "Apr–Mar", "MFMA": "Jul–Jun"}
CENT = Decimal("0.01")


def decimal(text: Any) -> Decimal | None:
    """A number as sealed (text), or None."""
    try:
        return Decimal(str(text)) if text not in (None, "") else None
    except InvalidOperation:
        return None


def quantity(value: Any, unit: str = "") -> str:
    """A value with its unit, or that it is unknown."""
    number = decimal(value)
    if number is None:
        return _("unknown")
    return f"{grouped(number)}\N{NO-BREAK SPACE}{unit}" if unit else grouped(number)


def post(holder: Json | None) -> str:
    """A post with its institution, or that none is named."""
    if not holder:
        return _("no owner named")
    return f"{holder['title']}, {holder['institution']['name']}"


def where(place: Json | None) -> str:
    """A place of a finding, strategy or commitment in words, or that it is unknown."""
    place = place or {}
    if place.get("text"):
        return str(place["text"])
    if areas := place.get("municipal_areas"):
        return ", ".join(each["name"] for each in areas)
    if ward := place.get("ward"):
        if isinstance(ward, Mapping):
            return _("ward %(number)s, %(area)s") % {"number": ward["number"], "area": ward["municipal_area"]["name"]}
        return _("ward %(number)s") % {"number": ward}
    if place.get("whole_space") or place.get("kind") == "whole_space":
        return _("the whole space")
    return _("place unknown")


def marking(mark: Json) -> str:
    """A cross-cutting marking in words, with its justification; its label is looked up where none was frozen."""
    label = mark.get("label") or next((each.label for each in markers() if each.code == mark["marker"]), mark["marker"])
    return f"{label}: {mark['justification']}" if mark.get("justification") else str(label)


@dataclass(frozen=True)
class PledgeLine:
    """What one party pledges from one source with one firmness and answer: rand by financial year of one basis."""

    party: str
    source: str
    basis: str
    status: str
    acceptance: str
    years: Mapping[str, Decimal | None]

    @property
    def total(self) -> Decimal:
        return sum((amount or Decimal(0) for amount in self.years.values()), Decimal(0))


class Reading:
    """A content with what is looked up in it again and again. Built once per document."""

    def __init__(self, content: Json) -> None:
        self.content = content
        self.copy: Json = content["copy"]
        self.plan: Json = self.copy["plan"]
        self.document: Json = content.get("document") or {}

    @property
    def is_adopted(self) -> bool:
        """Whether the content carries a seal: nothing else is ever shown as adopted."""
        standing = self.document.get("standing", "adopted")
        return bool(self.content.get("seal")) and standing == "adopted"

    @property
    def is_sample(self) -> bool:
        return bool(self.content["is_sample"])

    @property
    def space(self) -> Json:
        said: Json = self.plan["space"]
        return said

    @property
    def number(self) -> int:
        return int(self.plan["edition"]["number"])

    @property
    def first_year(self) -> int:
        return int(self.plan["edition"]["start_year"])

    @property
    def last_year(self) -> int:
        return self.first_year + int(self.plan["edition"]["horizon_years"]) - 1

    @property
    def commitments(self) -> list[Json]:
        rows: list[Json] = self.copy["commitments"]
        return rows

    @cached_property
    def areas(self) -> list[tuple[str, str]]:
        """(code, label) of the transformation areas in order; areas that only elements name come after them."""
        named = {each["code"]: each["label"] for each in self.plan["areas"]}
        for each in self.commitments:
            named.setdefault(each["area"], each["area_label"] or _("No transformation area"))
        return list(named.items())

    @cached_property
    def standing(self) -> dict[str, Json]:
        return {each["ref"]: each for each in self.content["standing"]}

    @cached_property
    def stages(self) -> dict[str, str]:
        return {each["code"]: each["label"] for each in self.content["stages"]}

    def of_area(self, kind: str, code: str) -> list[Json]:
        """The elements of a kind ("findings", …) in an area."""
        return [each for each in self.plan[kind] if each["area"] and each["area"]["code"] == code]

    def sections(self, chapter: str, area: str | None = None) -> list[Json]:
        """The narrative of a chapter: of an area, or what stands before the areas."""
        return [
            each
            for each in self.plan["sections"]
            if each["chapter"]["code"] == chapter and (each["area"]["code"] if each["area"] else None) == area
        ]

    def chapter(self, code: str, otherwise: str) -> str:
        """The chapter's label as it was frozen."""
        return next(
            (each["chapter"]["label"] for each in self.plan["sections"] if each["chapter"]["code"] == code), otherwise
        )

    def state_of(self, commitment: Json) -> str:
        """Where a commitment stood on the day: never more than its standing says."""
        return str(self.standing.get(commitment["ref"], {}).get("state", "proposed"))

    def party_standing(self, ref: str, institution: str) -> Json:
        for each in self.standing.get(ref, {}).get("parties", []):
            if each["institution"] == institution:
                said: Json = each
                return said
        return {}

    def pledges(self, commitment: Json) -> list[PledgeLine]:
        """Pledges by party, source, basis, firmness and answer."""
        lines: dict[tuple[str, str, str, str, str], dict[str, Decimal | None]] = {}
        for party in commitment["parties"]:
            stands = self.party_standing(commitment["ref"], party["institution"])
            answers = {
                (each["year"], each["basis"], each["funding_source"]): each["acceptance"]
                for each in stands.get("pledges", [])
            }
            for each in party["pledges"]:
                answer = answers.get((each["year"], each["basis"], each["funding_source"]), "asked")
                key = (party["name"], each["funding_source"], each["basis"], each["status"], answer)
                lines.setdefault(key, {})[each["year"]] = decimal(each["amount"])
        return [PledgeLine(*key, years) for key, years in lines.items()]

    @cached_property
    def funding_counts(self) -> Counter[str]:
        return Counter(each["funding"] or "unknown" for each in self.commitments)

    def states_by_area(self) -> list[tuple[str, Counter[str]]]:
        return [
            (label, Counter(self.state_of(each) for each in self.commitments if each["area"] == code))
            for code, label in self.areas
        ]

    @cached_property
    def placed_counts(self) -> Counter[str]:
        """How many commitments land in each municipal area; one in two areas counts in both."""
        return Counter(area["code"] for each in self.commitments for area in each["place"].get("municipal_areas") or ())

    @property
    def unplaced(self) -> int:
        """Commitments that name no municipal area: the whole space, an approximate point, or no place at all."""
        return sum(not each["place"].get("municipal_areas") for each in self.commitments)

    @property
    def without_place(self) -> int:
        return sum(each["place"]["quality"] == PlaceQuality.NOT_PLACED for each in self.commitments)

    @cached_property
    def money(self) -> dict[str, list[YearOfMoney]]:
        """By basis and year, by the space's share: rand that nobody declined, by sphere; the unfunded apart."""
        spheres: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for commitment in self.commitments:
            share = decimal(commitment["share"])
            for party in commitment["parties"]:
                stands = self.party_standing(commitment["ref"], party["institution"])
                declined = {
                    (each["year"], each["basis"], each["funding_source"])
                    for each in stands.get("pledges", [])
                    if each["acceptance"] == "declined"
                }
                for each in party["pledges"]:
                    if (each["year"], each["basis"], each["funding_source"]) in declined:
                        continue
                    kind = each["status"] if each["status"] in _LESS_FIRM else party["sphere"]
                    amount = (decimal(each["amount"]) or Decimal(0)) * (Decimal(1) if share is None else share)
                    spheres[each["basis"], each["year"]][kind] += amount.quantize(CENT)
        told: dict[str, list[YearOfMoney]] = {basis: [] for basis in MONTHS}
        for (basis, year), sums in sorted(spheres.items()):
            secured = {code: rand for code, rand in sums.items() if code not in _LESS_FIRM}
            told.setdefault(basis, []).append(
                YearOfMoney(
                    year,
                    secured,
                    sums.get(FundingStatus.INDICATIVE, Decimal(0)),
                    sums.get(FundingStatus.UNFUNDED, Decimal(0)),
                )
            )
        return {basis: years for basis, years in told.items() if years}

    def participation(self) -> list[tuple[str, Counter[str]]]:
        """(stage label, how many requests stand how), for the stages in which somebody was asked."""
        counts: dict[str, Counter[str]] = {}
        for each in self.content["participation"]:
            counts.setdefault(each["stage"], Counter())[each["state"]] += 1
        return [(label, counts[code]) for code, label in self.stages.items() if code in counts]


_LESS_FIRM = (FundingStatus.INDICATIVE, FundingStatus.UNFUNDED)


@dataclass(frozen=True)
class Signatory:
    """One hand under one copy: everything that the same person signed for the same party on the same day."""

    name: str
    post: str
    institution: str
    instrument: str
    signed_at: str
    copy_hash: str
    refs: tuple[str, ...]


def signatories(standing: Iterable[Json]) -> list[Signatory]:
    """The signatures of a standing, gathered by who signed what copy when; by institution and name."""
    found: dict[tuple[str, ...], list[str]] = {}
    for commitment in standing:
        for party in commitment["parties"]:
            signature = party["signature"]
            if signature:
                name, office = person(signature["signed_by"], party["name"], signature.get("post") or "")
                key = (
                    party["name"],
                    name,
                    office,
                    signature["instrument"],
                    str(signature["signed_at"])[:10],
                    signature["copy_hash"],
                )
                found.setdefault(key, []).append(commitment["ref"])
    return [
        Signatory(name, office, institution, instrument, signed_at, copy_hash, tuple(sorted(refs)))
        for (institution, name, office, instrument, signed_at, copy_hash), refs in sorted(found.items())
    ]


def person(signed_by: str, institution: str, code: str) -> tuple[str, str]:
    """(name, post) out of "name, post, institution" as it was signed; the post's code where no words are given.

    >>> person("Y. Pretorius, Municipal Manager, Waterberg DM", "Waterberg DM", "mun-dc36.municipal-manager")
    ('Y. Pretorius', 'Municipal Manager')
    """
    name, _comma, office = signed_by.removesuffix(f", {institution}").partition(", ")
    return name, office or code
