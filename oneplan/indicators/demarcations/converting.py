"""Values from one demarcation to another, each with the pieces it is made of.

Only what can be added is shared out by weights: counts in whole units, amounts to their last decimal place, and
always so that the parts of a value sum to the value. A share is converted as its numerator and its denominator. A
median, an index, a score belongs to the area it was measured in and is carried over only where that area is the same
one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.platform.errors import RuleBroken

from .pieces import Basis, Link, Weights

Amount = int | Decimal


class Nature(StrEnum):
    """What may be done with a value when areas are put together or taken apart."""

    COUNT = "count"  # whole units that add up: persons, households, clinics
    AMOUNT = "amount"  # adds up and has decimals: rand, kilometres
    SHARE = "share"  # a numerator over a denominator
    OTHER = "other"  # a median, an index, a score, a rank


class Method(StrEnum):
    """How a converted value came about."""

    SAME = "same"
    EXACT = "exact"
    BY_POPULATION = "by_population"
    BY_WARDS = "by_wards"
    BY_AREA = "by_area"

    @property
    def words(self) -> str:
        return str(_WORDS[self])

    @property
    def is_estimate(self) -> bool:
        return self not in (Method.SAME, Method.EXACT)


_WORDS = {
    Method.SAME: gettext_lazy("the same area"),
    Method.EXACT: gettext_lazy("exact: whole areas put together"),
    Method.BY_POPULATION: gettext_lazy("estimated by the population of the pieces"),
    Method.BY_WARDS: gettext_lazy("estimated by wards"),
    Method.BY_AREA: gettext_lazy("estimated by area"),
}
_ESTIMATES = {
    Basis.POPULATION: Method.BY_POPULATION, Basis.WARDS: Method.BY_WARDS, Basis.AREA: Method.BY_AREA,
}  # fmt: skip


@dataclass(frozen=True)
class Observed:
    """One value as its source states it; None where it is missing. `row` says where it stands in the source."""

    value: Amount | None
    row: str = ""


@dataclass(frozen=True)
class Part:
    """What one area of the source demarcation gave to a value. `amount` is None where its value is missing."""

    place: str
    observed: Observed
    weight: Fraction
    km2: float
    amount: Amount | None

    @property
    def is_whole(self) -> bool:
        return self.weight == 1

    @property
    def sentence(self) -> str:
        of_it = _("all") if self.is_whole else _("%(percent).1f %%") % {"percent": float(self.weight * 100)}
        facts = {
            "amount": _("not known") if self.amount is None else f"{self.amount:,}".replace(",", " "), "of_it": of_it,
            "place": self.place, "km2": f"{self.km2:,.0f}".replace(",", " "),
            "value": _("not known") if self.observed.value is None else f"{self.observed.value:,}".replace(",", " "),
            "row": self.observed.row,
        }  # fmt: skip
        if not self.observed.row:
            return _("%(amount)s: %(of_it)s of the %(value)s of %(place)s (%(km2)s km²)") % facts
        return _("%(amount)s: %(of_it)s of the %(value)s of %(place)s (%(km2)s km², %(row)s)") % facts


@dataclass(frozen=True)
class Converted:
    """One value on the borders of another demarcation.

    `value` is None where a part is missing or the value may not be converted (`refusal` says why). `exact` is the
    value before it was brought to whole units. `at_stake` is how much of it rests on an estimate: of each split area
    the smaller of the part given and the part kept.
    """

    place: str
    route: tuple[str, ...]
    method: Method
    value: Amount | None
    parts: tuple[Part, ...]
    exact: Fraction | None = None
    at_stake: Fraction = Fraction(0)
    refusal: str = ""

    @property
    def part_at_stake(self) -> float:
        """What is at stake as a part of the value, 0 to 1; 1 of a value of nothing."""
        return float(self.at_stake / abs(self.exact)) if self.exact else float(self.method.is_estimate)

    @property
    def missing(self) -> tuple[str, ...]:
        """The areas whose value would be needed and is not there."""
        return tuple(part.place for part in self.parts if part.observed.value is None)

    @property
    def assumption(self) -> str:
        for basis, method in _ESTIMATES.items():
            if method == self.method:
                return basis.assumption
        return ""

    @property
    def lineage(self) -> str:
        """From the value back to its source rows, as sentences."""
        head = _("%(place)s on the borders of %(target)s, from the borders of %(source)s: %(method)s.") % {
            "place": self.place, "target": self.route[-1], "source": self.route[0], "method": self.method.words,
        }  # fmt: skip
        pieces = "; ".join(part.sentence for part in self.parts)
        return " ".join(
            text for text in (head, f"{pieces}." if pieces else "", self.refusal or self.assumption) if text
        )


@dataclass(frozen=True)
class ConvertedShare:
    """A share on the borders of another demarcation, and the two counts it is made of. `share` runs from 0 to 1."""

    place: str
    numerator: Converted
    denominator: Converted

    @property
    def share(self) -> Decimal | None:
        top, bottom = self.numerator.exact, self.denominator.exact
        if top is None or not bottom:
            return None
        ratio = top / bottom
        return Decimal(ratio.numerator) / Decimal(ratio.denominator)


def convert(values: Mapping[str, Observed], weights: Weights, nature: Nature) -> dict[str, Converted]:
    """Values by area of the source demarcation → values by area of the target, for every area of the target.

    An area that `values` does not name counts as missing; one that the demarcation does not know is refused.
    """
    if nature == Nature.SHARE:
        raise RuleBroken(_("A share is converted as its numerator and its denominator; a percentage alone cannot be."))
    unknown = sorted(values.keys() - weights.links.keys())
    if unknown:
        raise RuleBroken(
            _("%(codes)s: not an area of the demarcation of %(year)s.")
            % {"codes": ", ".join(unknown[:5]), "year": weights.source}
        )
    unit = Fraction(1) if nature == Nature.COUNT else _unit(values.values())
    if nature == Nature.COUNT:
        _check_whole(values)
    incoming: dict[str, list[Part]] = defaultdict(list)
    for place, links in weights.links.items():
        observed = values.get(place, Observed(None))
        if nature == Nature.OTHER or observed.value is None:
            amounts: Iterable[Amount | None] = [None] * len(links)
        else:
            amounts = shared_out(observed.value, links, unit)
        for link, amount in zip(links, amounts, strict=True):
            incoming[link.to].append(Part(place, observed, link.weight, link.km2, amount))
    put_together = _carried if nature == Nature.OTHER else _added
    return {place: put_together(place, tuple(parts), weights) for place, parts in sorted(incoming.items())}


def convert_shares(
    numerators: Mapping[str, Observed],
    denominators: Mapping[str, Observed],
    weights: Weights,
    nature: Nature = Nature.COUNT,
) -> dict[str, ConvertedShare]:
    """Shares by way of their counts. Rounding to whole units has no part in the share."""
    tops, bottoms = convert(numerators, weights, nature), convert(denominators, weights, nature)
    return {place: ConvertedShare(place, tops[place], bottoms[place]) for place in bottoms}


def shared_out(value: Amount, links: tuple[Link, ...], unit: Fraction) -> list[Amount]:
    """A value in parts that are multiples of `unit` and sum to it exactly, by largest remainder, ties by code.

    >>> thirds = tuple(Link(code, Fraction(1, 3), 0.0) for code in "abc")
    >>> shared_out(100, thirds, Fraction(1)), shared_out(Decimal("0.10"), thirds, Fraction(1, 100))
    ([34, 33, 33], [Decimal('0.04'), Decimal('0.03'), Decimal('0.03')])
    """
    if len(links) == 1:
        return [value]
    units = Fraction(value) / unit
    exact = [units * link.weight for link in links]
    parts = [floor(each) for each in exact]
    left = int(units) - sum(parts)
    by_remainder = sorted(range(len(links)), key=lambda i: (parts[i] - exact[i], links[i].to))
    for i in by_remainder[:left]:
        parts[i] += 1
    if isinstance(value, int):
        return [*parts]
    return [Decimal(part) * Decimal(unit.numerator) / Decimal(unit.denominator) for part in parts]


def _added(place: str, parts: tuple[Part, ...], weights: Weights) -> Converted:
    answer = Converted(place, weights.route, _method(place, parts, weights), None, parts)
    if answer.missing:
        sentence = _("Not computed: the value of %(codes)s is missing.") % {"codes": ", ".join(answer.missing)}
        return replace(answer, refusal=sentence)
    amounts = [part.amount for part in parts if part.amount is not None]
    added = sum(amounts[1:], start=amounts[0])
    if not answer.method.is_estimate:
        return replace(answer, value=added, exact=Fraction(added))
    given = [(Fraction(part.observed.value), part.weight) for part in parts if part.observed.value is not None]
    return replace(
        answer,
        value=added,
        exact=sum((value * weight for value, weight in given), start=Fraction(0)),
        at_stake=sum((abs(value) * min(weight, 1 - weight) for value, weight in given), start=Fraction(0)),
    )


def _carried(place: str, parts: tuple[Part, ...], weights: Weights) -> Converted:
    answer = Converted(place, weights.route, _method(place, parts, weights), None, parts)
    if answer.method == Method.SAME:
        [part] = parts
        value = part.observed.value
        return replace(answer, value=value, parts=(replace(part, amount=value),))
    return replace(
        answer,
        refusal=_(
            "Not converted: a median, an index or a score of %(codes)s says nothing of %(place)s on other borders. It "
            "can be carried over only where the area is the same."
        ) % {"codes": ", ".join(part.place for part in parts), "place": place},
    )  # fmt: skip


def _method(place: str, parts: tuple[Part, ...], weights: Weights) -> Method:
    if not all(part.is_whole for part in parts):
        return _ESTIMATES[weights.basis]
    return Method.SAME if len(parts) == 1 else Method.EXACT


def _unit(values: Iterable[Observed]) -> Fraction:
    """The last decimal place that any of the values has."""
    places = 0
    for observed in values:
        if isinstance(observed.value, Decimal):
            if not observed.value.is_finite():
                raise RuleBroken(_("A value is not a number; it cannot be shared out."))
            exponent = observed.value.as_tuple().exponent
            places = max(places, -exponent if isinstance(exponent, int) else 0)
    return Fraction(1, 10**places)


def _check_whole(values: Mapping[str, Observed]) -> None:
    for place, observed in values.items():
        if observed.value is not None and observed.value != int(observed.value):
            raise RuleBroken(
                _("%(place)s: a count is a whole number, not %(value)s.") % {"place": place, "value": observed.value}
            )
