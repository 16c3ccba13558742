"""The rules in force on a day, set by people or shipped, and what they mean: places with parts that sum to 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from pathlib import Path

from django.db.models import Q

from oneplan.budgets.assembling import Part
from oneplan.budgets.choices import How
from oneplan.budgets.dimensions import COUNTRY
from oneplan.budgets.indicators import by_municipal_area, by_space
from oneplan.budgets.models import PlacementRule
from oneplan.budgets.placing import HOUSE, STEP, WHOLE, Rule
from oneplan.frameworks.loading import load
from oneplan.spaces.models import FunctionalArea, MunicipalArea, Space

_FILE = Path(__file__).parent / "parameters" / "placement_rules.yaml"
TOLD_APART = ("function", "item", "fund", "programme")  # matchers that make a build ask more questions


@dataclass(frozen=True)
class ShippedRule:
    """A rule that comes with OnePlan, with where it is written. Its fields are those of PlacementRule."""

    ref: str
    how: How
    places: tuple[str, ...]
    valid_from: date
    reason: str
    reference: str
    dataset: str = ""
    institution: str = ""
    function: str = ""
    item: str = ""
    fund: str = ""
    programme: str = ""
    region: str = ""
    indicator: str = ""
    valid_to: date | None = None


@dataclass(frozen=True)
class _Shipped:
    rules: tuple[ShippedRule, ...]


AnyRule = PlacementRule | ShippedRule


@cache
def shipped_rules() -> tuple[ShippedRule, ...]:
    """The rules that come with OnePlan."""
    return load(_FILE, _Shipped).rules


def rules_on(day: date) -> list[AnyRule]:
    """The rules in force on a day, in the order in which they are tried: newest first, people's before shipped ones."""
    ours = PlacementRule.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    shipped = [
        rule for rule in shipped_rules() if rule.valid_from <= day and (not rule.valid_to or day < rule.valid_to)
    ]
    found: list[AnyRule] = [*ours.order_by("-valid_from", "-id"), *shipped]
    return sorted(found, key=lambda rule: rule.valid_from, reverse=True)  # stable: the order above stands within a day


def changed_between(then: date, now: date) -> tuple[list[AnyRule], list[AnyRule]]:
    """The rules in force on a day that were not on an earlier one, and those that are no more."""
    before = {rule.ref: rule for rule in rules_on(then)}
    after = {rule.ref: rule for rule in rules_on(now)}
    return [after[ref] for ref in after if ref not in before], [before[ref] for ref in before if ref not in after]


def numbered(in_force: Sequence[AnyRule]) -> list[tuple[int, AnyRule]]:
    """Rules with their numbers in the table of rules, after those of the house."""
    return list(enumerate(in_force, start=len(HOUSE) + 1))


def rule_rows(in_force: Sequence[AnyRule]) -> list[tuple[int, str, str, str]]:
    """The table of rules of a build: number, code, words, version. 0: not stated."""
    rows = [(0, "", "", ""), *((number, str(rule), str(rule.label), "") for rule, number in HOUSE.items())]
    for number, rule in numbered(in_force):
        revision = f", revision {rule.revision}" if isinstance(rule, PlacementRule) else ""
        rows.append((number, rule.ref, rule.reason, f"{rule.valid_from}{revision}"))
    return rows


def told_apart_by(rules: Iterable[AnyRule]) -> frozenset[str]:
    """By which codes of a figure these rules tell places apart."""
    return frozenset(name for rule in rules for name in TOLD_APART if getattr(rule, name))


@dataclass
class Resolving:
    """Rules become parts by number. The register is read once."""

    numbers: Mapping[tuple[str, str], int]  # (level, code) → number of the place
    _province_of: dict[str, str] = field(init=False)
    _space_of: dict[str, str] = field(init=False)
    _served: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._province_of = dict(Space.objects.values_list("code", "province_id"))
        self._space_of = dict(MunicipalArea.objects.values_list("code", "space_id"))
        self._served = {}
        for code, area in FunctionalArea.objects.values_list("code", "municipal_areas__code").order_by("code"):
            self._served.setdefault(code, []).append(area)

    def rule(self, rule: AnyRule, number: int = 0) -> Rule:
        """The rule as a build applies it; `number` is its own in the table of rules."""
        return Rule(
            rule.ref, rule.dataset, rule.institution, rule.function, rule.item, rule.fund, rule.programme, rule.region,
            tuple(replace(part, rule=number) for part in self.parts(How(rule.how), rule.places, rule.indicator)),
        )  # fmt: skip

    def parts(self, how: How, places: Sequence[str], indicator: str) -> list[Part]:
        """Where a rule puts what fits it. Parts of several places are by the indicator and sum to exactly 1."""
        if not indicator:
            return [Part(self._number(places[0]), how, WHOLE)]
        weights = self.weights(places, indicator)
        fractions = parts_of_one(weights)
        return [Part(self._number(code), how, fraction) for code, fraction in fractions.items()]

    def weights(self, places: Sequence[str], indicator: str) -> dict[str, int]:
        """The values of the indicator by the places among which a rule shares out.

        No place, the country or a province: among its spaces. An area served, or one space alone: among its municipal
        areas. Else: among the spaces and municipal areas named.
        """
        spaces, areas = by_space(indicator), by_municipal_area(indicator)
        codes: list[str] = []
        for code in places or [COUNTRY]:
            if code == COUNTRY:
                codes += sorted(spaces)
            elif code in self._served:
                codes += self._served[code]
            elif code in self._province_of and len(places) == 1:
                codes += sorted(area for area, space in self._space_of.items() if space == code)
            elif code in self._province_of or code in self._space_of:
                codes.append(code)
            else:
                codes += sorted(space for space, province in self._province_of.items() if province == code)
        # A metropolitan space and its municipal area have one code and one value.
        return {code: areas[code] if code in areas else spaces[code] for code in dict.fromkeys(codes)}

    def _number(self, code: str) -> int:
        for level in ("municipal_area", "space", "province", "country"):
            if (level, code) in self.numbers:
                return self.numbers[level, code]
        return 0


def parts_of_one(weights: Mapping[str, int]) -> dict[str, Decimal]:
    """Parts in proportion to weights, 12 digits each, that sum to exactly 1: the running sum is rounded, not the part.

    >>> parts = parts_of_one({"a": 1, "b": 1, "c": 1})
    >>> [str(part) for part in parts.values()], sum(parts.values()) == 1
    (['0.333333333333', '0.333333333334', '0.333333333333'], True)
    """
    whole, upto, before = Decimal(sum(weights.values())), 0, Decimal(0)
    found = {}
    for code, weight in weights.items():
        upto += weight
        running = (Decimal(upto) / whole).quantize(STEP, ROUND_HALF_EVEN)
        if running > before:
            found[code] = running - before
        before = running
    return found
