"""Where each figure's rand lies: its own evidence, the ledger's region, a rule, whose budget it is. Writes nothing.

Evidence (coordinates, a dated ward, a municipality named) goes through the cascade of `spaces.placing`, as projects do.
What a rule gives is a model of where rand goes, and is never counted as placed. What nobody knows is not placed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from oneplan.budgets.assembling import Asked, Part
from oneplan.budgets.choices import HouseRule, How
from oneplan.budgets.facts import number_of
from oneplan.budgets.regions import Regions
from oneplan.spaces.choices import PlaceMethod
from oneplan.spaces.placing import PlaceAnswer, PlaceEvidence, place

WHOLE = Decimal(1)
HOUSE = {rule: number_of(rule) + 1 for rule in HouseRule}  # their numbers in the table of rules
NOT_PLACED = (Part(0, How.NOT_PLACED, WHOLE, HOUSE[HouseRule.NOTHING]),)
_HOW = {
    PlaceMethod.GEOMETRY: How.GEOMETRY, PlaceMethod.WARD: How.WARD, PlaceMethod.MUNICIPALITY: How.MUNICIPALITY,
    PlaceMethod.SERVICE_AREA: How.SERVICE_AREA, PlaceMethod.SPACE: How.SPACE, PlaceMethod.APPORTIONED: How.APPORTIONED,
    PlaceMethod.NOT_PLACED: How.NOT_PLACED,
}  # fmt: skip
_FINE = ("space", "municipal_area")
STEP = Decimal("0.000000000001")  # of a part, as the build keeps it


@dataclass(frozen=True)
class Rule:
    """One rule, resolved to places by number: what it fits ("" fits everything) and where it puts what fits."""

    ref: str
    dataset: str
    institution: str
    function: str
    item: str
    fund: str
    programme: str
    region: str
    parts: tuple[Part, ...]

    def fits(self, asked: Asked) -> bool:
        """Whether it speaks of this: codes begin as the rule says, a regional identifier contains its words."""
        return (
            self.dataset in ("", asked.dataset)
            and self.institution in ("", asked.institution)
            and asked.function.startswith(self.function)
            and asked.item.startswith(self.item)
            and asked.fund.startswith(self.fund)
            and asked.programme.startswith(self.programme)
            and self.region.casefold() in asked.region.casefold()
        )


@dataclass(frozen=True)
class Placer:
    """Answers what a build asks. `rules` newest first; `seats` is where each institution's own budget lies.

    A regional identifier that names a space or a municipal area goes before rules; one that names a province or the
    country is what is left when no rule fits.
    """

    numbers: Mapping[tuple[str, str], int]  # (level, code) → number of the place
    seats: Mapping[str, Part]
    rules: Sequence[Rule]
    as_at: date
    regions: Regions | None = None

    def __call__(self, questions: Sequence[Asked]) -> list[Sequence[Part]]:
        """The parts of each, in order."""
        known = place([_evidence(each) for each in questions], self.as_at)
        return [self._parts(asked, answer) for asked, answer in zip(questions, known, strict=True)]

    def _parts(self, asked: Asked, answer: PlaceAnswer) -> Sequence[Part]:
        if answer.shares:
            return self._shared(answer)
        named = self.regions.place(asked.region) if self.regions and asked.region else None
        named = named if named in self.numbers else None
        if named and named[0] in _FINE:
            return (Part(self.numbers[named], How.REGION, WHOLE, HOUSE[HouseRule.REGION]),)
        for rule in self.rules:
            if rule.fits(asked):
                return rule.parts
        if named:
            how = How.INDIVISIBLE if named[0] == "country" else How.NOT_PLACED
            return (Part(self.numbers[named], how, WHOLE, HOUSE[HouseRule.REGION]),)
        seat = self.seats.get(asked.institution)
        return (seat,) if seat else NOT_PLACED

    def _shared(self, answer: PlaceAnswer) -> list[Part]:
        how = _HOW[answer.method]
        parts = [
            Part(
                self._number(share.space, share.municipal_area, share.ward), how,
                Decimal(share.fraction).quantize(STEP), HOUSE[HouseRule.EVIDENCE],
            )
            for share in answer.shares
        ]  # fmt: skip
        return [part for part in parts if part.fraction] or [Part(parts[0].place, how, WHOLE, parts[0].rule)]

    def _number(self, space: str, area: str, ward: str) -> int:
        for level, code in (("ward", ward), ("municipal_area", area), ("space", space)):
            if code and (level, code) in self.numbers:
                return self.numbers[level, code]
        return 0


def _evidence(asked: Asked) -> PlaceEvidence:
    return PlaceEvidence(
        longitude=asked.longitude, latitude=asked.latitude, ward=asked.ward, ward_year=asked.ward_year or None,
        municipal_areas=(asked.municipality,) if asked.municipality else (),
    )  # fmt: skip


def seats_of(institutions: Sequence[tuple[object, ...]], numbers: Mapping[tuple[str, str], int]) -> dict[str, Part]:
    """Where each institution's own budget lies, by whose it is.

    A local or metropolitan municipality's lies in its area; a district's somewhere in its space; a province's somewhere
    in the province, which is no space: not placed.
    """
    seats = {}
    for _number, code, _label, sphere, province, space, municipality, _kind in institutions:
        for is_theirs, level, within, how in (
            (sphere == "local", "municipal_area", municipality, How.MUNICIPALITY),
            (sphere == "local", "space", space, How.SPACE),
            (sphere == "provincial", "province", province, How.NOT_PLACED),
        ):
            if is_theirs and (place := numbers.get((level, str(within)))):
                seats[str(code)] = Part(place, how, WHOLE, HOUSE[HouseRule.OWN_BUDGET])
                break
    return seats
